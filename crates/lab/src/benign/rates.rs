//! How often what happens: `rates.tsv`, read.

use std::fmt::Write as _;

use crate::habits::HABITS;

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    pub(crate) incident: Incident,
    /// The name of the incident in the table.
    pub(crate) kind: &'static str,
    /// For 2,000 people and a week.
    pub(crate) per_week: u32,
    pub(crate) what: &'static str,
}

/// People and workdays that `per_week` is for.
const PEOPLE: u64 = 2_000;
const WORKDAYS: u64 = 5;

macro_rules! incidents {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// What happens now and then, beside ordinary work.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Incident { $($variant),* }

        impl Incident {
            fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$variant),*];
        }
    };
}

incidents! {
    Starter = "starter",
    Leaver = "leaver",
    DeskFactorReset = "desk_factor_reset",
    DeskPasswordReset = "desk_password_reset",
    OwnNewPhone = "own_new_phone",
    NewComputer = "new_computer",
    LostPassword = "lost_password",
    ExpiredPassword = "expired_password",
    LockOut = "lock_out",
    DeclinedPush = "declined_push",
    UnansweredPush = "unanswered_push",
    Travel = "travel",
    TravelVpn = "travel_vpn",
    WrongApp = "wrong_app",
    DeniedByPolicy = "denied_by_policy",
    ClearedSession = "cleared_session",
    Suspended = "suspended",
    TokenCreated = "token_created",
    TokenRevoked = "token_revoked",
    AppCreated = "app_created",
    AppChanged = "app_changed",
    AppAssigned = "app_assigned",
    GroupChanged = "group_changed",
    GroupCreated = "group_created",
    PolicyEdited = "policy_edited",
    AdminGranted = "admin_granted",
    CertificateRotated = "certificate_rotated",
    SecretRotated = "secret_rotated",
    ZoneEdited = "zone_edited",
    ServiceMoved = "service_moved",
    ReportExported = "report_exported",
    WorkflowEdited = "workflow_edited",
    RateLimitWarning = "rate_limit_warning",
    AgentRestarted = "agent_restarted",
    ProfileEdited = "profile_edited",
    DashboardEdit = "dashboard_edit",
    CustomerLostPassword = "customer_lost_password",
    SignUp = "customer_sign_up",
}

/// The table, in its order.
pub(crate) fn rates() -> impl Iterator<Item = Rate> {
    let lines = include_str!("rates.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).skip(1).filter_map(parse)
}

fn parse(line: &'static str) -> Option<Rate> {
    let mut columns = line.split('\t');
    let kind = columns.next()?;
    let per_week = columns.next()?.parse().ok()?;
    let what = columns.next()?;
    Some(Rate { incident: Incident::named(kind)?, kind, per_week, what })
}

impl Rate {
    /// How often it happens on a workday, the `day`th of the log: in five of them `per_week` times to 2,000 people.
    /// `lot`, below [`Rate::LOTS`], shifts where the parts of a whole fall.
    pub(crate) fn on_workday(&self, day: u64, people: usize, lot: u64) -> u64 {
        let until = |day: u64| {
            let whole = u64::from(self.per_week) * people as u64 * day * Self::LOTS;
            (whole / (PEOPLE * WORKDAYS) + lot) / Self::LOTS
        };
        until(day + 1) - until(day)
    }

    /// See [`Rate::on_workday`].
    pub(crate) const LOTS: u64 = 1_000;
}

/// What ordinary days are drawn by, as text for people: the tables of `docs/lab.md`.
pub fn describe() -> String {
    let mut text = String::from("Shares\n");
    // Writing to a string does not fail.
    for (of_10_000, what) in HABITS {
        let _ = writeln!(text, "{:>6} %  {what}", hundredths(*of_10_000));
    }
    text.push_str("\nIn a week of 2,000 people\n");
    for rate in rates() {
        let _ = writeln!(text, "{:>6}    {:<22}{}", rate.per_week, rate.kind, rate.what);
    }
    text
}

/// `3.5` for 350 of 10,000.
fn hundredths(of_10_000: usize) -> String {
    let text = format!("{}.{:02}", of_10_000 / 100, of_10_000 % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{HABITS, Incident, Rate, hundredths, rates};

    /// A line that does not parse would be left out without a word.
    #[test]
    fn every_incident_has_its_line() {
        let written = include_str!("rates.tsv").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(rates().count() + 1, written.count());
        for incident in Incident::ALL {
            assert_eq!(
                rates().filter(|rate| rate.incident == *incident).count(),
                1,
                "{incident:?}"
            );
        }
    }

    #[test]
    fn a_week_of_2000_people_has_exactly_what_the_table_says() {
        for rate in rates() {
            for lot in [0, 1, 500, 999] {
                let n: u64 = (0..5).map(|day| rate.on_workday(day, 2_000, lot)).sum();
                assert_eq!(n, u64::from(rate.per_week), "{}", rate.kind);
            }
        }
    }

    /// The page and the program tell the same.
    #[test]
    fn the_page_has_every_rate() {
        let page = include_str!("../../../../docs/lab.md");
        for rate in rates() {
            let row = format!("| `{}` | {} | {} |", rate.kind, rate.per_week, rate.what);
            assert!(page.contains(&row), "docs/lab.md lacks {row}");
        }
        for (of_10_000, what) in HABITS {
            let row = format!("| {} % | {what} |", hundredths(*of_10_000));
            assert!(page.contains(&row), "docs/lab.md lacks {row}");
        }
    }

    #[test]
    fn few_people_have_their_share() {
        let rate = rates().find(|rate| rate.kind == "token_created").unwrap();
        let n = |lot| (0..50).map(|day| Rate::on_workday(&rate, day, 200, lot)).sum::<u64>();
        assert_eq!((n(0), n(999)), (3, 3));
    }
}
