//! A rule with memory in words: what is enough, of whom, for how long, and of which rules.

use std::fmt::Write;
use std::time::Duration;

use super::Stage;
use crate::correlation::{
    Aggregate, Amount, Baseline, Claim, Comparison, Correlation, Counted, Function, Key, Logic,
    Memory, NewValue, Range, Ratio, Sequence, Stage as Step, TimeSlot, Travel, Which,
};

/// What is enough, then each thing that it depends on. `kind` is the type as the file writes it.
pub(super) fn stages(correlation: &Correlation, kind: &str) -> Vec<Stage> {
    let mut stages = vec![stage(kind, enough(correlation))];
    stages.push(stage("rules", rules(correlation)));
    if let Memory::Sequence(sequence) = &correlation.test {
        for (number, step) in sequence.stages.iter().enumerate() {
            let text = step_in_words(step, sequence, correlation);
            stages.push(stage(&format!("stage {}", number + 1), text));
        }
    }
    if let Memory::Ratio(ratio) = &correlation.test {
        stages.push(stage("aggregates", aggregates(ratio, correlation)));
    }
    stages.push(stage("group-by", group(correlation)));
    stages.push(stage("timespan", length(correlation.timespan)));
    if !correlation.raise.is_empty() {
        let cases = correlation.raise.iter();
        let cases = cases.map(|raise| format!("{} for {}", raise.level, range(&raise.range)));
        stages.push(stage("raise", cases.collect::<Vec<_>>().join(", ")));
    }
    stages
}

fn stage(name: &str, text: String) -> Stage {
    Stage { name: name.to_owned(), text, indicators: Vec::new() }
}

fn enough(correlation: &Correlation) -> String {
    let words =
        || correlation.sources.iter().map(|source| source.word.as_str()).collect::<Vec<_>>();
    match &correlation.test {
        Memory::Count(number) => format!("{} events", range(number)),
        Memory::Distinct { values, range: number } => {
            format!("{} different values of {}", range(number), tuple(values))
        }
        Memory::Aggregate { value, function, range: number } => {
            format!("the {} of {} is {}", of_numbers(*function), value.name, range(number))
        }
        Memory::Temporal { ordered, which } => {
            let order = if *ordered { ", in this order" } else { "" };
            match which {
                Which::Number(number) => {
                    format!("{} of {}{order}", range(number), words().join(", "))
                }
                Which::Expression(logic) => bare(&expression(logic, &words())),
            }
        }
        Memory::NewValue(new) => new_value(new),
        Memory::RareValue(rare) => format!(
            "{} events with that value of {} in {}, once there are {} events",
            range(&rare.range),
            tuple(&rare.values),
            length(rare.history),
            rare.min_events
        ),
        Memory::Absence { lookback } => absence(&words(), *lookback),
        Memory::Travel(travel) => travel_in_words(travel),
        Memory::Baseline(baseline) => baseline_in_words(baseline),
        Memory::Ratio(ratio) => bare(&claim(&ratio.condition, ratio)),
        Memory::TimeSlot(slot) => slot_in_words(slot),
        Memory::Score { weights, range: number } => {
            let each = words().into_iter().zip(weights);
            let each: Vec<_> = each.map(|(word, weight)| format!("{word} {weight}")).collect();
            format!("{} from {}", range(number), each.join(", "))
        }
        Memory::Sequence(sequence) => {
            format!("{} of {} stages, in order", range(&sequence.range), sequence.stages.len())
        }
    }
}

/// An expression without the parentheses around all of it.
fn bare(text: &str) -> String {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let mut depth = 1_i32;
    let closes = |character: char| {
        depth += i32::from(character == '(') - i32::from(character == ')');
        depth == 0
    };
    let whole = inner.filter(|inner| !inner.chars().any(closes));
    whole.unwrap_or(text).to_owned()
}

