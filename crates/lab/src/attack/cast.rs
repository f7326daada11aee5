//! Who of the organization plays which part in an attack.

use crate::org::Person;
use crate::world::{Part, World};

/// The people of an attack, by the words that its file uses for them.
#[derive(Debug)]
pub(crate) struct Cast<'a> {
    parts: Vec<(&'static str, &'a Person)>,
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
        Self {
            parts: parts
                .filter_map(|(part, number)| Some((part, &world.org.people[*number?])))
                .collect(),
        }
    }

    /// Who plays that part.
    pub(crate) fn person(&self, part: &str) -> Option<&'a Person> {
        self.parts.iter().find(|(name, _)| *name == part).map(|(_, person)| *person)
    }
}
