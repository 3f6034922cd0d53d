//! Executable memory: the one owner of mapping and protection.
//!
//! A page is first writable, then, once and for ever, readable and executable; never both. Code is never unmapped:
//! a callable may be inside it at any time.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use memmap2::MmapMut;

static BYTES: AtomicUsize = AtomicUsize::new(0);

/// Bytes of code that have been mapped so far.
pub fn bytes() -> usize {
    BYTES.load(Ordering::Relaxed)
}

/// Maps a batch of code for good, and returns the address of its first byte.
///
/// # Errors
/// Where the system refuses executable memory.
pub fn publish(code: &[u8]) -> io::Result<*const u8> {
    let mut writable = MmapMut::map_anon(code.len().max(1))?;
    writable[..code.len()].copy_from_slice(code);
    let executable = writable.make_exec()?;
    let address = executable.as_ptr();
    std::mem::forget(executable);
    BYTES.fetch_add(code.len(), Ordering::Relaxed);
    Ok(address)
}
