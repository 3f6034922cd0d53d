//! The interpreter as C's threads meet it: it may be busy, know nothing of the thread, or be ending.
//!
//! - this file: the GIL, taken, given up, and what happens in between.
//! - [`ending`]: what becomes of threads when the interpreter ends.
//! - [`error`]: exceptions as results. [`exception`]: one that is set, taken out.
//! - [`reference`]: references to Python objects, owned and by name.
//! - [`later`]: what is dropped when the thread is back from C.
//! - [`outer`]: what is under way on a thread when C comes to Python.
//! - [`stack`]: how much of it is left.
//! - [`backptr`]: how C leads back to a Python wrapper.
//! - [`warnings`]: what GLib says while nobody may wait for the GIL.
//!
//! Below all rooms of this crate: whatever C may call on a thread of its own begins here.

mod backptr;
mod ending;
pub mod error;
mod exception;
pub mod forking;
pub mod later;
pub mod outer;
pub mod reference;
mod stack;
pub mod warnings;

use std::cell::UnsafeCell;
use std::ptr;

use pyo3::ffi::{self, PyObject, PyThreadState};

pub use self::backptr::BackPointer;
pub use self::ending::{initialise, stay};
pub use self::exception::Exception;
pub use self::forking::in_type_system;
pub use self::later::Later;
pub use self::outer::Outer;
pub use self::stack::room;
use crate::python::error::{Result, raise};

/// The GIL, held until it is dropped.
pub struct Gil(Before);

/// How it was before.
enum Before {
    /// This thread had it.
    Held,
    /// Python knew the thread, which had given it up.
    GivenUp,
    /// Python did not know the thread: what it knows of it now ends with this.
    Unknown,
}

impl Gil {
    /// Takes the GIL on any thread; None where Python has ended.
    #[inline]
    pub fn take() -> Option<Gil> {
        // SAFETY: these can be asked at any time; the GIL is asked for only while there is an interpreter.
        unsafe {
            if ffi::Py_IsInitialized() == 0 {
                return None;
            }
            let state = ffi::PyGILState_GetThisThreadState();
            if state.is_null() {
                return Gil::arrive();
            }
            ending::stay_as(state);
            if state == ffi::compat::PyThreadState_GetUnchecked() {
                return Some(Gil(Before::Held));
            }
            ffi::PyEval_RestoreThread(state);
        }
        Some(Gil(Before::GivenUp))
    }

    /// The same on a thread that Python does not know.
    #[cold]
    fn arrive() -> Option<Gil> {
        let state = ending::make_known()?;
        ending::stay_as(state);
        // SAFETY: this thread's own new state.
        unsafe { ffi::PyEval_RestoreThread(state) };
        Some(Gil(Before::Unknown))
    }
}

impl Gil {
    /// Whether Python knows nothing of this thread but this.
    pub fn is_passing(&self) -> bool {
        matches!(self.0, Before::Unknown)
    }
}

impl Drop for Gil {
    fn drop(&mut self) {
        // SAFETY: taken by this thread, and given back once; a state that was made for this has no other use.
        unsafe {
            match self.0 {
                Before::Held => {}
                Before::GivenUp => drop(ffi::PyEval_SaveThread()),
                Before::Unknown => {
                    back_from_c();
                    ffi::PyThreadState_Clear(ffi::PyThreadState_Get());
                    ffi::PyThreadState_DeleteCurrent();
                }
            }
        }
    }
}

/// Runs C that may wait for what another thread holds, without the GIL. No lock of GLib's may be waited for with it:
/// who has that lock may be waiting for the GIL.
///
/// # Safety
/// The GIL is held; what `body` touches lives, and it does not touch Python.
pub unsafe fn without_gil<T>(body: impl FnOnce() -> T) -> T {
    // SAFETY: by the caller's word; `body` is C's, which does not unwind.
    unsafe {
        let state = ffi::PyEval_SaveThread();
        let done = body();
        restore(state);
        done
    }
}

/// Takes the GIL again that this thread gave up, and hears what GLib has said meanwhile. Thunks call it, too.
///
/// # Safety
/// As for `PyEval_RestoreThread`, or NULL if the GIL was not given up.
pub unsafe extern "C" fn restore(state: *mut PyThreadState) {
    // SAFETY: by the caller's word.
    unsafe {
        if !state.is_null() {
            ending::stay_as(state);
            ffi::PyEval_RestoreThread(state);
        }
        back_from_c();
    }
}

/// What waited until C is done on this thread. An exception that is set is kept.
///
/// # Safety
/// The GIL is held.
#[inline]
unsafe fn back_from_c() {
    warnings::issue_waiting();
    // SAFETY: by the caller's word.
    unsafe { later::drop_if_waiting() };
}

/// State that the GIL alone guards: for what is looked up at every turn, where a lock would be felt.
pub struct UnderGil<T>(UnsafeCell<T>);

// SAFETY: `with` is called under the GIL only.
unsafe impl<T> Sync for UnderGil<T> {}

impl<T> UnderGil<T> {
    pub const fn new(state: T) -> UnderGil<T> {
        UnderGil(UnsafeCell::new(state))
    }

    /// Works with the state.
    ///
    /// # Safety
    /// The GIL is held; `body` neither runs Python code, nor gives up the GIL, nor comes here again.
    #[inline]
    pub unsafe fn with<R>(&self, body: impl FnOnce(&mut T) -> R) -> R {
        // SAFETY: by the caller's word nobody else has a reference.
        body(unsafe { &mut *self.0.get() })
    }
}

/// Refuses another interpreter than the process's first.
pub fn only_one() -> Result<()> {
    // SAFETY: asked with the GIL; ImportError is a static.
    unsafe {
        if ffi::PyInterpreterState_Get() == ffi::PyInterpreterState_Main() {
            return Ok(());
        }
        let kind = ffi::PyExc_ImportError;
        Err(raise(kind, "gi._gi is for the main interpreter"))
    }
}

/// Calls a callable with positional arguments. `nargsf` is as in CPython's vectorcall protocol. A new reference, or
/// NULL with an exception set, RecursionError where the stack is nearly used up.
///
/// # Safety
/// The GIL is held; the objects are live.
#[inline]
pub unsafe fn call(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
) -> *mut PyObject {
    if room().is_err() {
        return ptr::null_mut();
    }
    // SAFETY: by the caller's word.
    unsafe { ffi::PyObject_VectorcallDict(callable, args, nargsf, ptr::null_mut()) }
}

/// Hands the exception that is set to `sys.excepthook`.
///
/// # Safety
/// The GIL is held and an exception is set.
pub unsafe fn print() {
    // SAFETY: by the caller's word.
    unsafe { ffi::PyErr_Print() };
}

/// Has the machine fetch what is at an address, where nobody has to wait for it.
#[inline(always)]
pub fn fetch(address: *const std::ffi::c_void) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, for any address.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(address.cast())
    };
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
