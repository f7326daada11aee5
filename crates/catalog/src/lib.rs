//! Facts about Okta, Auth0, the logs beside theirs, and ATT&CK, and typed look-ups into them.
//!
//! ```text
//!  catalog/*.tsv ──embedded, parsed on first use──▶ sorted rows ──look-up──▶ &'static row
//! ```
//!
//! *Invariants.* A fact lives in a data file of the repository's `catalog/` folder, with its
//! source and date, never in a `match`. No table is parsed before it is asked for. Look-ups
//! allocate nothing, and what the catalog does not know is `None`, never a guess;
//! guesses have names of their own (`nearest_…`).
//!
//! *Reason.* Useful alone: whoever writes rules or reads these logs can ask it.
//!
//! *Sources.* Named in each data file.

mod action;
mod admin;
mod admin_role;
mod advice;
mod alias;
mod api;
mod attack;
mod auth0;
mod blast;
mod bound;
mod card_event;
mod confidence;
mod credential;
mod credential_name;
mod derived;
mod entity;
mod event_operation;
mod factor;
mod field;
mod grant_reach;
mod guidance;
mod nearest;
mod object_id;
mod okta;
mod org;
mod path_alias;
mod permission;
mod posture;
mod probe_request;
mod product;
mod question;
mod refusal;
mod request_parameter;
mod resource;
mod role_task;
mod sample;
mod scope_family;
mod sdk;
mod table;
mod target;
mod tenant;
mod terraform;
mod verification;

pub use crate::action::{Action, Check as ActionCheck, Expects, Strength, action, actions};
pub use crate::admin::{AdminEffect, AdminSignal, AdminWhom, admin_signal, admin_signals};
pub use crate::admin_role::{AdminRole, RoleTargets, admin_role, admin_roles, nearest_admin_role};
pub use crate::advice::{Advice, advice};
pub use crate::alias::{AliasKind, EventAlias, event_alias, event_aliases};
pub use crate::api::{
    ApiOperation, OperationPrivilege, Statement, api_operations, operation_privileges,
};
pub use crate::attack::{Tactic, Technique, tactic, technique};
pub use crate::auth0::{Auth0LogType, Outcome, auth0_log_type, auth0_log_types};
pub use crate::blast::{GrantKind, Harm, harm};
pub use crate::bound::{Bound, bound, bounds};
pub use crate::card_event::{CardEvent, card_call, card_event};
pub use crate::confidence::Confidence;
pub use crate::credential::{Credential, credential, credentials, nearest_credential};
pub use crate::credential_name::{CredentialName, credential_names};
pub use crate::derived::{DerivedField, DerivedSource, Encoding, derived_field, derived_fields};
pub use crate::entity::{Entity, EntityPath, Role, entity_exceptions, entity_paths, type_field};
pub use crate::event_operation::{EventOperation, event_operation, event_operations};
pub use crate::factor::{FactorKind, factor_kind};
pub use crate::field::{Field, FieldKind, Stability, field, fields, nearest_field, open_parent};
pub use crate::grant_reach::{GrantReach, grant_reach, grant_reaches};
pub use crate::guidance::{Guidance, STEPS, guidance, guidances};
pub use crate::nearest::nearest_event_type;
pub use crate::object_id::{ObjectId, is_okta_client_id, object_id};
pub use crate::okta::{Engine, OktaEventType, okta_event_type, okta_event_types};
pub use crate::org::{OrgDomain, OrgDomainKind, is_no_tenant, org_domain, org_domains};
pub use crate::path_alias::{PathAlias, PathAliasKind, path_aliases};
pub use crate::permission::{
    Grantable, Permission, nearest_permission, permission, permission_closure, permission_includes,
    permissions,
};
pub use crate::posture::{Posture, posture, postures};
pub use crate::probe_request::{ProbeRequest, probe_request};
pub use crate::product::Product;
pub use crate::question::{QuestionAnswer, question_answers};
pub use crate::refusal::{Refusal, refusal, refusals};
pub use crate::request_parameter::{RequestParameter, request_parameter, request_parameters};
pub use crate::resource::{Resource, resources};
pub use crate::role_task::{RolePermission, RoleTask, role_permissions, role_tasks};
pub use crate::sample::{CredentialSample, SAMPLE_BEGIN, credential_sample, credential_samples};
pub use crate::scope_family::{ScopeFamily, nearest_scope, scope_families, scope_family};
pub use crate::sdk::{SdkMark, SdkMethod, sdk_marks, sdk_methods};
pub use crate::target::target_parameters;
pub use crate::tenant::{TenantName, TenantRole, tenant_name, tenant_names};
pub use crate::terraform::{
    TerraformAction, TerraformResource, terraform_product, terraform_resource,
};
pub use crate::verification::{Answer, Check, Mode, Request, Status, host_proof, verification};
