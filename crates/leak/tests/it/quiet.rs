//! Texts that hold no credential worth a word.
