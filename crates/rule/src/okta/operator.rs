//! The operators, and what people write instead of them.

/// How an attribute is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `eq`: one of the values is this.
    Equal,
    /// `ne`: none of the values is this; true when the attribute is missing.
    NotEqual,
    /// `gt`: above.
    Greater,
    /// `ge`: not below.
    AtLeast,
    /// `lt`: below.
    Less,
    /// `le`: not above.
    AtMost,
    /// `sw`: the text starts with this.
    StartsWith,
    /// `ew`: the text ends with this.
    EndsWith,
    /// `co`: the text contains this.
    Contains,
    /// `in`: one of the values is in this list.
    In,
    /// `pr`: the attribute holds something.
    Present,
}

/// What people write, and what Okta calls it.
const SYNONYMS: &[(&str, Operator)] = &[
    ("=", Operator::Equal),
    ("==", Operator::Equal),
    ("===", Operator::Equal),
    ("equals", Operator::Equal),
    ("equal", Operator::Equal),
    ("is", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("!==", Operator::NotEqual),
    ("<>", Operator::NotEqual),
    ("neq", Operator::NotEqual),
    (">", Operator::Greater),
    (">=", Operator::AtLeast),
    ("gte", Operator::AtLeast),
    ("<", Operator::Less),
    ("<=", Operator::AtMost),
    ("lte", Operator::AtMost),
    ("startswith", Operator::StartsWith),
    ("starts_with", Operator::StartsWith),
    ("begins", Operator::StartsWith),
    ("endswith", Operator::EndsWith),
    ("ends_with", Operator::EndsWith),
    ("contains", Operator::Contains),
    ("contain", Operator::Contains),
    ("like", Operator::Contains),
    ("has", Operator::Contains),
    ("exists", Operator::Present),
    ("present", Operator::Present),
];

impl Operator {
    /// Every operator.
    pub const ALL: &[Self] = &[
        Self::Equal,
        Self::NotEqual,
        Self::Greater,
        Self::AtLeast,
        Self::Less,
        Self::AtMost,
        Self::StartsWith,
        Self::EndsWith,
        Self::Contains,
        Self::In,
        Self::Present,
    ];

    /// The operator as Okta writes it, such as `eq`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Greater => "gt",
            Self::AtLeast => "ge",
            Self::Less => "lt",
            Self::AtMost => "le",
            Self::StartsWith => "sw",
            Self::EndsWith => "ew",
            Self::Contains => "co",
            Self::In => "in",
            Self::Present => "pr",
        }
    }

    /// The operator of that name, in any case.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.as_str().eq_ignore_ascii_case(name))
    }

    /// The operator that was probably meant; `None` when none comes close.
    pub(super) fn nearest(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let synonym = SYNONYMS.iter().find(|(written, _)| *written == text);
        let slip = || {
            let near = |operator: &&Self| strsim::osa_distance(operator.as_str(), &text) == 1;
            Self::ALL.iter().find(|operator| text.len() < 4 && near(operator)).copied()
        };
        synonym.map(|(_, operator)| *operator).or_else(slip)
    }

    /// Whether the operator looks into text, so that its value must be text.
    pub(super) fn needs_text(self) -> bool {
        matches!(self, Self::StartsWith | Self::EndsWith | Self::Contains)
    }

    /// Whether the operator is about order, which only numbers and text have.
    pub(super) fn needs_order(self) -> bool {
        matches!(self, Self::Greater | Self::AtLeast | Self::Less | Self::AtMost)
    }

    /// Whether several values in parentheses can only mean any of them.
    pub(super) fn takes_alternatives(self) -> bool {
        self == Self::Equal || self.needs_text()
    }
}
