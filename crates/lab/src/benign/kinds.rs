//! Kinds of event that only ordinary days need.

use crate::record::kind::Kind;

macro_rules! kinds {
    ($($name:ident = $event_type:literal, $message:literal, $uri:literal;)*) => {
        $(pub(crate) const $name: &Kind = &Kind::new($event_type, $message, "", $uri);)*
    };
}

kinds! {
    ACCOUNT_UNLOCK_SELF = "user.account.unlock", "User account unlocked", "/idp/idx/challenge/answer";
    AD_START = "system.agent.ad.start", "Start AD agent", "/api/1/internal/app/activedirectory/agent";
    AGENT_CONNECT = "system.agent.ad.connect", "Connect AD agent to Okta", "/api/1/internal/app/activedirectory/agent";
    APP_ACTIVATE = "application.lifecycle.activate", "Activate application", "/api/v1/apps";
    APP_CREATE = "application.lifecycle.create", "Create application", "/api/v1/apps";
    APP_GROUP = "group.application_assignment.add", "Assign group to application", "/api/v1/apps";
    APP_UNASSIGN = "application.user_membership.remove", "Remove user's application membership", "/api/v1/apps";
    APP_UPDATE = "application.lifecycle.update", "Update application", "/api/v1/apps";
    CREDENTIAL_CREATE = "app.oauth2.credentials.lifecycle.create", "Create client credential", "/api/v1/apps";
    GROUP_CREATE = "group.lifecycle.create", "Create group", "/api/v1/groups";
    GROUP_REMOVE = "group.user_membership.remove", "Remove user from group membership", "/api/v1/groups";
    IMPORT_UPDATE = "system.import.user.update", "Update user during import", "/jobs/import";
    KEY_GENERATE = "app.keys.generate", "Generate application key", "/api/v1/apps";
    POLICY_RULE_ADD = "policy.rule.add", "Add policy rule", "/api/v1/policies";
    POLICY_RULE_UPDATE = "policy.rule.update", "Update policy rule", "/api/v1/policies";
    POLICY_UPDATE = "policy.lifecycle.update", "Update policy", "/api/v1/policies";
    REPORT_DOWNLOAD = "analytics.reports.export.download", "Report export downloaded", "/reports/app-usage/async_csv_download";
    REPORT_REQUEST = "analytics.reports.export.request", "Report export requested", "/reports/app-usage/async_csv_download_schedule";
    TOKEN_REVOKE = "system.api_token.revoke", "Revoke API token", "/api/internal/tokens";
    UNAUTHORIZED_APP = "app.generic.unauth_app_access_attempt", "User attempted unauthorized access to app", "/app";
    USER_SUSPEND = "user.lifecycle.suspend", "Suspend Okta user", "/api/v1/users";
    USER_UNSUSPEND = "user.lifecycle.unsuspend", "Unsuspend Okta user", "/api/v1/users";
    WORKFLOW_SAVE = "workflows.user.flow.save", "Workflows save flow", "/app/flows";
    ZONE_UPDATE = "zone.update", "Update network zone", "/api/v1/zones";
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_event_type_is_one_that_okta_has() {
        let names =
            include_str!("kinds.rs").lines().filter_map(|line| line.trim().split_once(" = \""));
        for event_type in names.filter_map(|(_, rest)| rest.split('"').next()) {
            assert!(catalog::okta_event_type(event_type).is_some(), "{event_type}");
        }
    }
}
