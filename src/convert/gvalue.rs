//! `GValue`: any Python object in, by the type that it has, and out again.
//!
//! Compat surface, section 2.6.

use std::ffi::c_void;

use gobject_sys as gobject;
use gobject_sys::GValue;
use pyo3::ffi::PyObject;

use super::cell::TypeCell;
use super::temps::Temps;
use super::{Result, not_implemented, output};

/// A pointer to a value for C: that of a `GObject.Value` itself, or a new one with `object` in it.
///
/// # Safety
/// `object` is live and not None.
pub unsafe fn input(
    _object: *mut PyObject,
    _cell: &'static TypeCell,
    _full: bool,
    _temps: &mut Temps<'_>,
) -> Result<*mut GValue> {
    Err(not_implemented("GObject.Value comes later"))
}

/// The same into the zeroed memory at `to`; lent unless `full`.
///
/// # Safety
/// `object` is live.
pub unsafe fn input_inline(
    _object: *mut PyObject,
    _cell: &'static TypeCell,
    _full: bool,
    _temps: &mut Temps<'_>,
    _to: *mut GValue,
) -> Result<()> {
    Err(not_implemented("GObject.Value comes later"))
}

/// What a value holds; NULL is None. With `full` the value and its memory are ours, and freed.
///
/// # Safety
/// `value` is NULL or live.
pub unsafe fn output(value: *mut GValue, full: bool) -> Result<*mut PyObject> {
    if value.is_null() {
        return Ok(output::none());
    }
    // SAFETY: by the caller's word.
    unsafe {
        let object = output_inline(value, full);
        if full {
            glib_sys::g_free(value.cast());
        }
        object
    }
}

/// What a value holds; with `full` it is unset afterwards, and its memory left alone.
///
/// # Safety
/// `value` is live.
pub unsafe fn output_inline(value: *mut GValue, full: bool) -> Result<*mut PyObject> {
    if full {
        // SAFETY: by the caller's word.
        unsafe { unset(value) };
    }
    Err(not_implemented("GObject.Value comes later"))
}

/// Empties a value if there is something in it.
///
/// # Safety
/// `value` is live.
pub unsafe fn unset(value: *mut GValue) {
    // SAFETY: by the caller's word.
    unsafe {
        if (*value).g_type != 0 {
            gobject::g_value_unset(value);
        }
    }
}

/// Frees a value in memory of the g_malloc kind.
pub unsafe extern "C" fn free(value: *mut c_void, _: *const c_void) {
    // SAFETY: a live value that is ours.
    unsafe {
        unset(value.cast());
        glib_sys::g_free(value);
    }
}
