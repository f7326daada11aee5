//! Who is an administrator, as far as the log and the user's lists tell.

use catalog::{AdminEffect, AdminSignal, AdminWhom};
use finding::Level;
use rule::{Ask, Known as Question};
use rustc_hash::FxHashMap;

use super::{Admins, Engine};
use crate::excerpt::{Excerpt, Slot};
use crate::hash;
use crate::program::{Node, common};

/// What is known of users, by the fingerprint of a login or id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) users: FxHashMap<u64, User>,
    /// Counts the episodes of the engine.
    pub(crate) n_episodes: u64,
}

/// What is known of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct User {
    /// Whether they were seen to be an administrator, by a role or by what they could open.
    pub(crate) is_admin: bool,
    /// Roles granted and not taken back, as far as they were named.
    pub(crate) roles: Vec<String>,
}

/// Users that are remembered; tenants have fewer administrators than that.
const USERS_MAX: usize = 100_000;

/// Roles of one user that are remembered.
const ROLES_MAX: usize = 32;

impl Known {
    /// Takes in what an event tells of a user's roles.
    pub(super) fn learn(&mut self, excerpt: &Excerpt<'_>, signal: &AdminSignal, slots: &[Slot]) {
        let named = slots.iter().find(|slot| excerpt.first(**slot).is_some());
        let named = named.into_iter().flat_map(|slot| excerpt.values(*slot));
        let roles: Vec<String> = named.flat_map(roles_in).collect();
        let whom = match signal.whom {
            AdminWhom::Actor => [common::USER, common::USER_ID],
            _ => [common::TARGET_USER, common::TARGET_USER_ID],
        };
        for key in whom.into_iter().filter_map(|slot| excerpt.first(slot)) {
            self.change(key, signal.effect != AdminEffect::Revoke, &roles);
        }
    }

    fn change(&mut self, key: &str, grants: bool, roles: &[String]) {
        let key = print(key);
        if self.users.len() >= USERS_MAX && !self.users.contains_key(&key) {
            return;
        }
        let user = self.users.entry(key).or_default();
        if grants {
            user.is_admin = true;
            let new = roles.iter().filter(|role| !user.roles.contains(role)).cloned();
            let new: Vec<_> = new.take(ROLES_MAX.saturating_sub(user.roles.len())).collect();
            user.roles.extend(new);
            return;
        }
        user.roles.retain(|role| !roles.contains(role));
        // A revocation that names no role, or names the last, leaves none.
        user.is_admin = !user.roles.is_empty() && !roles.is_empty();
    }

    fn user(&self, names: [Option<&str>; 2]) -> Option<&User> {
        names.into_iter().flatten().find_map(|name| self.users.get(&print(name)))
    }
}

/// The names of roles in a text such as `Super administrator, Group administrator (scoped)`.
fn roles_in(text: &str) -> impl Iterator<Item = String> {
    text.split(',').map(|role| role.trim().to_owned()).filter(|role| !role.is_empty())
}

fn print(name: &str) -> u64 {
    hash::of_text(&name.to_lowercase())
}

impl Admins {
    fn lists(&self, names: [Option<&str>; 2]) -> Option<bool> {
        let is_in = |list: &[String]| {
            names
                .into_iter()
                .flatten()
                .any(|name| list.iter().any(|one| one.eq_ignore_ascii_case(name)))
        };
        if is_in(&self.supers) {
            return Some(true);
        }
        self.all.as_deref().map(is_in)
    }
}

/// The login and the id of whom a question is about.
fn asked_of<'e>(ask: &Ask, excerpt: &Excerpt<'e>) -> [Option<&'e str>; 2] {
    let slots = match ask.of {
        Question::UserAdmin | Question::UserRoles => [common::USER, common::USER_ID],
        Question::TargetAdmin | Question::TargetRoles => {
            [common::TARGET_USER, common::TARGET_USER_ID]
        }
    };
    slots.map(|slot| excerpt.first(slot))
}

/// The answer to whether somebody is an administrator.
fn word(is_admin: Option<bool>) -> &'static str {
    match is_admin {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

impl Engine {
    /// Whether what is known answers a question of a rule.
    pub(super) fn holds(&self, ask: &Ask, excerpt: &Excerpt<'_>) -> bool {
        let names = asked_of(ask, excerpt);
        match ask.of {
            Question::UserAdmin | Question::TargetAdmin => ask.holds([word(self.is_admin(names))]),
            Question::UserRoles | Question::TargetRoles => {
                let seen = self.state.known.user(names);
                let seen = seen.iter().flat_map(|user| &user.roles).map(String::as_str);
                let supers = Admins { all: None, supers: self.settings.admins.supers.clone() };
                let listed = supers.lists(names) == Some(true);
                ask.holds(seen.chain(listed.then_some("Super administrator")))
            }
        }
    }

    /// Whether a question is about somebody of whom it is not known whether they are an administrator.
    fn is_unknown(&self, ask: &Ask, excerpt: &Excerpt<'_>) -> bool {
        self.is_admin(asked_of(ask, excerpt)).is_none()
    }

    fn is_admin(&self, names: [Option<&str>; 2]) -> Option<bool> {
        if names == [None; 2] {
            return None;
        }
        let seen = self.state.known.user(names).map(|user| user.is_admin);
        let listed = self.settings.admins.lists(names);
        match (seen, listed) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), _) | (_, Some(false)) => Some(false),
            (None, None) => None,
        }
    }

    /// The level of a finding, and whether it is the default for want of knowledge.
    pub(super) fn level(
        &self,
        node: &Node,
        excerpt: &Excerpt<'_>,
        measure: f64,
    ) -> (Option<Level>, bool) {
        let (level, is_unsure) = self.level_of(node.level, &node.levels, excerpt);
        let raised = node.raise.iter().filter(|raise| raise.range.holds(measure));
        let raised = raised.map(|raise| crate::watch::level(raise.level)).max();
        (level.map(|level| raised.map_or(level, |raised| level.max(raised))), is_unsure)
    }

    /// The level by what is known.
    pub(super) fn level_of(
        &self,
        default: Level,
        levels: &[(Vec<Ask>, Option<Level>)],
        excerpt: &Excerpt<'_>,
    ) -> (Option<Level>, bool) {
        let case = levels.iter().find(|(when, _)| when.iter().all(|ask| self.holds(ask, excerpt)));
        if let Some((_, level)) = case {
            return (*level, false);
        }
        let mut asks = levels.iter().flat_map(|(when, _)| when);
        (Some(default), asks.any(|ask| self.is_unknown(ask, excerpt)))
    }
}
