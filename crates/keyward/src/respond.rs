//! `keyward respond`: the eight steps after a leak, as a record that is gone on with, and a report of it.

mod calls;
mod deeds;
mod found;
mod incident;
mod merge;
mod page;
mod step;
mod store;
mod subject;

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use archive::{Audit, Findings};
use catalog::Product;
use jiff::Timestamp;
use serde_json::Value;

use self::incident::{Incident, Subject};
use self::step::{Taken, Taking};
use self::store::Store;
use crate::args::{
    ReportFormat, Respond, RespondNote, RespondReport, RespondStart, RespondStep, RespondVerb,
};
use crate::config::{self, Config};
use crate::console::Console;
use crate::exit::Exit;
use crate::findings::whoever;
use crate::output::Out;
use crate::render::page::{Block, Line, Page, html, markdown, text};
use crate::render::{moment, write_json};
use crate::revoke::{Desk, NoSuch, Plan, Target, Way};

/// The largest file of findings that is read.
const MOST_BYTES: u64 = 256 << 20;

/// Does what was asked for.
pub(crate) fn run(args: &Respond, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let config = config::load(&args.config, console)?;
    let store = Store::of(&config.data);
    match &args.verb {
        Some(RespondVerb::List) => list(&store, console),
        Some(RespondVerb::Start(start)) => {
            let mut incident = begun(start, args, &config, (now, console))?;
            store.save(&mut incident)?;
            warn_of_others(&incident, &store, console)?;
            show(&incident, console)
        }
        verb => {
            let (mut incident, is_new) = resumed(&store, args, &config, now)?;
            if is_new {
                store.save(&mut incident)?;
                warn_of_others(&incident, &store, console)?;
            }
            if let Err(error) = calls::take(&mut incident, &audit_of(&config)) {
                console.warn(format_args!("calls may be missing in the timeline: {error}"));
            }
            if let Some(RespondVerb::Report(report)) = verb {
                if let Err(error) = found::tell(&mut incident, &config) {
                    console.warn(format_args!("findings are missing in the timeline: {error:#}"));
                }
                return write_report(report, &incident, console);
            }
            gone_on(verb.as_ref(), &mut incident, &store, (args, console))
        }
    }
}

/// Says which other records are about the same: whoever wrote there may be at it.
fn warn_of_others(incident: &Incident, store: &Store, console: Console) -> anyhow::Result<()> {
    for other in store.all()? {
        let is_same = other.tenant == incident.tenant && other.subject.is_same(&incident.subject);
        if is_same && other.id != incident.id {
            console.warn(format_args!(
                "`{}`, begun {} UTC by {}, is about the same: `keyward respond {0}` goes on with that one",
                other.id,
                moment(other.opened),
                other.by
            ));
        }
    }
    Ok(())
}

/// The record of what was called.
fn audit_of(config: &Config) -> Audit {
    Audit::at(config.data.join("audit.jsonl"))
}

fn gone_on(
    verb: Option<&RespondVerb>,
    incident: &mut Incident,
    store: &Store,
    (args, console): (&Respond, Console),
) -> anyhow::Result<Exit> {
    match verb {
        Some(RespondVerb::Step(step)) => take(step, incident, store, (args, console)),
        Some(RespondVerb::Note(RespondNote { text, by })) => {
            let by = by.clone().unwrap_or_else(whoever);
            incident.tell(Timestamp::now(), "record", format!("{by}: {text}"));
            store.save(incident)?;
            Ok(Exit::Clean)
        }
        _ => show(incident, console),
    }
}

