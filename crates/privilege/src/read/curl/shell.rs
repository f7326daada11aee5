//! A command of a shell to its words.

/// Longer commands are not read: 64 KiB.
pub(super) const COMMAND_BYTES_MAX: usize = 64 << 10;

/// What may go on over lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Quotes alone.
    Quotes,
    /// Quotes and parentheses.
    All,
}

/// The arguments of a command.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// Without quotes and escapes.
    pub(super) words: Vec<String>,
    /// Bytes up to where the command ends.
    pub(super) length: usize,
    /// Whether every quote is closed.
    pub(super) is_whole: bool,
}

/// Reads words up to the end of the command: the line's end, unless it is continued, `;`, `|`, `&`, `)`.
///
/// Lines are continued by a backslash, by `^` (Windows) and by a backtick (`PowerShell`).
pub(super) fn parse(text: &str, is_power_shell: bool, reach: Reach) -> Parsed {
    let text = &text[..text.floor_char_boundary(COMMAND_BYTES_MAX)];
    let escape = if is_power_shell { '`' } else { '\\' };
    let mut words = Words { text, at: 0, escape, reach, done: Vec::new() };
    let is_whole = words.read();
    Parsed { length: words.at, words: words.done, is_whole }
}

struct Words<'t> {
    text: &'t str,
    at: usize,
    escape: char,
    reach: Reach,
    done: Vec<String>,
}

impl Words<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// False if a quote is not closed.
    fn read(&mut self) -> bool {
        let mut word: Option<String> = None;
        while let Some(c) = self.rest().chars().next() {
            let is_blank = c == ' ' || c == '\t' || c == '\r';
            if is_blank || self.is_continued(c) {
                self.at += if is_blank { 1 } else { self.length_of_break() };
                self.done.extend(word.take());
                continue;
            }
            if self.ends(c, word.is_some()) {
                break;
            }
            let word = word.get_or_insert_default();
            self.at += c.len_utf8();
            let is_closed = match c {
                '\'' => self.single(word),
                '"' => self.double(word),
                '$' if self.rest().starts_with('\'') => {
                    self.at += 1;
                    self.single(word)
                }
                '@' if self.escape == '`' && self.rest().starts_with('{') => {
                    self.parens(word, '{', '}')
                }
                '(' => self.parens(word, '(', ')'),
                _ if c == self.escape => {
                    word.extend(self.next());
                    true
                }
                _ => {
                    word.push(c);
                    true
                }
            };
            if !is_closed {
                return false;
            }
        }
        self.done.extend(word);
        true
    }

    /// Whether the line ends here and the command goes on.
    fn is_continued(&self, c: char) -> bool {
        let after = self.rest()[c.len_utf8()..].trim_start_matches([' ', '\t', '\r']);
        (c == '\\' || c == '^' || c == '`') && after.starts_with('\n')
    }

    fn length_of_break(&self) -> usize {
        self.rest().find('\n').map_or(1, |at| at + 1)
    }

    /// Whether the command ends before this.
    fn ends(&self, c: char, in_word: bool) -> bool {
        let next = self.rest()[c.len_utf8()..].chars().next();
        match c {
            '\n' | ';' | '|' | ')' => true,
            '`' => self.escape != '`',
            // In a URL without quotes it is meant as part of the URL, whatever a shell would do.
            '&' => !in_word || next.is_none_or(|c| c.is_whitespace() || c == '&'),
            _ => false,
        }
    }

    /// Up to the next single quote; `'\''` goes on as another word in quotes.
    fn single(&mut self, word: &mut String) -> bool {
        let Some(end) = self.rest().find('\'') else { return false };
        word.push_str(&self.text[self.at..self.at + end]);
        self.at += end + 1;
        true
    }

    fn double(&mut self, word: &mut String) -> bool {
        while let Some(c) = self.next() {
            match c {
                '"' => return true,
                '$' if self.rest().starts_with('(') => {
                    self.at += 1;
                    word.push('$');
                    if !self.parens(word, '(', ')') {
                        return false;
                    }
                }
                _ if c == self.escape => match self.next() {
                    Some('\n') | None => {}
                    Some(c) if "\"\\$`".contains(c) => word.push(c),
                    Some(c) => word.extend([self.escape, c]),
                },
                _ => word.push(c),
            }
        }
        false
    }

    /// What another command or an expression gives, which is not known: a placeholder stands for it.
    fn parens(&mut self, word: &mut String, open: char, close: char) -> bool {
        let mut depth = i32::from(!self.rest().starts_with(open));
        while let Some(c) = self.next() {
            if c == '\n' && self.reach == Reach::Quotes {
                return false;
            }
            depth += i32::from(c == open) - i32::from(c == close);
            if depth <= 0 {
                if word.ends_with('$') {
                    word.pop();
                }
                word.push_str("${output}");
                return true;
            }
        }
        false
    }
}
