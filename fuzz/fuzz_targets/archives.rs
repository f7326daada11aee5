//! Whatever an archive or a database holds: nothing panics, the limits hold, pieces follow each other, and
//! what is handed over does not depend on their size.

#![no_main]

use std::sync::Mutex;

use libfuzzer_sys::fuzz_target;
use source::{Account, Limits, Origin, Piece, Stop, Taker, archive};

/// Bytes that one input may unpack to.
const UNPACKED_BYTES: u64 = 1 << 20;

/// Contents in the order in which they came.
#[derive(Default)]
struct Gathered(Mutex<Vec<(String, Vec<u8>)>>);

impl Taker for Gathered {
    fn take(&self, piece: Piece<'_>) {
        let Origin::File { path } = piece.origin else { panic!("{:?}", piece.origin) };
        let mut contents = self.0.lock().unwrap();
        if piece.offset == 0 {
            contents.push((path.clone(), Vec::new()));
        }
        let (name, content) = contents.last_mut().unwrap();
        let offset = piece.offset as usize;
        assert_eq!((&*name, content.len()), (path, offset + piece.overlap));
        assert!(content[offset..] == piece.bytes[..piece.overlap]);
        content.extend_from_slice(&piece.bytes[piece.overlap..]);
    }
}

fn read(input: &[u8], piece_bytes: usize, is_piped: bool) -> (Vec<(String, Vec<u8>)>, Account) {
    let limits = Limits {
        piece_bytes,
        overlap_bytes: piece_bytes / 4,
        unpacked_bytes: UNPACKED_BYTES,
        held_bytes: 1 << 20,
        archive_entries: 1_000,
        ..Limits::default()
    };
    let (gathered, stop) = (Gathered::default(), Stop::default());
    let mut source = input;
    let account = if is_piped {
        archive::sweep_stream(&mut source, "a", &limits, &gathered, &stop)
    } else {
        archive::sweep_bytes(input, "a", &limits, &gathered, &stop)
    };
    let contents = gathered.0.into_inner().unwrap();
    let bytes: usize = contents.iter().map(|(_, content)| content.len()).sum();
    assert_eq!(account.bytes, bytes as u64);
    assert!(account.bytes <= UNPACKED_BYTES + 2 * input.len() as u64, "{}", account.bytes);
    (contents, account)
}

fuzz_target!(|input: &[u8]| {
    let (contents, account) = read(input, 8 << 20, false);
    assert_eq!(read(input, 8 << 20, true), (contents.clone(), account.clone()));
    if account.unread_count == 0 {
        assert_eq!(read(input, 1_024, false), (contents, account));
    }
});
