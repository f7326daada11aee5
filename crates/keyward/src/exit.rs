//! How a run ends.

use std::process::{ExitCode, Termination};

use serde::{Serialize, Serializer};

/// The four ways a run can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything asked for was examined; nothing reached the threshold.
    Clean = 0,
    /// Everything asked for was examined; something reached the threshold.
    Found = 1,
    /// Nothing was examined: bad usage, rules that do not load, input that cannot be read.
    Failed = 2,
    /// Some of it was examined. Findings may exist, but silence proves nothing.
    Partial = 3,
}

impl Exit {
    /// The number that the process returns.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

impl Serialize for Exit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.code())
    }
}
