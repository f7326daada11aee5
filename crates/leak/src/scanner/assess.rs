//! From a hit to a leak: what stands around it, what it is, whose it is, and whether it still works.

use std::cell::OnceCell;
use std::ops::Range;

use catalog::{is_okta_client_id, object_id};
use finding::Level;
use jiff::Timestamp;

use super::frame::{Frame, Frames};
use super::glance::is_private_part;
use crate::context::{self, Context, Form, Pair};
use crate::judge::{Setting, Verdict, Vicinity, judge, may_be, may_be_called};
use crate::leak::{Claims, Companion, Confidence, Leak, Validity};
use crate::sample::sample;
use crate::secret::Secret;
use crate::tenant::{Nearness, Tenant, nearest};
use crate::token::{self, Jwk};

/// How far from an API token its id is looked for, in bytes.
const NEAR_BYTES: usize = 600;

/// Bytes that a single value may take.
const VALUE_MAX: usize = 16 << 10;

/// A leak, and the stretch of its frame that it takes up.
pub(super) struct Found {
    pub(super) leak: Leak,
    pub(super) taken: Range<usize>,
}

/// Assesses hits of one document.
pub(super) struct Assessor {
    now: Option<Timestamp>,
}

/// What is known of a value before it becomes a leak.
struct Sighting<'f> {
    frames: &'f Frames<'f>,
    number: usize,
    context: Context,
    /// Where it stands in its frame.
    span: Range<usize>,
    pairs: OnceCell<Vec<Pair>>,
}

impl Assessor {
    /// An assessor for which it is that time.
    pub(super) fn new(now: Option<Timestamp>) -> Self {
        Self { now }
    }

    /// Assesses a long run.
    pub(super) fn run(
        &self,
        frames: &Frames<'_>,
        number: usize,
        run: Range<usize>,
    ) -> Option<Found> {
        let frame = frames.at(number);
        let text = frame.text();
        if text[run.clone()].starts_with(b"eyJ") {
            return self.token(frames, number, run);
        }
        if is_private_part(&text[run.start.saturating_sub(16)..run.start])
            && let Some(jwk) = token::jwk(text, run.start)
        {
            return Some(self.jwk(frames, number, jwk));
        }
        self.telling(frames, number, run.start).or_else(|| self.value(frames, number, run))
    }

    /// Assesses what tells of itself by its first letters, without a name: a key, a SAML response, a token whose header
    /// was written over several lines.
    fn telling(&self, frames: &Frames<'_>, number: usize, at: usize) -> Option<Found> {
        let frame = frames.at(number);
        let text = frame.text();
        let (span, kind, why) = match text.get(at..at + 2)? {
            b"ew" => return self.token(frames, number, at..at + 2),
            b"MI" | b"MH" => {
                let der = token::der(text, at)?;
                (der.span, "private_key_pem", format!("base64 of {}", der.what))
            }
            b"PD" | b"PH" | b"PF" => {
                let (_, span) = token::saml_at(text, at)?;
                (span, "saml_response", "base64 of a SAML response".to_owned())
            }
            _ => return None,
        };
        let value = std::str::from_utf8(&text[span.clone()]).ok()?;
        let context = frames.context(number, span.clone());
        let sighting = Sighting::new(frames, number, context, span.clone());
        let mut verdict = certain(kind, why);
        verdict.confidence = Confidence::Strong;
        Some(Found { leak: self.leak(&sighting, verdict, value, None), taken: span })
    }

    /// Assesses a value by its name and form: as its syntax delimits it, or else the run alone.
    pub(super) fn value(
        &self,
        frames: &Frames<'_>,
        number: usize,
        run: Range<usize>,
    ) -> Option<Found> {
        let frame = frames.at(number);
        let text = frame.text();
        if !may_be_named(text, &run) {
            return None;
        }
        let context = frames.context(number, run.clone());
        let context = with_credentials(context, text, &run);
        let whole = trimmed(text, context.value.clone());
        let spans = if whole == run { vec![run] } else { vec![whole, run] };
        for span in spans {
            let Some(value) = text.get(span.clone()).filter(|value| value.len() <= VALUE_MAX)
            else {
                continue;
            };
            let Ok(value) = std::str::from_utf8(value) else { continue };
            if !may_be(value, &context, Setting::Text) {
                continue;
            }
            let sighting = Sighting::new(frames, number, context.clone(), span.clone());
            let vicinity = sighting.vicinity(&frame);
            if let Some(verdict) = judge(value, &context, vicinity, Setting::Text) {
                let leak = self.leak(&sighting, verdict, value, None);
                return Some(Found { leak, taken: span });
            }
        }
        None
    }

