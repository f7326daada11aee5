//! Calls of an API as something to copy.

use std::fmt::Write;

use ::privilege::ApiCall;
use serde_json::Value;

use crate::render::page::Block;

/// One block with all of them: what each does, verb and path, body.
pub(crate) fn block(calls: &[ApiCall]) -> Block {
    let mut text = String::new();
    for (number, call) in calls.iter().enumerate() {
        let gap = if number == 0 { "" } else { "\n" };
        let _ = writeln!(text, "{gap}# {}\n{} {}", call.what, call.method.name(), call.path);
        if let Some(body) = &call.body {
            let _ = writeln!(text, "{body:#}");
        }
    }
    Block::Code { language: "http", text }
}

/// The same for programs.
pub(crate) fn json(calls: &[ApiCall]) -> Value {
    calls.iter().map(ApiCall::json).collect()
}
