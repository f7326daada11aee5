//! What to look for.

use std::fmt::Debug;
use std::sync::Arc;

use detect::{Admins, Detector};

use crate::run::rules::Rules;

/// Rules with their lists, ready for the detector of any tenant.
pub(crate) trait Look: Debug + Send + Sync {
    /// What finds in the events of a tenant, under its name in the configuration.
    fn detector(&self, tenant: &str) -> Arc<Detector>;

    /// Who is an administrator, as far as lists say.
    fn admins(&self) -> Admins;
}

impl Look for Rules {
    fn detector(&self, tenant: &str) -> Arc<Detector> {
        self.detector(tenant)
    }

    fn admins(&self) -> Admins {
        self.admins()
    }
}
