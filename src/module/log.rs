//! GLib's warnings as Python's: what GLib and GObject say of misuse becomes a `GObject.Warning` at the caller's line.
//!
//! Compat surface, section 1.2. A handler may be called on any thread, with or without the GIL; it takes it.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use glib_sys as glib;
use pyo3::ffi::{self, PyObject};

use crate::convert::{Raised, Result};

/// The domains whose warnings are redirected.
const DOMAINS: [&CStr; 3] = [c"GLib", c"GLib-GObject", c"GThread"];

/// The warning class: a strong reference, for ever.
static WARNING: AtomicPtr<PyObject> = AtomicPtr::new(ptr::null_mut());

/// Makes the class and sets the handlers; once, at initialisation. Returns the class, borrowed.
pub fn initialise() -> Result<*mut PyObject> {
    // SAFETY: C strings and a live base class.
    let class = unsafe {
        ffi::PyErr_NewException(
            c"gobject.Warning".as_ptr(),
            ffi::PyExc_Warning,
            ptr::null_mut(),
        )
    };
    if class.is_null() {
        return Err(Raised);
    }
    WARNING.store(class, Ordering::Release);
    for domain in DOMAINS {
        let levels = glib::G_LOG_LEVEL_CRITICAL | glib::G_LOG_LEVEL_WARNING;
        // SAFETY: a handler that lives for ever.
        unsafe { glib::g_log_set_handler(domain.as_ptr(), levels, Some(log), ptr::null_mut()) };
    }
    Ok(class)
}

unsafe extern "C" fn log(
    domain: *const c_char,
    level: glib::GLogLevelFlags,
    message: *const c_char,
    _: *mut c_void,
) {
    // SAFETY: the strings are GLib's. Python is asked only while it runs; an exception that is under way is kept, and
    // one that the warning has become cannot be raised here: it is reported.
    unsafe {
        if ffi::Py_IsInitialized() == 0 {
            glib::g_log_default_handler(domain, level, message, ptr::null_mut());
            return;
        }
        let state = ffi::PyGILState_Ensure();
        let (mut kind, mut value, mut traceback) =
            (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        ffi::PyErr_Fetch(&mut kind, &mut value, &mut traceback);
        let class = WARNING.load(Ordering::Acquire);
        if ffi::PyErr_WarnEx(class, message, 1) < 0 {
            ffi::PyErr_WriteUnraisable(class);
        }
        ffi::PyErr_Restore(kind, value, traceback);
        ffi::PyGILState_Release(state);
    }
}
