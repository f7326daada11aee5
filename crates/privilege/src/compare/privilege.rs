//! Standard roles and the permissions of custom roles: either may let an administrator do a thing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use catalog::Confidence;
use rustc_hash::FxHashSet;

use super::need::{Need, difference};
use super::reach::{closure, sure_closure};
use super::{Compared, Difference, Layer, Standing, scope, witness};
use crate::{Bundle, Operation, OperationId, PermissionRule, RoleRule, ScopeRule, Text};

/// Whether what is held lets an operation be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// It asks for nothing.
    Free,
    /// Yes, as well as that is known.
    Yes(Confidence),
    /// No.
    No,
    /// No source says, or the dumps do not.
    Unknown,
}

/// A part of what is held.
#[derive(Debug, Clone, Default)]
pub(super) struct Hold {
    roles: BTreeSet<String>,
    permissions: BTreeSet<String>,
    /// With what comes with them.
    closure: FxHashSet<String>,
    /// With what is known to come with them, by no inference.
    sure: FxHashSet<String>,
    /// The chapters of the reference with operations in which they take part.
    chapters: FxHashSet<String>,
    /// Some custom role's permissions are not in the dumps.
    is_open: bool,
}

impl Hold {
    fn new(
        compared: &Compared<'_>,
        roles: BTreeSet<String>,
        permissions: BTreeSet<String>,
        is_open: bool,
    ) -> Self {
        let closure = closure(permissions.iter().map(String::as_str));
        let sure = sure_closure(permissions.iter().map(String::as_str));
        let reached = permissions.iter().flat_map(|name| compared.reach.of_permission(name));
        let chapters = reached.map(|id| compared.base.operation(id).tag.to_string()).collect();
        Self { roles, permissions, closure, sure, chapters, is_open }
    }

    /// Everything that is held.
    pub(super) fn of(compared: &Compared<'_>) -> Self {
        let grants = compared.grants;
        let roles = grants.roles.iter().map(|held| held.name.clone());
        let roles = roles.filter(|name| compared.reach.is_role(name)).collect();
        let permissions = grants.custom.iter().flat_map(|held| held.permissions.iter().flatten());
        let permissions = permissions.filter(|name| compared.reach.is_permission(name));
        let is_open = grants.custom.iter().any(|held| held.permissions.is_none());
        Self::new(compared, roles, permissions.cloned().collect(), is_open)
    }

    fn without(&self, compared: &Compared<'_>, layer: Layer, name: &str) -> Self {
        let (mut roles, mut permissions) = (self.roles.clone(), self.permissions.clone());
        match layer {
            Layer::Role => roles.remove(name),
            _ => permissions.remove(name),
        };
        Self::new(compared, roles, permissions, self.is_open)
    }

