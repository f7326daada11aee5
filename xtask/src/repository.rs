//! Where the repository is.

use std::path::{Path, PathBuf};

/// The folder of the workspace manifest.
pub(crate) fn root() -> PathBuf {
    // Cargo says so at run time too: a build may have been moved or copied since.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or_else(|| package.clone(), Path::to_path_buf)
}
