//! What is granted against what is needed: excess, missing, cannot tell.
//!
//! Nothing is called unused on the word of a witness that could not have seen it, and nothing missing where no
//! source says what it takes: both are "cannot tell", with what would tell.

mod need;
mod privilege;
mod reach;
mod resource;
mod scope;
#[cfg(test)]
mod tests;
mod witness;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use catalog::Confidence;
use finding::Level;
use jiff::Timestamp;

use self::need::Needs;
pub use self::reach::Beyond;
use self::reach::Reach;
pub use self::witness::{Certainty, Witness};
use crate::exclusion::Exclusion;
use crate::{Answer, Base, EvidenceKind, Grants, OperationId, Place, PrincipalKind, Usage};

/// How what one principal holds differs from what its calls need.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// Missing, then excess, then what cannot be told; each by how much it matters, by layer and by name.
    pub differences: Vec<Difference>,
    /// Operations that are called and need something.
    pub n_operations: usize,
    /// Of those, how many work with what is held, as far as is known.
    pub n_allowed: usize,
    /// The weakest statement by which they do; `None` if none does.
    pub level: Option<Confidence>,
    /// Calls that could not be taken for an operation.
    pub n_undetermined: usize,
    /// What the calls were learned from.
    pub witnesses: Vec<Witness>,
    /// What those cannot have seen, and what else to know; none of it makes the answer less whole than it says.
    pub blind_spots: Vec<String>,
    /// What the dumps leave open: something may be granted that was not read.
    pub gaps: Vec<String>,
    /// Grants that cannot be right as they stand.
    pub contradictions: Vec<(Place, String)>,
}

/// One difference.
#[derive(Debug, Clone)]
pub struct Difference {
    /// In which direction, or that it cannot be told.
    pub verdict: Standing,
    /// What kind of thing.
    pub layer: Layer,
    /// The grant, or what is lacking.
    pub name: String,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// How much it matters: of excess, what the grant can do.
    pub severity: Level,
    /// The weakest statement that this rests on.
    pub level: Confidence,
    /// What would do instead, as alternatives of grants that go together: of too much what is enough, of something
    /// missing what else would do. May be empty.
    pub instead: Vec<Vec<String>>,
    /// The operations concerned: that use the grant, or that lack it.
    pub operations: Vec<OperationId>,
    /// What an excessive grant allows beyond what is called.
    pub beyond: Option<Beyond>,
    /// The witnesses of those operations.
    pub evidence: BTreeSet<EvidenceKind>,
    /// How often those were called.
    pub count: u64,
    /// How many of those calls were refused.
    pub n_refused: u64,
    /// First and last call, where times are said.
    pub seen: Option<(Timestamp, Timestamp)>,
    /// Where the grant stands, or the first call that lacks it.
    pub place: Option<Place>,
    /// Who accepted it, if somebody did: it does not count then.
    pub exclusion: Option<Exclusion>,
}

/// In which direction a difference goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Needed and not granted.
    Missing,
    /// Granted and not needed, as surely as that.
    Excess(Certainty),
    /// Not to be told from what was read.
    CannotTell,
}

/// What kind of thing is granted or lacking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The kind of credential itself.
    Credential,
    /// A scope.
    Scope,
    /// A standard role.
    Role,
    /// A permission of a custom role.
    Permission,
    /// Something in a resource set, or a target of a role.
    Resource,
}

impl Standing {
    /// What is missing comes first, what cannot be told last.
    const fn rank(self) -> u8 {
        match self {
            Self::Missing => 0,
            Self::Excess(_) => 1,
            Self::CannotTell => 2,
        }
    }

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Excess(_) => "excess",
            Self::CannotTell => "cannot_tell",
        }
    }
}

impl Layer {
    /// The name in reports and in files of exclusions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Scope => "scope",
            Self::Role => "role",
            Self::Permission => "permission",
            Self::Resource => "resource",
        }
    }

    /// The layer of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Credential, Self::Scope, Self::Role, Self::Permission, Self::Resource];
        all.into_iter().find(|layer| layer.name() == name)
    }
}

/// Compares what is held with what the calls need.
pub fn compare(base: &Base, usage: &Usage, answers: &[Answer], grants: &Grants) -> Comparison {
    let needs = Needs::new(base, usage, answers);
    // From calls of which none is understood nothing follows.
    let certainty = if needs.all.is_empty() && !needs.undetermined.is_empty() {
        None
    } else {
        witness::certainty(usage)
    };
    let compared = Compared { base, reach: Reach::new(base), needs: &needs, grants, certainty };
    let mut differences = Vec::new();
    if grants.principal.kind != PrincipalKind::Token {
        scope::compare(&compared, &mut differences);
    }
    if grants.principal.kind != PrincipalKind::MachineToMachine {
        privilege::compare(&compared, &mut differences);
        resource::compare(&compared, &mut differences);
    }
    need::compare_credential(&compared, &mut differences);
    let mut blind_spots = witness::blind_spots(usage, &needs);
    blind_spots.extend(grants.remarks.iter().cloned());
    let mut contradictions = grants.contradictions.clone();
    contradictions.extend(reach::unknown_names(&compared));
    for one in &mut differences {
        doubt(one, grants);
    }
    differences.sort_by(|one, other| {
        let rank = |one: &Difference| (one.verdict.rank(), Reverse(one.severity), one.layer);
        rank(one).cmp(&rank(other)).then_with(|| one.name.cmp(&other.name))
    });
    let lacking: BTreeSet<_> = differences
        .iter()
        .filter(|one| {
            one.verdict == Standing::Missing
                || (one.verdict == Standing::CannotTell && one.beyond.is_none())
        })
        .flat_map(|one| one.operations.iter().copied())
        .collect();
    let n_allowed = needs.operations().difference(&lacking).count();
    Comparison {
        n_operations: needs.operations().len(),
        n_allowed,
        level: compared.level(&lacking),
        n_undetermined: needs.undetermined.len(),
        witnesses: witness::witnesses(usage),
        differences,
        blind_spots,
        gaps: grants.gaps.clone(),
        contradictions,
    }
}

/// What no dump tells of is not missing: it cannot be told.
fn doubt(difference: &mut Difference, grants: &Grants) {
    let is_unsaid = match difference.layer {
        Layer::Scope => grants.scopes_unsaid,
        Layer::Role | Layer::Permission => grants.roles_unsaid,
        Layer::Credential | Layer::Resource => false,
    };
    if is_unsaid && difference.verdict == Standing::Missing {
        difference.verdict = Standing::CannotTell;
        difference.why += ", but which are held is not in the dumps";
    }
}

/// What every layer is compared with.
struct Compared<'c> {
    base: &'c Base,
    reach: Reach<'c>,
    needs: &'c Needs<'c>,
    grants: &'c Grants,
    certainty: Option<Certainty>,
}
