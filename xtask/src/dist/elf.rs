//! Whether a program for Linux needs anything beside itself.
//!
//! *Source.* System V ABI, "Program Loading", ELF64 headers; checked 2026-11-22.

use anyhow::{Context, Result, ensure};

/// The program names a loader, which would look for libraries.
const PT_INTERP: u32 = 3;

/// Fails unless it is an ELF file of 64 bits, little-endian, that names no loader.
pub(super) fn ensure_static(bytes: &[u8]) -> Result<()> {
    let kinds = segments(bytes).context("the binary is no ELF file of 64 bits")?;
    ensure!(!kinds.is_empty(), "the binary has nothing to load");
    ensure!(!kinds.contains(&PT_INTERP), "the binary is not static: it names a loader");
    Ok(())
}

/// The kinds of all program headers; `None` if it is none of the files that are meant.
fn segments(bytes: &[u8]) -> Option<Vec<u32>> {
    if !bytes.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let begin = usize::try_from(u64::from_le_bytes(part(bytes, 0x20)?)).ok()?;
    let size = usize::from(u16::from_le_bytes(part(bytes, 0x36)?));
    let n_headers = usize::from(u16::from_le_bytes(part(bytes, 0x38)?));
    let kind = |number: usize| {
        let at = begin.checked_add(number.checked_mul(size)?)?;
        part(bytes, at).map(u32::from_le_bytes)
    };
    (0..n_headers).map(kind).collect()
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::ensure_static;

    fn file(kinds: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[0x20] = 64;
        bytes[0x36] = 56;
        bytes[0x38] = kinds.len() as u8;
        for kind in kinds {
            let mut header = vec![0; 56];
            header[..4].copy_from_slice(&kind.to_le_bytes());
            bytes.extend(header);
        }
        bytes
    }

    #[test]
    fn programs_that_name_a_loader_are_refused() {
        assert!(ensure_static(&file(&[1, 1, 2])).is_ok());
        assert!(ensure_static(&file(&[1, 3, 2])).is_err());
        assert!(ensure_static(&file(&[])).is_err());
    }

    #[test]
    fn what_is_cut_or_no_program_is_refused() {
        let whole = file(&[1, 1]);
        assert!((0..whole.len() - 52).all(|end| ensure_static(&whole[..end]).is_err()));
        assert!(ensure_static(b"#!/bin/sh\n").is_err());
    }
}
