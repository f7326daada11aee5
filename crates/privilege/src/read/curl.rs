//! Commands that make requests: `curl` first of all, `wget`, `http` (`HTTPie`), `Invoke-RestMethod`, `auth0 api`; in
//! scripts, histories of shells and documents.
//!
//! Of what is sent the names of members are kept; headers and credentials are not.

mod argument;
mod curl_command;
mod other_command;
mod shell;
mod variable;

use self::argument::Arguments;
use memchr::memchr;

use self::shell::{COMMAND_BYTES_MAX, Parsed, Reach};
use self::variable::Variables;
use super::framing::{self, Behind};
use super::masked;
use super::members::Members;
use crate::{Asked, EvidenceKind, Fault, Method, Sighting, Taker};

/// Commands that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Curl,
    Wget,
    Httpie,
    PowerShell,
    Auth0,
}

/// Names of commands, with what follows them.
const PROGRAMS: [(&str, Program); 12] = [
    ("curl", Program::Curl),
    ("curl.exe", Program::Curl),
    ("wget", Program::Wget),
    ("http", Program::Httpie),
    ("https", Program::Httpie),
    ("xh", Program::Httpie),
    ("Invoke-RestMethod", Program::PowerShell),
    ("Invoke-WebRequest", Program::PowerShell),
    ("irm", Program::PowerShell),
    ("iwr", Program::PowerShell),
    ("auth0 api", Program::Auth0),
    ("http.exe", Program::Httpie),
];

/// What one command asks for.
#[derive(Debug)]
struct Call {
    method: Method,
    target: String,
    body: Members,
}

/// Bytes in which most commands end.
const SHORT_BYTES: usize = 2 << 10;

/// Commands without an end behind which no more than their line is looked for the end of others.
const ENDLESS_MAX: usize = 50;

/// Reads a script, a history or a document with commands.
pub(super) fn read(bytes: &[u8], first_line: u64, taker: &mut dyn Taker) {
    let Some(text) = framing::document(bytes, first_line, taker) else { return };
    let mut variables = Variables::default();
    let mut rest = text;
    let mut number = first_line;
    let mut n_endless = 0;
    while !rest.is_empty() {
        let line = rest.split('\n').next().unwrap_or(rest);
        variables.learn(line);
        let length = match find(line) {
            Some((program, at)) => {
                let reach = if n_endless < ENDLESS_MAX { Reach::All } else { Reach::Quotes };
                let parsed = shell::parse(&rest[at..], program == Program::PowerShell, reach);
                if !parsed.is_whole {
                    n_endless += 1;
                    let what = "the command has a quote that is not closed".to_owned();
                    taker.fault(Fault { line: number, what });
                }
                tell(program, &parsed, &variables, number, EvidenceKind::Source, taker);
                if parsed.is_whole { at + parsed.length } else { line.len() }
            }
            None => line.len(),
        };
        // The rest of the line may hold another command, behind a pipe or in parentheses.
        let ends_line = rest[length..].starts_with('\n');
        number += count_lines(&rest[..length]) + u64::from(ends_line);
        rest = &rest[length + usize::from(ends_line)..];
    }
}

/// Reads the commands of a line in a list or document, with the lines that continue it. False if it has none.
pub(super) fn read_commands(text: &str, number: u64, taker: &mut dyn Taker) -> bool {
    let mut rest = text;
    let mut is_told = false;
    while let Some((program, at)) = find(rest) {
        let parsed = shell::parse(&rest[at..], program == Program::PowerShell, Reach::Quotes);
        let line = number + count_lines(&text[..text.len() - rest.len()]);
        is_told |=
            tell(program, &parsed, &Variables::default(), line, EvidenceKind::Declared, taker);
        rest = &rest[at + parsed.length..];
    }
    is_told
}

