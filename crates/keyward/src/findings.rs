//! `keyward findings`: what was found, and what people decided about it.

mod list;
mod show;

use anyhow::{Context, bail};
use archive::{Findings as Store, Stored};
use jiff::Timestamp;
use serde_json::Value;

use crate::args::{Findings, FindingsClose, FindingsReopen, Where};
use crate::console::Console;
use crate::exit::Exit;
use crate::kept;

/// Does what was asked for.
pub(crate) fn run(verb: &Findings, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    match verb {
        Findings::List(args) => list::run(args, console, now),
        Findings::Show(args) => show::run(args, console, now),
        Findings::Close(args) => close(args, console, now),
        Findings::Reopen(args) => reopen(args, console, now),
    }
}

fn open(place: &Where, console: Console) -> anyhow::Result<Store> {
    let path = kept::findings(place, console)?;
    Store::open(&path).with_context(|| format!("failed to open `{}`", path.display()))
}

fn close(args: &FindingsClose, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    if args.because.trim().is_empty() {
        bail!("closing takes a reason: `--because` is empty");
    }
    let until = args.until.map(|until| until.resolve(now));
    if let Some(until) = until.filter(|until| *until <= now) {
        bail!("`--until` ({until}) is over already");
    }
    let store = open(&args.place, console)?;
    let by = args.by.clone().unwrap_or_else(whoever);
    for id in whole(&store, &args.ids)? {
        store.close(&id, &args.because, &by, now, until).context("failed to close")?;
        console.note(|out| writeln!(out, "Closed {id}."));
    }
    Ok(Exit::Clean)
}

fn reopen(args: &FindingsReopen, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let store = open(&args.place, console)?;
    let by = args.by.clone().unwrap_or_else(whoever);
    for id in whole(&store, &args.ids)? {
        store.reopen(&id, &args.because, &by, now).context("failed to reopen")?;
        console.note(|out| writeln!(out, "Opened {id} again."));
    }
    Ok(Exit::Clean)
}

/// The user of this machine, as far as it says.
pub(crate) fn whoever() -> String {
    let name =
        ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    name.filter(|name| !name.is_empty()).or_else(owner).unwrap_or_else(|| "somebody".to_owned())
}

/// By the user id of this process, where the system tells it: the name, or the bare id.
#[cfg(unix)]
fn owner() -> Option<String> {
    use std::fs;

    let uid = std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").ok()?).to_string();
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut lines = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let named = lines.find(|line| line.get(2) == Some(&uid.as_str()));
    let name = named.and_then(|line| line.first().map(|name| (*name).to_owned()));
    Some(name.unwrap_or_else(|| format!("uid {uid}")))
}

#[cfg(not(unix))]
fn owner() -> Option<String> {
    None
}

/// Whole ids of beginnings, each of which must be the beginning of one. Nothing is done if one is not.
pub(crate) fn whole(store: &Store, beginnings: &[String]) -> anyhow::Result<Vec<String>> {
    let whole = |beginning: &String| {
        let mut ids = store.ids(beginning, 2).context("failed to read the store")?;
        match (ids.pop(), ids.pop()) {
            (Some(id), None) => Ok(id),
            (Some(one), Some(_)) if one == *beginning => Ok(one),
            (Some(_), Some(other)) if other == *beginning => Ok(other),
            (Some(_), Some(_)) => bail!("several findings have ids that begin with `{beginning}`"),
            (None, _) => bail!("no finding has an id that begins with `{beginning}`"),
        }
    };
    beginnings.iter().map(whole).collect()
}

/// A finding as JSON, with what is kept beside it.
fn to_json(stored: &Stored, now: Timestamp) -> Value {
    let mut json = serde_json::from_str(&stored.json).unwrap_or(Value::Null);
    if let Value::Object(members) = &mut json {
        let decision = stored.decision.as_ref();
        members.insert("closed".into(), stored.is_closed(now).into());
        members.insert("decision".into(), serde_json::json!(decision));
        members.insert("replaced_by".into(), serde_json::json!(stored.replaced_by));
    }
    json
}

/// The text at a path of a finding; empty if there is none.
fn text<'j>(json: &'j Value, pointer: &str) -> &'j str {
    json.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
