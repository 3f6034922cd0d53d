//! GClosures of Python callables: what GLib calls with values instead of arguments.
//!
//! The layout is the public one of `pygobject.h`, which C extensions know (compat surface, section 6), with a field of
//! ours behind it. A closure owns its references until it is invalidated, which happens once, at the latest when it is
//! freed. The handler of a signal that a typelib describes gets its arguments as a callback does: the data of a
//! `GValue` is what C would pass.

use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use gijit_plan::{Transfer, Type};

use super::enter::{self, Callee, Outer};

use super::signature::{Returned, Signature};
use super::ties;
use super::trampoline;
use super::watch::{self, Link};
use crate::convert::reference::Held;
use crate::convert::{Raised, Result, gvalue, not_null, type_error};
use crate::python::{self, Gil};

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

/// The size in bytes of a closure without data of its own.
pub const SIZE: u32 = size_of::<Head>() as u32;

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
    /// How the arguments cross; None: as the values that they come in.
    signature: Option<&'static Signature>,
    /// Its place among the closures of an object.
    pub link: Link,
}

const _: () = {
    assert!(offset_of!(PyGClosure, callback) == 32);
    assert!(offset_of!(PyGClosure, signature) == 32 + 4 * 8);
};

/// A floating closure of a callable. `extra` is NULL or a tuple (another object becomes one), `swap` NULL or an object;
/// `signature` is that of a signal's handler, if it is known.
///
/// # Safety
/// The objects are live, and the GIL is held.
pub unsafe fn new(
    callback: *mut PyObject,
    extra: *mut PyObject,
    swap: *mut PyObject,
    signature: Option<&'static Signature>,
) -> Result<*mut gobject::GClosure> {
    // SAFETY: by the caller's word.
    unsafe {
        let closure = with_marshal(callback, extra, swap, marshal)?;
        (*closure.cast::<PyGClosure>()).signature = signature;
        Ok(closure)
    }
}

/// What GObject has a closure called by.
pub type Marshal = unsafe extern "C" fn(
    *mut gobject::GClosure,
    *mut gobject::GValue,
    u32,
    *const gobject::GValue,
    *mut c_void,
    *mut c_void,
);

/// The same, called by a function of the caller's.
///
/// # Safety
/// As for [`new`].
pub unsafe fn with_marshal(
    callback: *mut PyObject,
    extra: *mut PyObject,
    swap: *mut PyObject,
    marshal: Marshal,
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
        (*this).signature = None;
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
            // An ending interpreter may still walk the list that it is in.
            gobject::g_closure_ref(closure);
            return;
        };
        let this = closure.cast::<PyGClosure>();
        let held = [
            std::mem::replace(&mut (*this).callback, ptr::null_mut()),
            std::mem::replace(&mut (*this).extra_args, ptr::null_mut()),
            std::mem::replace(&mut (*this).swap_data, ptr::null_mut()),
        ];
        watch::forget(this);
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
        let outer = Outer::take();
        let this = closure.cast::<PyGClosure>();
        let called = crate::guard(|| match (*this).signature {
            Some(signature) if signature.params.len() == n as usize => {
                call_as_handler(this, signature, result, values)
            }
            _ => call(this, result, n, values),
        });
        if called.is_none() {
            match (*this).exception_handler {
                Some(handler) => handler(result, n, values),
                None => python::print(),
            }
        }
        drop(outer);
        drop(gil);
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
        let mut held = Held::default();
        let callback = held.keep((*this).callback);
        for i in 0..n as usize {
            if i == 0 && !(*this).swap_data.is_null() {
                held.keep((*this).swap_data);
            } else if i == 0
                && let Some(wrapper) = ties::wrapper_of_value(values)
            {
                held.keep(wrapper);
            } else {
                held.take(gvalue::output_inline(values.add(i).cast_mut(), false)?)?;
            }
        }
        held.keep_items((*this).extra_args);
        let (args, n) = held.from(1);
        let returned = not_null(python::call(callback, args, n))?;
        let given = if result.is_null() || (*result).g_type == 0 {
            Ok(())
        } else {
            give(result, returned)
        };
        ffi::Py_DECREF(returned);
        given
    }
}

/// The same, the arguments being what the typelib says.
///
/// # Safety
/// As for [`marshal`], under the GIL and with no exception set.
unsafe fn call_as_handler(
    this: *mut PyGClosure,
    signature: &'static Signature,
    result: *mut gobject::GValue,
    values: *const gobject::GValue,
) -> Result<()> {
    // SAFETY: by the caller's word; the data of a value is an argument as C passes it, in the low bytes of a word. What
    // is called is held through the call.
    unsafe {
        if (*this).callback.is_null() {
            return Ok(());
        }
        let mut args: SmallVec<[*mut c_void; 8]> = (0..signature.params.len())
            .map(|i| (&raw const (*values.add(i)).data).cast_mut().cast())
            .collect();
        let mut room = [0u64; 2];
        let mut held = Held::default();
        for object in [(*this).callback, (*this).extra_args, (*this).swap_data] {
            if !object.is_null() {
                held.keep(object);
            }
        }
        let callee = Callee {
            signature,
            function: (*this).callback,
            extra: (*this).extra_args,
            swap: (*this).swap_data,
        };
        enter::clear(signature, room.as_mut_ptr().cast(), args.as_mut_ptr());
        let lent = callee.call(room.as_mut_ptr().cast(), args.as_mut_ptr());
        let done = match lent {
            Ok(_) if result.is_null() || (*result).g_type == 0 => Ok(()),
            Ok(_) => collect(
                result,
                &signature.returned,
                &signature.plan.ret.ty,
                &mut room[0],
            ),
            Err(_) => {
                enter::empty_all(signature, args.as_mut_ptr());
                Err(Raised)
            }
        };
        // A value has copied what it needs of the results.
        drop(lent);
        done
    }
}

/// Puts the result of a handler, as C would return it, into a value.
///
/// # Safety
/// `result` is an initialised value; the word at `bits` is of the returned type.
unsafe fn collect(
    result: *mut gobject::GValue,
    returned: &Returned,
    ty: &Type,
    bits: &mut u64,
) -> Result<()> {
    if *ty == Type::Void || returned.bytes > 0 {
        return Ok(());
    }
    // SAFETY: by the caller's word.
    unsafe {
        let collected = gvalue::collect(result, &returned.converter, *bits);
        if returned.transfer != Transfer::None && !returned.converter.is_plain() {
            let from = std::ptr::from_mut(bits).cast();
            returned.converter.release(from, returned.transfer, 0);
        }
        collected.map_err(|Raised| {
            ffi::PyErr_Clear();
            wrong_result()
        })
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
        wrong_result()
    })
}

fn wrong_result() -> Raised {
    type_error("can't convert return value to desired type")
}