/// What is counted under each name.
fn aggregates(ratio: &Ratio, correlation: &Correlation) -> String {
    let one = |aggregate: &Aggregate| {
        let of = aggregate.sources.iter().zip(&correlation.sources).filter(|(counts, _)| **counts);
        let of: Vec<_> = of.map(|(_, source)| source.word.as_str()).collect();
        let what = match &aggregate.what {
            Counted::Events => "events".to_owned(),
            Counted::Distinct(key) => format!("different values of {}", key.name),
            Counted::Sum(key) => format!("sum of {}", key.name),
        };
        format!("{}: {what} of {}", aggregate.name, of.join(", "))
    };
    ratio.aggregates.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn rules(correlation: &Correlation) -> String {
    let word = |source: &crate::correlation::Source| {
        let teaches = if source.alerts { "" } else { " (teaches only)" };
        format!("{}{teaches}", source.word)
    };
    let words = correlation.sources.iter().map(word).collect::<Vec<_>>().join(", ");
    if correlation.generate { format!("{words}; these alert by themselves too") } else { words }
}

fn group(correlation: &Correlation) -> String {
    let names: Vec<_> = match &correlation.test {
        Memory::Sequence(sequence) => {
            sequence.group.iter().map(|at| sequence.variables[*at].as_str()).collect()
        }
        _ => correlation.group_by.iter().map(|key| key.name.as_str()).collect(),
    };
    if names.is_empty() { "the whole tenant".to_owned() } else { names.join(", ") }
}

fn new_value(new: &NewValue) -> String {
    let cold = if new.alerts_when_cold { "alert" } else { "teach" };
    let mut text =
        format!("a value of {} not seen for {}", tuple(&new.values), length(new.history));
    let _ = write!(
        text,
        "; the first {} and {} events of a group {cold}",
        length(new.min_history),
        new.min_events
    );
    if !new.probation.is_zero() {
        let _ = write!(text, "; a value stays new for {}", length(new.probation));
    }
    text
}

fn absence(words: &[&str], lookback: Duration) -> String {
    let (first, others) = words.split_first().unwrap_or((&"", &[]));
    let mut text = format!("{first}, and then none of {}", others.join(", "));
    if !lookback.is_zero() {
        let _ = write!(text, ", nor in the {} before", length(lookback));
    }
    text
}

fn travel_in_words(travel: &Travel) -> String {
    let mut text = format!("{} km/h over {} km or more", range(&travel.range), travel.distance);
    if !travel.except_same.is_empty() {
        let _ = write!(text, ", unless {} is the same", tuple(&travel.except_same));
    }
    text
}

fn baseline_in_words(baseline: &Baseline) -> String {
    let what = if baseline.values.is_empty() {
        "events".to_owned()
    } else {
        format!("different values of {}", tuple(&baseline.values))
    };
    let method = match baseline.method {
        crate::correlation::Method::Mean => "mean",
        crate::correlation::Method::Median => "median",
    };
    format!(
        "{} deviations above the {method} of {what} in {}, and at least {}; compared with {} such stretches, once there are {}",
        range(&baseline.range),
        length(baseline.bucket),
        baseline.floor,
        baseline.n_buckets,
        baseline.min_samples
    )
}

fn slot_in_words(slot: &TimeSlot) -> String {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let days: Vec<_> = names.iter().zip(slot.days).filter(|(_, on)| *on).map(|(n, _)| *n).collect();
    let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let (begin, end) = slot.minutes;
    let side = if slot.outside { "outside" } else { "inside" };
    format!("{side} {}-{} on {}, {}", time(begin), time(end), days.join(", "), slot.zone)
}

fn step_in_words(step: &Step, sequence: &Sequence, correlation: &Correlation) -> String {
    let words = step.sources.iter().map(|at| correlation.sources[*at].word.as_str());
    let mut text = words.collect::<Vec<_>>().join(" or ");
    let pairs = [(&step.matches, "is"), (&step.differs, "is not"), (&step.binds, "is from now on")];
    for (pairs, verb) in pairs {
        for (variable, key) in pairs {
            let _ = write!(text, ", {} {verb} {}", sequence.variables[*variable], key.name);
        }
    }
    if let Some(within) = step.within {
        let _ = write!(text, ", within {}", length(within));
    }
    text
}

fn tuple(keys: &[Key]) -> String {
    keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>().join(" with ")
}

fn of_numbers(function: Function) -> String {
    match function {
        Function::Sum => "sum".to_owned(),
        Function::Average => "mean".to_owned(),
        Function::Median => "median".to_owned(),
        Function::Percentile(rank) => format!("percentile {rank}"),
    }
}

/// Every bound in words.
fn range(range: &Range) -> String {
    let bound = |(comparison, bound): &(Comparison, f64)| {
        let words = match comparison {
            Comparison::Gt => "more than",
            Comparison::Gte => "at least",
            Comparison::Lt => "less than",
            Comparison::Lte => "at most",
            Comparison::Eq => "exactly",
            Comparison::Neq => "other than",
        };
        format!("{words} {bound}")
    };
    range.0.iter().map(bound).collect::<Vec<_>>().join(" and ")
}

/// A stretch of time in the largest unit that is whole.
fn length(stretch: Duration) -> String {
    let seconds = stretch.as_secs();
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let whole = units.into_iter().find(|(unit, _)| seconds > 0 && seconds.is_multiple_of(*unit));
    let (unit, letter) = whole.unwrap_or((1, "s"));
    format!("{}{letter}", seconds / unit)
}

fn expression(logic: &Logic, words: &[&str]) -> String {
    let join = |parts: &[Logic], word: &str| {
        let parts: Vec<_> = parts.iter().map(|part| expression(part, words)).collect();
        format!("({})", parts.join(word))
    };
    match logic {
        Logic::Source(at) => words.get(*at).copied().unwrap_or_default().to_owned(),
        Logic::Not(inner) => format!("not {}", expression(inner, words)),
        Logic::All(parts) => join(parts, " and "),
        Logic::Any(parts) => join(parts, " or "),
    }
}

fn claim(part: &Claim, ratio: &Ratio) -> String {
    let join = |parts: &[Claim], word: &str| {
        let parts: Vec<_> = parts.iter().map(|part| claim(part, ratio)).collect();
        format!("({})", parts.join(word))
    };
    match part {
        Claim::Compare(left, comparison, right) => {
            format!("{} {} {}", amount(left, ratio), comparison.sign(), amount(right, ratio))
        }
        Claim::Not(inner) => format!("not {}", claim(inner, ratio)),
        Claim::All(parts) => join(parts, " and "),
        Claim::Any(parts) => join(parts, " or "),
    }
}

fn amount(part: &Amount, ratio: &Ratio) -> String {
    let join = |left: &Amount, sign: &str, right: &Amount| {
        format!("({} {sign} {})", amount(left, ratio), amount(right, ratio))
    };
    match part {
        Amount::Number(number) => number.to_string(),
        Amount::Aggregate(at) => ratio.aggregates[*at].name.clone(),
        Amount::Add(left, right) => join(left, "+", right),
        Amount::Subtract(left, right) => join(left, "-", right),
        Amount::Multiply(left, right) => join(left, "*", right),
        Amount::Divide(left, right) => join(left, "/", right),
    }
}

impl Comparison {
    /// The comparison as expressions write it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Gt => ">",
            Self::Gte => ">=",
            Self::Lt => "<",
            Self::Lte => "<=",
            Self::Eq => "=",
            Self::Neq => "!=",
        }
    }
}
