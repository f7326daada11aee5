//! `keyward export`: what the intake holds, as JSON Lines, and a checksum of it.

mod sieve;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use archive::{Error, Frame, Note, Reader, RealDisk};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use self::sieve::Sieve;
use crate::args::Export;
use crate::console::Console;
use crate::exit::Exit;
use crate::kept;
use crate::output::Out;
use crate::render::{plural, write_escaped};
use crate::ruleset;

/// Writes what was asked for.
pub(crate) fn run(args: &Export, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let [since, until] = [args.since, args.until].map(|when| Some(when?.resolve(now)));
    if let (Some(since), Some(until)) = (since, until)
        && since >= until
    {
        bail!("`--since` ({since}) must be before `--until` ({until})");
    }
    let filter = match &args.filter {
        None => None,
        Some(text) => match ruleset::expression(text, console) {
            Some(expression) => Some(expression),
            None => return Ok(Exit::Failed),
        },
    };
    let folder = kept::intake(&args.place, console)?;
    let disk = RealDisk::existing(folder).context("failed to open the intake")?;
    let reader = Reader::at_rest(Arc::new(disk)).context("failed to open the intake")?;
    let reader = reader.between(since, until);
    let target = Target::open(args.output.output.as_deref(), console)?;
    let sieve = Sieve::new(since, until, filter, args.tenant.clone(), args.source.clone());
    let mut written = Written::default();
    let target = copy(reader, sieve, target, &mut written, console)?;
    let sum = target.finish()?;
    console.note(|out| written.tell(out));
    if args.output.output.is_none() {
        console.always(|out| writeln!(out, "{sum}  -"));
    }
    Ok(if written.is_whole() { Exit::Clean } else { Exit::Partial })
}

/// What became of the events.
#[derive(Debug, Default)]
struct Written {
    events: u64,
    /// Without a usable time, where times were asked for.
    timeless: u64,
    /// What came and could not be read as an event.
    rejected: u64,
    lost_frames: u64,
}

impl Written {
    /// Whether everything that was kept of what was asked for is written.
    fn is_whole(&self) -> bool {
        self.lost_frames == 0 && self.rejected == 0
    }

    fn tell(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "Wrote {}.", plural(self.events, "event"))?;
        if self.timeless > 0 {
            let timeless = plural(self.timeless, "event");
            writeln!(
                out,
                "{timeless} without a usable time left out: leave away --since and --until for them."
            )?;
        }
        if self.rejected > 0 {
            let rejected = plural(self.rejected, "record");
            writeln!(out, "{rejected} that could not be read as events are kept and not written.")?;
        }
        Ok(())
    }
}

fn copy(
    mut reader: Reader,
    mut sieve: Sieve,
    mut target: Target,
    written: &mut Written,
    console: Console,
) -> anyhow::Result<Target> {
    loop {
        match reader.next(Duration::ZERO) {
            Ok(Some(frame)) => copy_frame(&frame, &mut sieve, &mut target, written)?,
            Ok(None) => break,
            // The program that writes may remove what is too old meanwhile; the rest is still there.
            Err(error @ (Error::Damaged { from, until, .. } | Error::Removed { from, until })) => {
                written.lost_frames += until.0.saturating_sub(from.0);
                console.warn(format_args!("{error}"));
            }
            Err(error) => return Err(error).context("failed to read the intake"),
        }
    }
    Ok(target)
}

fn copy_frame(
    frame: &Frame,
    sieve: &mut Sieve,
    target: &mut Target,
    written: &mut Written,
) -> anyhow::Result<()> {
    if !sieve.takes(&frame.source) {
        return Ok(());
    }
    let rejected = |note: &Note| if let Note::Rejected(one) = note { one.count } else { 0 };
    written.rejected += frame.notes.iter().map(rejected).sum::<u64>();
    for record in &frame.records {
        if record.time.is_none() && sieve.is_bounded() {
            written.timeless += 1;
        } else if sieve.passes(record) {
            written.events += 1;
            target.line(&record.bytes).context("failed to write events")?;
        }
    }
    Ok(())
}

/// Where events go, and the checksum of what went there.
struct Target {
    out: Out,
    hash: Sha256,
    /// The file of the checksum, and what it says of whom.
    beside: Option<(PathBuf, String)>,
}

impl Target {
    fn open(file: Option<&Path>, console: Console) -> anyhow::Result<Self> {
        let beside = file.map(|file| {
            let mut name = file.as_os_str().to_owned();
            name.push(".sha256");
            let of = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (PathBuf::from(name), of)
        });
        // An old checksum must not vouch for a file that is being written.
        if let Some((path, _)) = &beside
            && let Err(error) = fs::remove_file(path)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error).with_context(|| format!("failed to remove `{}`", path.display()));
        }
        Ok(Self { out: Out::open(file, console.color())?, hash: Sha256::new(), beside })
    }

    fn line(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.hash.update(b"\n");
        if self.out.is_terminal {
            write_escaped(&String::from_utf8_lossy(bytes), &mut self.out)?;
        } else {
            self.out.write_all(bytes)?;
        }
        self.out.write_all(b"\n")
    }

    /// Ends the file and writes its checksum beside it.
    fn finish(mut self) -> anyhow::Result<String> {
        self.out.flush().context("failed to write events")?;
        let sum = hex(&self.hash.finalize());
        if let Some((path, of)) = self.beside {
            let line = format!("{sum}  {of}\n");
            fs::write(&path, line)
                .with_context(|| format!("failed to write `{}`", path.display()))?;
        }
        Ok(sum)
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| char::from(DIGITS[usize::from(nibble)])).collect()
}
