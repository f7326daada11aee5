//! What must not be one and the same: the file of findings and what else is read or written, the addresses of tenants.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::{Access, Config, SecretFrom, Sink, Way};
use crate::output::spare_files;

/// Fails if findings would be written over what the run reads or keeps, or by two into one file.
pub(super) fn check(config: &Config, path: &Path) -> anyhow::Result<()> {
    let mut others: Vec<PathBuf> = others(config, path).iter().map(|other| real(other)).collect();
    let findings = config.findings.file.iter().map(|file| ("findings.file".to_owned(), file));
    let sinks = config.sinks.iter().filter_map(|sink| match &sink.way {
        Way::File { path } => Some((format!("path of the sink {}", sink.name), path)),
        _ => None,
    });
    for (what, file) in findings.chain(sinks) {
        let file = real(file);
        if file.starts_with(real(&config.intake_folder())) {
            let file = file.display();
            bail!("`{what}`, `{file}`, lies in the intake; findings need a place of their own");
        }
        spare_files(&[Some(&file)], others.iter().map(PathBuf::as_path))
            .map_err(|error| error.context(format!("`{what}` cannot be used")))?;
        others.push(file);
    }
    Ok(())
}

/// Every file that is read or kept beside findings.
fn others(config: &Config, path: &Path) -> Vec<PathBuf> {
    let kept = ["checkpoint", "findings.db", "findings.db-wal", "findings.db-shm"];
    let kept = kept.into_iter().chain(["sinks.db", "sinks.db-wal", "sinks.db-shm"]);
    let mut files: Vec<PathBuf> = kept.map(|name| config.data.join(name)).collect();
    files.push(path.to_owned());
    if let Some(tls) = &config.tls {
        files.extend([tls.certificate.clone(), tls.key.clone()]);
    }
    let rules = &config.detect.rules;
    let lists = [&config.outbound.ca, &rules.rules, &rules.filters, &rules.lists];
    files.extend(lists.into_iter().flatten().cloned());
    files.extend(config.detect.users.clone());
    files.extend(secrets(config).filter_map(|kept| match kept {
        SecretFrom::File(path) => Some(path.clone()),
        SecretFrom::Env(_) | SecretFrom::Command(_) => None,
    }));
    files
}

fn secrets(config: &Config) -> impl Iterator<Item = &SecretFrom> {
    let tenants = config.tenants.iter();
    let access = tenants.flat_map(|tenant| [Some(&tenant.access), tenant.act.as_ref()]);
    let access = access.flatten().map(Access::kept);
    let receivers = config.tenants.iter().flat_map(|tenant| &tenant.receivers);
    let pushed = receivers.flat_map(|receiver| &receiver.secrets);
    let told = config.sinks.iter().flat_map(Sink::secrets);
    config.page_secrets.iter().chain(&config.outbound.proxy).chain(access).chain(pushed).chain(told)
}

/// The path without links and detours, as far as it exists.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (absolute.parent(), absolute.file_name()) {
        (Some(parent), Some(name)) => real(parent).join(name),
        _ => absolute,
    }
}

/// Pairs of tenants with one address, by name.
pub(super) fn shared(config: &Config) -> Vec<(&str, &str)> {
    let tenants = &config.tenants;
    let mut pairs = Vec::new();
    for (number, tenant) in tenants.iter().enumerate() {
        if let Some(first) = tenants.iter().take(number).find(|one| one.origin == tenant.origin) {
            pairs.push((first.name.as_str(), tenant.name.as_str()));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn config(file: &str) -> Config {
        let tenant = |name| {
            format!(
                "[[tenant]]\nname = \"{name}\"\nprovider = \"okta\"\nurl = \"https://acme.okta.com\"\n\
                 read = {{ method = \"api-token\", token = {{ file = \"token\" }} }}\n"
            )
        };
        let text =
            format!("data = \"d\"\n[findings]\nfile = \"{file}\"\n{}{}", tenant("a"), tenant("b"));
        parse(&text, Path::new("/nowhere")).unwrap()
    }

    #[test]
    fn findings_are_written_over_nothing_that_is_needed() {
        let path = Path::new("/nowhere/keyward.toml");
        for file in
            ["token", "./token", "keyward.toml", "d/findings.db", "d/checkpoint", "d/intake/x"]
        {
            assert!(check(&config(file), path).is_err(), "{file}");
        }
        assert!(check(&config("findings.jsonl"), path).is_ok());
    }

    #[test]
    fn tenants_with_one_address_are_told() {
        assert_eq!(shared(&config("f")), [("a", "b")]);
    }
}
