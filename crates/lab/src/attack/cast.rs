//! Who of the organization plays which part in an attack.

use crate::org::Person;
use crate::world::{Part, World};

/// The people of an attack, by the words that its file uses for them.
#[derive(Debug)]
pub(crate) struct Cast<'a> {
    world: &'a World,
    /// Each with the position in the organization's people.
    parts: Vec<(&'static str, usize)>,
}

/// The parts of people who administer nothing. A world has at least this many of them.
const EMPLOYEES: [&str; 6] = ["user", "contractor", "one", "two", "three", "four"];

impl<'a> Cast<'a> {
    /// The first of each kind: the same people in every attack on a world.
    pub(crate) fn of(world: &'a World) -> Self {
        let supers = world.with(Part::SuperAdmin);
        let desk = world.with(Part::HelpDesk);
        let mut parts = vec![
            ("admin", supers.first()),
            ("second-admin", supers.get(1)),
            ("desk", desk.first()),
        ];
        let employees = world.with(Part::Employee);
        parts.extend(EMPLOYEES.iter().copied().zip(employees.iter().map(Some)));
        let parts = parts.into_iter();
        Self { world, parts: parts.filter_map(|(part, number)| Some((part, *number?))).collect() }
    }

    /// Who plays that part.
    pub(crate) fn person(&self, part: &str) -> Option<&'a Person> {
        self.number(part).map(|number| &self.world.org.people[number])
    }

    /// Somebody without a part; each number is somebody else, as far as there are people.
    pub(crate) fn colleague(&self, number: i32) -> &'a Person {
        let people = &self.world.org.people;
        let number = people.len() - 1 - number.unsigned_abs() as usize % (people.len() / 2);
        &people[number]
    }

    /// The position of who plays it, in the organization's people.
    pub(crate) fn number(&self, part: &str) -> Option<usize> {
        self.parts.iter().find(|(name, _)| *name == part).map(|(_, number)| *number)
    }
}
