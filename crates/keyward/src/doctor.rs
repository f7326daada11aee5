//! `keyward doctor`: whether tenants can be watched with their credentials, and what to do if not.

mod print;

use std::io::Write;

use anyhow::Context;
use idp::{Check, Verdict};

use crate::args::{Doctor, DoctorFormat};
use crate::config::Config;
use crate::connect;
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;
use crate::reach::{self, Meant};
use crate::run::rules::Rules;

/// What was found of one tenant.
struct Patient {
    name: String,
    provider: &'static str,
    url: String,
    checks: Vec<Check>,
}

/// Looks at every tenant that is meant, and at the rules.
pub(crate) fn run(args: &Doctor, console: Console) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("failed to begin a thread")?;
    let (patients, rules) = match reach::meant(&args.reach, console)? {
        Meant::Configured(config) => {
            let patients = runtime.block_on(configured(args, &config))?;
            (patients, Some(rules(&config)))
        }
        Meant::Told(origin, provider, access) => {
            let (name, url) = (origin.host().to_owned(), origin.to_string());
            let tenant = reach::told(&args.reach, origin, provider, &access);
            let checks = runtime.block_on(looked_at(tenant));
            (vec![Patient { name, provider: provider.as_str(), url, checks }], None)
        }
    };
    let mut out = Out::open(None, console.color())?;
    match args.format {
        DoctorFormat::Text => print::text(&patients, rules.as_ref(), &mut out)?,
        DoctorFormat::Json => print::json(&patients, rules.as_ref(), &mut out)?,
    }
    out.flush()?;
    let checks = patients.iter().flat_map(|patient| &patient.checks).chain(&rules);
    Ok(exit(checks.map(|check| check.verdict).max()))
}

/// What could not be found out beats what was found.
fn exit(worst: Option<Verdict>) -> Exit {
    match worst {
        Some(Verdict::Unknown) => Exit::Partial,
        Some(Verdict::Fault | Verdict::Warning) => Exit::Found,
        Some(Verdict::Note | Verdict::Good) | None => Exit::Clean,
    }
}

async fn configured(args: &Doctor, config: &Config) -> anyhow::Result<Vec<Patient>> {
    let outbound = connect::outbound(&config.outbound)?;
    let only = args.reach.tenant.as_deref().map(|name| config.tenant(Some(name))).transpose()?;
    let mut patients = Vec::new();
    for tenant in only.map_or(config.tenants.as_slice(), std::slice::from_ref) {
        patients.push(Patient {
            name: tenant.name.clone(),
            provider: tenant.provider.name(),
            url: tenant.origin.to_string(),
            checks: looked_at(connect::tenant(tenant, &outbound)).await,
        });
    }
    Ok(patients)
}

/// A credential that cannot be read is the first thing to be told.
async fn looked_at(tenant: anyhow::Result<idp::Tenant>) -> Vec<Check> {
    match tenant {
        Ok(tenant) => idp::doctor(&tenant).await,
        Err(error) => vec![Check {
            about: "credential",
            verdict: Verdict::Fault,
            says: format!("{error:#}"),
            advice: Some(
                "see whether it lies where the configuration says, and is the key itself"
                    .to_owned(),
            ),
        }],
    }
}

fn rules(config: &Config) -> Check {
    let (verdict, says, advice) = match Rules::load(&config.detect) {
        Ok(rules) if rules.n_idle() == 0 => {
            (Verdict::Good, format!("{} are loaded", rules.n_running()), None)
        }
        Ok(rules) => {
            let says =
                format!("{} are loaded, {} wait for lists", rules.n_running(), rules.n_idle());
            (
                Verdict::Note,
                says,
                Some("`keyward rules list` names them; `detect.lists` takes lists"),
            )
        }
        Err(error) => {
            (Verdict::Fault, format!("{error:#}"), Some("`keyward rules check` shows the places"))
        }
    };
    Check { about: "rules", verdict, says, advice: advice.map(str::to_owned) }
}
