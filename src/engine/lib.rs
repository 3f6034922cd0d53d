//! The engine: LLVM behind the small C interface of [`gijit_shape::engine`]. Call shapes in, machine code out.
//!
//! It is a shared library of its own, so that a program which needs no new code never loads LLVM. It knows neither
//! Python nor typelibs, keeps no state between calls (but LLVM's own tables of its targets), and lets no panic out.
//!
//! - `lower`: a shape, or an entry, becomes LLVM IR; the order and the rules of a call.
//! - `apart`: a thread for LLVM, which may want to end the process.
//! - `codegen`: LLVM IR becomes bytes that need nothing but themselves.
//! - this file: the C functions.

mod apart;
pub mod codegen;
mod lower;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use gijit_shape::engine::{ABI_VERSION, AbiFn, Buffer, CompileFn, DisassembleFn, FreeFn};
use gijit_shape::layout::Layout;

#[cfg(not(any(feature = "llvm19", feature = "llvm21")))]
compile_error!("choose an LLVM: feature llvm19 or llvm21");

const _: AbiFn = gijit_engine_abi;
const _: CompileFn = gijit_engine_compile;
const _: DisassembleFn = gijit_engine_disassemble;
const _: FreeFn = gijit_engine_free;

/// See [`AbiFn`].
#[unsafe(no_mangle)]
pub extern "C" fn gijit_engine_abi() -> u32 {
    ABI_VERSION
}

/// See [`CompileFn`].
///
/// # Safety
///
/// `shapes` points to `len` bytes, `layout` to a layout, `out` to memory for a [`Buffer`], which need not be
/// initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gijit_engine_compile(
    shapes: *const u8,
    len: usize,
    layout: *const Layout,
    out: *mut Buffer,
) -> i32 {
    // SAFETY: as this function demands.
    unsafe { answer(shapes, len, layout, out, compile) }
}

/// See [`DisassembleFn`].
///
/// # Safety
///
/// As for [`gijit_engine_compile`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gijit_engine_disassemble(
    shape: *const u8,
    len: usize,
    layout: *const Layout,
    out: *mut Buffer,
) -> i32 {
    // SAFETY: as this function demands.
    unsafe { answer(shape, len, layout, out, disassemble) }
}

/// See [`FreeFn`].
///
/// # Safety
///
/// `buffer` points to a [`Buffer`] that another function of this library has written; it is empty afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gijit_engine_free(buffer: *mut Buffer) {
    // SAFETY: it points to a buffer.
    let Some(buffer) = (unsafe { buffer.as_mut() }) else {
        return;
    };
    let Buffer {
        data,
        len,
        capacity,
    } = std::mem::replace(buffer, EMPTY);
    if !data.is_null() {
        // SAFETY: `give` took these three from a vector of bytes, and nobody can come here with them again.
        drop(unsafe { Vec::from_raw_parts(data, len, capacity) });
    }
}

const EMPTY: Buffer = Buffer {
    data: std::ptr::null_mut(),
    len: 0,
    capacity: 0,
};

/// Reads what C gave, runs `work` and writes its answer or the reason of its failure.
///
/// # Safety
///
/// As for [`gijit_engine_compile`].
unsafe fn answer(
    text: *const u8,
    len: usize,
    layout: *const Layout,
    out: *mut Buffer,
    work: fn(&str, &Layout) -> Result<Vec<u8>, String>,
) -> i32 {
    if out.is_null() {
        return 1;
    }
    let result = if text.is_null() || layout.is_null() {
        Err("the engine was called without shapes or layout".to_owned())
    } else {
        // SAFETY: the caller vouches for `len` bytes, and for the layout, which is plain integers.
        let (bytes, layout) = unsafe { (std::slice::from_raw_parts(text, len).to_vec(), *layout) };
        apart::apart(move || {
            catch_unwind(AssertUnwindSafe(|| {
                let text = str::from_utf8(&bytes)
                    .map_err(|error| format!("the shapes are not UTF-8: {error}"))?;
                work(text, &layout)
            }))
            .unwrap_or_else(|panic| Err(panic_text(panic)))
        })
    };
    let (status, bytes) = match result {
        Ok(bytes) => (0, bytes),
        Err(reason) => (1, reason.into_bytes()),
    };
    // SAFETY: the caller vouches for room for a buffer.
    unsafe { out.write(give(bytes)) };
    status
}

fn give(bytes: Vec<u8>) -> Buffer {
    let mut bytes = std::mem::ManuallyDrop::new(bytes);
    Buffer {
        data: bytes.as_mut_ptr(),
        len: bytes.len(),
        capacity: bytes.capacity(),
    }
}

fn panic_text(panic: Box<dyn Any + Send>) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("for an unknown reason");
    format!("the engine panicked: {text}")
}

fn compile(text: &str, layout: &Layout) -> Result<Vec<u8>, String> {
    let shapes = text
        .lines()
        .map(|line| lower::Unit::parse(line).map_err(|error| error.to_string()))
        .collect::<Result<Vec<_>, _>>()?;
    let code = if shapes.is_empty() {
        codegen::Code {
            thunks: Vec::new(),
            bytes: Vec::new(),
        }
    } else {
        codegen::compile(&shapes, layout)?
    };
    let mut bytes = Vec::with_capacity(4 + 8 * code.thunks.len() + code.bytes.len());
    let count = u32::try_from(code.thunks.len()).map_err(|_| "too many shapes".to_owned())?;
    bytes.extend(count.to_le_bytes());
    for (offset, len) in code.thunks {
        bytes.extend(offset.to_le_bytes());
        bytes.extend(len.to_le_bytes());
    }
    bytes.extend(code.bytes);
    Ok(bytes)
}

fn disassemble(text: &str, layout: &Layout) -> Result<Vec<u8>, String> {
    let unit = lower::Unit::parse(text.trim_end()).map_err(|error| error.to_string())?;
    codegen::disassemble(&unit, layout).map(String::into_bytes)
}
