//! What GLib says while nobody may wait for the GIL: kept, and issued as Python's warnings.
//!
//! GLib calls its log handlers under locks of its own, type and signal locks among them. Whoever waits there for the GIL
//! waits for a thread that may be waiting for that lock; and even with the GIL, Python code gives it to other threads
//! in between. So a handler only notes what is to be said. A thread that Python knows says it as soon as it is back
//! from C: at the end of every guarded call, and when it takes the GIL again, where the caller's line is the same. For
//! a thread that Python does not know, another one that holds no lock says it, which has no line either.

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use glib_sys as glib;
use pyo3::ffi::{self, PyObject};

use crate::python::{Gil, Outer};

struct Warning {
    /// The class of the warning, which lives for ever.
    class: usize,
    domain: Option<CString>,
    level: glib::GLogLevelFlags,
    message: CString,
    /// Whose it is to say; None for what only a thread of its own can.
    thread: Option<libc::pthread_t>,
}

impl Warning {
    /// Says it to whoever reads the process's output.
    fn print(&self) {
        let domain = self
            .domain
            .as_ref()
            .map_or(ptr::null(), |domain| domain.as_ptr());
        // SAFETY: C strings.
        unsafe {
            glib::g_log_default_handler(domain, self.level, self.message.as_ptr(), ptr::null_mut());
        }
    }
}

/// In the order in which they were said. The lock is held only while the list is touched.
static WAITING: Mutex<Vec<Warning>> = Mutex::new(Vec::new());
/// How many there are.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Changes the list.
fn with<T>(body: impl FnOnce(&mut Vec<Warning>) -> T) -> T {
    let mut waiting = WAITING
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let done = body(&mut waiting);
    COUNT.store(waiting.len(), Ordering::Relaxed);
    done
}

/// Notes a warning. On any thread, with or without the GIL, under any lock.
///
/// # Safety
/// The strings are C's or NULL; the class lives for ever.
pub unsafe fn say(
    class: *mut PyObject,
    domain: *const c_char,
    level: glib::GLogLevelFlags,
    message: *const c_char,
) {
    let owned = |text: *const c_char| {
        // SAFETY: by the caller's word.
        (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_owned())
    };
    // SAFETY: these can be asked at any time.
    let (runs, is_known) = unsafe {
        let runs = ffi::Py_IsInitialized() != 0;
        (
            runs,
            runs && !ffi::PyGILState_GetThisThreadState().is_null(),
        )
    };
    // SAFETY: names this thread.
    let this = unsafe { libc::pthread_self() };
    let warning = Warning {
        class: class as usize,
        domain: owned(domain),
        level,
        message: owned(message).unwrap_or_default(),
        thread: is_known.then_some(this),
    };
    if !runs {
        return warning.print();
    }
    with(|waiting| waiting.push(warning));
    if is_known {
        // Whoever came to GLib without us is not guarded: the main thread looks at its next step.
        // SAFETY: can be asked on any thread; the function lives for ever.
        unsafe { ffi::Py_AddPendingCall(Some(step), ptr::null_mut()) };
        return;
    }
    let spawned = std::thread::Builder::new()
        .name("gijit-warning".to_owned())
        .spawn(|| match Gil::take() {
            Some(gil) => {
                // SAFETY: the GIL is held.
                unsafe { issue_those(|warning| warning.thread.is_none()) };
                drop(gil);
            }
            None => print_rest(),
        });
    if spawned.is_err() {
        print_rest();
    }
}

/// At a step of the main thread.
extern "C" fn step(_: *mut c_void) -> c_int {
    crate::python::stay();
    issue_waiting();
    0
}

/// Whether anything waits to be said, by whatever thread.
#[inline]
pub fn are_waiting() -> bool {
    COUNT.load(Ordering::Relaxed) != 0
}

/// Says what waits for this thread, if it has the GIL. An exception that is set is kept.
#[inline]
pub fn issue_waiting() {
    if are_waiting() {
        issue();
    }
}

/// See [`issue_waiting`]. C's way of calling has it that nothing is unwound through whoever calls this.
#[cold]
pub extern "C" fn issue() {
    // SAFETY: names this thread; can be asked while there is an interpreter, where nothing waits otherwise.
    let (this, has_gil) = unsafe { (libc::pthread_self(), ffi::PyGILState_Check() != 0) };
    if has_gil {
        // SAFETY: it has just been asked.
        unsafe { issue_those(|warning| warning.thread == Some(this)) };
    }
}

thread_local! {
    /// Whether this thread is issuing: what Python runs for one warning is no place of the next one's.
    static ISSUES: Cell<bool> = const { Cell::new(false) };
}

/// Issues some, each when the one before has been said.
///
/// # Safety
/// The GIL is held.
unsafe fn issue_those(which: impl Fn(&Warning) -> bool) {
    if ISSUES.replace(true) {
        return;
    }
    while let Some(warning) = with(|waiting| {
        let i = waiting.iter().position(&which)?;
        Some(waiting.remove(i))
    }) {
        let class = warning.class as *mut PyObject;
        // SAFETY: by the caller's word the GIL is held; an exception that is under way is kept, and one that the
        // warning has become cannot be raised here: it is reported.
        unsafe {
            let outer = Outer::take();
            if ffi::PyErr_WarnEx(class, warning.message.as_ptr(), 1) < 0 {
                ffi::PyErr_WriteUnraisable(class);
            }
            drop(outer);
        }
    }
    ISSUES.set(false);
}

/// Python has ended: says what is left to whoever reads the process's output.
pub fn print_rest() {
    for warning in with(std::mem::take) {
        warning.print();
    }
}