/// How long the command is that begins in the first line: up to where its last line goes on to its line feed.
/// 0 if none begins there; `None` if more must come to tell.
pub(super) fn length(bytes: &[u8], behind: Behind) -> Option<usize> {
    let line = &bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())];
    let Ok(line) = std::str::from_utf8(line) else { return Some(0) };
    let Some((program, at)) = find(line) else { return Some(0) };
    let is_power_shell = program == Program::PowerShell;
    // Most commands are short.
    let short = text_of(&bytes[..bytes.len().min(SHORT_BYTES)]);
    if let Some(rest) = short.get(at..) {
        let parsed = shell::parse(rest, is_power_shell, Reach::Quotes);
        if parsed.is_whole && parsed.length < rest.len() {
            return Some(at + parsed.length);
        }
    }
    let window = &bytes[..bytes.len().min(COMMAND_BYTES_MAX)];
    let text = text_of(window);
    let Some(rest) = text.get(at..) else { return Some(0) };
    let parsed = shell::parse(rest, is_power_shell, Reach::Quotes);
    let length = at + parsed.length;
    let is_all = behind == Behind::Nothing && window.len() == bytes.len();
    match parsed.is_whole {
        true if length < text.len() || is_all => Some(length),
        _ if window.len() < COMMAND_BYTES_MAX && behind == Behind::More => None,
        _ => Some(continued(text)),
    }
}

/// The text that bytes begin with.
fn text_of(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or(""),
    }
}

/// Where the last line begins of those that backslashes join to the first.
fn continued(text: &str) -> usize {
    let mut from = 0;
    while let Some(end) = text[from..].find('\n') {
        if !text[from..from + end].trim_end_matches('\r').ends_with('\\') {
            break;
        }
        from += end + 1;
    }
    from
}

/// Whether a line begins a command that is read.
pub(super) fn is_command(line: &str) -> bool {
    find(line.trim()).is_some_and(|(program, at)| {
        let parsed =
            shell::parse(&line.trim()[at..], program == Program::PowerShell, Reach::Quotes);
        !calls(program, &parsed.words, &Variables::default()).is_empty()
    })
}

/// The first command of a line, and where its arguments begin.
fn find(line: &str) -> Option<(Program, usize)> {
    let text = line.trim_start();
    if text.starts_with("# ") || text.starts_with("//") || text.starts_with("REM ") {
        return None;
    }
    PROGRAMS
        .iter()
        .filter_map(|(name, program)| Some((*program, position(line, name, *program)?)))
        .min_by_key(|(_, at)| *at)
}

fn position(line: &str, name: &str, program: Program) -> Option<usize> {
    if program == Program::Httpie {
        // These are words of prose and beginnings of URLs as well.
        let text = line.trim_start();
        let text = text.strip_prefix(['$', '>', '%']).unwrap_or(text).trim_start();
        let behind = text.strip_prefix(name)?;
        return behind.starts_with([' ', '\t']).then(|| line.len() - behind.len());
    }
    let mut from = 0;
    while let Some(at) = line[from..].find(name) {
        let (start, end) = (from + at, from + at + name.len());
        let before = line[..start].chars().next_back();
        let begins = before.is_none_or(|c| c.is_whitespace() || "(`|;&/\"'=".contains(c));
        if begins && line[end..].starts_with([' ', '\t']) {
            return Some(end);
        }
        from = end;
    }
    None
}

fn calls(program: Program, words: &[String], variables: &Variables) -> Vec<Call> {
    let mut arguments = Arguments::new(words, variables);
    match program {
        Program::Curl => curl_command::calls(&mut arguments),
        Program::Wget => other_command::wget(&mut arguments),
        Program::Httpie => other_command::httpie(&mut arguments),
        Program::PowerShell => other_command::power_shell(&mut arguments),
        Program::Auth0 => other_command::auth0(&mut arguments),
    }
}

/// Tells what a command asks for. False if that is nothing.
fn tell(
    program: Program,
    parsed: &Parsed,
    variables: &Variables,
    line: u64,
    evidence: EvidenceKind,
    taker: &mut dyn Taker,
) -> bool {
    let calls = calls(program, &parsed.words, variables);
    for Call { method, target, body } in &calls {
        let mut room = String::new();
        let target = masked::target(target, &mut room);
        let input = format!("{} {target}", method.name());
        let unknown = Members::unknown();
        let body = if parsed.is_whole { body } else { &unknown };
        let names = body.names();
        taker.sighting(&Sighting {
            asked: Asked::Request { method: Some(*method), target },
            evidence,
            line,
            input: &input,
            label: "",
            body: body.body(&names),
            status: None,
            time: None,
            credential: None,
        });
    }
    !calls.is_empty()
}

fn count_lines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

#[cfg(test)]
mod tests;
