//! What can be read only once, kept in a temporary file to be read again.

use std::io;

use tempfile::NamedTempFile;

use super::{From, Source};

/// Reads standard input to its end, if it is among the sources, and lets them read the copy instead.
/// The copy is as large as the input, readable by its owner only, and goes away with what is returned.
pub(crate) fn keep_stdin(sources: &mut [Source]) -> io::Result<Option<NamedTempFile>> {
    if !sources.iter().any(|source| source.from == From::Stdin) {
        return Ok(None);
    }
    let mut file = NamedTempFile::with_prefix("keyward-")?;
    let bytes = io::copy(&mut io::stdin().lock(), &mut file)?;
    for source in sources.iter_mut().filter(|source| source.from == From::Stdin) {
        source.from = From::File(file.path().to_owned());
        source.size = Some(bytes);
    }
    Ok(Some(file))
}
