//! What gix needs to decode a pack and look at nothing: the floor.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result, anyhow};
use gix_pack::index::traverse::{Algorithm, Options, SafetyCheck};

/// Decodes all objects of the only pack of a bare repository, on so many threads. Returns their bytes.
pub(crate) fn traverse(repository: &Path, threads: usize) -> Result<u64> {
    let index = std::fs::read_dir(repository.join("objects/pack"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "idx"))
        .context("no pack")?;
    let hash = gix_hash::Kind::Sha1;
    let said = |err: gix_error::Error| anyhow!("{err}");
    let pack = gix_pack::data::File::at(index.with_extension("pack"), hash).map_err(said)?;
    let index = gix_pack::index::File::at(&index, hash).map_err(said)?;
    let options = Options {
        traversal: Algorithm::DeltaTreeLookup,
        thread_limit: Some(threads),
        check: SafetyCheck::SkipFileAndObjectChecksumVerification,
        ..Options::default()
    };
    let interrupt = AtomicBool::new(false);
    let outcome = index
        .traverse::<gix_pack::cache::Never, _, _, _>(
            &pack,
            &mut gix_utils::progress::Discard,
            &interrupt,
            |_kind, _bytes, _entry, _progress| gix_error::Result::Ok(()),
            options,
        )
        .map_err(said)?;
    Ok(outcome.statistics.total_object_size)
}
