//! Rows in bytes that belong to no cell.
//!
//! A row that was deleted keeps its bytes, all of them or all but the first four. As mere bytes the values would
//! run into each other; where the sizes that stand before them fit, they are rows again.

use super::page::{FREE_BYTES, u16_at, varint};
use super::record::{Record, size, types};

/// The longest list of types that is believed; bounds how long one look takes.
const HEADER_BYTES: u64 = 64;

/// Blocks that are looked for where they are not listed, a page.
const LOOKS_MAX: usize = 64;

/// Rows of a table with so many columns, and what lies between them.
pub(super) fn rows(bytes: &[u8], n_columns: usize) -> (Vec<Record<'_>>, Vec<&[u8]>) {
    let (mut rows, mut between) = (Vec::new(), Vec::new());
    let (mut rest, mut passed, mut looks) = (bytes, 0, LOOKS_MAX);
    while passed < rest.len() {
        let (before, at) = rest.split_at(passed);
        match cell(at).or_else(|| block(at, n_columns, &mut looks)) {
            Some((row, behind)) => {
                rows.push(row);
                between.push(before);
                (rest, passed) = (behind, 0);
            }
            None => passed += 1,
        }
    }
    between.push(rest);
    (rows, between)
}

/// The row of a cell that was deleted and then counted as unused: where the next was, and its size, still stand.
fn block<'b>(
    bytes: &'b [u8],
    n_columns: usize,
    looks: &mut usize,
) -> Option<(Record<'b>, &'b [u8])> {
    let size = usize::from(u16_at(bytes, 2));
    let (block, behind) = bytes.split_at_checked(size).filter(|_| size > 2 * FREE_BYTES)?;
    *looks = looks.checked_sub(1)?;
    let row = beheaded(block, n_columns)?;
    // A type that is but guessed is believed where nothing else can be meant.
    let is_sure = row.bytes() > Some(0) && (row.types.first() == Some(&0) || behind.is_empty());
    is_sure.then_some((row, behind))
}

/// The row of the cell that begins here, and what lies behind it.
fn cell(bytes: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let mut rest = bytes;
    let payload = usize::try_from(varint(&mut rest)?).ok()?;
    varint(&mut rest)?;
    let (payload, behind) = rest.split_at_checked(payload)?;
    if !fits(payload)? {
        return None;
    }
    let row = Record::parse(payload)?;
    (row.is_whole() && !row.body.is_empty()).then_some((row, behind))
}

/// Whether the types fill their list and the values the rest, found out without keeping them: most bytes begin no row.
fn fits(payload: &[u8]) -> Option<bool> {
    let mut rest = payload;
    let header = varint(&mut rest).filter(|bytes| *bytes <= HEADER_BYTES)?;
    let (header, body) = payload.split_at_checked(usize::try_from(header).ok()?)?;
    let mut list = header.get(payload.len() - rest.len()..)?;
    let mut left = body.len();
    while !list.is_empty() {
        left = left.checked_sub(size(varint(&mut list)?)?)?;
    }
    Some(left == 0)
}

/// The row of a cell whose first bytes are lost: the size of the row, its id, and the size of the list of types,
/// or the first of these. What is left has to fill the block.
pub(super) fn beheaded(block: &[u8], n_columns: usize) -> Option<Record<'_>> {
    if n_columns == 0 || n_columns > HEADER_BYTES as usize {
        return None;
    }
    // Lengths of what stands before the types: a size of one to three bytes, an id of one to nine, and one byte.
    let mut leads = 5..=13;
    let by_size = leads.find_map(|lead| with_size(block, lead, n_columns));
    by_size.or_else(|| with_types(block, n_columns)).or_else(|| without_first(block, n_columns))
}

/// The size of the list of types is still there.
fn with_size(block: &[u8], lead: usize, n_columns: usize) -> Option<Record<'_>> {
    let bytes = usize::from(*block.get(lead - 1)?)
        .checked_sub(1)
        .filter(|bytes| *bytes as u64 <= HEADER_BYTES)?;
    let (list, body) = block.get(lead..)?.split_at_checked(bytes)?;
    let row = Record { types: types(list)?, body };
    (row.types.len() == n_columns && row.is_whole()).then_some(row)
}

/// The types are all there.
fn with_types(block: &[u8], n_columns: usize) -> Option<Record<'_>> {
    let (types, body) = first_types(block.get(FREE_BYTES..)?, n_columns)?;
    let row = Record { types, body };
    row.is_whole().then_some(row)
}

/// The first type is lost, so that its size is what the others leave.
fn without_first(block: &[u8], n_columns: usize) -> Option<Record<'_>> {
    let (mut types, body) = first_types(block.get(FREE_BYTES..)?, n_columns.checked_sub(1)?)?;
    let others = types.iter().try_fold(0, |sum: usize, serial| sum.checked_add(size(*serial)?))?;
    let first = body.len().checked_sub(others)?;
    // As text, which it mostly is where it matters.
    types.insert(0, if first == 0 { 0 } else { 13 + 2 * first as u64 });
    Some(Record { types, body })
}

/// So many types, and what lies behind them.
fn first_types(bytes: &[u8], n_types: usize) -> Option<(Vec<u64>, &[u8])> {
    let mut rest = bytes;
    let types: Option<Vec<u64>> = (0..n_types).map(|_| varint(&mut rest)).collect();
    Some((types?, rest))
}
