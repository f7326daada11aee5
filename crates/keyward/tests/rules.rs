//! Every rule under `rules/` against the cases in the file beside it, one test a rule.
//!
//! A rule without cases fails, and so does one that has never stayed silent.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

fn main() {
    let wrong = judge(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let count = wrong.len();
    let mut trials: Vec<_> = wrong
        .into_iter()
        .map(|(rule, wrong)| Trial::test(rule, move || pass_if(wrong.is_empty(), wrong.join("\n"))))
        .collect();
    let there_are_rules = move || pass_if(count > 0, "no rule has cases".to_owned());
    trials.push(Trial::test("there are rules", there_are_rules));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn pass_if(holds: bool, otherwise: String) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

/// What is wrong with each rule, by its path without the ending.
fn judge(root: &Path) -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(["rules", "test", "--format", "jsonl", "rules"])
        .current_dir(root)
        .output()
        .unwrap();
    let mut rules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let verdict: Value = serde_json::from_str(line).unwrap();
        let path = verdict["path"].as_str().unwrap();
        let rule = path.trim_end_matches(".yml").trim_end_matches(".test");
        let wrong = rules.entry(rule.to_owned()).or_default();
        if verdict["passed"] != true {
            let case = verdict["case"].as_str().unwrap_or("the file");
            wrong.push(format!("{path}:{}: {case}: {}", verdict["line"], verdict["wrong"]));
        }
    }
    // Rules that do not load have no verdict; what is wrong with them is on standard error.
    let said = String::from_utf8(output.stderr).unwrap();
    if !said.is_empty() {
        rules.insert("rules load".to_owned(), vec![said]);
    }
    rules
}
