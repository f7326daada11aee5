//! Messages as HTML for mail: inline, without script, picture or anything from the network.

use std::fmt::Write as _;

use finding::html_escaped as escaped;

use super::{Body, Message};
use crate::Own;

/// The message as an HTML document.
pub(crate) fn html(message: &Message) -> String {
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"></head>\n\
         <body style=\"font-family:sans-serif;max-width:48em\">\n<h2>{}</h2>\n",
        escaped(&message.headline)
    );
    for notice in &message.notices {
        let _ = writeln!(text, "<p><em>{}</em></p>", escaped(notice));
    }
    if message.own.is_empty() {
        rest(message, &mut text);
    } else {
        own(&message.own, &mut text);
    }
    text.push_str("</body></html>\n");
    text
}

/// A body in a user's own words: lines without a blank one between them are one paragraph.
fn own(lines: &[Own], text: &mut String) {
    for lines in lines.split(Own::is_blank) {
        for lines in lines.chunk_by(|one, other| one.is_title == other.is_title) {
            let joined: Vec<_> = lines.iter().map(|own| escaped(&own.text)).collect();
            let joined = joined.join("\n");
            let _ = match lines.first() {
                Some(own) if own.is_title => writeln!(text, "<h3>{joined}</h3>"),
                Some(_) => writeln!(text, "<p style=\"white-space:pre-wrap\">{joined}</p>"),
                None => Ok(()),
            };
        }
    }
}

/// All that stands below the notices.
fn rest(message: &Message, text: &mut String) {
    text.push_str(&table(message.facts.iter().map(|(name, value)| (*name, value))));
    if !message.seen.is_empty() {
        text.push_str("<h3>Seen</h3>\n");
        let seen = message.seen.iter().map(|(field, value)| (field.as_str(), value));
        text.push_str(&table(seen));
    }
    for part in &message.parts {
        let _ = writeln!(text, "<h3>{}</h3>", part.title);
        text.push_str(&body(&part.body));
    }
    let (id, command) = (escaped(&message.id), escaped(&message.command()));
    let _ = writeln!(text, "<p>Finding {id}: <code>{command}</code></p>");
}

fn table<'a>(rows: impl Iterator<Item = (&'a str, &'a String)>) -> String {
    let row = |(name, value): (&str, &String)| {
        let (name, value) = (escaped(name), escaped(value));
        format!(
            "<tr><th align=\"left\" valign=\"top\" style=\"padding-right:1em\">{name}</th><td>{value}</td></tr>\n"
        )
    };
    format!("<table>\n{}</table>\n", rows.map(row).collect::<Vec<_>>().concat())
}

fn body(body: &Body) -> String {
    let items = |texts: &[String]| -> String {
        let items: Vec<_> =
            texts.iter().map(|text| format!("<li>{}</li>\n", escaped(text))).collect();
        items.concat()
    };
    match body {
        Body::Text(text) => format!("<p>{}</p>\n", escaped(text)),
        Body::Points(points) => format!("<ul>\n{}</ul>\n", items(points)),
        Body::Steps(steps) => format!("<ol>\n{}</ol>\n", items(steps)),
    }
}
