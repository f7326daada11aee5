//! Log lines on standard error: text for people or one object a line.
//!
//! A thread of their own writes them: a reader that stalls keeps nobody from working. What it does not take is left out and counted, and that
//! is said as soon as it takes something again.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, anyhow};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

use crate::config::{self, LogFormat, LogLevel};

/// Lines that wait may take so much memory, in bytes.
const WAITING_BYTES: usize = 1 << 20;

/// How long the end waits for what is still to be written.
const PATIENCE: Duration = Duration::from_secs(2);

/// Lines on their way out. Copies are of the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Something came, or something was written.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
    /// One was taken out, and is not written yet.
    is_writing: bool,
    /// Lines that were left out.
    unwritten: u64,
}

/// Sends what crates log to standard error, and what is said of a panic. Called once.
pub(crate) fn begin(settings: &config::Log) -> anyhow::Result<Log> {
    let stderr = stderr().context("failed to open standard error")?;
    let log = Log::to(stderr).context("failed to begin a thread for the log")?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter(settings.level))
        .with_writer(log.clone())
        .with_timer(Clock)
        .with_target(false);
    match settings.format {
        LogFormat::Text => subscriber.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    }
    .map_err(|error| anyhow!("failed to begin the log: {error}"))?;
    // Who dies must not wait for a reader before anybody hears of it.
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Ok(log)
}

/// Standard error without the lock that everybody else in the process may wait for.
#[cfg(unix)]
fn stderr() -> io::Result<Box<dyn Write + Send>> {
    use std::os::fd::AsFd;
    Ok(Box::new(std::fs::File::from(io::stderr().as_fd().try_clone_to_owned()?)))
}

#[cfg(not(unix))]
fn stderr() -> io::Result<Box<dyn Write + Send>> {
    Ok(Box::new(io::stderr()))
}

impl Log {
    /// Anything that can be written to.
    fn to(out: Box<dyn Write + Send>) -> io::Result<Self> {
        let log = Self::default();
        let writer = log.clone();
        let thread = std::thread::Builder::new().name("stderr".to_owned());
        thread.spawn(move || writer.run(out))?;
        Ok(log)
    }

    /// Lines that were left out so far.
    pub(crate) fn unwritten(&self) -> u64 {
        self.state().unwritten
    }

    /// Lets what waits be written, for as long as somebody reads it.
    pub(crate) fn end(&self) {
        self.wait(PATIENCE);
    }

    fn wait(&self, patience: Duration) {
        let waits = |state: &mut State| state.is_writing || !state.lines.is_empty();
        let _ = self.shared.changed.wait_timeout_while(self.state(), patience, waits);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What is in it is whole after each change.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a line behind the others, or leaves it out. Does not wait.
    fn add(&self, line: &[u8]) {
        let mut state = self.state();
        if state.bytes + line.len() > WAITING_BYTES {
            state.unwritten += 1;
            return;
        }
        state.bytes += line.len();
        state.lines.push_back(line.to_vec());
        self.shared.changed.notify_all();
    }

    /// Writes for good.
    fn run(self, mut out: Box<dyn Write + Send>) {
        let mut n_said = 0;
        loop {
            let line = self.take();
            let is_written = out.write_all(&line).and_then(|()| out.flush()).is_ok();
            n_said = self.say(n_said, is_written);
            self.state().is_writing = false;
            self.shared.changed.notify_all();
        }
    }

    fn take(&self) -> Vec<u8> {
        let waits = |state: &mut State| state.lines.is_empty();
        let waited = self.shared.changed.wait_while(self.state(), waits);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        let line = state.lines.pop_front().unwrap_or_default();
        state.bytes -= line.len();
        state.is_writing = true;
        line
    }

    /// Says how many lines were left out since that was said last, once one was written again; how many are said then.
    fn say(&self, n_said: u64, is_written: bool) -> u64 {
        let unwritten = {
            let mut state = self.state();
            state.unwritten += u64::from(!is_written);
            state.unwritten
        };
        if !is_written || unwritten == n_said {
            return n_said;
        }
        let lines = unwritten - n_said;
        tracing::warn!(lines, "lines of the log were left out: standard error was not read");
        // It may have been left out itself.
        if self.unwritten() == unwritten { unwritten } else { n_said }
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(self)
    }
}

/// Takes a line, which comes whole.
pub(crate) struct Line<'a>(&'a Log);

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What other libraries log is left out below a warning: the lines of HTTP clients can hold headers.
fn filter(level: LogLevel) -> EnvFilter {
    let level = match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
    };
    let ours = ["keyward", "archive", "detect", "idp", "lab", "outbound", "web"];
    let ours = ours.map(|name| format!("{name}={level}")).join(",");
    EnvFilter::new(format!("error,{ours}"))
}

/// Times as in findings: UTC, with milliseconds.
struct Clock;

impl FormatTime for Clock {
    fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
        let now = jiff::Timestamp::now();
        write!(writer, "{}", now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}
