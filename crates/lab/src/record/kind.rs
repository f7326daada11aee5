//! The kinds of event that activities produce, with the words Okta has for each.

/// An event type and what always goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// `eventType`.
    pub event_type: &'static str,
    /// `displayMessage`.
    pub display_message: &'static str,
    /// Name from before Identity Engine, for a success; empty for none.
    legacy: &'static str,
    /// The same for anything but a success, where that has a name of its own.
    legacy_failure: &'static str,
    /// `severity`.
    pub severity: &'static str,
    /// Path that such a request usually asks for.
    pub uri: &'static str,
}

impl Kind {
    /// A kind of severity `INFO`; `legacy` is empty for types that never had another name.
    pub const fn new(
        event_type: &'static str,
        display_message: &'static str,
        legacy: &'static str,
        uri: &'static str,
    ) -> Self {
        Self { event_type, display_message, legacy, legacy_failure: legacy, severity: "INFO", uri }
    }

    /// Gives it another old name for anything but a success.
    #[must_use]
    pub const fn failing_as(mut self, legacy: &'static str) -> Self {
        self.legacy_failure = legacy;
        self
    }

    /// Makes it one of severity `WARN`.
    #[must_use]
    pub const fn warning(mut self) -> Self {
        self.severity = "WARN";
        self
    }

    /// The name from before Identity Engine, by how it ended.
    pub fn legacy_of(&self, result: &str) -> Option<&'static str> {
        let legacy = if result == "SUCCESS" { self.legacy } else { self.legacy_failure };
        (!legacy.is_empty()).then_some(legacy)
    }
}

/// All of them.
const KNOWN: &[&Kind] = &[
    POLICY_EVALUATE,
    MFA,
    VERIFY,
    SESSION_START,
    SESSION_END,
    SESSION_CLEAR,
    RATE_LIMIT_WARNING,
    SSO,
    VIA_IDP,
    PUSH,
    AUTHORIZE,
    ACCESS_TOKEN,
    ID_TOKEN,
    AS_ACCESS_TOKEN,
    AS_ID_TOKEN,
    GROUP_ADD,
    USER_CREATE,
    USER_ACTIVATE,
    USER_DEACTIVATE,
    UPDATE_PROFILE,
    UPDATE_PASSWORD,
    RESET_PASSWORD,
    ACCOUNT_LOCK,
    ACCOUNT_UNLOCK,
    PRIVILEGE_GRANT,
    FACTOR_ACTIVATE,
    FACTOR_DEACTIVATE,
    FACTOR_RESET_ALL,
    DEVICE_ENROLL,
    ADMIN_APP,
    API_TOKEN_CREATE,
    IDP_CREATE,
    IDP_ACTIVATE,
    MAPPING_UPDATE,
    LOG_STREAM_OFF,
    APP_ASSIGN,
    CHANGE_USERNAME,
    PUSH_PROFILE,
    MAIL_PASSWORD_RESET,
    MAIL_MFA_RESET,
    MAIL_MFA_ENROLL,
    MAIL_NEW_DEVICE,
    IMPORT_START,
    IMPORT_COMPLETE,
];

/// The kind of that `eventType`, if ordinary work has it.
pub fn known(event_type: &str) -> Option<&'static Kind> {
    KNOWN.iter().copied().find(|kind| kind.event_type == event_type)
}

/// `policy.evaluate_sign_on`.
pub const POLICY_EVALUATE: &Kind =
    &Kind::new("policy.evaluate_sign_on", "Evaluation of sign-on policy", "", "/idp/idx/identify");
