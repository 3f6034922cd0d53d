//! C → Python: callbacks of every scope.
//!
//! A callback is a plan run backwards: C calls a piece of code made for one Python callable, which converts C's
//! arguments, calls Python and converts what it returns.

use std::ffi::c_void;

use gijit_plan::{Scope, TypeRef};
use pyo3::ffi::PyObject;

use crate::convert::temps::Temps;
use crate::convert::{Result, not_implemented};

/// What C gets for one Python callable.
pub struct Callback {
    /// The function pointer.
    pub code: *mut c_void,
    /// The user data, if the function takes some.
    pub data: *mut c_void,
    /// The destroy notify, if the function takes one.
    pub destroy: *mut c_void,
}

/// What a function's typelib says about one callback argument.
pub struct Site {
    pub of: TypeRef,
    pub scope: Scope,
    /// The function takes user data for it.
    pub has_data: bool,
    /// The function takes a destroy notify for it.
    pub has_destroy: bool,
}

/// Makes a callback of a Python object that is not None. `user_data` is NULL or a tuple of what is passed on to the
/// callable behind its other arguments. Until C has been called, everything belongs to the pieces.
///
/// # Safety
/// The objects are live.
pub unsafe fn callback(
    site: &Site,
    _function: *mut PyObject,
    _user_data: *mut PyObject,
    _temps: &mut Temps<'_>,
) -> Result<Callback> {
    Err(not_implemented(&format!(
        "{}: callbacks come later",
        site.of
    )))
}

/// Live callbacks, for `gijit.stats()`.
pub fn live() -> usize {
    0
}
