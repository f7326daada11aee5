//! The fields of an object, one after the other.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::field::{Field, Name};
use super::Record;

/// How deep fields are looked for.
const DEPTH_MAX: u8 = 5;

/// Reads the fields of an object.
pub(super) struct Object<'r, 'a> {
    record: &'r mut Record<'a>,
    parent: Name,
    depth: u8,
}

impl<'r, 'a> Object<'r, 'a> {
    /// Of an object that stands in no other.
    pub(super) fn outermost(record: &'r mut Record<'a>) -> Self {
        Self { record, parent: Name::default(), depth: 0 }
    }
}

impl<'a> DeserializeSeed<'a> for Object<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Object<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key_seed(Key)? {
            let field = name.field(self.parent);
            let enters = name.is_around() && self.depth < DEPTH_MAX;
            let (record, depth) = (&mut *self.record, self.depth + 1);
            if field.is_some() || enters {
                map.next_value_seed(Value { record, field, name, enters, depth })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Key;

impl<'a> DeserializeSeed<'a> for Key {
    type Value = Name;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Name, E> {
        Ok(Name::of(key))
    }
}

/// Reads the value of a field.
struct Value<'r, 'a> {
    record: &'r mut Record<'a>,
    field: Option<Field>,
    name: Name,
    enters: bool,
    depth: u8,
}

impl<'a> DeserializeSeed<'a> for Value<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Value<'_, '_> {
    fn number(self, number: f64) {
        if let Some(field) = self.field {
            self.record.number(field, number);
        }
    }
}

impl<'a> Visitor<'a> for Value<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<(), E> {
        if let Some(field) = self.field {
            self.record.text(field, Cow::Borrowed(text));
        }
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if let Some(field) = self.field {
            self.record.text(field, Cow::Owned(text.to_owned()));
        }
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "times to the millisecond, and statuses")]
    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.number(number as f64);
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.number(number);
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        if self.enters {
            return Object { record: self.record, parent: self.name, depth: self.depth }
                .visit_map(map);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut seq: S) -> Result<(), S::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}
