//! Descriptions of an API (`OpenAPI` 3, JSON or YAML): the operations that stand in them, to be laid over
//! the knowledge base or compared with another description.

mod compare;
mod name;
mod operations;

use catalog::Product;

pub use self::compare::{ApiDiff, Change, api_diff};
use crate::operation::{Credentials, ScopeRule};
use crate::yaml::{self, Mark, Mistake, Node};
use crate::{Fault, Method};

/// What a description says.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Its title and version, such as `Okta Admin Management 2026.06.3`.
    pub name: String,
    /// Whose API it describes.
    pub product: Product,
    /// The operations, in its order.
    pub operations: Vec<SpecOperation>,
    /// Operations that it describes in a form that cannot be read, with the line where it is known.
    pub faults: Vec<Fault>,
}

/// One operation as a description has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecOperation {
    /// The verb.
    pub method: Method,
    /// The template, from the root of the server.
    pub path: String,
    /// `operationId`; may be empty.
    pub id: String,
    /// The first tag; may be empty.
    pub tag: String,
    /// Path of the method in Auth0's libraries; may be empty.
    pub sdk: String,
    /// What it accepts.
    pub credentials: Credentials,
    /// The scopes of access tokens that open it.
    pub scope: ScopeRule,
    /// `ga`, `limited`, `early`, `beta`, or empty where nothing is said.
    pub lifecycle: String,
    /// The vendor advises against it.
    pub deprecated: bool,
    /// Standard roles that it names; mostly empty.
    pub roles: Vec<String>,
    /// Permissions that it names; mostly empty.
    pub permissions: Vec<String>,
}

impl Spec {
    /// Reads a description.
    ///
    /// Fails with the place where the syntax is wrong, and where the whole is no description of
    /// `OpenAPI` 3 of an API of Okta or Auth0. A single operation that cannot be read becomes a fault.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let root = tree(text)?;
        let spec = Self::of(&root);
        let is_whole = spec.as_ref().is_ok_and(|spec| spec.faults.is_empty());
        if is_whole || root.mark != Mark::default() {
            return spec;
        }
        // JSON is YAML as well, which takes longer to read and has places.
        yaml::parse(text).map_or(spec, |root| Self::of(&root))
    }

    fn of(root: &Node) -> Result<Self, Mistake> {
        let version = root.get("openapi").and_then(Node::text);
        match version {
            Some(version) if version.starts_with("3.") => {}
            Some(_) => return Err(root.mistake("only descriptions of OpenAPI 3 are read")),
            None if root.get("swagger").is_some() => {
                return Err(root.mistake("a description of Swagger 2: only OpenAPI 3 is read"));
            }
            None => return Err(root.mistake("not a description of OpenAPI: it has no `openapi`")),
        }
        operations::read(root)
    }
}

/// JSON where it begins like that, else YAML. JSON has no places behind its syntax.
fn tree(text: &str) -> Result<Node, Mistake> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with('{') {
        return yaml::parse(text);
    }
    if text.len() > yaml::MAX_BYTES {
        let what = format!("the file is longer than {} MiB", yaml::MAX_BYTES >> 20);
        return Err(Mistake { mark: Mark { line: 1, column: 1 }, what });
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => Ok(Node::from_json(value)),
        // YAML's mappings in braces are no JSON.
        Err(error) => yaml::parse(text).map_err(|_| json_mistake(&error)),
    }
}

fn json_mistake(error: &serde_json::Error) -> Mistake {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or_default().to_owned();
    Mistake { mark: Mark { line: number(error.line()), column: number(error.column()) }, what }
}

#[cfg(test)]
mod tests;
