//! What there is to replay, in words.

use std::io::{self, Write};

use ::lab::{Attack, attacks};
use jiff::SignedDuration;

/// Every attack, with what it is, where it is described and what should raise it.
pub(crate) fn list(out: &mut impl Write) -> io::Result<()> {
    for (number, attack) in attacks().iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        head(attack, out)?;
    }
    out.flush()
}

/// What happens: in the attack, step by step, or in ordinary days, and how often.
pub(crate) fn describe(attack: Option<&Attack>, out: &mut impl Write) -> io::Result<()> {
    let Some(attack) = attack else {
        write!(out, "{}", ::lab::describe())?;
        return out.flush();
    };
    head(attack, out)?;
    writeln!(out)?;
    for step in attack.steps() {
        writeln!(out, "  {:>7}  {}", since(step.at), step.says)?;
    }
    out.flush()
}

fn head(attack: &Attack, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{} · {} · {}", attack.name, attack.provider.name(), since(attack.length))?;
    writeln!(out, "  {}", attack.title)?;
    writeln!(out, "  source  {}", attack.source)?;
    for (number, rule) in attack.rules.iter().enumerate() {
        let label = if number == 0 { "rules " } else { "      " };
        writeln!(out, "  {label}  {rule}")?;
    }
    Ok(())
}

/// `1h12m`, `3d`, `0s`: the two largest units.
fn since(span: SignedDuration) -> String {
    let mut rest = span.as_secs();
    let mut parts = Vec::new();
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if rest >= length {
            parts.push(format!("{}{unit}", rest / length));
        }
        rest %= length;
    }
    parts.truncate(2);
    if parts.is_empty() { "0s".to_owned() } else { parts.concat() }
}
