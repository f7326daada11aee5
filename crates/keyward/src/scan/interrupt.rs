//! Ctrl-C: the first ends the run cleanly, the second at once.

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use source::Stop;

use crate::exit::Exit;

/// Has a signal ask for the end of the run.
pub(crate) fn watch(stop: &Stop) -> anyhow::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        let code = i32::from(Exit::Partial.code());
        // In this order: the first signal finds the flag unset, and sets it.
        flag::register_conditional_shutdown(signal, code, stop.flag())
            .and_then(|_| flag::register(signal, stop.flag()))
            .context("failed to wait for signals")?;
    }
    Ok(())
}