    /// The same with roles or permissions of these names.
    fn with<'n>(self, compared: &Compared<'_>, names: impl Iterator<Item = &'n String>) -> Self {
        let (more, others): (BTreeSet<String>, BTreeSet<String>) =
            names.cloned().partition(|name| catalog::admin_role(name).is_some());
        Self::new(compared, &self.roles | &more, &self.permissions | &others, self.is_open)
    }

    /// Whether it lets an operation be done.
    pub(super) fn allows(&self, need: &Need<'_>) -> Allowed {
        let (by_role, by_permission) = (self.by_role(need), self.by_permission(need));
        match (by_role, by_permission) {
            (Allowed::Free, _) | (_, Allowed::Free) => Allowed::Free,
            (Allowed::Yes(one), Allowed::Yes(other)) => Allowed::Yes(one.max(other)),
            (Allowed::Yes(level), _) | (_, Allowed::Yes(level)) => Allowed::Yes(level),
            (Allowed::Unknown, _) | (_, Allowed::Unknown) => Allowed::Unknown,
            (Allowed::No, Allowed::No) => Allowed::No,
        }
    }

    /// Whether that it lets an operation be done hangs on no inference about what comes with a permission.
    fn is_sure(&self, need: &Need<'_>) -> bool {
        let is_held = |bundle: &Bundle| bundle.iter().all(|name| self.sure.contains(name.as_ref()));
        let by_permission = match &need.answer.permission.rule {
            PermissionRule::AnyOf(bundles) => bundles.iter().any(is_held),
            _ => false,
        };
        by_permission || matches!(self.by_role(need), Allowed::Yes(_) | Allowed::Free)
    }

    fn by_role(&self, need: &Need<'_>) -> Allowed {
        let role = &need.answer.role;
        let is_super = self.roles.contains("SUPER_ADMIN");
        match &role.rule {
            RoleRule::NotNeeded => Allowed::Free,
            RoleRule::AnyOf(grants)
                if grants.iter().any(|grant| self.roles.contains(grant.role.as_ref())) =>
            {
                Allowed::Yes(role.level)
            }
            _ if is_super => Allowed::Yes(Confidence::Documented),
            RoleRule::AnyOf(_) => Allowed::No,
            RoleRule::Unknown if self.roles.is_empty() => Allowed::No,
            RoleRule::Unknown => Allowed::Unknown,
        }
    }

    fn by_permission(&self, need: &Need<'_>) -> Allowed {
        let permission = &need.answer.permission;
        match &permission.rule {
            PermissionRule::NotNeeded => Allowed::Free,
            PermissionRule::AnyOf(bundles) if bundles.iter().any(|bundle| self.has(bundle)) => {
                Allowed::Yes(permission.level)
            }
            PermissionRule::Ungrantable => Allowed::No,
            _ if self.is_open => Allowed::Unknown,
            PermissionRule::Unknown if self.is_near(need) => Allowed::Unknown,
            // Permissions on other things are no reason to think that they allow it.
            PermissionRule::AnyOf(_) | PermissionRule::Unknown => Allowed::No,
        }
    }

    /// Whether some permission is about what an operation is about, by the chapter of the reference or by name.
    fn is_near(&self, need: &Need<'_>) -> bool {
        self.chapters.contains(need.operation.tag.as_ref())
            || self.permissions.iter().any(|name| is_kin(need, name))
    }

    /// Whether an operation is allowed by a bundle of which one of these permissions is a part.
    fn takes(&self, operation: &Operation, part: &FxHashSet<String>) -> bool {
        let PermissionRule::AnyOf(bundles) = &operation.permission.rule else {
            return false;
        };
        let has_part = |bundle: &Bundle| bundle.iter().any(|name| part.contains(name.as_ref()));
        bundles.iter().any(|bundle| self.has(bundle) && has_part(bundle))
    }

    fn has(&self, bundle: &Bundle) -> bool {
        bundle.iter().all(|name| self.closure.contains(name.as_ref()))
    }
}

impl Compared<'_> {
    /// The weakest statement by which operations are allowed, those that lack something apart.
    pub(super) fn level(&self, lacking: &BTreeSet<OperationId>) -> Option<Confidence> {
        let needs = self.needs.all.iter().filter(|need| !lacking.contains(&need.id));
        let hold = Hold::of(self);
        let levels = needs.filter_map(|need| match hold.allows(need) {
            Allowed::Yes(level) => {
                Some(level.min(need.answer.scope.level.max(Confidence::Inferred)))
            }
            _ if self.grants.principal.kind == crate::PrincipalKind::MachineToMachine => {
                Some(need.answer.scope.level)
            }
            _ => None,
        });
        levels.min()
    }
}

pub(super) fn compare(compared: &Compared<'_>, differences: &mut Vec<Difference>) {
    let hold = Hold::of(compared);
    missing(compared, &hold, differences);
    excess(compared, hold, differences);
}

