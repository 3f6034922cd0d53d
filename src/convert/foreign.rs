//! Values that another Python binding wraps, as pycairo does those of cairo.

use std::ffi::c_void;

use pyo3::ffi::PyObject;

use super::cell::TypeCell;
use super::temps::Temps;
use super::{Result, not_implemented, output};

/// # Safety
/// `object` is live and not None.
pub unsafe fn input(
    _object: *mut PyObject,
    cell: &'static TypeCell,
    _full: bool,
    _temps: &mut Temps<'_>,
) -> Result<*mut c_void> {
    Err(not_implemented(&format!("{} comes later", cell.of)))
}

/// # Safety
/// `pointer` is NULL or live, and with `full` ours.
pub unsafe fn output(
    pointer: *mut c_void,
    cell: &'static TypeCell,
    _full: bool,
) -> Result<*mut PyObject> {
    if pointer.is_null() {
        return Ok(output::none());
    }
    Err(not_implemented(&format!("{} comes later", cell.of)))
}

/// # Safety
/// `pointer` is live and ours.
pub unsafe fn release(_pointer: *mut c_void, _cell: &'static TypeCell) {}