/// The record that is meant; a new one for a finding that has none.
fn resumed(
    store: &Store,
    args: &Respond,
    config: &Config,
    now: Timestamp,
) -> anyhow::Result<(Incident, bool)> {
    let id = args.id.as_deref().context("which finding or incident?")?;
    if let Some(incident) = store.find(id)? {
        return Ok((incident, false));
    }
    let finding = match &args.from {
        Some(file) => from_file(file, id)?,
        None => from_store(config, id)?,
    };
    let text = |pointer: &str| finding.pointer(pointer).and_then(Value::as_str);
    let whole = text("/id").unwrap_or(id).to_owned();
    let title = text("/rule/title").unwrap_or("a finding").to_owned();
    let known = |name: &&str| config.tenants.iter().any(|tenant| tenant.name == *name);
    let told = text("/credential/token/tenant").or_else(|| text("/tenant")).filter(known);
    let tenant = config.tenant(args.tenant.as_deref().or(told))?.name.clone();
    let short: String = whole.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let name = (format!("inc-{short}"), title);
    let subject = Subject::of_finding(&finding);
    let is_okta = text("/provider").is_none_or(|provider| provider == Product::Okta.name());
    let told = subject.kind.clone().or_else(|| kind(&subject).filter(|_| is_okta));
    let subject = Subject { kind: told, ..subject };
    let incident = Incident::new(name, &tenant, (whoever(), now), subject, Some(finding));
    Ok((incident, true))
}

fn begun(
    start: &RespondStart,
    args: &Respond,
    config: &Config,
    (now, console): (Timestamp, Console),
) -> anyhow::Result<Incident> {
    let tenant = config.tenant(args.tenant.as_deref())?.name.clone();
    let since = start.since.map(|since| since.resolve(now));
    let subject = Subject { since, ..Subject::default().or(&start.about) };
    let subject = Subject { kind: kind(&subject), ..subject };
    let subject = there(subject, (args, console), &tenant)?;
    let id = format!("inc-{}", now.strftime("%Y%m%d-%H%M%S%3f"));
    let whose = (whoever(), now);
    Ok(Incident::new((id, start.title.clone()), &tenant, whose, subject, None))
}

/// The same by its whole id. Fails if the provider says that there is no such thing; what cannot be asked now is asked by the steps.
fn there(
    subject: Subject,
    (args, console): (&Respond, Console),
    tenant: &str,
) -> anyhow::Result<Subject> {
    let Some(order) = subject.order(Way::Plain, None) else { return Ok(subject) };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("failed to begin a thread")?;
    let planned = Desk::of(&args.config, Some(tenant), None, console)
        .and_then(|desk| runtime.block_on(Plan::make(order, &desk)));
    match planned {
        Err(error) if error.is::<NoSuch>() => Err(error),
        Err(error) => {
            console.warn(format_args!("whether it is there could not be seen: {error:#}"));
            Ok(subject)
        }
        Ok(plan) => match plan.order.target {
            Target::Token(id) => Ok(Subject { token: Some(id), ..subject }),
            _ => Ok(subject),
        },
    }
}

/// The kind of credential, where what it is about leaves no doubt.
fn kind(subject: &Subject) -> Option<String> {
    let kind = match (&subject.token, &subject.secret, &subject.key, &subject.session) {
        (Some(_), ..) => "okta_api_token",
        (_, Some(_), ..) => "okta_client_secret",
        (_, _, Some(_), _) => "private_jwk",
        (.., Some(_)) => "okta_session_cookie",
        _ => return None,
    };
    Some(kind.to_owned())
}

fn from_store(config: &Config, beginning: &str) -> anyhow::Result<Value> {
    let path = config.findings_store();
    if !path.exists() {
        bail!(
            "no incident begins with `{beginning}`, and no store of findings lies at `{}`; `--from` names a file of findings, such as one of `scan --format json`",
            path.display()
        );
    }
    let store =
        Findings::open(&path).with_context(|| format!("failed to open `{}`", path.display()))?;
    let ids = store.ids(beginning, 2).context("failed to read the store")?;
    let id = match ids.as_slice() {
        [one] => one,
        [] => bail!(
            "no incident and no finding in the store begins with `{beginning}`; `--from` names a file of findings, such as one of `scan --format json`"
        ),
        [one, ..] if one == beginning => one,
        _ => bail!("several findings begin with `{beginning}`"),
    };
    let stored = store.get(id).context("failed to read the store")?;
    let stored = stored.context("the finding is gone")?;
    serde_json::from_str(&stored.json).context("the finding cannot be read")
}

