//! Which host a credential goes with: the nearest one, when there is one nearest.

use std::ops::Range;

use crate::leak::Leak;
use crate::tenant::{Host, Nearness, Tenant};

/// Lines between a credential and the nearest of several hosts at most; beyond, nearness says nothing.
const LINES_MAX: usize = 100;

/// Bytes in which lines are counted.
const BYTES_MAX: usize = 64 << 10;

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
    let in_block = |host: &&Host| block.contains(&host.span.start);
    let in_block: Vec<&Host> = hosts.iter().filter(fits).filter(in_block).collect();
    if !in_block.is_empty() {
        return nearest_of(text, &in_block, at, Nearness::Block);
    }
    let in_file: Vec<&Host> = hosts.iter().filter(fits).collect();
    nearest_of(text, &in_file, at, Nearness::File)
}

/// The one nearest of `hosts`, which are in order of place.
fn nearest_of(text: &[u8], hosts: &[&Host], at: usize, nearness: Nearness) -> Option<Tenant> {
    let split = hosts.partition_point(|host| host.span.start < at);
    let (above, below) = hosts.split_at(split);
    let distance = |host: &&Host| lines_between(text, at, host.span.start.min(text.len()));
    let nearest = [above.last(), below.first()].into_iter().flatten().map(distance).min()?;
    let is_near = |host: &&&Host| distance(host) == nearest;
    let mut near = above.iter().rev().take_while(is_near).chain(below.iter().take_while(is_near));
    let first = *near.next()?;
    let is_only = near.all(|host| host.name == first.name);
    let is_alone = || hosts.iter().all(|host| host.name == first.name);
    let is_close = nearest <= LINES_MAX || is_alone();
    (is_only && is_close).then(|| Tenant {
        host: first.name.clone(),
        nearness,
        why: why(first, at, nearest, nearness),
    })
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
