//! What changes from hour to hour: sessions, addresses, machines.

use std::collections::{HashMap, HashSet};

use super::plan::Place;
use crate::clock::{DAY, HOUR, Millis};
use crate::device::Device;
use crate::place::Address;

/// How long a session lasts without a sign-on, and in any case: at a computer two hours and twelve; a phone keeps its own
/// for days.
/// Chosen: two hours are the default of Okta's global session policy; apps on phones hold theirs longer.
const LASTS: [(Millis, Millis); 2] = [(2 * HOUR, 12 * HOUR), (30 * HOUR, 5 * DAY)];

/// What is so at the moment.
#[derive(Debug)]
pub(crate) struct Life {
    /// Of each person: at the computer, on the phone.
    pub(crate) sittings: Vec<[Option<Sitting>; 2]>,
    /// The address of each home today: its date in days, and where it differs from that of the world.
    pub(crate) homes: Vec<Option<(i64, Address)>>,
    /// Machines that replaced those of the world.
    pub(crate) computers: HashMap<usize, Device>,
    /// The same for phones.
    pub(crate) phones: HashMap<usize, Device>,
    /// Whose account may not be used: not yet, not any more, or not until it is unlocked.
    pub(crate) gone: HashSet<usize>,
    /// Those who start in these days.
    pub(crate) starters: Vec<usize>,
    /// Who is abroad from when until when, and where.
    pub(crate) travels: HashMap<usize, (Millis, Millis, Place)>,
    /// Where service apps and then tokens are now, if not where the world has them.
    pub(crate) moved: HashMap<usize, Address>,
    /// API tokens made in these days.
    pub(crate) tokens: Vec<NewToken>,
}

/// An API token made in these days.
#[derive(Debug, Clone)]
pub(crate) struct NewToken {
    pub(crate) id: String,
    pub(crate) owner: usize,
    pub(crate) machine: Device,
    pub(crate) address: Address,
}

/// A session that goes on.
#[derive(Debug, Clone)]
pub(crate) struct Sitting {
    pub(crate) session: String,
    pub(crate) place: Place,
    pub(crate) address: Address,
    pub(crate) began: Millis,
    pub(crate) used: Millis,
    /// When the Admin Console was last opened in it.
    pub(crate) console: Option<Millis>,
}

/// Which of the two machines of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Machine {
    Computer = 0,
    Phone = 1,
}

impl Life {
    pub(crate) fn new(n_people: usize) -> Self {
        Self {
            sittings: (0..n_people).map(|_| [None, None]).collect(),
            homes: vec![None; n_people],
            computers: HashMap::new(),
            phones: HashMap::new(),
            gone: HashSet::new(),
            starters: Vec::new(),
            travels: HashMap::new(),
            moved: HashMap::new(),
            tokens: Vec::new(),
        }
    }

    /// The session of somebody on one of their machines, unless it is over.
    pub(crate) fn sitting(
        &mut self,
        who: usize,
        machine: Machine,
        at: Millis,
    ) -> Option<&mut Sitting> {
        let (idle, longest) = LASTS[machine as usize];
        self.sittings[who][machine as usize]
            .as_mut()
            .filter(|sitting| at < sitting.used + idle && at < sitting.began + longest)
    }
}
