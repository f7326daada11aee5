//! MITRE ATT&CK, as tags and as Okta's catalogue write it.

use crate::yaml::Node;

/// What of ATT&CK a rule is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attack {
    /// Tactics by their short names, such as `initial-access`, in the order of the file.
    pub tactics: Vec<String>,
    /// Techniques, such as `T1098.001`, in the order of the file.
    pub techniques: Vec<String>,
}

impl Attack {
    /// From tags such as `attack.initial-access` and `attack.t1098.001`; other tags are passed over.
    pub(crate) fn from_tags(tags: &[String]) -> Self {
        let mut attack = Self::default();
        for tag in tags {
            let tag = tag.to_ascii_lowercase();
            if let Some(name) = tag.strip_prefix("attack.") {
                attack.add(name);
            }
        }
        attack
    }

    /// Adds what stands under `threat`: `Tactic:` with names, `Technique:` with ids and names.
    pub(crate) fn add_threat(&mut self, threat: &Node) {
        for (_, value) in threat.map().unwrap_or_default() {
            for node in value.seq().unwrap_or(std::slice::from_ref(value)) {
                // `T1078: Valid Accounts` without quotes is a mapping to YAML.
                let text = match node.map() {
                    Some([(key, _)]) => key.text(),
                    _ => node.text(),
                };
                self.add(text.unwrap_or_default());
            }
        }
    }

    fn add(&mut self, name: &str) {
        let word = name.split([':', ' ']).next().unwrap_or_default().to_ascii_uppercase();
        if is_technique(&word) {
            push(&mut self.techniques, word);
            return;
        }
        let short = name.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        let is_other = ["g", "s", "c"].iter().any(|kind| {
            short.strip_prefix(kind).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
        });
        if !short.is_empty() && !is_other {
            push(&mut self.tactics, short);
        }
    }
}

/// Whether it looks like `T1098` or `T1098.001`.
fn is_technique(word: &str) -> bool {
    let Some(number) = word.strip_prefix('T') else { return false };
    let (number, sub) = number.split_once('.').unwrap_or((number, "000"));
    let digits = |text: &str, n| text.len() == n && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(number, 4) && digits(sub, 3)
}

fn push(list: &mut Vec<String>, entry: String) {
    if !list.contains(&entry) {
        list.push(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_threats_say_the_same() {
        let tags = ["attack.initial_access", "attack.T1078.004", "attack.g0016", "cve.2020-1"];
        let tags = tags.map(str::to_owned);
        let yaml = "Tactic:\n- Initial Access\nTechnique:\n- T1078.004: Valid Accounts - Cloud\n- T1078.004 again\n";
        let mut threat = Attack::default();
        threat.add_threat(&crate::yaml::parse(yaml).documents[0]);
        assert_eq!(Attack::from_tags(&tags), threat);
        assert_eq!(threat.tactics, ["initial-access"]);
        assert_eq!(threat.techniques, ["T1078.004"]);
    }
}