/// `user.authentication.auth_via_mfa`.
pub const MFA: &Kind = &Kind::new(
    "user.authentication.auth_via_mfa",
    "Authentication of user via MFA",
    "core.user.factor.attempt_success",
    "/idp/idx/challenge/answer",
)
.failing_as("core.user.factor.attempt_fail");
/// `user.authentication.verify`.
pub const VERIFY: &Kind = &Kind::new(
    "user.authentication.verify",
    "Verify user identity",
    "",
    "/idp/idx/authenticators/poll",
);
/// `user.session.start`.
pub const SESSION_START: &Kind = &Kind::new(
    "user.session.start",
    "User login to Okta",
    "core.user_auth.login_success",
    "/idp/idx/challenge/answer",
)
.failing_as("core.user_auth.login_failed");
/// `user.session.end`.
pub const SESSION_END: &Kind = &Kind::new(
    "user.session.end",
    "User logout of Okta",
    "core.user_auth.logout_success",
    "/login/signout",
);
/// `user.session.clear`.
pub const SESSION_CLEAR: &Kind = &Kind::new(
    "user.session.clear",
    "Clear user session",
    "core.user_auth.session_clear",
    "/api/v1/users",
);
/// `system.org.rate_limit.warning`.
pub const RATE_LIMIT_WARNING: &Kind = &Kind::new(
    "system.org.rate_limit.warning",
    "Rate limit warning",
    "core.framework.ratelimit.warning",
    "/api/v1/users",
)
.warning();
/// `user.authentication.sso`.
pub const SSO: &Kind = &Kind::new(
    "user.authentication.sso",
    "User single sign on to app",
    "app.auth.sso",
    "/app/sso/saml",
);
/// `user.authentication.auth_via_IDP`.
pub const VIA_IDP: &Kind = &Kind::new(
    "user.authentication.auth_via_IDP",
    "Authenticate user with external identity provider",
    "core.user_auth.idp.saml.login_success",
    "/sso/saml2",
);
/// `system.push.send_factor_verify_push`.
pub const PUSH: &Kind = &Kind::new(
    "system.push.send_factor_verify_push",
    "A push was sent to a user for verification",
    "",
    "/idp/idx/challenge",
);
/// `app.oauth2.authorize.code`.
pub const AUTHORIZE: &Kind = &Kind::new(
    "app.oauth2.authorize.code",
    "OIDC authorization code request",
    "app.oauth2.authorize.code_success",
    "/oauth2/v1/authorize",
);
/// `app.oauth2.token.grant.access_token`.
pub const ACCESS_TOKEN: &Kind = &Kind::new(
    "app.oauth2.token.grant.access_token",
    "OIDC access token is granted",
    "app.oauth2.token.grant.access_token_success",
    "/oauth2/v1/token",
);
/// `app.oauth2.token.grant.id_token`.
pub const ID_TOKEN: &Kind = &Kind::new(
    "app.oauth2.token.grant.id_token",
    "OIDC id token is granted",
    "app.oauth2.token.grant.id_token_success",
    "/oauth2/v1/token",
);
/// `app.oauth2.as.token.grant.access_token`.
pub const AS_ACCESS_TOKEN: &Kind = &Kind::new(
    "app.oauth2.as.token.grant.access_token",
    "OAuth2 access token is granted",
    "app.oauth2.as.token.grant.access_token_success",
    "/oauth2/default/v1/token",
);
/// `app.oauth2.as.token.grant.id_token`.
pub const AS_ID_TOKEN: &Kind = &Kind::new(
    "app.oauth2.as.token.grant.id_token",
    "OAuth2 id token is granted",
    "app.oauth2.as.token.grant.id_token_success",
    "/oauth2/default/v1/token",
);
/// `group.user_membership.add`.
pub const GROUP_ADD: &Kind = &Kind::new(
    "group.user_membership.add",
    "Add user to group membership",
    "core.user_group_member.user_add",
    "/api/v1/groups",
);
/// `user.lifecycle.create`.
pub const USER_CREATE: &Kind = &Kind::new(
    "user.lifecycle.create",
    "Create Okta user",
    "core.user.config.user_creation.success",
    "/api/v1/users",
);
/// `user.lifecycle.activate`.
pub const USER_ACTIVATE: &Kind = &Kind::new(
    "user.lifecycle.activate",
    "Activate Okta user",
    "core.user.config.user_activated",
    "/api/v1/users",
);
/// `user.lifecycle.deactivate`.
pub const USER_DEACTIVATE: &Kind = &Kind::new(
    "user.lifecycle.deactivate",
    "Deactivate Okta user",
    "core.user.config.user_deactivated",
    "/api/v1/users",
);
/// `user.account.update_profile`.
pub const UPDATE_PROFILE: &Kind = &Kind::new(
    "user.account.update_profile",
    "Update user profile for Okta",
    "core.user.config.profile_update.success",
    "/api/v1/users",
);
/// `user.account.update_password`.
pub const UPDATE_PASSWORD: &Kind = &Kind::new(
    "user.account.update_password",
    "User update password for Okta",
    "core.user.config.password_update.success",
    "/idp/idx/challenge/answer",
);
/// `user.account.reset_password`.
pub const RESET_PASSWORD: &Kind = &Kind::new(
    "user.account.reset_password",
    "Fired when the user's Okta password is reset",
    "core.user.config.user_password.reset",
    "/api/v1/users",
);
/// `user.account.lock`.
pub const ACCOUNT_LOCK: &Kind = &Kind::new(
    "user.account.lock",
    "Max sign in attempts exceeded",
    "core.user_auth.account_locked",
    "/idp/idx/challenge/answer",
)
.warning();
/// `user.account.unlock_by_admin`.
pub const ACCOUNT_UNLOCK: &Kind = &Kind::new(
    "user.account.unlock_by_admin",
    "Unlock user account by administrator",
    "",
    "/api/v1/users",
);
/// `user.account.privilege.grant`.
pub const PRIVILEGE_GRANT: &Kind = &Kind::new(
    "user.account.privilege.grant",
    "Grant user privilege",
    "core.user.admin_privilege.granted",
    "/api/internal/administrators",
);
/// `user.mfa.factor.activate`.
pub const FACTOR_ACTIVATE: &Kind = &Kind::new(
    "user.mfa.factor.activate",
    "Activate factor or authenticator enrollment for user",
    "core.user.factor.activate",
    "/idp/idx/challenge/poll",
);
/// `user.mfa.factor.deactivate`.
pub const FACTOR_DEACTIVATE: &Kind = &Kind::new(
    "user.mfa.factor.deactivate",
    "Reset factor or authenticator enrollment for user",
    "core.user.factor.reset",
    "/api/v1/users",
);
/// `user.mfa.factor.reset_all`.
pub const FACTOR_RESET_ALL: &Kind = &Kind::new(
    "user.mfa.factor.reset_all",
    "Reset all factors for user",
    "core.user.factor.reset_all",
    "/api/v1/users",
);
/// `device.enrollment.create`.
pub const DEVICE_ENROLL: &Kind =
    &Kind::new("device.enrollment.create", "Add device enrollment", "", "/idp/authenticators");