/// A finding of a file of `scan` or `detect`: one object with `findings`, or one finding a line.
fn from_file(path: &Path, beginning: &str) -> anyhow::Result<Value> {
    let failed = || format!("failed to read `{}`", path.display());
    if fs::metadata(path).with_context(failed)?.len() > MOST_BYTES {
        bail!("`{}` is too large for a file of findings", path.display());
    }
    let text = fs::read_to_string(path).with_context(failed)?;
    let whole = serde_json::from_str::<Value>(&text).ok();
    let mut all: Vec<Value> = match whole.as_ref().and_then(|whole| whole.get("findings")) {
        Some(Value::Array(findings)) => findings.clone(),
        _ => text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
    };
    all.retain(|finding| finding["id"].as_str().is_some_and(|id| id.starts_with(beginning)));
    // The same credential in another place has another id; the same id twice is one finding.
    all.dedup_by(|one, other| one["id"] == other["id"]);
    match (all.pop(), all.is_empty()) {
        (Some(finding), true) => Ok(finding),
        (Some(_), false) => {
            bail!("several findings of `{}` begin with `{beginning}`", path.display())
        }
        (None, _) => bail!("no finding of `{}` begins with `{beginning}`", path.display()),
    }
}

fn take(
    step: &RespondStep,
    incident: &mut Incident,
    store: &Store,
    (args, console): (&Respond, Console),
) -> anyhow::Result<Exit> {
    let before = incident.clone();
    let tenant = incident.tenant.clone();
    let desk = Desk::of(&args.config, Some(&tenant), step.secret_file.as_deref(), console)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("failed to begin a thread")?;
    let by = step.by.clone().unwrap_or_else(whoever);
    let mut taking = Taking { incident, store, args: step, desk: &desk, by: &by };
    let Taken { exit, mut page, has_called } = runtime.block_on(taking.take())?;
    // A plan changes nothing of the record.
    let saved = if *incident == before { Ok(()) } else { store.save(incident) };
    if *incident != before {
        let page = page.get_or_insert_with(|| Page::new(step.name.name()));
        page.push(Block::Paragraph(page::standing(incident, step.name)));
    }
    // What was done is told, whatever became of the record.
    page.map_or(Ok(()), |page| print(&page, console))?;
    match saved {
        Err(error) if has_called => {
            let hint =
                "`audit.jsonl` has the calls, and the next `keyward respond` takes them from there";
            console
                .warn(format_args!("what was done could not be written down: {error:#}; {hint}"));
            Ok(Exit::Partial)
        }
        saved => saved.map(|()| exit),
    }
}

fn show(incident: &Incident, console: Console) -> anyhow::Result<Exit> {
    print(&page::overview(incident), console)?;
    Ok(if incident.next().is_some() { Exit::Found } else { Exit::Clean })
}

fn list(store: &Store, console: Console) -> anyhow::Result<Exit> {
    let all = store.all()?;
    let mut page = Page::new("Incidents");
    let row = |incident: &Incident| {
        let next = incident.next().map_or("nothing", |name| name.name());
        [
            incident.id.clone(),
            moment(incident.opened),
            incident.tenant.clone(),
            next.to_owned(),
            incident.title.clone(),
        ]
        .map(Line::plain)
        .into()
    };
    let columns = ["id", "begun (UTC)", "tenant", "next", "what"].map(str::to_owned).into();
    match all.as_slice() {
        [] => page.push(Block::Paragraph(Line::plain("None."))),
        all => page.push(Block::Table { columns, rows: all.iter().map(row).collect() }),
    }
    print(&page, console)?;
    let is_open = all.iter().any(|incident| incident.next().is_some());
    Ok(if is_open { Exit::Found } else { Exit::Clean })
}

fn print(page: &Page, console: Console) -> anyhow::Result<()> {
    let mut out = Out::open(None, console.color())?;
    text(page, &mut out).and_then(|()| out.flush()).context("failed to print")
}

fn write_report(
    args: &RespondReport,
    incident: &Incident,
    console: Console,
) -> anyhow::Result<Exit> {
    let mut out = Out::open(args.output.output.as_deref(), console.color())?;
    let page = page::report(incident, Timestamp::now());
    match args.format {
        ReportFormat::Text => text(&page, &mut out),
        ReportFormat::Markdown => markdown(&page, &mut out),
        ReportFormat::Html => html(&page, &mut out),
        ReportFormat::Json => write_json(incident, &mut out).and_then(|()| out.write_all(b"\n")),
    }
    .and_then(|()| out.flush())
    .context("failed to write the report")?;
    Ok(if incident.next().is_some() { Exit::Found } else { Exit::Clean })
}
