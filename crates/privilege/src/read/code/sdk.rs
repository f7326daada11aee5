//! Methods of the official libraries of Okta and Auth0.

mod clients;
mod methods;

use catalog::Product;

pub(super) use self::clients::Clients;
use self::methods::{APIS, AUTH0, Named, OKTA, plain};
use super::callee::{Word, callee};
use super::hint::Hints;
use super::token::Tokens;

/// Names of methods that are as long are nobody else's, in bytes without underscores.
const TELLING_BYTES: usize = 18;

/// Words before a method that are looked at.
const MAX_WORDS: usize = 4;

/// Methods that languages give to everything.
const OF_LANGUAGES: [&str; 9] =
    ["apply", "bind", "call", "catch", "filter", "finally", "foreach", "map", "then"];

/// Methods that anything may have.
const GENERIC: [&str; 6] = ["update", "delete", "activate", "refresh", "verify", "execute"];

/// What generators add to the name of an operation.
const ADDITIONS: [&str; 7] = [
    "withhttpinfoasync",
    "withhttpinfo",
    "asyncwithhttpinfo",
    "async",
    "execute",
    "rawresponse",
    "asyncenumerable",
];

/// A call of a library's method.
#[derive(Debug)]
pub(super) struct Called {
    /// Operations by their qualified names; one of them was called.
    pub(super) names: Vec<String>,
    /// As it stands in the program, such as `client.userApi.createUser`.
    pub(super) shown: String,
    /// Why it cannot be told whether they are called; `None` if they are.
    pub(super) doubt: Option<&'static str>,
}

/// Why a call is not counted.
const NO_CLIENT: &str = "whether a client of Okta or Auth0 is called is not told";
const UNKNOWN: &str = "no operation is known by that name";

/// The method of a library that is called at a word, if it is one.
pub(super) fn at<'a>(
    tokens: &Tokens<'a>,
    at: usize,
    hints: Hints,
    clients: &Clients<'a>,
) -> Option<Called> {
    // `_list_users` is somebody's own.
    if !hints.any() || tokens.text(at).starts_with('_') {
        return None;
    }
    let open = open_of_call(tokens, at);
    let words = callee(tokens, open.unwrap_or(at + 1));
    if words.len() < 2 || words.first()?.at != at {
        return None;
    }
    let called = okta(&words, hints, clients).or_else(|| auth0(&words, hints, clients))?;
    let is_passed_on = matches!(tokens.sign(at + 1), b',' | b')');
    (open.is_some() || (is_passed_on && called.doubt.is_none())).then_some(called)
}

/// Whether a method of a client is chosen while the program runs, as in `client[kind].list()`.
pub(super) fn is_chosen_later(
    tokens: &Tokens<'_>,
    at: usize,
    hints: Hints,
    clients: &Clients<'_>,
) -> bool {
    let word = tokens.text(at);
    let uses = hints.uses(Product::Okta) || hints.uses(Product::Auth0);
    uses && tokens.is_sign(at + 1, b'[')
        && tokens.word(at + 2).is_some()
        && (clients.has(word) || ends_as_client(word))
}

/// The bracket behind a called name: `name(`, `name<T>(`.
fn open_of_call(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    match tokens.sign(at + 1) {
        b'(' => Some(at + 1),
        b'<' => {
            (at + 2..at + 10).find(|at| tokens.is_sign(*at, b'(') && tokens.is_sign(at - 1, b'>'))
        }
        _ => None,
    }
}

