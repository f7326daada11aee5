//! The modifiers of fields.

use crate::matcher::{Order, Position, TimePart};

/// Declares the modifiers once: variant, name, and what it does.
macro_rules! modifiers {
    ($($variant:ident = $name:literal: $does:literal,)*) => {
        /// A modifier of a field.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Modifier {
            $(#[doc = $does] $variant,)*
        }

        impl Modifier {
            /// Every modifier.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The modifier as it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

modifiers! {
    All = "all": "Every value must be found, not only one.",
    StartsWith = "startswith": "The text starts with the value.",
    EndsWith = "endswith": "The text ends with the value.",
    Contains = "contains": "The text contains the value.",
    Exists = "exists": "The field is there, or is not.",
    Cased = "cased": "Upper and lower case differ.",
    Neq = "neq": "None of the values is found.",
    Windash = "windash": "Dashes and slashes before a word stand for each other.",
    Re = "re": "The value is a regular expression.",
    IgnoreCase = "i": "The regular expression ignores case.",
    MultiLine = "m": "`^` and `$` also stand at the ends of lines.",
    DotAll = "s": "`.` also stands for the end of a line.",
    Base64 = "base64": "The value is encoded in Base64.",
    Base64Offset = "base64offset": "The value stands anywhere in text encoded in Base64.",
    Utf16Le = "utf16le": "The value is encoded in UTF-16, little end first.",
    Utf16Be = "utf16be": "The value is encoded in UTF-16, big end first.",
    Utf16 = "utf16": "The value is encoded in UTF-16 with a byte order mark.",
    Wide = "wide": "Another name of `utf16le`.",
    Lt = "lt": "The number is less.",
    Lte = "lte": "The number is less or equal.",
    Gt = "gt": "The number is greater.",
    Gte = "gte": "The number is greater or equal.",
    Minute = "minute": "The minute of a time.",
    Hour = "hour": "The hour of a time.",
    Day = "day": "The day of the month of a date.",
    Week = "week": "The ISO week of a date.",
    Month = "month": "The month of a date.",
    Year = "year": "The year of a date.",
    Cidr = "cidr": "The address lies in a network.",
    Expand = "expand": "`%name%` in the value stands for a list of values.",
    FieldRef = "fieldref": "The value is the name of another field.",
    Len = "len": "The number of characters of the text.",
}

impl Modifier {
    /// The modifier of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|modifier| modifier.as_str().eq_ignore_ascii_case(name))
    }

    pub(super) fn position(self) -> Option<Position> {
        match self {
            Self::StartsWith => Some(Position::Start),
            Self::EndsWith => Some(Position::End),
            Self::Contains => Some(Position::Anywhere),
            _ => None,
        }
    }

    pub(super) fn order(self) -> Option<Order> {
        match self {
            Self::Lt => Some(Order::Less),
            Self::Lte => Some(Order::AtMost),
            Self::Gt => Some(Order::Greater),
            Self::Gte => Some(Order::AtLeast),
            _ => None,
        }
    }

    pub(super) fn time_part(self) -> Option<TimePart> {
        match self {
            Self::Minute => Some(TimePart::Minute),
            Self::Hour => Some(TimePart::Hour),
            Self::Day => Some(TimePart::Day),
            Self::Week => Some(TimePart::Week),
            Self::Month => Some(TimePart::Month),
            Self::Year => Some(TimePart::Year),
            _ => None,
        }
    }

    /// Whether it changes the text that is looked for, and nothing else.
    pub(super) fn is_transform(self) -> bool {
        use Modifier::{Base64, Base64Offset, Utf16, Utf16Be, Utf16Le, Wide, Windash};
        matches!(self, Windash | Base64 | Base64Offset | Utf16 | Utf16Be | Utf16Le | Wide)
    }

    pub(super) fn is_regex_flag(self) -> bool {
        matches!(self, Self::IgnoreCase | Self::MultiLine | Self::DotAll)
    }
}
