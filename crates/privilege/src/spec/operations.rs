//! From the tree of a description to its operations.

use std::collections::BTreeMap;

use catalog::Product;

use super::name::{check_name, check_path, check_title};
use super::{Spec, SpecOperation};
use crate::operation::{Credentials, ScopeRule, Text};
use crate::yaml::{Mistake, Node};
use crate::{Fault, Method};

/// Longest path or name that is kept, in bytes.
const MAX_NAME: usize = 500;

/// Most scopes of one operation.
const MAX_SCOPES: usize = 100;

/// How a scheme of a description authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Oauth,
    ApiToken,
    Other,
}

/// What holds for the whole description.
struct Shared<'n> {
    product: Product,
    schemes: BTreeMap<&'n str, Scheme>,
    security: Option<&'n Node>,
    /// The path of the first server, without a slash at its end.
    prefix: String,
}

/// Reads the operations. Fails if it has no paths or is of another vendor.
pub(super) fn read(root: &Node) -> Result<Spec, Mistake> {
    let paths = root.get("paths").ok_or_else(|| root.mistake("it has no `paths`"))?;
    let entries = paths
        .map()
        .ok_or_else(|| paths.mistake(format!("`paths` must be a mapping, not {}", paths.kind())))?;
    let (title, version) = (info(root, "title")?, info(root, "version")?);
    let product = product(root, title)
        .ok_or_else(|| root.mistake("neither its title nor its servers name Okta or Auth0"))?;
    let shared = Shared {
        product,
        schemes: schemes(root, product),
        security: root.get("security"),
        prefix: prefix(root).unwrap_or_default(),
    };
    let name = short(format!("{title} {version}").trim());
    let mut spec = Spec { name, product, operations: Vec::new(), faults: Vec::new() };
    for (path, item) in entries {
        shared.path_item(path, item, &mut spec);
    }
    Ok(spec)
}

/// The title or the version.
fn info<'n>(root: &'n Node, key: &str) -> Result<&'n str, Mistake> {
    let Some(node) = root.get("info").and_then(|info| info.get(key)) else { return Ok("") };
    let text = node.text().unwrap_or_default().trim();
    check_title(&format!("its {key}"), text).map_err(|what| node.mistake(what))?;
    Ok(text)
}

fn servers(node: &Node) -> impl Iterator<Item = &str> {
    let servers = node.get("servers").and_then(Node::list).unwrap_or_default();
    servers.iter().filter_map(|server| server.get("url").and_then(Node::text))
}

fn product(root: &Node, title: &str) -> Option<Product> {
    let names = |word: &str| {
        let has = |text: &str| text.to_ascii_lowercase().contains(word);
        has(title) || servers(root).any(has)
    };
    let paths = root.get("paths").and_then(Node::map).unwrap_or_default();
    let begins = |start: &str| {
        paths.iter().any(|(path, _)| path.text().is_some_and(|path| path.starts_with(start)))
    };
    match () {
        () if names("auth0") => Some(Product::Auth0),
        () if names("okta") || begins("/api/v1/") => Some(Product::Okta),
        () if begins("/api/v2/") => Some(Product::Auth0),
        () => None,
    }
}

/// The path of the first server: `/api/v2` of `https://{tenantDomain}/api/v2`.
fn prefix(node: &Node) -> Option<String> {
    let url = servers(node).next()?;
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    let path =
        if url.starts_with('/') { url } else { behind.find('/').map_or("", |at| &behind[at..]) };
    Some(short(path.trim_end_matches('/')))
}

fn schemes(root: &Node, product: Product) -> BTreeMap<&str, Scheme> {
    let named = root.get("components").and_then(|components| components.get("securitySchemes"));
    let entries = named.and_then(Node::map).unwrap_or_default();
    let scheme = |node: &Node| match node.get("type").and_then(Node::text) {
        Some("oauth2") => Scheme::Oauth,
        Some("apiKey") if product == Product::Okta => Scheme::ApiToken,
        Some("http") if product == Product::Auth0 => Scheme::Oauth,
        _ => Scheme::Other,
    };
    entries.iter().filter_map(|(name, node)| Some((name.text()?, scheme(node)))).collect()
}

