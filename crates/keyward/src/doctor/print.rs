//! What the doctor found, for people and for programs.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use idp::{Check, Verdict};
use serde_json::{Value, json};

use super::Patient;
use crate::output::Out;
use crate::render::write_json;
use crate::sanitize::visible;

const BOLD: Style = Style::new().bold();

/// A paragraph for each tenant.
pub(super) fn text(patients: &[Patient], rules: Option<&Check>, out: &mut Out) -> io::Result<()> {
    for patient in patients {
        let Patient { name, provider, url, checks } = patient;
        writeln!(out, "{BOLD}{}{BOLD:#} ({provider}, {url})", visible(name))?;
        for check in checks {
            line(check, out)?;
        }
        writeln!(out)?;
    }
    if let Some(check) = rules {
        writeln!(out, "{BOLD}detection{BOLD:#}")?;
        line(check, out)?;
    }
    Ok(())
}

fn line(check: &Check, out: &mut Out) -> io::Result<()> {
    let style = style(check.verdict);
    let (verdict, about) = (check.verdict.as_str(), check.about);
    writeln!(out, "  {style}{verdict:8}{style:#} {about:11} {}", visible(&check.says))?;
    match &check.advice {
        Some(advice) => writeln!(out, "  {:20} to do: {}", "", visible(advice)),
        None => Ok(()),
    }
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Good => AnsiColor::Green.on_default(),
        Verdict::Note => AnsiColor::Cyan.on_default(),
        Verdict::Warning | Verdict::Unknown => AnsiColor::Yellow.on_default().bold(),
        Verdict::Fault => AnsiColor::Red.on_default().bold(),
    }
}

/// One object.
pub(super) fn json(patients: &[Patient], rules: Option<&Check>, out: &mut Out) -> io::Result<()> {
    let tenants: Vec<Value> = patients.iter().map(patient_json).collect();
    let rules = rules.map(check_json);
    let whole = json!({"schema": "keyward.doctor/1", "tenants": tenants, "rules": rules});
    write_json(&whole, out)?;
    out.write_all(b"\n")
}

fn patient_json(patient: &Patient) -> Value {
    let Patient { name, provider, url, checks } = patient;
    let checks: Vec<Value> = checks.iter().map(check_json).collect();
    json!({"tenant": name, "provider": provider, "url": url, "checks": checks})
}

fn check_json(check: &Check) -> Value {
    json!({
        "about": check.about, "verdict": check.verdict.as_str(), "says": check.says, "advice": check.advice,
    })
}
