//! What the sources of C call: a Python callable and what is passed on to it, by the same few C functions for all.
//!
//! No code is made for one, and it costs one small piece of memory, which lives until GLib says that its source is at
//! its end.

use std::ffi::{c_int, c_void};

use glib_sys as glib;
use glib_sys::{GIOCondition, gboolean};
use pyo3::ffi::{self, PyObject};

use crate::closure;
use crate::convert::enumeration::flags_out;
use crate::object::class::cells;
use crate::python::error::{Raised, Result};
use crate::python::reference::not_null;
use crate::python::{self, Gil};

/// What a source calls. Lives from being given to GLib until its destroy notification.
pub struct Callback {
    /// A strong reference.
    pub function: *mut PyObject,
    /// A tuple of what is passed behind all else, a strong reference; NULL if there is nothing.
    pub data: *mut PyObject,
    /// What the source is about, for those that pass it: a strong reference, or NULL.
    subject: *mut PyObject,
}

impl Callback {
    /// For GLib, which gives it back to [`release`].
    ///
    /// # Safety
    /// The objects are live; `data` is NULL or a tuple.
    pub unsafe fn give(
        function: *mut PyObject,
        data: *mut PyObject,
        subject: *mut PyObject,
    ) -> *mut c_void {
        // SAFETY: by the caller's word.
        unsafe {
            closure::count(true);
            Box::into_raw(Box::new(Callback {
                function: ffi::Py_NewRef(function),
                data: ffi::Py_XNewRef(data),
                subject: ffi::Py_XNewRef(subject),
            }))
            .cast()
        }
    }

    /// Calls it with `first` and its data: a new reference.
    ///
    /// # Safety
    /// The GIL is held; `first` are live. GLib keeps the callback while it is called.
    pub unsafe fn call(&self, first: &[*mut PyObject]) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word; the tuple holds what is read from it.
        let result = unsafe {
            if self.data.is_null() {
                python::call(self.function, first.as_ptr(), first.len())
            } else {
                let n = ffi::PyTuple_Size(self.data);
                let data = (0..n).map(|i| ffi::PyTuple_GetItem(self.data, i));
                let args: Vec<_> = first.iter().copied().chain(data).collect();
                python::call(self.function, args.as_ptr(), args.len())
            }
        };
        not_null(result)
    }
}

/// Runs Python for a source, on any thread: an exception is printed, and counts as no. `body` is run under the GIL and
/// without an exception that is set.
pub fn enter(body: impl FnOnce() -> Result<bool>) -> gboolean {
    let Some(gil) = Gil::take() else {
        return glib::GFALSE;
    };
    // SAFETY: the GIL is held.
    let answer = unsafe {
        let outer = closure::Outer::take();
        let answer = crate::guard(body).unwrap_or_else(|| {
            python::print();
            false
        });
        drop(outer);
        answer
    };
    drop(gil);
    answer.into()
}

/// The truth of a new reference, which is dropped.
///
/// # Safety
/// A live object that is the caller's.
pub unsafe fn truth(object: *mut PyObject) -> Result<bool> {
    // SAFETY: by the caller's word.
    let truth = unsafe {
        let truth = ffi::PyObject_IsTrue(object);
        ffi::Py_DECREF(object);
        truth
    };
    match truth {
        -1 => Err(Raised),
        truth => Ok(truth != 0),
    }
}

/// What a callback's answer means: as with all callbacks a tuple holds the results, of which the first counts.
///
/// # Safety
/// A live object that is the caller's.
unsafe fn answer(object: *mut PyObject) -> Result<bool> {
    // SAFETY: by the caller's word; the item is held when the tuple goes.
    unsafe {
        if ffi::PyTuple_Check(object) == 0 || ffi::PyTuple_Size(object) == 0 {
            return truth(object);
        }
        let first = ffi::Py_NewRef(ffi::PyTuple_GetItem(object, 0));
        ffi::Py_DECREF(object);
        truth(first)
    }
}

/// A `GSourceFunc`.
pub unsafe extern "C" fn call_plain(data: *mut c_void) -> gboolean {
    // SAFETY: the data is a callback, which GLib keeps during the call.
    unsafe { enter(|| answer((*data.cast::<Callback>()).call(&[])?)) }
}

/// A `GIOFunc`: Python gets the channel that it gave.
pub unsafe extern "C" fn call_watch(
    _: *mut glib::GIOChannel,
    condition: GIOCondition,
    data: *mut c_void,
) -> gboolean {
    // SAFETY: as above; the condition is dropped after the call.
    unsafe {
        enter(|| {
            let callback = &*data.cast::<Callback>();
            let cell = cells::of_type(glib::g_io_condition_get_type())?;
            let condition = flags_out(condition, cell);
            if condition.is_null() {
                return Err(Raised);
            }
            let result = callback.call(&[callback.subject, condition]);
            ffi::Py_DECREF(condition);
            answer(result?)
        })
    }
}

/// A `GChildWatchFunc`: Python gets the process id that it gave.
pub unsafe extern "C" fn call_child(_: glib::GPid, status: c_int, data: *mut c_void) {
    // SAFETY: as above; the status is dropped after the call.
    unsafe {
        enter(|| {
            let callback = &*data.cast::<Callback>();
            let status = ffi::PyLong_FromLong(status.into());
            if status.is_null() {
                return Err(Raised);
            }
            let result = callback.call(&[callback.subject, status]);
            ffi::Py_DECREF(status);
            answer(result?)
        });
    }
}

/// The destroy notification of every callback.
pub unsafe extern "C" fn release(data: *mut c_void) {
    let Some(gil) = Gil::take() else {
        return;
    };
    // SAFETY: GLib says this once, and does not use the callback any more.
    unsafe {
        let Callback {
            function,
            data,
            subject,
        } = *Box::from_raw(data.cast::<Callback>());
        closure::count(false);
        ffi::Py_DECREF(function);
        ffi::Py_XDECREF(data);
        ffi::Py_XDECREF(subject);
    }
    drop(gil);
}
