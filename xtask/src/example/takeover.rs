//! The attack: a help desk is talked into a reset, and an identity provider into vouching.
//!
//! It follows what is called cross-tenant impersonation: the way from one reset
//! factor to everybody's apps. Source: Okta, "Cross-Tenant Impersonation:
//! Prevention and Detection", 2023-08-31. On the way there it makes an API token,
//! which works from elsewhere and goes on after the sessions were ended.

use super::{Cast, FIRST_DAY};
use crate::corpus::alarm;
use lab::activity;
use lab::clock::{DAY, HOUR, MINUTE, Millis, SECOND};
use lab::device::{Device, SCRIPT, STRANGER};
use lab::org::{CELL, Named, Person};
use lab::place::{ANONYMIZER, Address, HOSTING};
use lab::record::kind::{self, Kind};
use lab::record::{Behavior, Client, Credential, Record, Target, Transaction};
use lab::scene::{Scene, Seat};

/// When the telephone rings: the last day, around noon.
const CALL: Millis = FIRST_DAY + 14 * DAY + 12 * HOUR + 41 * MINUTE;

/// Name of the identity provider that the attacker adds.
const IDP_NAME: &str = "acme-sso-backup";

/// What the attacker works with.
struct Attacker {
    machine: Device,
    script: Device,
    address: Address,
    /// Where the script runs.
    server: Address,
}

/// All of it, in order.
pub(crate) fn stage(scene: &mut Scene, cast: &Cast) {
    let attacker = Attacker {
        machine: Device::new(&STRANGER, false, &mut scene.random),
        script: Device::new(&SCRIPT, false, &mut scene.random),
        address: ANONYMIZER.address(&mut scene.random),
        server: HOSTING.address(&mut scene.random),
    };
    let at = after(scene, 0);
    reset_factors(scene, cast, at);
    let seat = attacker.seat(cast.admin, scene);
    let at = after(scene, 9);
    enter(scene, &seat, at);
    let at = after(scene, 17);
    let token = escalate(scene, cast, &seat, at);
    let at = after(scene, 27);
    look_around(scene, cast, &attacker, &token, at);
    let at = after(scene, 34);
    let idp = add_identity_provider(scene, &seat, at);
    let at = after(scene, 41);
    steer_usernames(scene, cast, &seat, at);
    let at = after(scene, 47);
    use_token(scene, cast, &attacker, &token, at);
    for (minute, victim) in [52, 59, 66].into_iter().zip(cast.victims) {
        let seat = attacker.seat(victim, scene);
        let at = after(scene, minute);
        impersonate(scene, &seat, &idp, at);
    }
    let at = after(scene, 71);
    end_sessions(scene, cast, at);
    let at = after(scene, 76);
    go_on(scene, cast, &attacker, &token, at);
    let at = after(scene, 79);
    blind_the_defenders(scene, cast, &attacker, &token, at);
}

/// So many minutes after the call, give or take what people give or take.
fn after(scene: &mut Scene, minutes: i64) -> Millis {
    CALL + minutes * MINUTE + scene.random.between(0, 40 * SECOND)
}

impl Attacker {
    /// In front of the attacker's machine, as somebody else.
    fn seat<'a>(&'a self, person: &'a Person, scene: &mut Scene) -> Seat<'a> {
        Seat {
            person,
            device: &self.machine,
            address: &self.address,
            session: scene.random.id("idx", 25, ""),
            behavior: Behavior::Stranger,
        }
    }

    /// Something the script does with an API token of `owner`, outside any session.
    fn calls<'a>(
        &'a self,
        kind: &'static Kind,
        owner: &'a Person,
        token: &'a str,
        at: Millis,
    ) -> Record<'a> {
        let mut record = Record::by_person(kind, at, owner);
        record.client = Client {
            id: None,
            address: Some(&self.server),
            device: Some(&self.script),
            attested: false,
        };
        record.transaction = Transaction::Web { token: Some(token) };
        record
    }
}

