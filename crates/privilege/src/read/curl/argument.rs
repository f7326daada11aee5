//! The arguments of a command, one after the other.

use super::variable::Variables;

/// Words that are left.
pub(super) struct Arguments<'w> {
    words: std::slice::Iter<'w, String>,
    variables: &'w Variables,
}

impl<'w> Arguments<'w> {
    /// Of these words.
    pub(super) fn new(words: &'w [String], variables: &'w Variables) -> Self {
        Self { words: words.iter(), variables }
    }

    /// The next word.
    pub(super) fn next(&mut self) -> Option<&'w str> {
        self.words.next().map(String::as_str)
    }

    /// A URL with what its variables stand for; `None` if the word is none.
    pub(super) fn url(&self, word: &str) -> Option<String> {
        let url = self.variables.expand(word.trim_matches(['\'', '"', '<', '>']));
        let scheme = ["https://", "http://"].iter().any(|start| url.starts_with(start));
        let is_url = scheme || (url.contains('/') && url.contains(['.', '$', '{', '%', '<']));
        let is_file = url.starts_with("./")
            || url.starts_with("../")
            || url.starts_with('/')
            || url.starts_with('@');
        (is_url && !is_file && !url.contains(char::is_whitespace)).then_some(url)
    }
}
