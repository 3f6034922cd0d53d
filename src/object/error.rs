//! `GLib.Error`: a GError on its way to Python.

use std::ptr;
use std::sync::OnceLock;

use glib_sys::GError;
use pyo3::ffi::{self, PyObject};

use crate::convert::output;
use crate::object::pytype;
use crate::python::error::Result;
use crate::python::reference::not_null;

/// The exception class, a borrowed reference that lives for ever.
pub fn class() -> Result<*mut PyObject> {
    static CLASS: OnceLock<usize> = OnceLock::new();
    pytype::import_attribute(&CLASS, c"gi._error", c"GError")
}

/// A `GLib.Error` that says what a GError says: a new reference, or NULL with an exception set.
///
/// # Safety
/// `error` is live; it stays its owner's.
pub unsafe fn new(error: *const GError) -> *mut PyObject {
    crate::guard(|| {
        let class = class()?;
        // SAFETY: by the caller's word; every reference made here is dropped here.
        unsafe {
            let message = output::utf8_out_none((*error).message);
            let message = if message.is_null() {
                // A message that is no UTF-8 must not hide the error itself.
                ffi::PyErr_Clear();
                ffi::PyUnicode_DecodeLocale((*error).message, c"surrogateescape".as_ptr())
            } else {
                message
            };
            let domain = output::utf8_out_none(glib_sys::g_quark_to_string((*error).domain));
            let code = ffi::PyLong_FromLong((*error).code.into());
            let instance = if message.is_null() || domain.is_null() || code.is_null() {
                ptr::null_mut()
            } else {
                ffi::PyObject_CallFunctionObjArgs(
                    class,
                    message,
                    domain,
                    code,
                    ptr::null_mut::<PyObject>(),
                )
            };
            for object in [message, domain, code] {
                ffi::Py_XDECREF(object);
            }
            not_null(instance)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// Raises a GError and takes it; always NULL.
pub unsafe extern "C" fn raise_gerror(_: *mut PyObject, error: *mut GError) -> *mut PyObject {
    // SAFETY: the contract of the slot: a live GError that is ours; the instance is dropped when it has been set.
    unsafe {
        let instance = new(error);
        glib_sys::g_error_free(error);
        if !instance.is_null() {
            ffi::PyErr_SetObject(ffi::Py_TYPE(instance).cast(), instance);
            ffi::Py_DECREF(instance);
        }
    }
    ptr::null_mut()
}
