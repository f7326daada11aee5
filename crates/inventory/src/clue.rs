//! Which listed credential a leaked one is: what may be concluded from the lists, without using it.

mod key;
mod secret;
mod token;

use catalog::Status;
use finding::Token;
use jiff::Timestamp;

use crate::{Card, CardKind, Snapshot};

/// What is known of a leaked credential beside its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clue {
    /// What it is.
    pub sort: Sort,
    /// The provider's id of it, where that stands beside it.
    pub id: Option<String>,
    /// The client that it is of.
    pub client: Option<String>,
    /// The id of the user that it is of.
    pub user: Option<String>,
    /// Who wrote what held it first, as an email address.
    pub author: Option<String>,
    /// Since when it lies there: it is at least as old.
    pub held: Option<Timestamp>,
    /// Of a key: its own id.
    pub kid: Option<String>,
    /// Of a key: the modulus, or x, in base64url. Public.
    pub public: Option<String>,
    /// Whether the tenant says that it has no such client.
    pub absent: bool,
}

/// What a leaked credential is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// An API token of Okta.
    #[default]
    ApiToken,
    /// The secret of a client.
    Secret,
    /// The private key of a client.
    Key,
    /// A token that a client got, which names it.
    Issued,
}

/// What the lists say of a leaked credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What follows for it; [`Status::NotChecked`] where nothing does.
    pub status: Status,
    /// Why, as a fragment.
    pub why: String,
    /// The one that it is.
    pub token: Option<Token>,
    /// Those of which it may be any, however many; empty where it is known, or none of them.
    pub candidates: Vec<Token>,
}

impl Match {
    fn unknown(why: impl Into<String>) -> Self {
        Self::of(Status::NotChecked, why)
    }

    fn of(status: Status, why: impl Into<String>) -> Self {
        Self { status, why: why.into(), token: None, candidates: Vec::new() }
    }

    fn with(self, token: Token) -> Self {
        Self { token: Some(token.cut()), ..self }
    }

    /// One is inferred to be it, several are candidates.
    fn among(self, mut tokens: Vec<Token>) -> Self {
        tokens.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.id.cmp(&b.id)));
        if tokens.len() == 1 {
            return Self { token: tokens.pop().map(Token::cut), ..self };
        }
        Self { candidates: tokens.into_iter().map(Token::cut).collect(), ..self }
    }
}

impl Clue {
    /// Looks for it in what a tenant holds.
    pub fn look(&self, snapshot: &Snapshot) -> Match {
        match self.sort {
            Sort::ApiToken => token::look(self, snapshot),
            Sort::Secret => secret::look(self, snapshot),
            Sort::Key => key::look(self, snapshot),
            Sort::Issued => issued(self, snapshot),
        }
    }

    /// Which token it is, from the lists before and after it was used once by a user of that id: the one whose life began anew.
    /// `None` where that is none, or several.
    pub fn moved(user: &str, before: &Snapshot, after: &Snapshot) -> Option<Token> {
        token::moved(user, before, after)
    }

    /// Whether something that was made then can be it. What has no time can.
    fn is_as_old(&self, created: Option<Timestamp>) -> bool {
        match (self.held, created) {
            (Some(held), Some(created)) => created <= held,
            _ => true,
        }
    }
}

/// The client to which a token was issued.
fn issued(clue: &Clue, snapshot: &Snapshot) -> Match {
    let Some(client) = &clue.client else {
        return Match::unknown("it names no client, and tokens of users are not listed");
    };
    match snapshot.card(client) {
        Some(card) => {
            let why = "tokens are not listed one by one; its client is known";
            Match::unknown(why).with(told(card, "client", "the client that it names", true))
        }
        None => absent(clue, snapshot),
    }
}

/// A client that was not found: it is not there if the tenant says so, else nothing is known.
fn absent(clue: &Clue, snapshot: &Snapshot) -> Match {
    if clue.absent {
        return Match::of(Status::WrongOrg, "the tenant has no such client");
    }
    let list = card_list(snapshot);
    let gap = snapshot.gaps.iter().find(|gap| gap.what == list);
    Match::unknown(gap.map_or_else(|| "its client was not looked up".to_owned(), gap_words))
}

/// `api tokens: not granted; it takes okta.apiTokens.read`.
fn gap_words(gap: &crate::Gap) -> String {
    let scope = gap.scope.as_ref().map(|scope| format!("; it takes `{scope}`"));
    format!("{}: {}{}", gap.what, gap.why, scope.unwrap_or_default())
}

/// The list that clients are in, as gaps name it.
fn card_list(snapshot: &Snapshot) -> &'static str {
    match snapshot.provider {
        crate::Provider::Okta => "apps",
        crate::Provider::Auth0 => "clients",
    }
}

/// A card as a finding tells of it.
fn told(card: &Card, kind: &str, matched_by: &str, certain: bool) -> Token {
    let owner = card.owner.as_ref();
    let is_own = card.kind != CardKind::ApiToken;
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Token {
        kind: kind.to_owned(),
        id: card.id.clone(),
        tenant: text(&card.tenant),
        name: text(&card.name),
        owner: owner
            .map(|owner| owner.login.clone().unwrap_or_else(|| owner.id.clone()))
            .or_else(|| is_own.then(|| card.id.clone())),
        owner_id: owner.map(|owner| owner.id.clone()),
        created: card.created.as_ref().map(|created| created.value.at),
        matched_by: matched_by.to_owned(),
        certain,
    }
}

#[cfg(test)]
mod tests;
