//! `keyward pull`: the log of a tenant, fetched once, with the code that `run` collects with.

mod fetch;
mod show;
mod taste;

use anyhow::{Context, bail};
use idp::Error;
use jiff::{SignedDuration, Timestamp};

use self::fetch::{End, Fetch, Stretch};
use self::show::Show;
use self::taste::Taste;
use crate::args::Pull;
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;
use crate::reach;

/// Fetches and writes, until the end of the log or of the stretch.
pub(crate) fn run(args: &Pull, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let stretch = stretch(args, now)?;
    let taste = match &args.filter {
        Some(text) => match Taste::parse(text, console) {
            Some(taste) => Some(taste),
            None => return Ok(Exit::Failed),
        },
        None => None,
    };
    let tenant = reach::one(&args.reach, console)?;
    let stretch = still_kept(&tenant, stretch, now, console);
    let out = Out::open(args.output.output.as_deref(), console.color())?;
    let show = Show::new(console, stretch, now);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("failed to begin a thread")?;
    let mut fetch = Fetch::new(tenant, stretch, taste, out, show);
    let end = runtime.block_on(fetch.run())?;
    if fetch.n_pages() == 0 {
        return nothing(end, console);
    }
    fetch.tell(&end, console);
    match end {
        End::Whole if fetch.n_rejected() == 0 => Ok(Exit::Clean),
        End::Whole | End::Stopped | End::Failed(_) => Ok(Exit::Partial),
    }
}

fn stretch(args: &Pull, now: Timestamp) -> anyhow::Result<Stretch> {
    let since = args.since.resolve(now);
    let until = args.until.map(|when| when.resolve(now));
    if let Some(until) = until.filter(|until| since >= *until) {
        bail!("`--since` ({since}) must be before `--until` ({until})");
    }
    if since > now {
        bail!("`--since` ({since}) lies ahead");
    }
    Ok(Stretch { since, until })
}

/// The part of a stretch that the provider still has. Of what is older it tells nothing, and may refuse to be asked.
fn still_kept(tenant: &idp::Tenant, stretch: Stretch, now: Timestamp, console: Console) -> Stretch {
    let Some(days) = tenant.provider().retention_days() else { return stretch };
    let oldest = now.checked_sub(SignedDuration::from_hours(days * 24)).unwrap_or(Timestamp::MIN);
    if stretch.since >= oldest {
        return stretch;
    }
    let provider = tenant.provider();
    console.warn(format_args!("{provider} keeps its log for {days} days; what is older is gone"));
    Stretch { since: oldest, ..stretch }
}

/// Nothing came, and why.
fn nothing(end: End, console: Console) -> anyhow::Result<Exit> {
    if let End::Failed(error) = end {
        let is_credential =
            matches!(error, Error::Refused { .. } | Error::SignIn { .. } | Error::Forbidden { .. });
        if is_credential {
            console
                .note(|out| writeln!(out, "`keyward doctor` says what to do about a credential."));
        }
        return Err(error).context("nothing was fetched");
    }
    console.warn("nothing was fetched");
    Ok(Exit::Failed)
}
