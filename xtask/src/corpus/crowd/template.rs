//! A line with gaps: what all events of a kind share, and where they differ.

use super::guise::{Faces, Gap, Guise};
use lab::clock::{DAY, HOUR, MINUTE, Millis, SECOND, midnight};

/// A line of JSON with gaps.
#[derive(Debug)]
pub(super) struct Template {
    text: Vec<u8>,
    /// Where the text before each gap ends, and the gap.
    gaps: Vec<(usize, Gap)>,
}

impl Template {
    /// Cuts a line wherever one of the texts stands; earlier texts are looked for first. Times, ids of events
    /// and requests and tokens are found without being named. With it comes the time of the event.
    pub(super) fn cut(line: &str, known: &[(String, Gap)]) -> (Self, Millis) {
        let published = value_after(line, r#""published":""#).and_then(time).unwrap_or_default();
        let mut known: Vec<(&str, Gap)> =
            known.iter().map(|(text, gap)| (text.as_str(), *gap)).collect();
        for (start, gap) in [
            (r#""requestId":""#, Gap::RequestId),
            (r#""uuid":""#, Gap::Uuid),
            (r#""id":"AT."#, Gap::Fresh(*b"AT.", 46)),
            (r#""id":"ID."#, Gap::Fresh(*b"ID.", 46)),
            (r#""id":"00T"#, Gap::Fresh(*b"00T", 20)),
        ] {
            let value = value_after(line, start);
            known.extend(value.filter(|text| !text.contains("@@")).map(|text| (text, gap)));
        }
        let mut template = Self { text: Vec::new(), gaps: Vec::new() };
        let mut rest = line;
        while let Some(letter) = rest.chars().next() {
            let found = known.iter().find(|(text, _)| rest.starts_with(text));
            let stamp = rest.get(..24).and_then(time);
            let skipped = match (found, stamp) {
                (Some((text, gap)), _) => {
                    template.gaps.push((template.text.len(), *gap));
                    text.len()
                }
                (None, Some(at)) => {
                    template.gaps.push((template.text.len(), Gap::Time(at - published)));
                    24
                }
                (None, None) => {
                    let n = letter.len_utf8();
                    template.text.extend_from_slice(&rest.as_bytes()[..n]);
                    n
                }
            };
            rest = &rest[skipped..];
        }
        (template, published)
    }

    /// Appends the event of that number.
    pub(super) fn write(&self, faces: &mut Faces, guise: &Guise, number: u64, out: &mut Vec<u8>) {
        let mut from = 0;
        for (to, gap) in &self.gaps {
            out.extend_from_slice(&self.text[from..*to]);
            faces.fill(*gap, guise, number, out);
            from = *to;
        }
        out.extend_from_slice(&self.text[from..]);
    }
}

/// The rest of a string value, from the last three characters of `start` if they belong to it.
fn value_after<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    let at = line.find(start)? + start.rfind('"')? + 1;
    line[at..].split('"').next()
}

/// Reads `2026-11-17T08:30:00.000Z`.
fn time(text: &str) -> Option<Millis> {
    let marks = [(4, '-'), (7, '-'), (10, 'T'), (13, ':'), (16, ':'), (19, '.'), (23, 'Z')];
    let fits =
        text.len() == 24 && marks.iter().all(|(at, mark)| text.as_bytes()[*at] == *mark as u8);
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    if !fits {
        return None;
    }
    let day = midnight(number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let clock = number(11, 13)? * HOUR + number(14, 16)? * MINUTE + number(17, 19)? * SECOND;
    debug_assert!(day % DAY == 0, "midnight is a multiple of a day");
    Some(day + clock + number(20, 23)?)
}
