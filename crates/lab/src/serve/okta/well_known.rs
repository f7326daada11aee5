//! Whose host this is, told to anybody.
//!
//! Source: Okta management API specification 2026.06.3, "Retrieve the Org metadata", checked 2026-11-22.

use axum::http::StatusCode;
use serde_json::json;

use crate::org::{CELL, TENANT};
use crate::serve::ask::{self, Answer, Ask};

/// The organization: the lab stands in for it at an address of its own, as a custom domain does.
pub(super) fn organization(ask: &Ask) -> Answer {
    let body = json!({
        "id": format!("00olab00000000000{CELL}"),
        "pipeline": "idx",
        "settings": {"analyticsCollectionEnabled": false, "bugReportingEnabled": true, "omEnabled": false},
        "_links": {
            "organization": {"href": format!("https://{TENANT}")},
            "alternate": {"href": ask.base},
        },
    });
    ask::json(StatusCode::OK, body.to_string())
}
