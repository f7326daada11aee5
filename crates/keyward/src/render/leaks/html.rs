//! One HTML page that needs nothing else: no script, no picture, nothing from the network.
//!
//! Sorting is done by the browser's style sheet: every card carries its rank by each order, and a choice
//! of radio buttons says which rank counts.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use catalog::{STEPS, credential, guidance};
use finding::{Finding, html_escaped as escaped};

use super::super::Renderer;
use super::{Group, Groups, facts, place_line, tally, value, write_all};
use crate::exit::Exit;
use crate::scan::Summary;

/// The style sheet, which is all there is beside text.
const STYLE: &str = include_str!("html/page.css");

/// What cards are sorted by.
type Key = fn(&Finding) -> String;

/// The orders by which cards can be sorted: the word, and what sorts.
const ORDERS: [(&str, Key); 4] = [
    ("level", |_| String::new()),
    ("type", |finding| finding.rule.title.clone()),
    ("tenant", |finding| finding.tenant.clone().unwrap_or_else(|| "\u{10ffff}".to_owned())),
    ("place", |finding| finding.place.as_ref().map(place_line).unwrap_or_default()),
];

/// Holds what will be shown until the end.
#[derive(Debug, Default)]
pub(super) struct Html {
    groups: Groups,
}

impl Renderer<Summary> for Html {
    fn finding(&mut self, finding: Finding, _: &mut dyn Write) -> io::Result<()> {
        self.groups.add(finding);
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, _: Exit, out: &mut dyn Write) -> io::Result<()> {
        let groups = self.groups.sorted();
        write_head(summary, out)?;
        if groups.len() > 1 {
            write_orders(out)?;
        }
        let ranks = ORDERS.map(|(_, key)| ranks(&groups, key));
        out.write_all(b"<main>\n")?;
        for (at, group) in groups.iter().enumerate() {
            let ranks = ranks.each_ref().map(|ranks| ranks.get(at).copied().unwrap_or(at));
            write_card(group, ranks, out)?;
        }
        out.write_all(b"</main>\n")?;
        let kinds: BTreeSet<_> =
            groups.iter().filter_map(Group::first).map(|it| it.rule.id.as_str()).collect();
        kinds.into_iter().try_for_each(|kind| write_all(out, &[&advice(kind)]))?;
        write_foot(summary, out)
    }
}

fn write_head(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    // A page that was tampered with, or text that slipped through, could load and run nothing.
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    let head = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>Leaked credentials</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>Leaked credentials</h1>\n<p>{}</p></header>\n",
        escaped(&tally(summary))
    );
    write_all(out, &[&head])
}

fn write_orders(out: &mut dyn Write) -> io::Result<()> {
    let mut row = String::from("<fieldset><legend>Sort by</legend>\n");
    for (at, (word, _)) in ORDERS.iter().enumerate() {
        let checked = if at == 0 { " checked" } else { "" };
        let _ = writeln!(
            row,
            "<label><input type=\"radio\" name=\"by\" id=\"by-{word}\"{checked}> {word}</label>"
        );
    }
    row.push_str("</fieldset>\n");
    write_all(out, &[&row])
}

/// The rank of each group by a key, equal ones in the order in which they stand.
fn ranks(groups: &[Group], key: Key) -> Vec<usize> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_cached_key(|at| groups.get(*at).and_then(Group::first).map(key));
    let mut ranks = vec![0; groups.len()];
    for (rank, at) in order.into_iter().enumerate() {
        if let Some(slot) = ranks.get_mut(at) {
            *slot = rank;
        }
    }
    ranks
}

fn write_card(group: &Group, ranks: [usize; 4], out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = group.first() else { return Ok(()) };
    let Some(credential) = first.credential.as_deref() else { return Ok(()) };
    let style: Vec<_> =
        ORDERS.iter().zip(ranks).map(|((word, _), rank)| format!("--{word}:{rank}")).collect();
    let mut card = String::new();
    let _ = writeln!(
        card,
        "<article class=\"{level}\" style=\"{}\">\n<h2><b>{level}</b> {}</h2>",
        style.join(";"),
        escaped(&first.rule.title),
        level = first.level,
    );
    let _ = writeln!(
        card,
        "<p><code>{}</code> · {} bytes · {} · <code>{}</code></p>",
        escaped(value(credential)),
        credential.length,
        escaped(&credential.confidence),
        escaped(&credential.kind)
    );
    card.push_str(&places(group));
    card.push_str("<dl>\n");
    for (word, text) in facts(first) {
        let _ = writeln!(card, "<dt>{word}</dt><dd>{}</dd>", escaped(&text));
    }
    let _ = writeln!(
        card,
        "<dt>fingerprint</dt><dd><code>{}</code></dd>\n</dl>",
        escaped(&credential.fingerprint)
    );
    let _ = writeln!(
        card,
        "<p><a href=\"#{}\">What it means and what to do</a></p>\n</article>",
        escaped(&first.rule.id)
    );
    write_all(out, &[&card])
}

fn places(group: &Group) -> String {
    let places = group.findings.iter().filter_map(|finding| finding.place.as_ref());
    let items: Vec<_> =
        places.map(|place| format!("<li>{}</li>", escaped(&place_line(place)))).collect();
    format!("<ul class=\"places\">\n{}\n</ul>\n", items.join("\n"))
}

/// What to know and do about a kind, once however many there are of it.
fn advice(kind: &str) -> String {
    let Some((row, guidance)) = credential(kind).zip(guidance(kind)) else { return String::new() };
    let mut text = format!("<section id=\"{}\">\n<h2>{}</h2>\n", escaped(kind), escaped(row.title));
    for (heading, items) in guidance.sections() {
        let items: Vec<_> = items.iter().map(|item| format!("<li>{}</li>", marked(item))).collect();
        let _ = writeln!(text, "<h3>{heading}</h3>\n<ul>{}</ul>", items.join(""));
    }
    text.push_str("<h3>What to do</h3>\n<ol>\n");
    for (name, step) in STEPS.iter().zip(guidance.steps) {
        let _ = writeln!(text, "<li><b>{name}</b>: {}</li>", marked(step));
    }
    text.push_str("</ol>\n</section>\n");
    text
}

fn write_foot(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let lines: Vec<_> = summary.lines().iter().map(|line| escaped(line)).collect();
    let version = env!("CARGO_PKG_VERSION");
    let foot = format!(
        "<footer>\n<h2>What was examined</h2>\n<pre>{}</pre>\n<p>keyward {version}</p>\n</footer>\n</body>\n</html>\n",
        lines.join("\n")
    );
    write_all(out, &[&foot])
}

/// Escaped text with what stands in backticks as code.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| match at % 2 {
            1 => format!("<code>{}</code>", escaped(part)),
            _ => escaped(part),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_elsewhere_is_text() {
        assert_eq!(
            escaped("<img src=x onerror='a(\"b\")'>&\u{1b}[2J\u{202e}"),
            "&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;\\u{1b}[2J\\u{202e}"
        );
        assert_eq!(marked("call `a<b` now"), "call <code>a&lt;b</code> now");
    }
}
