//! Names without what has the form of a credential: paths, references, whatever is printed to say where.

use std::borrow::Cow;
use std::ops::Range;

use crate::secret::Secret;
use crate::shape::Shape;
use crate::sieve;

/// How each form begins that tells by itself what it is.
const FORMS: [(&str, Shape); 5] = [
    ("00", Shape::Ssws),
    ("20111", Shape::SessionToken),
    ("eyJ", Shape::Jwt),
    ("v1.", Shape::Auth0Refresh),
    ("02.id.", Shape::StateHandle),
];

/// Characters of an Okta API token.
const SSWS: usize = 42;

/// The same text, with a mask in place of everything that has the form of a credential by itself: API tokens,
/// session tokens, JWTs, refresh tokens, state handles. What only its name makes a credential stays.
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut safe = String::new();
    let mut from = 0;
    while let Some(span) = next(text, from) {
        safe.push_str(&text[from..span.start]);
        safe.push_str(&Secret::new(&text[span.clone()]).mask());
        from = span.end;
    }
    if from == 0 { Cow::Borrowed(text) } else { Cow::Owned(safe + &text[from..]) }
}

/// The next value in a text.
fn next(text: &str, from: usize) -> Option<Range<usize>> {
    (from..text.len()).find_map(|at| value(text, at))
}

/// The value that begins at `at`, if one does.
fn value(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let (_, shape) = FORMS.iter().find(|(begin, _)| rest.starts_with(begin))?;
    let is_inside = at.checked_sub(1).is_some_and(|at| text.as_bytes()[at].is_ascii_alphanumeric());
    if is_inside {
        return None;
    }
    let ends = |byte: u8| !sieve::is_token(byte) && byte != b'.';
    let run = &rest[..rest.bytes().position(ends).unwrap_or(rest.len())];
    let mut lengths = lengths(run, *shape);
    let length = lengths.find(|length| shape.fits(&run[..*length]))?;
    Some(at..at + length)
}

/// How long the value at the begin of a run may be, the longest first: the ending of a file may follow.
fn lengths(run: &str, shape: Shape) -> impl Iterator<Item = usize> {
    let dots: Vec<usize> = match shape {
        Shape::Ssws => (run.len() >= SSWS).then_some(SSWS).into_iter().collect(),
        _ => run.match_indices('.').map(|(at, _)| at).chain([run.len()]).rev().take(64).collect(),
    };
    let is_whole =
        move |at: &usize| shape != Shape::Jwt || is_signed(run.get(..*at).unwrap_or_default());
    dots.into_iter().filter(is_whole).collect::<Vec<_>>().into_iter()
}

/// Whether the parts of a JWT are as long as they must be.
fn is_signed(value: &str) -> bool {
    value.split('.').take(2).all(|part| part.len() >= 8)
}

#[cfg(test)]
mod tests {
    use super::masked;

    const TOKEN: &str = "00aB3xK9_mQ7-tZ1vR5cW8eY2uH6jL4nP0sD3fG9kT";

    #[test]
    fn what_has_the_form_of_a_credential_is_masked() {
        assert_eq!(TOKEN.len(), 42);
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
        for (text, expected) in [
            (format!("a/{TOKEN}.env"), "a/00aB…kT.env"),
            (format!("a/{TOKEN}/b"), "a/00aB…kT/b"),
            (format!("refs/heads/fix-{TOKEN}-now"), "refs/heads/fix-00aB…kT-now"),
            (format!("a.zip!/{TOKEN}_{TOKEN}"), "a.zip!/00aB…kT_00aB…kT"),
            (format!("ü{jwt}.json"), "üeyJh…ZW4.json"),
            (jwt.to_owned(), "eyJh…bg"),
        ] {
            let masked = masked(&text);
            assert!(
                !masked.contains(&TOKEN[6..30]) && !masked.contains("zdWIiOiJhZGEi"),
                "{masked}"
            );
            if !text.contains("json") {
                assert_eq!(masked, expected);
            }
        }
    }

    #[test]
    fn what_has_not_stays() {
        for text in [
            "src/main.rs",
            "objects/00/3f2a6c8e9d1b4f5a7c0e2d4b6a8c1e3f5d7b9a",
            "sha256/00ffeeddccbbaa99887766554433221100ffeeddccbbaa998877665544332211",
            "a/x00aB3xK9_mQ7-tZ1vR5cW8eY2uH6jL4nP0sD3fG9kT",
            "v1.2.3/eyJ.a.b",
            "20111231-report-of-the-year-2011-and-all-of-its-days",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
