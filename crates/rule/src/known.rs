//! What rules ask that no event says by itself: who is an admin, and what a tenant does not use.

use crate::matcher::Matcher;
use crate::rule::Level;

/// A question to what is known besides the event.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What is asked.
    pub of: Known,
    /// The answers that will do.
    pub matchers: Vec<Matcher>,
    /// Whether none of the answers may be among these instead.
    pub negated: bool,
}

/// What can be known besides the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Known {
    /// `user.admin`: whether the actor is an administrator: `yes`, `no`, `unknown`.
    UserAdmin,
    /// `user.admin_roles`: the actor's administrator roles.
    UserRoles,
    /// `target_user.admin`: whether the user acted on is an administrator.
    TargetAdmin,
    /// `target_user.admin_roles`: that user's administrator roles.
    TargetRoles,
}

/// The level of a finding where something more is known.
#[derive(Debug, Clone)]
pub struct LevelCase {
    /// All of these must hold; none always do.
    pub when: Vec<Ask>,
    /// The level then; `None` for no finding.
    pub level: Option<Level>,
    /// When that is, in words; what lists have decided included.
    pub text: String,
}

impl Known {
    /// Everything that can be asked, with its name in rules.
    pub const ALL: [(&'static str, Self); 4] = [
        ("user.admin", Self::UserAdmin),
        ("user.admin_roles", Self::UserRoles),
        ("target_user.admin", Self::TargetAdmin),
        ("target_user.admin_roles", Self::TargetRoles),
    ];

    /// What is asked by a name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, of)| of)
    }

    /// The name in rules.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, of)| *of == self).map_or("", |(name, _)| name)
    }
}

impl Ask {
    /// Whether one of the answers will do; where it is negated, whether none is among those that are asked for.
    pub fn holds<'v>(&self, answers: impl IntoIterator<Item = &'v str>) -> bool {
        let found = answers.into_iter().any(|answer| {
            let value = event::Value::Text(event::Text::plain(answer));
            self.matchers.iter().any(|matcher| matcher.matches(value))
        });
        found != self.negated
    }
}