impl Shared<'_> {
    fn path_item(&self, path: &Node, item: &Node, spec: &mut Spec) {
        let Some(template) = path.text().filter(|text| text.starts_with('/')) else {
            return fault(spec, path, "a path must begin with `/`".to_owned());
        };
        if item.get("$ref").is_some() {
            let what = format!(
                "`{}` stands in another file: bundle the description first",
                short(template)
            );
            return fault(spec, item, what);
        }
        let Some(entries) = item.map() else {
            let what = format!("`{}` must be a mapping, not {}", short(template), item.kind());
            return fault(spec, item, what);
        };
        for (verb, node) in entries {
            let Some(method) = verb.text().and_then(Method::from_name) else { continue };
            let prefix =
                prefix(node).or_else(|| prefix(item)).unwrap_or_else(|| self.prefix.clone());
            let full = format!("{prefix}{template}");
            let told = |what: String| format!("`{} {}`: {what}", method.name(), short(template));
            if let Err(what) = check_path(&full) {
                fault(spec, path, told(what));
                continue;
            }
            match self.operation(method, full, node) {
                Ok(operation) => spec.operations.push(operation),
                Err(what) => fault(spec, verb, told(what)),
            }
        }
    }

    fn operation(
        &self,
        method: Method,
        path: String,
        node: &Node,
    ) -> Result<SpecOperation, String> {
        if node.map().is_none() {
            return Err(format!("must be a mapping, not {}", node.kind()));
        }
        let text = |key: &str| {
            let name = node.get(key).and_then(Node::text).unwrap_or_default();
            check_name(key, name).map(|()| name.to_owned())
        };
        let tags = node.get("tags").and_then(Node::list).unwrap_or_default();
        let tag = tags.first().and_then(Node::text).unwrap_or_default().trim();
        check_title("its tag", tag)?;
        let (credentials, scope) = self.security(method, node)?;
        Ok(SpecOperation {
            method,
            path,
            id: text("operationId")?,
            tag: tag.to_owned(),
            sdk: sdk(&text("x-operation-group")?, &text("x-operation-name")?),
            credentials,
            scope,
            lifecycle: lifecycle(node).to_owned(),
            deprecated: node.get("deprecated").and_then(Node::text) == Some("true"),
            roles: names(node, "x-okta-iam-admin-roles")?,
            permissions: names(node, "x-okta-iam-permissions")?,
        })
    }

    /// What is accepted: alternatives, each of which may ask for several schemes.
    fn security(&self, method: Method, node: &Node) -> Result<(Credentials, ScopeRule), String> {
        let Some(security) = node.get("security").or(self.security) else {
            return Ok((Credentials::default(), ScopeRule::Unknown));
        };
        let alternatives = security
            .list()
            .ok_or_else(|| format!("`security` must be a list, not {}", security.kind()))?;
        let mut credentials = Credentials::default();
        let mut scopes: Vec<Vec<Text>> = Vec::new();
        credentials.none = alternatives.is_empty();
        for alternative in alternatives {
            let schemes = alternative
                .map()
                .ok_or_else(|| format!("`security` lists {}, not a mapping", alternative.kind()))?;
            credentials.none |= schemes.is_empty();
            for (name, asked) in schemes {
                match self.schemes.get(name.text().unwrap_or_default()) {
                    Some(Scheme::Oauth) => {
                        credentials.oauth = true;
                        scopes.push(scope_names(asked)?);
                    }
                    Some(Scheme::ApiToken) => credentials.token = true,
                    Some(Scheme::Other) | None => {
                        credentials.other = true;
                        scopes.push(scope_names(asked)?);
                    }
                }
            }
        }
        Ok((credentials, rule(self.product, method, credentials, scopes)))
    }
}

fn scope_names(node: &Node) -> Result<Vec<Text>, String> {
    let list = node.list().ok_or_else(|| format!("scopes must be a list, not {}", node.kind()))?;
    if list.len() > MAX_SCOPES {
        return Err(format!("more than {MAX_SCOPES} scopes"));
    }
    let name = |node: &Node| {
        let name = node.text().ok_or("a scope must be text")?;
        check_name("a scope", name).map(|()| Text::Owned(name.to_owned()))
    };
    list.iter().map(name).collect()
}

/// What the alternatives come to. A scheme without scopes beside one with scopes says nothing more:
/// Auth0's descriptions name the bearer token first and the scopes second.
fn rule(
    product: Product,
    method: Method,
    accepted: Credentials,
    mut scopes: Vec<Vec<Text>>,
) -> ScopeRule {
    scopes.retain(|names| !names.is_empty());
    let single = scopes.iter().all(|names| names.len() == 1);
    match (scopes.len(), single) {
        (0, _) if accepted.none && !accepted.token => ScopeRule::Open,
        (0, _) => ScopeRule::Unreachable,
        (1, false) if product == Product::Auth0 && method.is_read() => {
            ScopeRule::AnyOf(scopes.swap_remove(0))
        }
        (1, _) => ScopeRule::AllOf(scopes.swap_remove(0)),
        (_, true) => ScopeRule::AnyOf(scopes.into_iter().flatten().collect()),
        (_, false) => ScopeRule::Unknown,
    }
}

/// `clients.list` of group `clients` and name `list`.
fn sdk(group: &str, name: &str) -> String {
    if group.is_empty() || name.is_empty() { String::new() } else { format!("{group}.{name}") }
}

fn lifecycle(node: &Node) -> &'static str {
    let okta = node.get("x-okta-lifecycle").and_then(|node| node.get("lifecycle"));
    let stage = okta.or_else(|| node.get("x-release-lifecycle")).and_then(Node::text);
    match stage.map(str::to_ascii_lowercase).as_deref() {
        Some("ga") => "ga",
        Some("limited_ga") => "limited",
        Some("ea") => "early",
        Some("beta") => "beta",
        _ => "",
    }
}

fn names(node: &Node, key: &str) -> Result<Vec<String>, String> {
    let list = node.get(key).and_then(Node::list).unwrap_or_default();
    let name = |name: &str| check_name(key, name).map(|()| name.to_owned());
    list.iter().filter_map(Node::text).take(MAX_SCOPES).map(name).collect()
}

fn short(text: &str) -> String {
    let mut end = text.len().min(MAX_NAME);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

fn fault(spec: &mut Spec, node: &Node, what: String) {
    spec.faults.push(Fault { line: u64::from(node.mark.line), what });
}
