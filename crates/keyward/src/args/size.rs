//! Numbers of bytes as people write them.

use std::str::FromStr;

/// A number of bytes: `4096`, `64K`, `16MiB`, `1GB`. Units are powers of 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// At least 1.
    pub(crate) bytes: usize,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let number: usize =
            number.parse().map_err(|_| "expected a number of bytes, such as `16MiB`")?;
        let shift =
            match unit.trim().to_ascii_lowercase().trim_end_matches('b').trim_end_matches('i') {
                "" => 0,
                "k" => 10,
                "m" => 20,
                "g" => 30,
                _ => {
                    return Err(format!(
                        "unknown unit `{}`, expected KiB, MiB or GiB",
                        unit.trim()
                    ));
                }
            };
        let bytes = number.checked_mul(1 << shift).filter(|bytes| *bytes > 0);
        bytes.map(|bytes| Self { bytes }).ok_or_else(|| "out of range".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, bytes: Option<usize>) {
        assert_eq!(text.parse::<Size>().ok().map(|size| size.bytes), bytes, "{text}");
    }

    #[test]
    fn sizes() {
        check("1", Some(1));
        check("4096", Some(4096));
        check("64K", Some(64 << 10));
        check("16MiB", Some(16 << 20));
        check("2 gb", Some(2 << 30));
        for bad in
            ["", "0", "MiB", "-1", "1.5M", "1TB", "99999999999999999999", "9999999999999999999G"]
        {
            check(bad, None);
        }
    }
}
