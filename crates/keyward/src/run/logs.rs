//! Log lines on standard error: text for people or one object a line.

use std::io::{self, IsTerminal};

use anyhow::anyhow;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

use crate::config::{Log, LogFormat, LogLevel};

/// Sends what crates log to standard error. Called once.
pub(crate) fn begin(log: &Log) -> anyhow::Result<()> {
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter(log.level))
        .with_writer(io::stderr)
        .with_timer(Clock)
        .with_target(false);
    match log.format {
        LogFormat::Text => subscriber.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    }
    .map_err(|error| anyhow!("failed to begin the log: {error}"))
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
