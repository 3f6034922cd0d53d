//! How much of the thread's stack is left. Python counts its own frames; a recursion that goes through C takes far more
//! of the stack for each of them, and threads may have small ones.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi;

use crate::python::error::{Raised, Result, raise};

/// What is kept free for what raises, prints and handles the error, where the stack is not too small for that.
const MARGIN: usize = 64 << 10;

/// The stack of the thread that was here last, as the addresses from which on there is room, and how many there are.
/// Written and read with the GIL: mostly there is one thread, and asking for what is its own takes longer.
static FROM: AtomicUsize = AtomicUsize::new(0);
static ROOM: AtomicUsize = AtomicUsize::new(0);

/// A thread's stack: its lowest address, where the margin ends, and its end. All 0 where the system does not say.
#[derive(Clone, Copy)]
struct Bounds {
    low: usize,
    from: usize,
    end: usize,
}

thread_local! {
    /// None: nobody has asked.
    static BOUNDS: Cell<Option<Bounds>> = const { Cell::new(None) };
}

#[inline(always)]
fn here() -> usize {
    let here = MaybeUninit::<u8>::uninit();
    here.as_ptr() as usize
}

/// Whether this is the thread that was here last, with room on its stack. It stays, then.
#[inline]
pub(super) fn is_last() -> bool {
    here().wrapping_sub(FROM.load(Ordering::Relaxed)) < ROOM.load(Ordering::Relaxed)
}

/// This thread, which stays, is here now.
pub(super) fn note() {
    let Bounds { from, end, .. } = bounds();
    forget();
    FROM.store(from, Ordering::Relaxed);
    ROOM.store(end - from, Ordering::Relaxed);
}

/// The stack of this thread, which is asked for once.
fn bounds() -> Bounds {
    BOUNDS.get().unwrap_or_else(|| {
        let bounds = stack();
        BOUNDS.set(Some(bounds));
        bounds
    })
}

/// The stack of whoever was here last may become another thread's.
pub(super) fn forget() {
    ROOM.store(0, Ordering::Relaxed);
}

/// RecursionError if the stack is nearly used up. Whoever calls Python from C asks.
#[inline]
pub fn room() -> Result<()> {
    if is_last() { Ok(()) } else { look() }
}

#[cold]
fn look() -> Result<()> {
    let bounds = bounds();
    crate::python::stay();
    note();
    let here = here();
    // A coroutine's stack is not the thread's.
    if here >= bounds.from || here < bounds.low {
        return Ok(());
    }
    // SAFETY: reads a static that the interpreter has initialised.
    let kind = unsafe { ffi::PyExc_RecursionError };
    let text = format!(
        "maximum recursion depth exceeded: C calls Python with {} of {} kB of the thread's stack left",
        (here - bounds.low) >> 10,
        (bounds.end - bounds.low) >> 10
    );
    let Raised = raise(kind, &text);
    Err(Raised)
}

/// This thread's stack.
fn stack() -> Bounds {
    let (mut low, mut size) = (std::ptr::null_mut(), 0);
    let mut attributes = MaybeUninit::uninit();
    // SAFETY: the attributes are written before they are read, and destroyed once.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) == 0 {
            libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut size);
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
        }
    }
    let low = low as usize;
    Bounds {
        low,
        from: low + MARGIN.min(size / 4),
        end: low + size,
    }
}
