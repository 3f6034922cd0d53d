//! What is under way on a thread when C comes to Python, and is put aside until Python is done: an exception that is set,
//! and Python that waits for C.
//!
//! Who makes an object from Python, or asks for its properties, hears of the exceptions of what C calls on the way
//! ([`is_heard`]), but only what C calls itself: what Python calls from there has other callers. And the wrapper that waits
//! for an object is for the first one of its type that C makes, not for one that Python makes on the way.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi::{self, PyObject};

use crate::python::error::{Raised, Result};
use crate::python::{BackPointer, Exception};

/// Python that waits for C on this thread. In the frame of whoever waits.
struct Asker {
    /// The wrapper that waits for an object of its GType: held by the asker.
    waiting: BackPointer,
    /// Whether the class of that wants to hear when they have met.
    has_hook: bool,
}

/// Stands for an asker while what C has called runs: that one hears of its exception.
const HEARD: *const Asker = ptr::without_provenance(align_of::<Asker>());

thread_local! {
    /// Who waits for what C does right now, NULL for nobody, or [`HEARD`].
    static CURRENT: Cell<*const Asker> = const { Cell::new(ptr::null()) };
}

/// How many wait, on all threads: mostly none, and then nobody need look. Written under the GIL.
static ASKERS: AtomicUsize = AtomicUsize::new(0);

/// An exception that was set before C came here, and who waits: both are there again when it is dropped.
pub struct Outer {
    /// Written only if there is anything to put aside.
    error: MaybeUninit<Exception>,
    /// NULL if nobody waits, or [`NOTHING`].
    asker: *const Asker,
}

/// Stands for an asker with whom no wrapper waits.
const ASKED: *const Asker = ptr::without_provenance(3 * align_of::<Asker>());

/// There was neither an exception nor an asker: the usual case.
const NOTHING: *const Asker = ptr::without_provenance(2 * align_of::<Asker>());

impl Outer {
    /// # Safety
    /// The GIL is held.
    #[inline]
    pub unsafe fn take() -> Outer {
        // SAFETY: by the caller's word.
        unsafe {
            if ASKERS.load(Ordering::Relaxed) == 0 && ffi::PyErr_Occurred().is_null() {
                return Outer {
                    error: MaybeUninit::uninit(),
                    asker: NOTHING,
                };
            }
            Outer::put_aside()
        }
    }

    /// # Safety
    /// As for [`Outer::take`].
    #[inline(never)]
    unsafe fn put_aside() -> Outer {
        // SAFETY: by the caller's word.
        let error = unsafe { Exception::take() };
        let mut asker = ptr::null();
        if ASKERS.load(Ordering::Relaxed) > 0 {
            let is_asked = |asker: *const Asker| !asker.is_null() && asker != HEARD;
            asker = CURRENT.get();
            CURRENT.set(if is_asked(asker) { HEARD } else { ptr::null() });
        }
        Outer {
            error: MaybeUninit::new(error),
            asker,
        }
    }

    /// # Safety
    /// From [`Outer::put_aside`], once, under the GIL.
    #[inline(never)]
    unsafe fn give_back(&mut self) {
        if !self.asker.is_null() {
            CURRENT.set(self.asker);
        }
        // SAFETY: by the caller's word it was written, and is read once.
        unsafe { self.error.assume_init_read().restore() };
    }
}

impl Drop for Outer {
    #[inline]
    fn drop(&mut self) {
        if self.asker != NOTHING {
            // SAFETY: something was put aside, on this thread, under the GIL.
            unsafe { self.give_back() };
        }
    }
}

/// Whether an exception of what C has called here may be left set: who waits for C hears of it. Asked where an [`Outer`]
/// is there.
pub fn is_heard() -> bool {
    CURRENT.get() == HEARD
}

/// Runs C without the GIL. Raised if something in Python that C called has left its exception set.
///
/// # Safety
/// The GIL is held; what `body` touches lives.
pub unsafe fn asking<T>(body: impl FnOnce() -> T) -> Result<T> {
    // SAFETY: passed on.
    unsafe { for_asker(ASKED, || crate::python::without_gil(body)) }
}

/// The same for C that makes the object of a wrapper, which is NULL or waits for one of the GType; with `keeps_gil` with
/// the GIL, for C that waits for no other thread.
///
/// # Safety
/// As for [`asking`]; the wrapper is held.
pub unsafe fn making<T>(
    waiting: *mut PyObject,
    gtype: usize,
    has_hook: bool,
    keeps_gil: bool,
    body: impl FnOnce() -> T,
) -> Result<T> {
    let asker = Asker {
        waiting: BackPointer::new(waiting, gtype),
        has_hook,
    };
    // SAFETY: by the caller's word; the asker outlives this.
    unsafe {
        for_asker(&raw const asker, || {
            if keeps_gil {
                body()
            } else {
                crate::python::without_gil(body)
            }
        })
    }
}

/// # Safety
/// As for [`making`]; `body` comes back with the GIL.
#[inline]
unsafe fn for_asker<T>(asker: *const Asker, body: impl FnOnce() -> T) -> Result<T> {
    let count = |n: usize| ASKERS.store(n, Ordering::Relaxed);
    // SAFETY: by the caller's word.
    unsafe {
        count(ASKERS.load(Ordering::Relaxed) + 1);
        let before = CURRENT.replace(asker);
        let done = body();
        CURRENT.set(before);
        count(ASKERS.load(Ordering::Relaxed).saturating_sub(1));
        if ffi::PyErr_Occurred().is_null() {
            Ok(done)
        } else {
            Err(Raised)
        }
    }
}

/// The wrapper that waits on this thread for an object of the GType, held by who waits, and whether its class has a hook:
/// it waits no more.
pub fn take_waiting(gtype: usize) -> Option<(*mut PyObject, bool)> {
    let asker = CURRENT.get();
    if asker.is_null() || asker == HEARD || asker == ASKED {
        return None;
    }
    // SAFETY: it stands in a frame of this thread that is not done.
    let asker = unsafe { &*asker };
    let waits = asker.waiting.is_set() && asker.waiting.gtype() == gtype;
    waits.then(|| (asker.waiting.take(), asker.has_hook))
}
