//! What is called at a bracket.

use super::token::Tokens;

/// A word before a bracket, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// The words of what is called there, the last one first: `get`, `client` for `client.get(`.
pub(super) fn callee<'a>(tokens: &Tokens<'a>, open: usize) -> Vec<Word<'a>> {
    let mut words = Vec::new();
    let mut at = open;
    while words.len() < 6 {
        let Some(before) = at.checked_sub(1) else { break };
        at = match tokens.sign(before) {
            // `get<T>(`
            b'>' if words.is_empty() => match generic(tokens, before) {
                Some(open) => open,
                None => break,
            },
            b')' | b']' => match tokens.opening(before) {
                Some(open) => open,
                None => break,
            },
            _ => before + 1,
        };
        // `?` and `!` may stand between.
        while at > 0 && matches!(tokens.sign(at - 1), b'?' | b'!') {
            at -= 1;
        }
        let Some(word) = at.checked_sub(1).and_then(|at| tokens.word(at)) else { break };
        words.push(Word { text: word, at: at - 1 });
        at -= 1;
        let is_joined = match at.checked_sub(1).map(|before| tokens.sign(before)) {
            Some(b'.') => 1,
            Some(b'>') if at > 1 && tokens.is_sign(at - 2, b'-') => 2,
            Some(b':') if at > 1 && tokens.is_sign(at - 2, b':') => 2,
            _ => break,
        };
        at -= is_joined;
        if at > 0 && tokens.is_sign(at - 1, b'?') {
            at -= 1;
        }
    }
    words
}

/// Where `<` stands that opens what closes here.
fn generic(tokens: &Tokens<'_>, close: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for at in (close.saturating_sub(16)..=close).rev() {
        match tokens.sign(at) {
            b'>' => depth += 1,
            b'<' if depth == 1 => return Some(at),
            b'<' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
