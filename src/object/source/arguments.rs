//! Arguments of the functions of sources.

use std::ptr;

use glib_sys as glib;
use glib_sys::GSource;
use pyo3::ffi::{self, PyObject};

use crate::convert::errors;
use crate::object::class::cells;
use crate::python::error::{Result, type_error, type_name};

/// TypeError for what cannot be called, as argument `i`.
///
/// # Safety
/// A live object.
pub(super) unsafe fn callable(function: *mut PyObject, i: usize) -> Result<()> {
    errors::not_none(function, i)?;
    // SAFETY: by the caller's word.
    unsafe { errors::callable(function) }
}

/// Fails unless a function of this file has got as many arguments as it takes.
pub(super) fn count(name: &str, takes: isize, n: isize) -> Result<()> {
    if n == takes {
        return Ok(());
    }
    let text = format!("{name}() takes exactly {takes} arguments ({n} given)");
    Err(type_error(&text))
}

/// The channel in a wrapper, borrowed.
///
/// # Safety
/// A live object.
pub unsafe fn io_channel(object: *mut PyObject, what: &str) -> Result<*mut glib::GIOChannel> {
    // SAFETY: by the caller's word.
    unsafe {
        match cells::boxed_of(object) {
            Some((gtype, value)) if gtype == glib::g_io_channel_get_type() => Ok(value.cast()),
            _ => Err(type_error(&format!("{what} is not a GLib.IOChannel"))),
        }
    }
}

/// The data of a callback: NULL for an empty tuple.
///
/// # Safety
/// A live object.
pub(super) unsafe fn tuple(data: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        if ffi::PyTuple_Check(data) == 0 {
            let found = type_name(data);
            return Err(type_error(&format!("Data must be a tuple, not {found}")));
        }
        Ok(if ffi::PyTuple_Size(data) == 0 {
            ptr::null_mut()
        } else {
            data
        })
    }
}

/// The source in a wrapper, borrowed.
///
/// # Safety
/// A live object.
pub(super) unsafe fn source_of(object: *mut PyObject) -> Result<*mut GSource> {
    // SAFETY: by the caller's word.
    unsafe {
        match cells::boxed_of(object) {
            Some((gtype, value)) if gtype == glib::g_source_get_type() => Ok(value.cast()),
            _ => Err(type_error("first argument is not a GLib.Source")),
        }
    }
}