/// Somebody called the help desk in the administrator's name.
fn reset_factors(scene: &mut Scene, cast: &Cast, at: Millis) {
    let operator = &cast.help_desk[2];
    let seat = Seat::of(operator, &operator.office, &mut scene.random);
    activity::open_admin_console(scene, &seat, at - 4 * MINUTE);
    for (kind, path, after) in [
        (kind::RESET_PASSWORD, "reset_password", 0),
        (kind::FACTOR_RESET_ALL, "reset_factors", 40 * SECOND),
    ] {
        let uri = format!("/api/v1/users/{}/lifecycle/{path}", cast.admin.id);
        scene.emit(&seat.does(kind, at + after).uri(uri).on(Target::user(cast.admin)));
    }
    let mail = Record::by_platform(kind::MAIL_MFA_RESET, at + 42 * SECOND);
    scene.emit(&mail.on(Target::user(cast.admin)));
}

/// A sign-in through an anonymizer, a factor of the attacker's own, the Admin Console.
fn enter(scene: &mut Scene, seat: &Seat, at: Millis) {
    let dashboard = &scene.org.dashboard;
    activity::evaluate(scene, seat, dashboard, "CHALLENGE", at);
    activity::give_password(scene, seat, at + 6 * SECOND, None);
    let enrolled = at + 55 * SECOND;
    enroll(scene, seat, enrolled);
    activity::start_session(scene, seat, enrolled + SECOND);
    let mail = Record::by_platform(kind::MAIL_NEW_DEVICE, enrolled + 2 * SECOND);
    scene.emit(&mail.on(Target::user(seat.person)));
    activity::open(scene, seat, dashboard, enrolled + 3 * SECOND);
    activity::open_admin_console(scene, seat, at + 5 * MINUTE);
}

fn enroll(scene: &mut Scene, seat: &Seat, at: Millis) {
    let enrollment = scene.random.id("pfd", 20, CELL);
    for kind in [kind::FACTOR_ACTIVATE, kind::DEVICE_ENROLL] {
        let record = seat.does(kind, at).on(Target::user(seat.person)).on(Target::new(
            "AuthenticatorEnrollment",
            enrollment.as_str(),
            "Okta Verify",
        ));
        scene.emit(&record);
    }
    let mail = Record::by_platform(kind::MAIL_MFA_ENROLL, at + SECOND);
    scene.emit(&mail.on(Target::user(seat.person)));
}

/// A second account with all rights, and a token that outlives both; its id.
fn escalate(scene: &mut Scene, cast: &Cast, seat: &Seat, at: Millis) -> String {
    let granted = alarm::grant_role(seat, cast.contractor, "Super administrator", at);
    scene.emit(&granted);
    let token = scene.random.id("00T", 20, CELL);
    let created = alarm::create_token(seat, token.clone(), "ANYWHERE", at + 6 * MINUTE);
    scene.emit(&created);
    token
}

/// An identity provider under the attacker's control, created and switched on; its id.
fn add_identity_provider(scene: &mut Scene, seat: &Seat, at: Millis) -> String {
    let idp = scene.random.id("0oa", 20, CELL);
    for (kind, after) in [(kind::IDP_CREATE, 0), (kind::IDP_ACTIVATE, 90 * SECOND)] {
        let record = seat
            .does(kind, at + after)
            .debug("protocol", "SAML")
            .debug("type", "THIRD_PARTY")
            .debug("idpName", IDP_NAME)
            .on(Target::new("IdentityProvider", idp.as_str(), IDP_NAME));
        scene.emit(&record);
    }
    idp
}

/// Whom the provider names decides who its user becomes here.
fn steer_usernames(scene: &mut Scene, cast: &Cast, seat: &Seat, at: Millis) {
    let mapping = scene.random.id("prm", 20, CELL);
    let updated = seat
        .does(kind::MAPPING_UPDATE, at)
        .debug("attributesModified", "{Attribute : login,Expression : appuser.subjectNameId}")
        .on(Target::new("ProfileMapping", mapping, IDP_NAME).detail("direction", "IDP to Okta"));
    scene.emit(&updated);
    let uri = format!("/api/v1/users/{}", cast.contractor.id);
    let renamed = seat
        .does(kind::UPDATE_PROFILE, at + 2 * MINUTE)
        .uri(uri)
        .debug("changedAttributes", "login,email")
        .on(Target::user(cast.contractor));
    scene.emit(&renamed);
    let app = &scene.org.apps[1];
    let reassigned = seat
        .does(kind::CHANGE_USERNAME, at + 3 * MINUTE)
        .on(Target::app_user(cast.contractor))
        .on(Target::app(app))
        .on(Target::user(cast.contractor));
    scene.emit(&reassigned);
}

