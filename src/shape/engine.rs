//! The interface of the engine library: shapes in, machine code out. Plain C, so that the library can be loaded
//! at need and dropped in as a file.
//!
//! Every function returns 0 for success or 1 for failure, and writes a [`Buffer`] that must be given back with
//! `gijit_engine_free`: the result, or the reason in UTF-8. None of them knows Python or takes the GIL. They may be
//! called from any thread, one at a time.

use crate::layout::Layout;

/// Changes whenever this interface, [`crate::abi`] or the text form of shapes changes.
pub const ABI_VERSION: u32 = 5;

/// The functions that the library exports; nothing else is visible in it.
pub mod symbol {
    pub const ABI: &str = "gijit_engine_abi";
    pub const COMPILE: &str = "gijit_engine_compile";
    pub const DISASSEMBLE: &str = "gijit_engine_disassemble";
    pub const FREE: &str = "gijit_engine_free";
}

/// `uint32_t gijit_engine_abi(void)`: [`ABI_VERSION`] of the library.
pub type AbiFn = unsafe extern "C" fn() -> u32;

/// `gijit_engine_compile(shapes, len, layout, out)`: compiles a batch. `shapes` is UTF-8, one key on each line, of a
/// call shape or an entry, `len` bytes. The result is, little-endian: u32 n, then n times (u32 offset, u32 length) into the code, then the
/// code, position-independent and without relocations, each thunk 16-byte aligned from the code's first byte.
/// One thunk's vectorcall entry is its first byte.
pub type CompileFn = unsafe extern "C" fn(
    shapes: *const u8,
    len: usize,
    layout: *const Layout,
    out: *mut Buffer,
) -> i32;

/// `gijit_engine_disassemble(shape, len, layout, out)`: what a person reads: the optimised IR of one shape, a line
/// `; assembly`, then its assembly.
pub type DisassembleFn = CompileFn;

/// `gijit_engine_free(buffer)`.
pub type FreeFn = unsafe extern "C" fn(buffer: *mut Buffer);

/// Bytes that the engine owns.
#[derive(Debug)]
#[repr(C)]
pub struct Buffer {
    pub data: *mut u8,
    pub len: usize,
    pub capacity: usize,
}
