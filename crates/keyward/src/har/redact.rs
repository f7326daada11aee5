//! `keyward har redact`: a copy that gets its name once nothing is left in it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use leak::har::{HarAccount, Left, Redactor};
use leak::{Key, Scanner};
use serde_json::json;
use tempfile::NamedTempFile;

use crate::args::{HarRedact, ListFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::har::session::{ends, to_json};
use crate::input::{self, From, Progress, Source, Stop, keep_stdin};
use crate::output::{Out, spare_inputs};
use crate::render::{plural, write_json};
use crate::sanitize::visible;
use crate::scan::key;

/// How often a copy is copied until nothing is left in it.
const ROUNDS_MAX: usize = 3;

/// Places that are named when a copy is refused.
const NAMED_MAX: usize = 20;

/// Writes the copy, or says why there is none.
pub(crate) fn run(args: &HarRedact, console: Console) -> anyhow::Result<Exit> {
    if args.output.as_os_str() == "-" {
        bail!(
            "a copy goes to a file, since it is read again before it gets its name: `-o` takes no `-`"
        );
    }
    let mut sources = [source(&args.path)];
    spare_inputs(&sources, &[Some(&args.output)])?;
    let key = key::find(args.key_file.as_deref(), console)?.key;
    // A pipe can be read once, and it takes more than that.
    let _kept = keep_stdin(&mut sources).context("failed to keep standard input")?;
    let [source] = &sources;
    let redaction = Redaction { source, scanner: Scanner::new() };

    let account = redaction.read(|input, scanner| leak::har::scan(scanner, input, &mut |_| {}))?;
    if !account.is_recording {
        bail!("`{}` is no recording: it has no `log.entries`", source.name);
    }
    let redactor = redaction.read(|input, scanner| Redactor::gather(scanner, &key, input))?;
    let (copy, labels, left) = redaction.copy(&redactor, &key, &args.output)?;
    if !left.is_empty() {
        refuse(&left, &args.output, console);
        return Ok(Exit::Failed);
    }
    copy.persist(&args.output)
        .map_err(|error| error.error)
        .with_context(|| failed(&args.output))?;
    let done = Done { args, n_values: redactor.values(), labels, account };
    done.write(&mut Out::open(None, console.color())?)?;
    Ok(Exit::Clean)
}

fn source(path: &Path) -> Source {
    let is_stdin = path.as_os_str() == "-";
    let from = if is_stdin { From::Stdin } else { From::File(path.to_owned()) };
    Source { name: path.display().to_string(), from, size: None }
}

/// The recording, which is read several times.
struct Redaction<'a> {
    source: &'a Source,
    scanner: Scanner,
}

impl Redaction<'_> {
    /// Reads it once. Fails when it breaks off: what is not known cannot be made safe.
    fn read<'s, T>(
        &'s self,
        what: impl FnOnce(&mut dyn Read, &'s Scanner) -> Result<T, leak::har::HarError>,
    ) -> anyhow::Result<T> {
        let name = &self.source.name;
        let progress = Progress::of(&[], false);
        let mut opened = input::open(self.source, &progress, &Stop::default())
            .map_err(|why| anyhow!("`{name}`: {why}"))?;
        let done = what(&mut opened.reader, &self.scanner);
        if let Some(why) = opened.trouble.take() {
            bail!("`{name}` cannot be read to its end: {why}");
        }
        done.with_context(|| format!("no copy of `{name}` was made"))
    }

    /// A copy for which `path` is meant, how often each label stands in it, and what is left in it.
    fn copy(
        &self,
        redactor: &Redactor<'_>,
        key: &Key,
        path: &Path,
    ) -> anyhow::Result<(NamedTempFile, BTreeMap<String, u64>, Vec<Left>)> {
        let mut copy = beside(path)?;
        let mut out = BufWriter::new(copy.as_file_mut());
        let labels = self.read(|input, _| redactor.rewrite(input, &mut out))?;
        out.flush().context("failed to write the copy")?;
        drop(out);
        let mut left = look_again(redactor, copy.path())?;
        for _ in 1..ROUNDS_MAX {
            if left.is_empty() {
                break;
            }
            (copy, left) = again(redactor, &self.scanner, key, copy.path(), path)?;
        }
        Ok((copy, labels, left))
    }
}