fn missing(compared: &Compared<'_>, hold: &Hold, differences: &mut Vec<Difference>) {
    let mut lacking: BTreeMap<Remedy, Vec<&Need<'_>>> = BTreeMap::new();
    let mut unknown: BTreeMap<(Layer, String), Vec<&Need<'_>>> = BTreeMap::new();
    for need in
        compared.needs.all.iter().filter(|need| need.operation.product == catalog::Product::Okta)
    {
        match hold.allows(need) {
            Allowed::Free | Allowed::Yes(_) => {}
            Allowed::No | Allowed::Unknown if need.open_question().is_some() => {
                let name = need.open_question().unwrap_or_default();
                let why = format!(
                    "whether it takes one depends on `{name}`, which `--assume {name}=…` answers"
                );
                unknown.entry((Layer::Credential, why)).or_default().push(need);
            }
            Allowed::Unknown => {
                unknown
                    .entry((Layer::Role, why_unknown(need, hold).to_owned()))
                    .or_default()
                    .push(need);
            }
            Allowed::No => match remedy(compared, need) {
                Some(remedy) => lacking.entry(remedy).or_default().push(need),
                None => unknown.entry((Layer::Role, NO_SOURCE.to_owned())).or_default().push(need),
            },
        }
    }
    for ((layer, name, instead), needs) in lacking {
        let level = |need: &&Need<'_>| match layer {
            Layer::Role => need.answer.role.level,
            _ => need.answer.permission.level,
        };
        let level = needs.iter().map(level).min().unwrap_or(Confidence::Unknown);
        let found = difference(Standing::Missing, layer, name, needs.iter().copied());
        let why = "nothing that is held allows these operations".to_owned();
        differences.push(scope::refusable(Difference { why, level, instead, ..found }, &needs));
    }
    for ((layer, why), needs) in unknown {
        let name = if layer == Layer::Credential {
            "a token of an administrator"
        } else {
            "a role or permission"
        };
        differences.push(Difference {
            why,
            level: Confidence::Unknown,
            ..difference(Standing::CannotTell, layer, name, needs)
        });
    }
}

const NO_SOURCE: &str =
    "no source says which role or permission these operations take; `privilege probe` finds out";

fn why_unknown(need: &Need<'_>, hold: &Hold) -> &'static str {
    let asked = matches!(need.answer.permission.rule, PermissionRule::AnyOf(_));
    if asked && hold.is_open {
        "the permissions of a custom role are not in the dumps"
    } else {
        "no source says whether what is held allows these operations; `privilege probe` finds out"
    }
}

/// The kind of grant that is lacking, its name, and what would do instead.
type Remedy = (Layer, String, Vec<Vec<String>>);

/// What to grant for an operation: the narrowest bundle of permissions, or the narrowest role where no
/// custom role can do it; and the roles that would do instead, a super administrator's only where it is alone.
fn remedy(compared: &Compared<'_>, need: &Need<'_>) -> Option<Remedy> {
    let mut roles: Vec<&str> = match &need.answer.role.rule {
        RoleRule::AnyOf(grants) => grants.iter().map(|grant| grant.role.as_ref()).collect(),
        RoleRule::NotNeeded | RoleRule::Unknown => Vec::new(),
    };
    roles.sort_by_key(|name| (compared.reach.width(name), *name));
    roles.dedup();
    if roles.len() > 1 {
        roles.retain(|name| *name != "SUPER_ADMIN");
    }
    let mut roles = roles.into_iter().map(|name| vec![name.to_owned()]);
    match &need.answer.permission.rule {
        PermissionRule::AnyOf(bundles) => {
            Some((Layer::Permission, bundles.first()?.join(" + "), roles.collect()))
        }
        _ => Some((Layer::Role, roles.next()?.concat(), roles.collect())),
    }
}

/// One grant of this layer, with the operations that it leads to.
struct Atom {
    layer: Layer,
    name: String,
    /// That it has a part in.
    reach: Vec<OperationId>,
    /// That it allows, with the others that are held.
    allows: Vec<OperationId>,
}

/// What is held, grant by grant, the widest first.
fn atoms(compared: &Compared<'_>, hold: &Hold) -> Vec<Atom> {
    let role = |name: &String| {
        let reach = compared.reach.of_role(name);
        Atom { layer: Layer::Role, name: name.clone(), allows: reach.clone(), reach }
    };
    let permission = |name: &String| {
        let reach = compared.reach.of_permission(name);
        let within = closure([name.as_str()]);
        let allows = reach
            .iter()
            .copied()
            .filter(|id| hold.takes(compared.base.operation(*id), &within))
            .collect();
        Atom { layer: Layer::Permission, name: name.clone(), allows, reach }
    };
    let roles = hold.roles.iter().filter(|name| catalog::admin_role(name).is_some());
    let permissions = hold.permissions.iter().filter(|name| catalog::permission(name).is_some());
    let mut atoms: Vec<_> = roles.map(role).chain(permissions.map(permission)).collect();
    atoms.sort_by(|one, other| {
        other.reach.len().cmp(&one.reach.len()).then_with(|| one.name.cmp(&other.name))
    });
    atoms
}

/// Takes grants away, the widest first, or puts less in their place, as long as everything that is allowed stays so.
/// Every grant is judged beside what is said of those before it, so that all of it can be done.
fn excess(compared: &Compared<'_>, mut hold: Hold, differences: &mut Vec<Difference>) {
    for atom in atoms(compared, &hold) {
        let without = hold.without(compared, atom.layer, &atom.name);
        let judged = Judged::new(compared, &hold, &without).settled(compared, &atom);
        let found = judged.difference(compared, &atom, &without);
        if let Some(found) = found.as_ref().filter(|found| found.verdict != Standing::CannotTell) {
            hold = without.with(compared, found.instead.first().into_iter().flatten());
        }
        differences.extend(found);
    }
}

/// What a grant is good for, when the others stay.
struct Judged<'j> {
    /// Operations that need it, as is known.
    essential: Vec<&'j Need<'j>>,
    /// Operations that need it, or nothing at all: a question that is not answered decides.
    open: Vec<&'j Need<'j>>,
    /// Operations of which nobody says whether they need it.
    unclear: Vec<&'j Need<'j>>,
    /// Operations that are allowed without it as well.
    used: Vec<&'j Need<'j>>,
    /// How well it is known that those are.
    level: Confidence,
}

