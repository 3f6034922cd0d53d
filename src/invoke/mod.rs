//! Runs any plan over libffi: the reference semantics, and every error message of a call.
//!
//! [`callable`] is the Python object that is called; [`bind`] makes a plan ready for its first call; [`arguments`]
//! sorts positional and keyword arguments; [`call`] converts, calls C and converts back; [`frame`] does that for what a
//! thunk does not open; [`operation`] gives what can be awaited; [`pointer`] calls functions that Python knows by their address. This room knows nothing of
//! LLVM: it tells a [`Promoter`] when a callable has been bound and, in the automatic mode, how often it is called.

pub mod arguments;
pub mod beyond;
pub mod bind;
pub mod call;
pub mod callable;
pub mod frame;
mod operation;
pub mod origin;
pub mod pointer;

use std::sync::OnceLock;

use bind::Bound;
use callable::Callable;
use pyo3::ffi::PyObject;

use crate::closure::pointer::Pointer;
use crate::python::error::{Result, type_error};

/// Who may move a callable to a faster tier. Both are called with the GIL held.
pub struct Promoter {
    /// A callable has just been bound, before its first call.
    pub bound: fn(&Callable),
    /// A callable that asked to be counted is called over libffi once more.
    pub counted: fn(&Callable),
}

/// What is behind a Python object that is called: a function of a library, or one that is known by its address.
///
/// # Safety
/// `object` is live, and outlives the result.
pub unsafe fn bound<'a>(object: *mut PyObject) -> Result<&'a Bound> {
    // SAFETY: by the caller's word.
    unsafe {
        if let Some(callable) = callable::from_object(object) {
            return callable.bound();
        }
        match crate::closure::pointer::from_object(object) {
            Some(Pointer { signature, .. }) => pointer::bound(signature),
            None => match OTHERS.get() {
                Some(others) => others(object)?,
                None => None,
            }
            .ok_or_else(|| type_error("this is no function of a GObject library")),
        }
    }
}

/// Finds what is behind callable objects of other rooms; None for what is none.
type Others = unsafe fn(*mut PyObject) -> Result<Option<&'static Bound>>;

static OTHERS: OnceLock<Others> = OnceLock::new();

/// Says who knows other callable objects; once, at initialisation.
pub fn set_others(others: Others) {
    let _ = OTHERS.set(others);
}

static PROMOTER: OnceLock<Promoter> = OnceLock::new();

/// Says who promotes; once, at initialisation.
pub fn set_promoter(promoter: Promoter) {
    let _ = PROMOTER.set(promoter);
}
