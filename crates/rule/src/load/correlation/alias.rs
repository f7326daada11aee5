//! Fields, by their own name, by an alias, or by the group of an inner correlation.

use event::Field;

use super::form::{Form, nearest};
use super::rules::Inner;
use crate::correlation::{Key, Mention};
use crate::diagnostic::{Code, Diagnostic};
use crate::known::Known;
use crate::span::Span;
use crate::yaml::Node;

/// Names under `entity.` and `time.`, for suggestions.
const NAMES: &[&str] = &[
    "entity.user",
    "entity.user_id",
    "entity.target_user",
    "entity.target_user_id",
    "entity.ip",
    "entity.network",
    "entity.asn",
    "entity.as_org",
    "entity.country",
    "entity.city",
    "entity.latitude",
    "entity.longitude",
    "entity.os",
    "entity.user_agent",
    "entity.session",
    "entity.root_session",
    "entity.token",
    "entity.client",
    "entity.app",
    "entity.app_name",
    "entity.device",
    "entity.tenant",
    "entity.type",
    "entity.idp",
    "entity.outcome",
    "entity.provider",
    "time.hour",
    "time.weekday",
    "time.hour_of_week",
];

/// One name for what each rule calls otherwise.
pub(super) struct Alias {
    name: String,
    span: Span,
    /// By source.
    fields: Vec<Option<(String, Span)>>,
}

/// What is read of one source: a field, and the part of its group that goes before.
type Read = (Field, Option<usize>);

impl Form<'_> {
    /// Reads `aliases:`.
    pub(super) fn aliases(&mut self) {
        let Some(node) = self.value("aliases") else { return };
        let Some(entries) = node.map() else {
            return self.shape(node, "aliases such as `{user: {rule: field}}`");
        };
        for (key, value) in entries {
            let Some(fields) = value.map() else {
                self.shape(value, "a field for each rule, such as `{rule: field}`");
                continue;
            };
            let mut alias = Alias {
                name: key.text().unwrap_or_default().to_owned(),
                span: key.span,
                fields: vec![None; self.sources.len()],
            };
            for (rule, field) in fields {
                let source = self.source_of(rule);
                let name = self.text(field, "a field").map(str::to_owned);
                if let (Some(source), Some(name)) = (source, name) {
                    alias.fields[source] = Some((name, field.span));
                }
            }
            self.aliases.push(alias);
        }
    }

    /// The fields under a key: one, or a list of them.
    pub(super) fn keys(&mut self, node: &Node) -> Vec<Key> {
        let nodes = self.few(node);
        let keys: Vec<_> = nodes.into_iter().map(|node| self.key(node)).collect();
        keys.into_iter().flatten().collect()
    }

    /// The fields under a key that must be there.
    pub(super) fn needed_keys(&mut self, name: &str) -> Vec<Key> {
        let help = "name the field, or a list of them";
        let Some(node) = self.needed(name, help) else { return Vec::new() };
        if Self::list(node).is_empty() {
            self.error(Code::Missing, node.span, "the list of fields is empty");
        }
        self.keys(node)
    }

    /// A field that every source is asked for.
    pub(super) fn key(&mut self, node: &Node) -> Option<Key> {
        let all: Vec<_> = (0..self.sources.len()).collect();
        self.key_of(node, &all)
    }

    /// A field that some sources are asked for.
    pub(super) fn key_of(&mut self, node: &Node, asked: &[usize]) -> Option<Key> {
        let name = self.text(node, "the name of a field")?.to_owned();
        self.named(&name, node.span, asked)
    }

    /// A field by its name, of some sources.
    pub(super) fn named(&mut self, name: &str, span: Span, asked: &[usize]) -> Option<Key> {
        let n_sources = self.sources.len();
        let mut key = Key {
            name: name.to_owned(),
            fields: vec![None; n_sources],
            inherited: vec![None; n_sources],
        };
        let alias = self.aliases.iter().position(|alias| alias.name == name);
        if let Some(alias) = alias {
            self.complete(alias, span, asked);
        }
        for &source in asked {
            let written = match alias {
                Some(alias) => self.aliases[alias].fields[source].clone(),
                None => Some((name.to_owned(), span)),
            };
            let Some((name, span)) = written else { continue };
            let (field, inherited) = self.field(&name, span, source)?;
            key.fields[source] = Some(field);
            key.inherited[source] = inherited;
        }
        Some(key)
    }

    /// Says where an alias has no field for a rule that is asked.
    fn complete(&mut self, alias: usize, span: Span, asked: &[usize]) {
        let Alias { name, span: at, fields } = &self.aliases[alias];
        let missing = asked.iter().filter(|source| fields[**source].is_none());
        let words: Vec<_> = missing.map(|source| self.sources[*source].word.as_str()).collect();
        if words.is_empty() {
            return;
        }
        let message = format!("the alias `{name}` has no field for `{}`", words.join("`, `"));
        let help = format!("add `{}: <field>` to the alias", words[0]);
        let diagnostic =
            Diagnostic::error(Code::BadAlias, span, message).label(*at, "the alias").help(help);
        self.out.push(diagnostic);
    }

    fn field(&mut self, name: &str, span: Span, source: usize) -> Option<Read> {
        if let Some(Some(inner)) = self.inner.get(source)
            && let Some(read) = inner.part(name)
        {
            return Some(read);
        }
        if name.split('.').any(str::is_empty) || name.trim() != name {
            self.error(Code::BadField, span, format!("`{name}` is no path to a field"));
            return None;
        }
        if Known::from_name(name).is_some() {
            let message = format!("`{name}` stands in no event, and is no part of a group");
            let help = "ask for it in the rules that are counted, or in `levels`";
            self.out.push(Diagnostic::error(Code::AskPlace, span, message).help(help));
            return None;
        }
        let Ok(field) = Field::parse(name) else {
            let diagnostic = unknown_entity(name, span);
            self.out.push(diagnostic);
            return None;
        };
        self.is_special |= !matches!(field, Field::Path(_)) || name.contains('[');
        self.mention(name, span, source);
        Some((field, None))
    }

    fn mention(&mut self, name: &str, span: Span, source: usize) {
        if let Some(mention) = self.places.fields.iter_mut().find(|mention| mention.span == span) {
            mention.sources.push(source);
        } else {
            let sources = vec![source];
            self.places.fields.push(Mention { name: name.to_owned(), span, sources });
        }
    }
}

impl Inner {
    /// What the group holds under a name, and a field that holds the same.
    fn part(&self, name: &str) -> Option<Read> {
        let at = self.groups.iter().position(|(known, _)| known == name)?;
        let field = self.groups[at].1.clone().or_else(|| Field::parse(name).ok())?;
        Some((field, Some(at)))
    }
}

fn unknown_entity(name: &str, span: Span) -> Diagnostic {
    let message = format!("there is no `{name}`");
    let diagnostic = Diagnostic::error(Code::UnknownEntity, span, message);
    if let Some(nearest) = nearest(name, NAMES.iter().copied(), 0.85) {
        diagnostic.help(format!("did you mean `{nearest}`?"))
    } else {
        let family = name.split_inclusive('.').next().unwrap_or_default();
        let known: Vec<_> =
            NAMES.iter().filter(|known| known.starts_with(family)).copied().collect();
        diagnostic.help(format!("there is `{}`", known.join("`, `")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_suggested_can_be_read() {
        for name in NAMES {
            assert!(matches!(Field::parse(name), Ok(Field::Entity(_) | Field::Time(_))), "{name}");
        }
    }
}