    /// Assesses a compact JSON Web Token.
    fn token(&self, frames: &Frames<'_>, number: usize, run: Range<usize>) -> Option<Found> {
        let frame = frames.at(number);
        let text = frame.text();
        let jwt = token::jwt(&text[run.start..])?;
        let span = run.start..run.start + jwt.len;
        let value = std::str::from_utf8(&text[span.clone()]).ok()?;
        let context = frames.context(number, span.clone());
        let sighting = Sighting::new(frames, number, context, span.clone());
        let named = || judge(value, &sighting.context, sighting.vicinity(&frame), Setting::Text);
        let own = || {
            let (kind, why) = token::kind_of(&jwt)?;
            let confidence =
                if jwt.is_encrypted { Confidence::Strong } else { Confidence::Certain };
            Some(Verdict { kind: catalog::credential(kind)?, confidence, why: why.to_owned() })
        };
        // The header of an encrypted token tells less than its name.
        let verdict = if jwt.is_encrypted { named().or_else(own) } else { own().or_else(named) }?;
        let leak = self.leak(&sighting, verdict, value, jwt.claims);
        Some(Found { leak, taken: span })
    }

    fn jwk(&self, frames: &Frames<'_>, number: usize, jwk: Jwk) -> Found {
        let frame = frames.at(number);
        let span = jwk.private.clone();
        let value = String::from_utf8_lossy(&frame.text()[span.clone()]);
        let value: String = value.split_ascii_whitespace().collect();
        let context = frames.context(number, span.clone());
        let sighting = Sighting::new(frames, number, context, span);
        let why = format!("the private part of a key of type {}", jwk.kty);
        let mut leak = self.leak(&sighting, certain("private_jwk", why), &value, None);
        if jwk.is_consistent == Some(false) {
            leak.validity = Validity::Inconsistent;
            leak.level = leak.level.min(Level::Low);
        }
        if let Some(id) = jwk.key_id {
            leak.companions.retain(|companion| companion.what != "key_id");
            leak.companions.push(Companion { what: "key_id", value: id, why: "in the same key" });
        }
        Found { leak, taken: jwk.span }
    }

    /// Assesses a private key in PEM whose words `PRIVATE KEY` stand at `at`.
    pub(super) fn pem(&self, frames: &Frames<'_>, number: usize, at: usize) -> Option<Found> {
        let frame = frames.at(number);
        let text = frame.text();
        let from = at.saturating_sub(32);
        let begin = from + memchr::memmem::rfind(&text[from..at], b"-----BEGIN")?;
        let pem = token::pem(text, begin)?;
        let context = frames.context(number, pem.span.clone());
        let sighting = Sighting::new(frames, number, context, pem.span.clone());
        let is_ours = sighting.vicinity(&frame) != Vicinity::default()
            || crate::judge::is_of_a_provider(&sighting.context);
        let mut verdict =
            certain("private_key_pem", format!("between lines that say {}", pem.label));
        if !is_ours {
            verdict.confidence = Confidence::Strong;
        }
        let mut leak = self.leak(&sighting, verdict, &written(&pem), None);
        if pem.is_encrypted {
            leak.level = leak.level.min(Level::Medium);
            leak.why.push("useless without its passphrase".to_owned());
        }
        Some(Found { leak, taken: pem.span })
    }

    fn leak(
        &self,
        sighting: &Sighting<'_>,
        verdict: Verdict,
        value: &str,
        claims: Option<Claims>,
    ) -> Leak {
        let Verdict { kind, mut confidence, why } = verdict;
        let tenant = sighting.tenant(kind.provider, claims.as_ref());
        if confidence == Confidence::Candidate && tenant.is_some() && crate::shape::is_ssws(value) {
            confidence = Confidence::Medium;
        }
        let saml = (kind.kind == "saml_response").then(|| token::saml(value)).flatten();
        let expires = claims.as_ref().and_then(|claims| claims.expires);
        let validity =
            self.validity(value, expires.or(saml.as_ref().and_then(|saml| saml.expires)));
        let mut companions = sighting.companions(claims.as_ref());
        if let Some(issuer) = saml.and_then(|saml| saml.issuer) {
            companions.push(Companion {
                what: "issuer",
                value: issuer,
                why: "said by the response",
            });
        }
        let leak = Leak {
            kind,
            confidence,
            level: Level::Informational,
            secret: Secret::new(value),
            span: sighting.frames.origin(sighting.number, sighting.span.clone()),
            layers: sighting.frames.encodings(sighting.number),
            why: vec![why],
            tenant,
            companions,
            validity,
            claims,
        };
        leak.weighed()
    }

