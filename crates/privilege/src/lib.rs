//! What calls to the APIs of Okta and Auth0 need: scopes, permissions, roles; and how that compares
//! with what is granted.
//!
//! ```text
//!  lists, logs, recordings, code ──read──▶ Sighting ──resolve──▶ Resolved ──▶ Usage ─┐
//!  catalog, a newer description, evidence of the organization ─────▶ Base ──────────┤
//!                                                              needs, plans ◀───────┘
//!  dumps of what is granted ──▶ Granted ──compare──▶ excess, missing, cannot tell
//! ```
//!
//! *Invariants.* No clock, no files, no network. Every edge from an operation to a scope, a permission
//! or a role carries how well it is known and where from; the three are answered apart and never
//! blended. What is not known stays unknown: it becomes neither "super admin" nor nothing. What could not be
//! read or resolved is an entry of its own with its place.
//!
//! *Reason.* Useful alone, and it keeps I/O away from the answers.

mod account;
mod answer;
mod api_call;
mod collect;
mod compare;
mod evidence;
mod exclusion;
mod explain;
mod form;
mod granted;
mod knowledge;
mod method;
mod migrate;
mod operation;
mod plan;
mod probe;
mod read;
mod resolve;
mod sighting;
mod solve;
mod spec;
mod terraform;
mod usage;
pub mod yaml;

pub use crate::account::{Account, Creator, account};
pub use crate::answer::{
    Answer, AnsweredBy, Assumptions, Question, Verdict, answers, check_assumptions, demand,
};
pub use crate::api_call::ApiCall;
pub use crate::collect::Collector;
pub use crate::compare::{
    Beyond, Certainty, Comparison, Difference, Layer, Standing, Witness, compare,
};
pub use crate::evidence::{Conclusion, EVIDENCE_SCHEMA, Evidence, Shown, Trial, read_evidence};
pub use crate::exclusion::{Excluded, Exclusion, read_exclusions};
pub use crate::explain::{Cause, Exchange, Explanation, Mode, Remedy, Sent, explain};
pub use crate::form::Form;
pub use crate::granted::{
    Ambiguous, ApiToken, AssignedRole, Assignee, Assignment, CustomRole, Granted, Grants, Held,
    HeldPermissions, HeldRole, Principal, PrincipalKind, Resources, ScopeGrant, Targets,
};
pub use crate::knowledge::{Base, EventOperations, Release, ScopeFacts};
pub use crate::method::Method;
pub use crate::migrate::{
    Found, Known, Migration, OnBehalf, TokenLife, Weight, migration, on_behalf, read_tokens,
    with_access_token, with_api_token,
};
pub use crate::operation::{
    Bundle, Credentials, Edge, Operation, OperationId, PermissionRule, RoleGrant, RoleRule,
    ScopeRule, Text,
};
pub use crate::plan::{Plan, PlanKind, Reason, ResourceSet, applicable, plans};
pub use crate::probe::{Probe, probe};
pub use crate::read::{DOCUMENT_BYTES_MAX, Feed, LINE_BYTES_MAX, read};
pub use crate::resolve::{Hint, Misfit, Outcome, Param, Resolved, Via};
pub use crate::sighting::{Asked, Body, EvidenceKind, Fault, Place, Sighting, Taker};
pub use crate::spec::{ApiDiff, Change, Spec, SpecOperation, api_diff};
pub use crate::terraform::{Terraform, caveats, remarks, terraform};
pub use crate::usage::{Entry, Usage};
