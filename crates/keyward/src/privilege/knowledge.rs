//! The knowledge base that a run judges by: the built-in one, newer descriptions and evidence over it.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use jiff::Zoned;
use privilege::{Base, Spec, read_evidence, yaml};

use crate::args::Knowledge;

/// The base of a run: first the descriptions, in order, then the evidence. Fails if a file cannot be
/// read or used, with its place.
pub(crate) fn load(args: &Knowledge) -> anyhow::Result<Cow<'static, Base>> {
    let mut base = Cow::Borrowed(Base::builtin());
    for path in &args.spec {
        let spec = spec(path)?;
        base = Cow::Owned(base.with_spec(&spec, &Zoned::now().date().to_string()));
    }
    for path in &args.evidence {
        base = Cow::Owned(base.with_evidence(&evidence(path)?));
    }
    Ok(base)
}

/// A description, whole: of one that leaves operations out nobody knows what it would have said.
pub(super) fn spec(path: &Path) -> anyhow::Result<Spec> {
    let text = text(path)?;
    let name = path.display();
    let spec = match Spec::parse(&text) {
        Ok(spec) => spec,
        Err(yaml::Mistake { mark: yaml::Mark { line: 0, .. }, what }) => bail!("{name}: {what}"),
        Err(yaml::Mistake { mark, what }) => bail!("{name}:{}:{}: {what}", mark.line, mark.column),
    };
    match spec.faults.first() {
        None => Ok(spec),
        Some(fault) if fault.line == 0 => bail!("{name}: {}", fault.what),
        Some(fault) => bail!("{name}:{}: {}", fault.line, fault.what),
    }
}

fn evidence(path: &Path) -> anyhow::Result<privilege::Evidence> {
    let (evidence, faults) = read_evidence(&text(path)?);
    match faults.first() {
        None => Ok(evidence),
        Some(fault) => bail!("{}:{}: {}", path.display(), fault.line, fault.what),
    }
}

/// The text of a file of no more bytes than is read of any.
fn text(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    let n_bytes = fs::metadata(path).with_context(|| format!("failed to open `{name}`"))?.len();
    if n_bytes > yaml::MAX_BYTES as u64 {
        bail!("{name}: longer than {} MiB", yaml::MAX_BYTES >> 20);
    }
    let bytes = fs::read(path).with_context(|| format!("failed to read `{name}`"))?;
    String::from_utf8(bytes).with_context(|| format!("`{name}` is not UTF-8"))
}