/// The token at work, from a script on a rented server: who is there, so fast that Okta warns.
fn look_around(scene: &mut Scene, cast: &Cast, attacker: &Attacker, token: &str, at: Millis) {
    for number in 0..2 {
        let record = attacker
            .calls(kind::RATE_LIMIT_WARNING, cast.admin, token, at + number * 35 * SECOND)
            .debug("threshold", "600")
            .debug("urlPattern", "/api/v1/users")
            .on(Target::new("URL Pattern", "/api/v1/users", "/api/v1/users"));
        scene.emit(&record);
    }
}

/// The second account joins two groups.
fn use_token(scene: &mut Scene, cast: &Cast, attacker: &Attacker, token: &str, at: Millis) {
    let org = scene.org;
    for (number, group) in (0..).zip(&org.groups[1..3]) {
        let at = at + number * 2 * SECOND;
        join(scene, cast, attacker, token, group, at);
    }
}

fn join(
    scene: &mut Scene,
    cast: &Cast,
    attacker: &Attacker,
    token: &str,
    group: &Named,
    at: Millis,
) {
    let uri = format!("/api/v1/groups/{}/users/{}", group.id, cast.contractor.id);
    let record = attacker
        .calls(kind::GROUP_ADD, cast.admin, token, at)
        .uri(uri)
        .on(Target::user(cast.contractor))
        .on(Target::named("UserGroup", group));
    scene.emit(&record);
}

/// The other administrator grows suspicious, and ends what the first has open. The token is forgotten.
fn end_sessions(scene: &mut Scene, cast: &Cast, at: Millis) {
    let seat = Seat::of(cast.second_admin, &cast.second_admin.office, &mut scene.random);
    activity::open_admin_console(scene, &seat, at);
    let uri = format!("/api/v1/users/{}/sessions", cast.admin.id);
    let cleared = seat.does(kind::SESSION_CLEAR, at + 50 * SECOND).uri(uri);
    scene.emit(&cleared.on(Target::user(cast.admin)));
}

/// What nobody took away still works.
fn go_on(scene: &mut Scene, cast: &Cast, attacker: &Attacker, token: &str, at: Millis) {
    let org = scene.org;
    for (number, group) in (0..).zip(&org.groups[3..5]) {
        join(scene, cast, attacker, token, group, at + number * 2 * SECOND);
    }
}

/// The provider vouches, Okta believes it, and the apps believe Okta.
fn impersonate(scene: &mut Scene, seat: &Seat, idp: &str, at: Millis) {
    let assertion =
        Credential { provider: Some("FEDERATION"), issued_by: None, kind: Some("ASSERTION") };
    let mut vouched = seat
        .does(kind::VIA_IDP, at)
        .uri(format!("/sso/saml2/{idp}"))
        .debug("idpDisplayName", IDP_NAME)
        .debug("transformedUserName", seat.person.login.as_str())
        .on(Target::user(seat.person))
        .on(Target::new("IdentityProvider", idp, IDP_NAME));
    vouched.credential = assertion;
    vouched.issuer = Some(idp);
    scene.emit(&vouched);
    activity::start_session(scene, seat, at + SECOND);
    for (number, app) in (1..).zip(&scene.org.apps[1..4]) {
        activity::open_app(scene, seat, app, at + number * 70 * SECOND);
    }
}

/// The log no longer reaches those who would read it.
fn blind_the_defenders(
    scene: &mut Scene,
    cast: &Cast,
    attacker: &Attacker,
    token: &str,
    at: Millis,
) {
    let stream = scene.random.id("0oa", 20, CELL);
    let uri = format!("/api/v1/logStreams/{stream}/lifecycle/deactivate");
    let record = attacker
        .calls(kind::LOG_STREAM_OFF, cast.admin, token, at)
        .uri(uri)
        .on(Target::new("LogStream", stream, "siem-eventbridge"));
    scene.emit(&record);
}
