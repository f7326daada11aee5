//! `keyward scan --plan`: the requests that would tell which credentials are live. None is sent.

use std::collections::HashMap;
use std::io::{self, Write};

use anstyle::Style;
use anyhow::bail;
use finding::{Finding, Fingerprint};
use leak::{Plan, Step};
use serde_json::{Value, json};

use super::summary::Summary;
use crate::args::{LeakFormat, Scan};
use crate::exit::Exit;
use crate::render::{Renderer, write_json};
use crate::sanitize::visible;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Plans by the case and the kind of their credentials.
pub(crate) type Plans = HashMap<(Fingerprint, String), Plan>;

/// Keeps the plan of a credential: of several places the one that tells whom to ask.
pub(super) fn add(plans: &mut Plans, finding: &Finding, plan: Plan) {
    let key = (finding.case.clone(), finding.rule.id.clone());
    let known = plans.entry(key).or_insert_with(|| plan.clone());
    if known.host.is_none() && plan.host.is_some() {
        *known = plan;
    }
}

/// Prints plans in place of findings: one a credential, in the order in which those come.
pub(crate) struct Planner {
    plans: Plans,
    is_text: bool,
}

impl Planner {
    /// A printer of these plans: one object a line where it is not for people.
    pub(super) fn new(plans: Plans, format: LeakFormat) -> Self {
        Self { plans, is_text: format == LeakFormat::Text }
    }

    /// Fails for formats in which plans are not printed.
    pub(super) fn check(args: &Scan) -> anyhow::Result<()> {
        let format = args.telling.format;
        if args.plan && !matches!(format, LeakFormat::Text | LeakFormat::Jsonl) {
            bail!("`--plan` is printed as text or jsonl");
        }
        Ok(())
    }
}

impl Renderer<Summary> for Planner {
    fn finding(&mut self, finding: Finding, out: &mut dyn Write) -> io::Result<()> {
        let key = (finding.case.clone(), finding.rule.id.clone());
        let Some(plan) = self.plans.remove(&key) else { return Ok(()) };
        if self.is_text {
            write_plan(&finding, &plan, out)
        } else {
            write_json(&to_json(&finding, &plan), out)?;
            out.write_all(b"\n")
        }
    }

    fn finish(&mut self, summary: &Summary, _: Exit, out: &mut dyn Write) -> io::Result<()> {
        if !self.is_text {
            return Ok(());
        }
        writeln!(out, "Nothing was sent.")?;
        summary.write(out)
    }
}

fn write_plan(finding: &Finding, plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let mask = finding.credential.as_ref().map(|it| it.mask.as_str()).unwrap_or_default();
    let host = plan.host.as_deref().map(|host| format!(" at {host}")).unwrap_or_default();
    let title = format!("{} {mask}{host}", finding.rule.title);
    writeln!(out, "{BOLD}{}{BOLD:#}", visible(&title))?;
    for (number, step) in plan.steps.iter().enumerate() {
        writeln!(out, "  {}. {}", number + 1, visible(&step_line(step, plan)))?;
        for answer in &step.check.answers {
            let told = format!("{} → {}", answer.seen, answer.status.name());
            writeln!(out, "     {DIM}{}{DIM:#}", visible(&told))?;
        }
        if let Some(caution) = step.check.caution {
            writeln!(out, "     {DIM}mind: {}{DIM:#}", visible(caution))?;
        }
    }
    if let Some(refused) = &plan.refused {
        let told = format!("not tried: {refused} ({})", plan.status.name());
        writeln!(out, "  {}", visible(&told))?;
    }
    writeln!(out)
}

/// `live: GET https://acme.okta.com/api/v1/users/me with Authorization: SSWS {secret}`.
fn step_line(step: &Step, plan: &Plan) -> String {
    let mode = step.check.mode.name();
    let (Some(request), Some(url)) = (&step.check.request, url(step, plan)) else {
        return format!("{mode}: look at the credential itself, send nothing");
    };
    let with = match request.sends {
        "" => String::new(),
        sends => format!(" with {sends}"),
    };
    format!("{mode}: {} {url}{with}", request.method)
}

fn url(step: &Step, plan: &Plan) -> Option<String> {
    let host = plan.host.as_deref().unwrap_or("{host}");
    Some(format!("https://{host}{}", step.path.as_deref()?))
}

fn to_json(finding: &Finding, plan: &Plan) -> Value {
    let steps = plan.steps.iter().map(|step| {
        let request = step.check.request.as_ref();
        let answers = step.check.answers.iter();
        let answers: Vec<_> = answers
            .map(|answer| json!({"seen": answer.seen, "status": answer.status.name()}))
            .collect();
        json!({
            "mode": step.check.mode.name(),
            "method": request.map(|request| request.method),
            "url": url(step, plan),
            "sends": request.map(|request| request.sends),
            "answers": answers,
            "caution": step.check.caution,
        })
    });
    json!({
        "schema": "keyward.verification_plan/1",
        "type": plan.kind,
        "fingerprint": finding.credential.as_ref().map(|it| it.fingerprint.clone()),
        "case": finding.case,
        "host": plan.host,
        "status": plan.status.name(),
        "refused": plan.refused,
        "steps": steps.collect::<Vec<_>>(),
    })
}
