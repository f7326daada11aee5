//! What people and programs do all day, as the events that Okta writes for it.
//!
//! Each function adds the events of one activity that begins at `at`, and
//! returns the time at which it is over.

use crate::clock::{Millis, SECOND, published};
use crate::org::{App, Named, Person, Service};
use crate::record::kind;
use crate::record::{Credential, Record, Target};
use crate::scene::{Scene, Seat};

const PASSWORD: Credential = Credential {
    provider: Some("OKTA_AUTHENTICATION_PROVIDER"),
    issued_by: Some("OKTA_CREDENTIAL_PROVIDER"),
    kind: Some("PASSWORD"),
};
const FACTOR: Credential = Credential {
    provider: Some("FACTOR_PROVIDER"),
    issued_by: Some("OKTA_CREDENTIAL_PROVIDER"),
    kind: None,
};

/// A password, a second factor, a session, the dashboard.
pub fn sign_in(scene: &mut Scene, seat: &Seat, at: Millis) -> Millis {
    let dashboard = &scene.org.dashboard;
    evaluate(scene, seat, dashboard, "CHALLENGE", at);
    let typed = at + scene.random.between(3 * SECOND, 9 * SECOND);
    give_password(scene, seat, typed, None);
    let proved = second_factor(scene, seat, typed + 400);
    start_session(scene, seat, proved + 150);
    evaluate(scene, seat, dashboard, "ALLOW", proved + 300);
    open(scene, seat, dashboard, proved + 450)
}

/// A wrong password, and the session that does not begin.
pub fn mistype_password(scene: &mut Scene, seat: &Seat, at: Millis) -> Millis {
    give_password(scene, seat, at, Some("INVALID_CREDENTIALS"));
    let mut refused = seat
        .does(kind::SESSION_START, at + 200)
        .outcome("FAILURE", Some("INVALID_CREDENTIALS"))
        .on(Target::app(&scene.org.dashboard));
    refused.session = None;
    refused.behavior = Some(seat.behavior);
    scene.emit(&refused);
    at + 200
}

/// Passing the policy of an app, proving again at times, and the sign-on itself.
pub fn open_app(scene: &mut Scene, seat: &Seat, app: &App, at: Millis) -> Millis {
    if scene.random.chance(1_500) {
        evaluate(scene, seat, app, "CHALLENGE", at);
        let proved = second_factor(scene, seat, at + 600);
        verify(scene, seat, app, proved + 100);
        evaluate(scene, seat, app, "ALLOW", proved + 200);
        return open(scene, seat, app, proved + 350);
    }
    evaluate(scene, seat, app, "ALLOW", at);
    if scene.random.chance(2_500) {
        verify(scene, seat, app, at + 90);
    }
    open(scene, seat, app, at + 180)
}

/// The policy of the Admin Console, then the console.
pub fn open_admin_console(scene: &mut Scene, seat: &Seat, at: Millis) -> Millis {
    let console = &scene.org.admin_console;
    evaluate(scene, seat, console, "ALLOW", at);
    let record = seat
        .does(kind::ADMIN_APP, at + 2 * SECOND)
        .on(Target::app(console))
        .on(Target::app_user(seat.person));
    scene.emit(&record);
    at + 2 * SECOND
}

/// The session ends because its person says so.
pub fn sign_out(scene: &mut Scene, seat: &Seat, at: Millis) -> Millis {
    scene.emit(&seat.does(kind::SESSION_END, at).on(Target::user(seat.person)));
    at
}

/// The policy of an app decides: `ALLOW`, `CHALLENGE` or `DENY`.
pub fn evaluate(scene: &mut Scene, seat: &Seat, app: &App, result: &'static str, at: Millis) {
    let reason = format!("Sign-on policy evaluation resulted in {result}");
    let policy = &scene.org.policies[app.policy];
    let rule = &scene.org.rules[app.policy];
    let mut record = seat
        .does(kind::POLICY_EVALUATE, at)
        .outcome(result, Some(&reason))
        .on(Target::app(app))
        .on(Target::named("PolicyEntity", policy).detail("policyType", "OktaSignOn"))
        .on(Target::named("PolicyRule", rule).detail("policyRuleFactorMode", "2FA"));
    record.behavior = Some(seat.behavior);
    scene.emit(&record);
}