    fn validity(&self, value: &str, expires: Option<Timestamp>) -> Validity {
        if sample(value).is_some() {
            return Validity::Sample;
        }
        match expires {
            Some(end) if self.now.is_some_and(|now| now >= end) => Validity::Expired(end),
            Some(end) => Validity::Until(end),
            None => Validity::Unknown,
        }
    }
}

impl<'f> Sighting<'f> {
    fn new(frames: &'f Frames<'f>, number: usize, context: Context, span: Range<usize>) -> Self {
        Self { frames, number, context, span, pairs: OnceCell::new() }
    }

    /// The names and values of its block.
    fn pairs(&self, text: &[u8]) -> &[Pair] {
        self.pairs.get_or_init(|| context::pairs(text, self.context.block.clone()))
    }

    /// Whose things are near.
    fn vicinity(&self, frame: &Frame<'_>) -> Vicinity {
        let text = frame.text();
        let block = self.context.block.clone();
        let near = context::nearby(text, self.context.value.clone());
        let word = |provider| near.iter().any(|word| word == provider).then_some(provider);
        let by_host = |inside: bool| {
            let host = |host: &&crate::tenant::Host| !inside || block.contains(&host.span.start);
            frame.hosts().iter().filter(host).find_map(|host| host.provider)
        };
        Vicinity {
            block: by_host(true).or_else(|| by_pairs(text, self.pairs(text))),
            lines: word("okta").or_else(|| word("auth0")),
            file: by_host(false).or_else(|| self.outer_hosts()),
        }
    }

    /// The provider of a host in the texts that this one was decoded from.
    fn outer_hosts(&self) -> Option<&'static str> {
        let mut number = self.number;
        while let Some((parent, _)) = self.frames.parent(number) {
            let host = self.frames.at(parent).hosts().iter().find_map(|host| host.provider);
            if host.is_some() {
                return host;
            }
            number = parent;
        }
        None
    }

    /// The tenant it says itself, or the nearest, here or in the texts around this one.
    fn tenant(&self, provider: Option<&str>, claims: Option<&Claims>) -> Option<Tenant> {
        if let Some(tenant) = claims.and_then(by_issuer) {
            return Some(tenant);
        }
        let mut number = self.number;
        let (mut at, mut block) = (self.span.start, self.context.block.clone());
        loop {
            let frame = self.frames.at(number);
            let tenant = nearest(frame.text(), frame.hosts(), provider, at, block);
            if tenant.is_some() {
                return tenant;
            }
            let (parent, span) = self.frames.parent(number)?;
            (number, at, block) = (parent, span.start, span);
        }
    }

    /// Public things of the same block.
    fn companions(&self, claims: Option<&Claims>) -> Vec<Companion> {
        let mut all = claims.map(said).unwrap_or_default();
        if let Some(user) = self.context.user.clone().filter(|user| is_okta_client_id(user)) {
            all.push(Companion { what: "client_id", value: user, why: "written before it" });
        }
        let frame = self.frames.at(self.number);
        let text = frame.text();
        for pair in self.pairs(text) {
            let Ok(value) = std::str::from_utf8(&text[pair.value.clone()]) else { continue };
            if let Some(what) = companion(&context::words(&pair.name), value)
                && all.iter().all(|known| known.what != what)
            {
                all.push(Companion { what, value: value.to_owned(), why: "in the same block" });
            }
        }
        if all.iter().all(|known| known.what != "token_id")
            && let Some(value) = token_id_near(text, &self.span)
        {
            all.push(Companion { what: "token_id", value, why: "in the lines around it" });
        }
        all
    }
}

/// The id of an API token that stands near one, in a comment for instance; `None` where there are several.
fn token_id_near(text: &[u8], token: &Range<usize>) -> Option<String> {
    if token.len() != 42 || !text[token.clone()].starts_with(b"00") {
        return None;
    }
    let begin = token.start.saturating_sub(NEAR_BYTES);
    let end = text.len().min(token.end + NEAR_BYTES);
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let words = text[begin..end].split(|byte| !is_part(byte));
    let words = words.filter_map(|word| std::str::from_utf8(word).ok());
    let mut ids = words.filter(|word| is_id(word, "00T"));
    let id = ids.next()?;
    ids.all(|other| other == id).then(|| id.to_owned())
}

