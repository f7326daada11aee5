//! One line of a step, as the events that the provider writes for it.

use serde_json::Value;

use super::props::Props;
use super::script::{Activity, Aim, Deed, Step};
use crate::activity;
use crate::clock::Millis;
use crate::device::Device;
use crate::org::Person;
use crate::place::Address;
use crate::record::auth0::{Application, Log};
use crate::record::kind::{self, Kind};
use crate::record::{Actor, Record, Target, Transaction};
use crate::scene::{Scene, Seat};

/// Does it at `at`; returns when it is over.
pub(crate) fn perform<'a>(
    scene: &mut Scene<'a>,
    props: &Props<'a>,
    step: &'static Step,
    (deed, number): (&'static Deed, i32),
    at: Millis,
) -> Millis {
    let Some(person) = props.cast.person(&step.who).or_else(|| props.cast.person("admin")) else {
        return at;
    };
    let machine = props.machine(person, step.from);
    let seat = props.seat(person, &machine, step);
    if let Some(activity) = deed.activity {
        return act(scene, props, &seat, (activity, deed), at);
    }
    if deed.event.is_some() {
        emit(scene, props, &seat, (step, deed, number), at);
    }
    if let Some(code) = &deed.log {
        log(scene, props, &machine, (code, deed, number), at);
    }
    at
}

fn act(
    scene: &mut Scene,
    props: &Props,
    seat: &Seat,
    (activity, deed): (Activity, &Deed),
    at: Millis,
) -> Millis {
    let org = &props.world.org;
    let app = deed.app.as_deref().and_then(|name| org.apps.iter().find(|app| app.name == name));
    let app = app.unwrap_or(&org.dashboard);
    match activity {
        Activity::SignIn => activity::sign_in(scene, seat, at),
        Activity::Password => {
            activity::evaluate(scene, seat, app, "CHALLENGE", at);
            activity::give_password(scene, seat, at + 900, None);
            at + 900
        }
        Activity::WrongPassword => activity::mistype_password(scene, seat, at),
        Activity::Session => {
            activity::start_session(scene, seat, at);
            activity::open(scene, seat, app, at + 400)
        }
        Activity::OpenApp => activity::open_app(scene, seat, app, at),
        Activity::AdminConsole => activity::open_admin_console(scene, seat, at),
        Activity::PushDenied => activity::push(scene, seat, at, Some("INVALID_CREDENTIALS")),
        Activity::PushApproved => activity::push(scene, seat, at, None),
    }
}

/// One event of Okta.
fn emit(
    scene: &mut Scene,
    props: &Props,
    seat: &Seat,
    (step, deed, number): (&'static Step, &'static Deed, i32),
    at: Millis,
) {
    let kind = kind(deed);
    let colleague = props.cast.colleague(number);
    let all = |text: &str| props.fill(&text.replace("<colleague.id>", &colleague.id));
    let fill = |text: &Option<String>| text.as_deref().map(all);
    let [token, issuer, client] = [&step.token, &deed.issuer, &deed.client].map(fill);
    let mut record = seat.does(&kind, at);
    if step.who == "okta" {
        record = Record::by_platform(&kind, at);
    }
    if let Some(client) = &client {
        record.actor = program(client, &deed.message);
        record.client.id = Some(client);
    }
    if token.is_some() || client.is_some() {
        record.session = None;
    }
    if token.is_some() {
        record.transaction = Transaction::Web { token: token.as_deref() };
    }
    if let Some(outcome) = &deed.outcome {
        record.result = outcome;
    }
    record.reason = deed.reason.as_deref();
    record.issuer = issuer.as_deref();
    record.credential.kind = deed.credential.as_deref();
    record.behavior = deed.judged.then_some(seat.behavior);
    for (key, value) in &deed.debug {
        record = record.debug(key, all(value));
    }
    for aim in &deed.on {
        record = record.on(target(props, aim, colleague));
    }
    let uri = if deed.uri.is_empty() { kind.uri.to_owned() } else { all(&deed.uri) };
    scene.emit(&record.uri(uri));
}

/// One log record of Auth0.
fn log(
    scene: &mut Scene,
    props: &Props,
    (device, address): &(Device, Address),
    (code, deed, number): (&'static str, &'static Deed, i32),
    at: Millis,
) {
    // The file's word for how many times it was done before.
    let count = format!("{number:04}");
    let fill = |text: &str| props.fill(&text.replace("<n>", &count));
    let [id, name] = [&deed.client, &deed.app].map(|text| text.as_deref().map(fill));
    let user = deed.user.as_ref().map(|user| user.each_ref().map(|text| fill(text)));
    let mut record = Log::new(code, fill(&deed.message), at).from(device, address);
    if let Some(id) = &id {
        let name = name.as_deref().unwrap_or_default();
        record = record.through(Application { id, name });
    }
    if let Some([id, name]) = &user {
        record = record.of(id, name);
    }
    record.connection = Some(&props.world.tenant.connection).filter(|_| deed.portal);
    for (key, value) in &deed.members {
        record = record.with(key, filled(value, &fill));
    }
    scene.log(&record.details(filled(&deed.details, &fill)));
}

/// The value with its texts filled in.
fn filled(value: &Value, fill: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(fill(text)),
        Value::Array(items) => items.iter().map(|item| filled(item, fill)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), filled(value, fill))).collect()
        }
        other => other.clone(),
    }
}

/// The words of ordinary work where it has the type too, else those of the file.
fn kind(deed: &'static Deed) -> Kind {
    let event = deed.event.as_deref().unwrap_or_default();
    match kind::known(event) {
        Some(kind) => kind.clone(),
        None => Kind::new(event, &deed.message, "", "/"),
    }
}

/// A program that acts in its own name.
fn program<'a>(id: &'a str, name: &'a str) -> Actor<'a> {
    Actor { id, kind: "PublicClientApp", alternate_id: id, display_name: name }
}

fn target<'a>(props: &Props<'a>, aim: &'static Aim, colleague: &'a Person) -> Target<'a> {
    let person = |part: &Option<String>| match part.as_deref()? {
        "colleague" => Some(colleague),
        part => props.cast.person(part),
    };
    let org = &props.world.org;
    if let Some(person) = person(&aim.person) {
        return Target::user(person);
    }
    if let Some(person) = person(&aim.account) {
        return Target::app_user(person);
    }
    if let Some(app) = org.apps.iter().find(|app| Some(app.name) == aim.app.as_deref()) {
        return Target::app(app);
    }
    if let Some(group) = org.groups.iter().find(|group| Some(group.name) == aim.group.as_deref()) {
        return Target::named("UserGroup", group);
    }
    let kind = aim.kind.as_deref().unwrap_or("Unknown");
    let mut target = Target::new(kind, props.fill(&aim.id), props.fill(&aim.name));
    for (key, value) in &aim.detail {
        target = target.detail(key, props.fill(value));
    }
    if !aim.after.is_null() {
        target.changes =
            Some([&aim.before, &aim.after].map(|value| props.fill(&value.to_string())));
    }
    target
}
