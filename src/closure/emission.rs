//! The signal emission that Python waits for on this thread: what its emitter knows already, and handlers on the way
//! need not ask GObject for again.

use std::cell::Cell;
use std::ffi::c_uint;
use std::ptr;

use gobject_sys::GObject;
use pyo3::ffi::PyObject;

use crate::python;

/// An emission. What it points to is held by whoever waits for it.
#[derive(Clone, Copy)]
pub struct Emission {
    pub object: *mut GObject,
    pub wrapper: *mut PyObject,
    /// The signal's.
    pub id: c_uint,
    /// What the class handler in Python is called, and whether an object has it; None if Python has none for the signal.
    pub method: Option<(*mut PyObject, Has)>,
    /// When it was last found that the object has no such method, in [`python::turns`]; `NEVER` if it has one.
    absent_at: u64,
}

/// Whether a wrapper has a method: called under the GIL, runs no Python code.
pub type Has = unsafe fn(*mut PyObject, *mut PyObject) -> bool;

const NEVER: u64 = u64::MAX;

thread_local! {
    static CURRENT: Cell<Emission> = const {
        Cell::new(Emission {
            object: ptr::null_mut(),
            wrapper: ptr::null_mut(),
            id: 0,
            method: None,
            absent_at: NEVER,
        })
    };
}

impl Emission {
    pub fn new(
        object: *mut GObject,
        wrapper: *mut PyObject,
        id: c_uint,
        method: Option<(*mut PyObject, Has)>,
    ) -> Emission {
        Emission {
            object,
            wrapper,
            id,
            method,
            absent_at: NEVER,
        }
    }

    /// Runs `body`, which emits.
    ///
    /// # Safety
    /// The GIL is held here, and by `body` at its end; the object, its wrapper and the name are live meanwhile.
    pub unsafe fn during<T>(self, body: impl FnOnce() -> T) -> T {
        let before = CURRENT.replace(self);
        // SAFETY: by the caller's word.
        unsafe { look_again() };
        let done = body();
        CURRENT.set(before);
        done
    }
}

/// Looks whether the object has a method for the class handler: Python has run since somebody looked.
///
/// # Safety
/// The GIL is held.
pub unsafe fn look_again() {
    let mut current = CURRENT.get();
    if let Some((name, has)) = current.method {
        // SAFETY: whoever waits holds both.
        let is_there = unsafe { has(current.wrapper, name) };
        current.absent_at = if is_there { NEVER } else { python::turns() };
        CURRENT.set(current);
    }
}

/// Whether it is certain, without the GIL, that Python has nothing to do for a class handler.
pub fn is_without_method(object: *mut GObject, id: c_uint) -> bool {
    let current = CURRENT.get();
    current.object == object && current.id == id && current.absent_at == python::turns()
}

/// The wrapper of an object, if it is the one that emits: borrowed.
pub fn wrapper_of(object: *mut GObject) -> Option<*mut PyObject> {
    let current = CURRENT.get();
    (current.object == object && !object.is_null()).then_some(current.wrapper)
}