impl<'j> Judged<'j> {
    fn new(compared: &'j Compared<'_>, hold: &Hold, without: &Hold) -> Self {
        let mut judged = Self {
            essential: Vec::new(),
            open: Vec::new(),
            unclear: Vec::new(),
            used: Vec::new(),
            level: Confidence::Documented,
        };
        for need in compared
            .needs
            .all
            .iter()
            .filter(|need| need.operation.product == catalog::Product::Okta)
        {
            let is_known = is_known(need);
            match (hold.allows(need), without.allows(need)) {
                (Allowed::Free | Allowed::No, _) | (Allowed::Yes(_), Allowed::Free) => {}
                // A super administrator may do what no source says who else may.
                (Allowed::Yes(_), Allowed::No | Allowed::Unknown) if !is_known => {
                    judged.unclear.push(need);
                }
                (Allowed::Yes(_), Allowed::No | Allowed::Unknown)
                    if need.open_question().is_some() =>
                {
                    judged.open.push(need);
                }
                (Allowed::Yes(_), Allowed::No | Allowed::Unknown) => judged.essential.push(need),
                (Allowed::Yes(_), Allowed::Yes(_))
                    if hold.is_sure(need) && !without.is_sure(need) =>
                {
                    judged.essential.push(need);
                }
                (Allowed::Yes(_), Allowed::Yes(level)) => {
                    judged.level = judged.level.min(level);
                    judged.used.push(need);
                }
                (Allowed::Unknown, _) => judged.unclear.push(need),
            }
        }
        judged
    }

    /// The same with the open ones judged: where less would do for them and for all that surely need the grant,
    /// less would do whatever the answer; otherwise the answer must be known first.
    fn settled(mut self, compared: &Compared<'_>, atom: &Atom) -> Self {
        let open = std::mem::take(&mut self.open);
        let all = [self.essential.as_slice(), &open].concat();
        if !open.is_empty() && narrower(compared, &all, atom).is_some() {
            self.essential = all;
        } else {
            self.unclear.extend(open);
        }
        self
    }

