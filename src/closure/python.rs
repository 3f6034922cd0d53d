//! Calls into Python from threads of C, which Python may end while they are in it.
//!
//! When the interpreter is finalised, a thread that asks for the GIL is ended; before Python 3.14 by `pthread_exit`,
//! which unwinds the stack. Frames of Rust must not be unwound so: where Python is called for long, such a thread is
//! stopped for good instead, as 3.14 does it by itself. The process ends all the same.

use std::ptr;

use pyo3::ffi::PyObject;

unsafe extern "C-unwind" {
    fn PyObject_VectorcallDict(
        callable: *mut PyObject,
        args: *const *mut PyObject,
        nargsf: usize,
        kwargs: *mut PyObject,
    ) -> *mut PyObject;
    fn PyErr_Print();
}

/// Stops the thread when it is dropped, which only unwinding does.
struct Stop;

impl Drop for Stop {
    fn drop(&mut self) {
        loop {
            // SAFETY: only waits.
            unsafe { libc::pause() };
        }
    }
}

/// Calls a callable with positional arguments. `nargsf` is as in CPython's vectorcall protocol. A new reference, or
/// NULL with an exception set.
///
/// # Safety
/// The GIL is held; the objects are live.
#[inline]
pub unsafe fn call(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
) -> *mut PyObject {
    let stop = Stop;
    // SAFETY: by the caller's word.
    let result = unsafe { PyObject_VectorcallDict(callable, args, nargsf, ptr::null_mut()) };
    std::mem::forget(stop);
    result
}

/// Hands the exception that is set to `sys.excepthook`.
///
/// # Safety
/// The GIL is held and an exception is set.
pub unsafe fn print() {
    let stop = Stop;
    // SAFETY: by the caller's word.
    unsafe { PyErr_Print() };
    std::mem::forget(stop);
}
