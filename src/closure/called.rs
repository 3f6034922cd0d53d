//! What C calls Python for: a callable, and what goes with it. Trampolines and closures begin with one.
//!
//! A compiled entry gets the address of one of these, so the places that it reads are fixed; the places of the first four
//! words in a closure are those of `pygobject.h`, which C extensions know (compat surface, section 6).
//!
//! All fields are touched under the GIL only, except those that are never written.

use std::cell::Cell;
use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use gijit_shape::abi::entered;
use gobject_sys::GValue;
use pyo3::ffi::{self, PyObject};

use crate::closure::compiled;
use crate::closure::signature::Signature;
use crate::convert::cell::TypeCell;
use crate::convert::table::{Runtime, table};

/// Called instead of printing the exception that is set: it may write the closure's result.
pub type ExceptionHandler = unsafe extern "C" fn(*mut GValue, u32, *const GValue);

/// The callable and what goes with it: references are strong, NULL for none, and all of them NULL once it has ended.
#[repr(C)]
pub struct Called {
    /// Where C's calls go on: the entry, or what does without one. In a closure that is called with values, the callable.
    pub code: AtomicPtr<c_void>,
    /// A tuple: what goes in the place of the user data; the handler of a signal gets it behind all else.
    pub extra: Cell<*mut PyObject>,
    /// What the handler of a signal gets in the place of the instance.
    pub swap: Cell<*mut PyObject>,
    pub exception_handler: Cell<Option<ExceptionHandler>>,
    runtime: *const Runtime,
    cells: *const *const TypeCell,
    pub function: Cell<*mut PyObject>,
    /// How the arguments cross; None: as the values that they come in.
    signature: Option<&'static Signature>,
    pub is_closure: bool,
    /// The collector is emptying what is called, as it may be.
    pub is_emptied: Cell<bool>,
}

const _: () = {
    assert!(offset_of!(Called, code) == entered::CODE);
    assert!(offset_of!(Called, runtime) == entered::RUNTIME);
    assert!(offset_of!(Called, cells) == entered::CELLS);
};

/// What is called and what it gets besides what C gives, held through a call.
pub struct Callee {
    pub function: *mut PyObject,
    /// A tuple or NULL.
    pub extra: *mut PyObject,
    pub swap: *mut PyObject,
}

impl Called {
    /// One without a callable.
    pub fn new(signature: Option<&'static Signature>, is_closure: bool) -> Called {
        let compiled = signature.and_then(|signature| signature.compiled.as_ref());
        Called {
            code: AtomicPtr::default(),
            extra: Cell::default(),
            swap: Cell::default(),
            exception_handler: Cell::default(),
            runtime: table(),
            cells: compiled.map_or(ptr::null(), |compiled| compiled.cells.as_ptr()),
            function: Cell::default(),
            signature,
            is_closure,
            is_emptied: Cell::new(false),
        }
    }

    /// The signature. Panics where arguments cross as values.
    pub fn signature(&self) -> &'static Signature {
        self.signature
            .expect("what C calls with arguments has a signature")
    }

    /// The signature, for a handler that gets `n` arguments.
    pub fn signature_of(&self, n: usize) -> Option<&'static Signature> {
        self.signature
            .filter(|signature| signature.params.len() == n)
    }

    /// Has C's next calls go through the entry, once there is one.
    pub fn promote(&self) {
        if let Some(compiled) = self.signature.and_then(|of| of.compiled.as_ref())
            && let Some(entry) = compiled::promoted(compiled)
        {
            self.code.store(entry.cast_mut(), Ordering::Release);
        }
    }

    /// Whether the extra arguments are passed: a trampoline may have them for nothing.
    pub fn passes_extra(&self) -> bool {
        let compiled = self.signature.and_then(|of| of.compiled.as_ref());
        self.is_closure || compiled.is_some_and(|compiled| compiled.has_data)
    }

    /// Holds what is called. None if that has ended: C calls more often than was promised, or it goes with other garbage
    /// and cannot be called any more.
    ///
    /// # Safety
    /// The GIL is held.
    pub unsafe fn hold(&self) -> Option<Callee> {
        let function = self.function.get();
        if function.is_null() || self.is_emptied.get() {
            return None;
        }
        // SAFETY: what stands here is live.
        Some(unsafe {
            Callee {
                function: ffi::Py_NewRef(function),
                extra: ffi::Py_XNewRef(self.extra.get()),
                swap: ffi::Py_XNewRef(self.swap.get()),
            }
        })
    }

    /// Takes all references out. They are the caller's.
    pub fn end(&self) -> [*mut PyObject; 3] {
        [&self.function, &self.extra, &self.swap].map(|place| place.replace(ptr::null_mut()))
    }
}

impl Drop for Callee {
    fn drop(&mut self) {
        // SAFETY: the references are ours, and the GIL is held as it was when they were taken.
        unsafe {
            ffi::Py_DECREF(self.function);
            ffi::Py_XDECREF(self.extra);
            ffi::Py_XDECREF(self.swap);
        }
    }
}