    fn difference(
        &self,
        compared: &Compared<'_>,
        atom: &Atom,
        without: &Hold,
    ) -> Option<Difference> {
        let unclear: Vec<_> =
            self.unclear.iter().copied().filter(|need| may_need(compared, need, atom)).collect();
        let narrower = narrower(compared, &self.essential, atom);
        if !self.essential.is_empty() && narrower.is_none() {
            return None;
        }
        let users = self.users(atom);
        let (mut instead, mut level) = narrower.unwrap_or((Vec::new(), self.level));
        let mut verdict = compared.certainty.map_or(Standing::CannotTell, Standing::Excess);
        let mut why = self.why(&users, without);
        if !unclear.is_empty() {
            verdict = Standing::CannotTell;
            level = Confidence::Unknown;
            why = format!(
                "{why}; operations of which it is not known whether they need it: {}",
                unclear.len()
            );
        } else if witness::is_audit_log_alone(compared.needs) {
            let (n_writes, n_logged) = witness::logged_writes(compared.base, &atom.allows);
            match read_of(atom) {
                _ if n_writes == atom.allows.len() => {}
                Some(read) => keep(&mut instead, read),
                None => verdict = Standing::CannotTell,
            }
            let _ = match n_writes {
                0 => write!(why, ", but the audit log shows no reads"),
                _ => write!(
                    why,
                    "; of the {n_writes} writes that it allows {n_logged} leave an event that is known, reads leave none"
                ),
            };
        }
        if let Some(via) = compared.via(atom) {
            let _ = write!(why, "; it is held by {via}");
        }
        let called = compared.needs.operations();
        let beyond =
            compared.reach.beyond(&atom.allows, &called, |id| compared.level_of(atom.layer, id));
        Some(Difference {
            why,
            instead,
            level,
            severity: compared.reach.severity(&atom.name, &atom.allows),
            beyond: Some(beyond),
            place: compared.place_of(atom),
            ..difference(verdict, atom.layer, atom.name.as_str(), users)
        })
    }

    /// The operations that are called and that a grant has a part in.
    fn users(&self, atom: &Atom) -> Vec<&'j Need<'j>> {
        let used = self.used.iter().filter(|need| atom.reach.binary_search(&need.id).is_ok());
        let mut users: Vec<_> = self.essential.iter().chain(used).copied().collect();
        users.sort_by_key(|need| need.id);
        users
    }