/// Identity Engine logs the password as a factor like any other.
pub fn give_password(scene: &mut Scene, seat: &Seat, at: Millis, refused: Option<&'static str>) {
    let result = if refused.is_some() { "FAILURE" } else { "SUCCESS" };
    let mut record = seat
        .does(kind::MFA, at)
        .outcome(result, refused)
        .debug("factor", "PASSWORD_AS_FACTOR")
        .debug("factorIntent", "AUTHENTICATION")
        .debug("promptingPolicyTypes", "[OKTA_SIGN_ON]")
        .on(Target::user(seat.person))
        .on(Target::new("AuthenticatorEnrollment", seat.person.password.as_str(), "Password")
            .detail("methodTypeUsed", "Password")
            .detail("methodUsedVerifiedProperties", "[USER_PRESENCE]"));
    record.credential = PASSWORD;
    if refused.is_some() {
        record.session = None;
    }
    scene.emit(&record);
}

/// Okta Verify: FastPass on the machine, or a push to the phone.
pub fn second_factor(scene: &mut Scene, seat: &Seat, at: Millis) -> Millis {
    if scene.random.chance(4_500) {
        fast_pass(scene, seat, at)
    } else {
        push(scene, seat, at, None)
    }
}

fn fast_pass(scene: &mut Scene, seat: &Seat, at: Millis) -> Millis {
    let answered = at + scene.random.between(SECOND, 4 * SECOND);
    let mut record = answer(seat, answered, "SIGNED_NONCE").on(okta_verify(seat.person)
        .detail("methodTypeUsed", "Use Okta FastPass")
        .detail("methodUsedVerifiedProperties", "[DEVICE_BOUND, PHISHING_RESISTANT]"));
    record.client.attested = true;
    scene.emit(&record);
    answered
}

/// A push to the phone, approved or, with a reason, refused.
pub fn push(scene: &mut Scene, seat: &Seat, at: Millis, refused: Option<&'static str>) -> Millis {
    let pushed = seat
        .does(kind::PUSH, at)
        .debug("devicePlatform", seat.person.phone.agent.platform)
        .on(Target::user(seat.person))
        .on(okta_verify(seat.person));
    scene.emit(&pushed);
    let answered = at + scene.random.between(4 * SECOND, 14 * SECOND);
    let (result, response) = match refused {
        Some(_) => ("FAILURE", "OV_RESPONSE_DENY"),
        None => ("SUCCESS", "OV_RESPONSE_APPROVE"),
    };
    let response = answer(seat, answered, "OKTA_VERIFY_PUSH")
        .outcome(result, refused)
        .debug("authenticatorMethodChallengeTime", published(at))
        .debug("pushOnlyResponseType", response)
        .on(Target::user(seat.person))
        .on(okta_verify(seat.person).detail("methodTypeUsed", "Get a push notification").detail(
            "methodUsedVerifiedProperties",
            "[USER_PRESENCE, DEVICE_BOUND, USER_VERIFYING]",
        ));
    scene.emit(&response);
    answered
}

fn answer<'a>(seat: &'a Seat, at: Millis, factor: &'static str) -> Record<'a> {
    let mut record =
        seat.does(kind::MFA, at).debug("factor", factor).debug("factorIntent", "AUTHENTICATION");
    record.credential = FACTOR;
    record
}

/// The person's enrollment of Okta Verify.
pub fn okta_verify(person: &Person) -> Target<'_> {
    Target::new("AuthenticatorEnrollment", person.verify.as_str(), "Okta Verify")
}

/// The session begins.
pub fn start_session(scene: &mut Scene, seat: &Seat, at: Millis) {
    let mut record = seat
        .does(kind::SESSION_START, at)
        .on(okta_verify(seat.person))
        .on(Target::app(&scene.org.dashboard));
    record.behavior = Some(seat.behavior);
    scene.emit(&record);
}

