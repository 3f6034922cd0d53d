//! Stubs: a few bytes of code for each callable that C has, all the same, which go on where the callable says.
//!
//! C calls a bare address. A stub at that address loads the word that lies at its place in the next page, the address
//! of a [`super::called::Called`], into the register of nested functions, and jumps to the code that stands first in it.
//! So the code can be another for the next call, and no page is ever writable and executable. Stubs are never unmapped.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

/// Bytes of a stub. A stub and its word are as far apart as a page is long anywhere.
const STUB: usize = 16;
const PAGE: usize = 65536;

/// The stubs that nobody uses.
static FREE: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// What all stubs are: `mov r10, [rip + PAGE - 7]`, `jmp [r10]`.
#[cfg(target_arch = "x86_64")]
const CODE: Option<[u8; STUB]> = {
    let [a, b, c, d] = (PAGE as u32 - 7).to_le_bytes();
    Some([
        0x4c, 0x8b, 0x15, a, b, c, d, 0x41, 0xff, 0x22, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc,
    ])
};
/// On other machines nobody has run one yet, and everything stays with libffi.
#[cfg(not(target_arch = "x86_64"))]
const CODE: Option<[u8; STUB]> = None;

/// The address of a stub that leads nowhere yet; None where the system refuses executable memory.
pub fn take() -> Option<*mut c_void> {
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    if free.is_empty() {
        map(&mut free)?;
    }
    Some(free.pop()? as *mut c_void)
}

/// Has a stub lead to the code at `place`.
///
/// # Safety
/// It is from [`take`]; the place lives for ever.
pub unsafe fn lead(stub: *mut c_void, place: *const AtomicPtr<c_void>) {
    // SAFETY: the word belongs to the stub.
    unsafe { AtomicPtr::from_ptr(word(stub)) }.store(place.cast_mut().cast(), Ordering::Release);
}

/// The words of a stub: where it leads, and the next in a queue.
fn word(stub: *mut c_void) -> *mut *mut c_void {
    stub.wrapping_byte_add(PAGE).cast()
}

/// Stubs that wait to be used again, the longest first. It has no memory of its own, and is touched under the GIL only.
#[derive(Default)]
pub struct Queue {
    first: Cell<*mut c_void>,
    last: Cell<*mut c_void>,
    n: Cell<usize>,
}

impl Queue {
    /// # Safety
    /// The stub is from [`take`], and nobody else uses it.
    pub unsafe fn push(&self, stub: *mut c_void) {
        let last = self.last.replace(stub);
        if self.n.replace(self.n.get() + 1) == 0 {
            self.first.set(stub);
        } else {
            // SAFETY: what is in the queue is a stub.
            unsafe { *word(last).add(1) = stub };
        }
    }

    /// The one that has waited for longest, if more than `n` wait.
    pub fn pop(&self, n: usize) -> Option<*mut c_void> {
        if self.n.get() <= n {
            return None;
        }
        self.n.set(self.n.get() - 1);
        let first = self.first.get();
        // SAFETY: as above; the last one's word is not used.
        self.first.set(unsafe { *word(first).add(1) });
        Some(first)
    }
}

/// Adds as many stubs as fill a page.
fn map(free: &mut Vec<usize>) -> Option<()> {
    let code = CODE?;
    // SAFETY: new memory, written before it is made executable; unmapped again where that is refused.
    unsafe {
        let (rights, kind) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
        );
        let base = libc::mmap(ptr::null_mut(), 2 * PAGE, rights, kind, -1, 0);
        if base == libc::MAP_FAILED {
            return None;
        }
        for i in 0..PAGE / STUB {
            base.cast::<[u8; STUB]>().add(i).write(code);
        }
        if libc::mprotect(base, PAGE, libc::PROT_READ | libc::PROT_EXEC) != 0 {
            libc::munmap(base, 2 * PAGE);
            return None;
        }
        // The first are used first.
        free.extend((0..PAGE / STUB).rev().map(|i| base as usize + i * STUB));
    }
    Some(())
}
