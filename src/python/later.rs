//! References that C has given up, dropped when it is done.
//!
//! GObject destroys the handlers of an object one by one, and relies on it that nobody takes another one out meanwhile.
//! What a handler has held may do just that by going: a follower in a binding, or anything that C has connected for as
//! long as it lives. (GObject then stops the program, or goes on with a handler that is freed.) So what a closure held
//! is dropped when whoever had it invalidated is done: at the end of a [`Later`], when the thread is back from C, or as
//! soon as Python's main thread goes on. That one also drops what C's own threads leave, which never come back. Below no
//! Python code, as in a program in C that has Python in it, nobody knows when that will be: there GLib's default main
//! context drops it, too, when it comes round.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use glib_sys as glib;
use pyo3::ffi::{self, PyObject};

use crate::python::Gil;

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
    /// Of a thread on which something has waited: what still does at its end is left to the main thread.
    static END: End = const { End };
}

/// On how many threads something waits: mostly on none, and then nobody need look.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// What is left to the main thread: addresses of objects, one reference each.
static LEFT: Mutex<Vec<usize>> = Mutex::new(Vec::new());
/// Whether the main thread has been asked for that.
static IS_ASKED: AtomicBool = AtomicBool::new(false);

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

/// Drops what waits on this thread, unless it is to wait on.
///
/// # Safety
/// The GIL is held.
#[inline]
pub unsafe fn drop_if_waiting() {
    if WAITING.load(Ordering::Relaxed) != 0 {
        // SAFETY: by the caller's word.
        unsafe { drop_waiting() };
    }
}

/// What waits on this thread.
fn take_waiting(state: &State) -> Option<Vec<*mut PyObject>> {
    let waiting = state.waiting.replace(ptr::null_mut());
    if waiting.is_null() {
        return None;
    }
    WAITING.fetch_sub(1, Ordering::Relaxed);
    // SAFETY: the box that `wait` made; nobody else has it any more.
    Some(*unsafe { Box::from_raw(waiting) })
}

/// Has references wait on this thread.
fn wait(objects: impl Iterator<Item = *mut PyObject>) {
    STATE.with(|state| {
        if state.waiting.get().is_null() {
            state.waiting.set(Box::into_raw(Box::default()));
            WAITING.fetch_add(1, Ordering::Relaxed);
        }
        // SAFETY: a box of ours, which only this thread has.
        unsafe { (*state.waiting.get()).extend(objects) };
    });
}

/// Drops what waits, unless it is to wait on. What that makes wait, too. C's way of calling has it that nothing is unwound
/// through whoever calls this.
///
/// # Safety
/// The GIL is held.
#[cold]
unsafe extern "C" fn drop_waiting() {
    let taken = || STATE.with(|state| (state.depth.get() == 0).then(|| take_waiting(state))?);
    while let Some(all) = taken() {
        for object in all {
            // SAFETY: the GIL is held; the references are ours.
            unsafe { ffi::Py_DECREF(object) };
        }
    }
}

/// Takes references, or NULLs, and drops them later. `gil` is how this thread has the GIL.
///
/// # Safety
/// The references are the caller's.
pub unsafe fn drop_later<const N: usize>(gil: &Gil, objects: [*mut PyObject; N]) {
    let objects = objects.into_iter().filter(|object| !object.is_null());
    let (has_waiting, depth) =
        STATE.with(|state| (!state.waiting.get().is_null(), state.depth.get()));
    if depth > 0 || has_waiting {
        return wait(objects);
    }
    if is_main_thread() {
        // It may be back from C that we have not called.
        if !ask_main_thread() {
            // SAFETY: the references are the caller's, and whoever has a `Gil` has the GIL.
            return objects.for_each(|object| unsafe { ffi::Py_DECREF(object) });
        }
        wait(objects);
        // SAFETY: whoever has a `Gil` has the GIL; no globals, no Python code below.
        unsafe {
            if ffi::PyEval_GetGlobals().is_null() {
                ask_context_with_gil();
            }
        }
        return;
    }
    if gil.is_passing() || END.try_with(|_| ()).is_err() {
        leave(objects.collect());
        // SAFETY: as before.
        unsafe { ask_context_with_gil() };
    } else {
        wait(objects);
    }
}

/// Leaves references to the main thread.
fn leave(objects: Vec<*mut PyObject>) {
    LEFT.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .extend(objects.into_iter().map(|object| object as usize));
    // Its list may be full: then it is asked with the next.
    if !IS_ASKED.swap(true, Ordering::AcqRel) && !ask_main_thread() {
        IS_ASKED.store(false, Ordering::Release);
    }
}

/// What the main thread does when it is asked: drops what waits there, and what is left to it.
///
/// # Safety
/// Called on it, with the GIL.
unsafe fn go_on() {
    IS_ASKED.store(false, Ordering::Release);
    let left = std::mem::take(&mut *LEFT.lock().unwrap_or_else(PoisonError::into_inner));
    if !left.is_empty() {
        wait(left.into_iter().map(|object| object as *mut PyObject));
    }
    // SAFETY: by the caller's word.
    unsafe { drop_waiting() };
}

/// Whether the main thread will drop what waits there, and what is left to it.
fn ask_main_thread() -> bool {
    extern "C" fn on_main_thread(_: *mut c_void) -> c_int {
        crate::python::stay();
        IS_ASKED.store(false, Ordering::Release);
        let left = std::mem::take(&mut *LEFT.lock().unwrap_or_else(PoisonError::into_inner));
        if !left.is_empty() {
            wait(left.into_iter().map(|object| object as *mut PyObject));
        }
        // SAFETY: Python calls this with the GIL.
        unsafe { drop_waiting() };
        0
    }
    // SAFETY: can be asked on any thread, with the GIL or without it; the function lives for ever.
    unsafe { ffi::Py_AddPendingCall(Some(on_main_thread), ptr::null_mut()) == 0 }
}

/// Has GLib's default main context do what the main thread is asked for, when it comes round on that.
fn ask_context() {
    static IS_ASKED: AtomicBool = AtomicBool::new(false);
    unsafe extern "C" fn on_turn(_: glib::gpointer) -> glib::gboolean {
        IS_ASKED.store(false, Ordering::Release);
        if is_main_thread()
            && let Some(gil) = Gil::take()
        {
            // SAFETY: as is said there.
            unsafe { go_on() };
            drop(gil);
        }
        glib::GFALSE
    }
    if !IS_ASKED.swap(true, Ordering::AcqRel) {
        // SAFETY: can be called on any thread; the function lives for ever.
        unsafe {
            glib::g_idle_add_full(
                glib::G_PRIORITY_DEFAULT,
                Some(on_turn),
                ptr::null_mut(),
                None,
            )
        };
    }
}

/// The same with the GIL, which is given up for it: the context has a lock.
///
/// # Safety
/// The GIL is held.
#[cold]
unsafe fn ask_context_with_gil() {
    // SAFETY: by the caller's word. This is not back from the C that is to be done first, so nothing is dropped here.
    unsafe {
        let state = ffi::PyEval_SaveThread();
        ask_context();
        super::ending::stay_as(state);
        ffi::PyEval_RestoreThread(state);
    }
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        let all = STATE.with(take_waiting);
        // SAFETY: can be asked at any time.
        let runs = unsafe { ffi::Py_IsInitialized() != 0 };
        if let Some(all) = all
            && runs
        {
            leave(all);
            ask_context();
        }
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
