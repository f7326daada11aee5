//! What a message says, before it is written for one medium or another.
//!
//! Whoever is on call should be able to act on it without opening anything else: what, who, from where, when, why it
//! matters, what is innocent, what to do first.

mod card;
mod facts;
mod mail;
mod slack;
#[cfg(test)]
mod tests;
mod text;

use finding::{Finding, Level, State, visible};
use jiff::Timestamp;

pub(crate) use self::card::card;
pub(crate) use self::mail::html;
pub(crate) use self::slack::blocks;
pub(crate) use self::text::{mrkdwn, text};
use crate::{Delivery, Folded, Own, Template, Turn};

/// Characters of the explanation that are kept.
const WHY_MAX: usize = 600;

/// Characters of one point or step that are kept.
pub(crate) const POINT_MAX: usize = 300;

/// Points or steps of one list that are kept.
const POINTS_MAX: usize = 6;

/// The titles of parts.
pub(crate) const WHY: &str = "Why it matters";
pub(crate) const INNOCENT: &str = "What may be innocent";
pub(crate) const FIRST: &str = "What to do first";

/// A message. Every text in it stands on one line and does nothing where it is shown; it is not yet escaped for any
/// medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What was found about whom, with its level: `High: Okta API Token Created: mallory@example.com`.
    pub headline: String,
    /// How bad it is.
    pub level: Level,
    /// What happened since the message before, or what else to know before reading on.
    pub notices: Vec<String>,
    /// Names and values, in order.
    pub facts: Vec<(&'static str, String)>,
    /// What the rule saw: fields and their values.
    pub seen: Vec<(String, String)>,
    /// What to think of it and do about it.
    pub parts: Vec<Part>,
    /// What stands in the place of facts, of what was seen and of parts, in the words of a [`Template`]; empty without one.
    pub own: Vec<Own>,
    /// The finding's id.
    pub id: String,
}

/// A part of a message under a title of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its title.
    pub title: &'static str,
    /// What stands there.
    pub body: Body,
}

/// What a part holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A paragraph.
    Text(String),
    /// Points in no order.
    Points(Vec<String>),
    /// Steps in their order.
    Steps(Vec<String>),
}

impl Message {
    /// The message of a delivery.
    pub fn of(delivery: &Delivery) -> Self {
        let Finding { level, id, .. } = &delivery.alert.finding;
        Self {
            headline: headline(delivery),
            level: *level,
            notices: notices(delivery),
            facts: facts::facts(&delivery.alert.finding),
            seen: facts::seen(&delivery.alert.finding),
            parts: parts(delivery),
            own: Vec::new(),
            id: id.to_string(),
        }
    }

    /// The message of a delivery, in the words of a template if there is one. Headline and notices stand above them all the same.
    pub fn told(delivery: &Delivery, template: Option<&Template>) -> Self {
        let message = Self::of(delivery);
        let own = template.map(|template| template.fill(&message, &delivery.alert));
        Self { own: own.unwrap_or_default(), ..message }
    }

    /// The message as lines of plain text.
    pub fn text(&self) -> String {
        text(self)
    }

    /// What shows all there is to know of the finding.
    pub fn command(&self) -> String {
        format!("keyward findings show {}", self.id)
    }

    /// Writes the message so that what comes of it is no larger than that, leaving out what matters least: first what
    /// was seen, then the ends of texts. What has nothing left to leave out is given as it is.
    pub(crate) fn within<T>(
        mut self,
        most: usize,
        write: impl Fn(&Self) -> T,
        size: impl Fn(&T) -> usize,
    ) -> T {
        let mut kept = WHY_MAX;
        loop {
            let written = write(&self);
            if size(&written) <= most || kept == 0 {
                return written;
            }
            let has_seen = self.own.is_empty() && self.seen.pop().is_some();
            if !has_seen {
                kept /= 2;
                self.shorten(kept);
            }
        }
    }

    fn shorten(&mut self, most: usize) {
        self.headline = line(&self.headline, most.max(POINT_MAX / 4));
        let facts = self.facts.iter_mut().map(|(_, value)| value);
        let bodies = self.parts.iter_mut().flat_map(|part| part.body.texts());
        for text in facts.chain(bodies).chain(&mut self.notices) {
            *text = line(text, most);
        }
        if most < POINT_MAX / 4 {
            self.own.truncate(self.own.len() / 2);
        }
        for own in &mut self.own {
            own.text = cut(std::mem::take(&mut own.text), most);
        }
    }
}

impl Body {
    fn texts(&mut self) -> &mut [String] {
        match self {
            Self::Text(text) => std::slice::from_mut(text),
            Self::Points(texts) | Self::Steps(texts) => texts,
        }
    }

