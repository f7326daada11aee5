//! The little JSON that a generator needs: objects written straight into text.

/// An object being written; [`Object::end`] closes it.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    out: &'a mut String,
    empty: bool,
}

impl<'a> Object<'a> {
    pub(crate) fn begin(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    pub(crate) fn end(self) {
        self.out.push('}');
    }

    /// A string member.
    pub(crate) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        self.out.push('"');
        escape(value, self.out);
        self.out.push('"');
        self
    }

    /// A string member, or null.
    pub(crate) fn maybe(&mut self, key: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(key, value),
            None => self.raw(key, "null"),
        }
    }

    /// A member whose value is JSON already: a number, `true`, `null`, an array.
    pub(crate) fn raw(&mut self, key: &str, json: &str) -> &mut Self {
        self.key(key);
        self.out.push_str(json);
        self
    }

    /// A member that is itself an object.
    pub(crate) fn object(&mut self, key: &str, write: impl FnOnce(&mut Object)) -> &mut Self {
        self.key(key);
        let mut inner = Object::begin(self.out);
        write(&mut inner);
        inner.end();
        self
    }

    /// A member whose value `write` appends as JSON.
    pub(crate) fn value(&mut self, key: &str, write: impl FnOnce(&mut String)) -> &mut Self {
        self.key(key);
        write(self.out);
        self
    }

    /// How long the whole text is by now, bytes.
    pub(crate) fn written(&self) -> usize {
        self.out.len()
    }

    fn key(&mut self, key: &str) {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }
}

/// Appends an object.
pub(crate) fn write_object(out: &mut String, write: impl FnOnce(&mut Object)) {
    let mut object = Object::begin(out);
    write(&mut object);
    object.end();
}

/// Appends a string, or null.
pub(crate) fn write_text(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => {
            out.push('"');
            escape(text, out);
            out.push('"');
        }
        None => out.push_str("null"),
    }
}

/// Appends `text` as the inside of a JSON string.
fn escape(text: &str, out: &mut String) {
    if !text.bytes().any(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\')) {
        out.push_str(text);
        return;
    }
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            control if control < ' ' => {
                out.push_str("\\u00");
                out.push(if control < '\u{10}' { '0' } else { '1' });
                out.push(char::from(b"0123456789abcdef"[control as usize % 16]));
            }
            plain => out.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::write_object;

    #[test]
    fn what_is_written_reads_back() {
        let mut out = String::new();
        write_object(&mut out, |object| {
            object.text("a", "quote \" back \\ line \n bell \u{7}").maybe("b", None);
            object.object("d", |inner| {
                inner.text("e", "f");
            });
        });
        let read: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(read["a"], "quote \" back \\ line \n bell \u{7}");
        assert_eq!(read["b"], serde_json::Value::Null);
        assert_eq!(read["d"]["e"], "f");
    }
}
