//! A few rules of different kinds, for tests that run them over and over in a build that is not optimized.

use std::fmt;
use std::sync::{Arc, LazyLock};

use detect::{Admins, Detector, Scope};
use rule::{Lists, SourceFile};

use super::super::Look;

const TEXT: &str = "
title: Identity provider changed
id: 00000000-0000-4000-8000-000000000001
name: idp
level: medium
logsource: {product: okta}
detection: {s: {eventType|startswith: system.idp.}, condition: s}
---
title: Many applications opened
id: 00000000-0000-4000-8000-000000000002
name: many
level: medium
correlation: {type: event_count, rules: [opened], group-by: [entity.user], timespan: 10m, condition: {gte: 3}}
---
title: New address
id: 00000000-0000-4000-8000-000000000003
name: new_address
level: low
correlation: {type: new_value, rules: [entered], group-by: [entity.user], field: entity.ip, min-history: 1m, history: 5d}
---
title: Entered and opened nothing
id: 00000000-0000-4000-8000-000000000004
name: idle
level: low
correlation: {type: absence, rules: [entered, opened], group-by: [entity.user], timespan: 5m}
---
title: Many applications after a new address
id: 00000000-0000-4000-8000-000000000005
name: chain
level: high
correlation: {type: temporal, rules: [new_address, many], group-by: [entity.user], timespan: 1d, generate: true}
---
title: Entered
name: entered
logsource: {product: okta}
detection: {s: {eventType: user.session.start}, condition: s}
---
title: Opened
name: opened
logsource: {product: okta}
detection: {s: {eventType: user.authentication.sso}, condition: s}
";

/// Rules that are made ready once.
struct Few(Arc<Detector>);

static FEW: LazyLock<Arc<Few>> = LazyLock::new(|| {
    let loaded = rule::load(&[SourceFile { path: "few.yml", text: TEXT }], &Lists::default());
    assert_eq!(loaded.rules.len(), 7, "{:?}", loaded.diagnostics);
    let tenant = Some(super::stage::TENANT.to_owned());
    Arc::new(Few(Arc::new(Detector::of(&loaded.rules, Scope { tenant, ..Scope::default() }))))
});

/// The few rules.
pub(super) fn few() -> Arc<dyn Look> {
    Arc::clone(&*FEW) as Arc<dyn Look>
}

impl fmt::Debug for Few {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Few")
    }
}

impl Look for Few {
    fn detector(&self, tenant: &str) -> Arc<Detector> {
        assert_eq!(tenant, super::stage::TENANT);
        Arc::clone(&self.0)
    }

    fn admins(&self) -> Admins {
        Admins::default()
    }
}