fn okta(words: &[Word<'_>], hints: Hints, clients: &Clients<'_>) -> Option<Called> {
    let method = stripped(words.first()?.text);
    let receiver = words.get(1)?.text;
    let of_thing = of_builder(words, &method).or_else(|| of_model(receiver, &method));
    let is_of_thing = of_thing.is_some() && !GENERIC.contains(&method.as_str());
    let Some((current, other)) = of_thing.or_else(|| OKTA.named(&method)) else {
        let is_of_client = words.len() > 2 && receiver.len() > 3 && ends_as_scope(receiver);
        let is_unknown = is_of_client && hints.uses(Product::Okta) && !is_plumbing(&method);
        return is_unknown.then(|| called(Vec::new(), words, Some(UNKNOWN)));
    };
    let is_scoped = ends_as_scope(receiver);
    let is_plainly_theirs = words[1..].iter().any(|word| plain(word.text).contains("okta"));
    let is_client = is_plainly_theirs
        || is_scoped
        || is_of_thing
        || words[1..].iter().any(|word| clients.has(word.text) || ends_as_client(word.text));
    let uses = hints.uses(Product::Okta);
    if !(uses || (is_plainly_theirs && words.len() > 1)) {
        return None;
    }
    // A name may have meant another operation formerly; only clients of one chapter are surely of today.
    let names: Vec<String> = if is_scoped && !current.is_empty() {
        current.to_vec()
    } else {
        let mut names = other.to_vec();
        names.extend(current.iter().filter(|name| !other.contains(name)).cloned());
        names
    };
    let is_doubtful = !is_client && method.len() < TELLING_BYTES;
    let is_likely = names.iter().any(|name| name.starts_with(APIS[0]));
    (is_likely || !is_doubtful).then(|| called(names, words, is_doubtful.then_some(NO_CLIENT)))
}

fn auth0(words: &[Word<'_>], hints: Hints, clients: &Clients<'_>) -> Option<Called> {
    let is_theirs = |word: &Word<'_>| {
        let name = plain(word.text);
        ["auth0", "management", "mgmt"].iter().any(|mark| name.contains(mark))
    };
    if !hints.uses(Product::Auth0) && !words[1..].iter().any(is_theirs) {
        return None;
    }
    let is_client =
        |word: &Word<'_>| is_theirs(word) || clients.has(word.text) || ends_as_client(word.text);
    let longest = words.len().min(MAX_WORDS);
    for count in (1..=longest).rev() {
        let mut parts: Vec<String> =
            words[..count].iter().rev().map(|word| plain(word.text)).collect();
        if let Some(last) = parts.last_mut() {
            *last = stripped(last);
        }
        let Some((current, other)) = AUTH0.named(&parts.join(".")) else { continue };
        let owners = &words[count..];
        let Some(owner) = owners.first() else {
            // `user.update()` is anybody's.
            return None;
        };
        if AUTH0.chapters.contains(&plain(owner.text)) {
            // `organizations.clients.update` is not `clients.update`.
            return Some(called(Vec::new(), words, Some(UNKNOWN)));
        }
        let is_client = owners.iter().any(&is_client);
        let mut names = other.to_vec();
        names.extend(current.iter().filter(|name| !other.contains(name)).cloned());
        return Some(called(names, words, (!is_client).then_some(NO_CLIENT)));
    }
    is_unknown_of_auth0(words, &is_client).then(|| called(Vec::new(), words, Some(UNKNOWN)))
}

fn ends_as_client(word: &str) -> bool {
    let name = plain(word);
    name.ends_with("client") || name.ends_with("api") || name == "sdk"
}

/// Whether a client's chapter is followed by words that no operation has: `client.users.brew(`, but not
/// `client.users.list().then(`.
fn is_unknown_of_auth0(words: &[Word<'_>], is_client: &dyn Fn(&Word<'_>) -> bool) -> bool {
    let Some(at) = (1..words.len()).find(|at| AUTH0.chapters.contains(&plain(words[*at].text)))
    else {
        return false;
    };
    let is_known = |from: usize| {
        let parts: Vec<String> =
            words[from..=at].iter().rev().map(|word| stripped(word.text)).collect();
        AUTH0.named(&parts.join(".")).is_some()
    };
    let is_of_language = OF_LANGUAGES.contains(&plain(words[0].text).as_str());
    !is_of_language && words[at + 1..].iter().any(is_client) && !(1..=at).any(is_known)
}

/// A method of a builder, with other calls between, as `UserBuilder.instance().buildAndCreate(`.
fn of_builder(words: &[Word<'_>], method: &str) -> Option<Named> {
    let mut builders = words[1..].iter().filter(|word| word.text.ends_with("Builder"));
    builders.find_map(|word| OKTA.named(&format!("{}.{method}", plain(word.text))))
}

/// A method of what was fetched, as `createdUser.suspend(`.
fn of_model(receiver: &str, method: &str) -> Option<Named> {
    let receiver = plain(receiver);
    let mut models: Vec<_> =
        OKTA.models.iter().filter(|model| receiver.ends_with(model.as_str())).collect();
    models.sort_by_key(|model| usize::MAX - model.len());
    models.iter().find_map(|model| OKTA.named(&format!("{model}.{method}")))
}

/// What `client.userApi` and `UserAPI` end with.
fn ends_as_scope(receiver: &str) -> bool {
    receiver.ends_with("Api") || receiver.ends_with("API") || receiver.ends_with("_api")
}

/// Whether a method of a client concerns the client itself.
fn is_plumbing(method: &str) -> bool {
    ["client", "config", "configuration", "header", "timeout", "executor", "basepath"]
        .iter()
        .any(|end| method.ends_with(end))
}

fn called(names: Vec<String>, words: &[Word<'_>], doubt: Option<&'static str>) -> Called {
    let shown: Vec<&str> = words.iter().rev().map(|word| word.text).collect();
    Called { names, shown: shown.join("."), doubt }
}

/// The name without what generators add.
fn stripped(name: &str) -> String {
    let name = plain(name);
    let end =
        ADDITIONS.iter().find_map(|end| name.strip_suffix(end)).filter(|rest| !rest.is_empty());
    end.map_or_else(|| name.clone(), str::to_owned)
}
