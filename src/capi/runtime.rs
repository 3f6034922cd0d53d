//! Errors, threads and references.

use std::ffi::{c_int, c_void};
use std::ptr;

use glib_sys::GError;
use pyo3::ffi;

use crate::convert::special;
use crate::object::error;
use crate::python::{self, Exception, Gil};

/// Drops a reference: a `GDestroyNotify` for user data that is a Python object. Called on any thread.
pub unsafe extern "C" fn destroy_notify(object: *mut c_void) {
    // SAFETY: the reference is what the data was.
    unsafe {
        if let Some(gil) = Gil::take() {
            ffi::Py_XDECREF(object.cast());
            drop(gil);
        }
    }
}

/// Raises what is in `*error`, and takes it; TRUE if there was anything.
pub unsafe extern "C" fn error_check(error: *mut *mut GError) -> c_int {
    // SAFETY: called with the place of an error, which is ours if there is one. The GIL may not be held here, in
    // PyGObject's times.
    unsafe {
        if error.is_null() || (*error).is_null() {
            return 0;
        }
        let raised = std::mem::replace(&mut *error, ptr::null_mut());
        match Gil::take() {
            Some(gil) => {
                error::raise_gerror(ptr::null_mut(), raised);
                drop(gil);
            }
            None => glib_sys::g_error_free(raised),
        }
        1
    }
}

/// Makes an error of the exception that is set, which is cleared: 0 where there is none, -1 if it became the error, -2
/// if it is no `GLib.Error`: then it is printed.
pub unsafe extern "C" fn gerror_exception_check(error: *mut *mut GError) -> c_int {
    // SAFETY: called with the place for an error; the exception is ours when it has been taken.
    unsafe {
        if ffi::PyErr_Occurred().is_null() {
            return 0;
        }
        let matches = error::class().is_ok_and(|class| ffi::PyErr_ExceptionMatches(class) != 0);
        if !matches {
            python::print();
            return -2;
        }
        let mut exception = Exception::take();
        let value = exception.value();
        let made = crate::guard(|| special::error_of(value));
        drop(exception);
        match made {
            Some(made) if error.is_null() => glib_sys::g_error_free(made),
            Some(made) => *error = made,
            None => {
                python::print();
                return -2;
            }
        }
        -1
    }
}

pub unsafe extern "C" fn set_thread_block_funcs(_: *mut c_void, _: *mut c_void) {
    // SAFETY: the GIL is held. A warning that is an error stays set.
    unsafe {
        ffi::PyErr_WarnEx(
            ffi::PyExc_DeprecationWarning,
            c"pyg_set_thread_block_funcs has no effect: the GIL is all that threads need".as_ptr(),
            1,
        );
    }
}

/// Threads need not be enabled.
pub unsafe extern "C" fn enable_threads() -> c_int {
    0
}

pub unsafe extern "C" fn gil_state_ensure() -> c_int {
    // SAFETY: called while Python runs.
    let state = unsafe { ffi::PyGILState_Ensure() };
    match state {
        ffi::PyGILState_STATE::PyGILState_LOCKED => 0,
        ffi::PyGILState_STATE::PyGILState_UNLOCKED => 1,
    }
}

pub unsafe extern "C" fn gil_state_release(flag: c_int) {
    let state = if flag == 0 {
        ffi::PyGILState_STATE::PyGILState_LOCKED
    } else {
        ffi::PyGILState_STATE::PyGILState_UNLOCKED
    };
    // SAFETY: called with what `gil_state_ensure` gave, on the same thread.
    unsafe { ffi::PyGILState_Release(state) };
}
