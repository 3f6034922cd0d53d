//! How much of the thread's stack is left. Python counts its own frames; a recursion that goes through C takes far more
//! of the stack for each of them, and threads may have small ones.

use std::cell::Cell;
use std::mem::MaybeUninit;

use pyo3::ffi;

use crate::convert::{Raised, Result, raise};

/// What is kept free for what raises, prints and handles the error, where the stack is not too small for that.
const MARGIN: usize = 64 << 10;

thread_local! {
    /// Below this address nothing new is called; before it is known, everything is below it.
    static LIMIT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// RecursionError if the stack is nearly used up. Whoever calls Python from C asks.
#[inline]
pub fn room() -> Result<()> {
    let here = MaybeUninit::<u8>::uninit();
    let here = here.as_ptr() as usize;
    if here >= LIMIT.get() {
        return Ok(());
    }
    look(here)
}

#[cold]
fn look(here: usize) -> Result<()> {
    let Some((low, size)) = stack() else {
        LIMIT.set(0);
        return Ok(());
    };
    let limit = low + MARGIN.min(size / 4);
    LIMIT.set(limit);
    // A coroutine's stack is not the thread's.
    if here >= limit || here < low {
        return Ok(());
    }
    // SAFETY: reads a static that the interpreter has initialised.
    let kind = unsafe { ffi::PyExc_RecursionError };
    let text = format!(
        "maximum recursion depth exceeded: C calls Python with {} of {} kB of the thread's stack left",
        (here - low) >> 10,
        size >> 10
    );
    let Raised = raise(kind, &text);
    Err(Raised)
}

/// The lowest address of this thread's stack, and its size.
fn stack() -> Option<(usize, usize)> {
    // SAFETY: the attributes are written before they are read, and destroyed once.
    unsafe {
        let mut attributes = MaybeUninit::uninit();
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let (mut low, mut size) = (std::ptr::null_mut(), 0);
        let known = libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut size) == 0;
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        known.then_some((low as usize, size))
    }
}
