//! The lab served until somebody stops it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ::lab::serve::{Faults, Keys, Lab, Limits, ServeOptions, listen};
use ::lab::{Options, World};
use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;

use crate::args;
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;

/// People and days unless told: so few that a first look takes no patience.
const USERS: u32 = 40;
const DAYS: u32 = 2;

/// How long after the start an attack begins, and how long it takes unless told.
const LEAD_IN: SignedDuration = SignedDuration::from_secs(5);
const WITHIN: Duration = Duration::from_mins(1);

/// How many days the organization goes on working while it is served.
const AHEAD_DAYS: u32 = 60;

/// Serves, and says where on standard output.
pub(crate) fn run(args: &args::Lab, console: Console) -> anyhow::Result<Exit> {
    let options = options(args)?;
    let now = Timestamp::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("failed to start")?;
    // A lab that cannot serve leaves the credentials of one that does alone.
    let ports = runtime.block_on(ports(args.serving.port))?;
    let keys = if args.serving.rsa { Keys::random_rsa() } else { Keys::random() };
    let keys = keys.context("failed to make credentials")?;
    keys.write(&args.serving.dir).with_context(|| {
        format!("failed to keep credentials in `{}`", args.serving.dir.display())
    })?;
    let begin = now.checked_add(LEAD_IN).unwrap_or(now);
    let lab = Lab::new(options, keys, ::lab::entries_from(&world(args, now), begin));
    runtime.block_on(serve(lab, ports, args, console))?;
    Ok(Exit::Clean)
}

fn options(args: &args::Lab) -> anyhow::Result<ServeOptions> {
    let mut faults = Faults::default();
    for fault in &args.serving.faults {
        faults.add(fault).context("failed to read `--fault`")?;
    }
    Ok(ServeOptions {
        seed: args.seed,
        faults,
        limits: Limits { logs_per_minute: args.serving.rate, ..Limits::default() },
        push: args.serving.pushes.clone(),
        world: Arc::new(World::new(args.seed, args.users.unwrap_or(USERS))),
        cursor_life: Duration::try_from(args.serving.cursor_life.0).unwrap_or(Duration::MAX),
        ..ServeOptions::default()
    })
}

/// The days that have passed, and those that pass while it is served.
fn world(args: &args::Lab, now: Timestamp) -> Options {
    let ahead = SignedDuration::from_hours(24 * i64::from(AHEAD_DAYS));
    let end = now.checked_add(ahead).unwrap_or(Timestamp::MAX);
    Options {
        users: args.users.unwrap_or(USERS),
        days: args.days.unwrap_or(DAYS) + AHEAD_DAYS,
        attack: args.attack.clone(),
        within: Some(
            args.within.map_or(WITHIN, |span| Duration::try_from(span.0).unwrap_or_default()),
        ),
        ..Options::new(args.seed, end)
    }
}

/// Where each of the two tenants is served, Okta first.
async fn ports(port: u16) -> anyhow::Result<[TcpListener; 2]> {
    let next = if port == 0 { 0 } else { port.saturating_add(1) };
    Ok([open(port).await?, open(next).await?])
}

async fn serve(
    lab: Lab,
    [okta, auth0]: [TcpListener; 2],
    args: &args::Lab,
    console: Console,
) -> anyhow::Result<()> {
    let mut out = Out::open(None, console.color())?;
    writeln!(out, "Okta         http://{}", okta.local_addr()?)?;
    writeln!(out, "Auth0        http://{}", auth0.local_addr()?)?;
    writeln!(out, "Credentials  {}", args.serving.dir.display())?;
    out.flush()?;
    console.note(|out| {
        writeln!(
            out,
            "Serving until it is interrupted. The credentials are random and work here alone."
        )
    });
    lab.clone().run(okta, auth0, stopped()).await.context("failed to serve")?;
    match &args.serving.record {
        Some(path) => record(&lab, path),
        None => Ok(()),
    }
}

fn record(lab: &Lab, path: &Path) -> anyhow::Result<()> {
    let failed = || format!("failed to write `{}`", path.display());
    let mut file = BufWriter::new(File::create(path).with_context(failed)?);
    lab.write_logs(&mut file).and_then(|()| file.flush()).with_context(failed)
}

async fn open(port: u16) -> anyhow::Result<TcpListener> {
    listen(port).await.with_context(|| format!("failed to listen on port {port}"))
}

/// Done when somebody interrupts the program or asks it to end.
async fn stopped() {
    let interrupted = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
