//! What is granted, written by hand as YAML:
//!
//! ```yaml
//! principal: payroll-sync        # any name or id
//! kind: service_app              # token, service_app or m2m; service_app if it has scopes, else token
//! scopes: [okta.users.read]
//! roles:
//!   - READ_ONLY_ADMIN            # reaches all
//!   - role: HELP_DESK_ADMIN
//!     groups: [00g1]             # ids of groups, or `apps`, that it is limited to
//! custom_roles:
//!   - label: Joiner
//!     permissions: [okta.users.create]
//!     resources: [/api/v1/groups/00g1]   # paths, URLs or ORNs
//! public_client_app_admins: false
//! ```
//!
//! A list of such mappings tells of several principals. What is left out is not granted, the last key apart:
//! left out, it is not known.

use std::collections::BTreeSet;

use super::record;
use super::{
    AssignedRole, Assignee, Assignment, CustomRole, Granted, Principal, PrincipalKind, Resources,
    ScopeGrant, Targets,
};
use crate::Place;
use crate::yaml::{self, Node};

const KEYS: [&str; 7] = [
    "principal",
    "kind",
    "scopes",
    "roles",
    "custom_roles",
    "public_client_app_admins",
    "audience",
];

/// Reads a page by hand.
pub(super) fn read(granted: &mut Granted, path: &str, text: &str) {
    let mut hand = Hand { granted, path };
    match yaml::parse(text) {
        Ok(node) => match node.list() {
            Some(pages) => pages.iter().for_each(|page| hand.page(page)),
            None => hand.page(&node),
        },
        Err(mistake) => {
            let place = Place { path: path.to_owned(), line: mistake.mark.line.into() };
            hand.granted.fault(place, mistake.what);
        }
    }
}

struct Hand<'h> {
    granted: &'h mut Granted,
    path: &'h str,
}

