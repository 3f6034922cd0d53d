//! What several rooms have to say in the same words: each text exists once.

use pyo3::ffi::{self, PyObject};

use crate::convert::gtype::gtype_name;
use crate::convert::table::hooks;
use crate::python::error::{Raised, Result, raise, type_error, type_name};

/// Fails for what cannot be called.
///
/// # Safety
/// `object` is live.
pub unsafe fn callable(object: *mut PyObject) -> Result<()> {
    // SAFETY: by the caller's word.
    unsafe {
        if ffi::PyCallable_Check(object) != 0 {
            return Ok(());
        }
        Err(type_error(&format!(
            "Callback needs to be a function or method not {}",
            type_name(object)
        )))
    }
}

/// Fails for None as argument `i`, counted from 0.
pub fn not_none(object: *mut PyObject, i: usize) -> Result<()> {
    // SAFETY: compares addresses.
    if object == unsafe { ffi::Py_None() } {
        return Err(none_at(i));
    }
    Ok(())
}

/// Argument `i`, counted from 0, is None and must not be.
pub fn none_at(i: usize) -> Raised {
    type_error(&format!("Argument {i} does not allow None as a value"))
}

/// An object stands for no GType.
pub fn no_gtype() -> Raised {
    type_error("could not get typecode from object")
}

/// Objects of a GType cannot be made, only of those that derive from it.
pub fn abstract_type(gtype: usize) -> Raised {
    type_error(&format!(
        "cannot create instance of abstract (non-instantiable) type `{}'",
        gtype_name(gtype)
    ))
}

/// A wrapper has no instance. `kind` is the exception's class.
///
/// # Safety
/// `kind` is one of the `PyExc_*` statics, `object` is live.
pub unsafe fn not_initialized(kind: *mut PyObject, object: *mut PyObject) -> Raised {
    // SAFETY: by the caller's word.
    let (class, is_gone) = unsafe { (type_name(object), (hooks().boxed_is_gone)(object)) };
    let why = if is_gone {
        "was lent by C for a call that is over, and cannot be copied: take from it what is needed during the call"
    } else {
        "is not initialized"
    };
    raise(kind, &format!("object at {object:p} of type {class} {why}"))
}
