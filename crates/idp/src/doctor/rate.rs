//! How much of the rate limit there is for us.

use outbound::Answer;

use super::{Check, Verdict};
use crate::{Provider, Share, Tenant};

/// What the answer of the log says of its rate limit.
pub(super) fn check(tenant: &Tenant, answer: &Answer) -> Check {
    let Some(share) = Share::of(answer, tenant.now()) else {
        let says = "the provider says nothing of a rate limit";
        return Check::new("rate", Verdict::Note, says);
    };
    let Share { limit, remaining, .. } = share;
    let ours = tenant.requests_of(limit);
    let events = ours as u64 * u64::from(tenant.provider().page_events());
    let (window, name) = match tenant.provider() {
        Provider::Okta => (1, "a minute"),
        Provider::Auth0 => (12, "in five seconds"),
    };
    let (per_minute, per_day) = (events * window, events * window * 24 * 60);
    let says = format!(
        "{limit} requests {name}, {remaining} left; Keyward takes at most {ours}, which reads {per_minute} events a minute, \
         {per_day} a day"
    );
    if remaining >= limit / 2 {
        return Check::new("rate", Verdict::Good, says);
    }
    let advice = "others use more than half of it: see who (Reports > Rate Limits in Okta), or give this app a share of its own";
    Check::new("rate", Verdict::Warning, says).advice(advice)
}
