//! JSON within bodies: every value under its name.

use jiff::Timestamp;

use crate::context::{Context, Form};
use crate::har::found::{Cover, Found, Life, What};
use crate::har::label::is_label;
use crate::har::lexer::Lexer;
use crate::har::reader::Reader;
use crate::har::text;
use crate::har::walk::{Edit, Member, Run, Step, Value, Visit, Window, walk};

/// Private parts of a JWK. Source: RFC 7518, section 6, checked 2026-11-22.
const PRIVATE_PARTS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

impl Reader<'_> {
    /// What a text of JSON holds, be it several documents in a row. What is no JSON is read as a page.
    pub(crate) fn objects(self, text: &[u8]) -> Vec<Found> {
        let mut objects = Objects { reader: self, found: Vec::new() };
        let read = walk(Lexer::over_several(text.to_vec()), &mut objects, None);
        let mut found = objects.found;
        if let Err(broken) = read {
            let page = self.page(text.get(broken.offset..).unwrap_or_default());
            found.extend(page.into_iter().map(|one| one.moved(broken.offset)));
        }
        found
    }
}

struct Objects<'s> {
    reader: Reader<'s>,
    found: Vec<Found>,
}

impl Visit for Objects<'_> {
    fn run(&mut self, run: Run<'_>) -> Vec<Edit> {
        let life = life(run);
        let first = self.found.len();
        for member in run.members {
            self.member(run, member);
        }
        for one in &mut self.found[first..] {
            one.life = one.life.or(life.filter(|_| is_lived(one)));
        }
        Vec::new()
    }

    fn window(&mut self, window: Window<'_>) -> Vec<Edit> {
        let found = self.reader.page(window.raw);
        self.found.extend(found.into_iter().map(|one| one.moved(window.offset)));
        Vec::new()
    }
}

impl Objects<'_> {
    fn member(&mut self, run: Run<'_>, member: &Member) {
        let raw = run.bytes(&member.span);
        let context = context(run, member);
        let found = match member.value {
            Value::Holder => return,
            Value::Scalar => self.number(raw, &context).into_iter().collect(),
            Value::String => self.string(run, raw, &context),
        };
        self.found.extend(found.into_iter().map(|one| one.moved(member.span.start)));
    }

    fn number(&self, raw: &[u8], context: &Context) -> Option<Found> {
        let value = std::str::from_utf8(raw).ok().filter(|text| text.parse::<u64>().is_ok())?;
        let found = self.reader.value(0..raw.len(), value, context)?;
        Some(Found { cover: Cover::Quoted, ..found })
    }

    fn string(&self, run: Run<'_>, raw: &[u8], context: &Context) -> Vec<Found> {
        let text = text::json(raw);
        let is_key_part = is_private_key(run, context);
        let value = String::from_utf8_lossy(&text.bytes);
        let whole = match self.reader.value(0..text.bytes.len(), &value, context) {
            None if is_key_part && !is_label(&value) => Some(key_part(&value)),
            other => other,
        };
        let found = match (whole, self.reader.deeper()) {
            (Some(found), _) => vec![found],
            (None, Some(deeper)) => deeper.unnamed(&text.bytes),
            (None, None) => Vec::new(),
        };
        found.into_iter().map(|one| one.outside(&text)).collect()
    }
}

/// The names of a member: its own, or the `name` beside a `value`, and those around it.
fn context(run: Run<'_>, member: &Member) -> Context {
    let keys = run.path.iter().filter_map(|step| match step {
        Step::Key(name) => Some(name.clone()),
        Step::Element(_) => None,
    });
    let mut path: Vec<String> = keys.collect();
    let name = match member.name.as_deref() {
        Some("value") => run.text("name").or_else(|| path.pop()).or_else(|| member.name.clone()),
        Some(name) => Some(name.to_owned()),
        None => path.pop(),
    };
    Context { name, form: Form::Assigned, path, ..Context::default() }
}

/// Whether a member is a private part of the JWK around it.
fn is_private_key(run: Run<'_>, context: &Context) -> bool {
    let is_part = context.name.as_deref().is_some_and(|name| PRIVATE_PARTS.contains(&name));
    is_part && run.member("kty").is_some()
}

fn key_part(value: &str) -> Found {
    Found {
        span: 0..value.len(),
        hidden: 0..value.len(),
        value: value.to_owned(),
        what: What::Private("PRIVATE_JWK"),
        cover: Cover::Plain,
        life: None,
    }
}

/// How long what is in an object lives, as the object says.
fn life(run: Run<'_>) -> Option<Life> {
    let time = |name: &str| run.text(name)?.parse::<Timestamp>().ok();
    let until = time("expiresAt").or_else(|| time("expires_at")).map(Life::Until);
    let seconds = || run.text("expires_in")?.parse().ok().map(Life::Seconds);
    until.or_else(seconds)
}

/// Whether an object's `expiresAt` or `expires_in` is about this value.
fn is_lived(found: &Found) -> bool {
    let kind = found.leak().map(|leak| leak.kind.kind).unwrap_or_default();
    ["access_token", "session_token", "state_token", "state_handle", "api_token", "mgmt_token"]
        .iter()
        .any(|end| kind.ends_with(end))
}
