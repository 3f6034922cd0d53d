//! GClosures of Python callables: the handlers of signals, and whatever else GLib calls with values.
//!
//! A closure owns its references until it is invalidated, which happens once, at the latest when it is freed. It is called
//! in one of two ways. With values: GLib calls our [`marshal`]; where a typelib describes the signal, the handler gets its
//! arguments as a callback does, since the data of a `GValue` is what C would pass. Or with arguments, as a handler in C
//! is, by the signal's own marshaller, which can do without values altogether: so are handlers that have an entry.

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::Ordering;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use gijit_plan::{Transfer, Type};

pub use crate::closure::called::ExceptionHandler;
use crate::closure::called::{Called, Callee};
use crate::closure::signature::{Returned, Signature};
use crate::closure::ties;
use crate::closure::trampoline;
use crate::closure::watch::{self, Head, Link, PyGClosure};
use crate::closure::{compiled, enter};
use crate::convert::gvalue;
use crate::convert::loans::Loans;
use crate::python::error::{Raised, Result, type_error};
use crate::python::reference::Held;
use crate::python::reference::not_null;
use crate::python::{self, Gil, Outer};

/// A floating closure of a callable, called with values. `extra` is NULL or a tuple (another object becomes one), `swap`
/// NULL or an object; `signature` is that of a signal's handler, if it is known.
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
        let this = make(callback, extra, swap, signature)?;
        gobject::g_closure_set_marshal(this.cast(), Some(marshal));
        Ok(this.cast())
    }
}

/// The same for the handler of a signal, to be called with arguments by the marshaller that the signal has. None where
/// nothing is compiled for it.
///
/// # Safety
/// As for [`new`].
pub unsafe fn native(
    callback: *mut PyObject,
    extra: *mut PyObject,
    swap: *mut PyObject,
    signature: &'static Signature,
) -> Result<Option<*mut gobject::GClosure>> {
    if signature.compiled.is_none() || !compiled::is_compiling() {
        return Ok(None);
    }
    let Some(code) = enter::handler(signature) else {
        return Ok(None);
    };
    // SAFETY: by the caller's word; C's marshallers pass the closure's data last.
    unsafe {
        let this = make(callback, extra, swap, Some(signature))?;
        (*this).closure.data = (&raw mut (*this).called).cast();
        (*this).called.code.store(code, Ordering::Relaxed);
        (*this).called.promote();
        Ok(Some(this.cast()))
    }
}

/// What a signal's marshaller is: a closure without one has it once it is connected.
///
/// # Safety
/// A live closure from [`native`], connected.
pub unsafe fn marshal_of(closure: *mut gobject::GClosure) -> Marshal {
    // SAFETY: by the caller's word there is one.
    unsafe { std::mem::transmute::<*mut c_void, Marshal>((*closure.cast::<Head>()).marshal) }
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

/// The same as [`new`], called by a function of the caller's.
///
/// # Safety
/// As for [`new`].
pub unsafe fn with_marshal(
    callback: *mut PyObject,
    extra: *mut PyObject,
    swap: *mut PyObject,
    marshal: Marshal,
) -> Result<*mut gobject::GClosure> {
    // SAFETY: by the caller's word.
    unsafe {
        let this = make(callback, extra, swap, None)?;
        gobject::g_closure_set_marshal(this.cast(), Some(marshal));
        Ok(this.cast())
    }
}

/// A closure that nobody calls yet.
///
/// # Safety
/// As for [`new`].
unsafe fn make(
    callback: *mut PyObject,
    extra: *mut PyObject,
    swap: *mut PyObject,
    signature: Option<&'static Signature>,
) -> Result<*mut PyGClosure> {
    // SAFETY: a simple closure has as many bytes as asked for behind its head; the references are its own.
    unsafe {
        let extra = if extra.is_null() || extra == ffi::Py_None() {
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
        let called = Called::new(signature, true);
        called.code.store(callback.cast(), Ordering::Relaxed);
        called.function.set(ffi::Py_NewRef(callback));
        called.extra.set(extra);
        called.swap.set(ffi::Py_XNewRef(swap));
        (&raw mut (*this).called).write(called);
        (&raw mut (*this).link).write(Link::default());
        trampoline::count(true);
        gobject::g_closure_add_invalidate_notifier(closure, ptr::null_mut(), Some(invalidated));
        Ok(this)
    }
}

/// Gives up the references, on any thread.
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
        let held = (*this).called.end();
        if (*this).closure.data.is_null() {
            // It was the callable.
            (*this)
                .called
                .code
                .store(ptr::null_mut(), Ordering::Relaxed);
        }
        watch::forget(this);
        trampoline::count(false);
        python::later::drop_later(&gil, held);
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
        let this = &(*this).called;
        let called = crate::guard(|| {
            let Some(callee) = this.hold() else {
                return Ok(());
            };
            match this.signature_of(n as usize) {
                Some(signature) => call_as_handler(&callee, signature, result, values),
                None => call(&callee, result, n, values),
            }
        });
        if called.is_none() {
            match this.exception_handler.get() {
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
    callee: &Callee,
    result: *mut gobject::GValue,
    n: u32,
    values: *const gobject::GValue,
) -> Result<()> {
    // SAFETY: by the caller's word; the arguments are held through the call.
    unsafe {
        // Settled when the arguments have been given up.
        let mut loans = Loans::default();
        let mut held = Held::default();
        for i in 0..n as usize {
            if i == 0 && !callee.swap.is_null() {
                held.keep(callee.swap);
            } else if i == 0
                && let Some(wrapper) = ties::wrapper_of_value(values)
            {
                held.keep(wrapper);
            } else {
                held.take(loans.value(values.add(i))?)?;
            }
        }
        held.keep_items(callee.extra);
        let (args, n) = held.from(0);
        let returned = not_null(python::call(callee.function, args, n))?;
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
    callee: &Callee,
    signature: &'static Signature,
    result: *mut gobject::GValue,
    values: *const gobject::GValue,
) -> Result<()> {
    // SAFETY: by the caller's word; the data of a value is an argument as C passes it, in the low bytes of a word.
    unsafe {
        let mut args: SmallVec<[*mut c_void; 8]> = (0..signature.params.len())
            .map(|i| (&raw const (*values.add(i)).data).cast_mut().cast())
            .collect();
        let mut word = 0u64;
        let to = if result.is_null() || (*result).g_type == 0 {
            ptr::null_mut()
        } else if signature.returned.as_value {
            result.cast::<c_void>()
        } else {
            (&raw mut word).cast()
        };
        let lent = callee.call(signature, to, args.as_mut_ptr())?;
        let done = if to.is_null() || signature.returned.as_value {
            Ok(())
        } else {
            let ty = &signature.plan.ret.ty;
            collect(result, &signature.returned, ty, &mut word)
        };
        // The value has copied what it needs of the result, but C's variables point into it.
        if let Some(lent) = lent
            && signature.has_variables()
        {
            signature.filled.keep(*lent, signature.kept);
        }
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
    if *ty == Type::Void {
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
