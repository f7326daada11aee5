//! ATT&CK as OCSF's `attack` objects.

use catalog::{Tactic, Technique};
use serde_json::{Value, json};

/// One object for each technique and tactic of the rule that belong together, then one for
/// each tactic that no technique of the rule serves. `None` when there is nothing to say.
pub(super) fn attacks(techniques: &[String], tactics: &[String]) -> Option<Vec<Value>> {
    let tactics: Vec<_> = tactics.iter().filter_map(|slug| catalog::tactic(slug)).collect();
    let mut used = Vec::new();
    let mut all = Vec::new();
    for id in techniques {
        let known = catalog::technique(id);
        let serves = |tactic: &&&Tactic| {
            known.is_some_and(|known| known.tactics().any(|one| one.slug == tactic.slug))
        };
        let of_rule: Vec<_> = tactics.iter().filter(serves).copied().collect();
        if of_rule.is_empty() {
            all.push(attack(Some((id, known)), None));
        }
        all.extend(of_rule.iter().map(|tactic| attack(Some((id, known)), Some(tactic))));
        used.extend(of_rule.iter().map(|tactic| tactic.slug));
    }
    let alone = tactics.iter().filter(|tactic| !used.contains(&tactic.slug));
    all.extend(alone.map(|tactic| attack(None, Some(tactic))));
    (!all.is_empty()).then_some(all)
}

fn attack(technique: Option<(&String, Option<&Technique>)>, tactic: Option<&Tactic>) -> Value {
    let mut attack = json!({});
    if let Some(tactic) = tactic {
        attack["tactic"] = json!({"uid": tactic.id, "name": tactic.name});
    }
    let Some((id, known)) = technique else { return attack };
    let own = json!({"uid": id, "name": known.map(|known| known.name)});
    match id.split_once('.') {
        Some((parent, _)) => {
            let name = catalog::technique(parent).map(|parent| parent.name);
            attack["technique"] = json!({"uid": parent, "name": name});
            attack["sub_technique"] = own;
        }
        None => attack["technique"] = own,
    }
    attack
}
