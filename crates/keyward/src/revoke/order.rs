//! What is to be shut off, and how: as the command line says it, and as an incident does.

use std::fmt;

use anyhow::bail;
use catalog::Product;

use crate::args::Revoke;

/// What is to be shut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// An API token, by its id.
    Token(String),
    /// The API token that is at hand, by itself.
    CurrentToken,
    /// A client secret. Auth0 knows no ids of them.
    Secret {
        /// Of which app.
        client: String,
        /// Which; `None` where there is one alone, or where a new one is made.
        id: Option<String>,
    },
    /// A public key of an app.
    Key {
        /// Of which app.
        client: String,
        /// Which.
        id: String,
    },
    /// One session.
    Session(String),
    /// All sessions of a user.
    SessionsOf {
        /// Id or login.
        user: String,
        /// Whether OAuth tokens go as well.
        oauth_tokens: bool,
    },
    /// An app.
    Client(String),
    /// One grant of an app.
    Grant {
        /// Of which app.
        client: String,
        /// Which.
        id: String,
    },
}

/// How it is shut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// So that programs go on.
    Gentle,
    /// The least that ends it.
    Plain,
    /// So that nothing is left.
    Now,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// What is to be shut off.
    pub(crate) target: Target,
    /// How.
    pub(crate) way: Way,
    /// The network zone that a token is bound to.
    pub(crate) zone: Option<String>,
}

impl Order {
    /// Reads it from the command line.
    pub(crate) fn of(verb: &Revoke) -> Self {
        let doing = verb.doing();
        let way = match (doing.gentle, doing.now) {
            (true, _) => Way::Gentle,
            (false, true) => Way::Now,
            (false, false) => Way::Plain,
        };
        let (target, zone) = match verb {
            Revoke::Token(args) if args.id == "current" => (Target::CurrentToken, None),
            Revoke::Token(args) => (Target::Token(args.id.clone()), args.zone.clone()),
            Revoke::Secret(args) => {
                (Target::Secret { client: args.client.clone(), id: args.id.clone() }, None)
            }
            Revoke::Key(args) => {
                (Target::Key { client: args.client.clone(), id: args.id.clone() }, None)
            }
            Revoke::Session(args) => (Target::Session(args.id.clone()), None),
            Revoke::SessionsOf(args) => {
                let (user, oauth_tokens) = (args.user.clone(), args.oauth_tokens);
                (Target::SessionsOf { user, oauth_tokens }, None)
            }
            Revoke::Client(args) => (Target::Client(args.id.clone()), None),
            Revoke::Grant(args) => {
                (Target::Grant { client: args.client.clone(), id: args.id.clone() }, None)
            }
        };
        Self { target, way, zone }
    }

    /// The actions that it comes to, by their names in the catalog, in order. What Auth0's client grants are has to be
    /// looked up, so that the action stands for each of them.
    pub(super) fn actions(&self, provider: Product) -> anyhow::Result<Vec<&'static str>> {
        match provider {
            Product::Auth0 => self.of_auth0(),
            _ => self.of_okta(),
        }
    }

    fn of_okta(&self) -> anyhow::Result<Vec<&'static str>> {
        Ok(match (&self.target, self.way) {
            (Target::Token(_), Way::Gentle) if self.zone.is_none() => {
                bail!("`--gentle` binds a token to a network zone: `--zone` says to which")
            }
            (Target::Token(_), Way::Gentle) => vec!["okta.token.bind"],
            (Target::Token(_), Way::Plain | Way::Now) => vec!["okta.token.delete"],
            (Target::CurrentToken, Way::Plain | Way::Now) => vec!["okta.token.delete-current"],
            (Target::Secret { id: None, .. }, Way::Gentle) => vec!["okta.secret.create"],
            (Target::Secret { id: None, .. }, _) => {
                bail!("which secret? `keyward tokens show` lists their ids, `ocs…`")
            }
            (Target::Secret { .. }, Way::Gentle) => {
                bail!("`--gentle` makes a secret beside the present ones and takes no id of one")
            }
            (Target::Secret { .. }, Way::Plain) => vec!["okta.secret.deactivate"],
            (Target::Secret { .. }, Way::Now) => {
                vec!["okta.secret.deactivate", "okta.secret.delete"]
            }
            (Target::Key { .. }, Way::Plain) => vec!["okta.key.deactivate"],
            (Target::Key { .. }, Way::Now) => vec!["okta.key.deactivate", "okta.key.delete"],
            (Target::Session(_), Way::Plain | Way::Now) => vec!["okta.session.end"],
            (Target::SessionsOf { oauth_tokens: false, .. }, Way::Plain | Way::Now) => {
                vec!["okta.user.end-sessions"]
            }
            (Target::SessionsOf { .. }, Way::Plain | Way::Now) => {
                vec!["okta.user.end-sessions-and-tokens"]
            }
            (Target::Client(_), Way::Plain) => vec!["okta.client.deactivate"],
            (Target::Client(_), Way::Now) => {
                vec!["okta.client.deactivate", "okta.client.revoke-tokens"]
            }
            (Target::Grant { .. }, Way::Plain | Way::Now) => vec!["okta.grant.delete"],
            (_, Way::Gentle) => bail!("{self} has no gentler form than without `--gentle`"),
        })
    }

    fn of_auth0(&self) -> anyhow::Result<Vec<&'static str>> {
        Ok(match (&self.target, self.way) {
            (Target::Secret { id: Some(_), .. }, _) => {
                bail!("an application of Auth0 has one secret, without an id: leave the id out")
            }
            (Target::Secret { .. }, Way::Plain | Way::Now) => vec!["auth0.secret.rotate"],
            (Target::Session(_), Way::Plain | Way::Now) => vec!["auth0.session.end"],
            (Target::SessionsOf { oauth_tokens, .. }, Way::Plain | Way::Now) => {
                let mut actions = vec!["auth0.user.end-sessions"];
                actions.extend(oauth_tokens.then_some("auth0.user.revoke-refresh-tokens"));
                actions
            }
            (Target::Client(_), Way::Now) => vec!["auth0.client.delete"],
            (Target::Client(_), Way::Plain) | (Target::Grant { .. }, Way::Plain | Way::Now) => {
                vec!["auth0.grant.delete"]
            }
            (Target::Token(_) | Target::CurrentToken, _) => {
                bail!(
                    "Auth0 has no API tokens with ids: `revoke secret` and `revoke client` end what can be ended"
                )
            }
            (Target::Key { .. }, _) => {
                bail!(
                    "keys of Auth0's applications are not shut off here: delete the credential in its dashboard"
                )
            }
            (_, Way::Gentle) => {
                bail!("{self} has no gentler form of Auth0 than without `--gentle`")
            }
        })
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.target.fmt(f)
    }
}

