//! gijit: GObject libraries from Python, compiled.
//!
//! The extension module `gi._gi`. The rooms, in the order in which they may use each other:
//!
//! - `typelib`, `repository`, `plan`, `shape`: crates of their own; what is in the metadata, without Python.
//! - [`process`], [`girepository`], [`python`]: the one repository of the process, libgirepository's beside it, and the one
//!   interpreter, as any thread meets it.
//! - [`convert`]: the one place where a value crosses between Python and C.
//! - [`closure`]: lets C call Python.
//! - [`invoke`]: runs any plan over libffi.
//! - [`thunk`]: makes native code of plans, by way of the `engine` library, which alone contains LLVM.
//! - [`object`]: the Python types.
//! - [`info`]: the info objects and `gi.Repository`.
//! - [`capi`]: the C interface for other extension modules.
//! - [`module`]: the names that Python sees.

mod capi;
mod closure;
mod convert;
mod girepository;
mod info;
mod invoke;
mod module;
mod object;
mod process;
mod python;
mod thunk;

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::ffi;

/// The one boundary between Rust and C: a panic becomes a `SystemError`, and with every failure an exception is set.
///
/// None means that the caller must return its error value. A thread that comes here stays in this process, whatever
/// becomes of Python (`python::stay`); and what GLib has said while `body` ran, Python hears now.
#[inline]
pub(crate) fn guard<T>(body: impl FnOnce() -> python::error::Result<T>) -> Option<T> {
    python::stay();
    let done = caught(body);
    python::warnings::issue_waiting();
    done
}

#[inline]
fn caught<T>(body: impl FnOnce() -> python::error::Result<T>) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => Some(value),
        Ok(Err(python::error::Raised)) => None,
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            // SAFETY: reads a static that the interpreter has initialised.
            let kind = unsafe { ffi::PyExc_SystemError };
            python::error::raise(kind, &format!("gijit panicked, please report this: {text}"));
            None
        }
    }
}