/// What public thing a value of that name is.
fn companion(words: &[String], value: &str) -> Option<&'static str> {
    let ends = |last: &[&str]| {
        words.ends_with(&last.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
    };
    if value.len() > 200 || value.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let is_auth0_client =
        value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match () {
        () if is_okta_client_id(value) => Some("client_id"),
        () if is_id(value, "00T") => Some("token_id"),
        () if is_id(value, "00u") => Some("user_id"),
        () if is_auth0_client && ends(&["client", "id"]) => Some("client_id"),
        () if ends(&["issuer"]) || ends(&["iss"]) => Some("issuer"),
        () if ends(&["audience"]) => Some("audience"),
        () if ends(&["kid"]) || ends(&["key", "id"]) => Some("key_id"),
        () => None,
    }
}

/// Whether a value is the id of an object of Okta that begins so.
fn is_id(value: &str, prefix: &str) -> bool {
    object_id(value.as_bytes()).is_some_and(|id| id.prefix == prefix)
}

/// What a token says of whose it is.
fn said(claims: &Claims) -> Vec<Companion> {
    let why = "said by the token";
    let said = [
        ("client_id", claims.client.clone()),
        ("issuer", claims.issuer.clone()),
        ("user_id", claims.user.clone()),
        ("key_id", claims.key.clone()),
        ("audience", claims.audience.first().cloned()),
    ];
    said.into_iter()
        .filter_map(|(what, value)| Some(Companion { what, value: value?, why }))
        .collect()
}

/// A provider whose things stand in the same block: a client's id, a name.
fn by_pairs(text: &[u8], pairs: &[Pair]) -> Option<&'static str> {
    let of = |pair: &Pair| {
        let value = std::str::from_utf8(text.get(pair.value.clone())?).ok()?;
        if is_okta_client_id(value) {
            return Some("okta");
        }
        let words = context::words(&pair.name);
        ["okta", "auth0"].into_iter().find(|provider| words.iter().any(|word| word == provider))
    };
    pairs.iter().find_map(of)
}

/// Whether a run may be a credential by the name that stands right beside it, if one does.
fn may_be_named(text: &[u8], run: &Range<usize>) -> bool {
    let Some((name, value)) = context::beside(text, run.clone()) else { return true };
    let read = |span: Range<usize>| {
        text.get(span)
            .and_then(|value| std::str::from_utf8(value.trim_ascii()).ok())
            .unwrap_or_default()
    };
    may_be_called(&name, [read(value), read(run.clone())])
}

/// `id:secret` as in a decoded Basic header: what stands before the colon is the user.
fn with_credentials(mut context: Context, text: &[u8], run: &Range<usize>) -> Context {
    let is_basic =
        context.scheme.as_deref().is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"));
    if context.user.is_some() || !is_basic {
        return context;
    }
    let before = &text[run.start.saturating_sub(128)..run.start];
    if let Some(before) = before.strip_suffix(b":") {
        let begin = before.iter().rposition(|byte| !byte.is_ascii_graphic()).map_or(0, |at| at + 1);
        context.user = String::from_utf8(before[begin..].to_vec()).ok();
        context.form = Form::UserInfo;
        context.value = run.start..text.len().min(context.value.end.max(run.end));
    }
    context
}

/// A value without blanks around it.
fn trimmed(text: &[u8], span: Range<usize>) -> Range<usize> {
    let value = text.get(span.clone()).unwrap_or_default();
    let begin = span.start + (value.len() - value.trim_ascii_start().len());
    begin..begin + value.trim_ascii().len()
}

fn certain(kind: &'static str, why: String) -> Verdict {
    #[expect(clippy::expect_used, reason = "a test holds the catalog to these kinds")]
    let kind = catalog::credential(kind).expect("the kind is in the catalog");
    Verdict { kind, confidence: Confidence::Certain, why }
}

/// A key as a file of its own would hold it.
fn written(pem: &token::Pem) -> String {
    let mut text = format!("-----BEGIN {}-----\n", pem.label);
    let mut body = pem.body.as_str();
    while !body.is_empty() {
        let (line, rest) = body.split_at(body.len().min(64));
        text.push_str(line);
        text.push('\n');
        body = rest;
    }
    text + "-----END " + &pem.label + "-----\n"
}

/// The tenant that a token names as its issuer.
fn by_issuer(claims: &Claims) -> Option<Tenant> {
    let issuer = claims.issuer.as_deref()?.strip_prefix("https://")?;
    let authority = issuer.split(['/', '?', '#']).next().unwrap_or_default();
    // Behind a user is another host than the one in front: `acme.okta.com:8443@evil.example`.
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let host = authority.split(':').next().filter(|host| {
        host.contains('.') && !authority.contains('@') && host.bytes().all(is_host)
    })?;
    let why = "the issuer that the token names".to_owned();
    Some(Tenant { host: host.to_ascii_lowercase(), nearness: Nearness::Same, why })
}
