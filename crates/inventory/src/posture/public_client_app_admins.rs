//! The setting that makes every service app a super administrator.

use super::view::View;
use super::{Weak, evidence};

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    let setting = view.snapshot.settings.public_client_app_admins;
    if setting == Some(true) {
        weak.add(view.of_tenant(evidence([("Public client app admins", "on".to_owned())])));
    }
    let is_told = view.snapshot.gap("the setting `Public client app admins`").is_some();
    if setting.is_none() && !is_told && view.snapshot.is_listed() {
        weak.skip("the setting was not told");
    }
}
