//! Who is measured, and how each is started.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// A program and how it is asked to scan the whole history of a repository.
pub(crate) struct Contestant {
    pub(crate) name: String,
    pub(crate) program: OsString,
    pub(crate) words: Vec<String>,
    /// Where it writes what it finds; `None` for those that find nothing.
    pub(crate) report: Option<PathBuf>,
}

impl Contestant {
    pub(crate) fn new(
        name: &str,
        program: impl Into<OsString>,
        words: &[&str],
        report: Option<&Path>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            program: program.into(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            report: report.map(Path::to_owned),
        }
    }

    /// How many of the values its report names.
    pub(crate) fn found(&self, values: &[String]) -> Option<usize> {
        let report = fs::read_to_string(self.report.as_ref()?).unwrap_or_default();
        Some(values.iter().filter(|value| report.contains(value.as_str())).count())
    }
}

/// Rules of these two vendors, where a scanner has any.
const VENDORS: [(&str, &[&str]); 3] = [
    ("gitleaks", &["--enable-rule=okta-access-token"]),
    (
        "betterleaks",
        &[
            "--isolate-rule=okta-access-token",
            "--isolate-rule=auth0-client-secret",
            "--isolate-rule=auth0-domain",
            "--isolate-rule=auth0-client-id",
        ],
    ),
    (
        "kingfisher",
        &["--rule=betterleaks.okta-access-token", "--rule=betterleaks.auth0-client-secret.1"],
    ),
];

/// The scanners that are installed, each with all its rules and with those of the two vendors only.
pub(crate) fn scanners(repository: &Path, folder: &Path) -> Vec<Contestant> {
    let mut found = Vec::new();
    for (name, vendors) in VENDORS {
        let Some(program) = program(name) else {
            eprintln!("{name} is not installed");
            continue;
        };
        for (setting, extra) in [("all rules", &[] as &[&str]), ("Okta and Auth0", vendors)] {
            let report = folder.join(format!("{name}-{}.json", extra.len()));
            let mut words =
                words(name, &repository.display().to_string(), &report.display().to_string());
            words.extend(extra.iter().map(|word| (*word).to_owned()));
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            found.push(Contestant::new(
                &format!("{name}, {setting}"),
                &program,
                &words,
                Some(&report),
            ));
        }
    }
    found
}

/// How a scanner is asked for the whole history, without any check at a provider.
fn words(name: &str, repository: &str, report: &str) -> Vec<String> {
    let words: &[&str] = match name {
        "gitleaks" => &[
            "git",
            repository,
            "--no-banner",
            "--redact=0",
            "--log-level=error",
            "--report-format=json",
            "--report-path",
            report,
        ],
        "betterleaks" => &[
            "git",
            repository,
            "--no-banner",
            "--log-level=error",
            "--include=commit-messages",
            "--output",
            report,
        ],
        _ => &[
            "scan",
            repository,
            "--no-validate",
            "--quiet",
            "--no-update-check",
            "--no-dedup",
            "--format=json",
            "--output",
            report,
        ],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A program by its name: where `KEYWARD_BENCH_NAME` says, or on the path.
pub(crate) fn program(name: &str) -> Option<OsString> {
    if let Some(path) = std::env::var_os(format!("KEYWARD_BENCH_{}", name.to_uppercase())) {
        return Some(path);
    }
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .map(Into::into)
}