impl Hand<'_> {
    fn page(&mut self, page: &Node) {
        if page.map().is_none() {
            return self.fault(
                page,
                format!("expected a mapping with principal, scopes, roles, found {}", page.kind()),
            );
        }
        self.check_keys(page, &KEYS);
        let scopes = self.names(page, "scopes");
        let id = page.get("principal").and_then(Node::text).unwrap_or_default().to_owned();
        let has_scopes = page.get("scopes").is_some();
        let kind = self.kind(page).unwrap_or(if has_scopes {
            PrincipalKind::ServiceApp
        } else {
            PrincipalKind::Token
        });
        self.granted.n_records += 1;
        self.granted.declared.push(Principal { kind, id: id.clone(), label: String::new() });
        let audience = page.get("audience").and_then(Node::text).unwrap_or("api/v2");
        let is_auth0 = kind == PrincipalKind::MachineToMachine;
        let place = self.place(page);
        if let Some(node) =
            page.get("scopes").filter(|_| kind == PrincipalKind::Token && !scopes.is_empty())
        {
            self.fault(
                node,
                "a token has no scopes, its owner's roles decide: they are not counted",
            );
        }
        for (name, node) in scopes {
            self.granted.scopes.push(ScopeGrant {
                client: id.clone(),
                scope: name,
                is_active: true,
                audience: if is_auth0 { audience.to_owned() } else { String::new() },
                place: self.place(node),
            });
        }
        let assignee = match kind {
            PrincipalKind::Token => Assignee::User(id),
            PrincipalKind::ServiceApp | PrincipalKind::MachineToMachine => Assignee::Client(id),
        };
        self.roles(page, &assignee);
        self.custom_roles(page, &assignee);
        match page.get("public_client_app_admins").map(|node| (node, node.text())) {
            None => {}
            Some((_, Some("true"))) => self.granted.public_client_app_admins = Some((true, place)),
            Some((_, Some("false"))) => {
                self.granted.public_client_app_admins = Some((false, place));
            }
            Some((node, _)) => self.fault(node, "public_client_app_admins must be true or false"),
        }
    }

    fn kind(&mut self, page: &Node) -> Option<PrincipalKind> {
        let node = page.get("kind")?;
        let kind = node.text().and_then(PrincipalKind::from_name);
        if kind.is_none() {
            self.fault(node, "kind must be token, service_app or m2m");
        }
        kind
    }

    fn roles(&mut self, page: &Node, assignee: &Assignee) {
        for node in self.list(page, "roles") {
            let (name, targets) = if let Some(name) = node.text() {
                (Some(name), Targets::All)
            } else {
                self.check_keys(node, &["role", "groups", "apps"]);
                (node.get("role").and_then(Node::text), self.targets(node))
            };
            let Some(name) = name else {
                self.fault(
                    node,
                    "a role needs its name, as in `- HELP_DESK_ADMIN` or `- role: HELP_DESK_ADMIN`",
                );
                continue;
            };
            self.assign(node, assignee, AssignedRole::Standard(name.to_owned()), None, targets);
        }
    }

    fn targets(&mut self, node: &Node) -> Targets {
        let mut ids =
            |key| self.names(node, key).into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>();
        let (groups, apps) = (ids("groups"), ids("apps"));
        let mut targets = Targets::All;
        targets.add(groups, apps);
        targets
    }

    fn custom_roles(&mut self, page: &Node, assignee: &Assignee) {
        for node in self.list(page, "custom_roles") {
            if node.map().is_none() {
                self.fault(node, "a custom role needs `label`, `permissions` and `resources`");
                continue;
            }
            self.check_keys(node, &["label", "permissions", "resources"]);
            // Two pages may use one label for two roles.
            let id = self.place(node).to_string();
            let label = node.get("label").and_then(Node::text).unwrap_or("custom role").to_owned();
            let permissions =
                self.names(node, "permissions").into_iter().map(|(name, _)| name).collect();
            let paths = self.names(node, "resources");
            let paths = paths.into_iter().map(|(path, _)| record::path_of(&path)).collect();
            let has_set = node.get("resources").is_some();
            self.granted.custom_roles.insert(
                id.clone(),
                CustomRole {
                    label: label.clone(),
                    permissions: Some(permissions),
                    ..CustomRole::default()
                },
            );
            if has_set {
                self.granted
                    .resource_sets
                    .insert(id.clone(), Resources { label, paths: Some(paths) });
            }
            let set = has_set.then(|| id.clone());
            self.assign(node, assignee, AssignedRole::Custom(id), set, Targets::Unsaid);
        }
    }

    fn assign(
        &mut self,
        node: &Node,
        assignee: &Assignee,
        role: AssignedRole,
        set: Option<String>,
        targets: Targets,
    ) {
        let place = self.place(node);
        let assignee = assignee.clone();
        self.granted.assignments.push(Assignment {
            assignee,
            role,
            resource_set: set,
            targets,
            is_active: true,
            place,
        });
    }

    /// The texts of a list, each with its node.
    fn names<'n>(&mut self, page: &'n Node, key: &str) -> Vec<(String, &'n Node)> {
        let mut names = Vec::new();
        for node in self.list(page, key) {
            match node.text().filter(|text| !text.is_empty()) {
                Some(text) => names.push((text.to_owned(), node)),
                None => self.fault(node, format!("{key} must be names, found {}", node.kind())),
            }
        }
        names
    }

    fn list<'n>(&mut self, page: &'n Node, key: &str) -> &'n [Node] {
        let Some(node) = page.get(key).filter(|node| !node.is_null()) else {
            return &[];
        };
        let list = node.list();
        if list.is_none() {
            self.fault(node, format!("{key} must be a list, found {}", node.kind()));
        }
        list.unwrap_or_default()
    }

    fn check_keys(&mut self, page: &Node, known: &[&str]) {
        for (key, _) in page.map().unwrap_or_default() {
            let name = key.text().unwrap_or_default();
            if !known.contains(&name) {
                let name: String = name.chars().take(40).collect();
                self.fault(
                    key,
                    format!("unknown key `{name}`, expected one of {}", known.join(", ")),
                );
            }
        }
    }

    fn place(&self, node: &Node) -> Place {
        Place { path: self.path.to_owned(), line: node.mark.line.into() }
    }

    fn fault(&mut self, node: &Node, what: impl Into<String>) {
        let place = self.place(node);
        self.granted.fault(place, what);
    }
}