/// A file without a name of its own yet, in the folder where it will have one.
fn beside(path: &Path) -> anyhow::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    NamedTempFile::with_prefix_in(".keyward-", folder).with_context(|| failed(path))
}

fn failed(path: &Path) -> String {
    format!("failed to write `{}`", path.display())
}

fn look_again(redactor: &Redactor<'_>, copy: &Path) -> anyhow::Result<Vec<Left>> {
    let file = File::open(copy).context("failed to read the copy")?;
    redactor.left(&mut BufReader::new(file)).context("the copy cannot be read")
}

/// A copy of a copy in which something is left: what only shows where other things are gone is labelled, too.
fn again(
    first: &Redactor<'_>,
    scanner: &Scanner,
    key: &Key,
    copy: &Path,
    path: &Path,
) -> anyhow::Result<(NamedTempFile, Vec<Left>)> {
    let open = || File::open(copy).map(BufReader::new).context("failed to read the copy");
    let failed = "the copy cannot be read";
    let redactor = Redactor::gather(scanner, key, &mut open()?).context(failed)?;
    let mut next = beside(path)?;
    let mut out = BufWriter::new(next.as_file_mut());
    redactor.rewrite(&mut open()?, &mut out).context(failed)?;
    out.flush().context("failed to write the copy")?;
    drop(out);
    let mut left = look_again(first, next.path())?;
    left.extend(look_again(&redactor, next.path())?);
    Ok((next, left))
}

fn refuse(left: &[Left], path: &Path, console: Console) {
    let count = plural(left.len() as u64, "place");
    console.error(format_args!(
        "`{}` was not written: a copy would still hold secrets in {count}",
        path.display()
    ));
    console.always(|out| {
        for Left { word, offset, entry, part } in left.iter().take(NAMED_MAX) {
            let entry = entry.map(|entry| format!("entry {entry}, ")).unwrap_or_default();
            writeln!(out, "{}", visible(&format!("  {word} in {entry}{part}, byte {offset}")))?;
        }
        Ok(())
    });
}

/// What was done.
struct Done<'a> {
    args: &'a HarRedact,
    n_values: usize,
    labels: BTreeMap<String, u64>,
    account: HarAccount,
}

impl Done<'_> {
    fn write(&self, out: &mut Out) -> anyhow::Result<()> {
        match self.args.format {
            ListFormat::Text => self.write_text(out)?,
            ListFormat::Json | ListFormat::Jsonl => {
                write_json(&self.to_json(), out)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(out.flush()?)
    }

    fn write_text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let places = self.labels.values().sum();
        let (values, places) = (plural(self.n_values as u64, "value"), plural(places, "place"));
        let name = self.args.output.display().to_string();
        writeln!(out, "Wrote {}: labels for {values} in {places}.", visible(&name))?;
        for (word, count) in &self.labels {
            writeln!(out, "  {word:<26} {count}")?;
        }
        let ends = self.account.sessions.iter().flat_map(ends);
        for line in ends {
            writeln!(out, "{}", visible(&line))?;
        }
        Ok(())
    }

    fn to_json(&self) -> serde_json::Value {
        json!({
            "schema": "keyward.har_copy/1",
            "path": self.args.path.display().to_string(),
            "copy": self.args.output.display().to_string(),
            "entries": self.account.entries,
            "bytes": self.account.bytes,
            "values": self.n_values,
            "labels": self.labels,
            "sessions": self.account.sessions.iter().map(to_json).collect::<Vec<_>>(),
        })
    }
}
