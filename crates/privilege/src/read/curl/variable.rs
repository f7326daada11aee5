//! Variables of scripts that stand for the beginning of URLs.

/// Variables that are remembered.
const VARIABLES_MAX: usize = 200;

/// What variables stand for, as far as it is a URL or a path. Nothing else is kept: it may be a secret.
#[derive(Debug, Default)]
pub(super) struct Variables(Vec<(String, String)>);

impl Variables {
    /// Remembers what a line assigns: `ORG=https://…`, `export ORG="…"`, `$org = "…"`, `set ORG=…`.
    pub(super) fn learn(&mut self, line: &str) {
        let Some((name, value)) = assignment(line) else { return };
        let value = self.expand(value);
        if self.0.len() < VARIABLES_MAX && is_address(&value) {
            self.0.retain(|(known, _)| known != name);
            self.0.push((name.to_owned(), value.trim_end_matches('/').to_owned()));
        }
    }

    /// The text with variables replaced that are known.
    pub(super) fn expand(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.0 {
            for form in [format!("${{{name}}}"), format!("%{name}%")] {
                text = text.replace(&form, value);
            }
            let form = format!("${name}");
            if let Some(at) = text.find(&form) {
                let after = text[at + form.len()..].chars().next();
                if after.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_') {
                    text.replace_range(at..at + form.len(), value);
                }
            }
        }
        text
    }
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let line = ["export ", "local ", "readonly ", "set ", "declare ", "$env:"]
        .iter()
        .find_map(|word| line.strip_prefix(word))
        .unwrap_or(line);
    let (name, value) = line.strip_prefix('$').unwrap_or(line).split_once('=')?;
    let name = name.trim_end();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let value = value.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split([' ', ';', '\t']).next()?,
    };
    is_name.then_some((name, value))
}

/// Whether it is an address without user, query or fragment.
fn is_address(value: &str) -> bool {
    let begins = ["https://", "http://", "/"].iter().any(|start| value.starts_with(start));
    let is_host = value.rsplit_once('.').is_some_and(|(_, end)| end == "com");
    (begins || is_host) && value.len() <= 300 && !value.contains(['?', '@', '#', ' '])
}