impl Target {
    /// What kind of thing it is, as the command line names it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Token(_) | Self::CurrentToken => "token",
            Self::Secret { .. } => "secret",
            Self::Key { .. } => "key",
            Self::Session(_) => "session",
            Self::SessionsOf { .. } => "sessions-of",
            Self::Client(_) => "client",
            Self::Grant { .. } => "grant",
        }
    }

    /// The app that it belongs to, or is.
    pub(crate) fn client(&self) -> Option<&str> {
        match self {
            Self::Secret { client, .. } | Self::Key { client, .. } | Self::Grant { client, .. } => {
                Some(client)
            }
            Self::Client(id) => Some(id),
            Self::Token(_) | Self::CurrentToken | Self::Session(_) | Self::SessionsOf { .. } => {
                None
            }
        }
    }

    /// The token or client by which its use is told.
    pub(crate) fn user_of_interface(&self) -> Option<&str> {
        match self {
            Self::Token(id) => Some(id),
            other => other.client(),
        }
    }

    /// The id of just what is meant; `None` where it leaves no trace under its id.
    pub(crate) fn narrowest(&self) -> Option<&str> {
        match self {
            Self::Token(id) | Self::Client(id) | Self::Key { id, .. } | Self::Grant { id, .. } => {
                Some(id)
            }
            Self::Secret { client, id } => Some(id.as_ref().unwrap_or(client)),
            Self::SessionsOf { user, .. } => Some(user),
            Self::CurrentToken | Self::Session(_) => None,
        }
    }

    /// What is meant by the names of actions.
    pub(super) fn names(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Token(id) => vec![("token", id)],
            Self::CurrentToken => Vec::new(),
            Self::Secret { client, id } => {
                let secret = id.iter().map(|id| ("secret", id.as_str()));
                std::iter::once(("client", client.as_str())).chain(secret).collect()
            }
            Self::Key { client, id } => vec![("client", client), ("key", id)],
            Self::Session(id) => vec![("session", id)],
            Self::SessionsOf { user, .. } => vec![("user", user)],
            Self::Client(id) => vec![("client", id)],
            Self::Grant { client, id } => vec![("client", client), ("grant", id)],
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(id) => write!(f, "API token `{id}`"),
            Self::CurrentToken => f.write_str("the API token at hand"),
            Self::Secret { client, id: Some(id) } => write!(f, "secret `{id}` of `{client}`"),
            Self::Secret { client, id: None } => write!(f, "the secret of `{client}`"),
            Self::Key { client, id } => write!(f, "key `{id}` of `{client}`"),
            Self::Session(id) => write!(f, "session `{id}`"),
            Self::SessionsOf { user, .. } => write!(f, "the sessions of `{user}`"),
            Self::Client(id) => write!(f, "client `{id}`"),
            Self::Grant { client, id } => write!(f, "grant `{id}` of `{client}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(provider: Product, target: Target, way: Way, expected: &str) {
        let order = Order { target, way, zone: None };
        let told = match order.actions(provider) {
            Ok(actions) => actions.join(" "),
            Err(error) => format!("no: {error}"),
        };
        assert!(told.starts_with(expected), "{told}");
    }

    fn secret(id: Option<&str>) -> Target {
        Target::Secret { client: "0oa1".to_owned(), id: id.map(str::to_owned) }
    }

    #[test]
    fn what_is_asked_for_comes_to_the_calls_that_it_takes_and_no_more() {
        let (okta, auth0) = (Product::Okta, Product::Auth0);
        let token = || Target::Token("00T1".to_owned());
        check(okta, token(), Way::Plain, "okta.token.delete");
        check(okta, token(), Way::Gentle, "no: `--gentle` binds");
        check(okta, secret(Some("ocs1")), Way::Plain, "okta.secret.deactivate");
        check(okta, secret(Some("ocs1")), Way::Now, "okta.secret.deactivate okta.secret.delete");
        check(okta, secret(None), Way::Gentle, "okta.secret.create");
        check(okta, secret(None), Way::Plain, "no: which secret");
        check(okta, Target::Session("s".to_owned()), Way::Gentle, "no: session `s` has no gentler");
        check(auth0, secret(None), Way::Plain, "auth0.secret.rotate");
        check(auth0, token(), Way::Plain, "no: Auth0 has no API tokens");
        let client = || Target::Client("c".to_owned());
        check(auth0, client(), Way::Plain, "auth0.grant.delete");
        check(auth0, client(), Way::Now, "auth0.client.delete");
        check(okta, client(), Way::Plain, "okta.client.deactivate");
    }
}