fn verify(scene: &mut Scene, seat: &Seat, app: &App, at: Millis) {
    let mut record =
        seat.does(kind::VERIFY, at).on(Target::user(seat.person)).on(Target::app(app)).on(
            okta_verify(seat.person)
                .detail("methodTypeUsed", "Use Okta FastPass")
                .detail("methodUsedVerifiedProperties", "[DEVICE_BOUND, PHISHING_RESISTANT]"),
        );
    record.credential = FACTOR;
    scene.emit(&record);
}

/// The sign-on to one app, with the tokens that `OPENID_CONNECT` adds.
pub fn open(scene: &mut Scene, seat: &Seat, app: &App, at: Millis) -> Millis {
    let mode = match app.sign_on {
        "OPENID_CONNECT" => "OpenID Connect",
        "SAML_2_0" => "SAML 2.0",
        _ => "Secure Web Authentication",
    };
    let mut uri = format!("/app/{}/{}/sso/saml", app.slug, app.id);
    if app.is_openid() {
        "/oauth2/v1/token".clone_into(&mut uri);
    }
    let record = seat
        .does(kind::SSO, at)
        .uri(uri)
        .debug("initiationType", "SP_INITIATED")
        .debug("signOnMode", mode)
        .on(Target::app(app))
        .on(Target::app_user(seat.person));
    scene.emit(&record);
    if !app.is_openid() {
        return at;
    }
    scene.emit(&authorization(seat, app, at - 60));
    let [access, id] = if app.slug == "oidc_client" {
        [kind::AS_ACCESS_TOKEN, kind::AS_ID_TOKEN]
    } else {
        [kind::ACCESS_TOKEN, kind::ID_TOKEN]
    };
    for (kind, name) in [(access, "Access Token"), (id, "ID Token")] {
        let token = token(scene, name, &seat.person.id, "openid profile email", at);
        let mut record =
            grant(seat.does(kind, at + 20), "authorization_code", "openid, profile, email");
        record.client.id = Some(&app.id);
        scene.emit(&record.on(token).on(Target::app(app)));
    }
    at + 20
}

fn authorization<'a>(seat: &'a Seat, app: &'a App, at: Millis) -> Record<'a> {
    let mut record =
        grant(seat.does(kind::AUTHORIZE, at), "authorization_code", "openid, profile, email");
    record.client.id = Some(&app.id);
    record.on(Target::user(seat.person)).on(Target::app(app))
}

/// A program fetches an access token with its own credentials.
pub fn call_api(scene: &mut Scene, service: &Service, at: Millis) -> Millis {
    let token = token(scene, "Access Token", &service.id, service.scopes, at);
    let record = Record::by_service(kind::ACCESS_TOKEN, at, service);
    scene.emit(
        &grant(record, "client_credentials", service.scopes)
            .debug("clientAuthType", "private_key_jwt")
            .on(token),
    );
    at
}

fn grant<'a>(record: Record<'a>, grant_type: &'static str, scopes: &'a str) -> Record<'a> {
    record
        .debug("grantType", grant_type)
        .debug("grantedScopes", scopes)
        .debug("requestedScopes", scopes)
        .debug("responseTime", "41")
}

fn token<'t>(
    scene: &mut Scene,
    name: &'static str,
    subject: &'t str,
    scope: &'t str,
    at: Millis,
) -> Target<'t> {
    let prefix = if name == "ID Token" { "ID." } else { "AT." };
    let id = scene.random.id(prefix, 46, "");
    Target::new(if name == "ID Token" { "id_token" } else { "access_token" }, id, name)
        .detail("expires", published(at + 3_600 * SECOND))
        .detail("subject", subject)
        .detail("scope", scope)
}

/// Somebody joins a group: an administrator's doing, or with `admin` absent a group rule's.
pub fn join_group(
    scene: &mut Scene,
    admin: Option<&Seat>,
    person: &Person,
    group: &Named,
    at: Millis,
) -> Millis {
    let record = match admin {
        Some(seat) => seat.does(kind::GROUP_ADD, at),
        None => Record::by_platform(kind::GROUP_ADD, at)
            .debug("triggeredByGroupRuleId", group.id.as_str()),
    };
    let uri = format!("/api/v1/groups/{}/users/{}", group.id, person.id);
    scene.emit(&record.uri(uri).on(Target::user(person)).on(Target::named("UserGroup", group)));
    at
}