/// `user.session.access_admin_app`.
pub const ADMIN_APP: &Kind = &Kind::new(
    "user.session.access_admin_app",
    "User accessing Okta admin app",
    "app.admin.sso.login.success",
    "/admin/sso/callback",
);
/// `system.api_token.create`.
pub const API_TOKEN_CREATE: &Kind = &Kind::new(
    "system.api_token.create",
    "Create API token",
    "api.token.create",
    "/api/internal/tokens",
);
/// `system.idp.lifecycle.create`.
pub const IDP_CREATE: &Kind =
    &Kind::new("system.idp.lifecycle.create", "Create an identity provider", "", "/api/v1/idps");
/// `system.idp.lifecycle.activate`.
pub const IDP_ACTIVATE: &Kind = &Kind::new(
    "system.idp.lifecycle.activate",
    "Activate an identity provider",
    "",
    "/api/v1/idps",
);
/// `directory.mapping.update`.
pub const MAPPING_UPDATE: &Kind = &Kind::new(
    "directory.mapping.update",
    "Update profile mapping",
    "cvd.profile_mapping_updated",
    "/api/v1/mappings",
);
/// `system.log_stream.lifecycle.deactivate`.
pub const LOG_STREAM_OFF: &Kind = &Kind::new(
    "system.log_stream.lifecycle.deactivate",
    "Deactivate a log stream",
    "",
    "/api/v1/logStreams",
);
/// `application.user_membership.add`.
pub const APP_ASSIGN: &Kind = &Kind::new(
    "application.user_membership.add",
    "Add user to application membership",
    "app.generic.provision.assign_user_to_app",
    "/api/v1/apps",
);
/// `application.user_membership.change_username`.
pub const CHANGE_USERNAME: &Kind = &Kind::new(
    "application.user_membership.change_username",
    "Change user's application username",
    "app.generic.config.app_username_update",
    "/admin/user/app",
);
/// `application.provision.user.push_profile`.
pub const PUSH_PROFILE: &Kind = &Kind::new(
    "application.provision.user.push_profile",
    "Push user's profile to external application",
    "app.user_management.push_profile_success",
    "/api/v1/users",
);
/// `system.email.password_reset.sent_message`.
pub const MAIL_PASSWORD_RESET: &Kind = &Kind::new(
    "system.email.password_reset.sent_message",
    "Send self-service password reset email",
    "",
    "/idp/idx/recover",
);
/// `system.email.mfa_reset_notification.sent_message`.
pub const MAIL_MFA_RESET: &Kind = &Kind::new(
    "system.email.mfa_reset_notification.sent_message",
    "Send MFA reset notification email",
    "",
    "/api/v1/users",
);
/// `system.email.mfa_enroll_notification.sent_message`.
pub const MAIL_MFA_ENROLL: &Kind = &Kind::new(
    "system.email.mfa_enroll_notification.sent_message",
    "Send MFA enrollment notification email",
    "",
    "/idp/idx/challenge/poll",
);
/// `system.email.new_device_notification.sent_message`.
pub const MAIL_NEW_DEVICE: &Kind = &Kind::new(
    "system.email.new_device_notification.sent_message",
    "Send new device notification email",
    "",
    "/idp/idx/challenge/answer",
);
/// `system.import.start`.
pub const IMPORT_START: &Kind = &Kind::new(
    "system.import.start",
    "Start import",
    "app.realtimesync.import.start",
    "/jobs/import",
);
/// `system.import.complete`.
pub const IMPORT_COMPLETE: &Kind = &Kind::new(
    "system.import.complete",
    "Complete import",
    "app.realtimesync.import.complete",
    "/jobs/import",
);
