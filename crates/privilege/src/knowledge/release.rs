//! What a base is made of, for the stamp on every report.

/// What a base is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The descriptions and catalogs that are built in, by name and version.
    pub name: &'static str,
    /// When those were checked, `YYYY-MM-DD`.
    pub date: &'static str,
    /// Descriptions laid over, by name and version.
    pub specs: Vec<String>,
    /// Evidence laid over: organization and day.
    pub evidence: Vec<String>,
    /// What should have been laid over and could not be used, each with its place.
    pub faults: Vec<String>,
}

impl Release {
    /// What is built in.
    pub(super) const fn builtin() -> Self {
        Self {
            name: "Okta 2026.06.3, events 2026.08.1, Auth0 2026-06-25",
            date: super::edges::CHECKED,
            specs: Vec::new(),
            evidence: Vec::new(),
            faults: Vec::new(),
        }
    }
}
