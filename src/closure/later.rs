//! References that closures held, dropped when GObject is done with the closures.
//!
//! GObject destroys the handlers of an object one by one, and relies on it that nobody takes another one out meanwhile.
//! What a handler has held may do just that by going: a follower in a binding, or anything that C has connected for as
//! long as it lives. (GObject then stops the program, or goes on with a handler that is freed.) So what a closure held
//! is dropped when whoever had it invalidated is done: at the end of a [`Later`], or, where C has come on its own, as
//! soon as Python goes on. Only Python's main thread can be told to do that; on others it is dropped at once.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr;

use pyo3::ffi::{self, PyObject};

struct State {
    /// How many [`Later`]s there are.
    depth: Cell<u32>,
    /// What waits on this thread: a box, or NULL for nothing.
    waiting: Cell<*mut Vec<*mut PyObject>>,
}

thread_local! {
    static STATE: State = const {
        State {
            depth: Cell::new(0),
            waiting: Cell::new(ptr::null_mut()),
        }
    };
}

/// While there is one, what closures held waits on this thread. Begun and dropped under the GIL.
pub struct Later;

impl Later {
    #[inline]
    pub fn begin() -> Later {
        STATE.with(|state| state.depth.set(state.depth.get() + 1));
        Later
    }
}

impl Drop for Later {
    #[inline]
    fn drop(&mut self) {
        let waits = STATE.with(|state| {
            state.depth.set(state.depth.get() - 1);
            !state.waiting.get().is_null()
        });
        if waits {
            // SAFETY: the GIL is held as it was when this began.
            unsafe { drop_waiting() };
        }
    }
}

/// Drops what waits, unless it is to wait on. What that makes wait, too.
///
/// # Safety
/// The GIL is held.
#[cold]
unsafe fn drop_waiting() {
    let taken = || {
        STATE.with(|state| match state.depth.get() {
            0 => state.waiting.replace(ptr::null_mut()),
            _ => ptr::null_mut(),
        })
    };
    loop {
        let all = taken();
        if all.is_null() {
            return;
        }
        // SAFETY: the box that `drop_later` made; nobody else has it any more.
        let all = unsafe { Box::from_raw(all) };
        for object in *all {
            // SAFETY: by the caller's word; the references are ours.
            unsafe { ffi::Py_DECREF(object) };
        }
    }
}

/// Takes references, or NULLs, and drops them later.
///
/// # Safety
/// The references are the caller's, and the GIL is held.
pub unsafe fn drop_later<const N: usize>(objects: [*mut PyObject; N]) {
    extern "C" fn on_main_thread(_: *mut c_void) -> c_int {
        // SAFETY: Python calls this with the GIL.
        unsafe { drop_waiting() };
        0
    }
    // SAFETY: by the caller's word.
    unsafe {
        let (is_empty, depth) =
            STATE.with(|state| (state.waiting.get().is_null(), state.depth.get()));
        let waits = depth > 0
            || is_main_thread()
                && (!is_empty
                    || ffi::Py_AddPendingCall(Some(on_main_thread), ptr::null_mut()) == 0);
        let objects = objects.into_iter().filter(|object| !object.is_null());
        if !waits {
            for object in objects {
                ffi::Py_DECREF(object);
            }
            return;
        }
        STATE.with(|state| {
            if is_empty {
                state.waiting.set(Box::into_raw(Box::default()));
            }
            (*state.waiting.get()).extend(objects);
        });
    }
}

/// Whether this is the thread that runs what Python is asked to do soon.
fn is_main_thread() -> bool {
    // SAFETY: plain questions.
    #[cfg(target_os = "linux")]
    unsafe {
        libc::gettid() == libc::getpid()
    }
    // SAFETY: a plain question.
    #[cfg(target_os = "macos")]
    unsafe {
        libc::pthread_main_np() != 0
    }
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    false
}
