//! GLib's warnings as Python's: what GLib and GObject say of misuse becomes a `GObject.Warning` at the caller's line,
//! and what extensions ask for a warning of their class.
//!
//! Compat surface, section 1.2. A handler may be called on any thread, with or without the GIL, and under locks of GLib's:
//! it only notes what Python is to hear (`python::warnings`).

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;
use std::sync::{LazyLock, Mutex};

use glib_sys as glib;
use pyo3::ffi::{self, PyObject};

use crate::python::error::{Raised, Result, type_error};
use crate::python::warnings;

/// The domains whose warnings are redirected from the beginning.
const DOMAINS: [&CStr; 3] = [c"GLib", c"GLib-GObject", c"GThread"];

/// Domain → its handler's number. The lock is held only while the map and GLib's handlers are touched.
static HANDLERS: LazyLock<Mutex<HashMap<CString, u32>>> = LazyLock::new(Default::default);

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
    for domain in DOMAINS {
        redirect(domain, class);
    }
    Ok(class)
}

/// Sets a handler for a domain, in the place of the one that was set here before. The class gets a reference for ever,
/// as a handler may be running when it is removed.
fn redirect(domain: &CStr, class: *mut PyObject) {
    let levels = glib::G_LOG_LEVEL_CRITICAL | glib::G_LOG_LEVEL_WARNING;
    let mut handlers = HANDLERS
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    // SAFETY: the domain is copied; the class lives for ever; only handlers that were set here are removed.
    unsafe {
        if let Some(before) = handlers.remove(domain) {
            glib::g_log_remove_handler(domain.as_ptr(), before);
        }
        let class = ffi::Py_NewRef(class).cast();
        let handler = glib::g_log_set_handler(domain.as_ptr(), levels, Some(log), class);
        handlers.insert(domain.to_owned(), handler);
    }
}

pub(super) unsafe extern "C" fn add_warning_redirection(
    domain: *const c_char,
    warning: *mut PyObject,
) {
    // SAFETY: called with a C string and a live class.
    crate::guard(|| unsafe {
        if domain.is_null() || warning.is_null() {
            return Err(type_error(
                "add_warning_redirection: a domain and a warning class are needed",
            ));
        }
        redirect(CStr::from_ptr(domain), warning);
        Ok(())
    });
}

/// Gives all warnings back to GLib.
pub(super) unsafe extern "C" fn disable_warning_redirections() {
    let mut handlers = HANDLERS
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    for (domain, handler) in handlers.drain() {
        // SAFETY: a handler that was set here.
        unsafe { glib::g_log_remove_handler(domain.as_ptr(), handler) };
    }
}

/// `class` is the warning class.
unsafe extern "C" fn log(
    domain: *const c_char,
    level: glib::GLogLevelFlags,
    message: *const c_char,
    class: *mut c_void,
) {
    // SAFETY: the strings are GLib's, the class has a reference for ever.
    unsafe { warnings::say(class.cast(), domain, level, message) };
}
