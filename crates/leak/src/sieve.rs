//! The first look at every byte: long runs of letters and digits, and the few words that matter without one.
