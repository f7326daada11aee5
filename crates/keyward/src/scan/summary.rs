//! What a scan came to: what was examined, what was not and why, what was found: `keyward.scan_summary/1`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use finding::Level;
use indicatif::{HumanBytes, HumanCount};
use leak::Unexamined;
use leak::har::Session;
use serde_json::{Value, json};
use source::{Account, Unread, Why};

use super::found::mask;
use super::looker::NAMED_MAX;
use crate::exit::Exit;
use crate::har::session::{self, ends};
use crate::render::{Accounted, plural};
use crate::sanitize::visible;
use crate::summary::Tally;
use crate::verify;

/// The account of one scan. Everything that was not examined is in it.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// What sources handed over, and what they did not.
    pub(crate) account: Account,
    /// Entries of recordings that were examined.
    pub(crate) entries: u64,
    /// Sessions that recordings give away.
    pub(crate) sessions: Vec<Session>,
    /// What decoders left.
    pub(crate) unexamined: Unexamined,
    /// In what, the first of them.
    pub(crate) partly: BTreeSet<String>,
    /// What is told, by level and kind; one a credential and place.
    pub(crate) findings: Tally,
    /// How many different credentials that are, by their worst level.
    pub(crate) credentials: BTreeMap<Level, u64>,
    /// What is not told.
    pub(crate) untold: Untold,
    /// Places that there was no room to hold.
    pub(crate) beyond: u64,
    /// Whether the run was ended before its time.
    pub(crate) stopped_early: bool,
    /// What was done in sessions after they were recorded, if that was asked for.
    pub(crate) followed: Vec<verify::SessionUse>,
    /// What verifying came to, if that was asked for.
    pub(crate) verification: Option<verify::Account>,
}

/// What was found and is not told, as asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Untold {
    /// Hidden by a comment `keyward:ignore`.
    pub(crate) by_comments: u64,
    /// Accepted by the baseline.
    pub(crate) by_baseline: u64,
    /// Less sure than `--min-confidence`.
    pub(crate) by_confidence: u64,
    /// Accounted, though the baseline accepted it until a day that is over.
    pub(crate) lapsed: u64,
}

impl Summary {
    /// Whether something that was asked for could not be examined, or not be told.
    pub(crate) fn is_partial(&self) -> bool {
        let is_whole = self.unexamined.is_empty() && self.account.unread_count + self.beyond == 0;
        let is_verified = self.verification.as_ref().is_none_or(verify::Account::is_whole);
        !is_whole || self.stopped_early || !is_verified
    }

    /// Masks what has the form of a credential in the names of what was not read.
    pub(super) fn mask(&mut self) {
        for one in &mut self.account.unread {
            mask(&mut one.what);
            mask(&mut one.detail);
        }
        let names = std::mem::take(&mut self.partly).into_iter();
        self.partly = names.map(|name| leak::masked(&name).into_owned()).collect();
    }

    /// How the run ends, when findings of `fail_on` or worse are to be told by the exit code.
    pub(crate) fn exit(&self, fail_on: Level) -> Exit {
        match () {
            () if self.is_empty() && self.account.unread_count > 0 && !self.stopped_early => {
                Exit::Failed
            }
            () if self.is_partial() => Exit::Partial,
            () if self.findings.worst() >= Some(fail_on) => Exit::Found,
            () => Exit::Clean,
        }
    }

    /// Whether nothing was examined.
    pub(crate) fn is_empty(&self) -> bool {
        let Account { files, blobs, messages, .. } = self.account;
        files + blobs + messages + self.entries == 0
    }

