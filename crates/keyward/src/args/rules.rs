//! Which rules to use, and what `keyward rules` may be asked.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use finding::Level;

use super::Print;

const CHECK_HELP: &str = "\
Examples:
  keyward rules check mine/
  keyward rules check --strict --lists lists.yml mine/okta_new_rule.yml

Exit codes:
  0  no errors; with --strict, no warnings either
  1  there are some
  2  nothing was checked: bad usage, or no rule could be read
  3  partly checked: a file could not be read";

const TEST_HELP: &str = "\
Examples:
  keyward rules test
  keyward rules test mine/
  keyward rules test --samples mine/samples mine/okta_new_rule.yml

Exit codes:
  0  every case went as it must
  1  some did not, or a rule has no cases
  2  nothing was tested: bad usage, or no rule could be read
  3  partly tested: a rule could not be loaded";

const LIST_HELP: &str = "\
Examples:
  keyward rules list
  keyward rules list --rules builtin --rules mine/ --lists lists.yml
  keyward rules list --format json";

const EXPLAIN_HELP: &str = "\
Examples:
  keyward rules explain auth0_api_explorer_token_copied
  keyward rules explain mine/okta_new_rule.yml
  keyward rules explain okta_api_token_created --format json";

const EJECT_HELP: &str = "\
Examples:
  keyward rules eject pack/ && keyward detect --rules pack/ logs/";

/// Which rules to use, and how.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RuleSet {
    /// Use these rules, a file or folder, instead of the built-in ones; `builtin` adds those
    #[arg(short, long, value_name = "PATH", help_heading = "Rules")]
    pub(crate) rules: Vec<PathBuf>,

    /// Apply these Sigma filters, a file or folder, to the rules
    #[arg(long, value_name = "PATH", help_heading = "Rules")]
    pub(crate) filters: Vec<PathBuf>,

    /// Take values for placeholders from these YAML or JSON files
    #[arg(long, value_name = "PATH", help_heading = "Rules")]
    pub(crate) lists: Vec<PathBuf>,

    /// Leave out this rule, by name or id
    #[arg(long, value_name = "RULE", help_heading = "Rules")]
    pub(crate) disable: Vec<String>,

    /// Give this rule, by name or id, another level
    #[arg(long, value_name = "RULE=LEVEL", help_heading = "Rules")]
    pub(crate) level: Vec<Relevel>,
}

impl RuleSet {
    /// The files and folders that rules, filters and lists are read from.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let paths = self.rules.iter().chain(&self.filters).chain(&self.lists);
        paths.map(PathBuf::as_path)
    }
}

/// A rule and its new level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relevel {
    /// Name or id.
    pub(crate) rule: String,
    /// The level it shall have.
    pub(crate) level: Level,
}

impl std::str::FromStr for Relevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (rule, level) = text.rsplit_once('=').ok_or("expected RULE=LEVEL")?;
        let level = level.parse().map_err(|error: finding::UnknownLevel| error.to_string())?;
        Ok(Self { rule: rule.to_owned(), level })
    }
}

/// `keyward rules …`
#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// Report every mistake in rules, with its place
    #[command(after_help = CHECK_HELP)]
    Check(Check),
    /// Run the cases in `<rule>.test.yml` beside each rule
    #[command(after_help = TEST_HELP)]
    Test(Test),
    /// List rules
    #[command(after_help = LIST_HELP)]
    List(List),
    /// Take a rule apart into stages, predicates and indicators
    #[command(after_help = EXPLAIN_HELP)]
    Explain(Explain),
    /// Write the built-in rules to a folder
    #[command(after_help = EJECT_HELP)]
    Eject(Eject),
}

/// `keyward rules check`
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Rule files or folders [default: those of --rules, else the built-in ones]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Which rules.
    #[command(flatten)]
    pub(crate) rules: RuleSet,

    /// Let warnings, too, make the exit code 1
    #[arg(long)]
    pub(crate) strict: bool,

    /// How and where to print.
    #[command(flatten)]
    pub(crate) print: Print,
}

/// `keyward rules test`
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Rule files or folders [default: those of --rules, else the built-in ones]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Which rules.
    #[command(flatten)]
    pub(crate) rules: RuleSet,

    /// Folder of sample events that cases start from [default: the built-in ones]
    #[arg(long, value_name = "DIR")]
    pub(crate) samples: Option<PathBuf>,

    /// How and where to print.
    #[command(flatten)]
    pub(crate) print: Print,
}

/// `keyward rules list`
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Which rules.
    #[command(flatten)]
    pub(crate) rules: RuleSet,

    /// How and where to print.
    #[command(flatten)]
    pub(crate) print: Print,
}

/// `keyward rules explain`
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Name or id of a rule, or a rule file
    pub(crate) rule: String,

    /// Which rules.
    #[command(flatten)]
    pub(crate) rules: RuleSet,

    /// How and where to print.
    #[command(flatten)]
    pub(crate) print: Print,
}

/// `keyward rules eject`
#[derive(Debug, Args)]
pub(crate) struct Eject {
    /// Folder to write to; nothing that exists is overwritten
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_given_to_a_rule() {
        let parsed: Relevel = "a=b=high".parse().unwrap();
        assert_eq!(parsed, Relevel { rule: "a=b".into(), level: Level::High });
        assert!("a".parse::<Relevel>().is_err());
        assert!("a=severe".parse::<Relevel>().unwrap_err().contains("unknown level `severe`"));
    }
}
