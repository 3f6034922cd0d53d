//! The signal emission that Python waits for on this thread: its object's wrapper is known, and handlers on the way need
//! not look for it again.

use std::cell::Cell;
use std::ptr;

use gobject_sys::GObject;
use pyo3::ffi::PyObject;

thread_local! {
    /// The object that emits and its wrapper: both are held by whoever waits.
    static CURRENT: Cell<(*mut GObject, *mut PyObject)> =
        const { Cell::new((ptr::null_mut(), ptr::null_mut())) };
}

/// Runs `body`, in which an object emits.
///
/// # Safety
/// The object and its wrapper live as long as `body` runs.
pub unsafe fn during<T>(
    object: *mut GObject,
    wrapper: *mut PyObject,
    body: impl FnOnce() -> T,
) -> T {
    let before = CURRENT.replace((object, wrapper));
    let done = body();
    CURRENT.set(before);
    done
}

/// The wrapper of an object, if it is the one that emits: borrowed.
pub fn wrapper_of(object: *mut GObject) -> Option<*mut PyObject> {
    let (current, wrapper) = CURRENT.get();
    (current == object && !object.is_null()).then_some(wrapper)
}