    /// Says what was examined, then what was not and why.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in self.lines() {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    /// The account, line by line.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.examined()];
        lines.extend(self.left_out());
        lines.extend(self.not_told());
        lines.extend(self.not_read());
        let ends = self.sessions.iter().flat_map(ends);
        lines.extend(ends.map(|line| visible(&line).into_owned()));
        let followed = self.followed.iter().flat_map(verify::SessionUse::lines);
        lines.extend(followed.map(|line| visible(&line).into_owned()));
        let verified = self.verification.iter().flat_map(verify::Account::lines);
        lines.extend(verified.map(|line| visible(&line).into_owned()));
        lines
    }

    /// `Examined 84 files (12.50 KiB).`
    fn examined(&self) -> String {
        let Account { files, blobs, messages, bytes, .. } = self.account;
        let counts =
            [(files, "file"), (blobs, "blob"), (messages, "message"), (self.entries, "entry")];
        let some = counts.iter().filter(|(count, _)| *count > 0);
        let mut words: Vec<_> = some.map(|(count, noun)| number(*count, noun)).collect();
        if words.is_empty() {
            words.push("0 files".to_owned());
        }
        let all = match words.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
            words => words.join(""),
        };
        format!("Examined {all} ({}).", HumanBytes(bytes))
    }

    fn left_out(&self) -> Option<String> {
        let skipped = self.account.skipped.iter();
        let words: Vec<_> = skipped.map(|(why, count)| left_out(*why, *count)).collect();
        (!words.is_empty()).then(|| format!("Left out: {}.", words.join(", ")))
    }

    fn not_told(&self) -> Vec<String> {
        let Untold { by_comments, by_baseline, by_confidence, lapsed } = self.untold;
        let counted = [
            (by_comments, "Hidden by comments"),
            (by_baseline, "Accepted by the baseline"),
            (lapsed, "Accepted until a day that is over, so told again"),
            (by_confidence, "Less sure than asked for"),
            (self.beyond, "Found, but not told for want of room"),
        ];
        let counted = counted.into_iter().filter(|(count, _)| *count > 0);
        counted.map(|(count, what)| format!("{what}: {}.", plural(count, "place"))).collect()
    }

    /// What the scanner left, with why.
    pub(crate) fn not_decoded(&self) -> [(u64, &'static str); 3] {
        let Unexamined { too_deep, too_large, too_many } = self.unexamined;
        [
            (too_deep, "in encodings nested too deep"),
            (too_large, "too large when decoded"),
            (too_many, "beyond what one text may hold"),
        ]
    }

    fn not_read(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let Account { unread, unread_count, .. } = &self.account;
        if *unread_count > 0 {
            lines.push(format!("Not read: {}.", HumanCount(*unread_count)));
            // Those that nobody came to are no news, and many.
            let faulty = unread.iter().filter(|one| one.why != Why::Stopped);
            let named: Vec<_> = faulty
                .take(NAMED_MAX)
                .map(|one| visible(&format!("  {}: {}", one.what, why(one))).into_owned())
                .collect();
            let rest = unread_count.saturating_sub(named.len() as u64);
            lines.extend(named);
            let rest = (rest > 0).then(|| format!("  and {} more", HumanCount(rest)));
            lines.extend(rest.filter(|_| !self.stopped_early));
        }
        for (count, how) in self.not_decoded().into_iter().filter(|(count, _)| *count > 0) {
            lines.push(format!("Not examined: {} {how}.", plural(count, "text")));
        }
        let partly = self.partly.iter().take(NAMED_MAX);
        lines.extend(partly.map(|name| visible(&format!("  in {name}")).into_owned()));
        if self.stopped_early {
            lines.push("Stopped before the end.".to_owned());
        }
        lines
    }
}

/// Why something was not read, in words.
pub(crate) fn why(unread: &Unread) -> String {
    match unread.detail.as_str() {
        "" => unread.why.words().to_owned(),
        detail => format!("{} ({detail})", unread.why.words()),
    }
}

/// So many things of a sort that were left out.
fn left_out(why: Why, count: u64) -> String {
    let noun = match why {
        Why::Hidden => "hidden folder",
        Why::Special => "special file",
        Why::Link => "link",
        Why::Repository => {
            return format!("{} (`--git` examines the history)", plural(count, "git store"));
        }
        _ => return format!("{} {}", HumanCount(count), why.words()),
    };
    plural(count, noun)
}

fn number(count: u64, noun: &str) -> String {
    if noun == "entry" && count != 1 {
        return format!("{} entries", HumanCount(count));
    }
    plural(count, noun)
}

impl Accounted for Summary {
    fn to_json(&self, exit: Exit) -> Value {
        let Account { files, blobs, messages, bytes, skipped, unread, unread_count } =
            &self.account;
        let skipped: serde_json::Map<_, _> =
            skipped.iter().map(|(why, count)| (why.words().to_owned(), json!(count))).collect();
        let unread: Vec<_> =
            unread.iter().map(|one| json!({"what": one.what, "why": why(one)})).collect();
        let Unexamined { too_deep, too_large, too_many } = self.unexamined;
        let Untold { by_comments, by_baseline, by_confidence, lapsed } = self.untold;
        let mut summary = json!({
            "schema": "keyward.scan_summary/1",
            "examined": {
                "files": files,
                "blobs": blobs,
                "messages": messages,
                "entries": self.entries,
                "bytes": bytes,
            },
            "skipped": skipped,
            "unread": {"count": unread_count, "first": unread},
            "not_examined": {"too_deep": too_deep, "too_large": too_large, "too_many": too_many, "in": self.partly},
            "findings": self.findings,
            "credentials": self.credentials,
            "not_told": {
                "ignored": by_comments,
                "accepted": by_baseline,
                "unsure": by_confidence,
                "beyond": self.beyond,
            },
            "lapsed": lapsed,
            "stopped_early": self.stopped_early,
            "exit": exit,
        });
        if let Some(verified) = &self.verification {
            summary["verification"] = verified.to_json();
        }
        if !self.followed.is_empty() {
            let followed: Vec<_> = self.followed.iter().map(verify::SessionUse::to_json).collect();
            summary["session_uses"] = followed.into();
        }
        if !self.sessions.is_empty() {
            let sessions: Vec<_> = self.sessions.iter().map(session::to_json).collect();
            summary["sessions"] = sessions.into();
        }
        summary
    }
}
