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

/// What a contestant is to look through.
#[derive(Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// The whole history of a repository.
    History(&'a Path),
    /// The files of a folder.
    Folder(&'a Path),
}

/// The scanners, and what makes each look for credentials of these two vendors only, where that can be said.
const SCANNERS: [(&str, &[&str]); 4] = [
    ("gitleaks", &["--enable-rule=okta-access-token"]),
    ("betterleaks", &["--isolate-rule=okta-access-token", "--isolate-rule=auth0-client-secret.1"]),
    (
        "kingfisher",
        &["--rule=betterleaks.okta-access-token", "--rule=betterleaks.auth0-client-secret.1"],
    ),
    ("ripsecrets", &[]),
];

/// The scanners that are installed, each with all its rules and with those of the two vendors only.
pub(crate) fn scanners(subject: Subject<'_>, folder: &Path) -> Vec<Contestant> {
    let mut found = Vec::new();
    for (name, vendors) in SCANNERS {
        let Some(program) = program(name) else {
            eprintln!("{name} is not installed");
            continue;
        };
        let settings = [("all rules", &[] as &[&str]), ("Okta and Auth0", vendors)];
        let n_settings = if vendors.is_empty() { 1 } else { 2 };
        for (setting, extra) in settings.into_iter().take(n_settings) {
            let report = folder.join(format!("{name}-{}.json", extra.len()));
            let Some(mut words) = words(name, subject, &report.display().to_string()) else {
                continue;
            };
            words.extend(extra.iter().map(|word| (*word).to_owned()));
            let name = format!("{name}, {setting}");
            found.push(Contestant { name, program: program.clone(), words, report: Some(report) });
        }
    }
    found
}

/// How a scanner is asked, without any check at a provider. `None` for what it cannot do.
fn words(name: &str, subject: Subject<'_>, report: &str) -> Option<Vec<String>> {
    let (verb, path) = match subject {
        Subject::History(path) => ("git", path.display().to_string()),
        Subject::Folder(path) => ("dir", path.display().to_string()),
    };
    let path = path.as_str();
    let words: Vec<&str> = match (name, subject) {
        ("gitleaks", _) => {
            let how = [
                "--no-banner",
                "--redact=0",
                "--log-level=error",
                "--report-format=json",
                "--report-path",
                report,
            ];
            [&[verb, path][..], &how].concat()
        }
        ("betterleaks", _) => {
            [&[verb, path][..], &["--no-banner", "--log-level=error", "--output", report]].concat()
        }
        ("kingfisher", _) => {
            let how = [
                "--no-validate",
                "--quiet",
                "--no-update-check",
                "--no-dedup",
                "--format=json",
                "--output",
                report,
            ];
            [&["scan", path][..], &how].concat()
        }
        // It reads files only, and prints what it finds.
        (_, Subject::Folder(_)) => vec![path],
        _ => return None,
    };
    Some(words.into_iter().map(str::to_owned).collect())
}

/// Keyward on so many threads.
pub(crate) fn keyward(
    program: &Path,
    subject: Subject<'_>,
    threads: usize,
    folder: &Path,
) -> Contestant {
    let report = folder.join(format!("keyward-{threads}.jsonl"));
    let key = folder.join("keyward.key");
    let mut words = vec!["scan".to_owned()];
    match subject {
        Subject::History(path) => words.extend(["--git".to_owned(), path.display().to_string()]),
        Subject::Folder(path) => words.push(path.display().to_string()),
    }
    let how = [
        "--format=jsonl",
        "--show-secrets",
        "--threads",
        &threads.to_string(),
        "-o",
        &report.display().to_string(),
    ];
    words.extend(how.map(str::to_owned));
    words.extend(["--key-file".to_owned(), key.display().to_string()]);
    let name = format!("Keyward, {threads} thread(s)");
    Contestant { name, program: program.into(), words, report: Some(report) }
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
