//! The codes: never renumbered, never reused.

use std::fmt;

/// Declares the codes once: variant, number, and the one line that says it all.
macro_rules! codes {
    ($($variant:ident = $number:literal: $summary:literal,)*) => {
        /// Identifies a kind of diagnostic, stable over releases.
        ///
        /// `S001` to `S099` come from loading, `S100` and up are lints, which only
        /// `lint` looks for. Each has a page under `docs/diagnostics/`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code, in order of its number.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as people write it, such as `S004`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $number,)* }
            }

            /// What the code stands for, in one line.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }
        }
    };
}

// S011 said that correlations are not read. They are now, and the number rests.
codes! {
    // Files and documents.
    Syntax = "S001": "The file is not well-formed YAML.",
    UnknownModifier = "S002": "A field has a modifier that Sigma does not know.",
    UnknownSelection = "S003": "The condition names a selection that is not there.",
    UnusedSelection = "S004": "A selection is defined and the condition does not use it.",
    RepeatedKey = "S005": "A mapping has the same key twice.",
    TooLarge = "S006": "The file goes beyond the limits on size, nesting or aliases.",
    NotARule = "S007": "The document is YAML and not a rule.",
    Missing = "S008": "The document lacks a key that it needs.",
    WrongShape = "S009": "A key holds another kind of value than it must.",
    UnknownValue = "S010": "A key holds a word that is not one of those it may hold.",
    Aggregation = "S012": "Aggregations in a condition are not read.",
    ConditionSyntax = "S013": "The condition is not well-formed.",
    EmptySelection = "S014": "A selection tests nothing.",
    ModifierConflict = "S015": "These modifiers cannot stand together.",
    ModifierValue = "S016": "The modifier cannot work with this value.",
    BadRegex = "S017": "The regular expression is not one that can be run.",
    CostlyRegex = "S018": "The regular expression is too large when compiled.",
    UnboundPlaceholder = "S019": "A placeholder has no values.",
    NoPlaceholder = "S020": "The modifier `expand` stands at a value without a placeholder.",
    NeedsVersion3 = "S021": "A same-element block needs `sigma-version: 3`.",
    NestedValue = "S022": "A field is compared with a mapping or a list of lists.",
    FilterWithoutRules = "S023": "A filter document does not say which rules it filters.",
    FilterUnknownRule = "S024": "A filter names a rule that is not loaded.",
    FilterOnFilter = "S025": "A filter names a filter instead of a rule.",
    FilterLogSource = "S026": "A filter is made for another log source than the rule it names.",
    RepeatedId = "S027": "Two rules have the same id.",
    RepeatedName = "S028": "Two rules have the same name.",
    FilterSyntax = "S029": "The filter expression is not well-formed.",
    UnknownOperator = "S030": "The filter expression uses an operator that does not exist.",
    TooComplex = "S031": "The expression is nested too deep, or expands too far.",
    NothingToRun = "S032": "The file holds no logic that can be run here.",
    OtherLanguage = "S033": "The file also holds logic for another tool, which is ignored.",
    NoLevel = "S034": "The rule says no level and is taken for medium.",
    GlobalAction = "S035": "Documents with `action:` are not read.",
    NeverHolds = "S036": "The condition asks for more selections than there are.",
    BadField = "S037": "The name of a field is not a path.",
    NoLogSource = "S038": "The rule does not say which logs it is for.",
    OddMetadata = "S039": "A key that only describes the rule holds something unexpected.",
    BadList = "S040": "A list of values for a placeholder is not a list of text.",

    // Okta filter expressions.
    FilterQuotes = "S060": "Text in a filter expression does not stand in straight double quotes.",
    FilterText = "S061": "Text in a filter expression is not text as JSON writes it.",
    FilterBracket = "S062": "A parenthesis in a filter expression has no partner.",
    FilterCharacter = "S063": "A filter expression holds a character that means nothing in it.",
    MissingConnective = "S064": "Two tests in a filter expression stand side by side.",
    OperandKind = "S065": "An operator of a filter expression cannot work with this value.",
    EmptyList = "S066": "A list of values in a filter expression is empty.",
    SeveralValues = "S067": "An operator of a filter expression has several values in parentheses.",

    // Cases beside rules.
    BadCase = "S080": "A file of cases is not as it must be.",
    TooFewCases = "S081": "A rule has not one case that alerts and two that stay quiet.",
    MissingSample = "S082": "A case starts from a sample that is not there.",

    // Rules with memory.
    CorrelationType = "S083": "A correlation is of a type that does not exist.",
    CorrelationKey = "S084": "A correlation has a key that its type does not have.",
    BadDuration = "S085": "A stretch of time is not a number with a unit.",
    UnknownRule = "S086": "A correlation refers to a rule that is not loaded.",
    UnusableRule = "S087": "A correlation refers to something that has no matches.",
    Circle = "S088": "Correlations refer to each other in a circle.",
    BadBound = "S089": "A number in a correlation is none that can be compared with.",
    BadExpression = "S090": "The expression over numbers is not well-formed.",
    UnknownName = "S091": "A correlation uses a name that it does not have.",
    UnknownEntity = "S092": "A field begins with `entity.` or `time.` and is none of those.",
    BadAlias = "S093": "An alias does not have a field for each rule.",
    BadSlot = "S094": "A time slot is not one that a week has.",
    BadStage = "S095": "A stage of a sequence cannot be reached.",
    AskPlace = "S096": "What is known besides the event is asked where that cannot be.",
    BadLevels = "S097": "`levels` holds something other than cases.",
    TooFewRules = "S098": "A correlation has fewer rules than its type needs.",
    IdleRule = "S099": "A rule without a header stands beside a correlation that does not use it.",

    // Lints.
    DisplayMessage = "S101": "The rule matches `displayMessage`, which is text for people.",
    TargetPosition = "S102": "The rule picks an element by its position.",
    NoEventType = "S103": "The rule tests no event type, so that it looks into every event.",
    OutcomeIgnored = "S104": "The rule does not look at the outcome of the event.",
    UnstableField = "S105": "The rule matches a field that the vendor may change.",
    UnknownEventType = "S106": "The rule tests an event type that the catalog does not know.",
    UnknownField = "S107": "The rule tests a field that events of this product do not have.",
    DescriptionOnly = "S108": "The rule knows an Auth0 operation by its description alone.",
    UnknownLogCode = "S109": "The rule tests an Auth0 log code that the catalog does not know.",
    AlwaysTrue = "S110": "A selection holds for every event.",
    NoAttack = "S111": "The rule names no ATT&CK technique.",
    NoFalsePositives = "S112": "The rule does not say what is innocent.",
    NoDescription = "S113": "The rule does not say what it finds.",
    OddId = "S114": "The id of the rule is missing or not a UUID.",
    LongTitle = "S115": "The title is too long for a list.",
    ValueLess = "S116": "A field has no value, which matches events that lack it.",
    MisspelledKey = "S117": "A key is nearly one that Sigma knows.",
    LoneAll = "S118": "The modifier `all` stands at a single value.",
    UnknownAttack = "S119": "A tag names something that ATT&CK does not have, or no longer.",
    OddDate = "S120": "A date is not written as year, month and day.",
    FirstEvent = "S121": "A count is reached by the first event.",
    NoGroup = "S122": "A correlation counts everybody together.",
    LongWindow = "S123": "A correlation holds every event of more than thirty days.",
    LoneRule = "S124": "A correlation of several rules has only one.",
}

impl Code {
    /// Whether it is advice that only `lint` gives and `allow:` silences.
    pub fn is_lint(self) -> bool {
        self.as_str() >= "S100"
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_differ() {
        let numbers: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }
}
