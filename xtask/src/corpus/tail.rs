//! The long tail: event types that are rare one by one and common together.

use lab::clock::Millis;
use lab::org::{CELL, Org};
use lab::random::Random;
use lab::record::kind::Kind;
use lab::record::{Record, Target};
use lab::scene::{Scene, Seat};

/// One line of `tail.tsv`.
#[derive(Debug)]
pub(crate) struct Tail {
    kind: Kind,
    /// Types of its targets, in order.
    targets: Vec<&'static str>,
}

impl Tail {
    pub(crate) fn event_type(&self) -> &'static str {
        self.kind.event_type
    }
}

/// The table, without lines that do not have its four columns.
pub(crate) fn table() -> Vec<Tail> {
    include_str!("tail.tsv").lines().filter_map(parse).collect()
}

fn parse(line: &'static str) -> Option<Tail> {
    let mut columns = line.split('\t');
    let [event_type, message, uri, targets] = std::array::from_fn(|_| columns.next());
    let kind = Kind::new(event_type?, message?, "", uri?);
    let comment = line.starts_with('#');
    (!comment).then_some(Tail { kind, targets: targets?.split(',').collect() })
}

/// One event of the tail, by a person or by a program of the organization.
pub(crate) fn emit(scene: &mut Scene, tail: &Tail, seat: &Seat, at: Millis) -> Millis {
    let org = scene.org;
    let by_program = ["/jobs/", "/api/1/"].iter().any(|start| tail.kind.uri.starts_with(start));
    let mut record = if by_program {
        Record::by_service(&tail.kind, at, scene.random.pick(&org.services))
    } else {
        seat.does(&tail.kind, at)
    };
    for kind in &tail.targets {
        record = record.on(target(kind, org, seat, &mut scene.random));
    }
    scene.emit(&record);
    at
}

fn target<'a>(kind: &'static str, org: &'a Org, seat: &'a Seat, random: &mut Random) -> Target<'a> {
    match kind {
        "User" => Target::user(seat.person),
        "AppUser" => Target::app_user(seat.person),
        "AppInstance" => Target::app(random.pick(&org.apps)),
        "UserGroup" => Target::named("UserGroup", random.pick(&org.groups)),
        "PolicyEntity" => Target::named("PolicyEntity", random.pick(&org.policies)),
        other => Target::new(other, random.id("0xx", 20, CELL), other),
    }
}

#[cfg(test)]
mod tests {
    /// A line that does not parse would be left out without a word.
    #[test]
    fn every_line_of_the_table_is_read() {
        let written = include_str!("tail.tsv").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(super::table().len(), written.count());
    }
}
