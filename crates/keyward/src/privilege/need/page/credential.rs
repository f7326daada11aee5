//! Which credential a call takes, where it does not take any.

use catalog::Product;
use privilege::{Answer, Entry, Verdict};

use super::{call, push_table, verdict};
use crate::privilege::need::Needed;
use crate::render::page::{Block, Line, Page};

/// Calls that need no token, and those that only one kind of credential can make.
pub(super) fn write_credentials(needed: &Needed, page: &mut Page) {
    let sections: [(&str, &str, &[Verdict]); 5] = [
        ("What needs no token", "", &[Verdict::NoToken]),
        (
            "What needs a token of an administrator, or not",
            "No scope reaches these: where they need a token it is an API token (SSWS).",
            &[Verdict::TokenRequired, Verdict::TokenUnless, Verdict::NoTokenIf],
        ),
        (
            "What an access token cannot do",
            "These take an API token (SSWS) only, so an integration that moves to OAuth has to do without them.",
            &[Verdict::TokenOnly],
        ),
        ("What an API token cannot do", "These take an access token only.", &[Verdict::OauthOnly]),
        (
            "What takes a credential of another kind",
            "A client's own secret, or a token of another product of the vendor.",
            &[Verdict::OtherCredential],
        ),
    ];
    for (title, text, verdicts) in sections {
        // Auth0 has no API tokens, so that nothing is to be said of what they cannot do.
        let is_okta = |answer: &Answer| {
            answer.operation.is_none_or(|id| needed.base.operation(id).product == Product::Okta)
        };
        let told = |answer: &Answer| verdicts.contains(&answer.verdict) && is_okta(answer);
        let calls: Vec<_> = needed.calls().filter(|(_, answer)| told(answer)).collect();
        if calls.is_empty() {
            continue;
        }
        page.push(Block::Heading(2, title.to_owned()));
        if !text.is_empty() {
            page.push(Block::Paragraph(Line::plain(text)));
        }
        write_calls(needed, &calls, verdicts.len() > 1, page);
    }
}

fn write_calls(needed: &Needed, calls: &[(&Entry, &Answer)], differ: bool, page: &mut Page) {
    let calls = calls.iter().map(|(entry, answer)| (needed.place(entry), call(entry), answer));
    if differ {
        let rows = calls.map(|(place, call, answer)| vec![place, call, verdict(answer)]);
        return push_table(["place", "call", "verdict"], rows.collect(), page);
    }
    push_table(["place", "call"], calls.map(|(place, call, _)| vec![place, call]).collect(), page);
}