    /// Lines with their marks.
    pub(crate) fn lines(&self) -> Vec<(String, &str)> {
        match self {
            Self::Text(text) => vec![(String::new(), text)],
            Self::Points(points) => points.iter().map(|point| ("- ".into(), &**point)).collect(),
            Self::Steps(steps) => {
                (1..).zip(steps).map(|(n, step)| (format!("{n}. "), &**step)).collect()
            }
        }
    }
}

/// Text from elsewhere on one line: white space is one blank, what cannot be seen is written out, the end is cut.
pub(crate) fn line(text: &str, most: usize) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    cut(visible(&words.join(" ")).into_owned(), most)
}

/// A line without its end, if it is longer.
fn cut(line: String, most: usize) -> String {
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

fn headline(delivery: &Delivery) -> String {
    let finding = &delivery.alert.finding;
    let prefix = match delivery.turn {
        Turn::Raised | Turn::Changed => String::new(),
        Turn::Withdrawn => "Withdrawn: ".to_owned(),
        Turn::Closed => "Closed: ".to_owned(),
    };
    let title = line(&finding.headline(), POINT_MAX);
    let title = if title.is_empty() { finding.rule.id.clone() } else { title };
    format!("{prefix}{}: {}", capital(finding.level.name()), line(&title, POINT_MAX))
}

/// With a capital at its beginning.
pub(crate) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn notices(delivery: &Delivery) -> Vec<String> {
    let finding = &delivery.alert.finding;
    let turn = match delivery.turn {
        Turn::Raised => None,
        Turn::Changed => Some(format!("Changed since it was told: revision {}.", finding.revision)),
        Turn::Withdrawn => Some("Withdrawn: with all events at hand it does not hold.".to_owned()),
        Turn::Closed => Some("Closed by a person: nothing is left to do.".to_owned()),
    };
    let is_open = !delivery.turn.is_end() && finding.state == State::Provisional;
    let state = is_open.then(|| {
        "Provisional: told on arrival, it may change when earlier events come in.".to_owned()
    });
    let late = finding.late.then(|| "An event of it came late.".to_owned());
    let folded = folded(&delivery.folded, &finding.rule.title);
    turn.into_iter().chain(state).chain(late).chain(folded).collect()
}

/// Titles of folded findings that are told.
const TITLES_MAX: usize = 8;

/// `And 14 more like it, from … to …, at most critical.` What is not like it is named with how often it was found.
fn folded(folded: &[Folded], title: &str) -> Option<String> {
    let worst = folded.iter().map(|one| one.level).max()?;
    let times = || folded.iter().filter_map(|one| one.time);
    let span = match (times().min(), times().max()) {
        (Some(first), Some(last)) if first < last => {
            format!(", from {} to {}", moment(first), moment(last))
        }
        (Some(first), _) => format!(", at {}", moment(first)),
        _ => String::new(),
    };
    let n_folded = folded.len();
    if folded.iter().all(|one| one.title == title) {
        return Some(format!("And {n_folded} more like it{span}, at most {worst}."));
    }
    Some(format!("And {n_folded} more{span}, at most {worst}: {}.", titles(folded)))
}

/// `A super administrator (3), An API token without a network (2)`.
fn titles(folded: &[Folded]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for one in folded {
        match counts.iter_mut().find(|(title, _)| *title == one.title) {
            Some((_, n)) => *n += 1,
            None => counts.push((&one.title, 1)),
        }
    }
    let told = counts.iter().take(TITLES_MAX);
    let mut told: Vec<_> = told.map(|(title, n)| format!("{} ({n})", line(title, 80))).collect();
    if counts.len() > TITLES_MAX {
        told.push("and others".to_owned());
    }
    told.join(", ")
}

/// `2026-11-22 09:00:00 UTC`.
pub(crate) fn moment(time: Timestamp) -> String {
    format!("{} UTC", time.strftime("%Y-%m-%d %H:%M:%S"))
}

/// What is over needs no advice.
fn parts(delivery: &Delivery) -> Vec<Part> {
    if delivery.turn.is_end() {
        return Vec::new();
    }
    let guide = &delivery.alert.guide;
    let list = |texts: &[String]| -> Vec<String> {
        let texts = texts.iter().filter(|text| !text.trim().is_empty());
        texts.take(POINTS_MAX).map(|text| line(text, POINT_MAX)).collect()
    };
    let why = line(&guide.why, WHY_MAX);
    let (innocent, first) = (list(&guide.innocent), list(&guide.first));
    let mut parts = Vec::new();
    if !why.is_empty() {
        parts.push(Part { title: WHY, body: Body::Text(why) });
    }
    if !innocent.is_empty() {
        parts.push(Part { title: INNOCENT, body: Body::Points(innocent) });
    }
    if !first.is_empty() {
        parts.push(Part { title: FIRST, body: Body::Steps(first) });
    }
    parts
}