    fn why(&self, users: &[&Need<'_>], without: &Hold) -> String {
        match (self.essential.is_empty(), users.is_empty()) {
            (false, _) => "what is called would do with less".to_owned(),
            (true, true) => "no operation that is called asks for it".to_owned(),
            (true, false) => {
                let rest: Vec<_> = without
                    .roles
                    .iter()
                    .chain(&without.permissions)
                    .take(4)
                    .map(String::as_str)
                    .collect();
                format!("everything that is called is allowed without it, by {}", rest.join(", "))
            }
        }
    }
}

/// Less that would do for the operations that need a grant, and how well that is known; `None` if there is
/// nothing less.
fn narrower(
    compared: &Compared<'_>,
    needs: &[&Need<'_>],
    atom: &Atom,
) -> Option<(Vec<Vec<String>>, Confidence)> {
    if needs.is_empty() {
        return None;
    }
    let ways = [permissions(needs, atom), role(compared, needs, atom)];
    let ways: Vec<_> = ways.into_iter().flatten().collect();
    // The first is the narrower, and what is said rests on it.
    let level = ways.first()?.1;
    Some((ways.into_iter().map(|(names, _)| names).collect(), level))
}

/// The permission that keeps the reading of one that manages.
fn read_of(atom: &Atom) -> Option<String> {
    let read = format!("{}.read", atom.name.strip_suffix(".manage")?);
    (atom.layer == Layer::Permission && catalog::permission(&read).is_some()).then_some(read)
}

/// Whether something is said of who may do it.
fn is_known(need: &Need<'_>) -> bool {
    !matches!(need.answer.role.rule, RoleRule::Unknown)
        || matches!(
            need.answer.permission.rule,
            PermissionRule::AnyOf(_) | PermissionRule::NotNeeded
        )
}

/// Whether an operation of which that is not known may rest on a grant: on a role always, on a permission if it
/// belongs with what that is known to allow.
fn may_need(compared: &Compared<'_>, need: &Need<'_>, atom: &Atom) -> bool {
    let same_chapter = |id: &OperationId| compared.base.operation(*id).tag == need.operation.tag;
    atom.layer == Layer::Role || is_kin(need, &atom.name) || atom.reach.iter().any(same_chapter)
}

/// Whether a permission has the family's name of a scope that an operation takes.
fn is_kin(need: &Need<'_>, permission: &str) -> bool {
    let scopes: &[Text] = match &need.answer.scope.rule {
        ScopeRule::AllOf(scopes) | ScopeRule::AnyOf(scopes) => scopes,
        ScopeRule::Open | ScopeRule::Unreachable | ScopeRule::Unknown => &[],
    };
    let family = |name: &str| name.rsplit_once('.').map(|(family, _)| family.to_owned());
    scopes.iter().any(|scope| family(scope) == family(permission))
}

/// The narrowest permissions that would do instead of a role, or of a wider permission.
fn permissions(needs: &[&Need<'_>], atom: &Atom) -> Option<(Vec<String>, Confidence)> {
    let within = closure([atom.name.as_str()]);
    let is_less = |bundle: &&Bundle| match atom.layer {
        Layer::Role => true,
        _ => bundle.iter().all(|name| within.contains(name.as_ref()) && *name != atom.name),
    };
    let mut names = BTreeSet::new();
    let mut level = Confidence::Confirmed;
    for need in needs {
        let PermissionRule::AnyOf(bundles) = &need.answer.permission.rule else {
            return None;
        };
        // Parts of a bundle that other grants give already stay as they are.
        let bundle = bundles.iter().find(is_less).or_else(|| {
            let rest = |bundle: &&Bundle| bundle.iter().all(|name| *name != atom.name);
            bundles
                .iter()
                .find(rest)
                .filter(|bundle| bundle.iter().any(|name| within.contains(name.as_ref())))
        })?;
        names.extend(
            bundle
                .iter()
                .filter(|name| atom.layer == Layer::Role || within.contains(name.as_ref()))
                .map(ToString::to_string),
        );
        level = level.min(need.answer.permission.level);
    }
    Some((without_included(&names), level))
}

/// The same without permissions that come with others.
fn without_included(names: &BTreeSet<String>) -> Vec<String> {
    let comes = |name: &str| {
        names.iter().any(|other| other != name && catalog::permission_includes(other, name))
    };
    names.iter().filter(|name| !comes(name)).cloned().collect()
}

/// Adds a permission to every alternative, or makes it the only one.
fn keep(instead: &mut Vec<Vec<String>>, name: String) {
    match instead.as_mut_slice() {
        [] => instead.push(vec![name]),
        all => all.iter_mut().for_each(|names| names.push(name.clone())),
    }
}

/// The narrowest standard role that would do instead of one.
fn role(
    compared: &Compared<'_>,
    needs: &[&Need<'_>],
    atom: &Atom,
) -> Option<(Vec<String>, Confidence)> {
    if atom.layer != Layer::Role {
        return None;
    }
    let allows = |name: &str, need: &Need<'_>| match &need.answer.role.rule {
        RoleRule::AnyOf(grants) => {
            grants.iter().any(|grant| grant.role == name && grant.limit.is_empty())
        }
        _ => false,
    };
    let width = |name: &str| compared.reach.width(name);
    let current = catalog::admin_roles().iter().filter(|row| row.is_current).map(|row| row.name);
    let would_do = |name: &&str| {
        width(name) < width(&atom.name) && needs.iter().all(|need| allows(name, need))
    };
    let least = current.filter(would_do).min_by_key(|name| width(name))?;
    let level = needs.iter().map(|need| need.answer.role.level).min()?;
    Some((vec![least.to_owned()], level))
}

impl Compared<'_> {
    fn level_of(&self, layer: Layer, id: OperationId) -> Confidence {
        let operation = self.base.operation(id);
        if layer == Layer::Role { operation.role.level } else { operation.permission.level }
    }

    /// By which group or setting a role is held, if not directly.
    fn via(&self, atom: &Atom) -> Option<&str> {
        let roles = self
            .grants
            .roles
            .iter()
            .filter(|held| atom.layer == Layer::Role && held.name == atom.name);
        let all: Vec<_> = roles.map(|held| held.via.as_str()).collect();
        let is_direct = all.iter().any(|via| via.is_empty());
        all.first().copied().filter(|_| !is_direct)
    }

    fn place_of(&self, atom: &Atom) -> Option<crate::Place> {
        let mut roles =
            self.grants.roles.iter().filter(|held| held.name == atom.name).map(|held| &held.place);
        let has = |names: &Option<BTreeSet<String>>| {
            names.iter().flatten().any(|name| *name == atom.name)
        };
        let mut custom =
            self.grants.custom.iter().filter(|held| has(&held.permissions)).map(|held| &held.place);
        match atom.layer {
            Layer::Role => roles.next().cloned(),
            _ => custom.next().cloned(),
        }
    }
}
