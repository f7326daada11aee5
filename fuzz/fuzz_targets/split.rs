//! Whatever is received: nothing panics, events are on one line each and read the same again, and what is none is told with a place inside the body.

#![no_main]

use archive::split;
use catalog::Product;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for provider in [None, Some(Product::Okta), Some(Product::Auth0)] {
        let split = split(body, provider);
        for record in &split.records {
            assert!(!record.bytes.contains(&b'\n') && !record.bytes.contains(&b'\r'));
            assert!(!record.id.is_empty());
            assert!(std::str::from_utf8(&record.bytes).is_ok());
        }
        for one in &split.rejected {
            assert!(one.offset <= body.len() as u64 && one.bytes <= body.len() as u64);
        }
    }
});
