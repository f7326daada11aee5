//! The forms in which calls come, told by their first bytes and name.

mod mark;

/// The form of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Text in which lines name a verb and a path, prose between them.
    Lines,
    /// Commands of `curl` in a script or a shell's history.
    Curl,
    /// A recording of a browser, or of a test (cassettes).
    Har,
    /// A log of requests: NCSA, JSON, ALB, nginx, Envoy.
    AccessLog,
    /// A collection of Postman or Insomnia, or a list of requests in JSON or YAML.
    Postman,
    /// A description of an API, whole or in part, JSON or YAML.
    OpenApi,
    /// The Okta System Log, JSON or CSV, or tenant logs of Auth0.
    AuditLog,
    /// `terraform show -json`, of a plan or a state.
    Terraform,
    /// A file of a program.
    Code,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 9] = [
        Self::Lines,
        Self::Curl,
        Self::Har,
        Self::AccessLog,
        Self::Postman,
        Self::OpenApi,
        Self::AuditLog,
        Self::Terraform,
        Self::Code,
    ];

    /// The name on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Curl => "curl",
            Self::Har => "har",
            Self::AccessLog => "access-log",
            Self::Postman => "postman",
            Self::OpenApi => "openapi",
            Self::AuditLog => "audit-log",
            Self::Terraform => "terraform",
            Self::Code => "code",
        }
    }

    /// The form of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// Whether it can be read in pieces that end with a line.
    pub const fn is_lines(self) -> bool {
        matches!(self, Self::Lines | Self::AccessLog)
    }

    /// The form of a file of that name that begins with these bytes, decompressed.
    ///
    /// The name decides for programs, scripts and recordings; the bytes for all else. What has no other form is
    /// taken for text with calls between its lines.
    pub fn recognize(name: &str, head: &[u8]) -> Self {
        mark::by_name(name).or_else(|| mark::by_content(head)).unwrap_or(Self::Lines)
    }
}
