//! `gijit.explain`: everything that is known about one callable, as text for a person.

use std::fmt::Write;

use crate::invoke::bind;
use crate::invoke::callable::{Callable, Tier};
use crate::python::error::Result;
use crate::thunk::{engine, tier};

/// The text. `code` asks for IR and assembly, for which the engine is loaded.
pub fn of(callable: &Callable, code: bool) -> Result<String> {
    let plan = bind::plan(callable.origin())?;
    let mut text = format!("{plan}");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let Ok(shape) = &plan.shape else {
        return Ok(text);
    };
    let shape = shape.to_string();
    let tier = match callable.tier.get() {
        Tier::Cold => "cold: it has not been called".to_owned(),
        Tier::Thunk => "thunk".to_owned(),
        Tier::Ffi if callable.counting.get() => format!(
            "libffi, {} of {} calls before a thunk is made",
            callable.calls.get(),
            tier::settings().threshold
        ),
        Tier::Ffi => "libffi".to_owned(),
    };
    let _ = writeln!(text, "  tier: {tier}");
    if code {
        match engine::disassemble(&shape) {
            Ok(listing) => {
                let _ = write!(text, "\n{listing}");
            }
            Err(error) => {
                let _ = writeln!(text, "  code: none: {error}");
            }
        }
    }
    Ok(text)
}
