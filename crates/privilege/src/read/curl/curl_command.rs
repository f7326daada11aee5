//! Arguments of `curl`.

use super::{Arguments, Call};
use crate::Method;
use crate::read::members::Members;

/// Short options with a value, other than those that are read.
const SHORT: &str = "AbcCDeEhKmoPQrtTuUwxyYz";

/// Long options with a value, other than those that are read. Source: manual of curl 8.
const LONG: [&str; 57] = [
    "abstract-unix-socket",
    "aws-sigv4",
    "cacert",
    "capath",
    "cert",
    "cert-type",
    "ciphers",
    "config",
    "connect-timeout",
    "connect-to",
    "continue-at",
    "cookie",
    "cookie-jar",
    "crlfile",
    "curves",
    "dns-servers",
    "doh-url",
    "dump-header",
    "expect100-timeout",
    "header",
    "hsts",
    "interface",
    "keepalive-time",
    "key",
    "key-type",
    "limit-rate",
    "local-port",
    "max-filesize",
    "max-redirs",
    "max-time",
    "netrc-file",
    "noproxy",
    "oauth2-bearer",
    "output",
    "output-dir",
    "pass",
    "pinnedpubkey",
    "preproxy",
    "proto",
    "proto-default",
    "proxy",
    "proxy-header",
    "proxy-user",
    "range",
    "rate",
    "referer",
    "resolve",
    "retry",
    "retry-delay",
    "retry-max-time",
    "socks5",
    "stderr",
    "time-cond",
    "tls-max",
    "unix-socket",
    "user",
    "user-agent",
];

/// What the options say so far.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
struct Options {
    method: Option<Method>,
    /// A verb that no API here has.
    is_other: bool,
    urls: Vec<String>,
    data: Vec<String>,
    /// Something is sent that is not known: a file, a form of several parts.
    is_sent: bool,
    is_put: bool,
    is_get: bool,
    is_head: bool,
}

/// What a command asks for: a call for each of its URLs.
pub(super) fn calls(arguments: &mut Arguments<'_>) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut options = Options::default();
    while let Some(word) = arguments.next() {
        match word {
            "--next" | "-:" => std::mem::take(&mut options).finish(&mut calls),
            _ => match word.strip_prefix("--") {
                Some(long) => options.long(long, arguments),
                None if word.len() > 1 && word.starts_with('-') => {
                    options.short(&word[1..], arguments);
                }
                None => options.urls.extend(arguments.url(word)),
            },
        }
    }
    options.finish(&mut calls);
    calls
}

impl Options {
    fn long(&mut self, word: &str, arguments: &mut Arguments<'_>) {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let mut take = || value.or_else(|| arguments.next()).unwrap_or("");
        match name {
            "request" => self.verb(take()),
            "data" | "data-ascii" | "data-binary" | "data-raw" | "json" | "data-urlencode" => {
                self.data.push(take().to_owned());
            }
            "form" | "form-string" => {
                take();
                self.is_sent = true;
            }
            "upload-file" => {
                take();
                self.is_put = true;
            }
            "url" => {
                let word = take();
                self.urls.extend(arguments.url(word));
            }
            "url-query" => {
                take();
            }
            "get" => self.is_get = true,
            "head" => self.is_head = true,
            _ if LONG.binary_search(&name).is_ok() => {
                take();
            }
            _ => {}
        }
    }

    /// Letters in one word: `-sSLX POST`, `-XPOST`.
    fn short(&mut self, letters: &str, arguments: &mut Arguments<'_>) {
        for (at, letter) in letters.char_indices() {
            let rest = &letters[at + letter.len_utf8()..];
            let mut take = || if rest.is_empty() { arguments.next().unwrap_or("") } else { rest };
            match letter {
                'X' => self.verb(take()),
                'd' => self.data.push(take().to_owned()),
                'F' => {
                    take();
                    self.is_sent = true;
                }
                'T' => {
                    take();
                    self.is_put = true;
                }
                'G' => self.is_get = true,
                'I' => self.is_head = true,
                'H' => {
                    take();
                }
                _ if SHORT.contains(letter) => {
                    take();
                }
                _ => continue,
            }
            if !matches!(letter, 'G' | 'I') {
                return;
            }
        }
    }

    fn verb(&mut self, word: &str) {
        self.method = Method::from_name(word);
        self.is_other = self.method.is_none() && !word.contains('$');
    }

    fn finish(self, calls: &mut Vec<Call>) {
        if self.is_other {
            return;
        }
        let has_data = !self.data.is_empty();
        let method = self.method.unwrap_or(match () {
            () if self.is_get => Method::Get,
            () if self.is_head => Method::Head,
            () if self.is_put => Method::Put,
            () if has_data || self.is_sent => Method::Post,
            () => Method::Get,
        });
        for url in self.urls {
            let target = if self.is_get { with_query(url, &self.data) } else { url };
            let body = match () {
                () if self.is_sent || self.is_put => Members::unknown(),
                () if has_data && !self.is_get => body(&self.data),
                () => Members::empty(),
            };
            calls.push(Call { method, target, body });
        }
    }
}

/// The members of what is sent; those of a file are not known.
fn body(data: &[String]) -> Members {
    match data {
        _ if data.iter().any(|part| part.starts_with('@') || part.starts_with('$')) => {
            Members::unknown()
        }
        [one] => Members::of_text(one),
        _ => Members::of_text(&data.join("&")),
    }
}

/// What `-G` does: it sends the data as the query.
fn with_query(mut url: String, data: &[String]) -> String {
    for pair in data {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(pair);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::LONG;

    #[test]
    fn options_are_in_order() {
        assert!(LONG.is_sorted());
    }
}
