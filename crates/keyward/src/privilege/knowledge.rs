//! The knowledge base that a run judges by: the built-in one, newer descriptions and evidence over it.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use jiff::Zoned;
use privilege::yaml::{Mark, Mistake};
use privilege::{Base, Fault, Spec, read_evidence, yaml};

use crate::args::Knowledge;
use crate::console::Console;

/// The base of a run: first the descriptions, in order, then the evidence.
///
/// What cannot be used of them is said with its place and remembered in [`privilege::Release::faults`];
/// the rest is used. Fails if a file cannot be read at all.
pub(crate) fn load(args: &Knowledge, console: Console) -> anyhow::Result<Cow<'static, Base>> {
    let mut base = Cow::Borrowed(Base::builtin());
    let mut faults = Vec::new();
    for path in &args.spec {
        match parse(path)? {
            Ok(spec) => {
                faults.extend(spec.faults.iter().map(|fault| placed(path, fault)));
                base = Cow::Owned(base.with_spec(&spec, &Zoned::now().date().to_string()));
            }
            Err(fault) => faults.push(fault),
        }
    }
    for path in &args.evidence {
        let (evidence, lines) = match text(path)? {
            Ok(text) => read_evidence(&text),
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        faults.extend(lines.iter().map(|fault| placed(path, fault)));
        if !evidence.trials.is_empty() {
            base = Cow::Owned(base.with_evidence(&evidence));
        }
    }
    faults.iter().take(FAULTS_SHOWN).for_each(|fault| console.error(fault));
    if faults.is_empty() { Ok(base) } else { Ok(Cow::Owned(base.into_owned().with_faults(faults))) }
}

/// Faults that are said one by one.
const FAULTS_SHOWN: usize = 20;

/// A description, whole. Fails with the first thing that cannot be used: of a description that leaves
/// operations out nobody knows what it would have said.
pub(super) fn spec(path: &Path) -> anyhow::Result<Spec> {
    let spec = parse(path)?.map_err(anyhow::Error::msg)?;
    match spec.faults.first() {
        None => Ok(spec),
        Some(fault) => bail!("{}", placed(path, fault)),
    }
}

/// A description, or why it is none, with the place.
fn parse(path: &Path) -> anyhow::Result<Result<Spec, String>> {
    let name = path.display();
    let text = match text(path)? {
        Ok(text) => text,
        Err(fault) => return Ok(Err(fault)),
    };
    Ok(Spec::parse(&text).map_err(|Mistake { mark, what }| match mark {
        Mark { line: 0, .. } => format!("{name}: {what}"),
        Mark { line, column } => format!("{name}:{line}:{column}: {what}"),
    }))
}

fn placed(path: &Path, fault: &Fault) -> String {
    match fault.line {
        0 => format!("{}: {}", path.display(), fault.what),
        line => format!("{}:{line}: {}", path.display(), fault.what),
    }
}

/// The text of a file of no more bytes than is read of any, or why it is none, with the place.
fn text(path: &Path) -> anyhow::Result<Result<String, String>> {
    let name = path.display();
    let n_bytes = fs::metadata(path).with_context(|| format!("failed to open `{name}`"))?.len();
    if n_bytes > yaml::MAX_BYTES as u64 {
        return Ok(Err(format!("{name}: longer than {} MiB", yaml::MAX_BYTES >> 20)));
    }
    let bytes = fs::read(path).with_context(|| format!("failed to read `{name}`"))?;
    Ok(String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        format!("{name}:{line}: not UTF-8")
    }))
}
