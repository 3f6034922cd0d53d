//! The buffer protocol: `bytes`, `bytearray`, `memoryview`, `array.array`, NumPy arrays and whatever else gives its
//! memory in one piece.
//!
//! An argument that is an array of plain numbers takes such an object as it is: C borrows the memory where it only
//! reads it, and gets one copy otherwise. The items must be those of the C array: memory is never read as something
//! else than it is. `bytes` and `bytearray` are sequences of numbers as well, as they are for PyGObject, so an array
//! of other numbers takes them item by item.

use std::ffi::{CStr, c_char, c_void};
use std::mem::MaybeUninit;
use std::ptr;

use gijit_plan::{Kind, c_name};
use pyo3::ffi::{self, PyObject};

use super::temps::Temps;
use super::{Raised, Result, type_error, type_name};

/// A buffer that is held.
pub struct View {
    buffer: Box<ffi::Py_buffer>,
    /// C-contiguous: the bytes stand one after another in the order of the items.
    contiguous: bool,
    /// A NUL is known to stand behind the bytes.
    terminated: bool,
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: the buffer was filled and is released once, under the GIL.
        unsafe { ffi::PyBuffer_Release(&mut *self.buffer) };
    }
}

impl View {
    /// The buffer of an object as items of `kind`; None where it is no buffer, or is to be read item by item.
    ///
    /// # Safety
    /// `object` is live.
    pub unsafe fn of(object: *mut PyObject, kind: Kind) -> Result<Option<View>> {
        // SAFETY: the object is live; the buffer is filled where the call succeeds, and released by the view.
        unsafe {
            if ffi::PyObject_CheckBuffer(object) == 0 {
                return Ok(None);
            }
            let bytes = ffi::PyBytes_Check(object) != 0 || ffi::PyByteArray_Check(object) != 0;
            if bytes && kind.size() != 1 {
                return Ok(None);
            }
            let mut buffer = Box::new(MaybeUninit::<ffi::Py_buffer>::zeroed());
            if ffi::PyObject_GetBuffer(object, buffer.as_mut_ptr(), ffi::PyBUF_FULL_RO) < 0 {
                return Err(Raised);
            }
            let buffer = Box::from_raw(Box::into_raw(buffer).cast::<ffi::Py_buffer>());
            let contiguous = ffi::PyBuffer_IsContiguous(&*buffer, b'C' as c_char) != 0;
            let view = View {
                buffer,
                contiguous,
                terminated: bytes,
            };
            if view.holds(kind) {
                return Ok(Some(view));
            }
            let format = view.format().to_string_lossy();
            Err(type_error(&format!(
                "{} of items of format '{format}' ({} byte{}) cannot be passed as array of {} ({} byte{})",
                type_name(object),
                view.buffer.itemsize,
                if view.buffer.itemsize == 1 { "" } else { "s" },
                c_name(kind),
                kind.size(),
                if kind.size() == 1 { "" } else { "s" },
            )))
        }
    }

    fn format(&self) -> &CStr {
        if self.buffer.format.is_null() {
            return c"B";
        }
        // SAFETY: a C string that lives as long as the buffer.
        unsafe { CStr::from_ptr(self.buffer.format) }
    }

    /// Whether the items are of this kind: as wide, and integers or floats as it is. Bytes may be of any one-byte
    /// format, since much that is called signed or a character is just bytes.
    fn holds(&self, kind: Kind) -> bool {
        if self.buffer.itemsize as usize != kind.size() {
            return false;
        }
        let code = match self.format().to_bytes() {
            [b'@' | b'=', code] | [code] => *code,
            #[cfg(target_endian = "little")]
            [b'<', code] => *code,
            _ => return false,
        };
        match kind {
            Kind::F32 | Kind::F64 => matches!(code, b'f' | b'd'),
            Kind::I8 | Kind::U8 => matches!(code, b'b' | b'B' | b'c' | b'?'),
            Kind::I16 | Kind::I32 | Kind::I64 => matches!(code, b'h' | b'i' | b'l' | b'q' | b'n'),
            _ => matches!(code, b'H' | b'I' | b'L' | b'Q' | b'N'),
        }
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.bytes() / (self.buffer.itemsize.max(1) as usize)
    }

    /// Size in bytes.
    pub fn bytes(&self) -> usize {
        self.buffer.len as usize
    }

    /// Whether zeros are known to follow.
    pub fn is_terminated(&self) -> bool {
        self.terminated
    }

    /// Copies the items to C, in order.
    ///
    /// # Safety
    /// `to` has room for [`View::bytes`] bytes.
    pub unsafe fn copy_to(&self, to: *mut u8) {
        // SAFETY: by the caller's word; the buffer is held. Copying what is not contiguous can only fail for a wrong
        // length, which is the buffer's own.
        unsafe {
            if self.contiguous {
                ptr::copy_nonoverlapping(self.buffer.buf.cast::<u8>(), to, self.bytes());
            } else {
                let view = ptr::from_ref(&*self.buffer).cast_mut();
                ffi::PyBuffer_ToContiguous(to.cast(), view, self.buffer.len, b'C' as c_char);
            }
        }
    }

    /// Lends C the items: the memory itself where it is in one piece, else a copy. Never NULL.
    pub fn lend(self, temps: &mut Temps<'_>) -> *mut c_void {
        unsafe extern "C" fn release(view: *mut c_void, _: *const c_void) {
            // SAFETY: the box that was given to the pieces.
            drop(unsafe { Box::from_raw(view.cast::<View>()) });
        }
        if !self.contiguous || self.buffer.buf.is_null() {
            // SAFETY: room for the items, and for at least one byte.
            let copy = unsafe {
                let copy = glib_sys::g_malloc0(self.bytes() + 8);
                self.copy_to(copy.cast());
                copy
            };
            temps.memory(false, copy);
            return copy;
        }
        let pointer = self.buffer.buf;
        let view = Box::into_raw(Box::new(self));
        temps.lend(view.cast(), release, ptr::null());
        pointer
    }
}
