//! GClosures of Python callables: what GLib calls with values instead of arguments.
//!
//! The layout is the public one of `pygobject.h`, which C extensions know (compat surface, section 6). A closure owns
//! its references until it is invalidated, which happens once, at the latest when it is freed.

use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use super::python::{self, Gil};
use super::trampoline;
use crate::convert::{Raised, Result, gvalue, type_error};

/// Called instead of printing the exception that is set: it may write the closure's result.
pub type ExceptionHandler = unsafe extern "C" fn(*mut gobject::GValue, u32, *const gobject::GValue);

/// `GClosure` in full, of which gobject-sys describes only the beginning.
#[repr(C)]
struct Head {
    bits: u32,
    marshal: *mut c_void,
    data: *mut c_void,
    notifiers: *mut c_void,
}

/// The closure. `callback`, `extra_args` (a tuple) and `swap_data` are strong references or NULL.
#[repr(C)]
pub struct PyGClosure {
    closure: Head,
    pub callback: *mut PyObject,
    /// Passed behind the values.
    pub extra_args: *mut PyObject,
    /// Passed in the place of the first value.
    pub swap_data: *mut PyObject,
    pub exception_handler: Option<ExceptionHandler>,
}

const _: () = {
    assert!(offset_of!(PyGClosure, callback) == 32);
    assert!(size_of::<PyGClosure>() == 32 + 4 * 8);
};

/// A floating closure of a callable. `extra` is NULL or a tuple (another object becomes one), `swap` NULL or an object.
///
/// # Safety
/// The objects are live, and the GIL is held.
pub unsafe fn new(
    callback: *mut PyObject,
    extra: *mut PyObject,
    swap: *mut PyObject,
) -> Result<*mut gobject::GClosure> {
    // SAFETY: a simple closure has as many zeroed bytes as asked for behind its head; the references are its own.
    unsafe {
        let extra_args = if extra.is_null() || extra == ffi::Py_None() {
            ptr::null_mut()
        } else if ffi::PyTuple_Check(extra) != 0 {
            ffi::Py_NewRef(extra)
        } else {
            let tuple = ffi::PyTuple_Pack(1, extra);
            if tuple.is_null() {
                return Err(Raised);
            }
            tuple
        };
        let size = size_of::<PyGClosure>() as u32;
        let closure = gobject::g_closure_new_simple(size, ptr::null_mut());
        let this = closure.cast::<PyGClosure>();
        (*this).callback = ffi::Py_NewRef(callback);
        (*this).extra_args = extra_args;
        (*this).swap_data = ffi::Py_XNewRef(swap);
        (*this).exception_handler = None;
        trampoline::count(true);
        gobject::g_closure_add_invalidate_notifier(closure, ptr::null_mut(), Some(invalidated));
        gobject::g_closure_set_marshal(closure, Some(marshal));
        Ok(closure)
    }
}

/// Drops the references, on any thread.
unsafe extern "C" fn invalidated(_: *mut c_void, closure: *mut gobject::GClosure) {
    // SAFETY: GLib calls this once for each closure; Python is touched only while it is there, and the fields are
    // emptied before Python code can run.
    unsafe {
        let Some(gil) = Gil::take() else {
            return;
        };
        let this = closure.cast::<PyGClosure>();
        let held = [
            std::mem::replace(&mut (*this).callback, ptr::null_mut()),
            std::mem::replace(&mut (*this).extra_args, ptr::null_mut()),
            std::mem::replace(&mut (*this).swap_data, ptr::null_mut()),
        ];
        trampoline::count(false);
        for object in held {
            ffi::Py_XDECREF(object);
        }
        drop(gil);
    }
}

/// Calls the callable with the values, the extra arguments behind them.
unsafe extern "C" fn marshal(
    closure: *mut gobject::GClosure,
    result: *mut gobject::GValue,
    n: u32,
    values: *const gobject::GValue,
    _: *mut c_void,
    _: *mut c_void,
) {
    // SAFETY: GLib calls this with a live closure, `n` values, and NULL or an initialised value for the result.
    unsafe {
        let Some(gil) = Gil::take() else {
            return;
        };
        let outer = super::enter::Outer::take();
        let this = closure.cast::<PyGClosure>();
        if crate::guard(|| call(this, result, n, values)).is_none() {
            match (*this).exception_handler {
                Some(handler) => handler(result, n, values),
                None => python::print(),
            }
        }
        drop(outer);
        drop(gil);
    }
}

/// References that are dropped at the end.
struct Held(SmallVec<[*mut PyObject; 9]>);

impl Drop for Held {
    fn drop(&mut self) {
        for &object in &self.0 {
            // SAFETY: the references are ours.
            unsafe { ffi::Py_DECREF(object) };
        }
    }
}

/// # Safety
/// As for [`marshal`], under the GIL and with no exception set.
unsafe fn call(
    this: *mut PyGClosure,
    result: *mut gobject::GValue,
    n: u32,
    values: *const gobject::GValue,
) -> Result<()> {
    // SAFETY: by the caller's word; the callable and the arguments are held through the call, also if the closure is
    // invalidated meanwhile.
    unsafe {
        if (*this).callback.is_null() {
            return Ok(());
        }
        let mut held = Held(SmallVec::new());
        let callback = ffi::Py_NewRef((*this).callback);
        held.0.push(callback);
        for i in 0..n as usize {
            let object = if i == 0 && !(*this).swap_data.is_null() {
                ffi::Py_NewRef((*this).swap_data)
            } else {
                gvalue::output_inline(values.add(i).cast_mut(), false)?
            };
            held.0.push(object);
        }
        let extra = (*this).extra_args;
        if !extra.is_null() {
            for k in 0..ffi::PyTuple_Size(extra) {
                held.0.push(ffi::Py_NewRef(ffi::PyTuple_GetItem(extra, k)));
            }
        }
        let returned = python::call(callback, held.0.as_ptr().add(1), held.0.len() - 1);
        if returned.is_null() {
            return Err(Raised);
        }
        let given = if result.is_null() || (*result).g_type == 0 {
            Ok(())
        } else {
            give(result, returned)
        };
        ffi::Py_DECREF(returned);
        given
    }
}

/// Writes what the callable returned.
///
/// # Safety
/// `result` is an initialised value and `returned` is live.
unsafe fn give(result: *mut gobject::GValue, returned: *mut PyObject) -> Result<()> {
    // SAFETY: passed on.
    unsafe { gvalue::set(result, returned) }.map_err(|Raised| {
        // SAFETY: replaces the exception that is set.
        unsafe { ffi::PyErr_Clear() };
        type_error("can't convert return value to desired type")
    })
}
