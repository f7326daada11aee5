//! Which folders whose name begins with a dot are entered.
//!
//! Files whose name begins with a dot are always read: `.env` is where credentials are. Folders are not, since most
//! are caches; those that tools keep settings in are.

/// Folders that hold settings of tools, where credentials are kept, or of builds, where they leak.
const SETTINGS: &[&str] = &[
    ".appveyor",
    ".auth0",
    ".aws",
    ".azure",
    ".azure-pipelines",
    ".azuredevops",
    ".buildkite",
    ".changeset",
    ".chef",
    ".circleci",
    ".claude",
    ".codex",
    ".concourse",
    ".config",
    ".cursor",
    ".devcontainer",
    ".docker",
    ".drone",
    ".ebextensions",
    ".env",
    ".envs",
    ".fleet",
    ".forgejo",
    ".gcloud",
    ".gem",
    ".gemini",
    ".gitea",
    ".github",
    ".gitlab",
    ".gnupg",
    ".helm",
    ".husky",
    ".idea",
    ".jenkins",
    ".jupyter",
    ".kube",
    ".m2",
    ".netlify",
    ".nuget",
    ".okta",
    ".platform",
    ".pulumi",
    ".run",
    ".secrets",
    ".semaphore",
    ".serverless",
    ".ssh",
    ".streamlit",
    ".teamcity",
    ".terraform.d",
    ".travis",
    ".vault",
    ".vercel",
    ".vscode",
    ".woodpecker",
    ".zed",
];

/// Whether a folder of that name is entered without being asked to.
pub(super) fn is_entered(name: &str) -> bool {
    !name.starts_with('.') || SETTINGS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{SETTINGS, is_entered};

    #[test]
    fn settings_are_in_order() {
        assert!(SETTINGS.is_sorted());
    }

    #[test]
    fn folders_of_settings_are_entered_and_caches_are_not() {
        for (name, entered) in
            [(".github", true), (".aws", true), ("src", true), (".cache", false), (".venv", false)]
        {
            assert_eq!(is_entered(name), entered, "{name}");
        }
    }
}
