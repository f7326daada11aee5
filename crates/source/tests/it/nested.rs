//! Whatever a text is packed in, and in whatever pieces it is read, it comes whole.

use proptest::prelude::*;
use source::Limits;

use crate::gathered;
use crate::pack::{Entry, bzip2, gzip, tar, zip, zstd};

/// Something that a text is put into.
#[derive(Debug, Clone, Copy)]
enum Carrier {
    Bzip2,
    Gzip,
    Zstd,
    GzipMembers,
    Tar,
    ZipStored,
    ZipDeflated,
    ZipOpen,
    ZipZstd,
    ZipBehindProgram,
}

const CARRIERS: [Carrier; 10] = [
    Carrier::Bzip2,
    Carrier::Gzip,
    Carrier::Zstd,
    Carrier::GzipMembers,
    Carrier::Tar,
    Carrier::ZipStored,
    Carrier::ZipDeflated,
    Carrier::ZipOpen,
    Carrier::ZipZstd,
    Carrier::ZipBehindProgram,
];

impl Carrier {
    fn put(self, inner: &[u8]) -> Vec<u8> {
        let before = Entry::stored("a", b"before");
        let deflated = Entry::deflated("x", inner);
        match self {
            Self::Bzip2 => bzip2(inner),
            Self::Gzip => gzip(inner),
            Self::Zstd => zstd(inner),
            Self::GzipMembers => {
                let (head, rest) = inner.split_at(inner.len() / 2);
                [gzip(head), gzip(b""), gzip(rest)].concat()
            }
            Self::Tar => tar(&[("a", b"before"), ("x", inner), ("z", b"behind")]),
            Self::ZipStored => zip(&[before, Entry::stored("x", inner)]),
            Self::ZipDeflated => zip(&[before, deflated]),
            Self::ZipOpen => zip(&[before, Entry { is_open: true, ..deflated }]),
            Self::ZipZstd => zip(&[
                before,
                Entry { method: 93, packed: zstd(inner), ..Entry::stored("x", inner) },
            ]),
            Self::ZipBehindProgram => [b"#!/bin/sh\n", zip(&[deflated]).as_slice()].concat(),
        }
    }
}

fn carriers() -> impl Strategy<Value = Vec<Carrier>> {
    prop::collection::vec(prop::sample::select(CARRIERS.as_slice()), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn a_text_comes_whole(
        text in "[a-z\n]{1,20}",
        times in 1usize..400,
        carriers in carriers(),
        piece_bytes in 40usize..9_000,
        held_bytes in prop::sample::select(vec![100usize, 1 << 20]),
    ) {
        let text = text.repeat(times);
        let packed = carriers.iter().fold(text.clone().into_bytes(), |inner, carrier| carrier.put(&inner));
        let limits = Limits {
            piece_bytes,
            overlap_bytes: piece_bytes / 3,
            held_bytes,
            archive_depth: 10,
            ..Limits::default()
        };
        let outcome = gathered::bytes(&packed, &limits);
        prop_assert!(
            outcome.contents.values().any(|content| content == text.as_bytes()),
            "{:?}: {:?}", carriers, outcome
        );
        prop_assert_eq!(outcome.unread(), Vec::<String>::new());
    }
}
