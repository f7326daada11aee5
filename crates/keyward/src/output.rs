//! Where results go: standard output or a file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anstream::AutoStream;
use anyhow::{Context, bail};
use clap::ColorChoice;

use crate::exit::Exit;
use crate::input::{From, Source};
use crate::render::{Accounted, write_json};

/// Results on their way out. Colors are written always and taken out here where they
/// are not wanted: in files, in pipes, under `NO_COLOR`.
pub(crate) struct Out {
    stream: Stream,
    /// Whether a person looks at it as it is written.
    pub(crate) is_terminal: bool,
}

enum Stream {
    Stdout(BufWriter<AutoStream<io::Stdout>>),
    File(BufWriter<AutoStream<File>>),
}

impl Out {
    /// Standard output, or the file that was asked for, which is emptied.
    pub(crate) fn open(file: Option<&Path>, color: ColorChoice) -> anyhow::Result<Self> {
        if let Some(path) = file {
            let file = File::create(path)
                .with_context(|| format!("failed to create `{}`", path.display()))?;
            let stream = BufWriter::new(AutoStream::new(file, in_file(color)));
            return Ok(Self { stream: Stream::File(stream), is_terminal: false });
        }
        let stdout = io::stdout();
        let choice = choice(color, &stdout);
        let is_terminal = io::IsTerminal::is_terminal(&stdout);
        let stream = BufWriter::new(AutoStream::new(stdout, choice));
        Ok(Self { stream: Stream::Stdout(stream), is_terminal })
    }
}

/// What `--color` comes to on a stream, with `NO_COLOR` and its like taken into account.
pub(crate) fn choice(
    color: ColorChoice,
    stream: &impl anstream::stream::RawStream,
) -> anstream::ColorChoice {
    match color {
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
        ColorChoice::Auto => AutoStream::choice(stream),
    }
}

fn in_file(color: ColorChoice) -> anstream::ColorChoice {
    match color {
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Auto | ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// Fails when writing to one of these files would empty a log that is to be read.
pub(crate) fn spare_inputs(inputs: &[Source], files: &[Option<&Path>]) -> anyhow::Result<()> {
    let existing = |path: &Path| Some((path.display().to_string(), fs::canonicalize(path).ok()?));
    for (name, real) in files.iter().copied().flatten().filter_map(existing) {
        if inputs.iter().any(|source| is_at(source, &real)) {
            bail!(
                "`{name}` is among the logs that are to be read; results need a file of their own"
            );
        }
    }
    Ok(())
}

/// Fails if a file of results is one that the run reads besides logs, or if two of them are one file.
pub(crate) fn spare_files<'f>(
    files: &[Option<&Path>],
    read: impl Iterator<Item = &'f Path>,
) -> anyhow::Result<()> {
    let files: Vec<&Path> = files.iter().copied().flatten().collect();
    for (number, file) in files.iter().enumerate() {
        if files.iter().take(number).any(|other| is_same(file, other)) {
            bail!(
                "`{}` is to hold two kinds of results; each needs a file of its own",
                file.display()
            );
        }
    }
    for other in read {
        if let Some(file) = files.iter().find(|file| is_same(file, other)) {
            bail!("`{}` is read by this run; results need a file of their own", file.display());
        }
    }
    Ok(())
}

/// Whether two paths name one file, be it by links or because it does not exist yet.
fn is_same(one: &Path, other: &Path) -> bool {
    if one == other {
        return true;
    }
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other || are_linked(&one, &other),
        _ => false,
    }
}

#[cfg(unix)]
fn are_linked(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |path: &Path| {
        let data = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some((data.dev(), data.ino()))
    };
    place(one).is_some_and(|one| place(other) == Some(one))
}

#[cfg(not(unix))]
fn are_linked(_: &Path, _: &Path) -> bool {
    false
}

/// Whether the input is the file with this real path.
fn is_at(source: &Source, real: &Path) -> bool {
    let From::File(path) = &source.from else { return false };
    is_same(path, real)
}

/// Writes the account to the file of `--summary`, if there is one.
pub(crate) fn write_summary(
    file: Option<&Path>,
    summary: &impl Accounted,
    exit: Exit,
) -> anyhow::Result<()> {
    let Some(path) = file else { return Ok(()) };
    let failed = || format!("failed to write `{}`", path.display());
    let mut file = BufWriter::new(File::create(path).with_context(failed)?);
    write_json(&summary.to_json(exit), &mut file).with_context(failed)?;
    file.write_all(b"\n").and_then(|()| file.flush()).with_context(failed)
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.stream {
            Stream::Stdout(stream) => stream.write(bytes),
            Stream::File(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Stream::Stdout(stream) => stream.flush(),
            Stream::File(stream) => stream.flush(),
        }
    }
}
