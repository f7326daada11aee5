//! Arguments of `wget`, `HTTPie`, `Invoke-RestMethod` and `auth0 api`.

use super::{Arguments, Call};
use crate::Method;
use crate::read::members::Members;

/// `wget --method=PUT --body-data=… URL`
pub(super) fn wget(arguments: &mut Arguments<'_>) -> Vec<Call> {
    let (mut method, mut body, mut urls) = (None, Members::empty(), Vec::new());
    while let Some(word) = arguments.next() {
        let Some(long) = word.strip_prefix("--") else {
            urls.extend(arguments.url(word));
            continue;
        };
        let (name, value) = long.split_once('=').unwrap_or((long, ""));
        match name {
            "method" => {
                let value = if value.is_empty() { arguments.next().unwrap_or("") } else { value };
                method = Method::from_name(value);
            }
            "post-data" | "body-data" => {
                let value = if value.is_empty() { arguments.next().unwrap_or("") } else { value };
                body = Members::of_text(value);
                method = method.or(Some(Method::Post));
            }
            "post-file" | "body-file" => {
                body = Members::unknown();
                method = method.or(Some(Method::Post));
            }
            _ => {}
        }
    }
    each(method.unwrap_or(Method::Get), urls, &body)
}

/// `http [VERB] URL [name=value…]`
pub(super) fn httpie(arguments: &mut Arguments<'_>) -> Vec<Call> {
    let (mut method, mut url, mut names) = (None, None, Vec::new());
    while let Some(word) = arguments.next() {
        if word.starts_with('-') {
            continue;
        }
        if url.is_none() {
            let verb = Method::from_name(word).filter(|method| method.name() == word);
            method = method.or(verb);
            url = if verb.is_none() { arguments.url(word) } else { None };
            if verb.is_none() && url.is_none() {
                return Vec::new();
            }
        } else if !word.contains("==")
            && let Some((name, _)) = word.split_once(":=").or_else(|| word.split_once('='))
        {
            names.push(name);
        }
    }
    let sends = !names.is_empty();
    let body = if sends { Members::of_names(names.into_iter()) } else { Members::empty() };
    let implied = if sends { Method::Post } else { Method::Get };
    each(method.unwrap_or(implied), url.into_iter().collect(), &body)
}

/// `Invoke-RestMethod -Method Post -Uri URL -Body …`
pub(super) fn power_shell(arguments: &mut Arguments<'_>) -> Vec<Call> {
    let (mut method, mut body, mut urls) = (Method::Get, Members::empty(), Vec::new());
    while let Some(word) = arguments.next() {
        match word.trim_end_matches(':').to_ascii_lowercase().as_str() {
            "-method" => {
                let Some(verb) = arguments.next().and_then(Method::from_name) else {
                    return Vec::new();
                };
                method = verb;
            }
            "-uri" => urls.extend(arguments.next().and_then(|word| arguments.url(word))),
            "-body" => body = Members::of_text(arguments.next().unwrap_or("")),
            "-infile" | "-form" => body = Members::unknown(),
            "-headers" | "-contenttype" | "-outfile" | "-websession" | "-credential" | "-token"
            | "-useragent" | "-proxy" | "-timeoutsec" => {
                arguments.next();
            }
            _ => urls.extend(arguments.url(word)),
        }
    }
    each(method, urls, &body)
}

/// `auth0 api [verb] path --data …`: paths below `/api/v2/`.
pub(super) fn auth0(arguments: &mut Arguments<'_>) -> Vec<Call> {
    let (mut method, mut body, mut path) = (None, None, None);
    while let Some(word) = arguments.next() {
        match word {
            "-d" | "--data" => body = arguments.next().map(Members::of_text),
            "-q" | "--query" | "--tenant" => {
                arguments.next();
            }
            _ if word.starts_with('-') => {}
            _ if path.is_none() && method.is_none() && Method::from_name(word).is_some() => {
                method = Method::from_name(word);
            }
            _ => path = path.or(Some(word)),
        }
    }
    let implied = if body.is_some() { Method::Post } else { Method::Get };
    let url = path.map(|path| format!("/api/v2/{}", path.trim_start_matches('/')));
    each(method.unwrap_or(implied), url.into_iter().collect(), &body.unwrap_or(Members::Empty))
}

fn each(method: Method, urls: Vec<String>, body: &Members) -> Vec<Call> {
    urls.into_iter().map(|target| Call { method, target, body: body.clone() }).collect()
}
