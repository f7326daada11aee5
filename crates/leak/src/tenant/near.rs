//! Which host a credential goes with: the nearest one, when there is one nearest.

use std::ops::Range;

use crate::leak::Leak;
use crate::tenant::{HOSTS_MAX, Host, Nearness, Tenant, hosts};

/// Lines between a credential and the nearest of several hosts at most; beyond, nearness says nothing.
const LINES_MAX: usize = 100;

/// Bytes in which lines are counted.
const BYTES_MAX: usize = 64 << 10;

/// Hosts on one line that are compared.
const LINE_HOSTS_MAX: usize = 16;

/// Bytes on either side of a place that are read anew where a text has too many hosts.
const AROUND: usize = 8 << 10;

/// The one host that goes with a credential of `provider` at `at`, in `block`; `None` when none or when
/// several stand equally near.
///
/// Hosts in the block come before those elsewhere; within either, fewer lines between are nearer, and on one line all
/// are equally near. The only host of a text goes with it however far away.
pub(crate) fn nearest(
    text: &[u8],
    hosts: &[Host],
    provider: Option<&str>,
    at: usize,
    block: Range<usize>,
) -> Option<Tenant> {
    let fits =
        |host: &&Host| provider.is_none() || host.provider.is_none() || host.provider == provider;
    // Of so many hosts not every place is known: the block is read anew.
    let around = (hosts.len() >= HOSTS_MAX / 2).then(|| read_around(text, at, &block));
    let in_block = |host: &&Host| block.contains(&host.span.start);
    let in_block: Vec<&Host> =
        around.as_deref().unwrap_or(hosts).iter().filter(fits).filter(in_block).collect();
    if !in_block.is_empty() {
        return nearest_of(text, &in_block, at, Nearness::Block);
    }
    let in_file: Vec<&Host> = hosts.iter().filter(fits).collect();
    nearest_of(text, &in_file, at, Nearness::File)
}

/// The hosts of the part of a block that is around a place.
fn read_around(text: &[u8], at: usize, block: &Range<usize>) -> Vec<Host> {
    let begin = block.start.max(at.saturating_sub(AROUND));
    let end = block.end.min(at.saturating_add(AROUND)).min(text.len());
    let mut around = hosts(text.get(begin..end).unwrap_or_default());
    for host in &mut around {
        host.span = host.span.start + begin..host.span.end + begin;
    }
    around
}

/// The one nearest of `hosts`, which are in order of place. Of several equally near, the one that its name makes the
/// tenant's.
fn nearest_of(text: &[u8], hosts: &[&Host], at: usize, nearness: Nearness) -> Option<Tenant> {
    let mut side = closest(text, hosts, at)?;
    if !side.is_one {
        let named: Vec<&Host> = hosts.iter().copied().filter(|host| host.is_named).collect();
        let is_better = |named: &Side<'_>| named.is_one && named.n_lines == side.n_lines;
        side = closest(text, &named, at).filter(is_better)?;
    }
    let is_alone = || hosts.iter().all(|host| host.name == side.host.name);
    (side.n_lines <= LINES_MAX || is_alone()).then(|| Tenant {
        host: side.host.name.clone(),
        nearness,
        why: why(side.host, at, side.n_lines, nearness),
    })
}

/// The nearest line with a host, above or below.
fn closest<'h>(text: &[u8], hosts: &[&'h Host], at: usize) -> Option<Side<'h>> {
    let (above, below) = hosts.split_at(hosts.partition_point(|host| host.span.start < at));
    let above = Side::read(text, above.iter().rev().copied(), at);
    let below = Side::read(text, below.iter().copied(), at);
    match (above, below) {
        (Some(above), Some(below)) if above.n_lines == below.n_lines => Some(above.and(&below)),
        (Some(above), Some(below)) if below.n_lines < above.n_lines => Some(below),
        (above, below) => above.or(below),
    }
}

/// The nearest line with a host, on one side of a place.
struct Side<'h> {
    host: &'h Host,
    n_lines: usize,
    /// Every host of that line is the same.
    is_one: bool,
}

impl<'h> Side<'h> {
    /// `hosts` come nearest first.
    fn read(text: &[u8], mut hosts: impl Iterator<Item = &'h Host>, at: usize) -> Option<Self> {
        let host = hosts.next()?;
        let n_lines = lines_between(text, at, host.span.start);
        let is_on_line =
            |other: &&Host| lines_between(text, host.span.start, other.span.start) == 0;
        let is_one =
            hosts.take(LINE_HOSTS_MAX).take_while(is_on_line).all(|other| other.name == host.name);
        Some(Self { host, n_lines, is_one })
    }

    /// Two lines equally near.
    fn and(self, other: &Self) -> Self {
        let is_one = self.is_one && other.is_one && self.host.name == other.host.name;
        Self { is_one, ..self }
    }
}

fn why(host: &Host, at: usize, n_lines: usize, nearness: Nearness) -> String {
    let place = if nearness == Nearness::Block { "block" } else { "file" };
    let side = if host.span.start < at { "above" } else { "below" };
    let lines = match n_lines {
        0 => "on the same line".to_owned(),
        1 => format!("1 line {side}"),
        2..=LINES_MAX => format!("{n_lines} lines {side}"),
        _ => format!("far {side}"),
    };
    let how = if host.how.is_empty() { String::new() } else { format!("; {}", host.how) };
    format!("{lines}, in the same {place}{how}")
}

/// Lines between two places, counted as far as [`BYTES_MAX`]; more than [`LINES_MAX`] beyond that.
fn lines_between(text: &[u8], one: usize, other: usize) -> usize {
    let between = text.get(one.min(other)..one.max(other)).unwrap_or_default();
    let counted = &between[..between.len().min(BYTES_MAX)];
    let n_lines = memchr::memchr_iter(b'\n', counted).count();
    if between.len() > BYTES_MAX { n_lines.max(LINES_MAX + 1) } else { n_lines }
}

/// Joins a host of another file to a leak, when `hosts` name exactly one of its provider and it has none as near.
///
/// `nearness` says how `place`, such as `conf/okta.env`, stands to the leak.
pub fn join(leak: &mut Leak, hosts: &[Host], nearness: Nearness, place: &str) {
    let is_nearer = leak.tenant.as_ref().is_none_or(|tenant| tenant.nearness > nearness);
    let provider = leak.kind.provider;
    let fits =
        |host: &&Host| provider.is_none() || host.provider.is_none() || host.provider == provider;
    let mut fitting = hosts.iter().filter(fits);
    let Some(first) = fitting.next().filter(|_| is_nearer) else { return };
    if fitting.all(|host| host.name == first.name) {
        let why = format!("the only one in {place}");
        leak.tenant = Some(Tenant { host: first.name.clone(), nearness, why });
    }
}
