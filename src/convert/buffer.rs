//! The buffer protocol: `bytes`, `bytearray`, `memoryview`, `array.array`, NumPy arrays and whatever else gives its
//! memory in one piece.
//!
//! An array of plain numbers takes such an object in one piece. Where its items are those of the C array, C borrows the
//! memory or gets one copy of it. Other numbers are converted one by one, each with its range check
//! ([`super::numbers`]): memory is never read as something else than it is. What has more than one dimension is taken
//! flat, in C order.

use std::ffi::{CStr, c_char, c_void};
use std::mem::MaybeUninit;
use std::ptr;

use gijit_plan::Kind;
use pyo3::ffi::{self, PyObject};

use crate::convert::numbers;
use crate::convert::numbers::Format;
use crate::convert::sequence::in_item;
use crate::convert::temps::Temps;
use crate::convert::{input, output};
use crate::python::error::{Raised, Result, overflow_error};
use crate::python::reference::not_null;

/// A buffer that is held.
pub struct View {
    buffer: Box<ffi::Py_buffer>,
    /// C-contiguous: the bytes stand one after another in the order of the items.
    contiguous: bool,
    /// A NUL is known to stand behind the bytes.
    terminated: bool,
    format: Format,
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: the buffer was filled and is released once, under the GIL.
        unsafe { ffi::PyBuffer_Release(&mut *self.buffer) };
    }
}

impl View {
    /// The buffer of an object; None where it has none, or one of items that only Python can read.
    ///
    /// # Safety
    /// `object` is live.
    pub unsafe fn of(object: *mut PyObject) -> Option<View> {
        // SAFETY: the object is live; the buffer is filled where the call succeeds, and released by the view.
        unsafe {
            if ffi::PyObject_CheckBuffer(object) == 0 {
                return None;
            }
            let mut buffer = Box::new(MaybeUninit::<ffi::Py_buffer>::zeroed());
            if ffi::PyObject_GetBuffer(object, buffer.as_mut_ptr(), ffi::PyBUF_FULL_RO) < 0 {
                // Whatever stood in the way, its items say it as well: NumPy has types without a format.
                ffi::PyErr_Clear();
                return None;
            }
            let buffer = Box::from_raw(Box::into_raw(buffer).cast::<ffi::Py_buffer>());
            let contiguous = ffi::PyBuffer_IsContiguous(&*buffer, b'C' as c_char) != 0;
            let terminated = ffi::PyBytes_Check(object) != 0 || ffi::PyByteArray_Check(object) != 0;
            let mut view = View {
                buffer,
                contiguous,
                terminated,
                format: Format::Bytes,
            };
            view.format = view.read_format()?;
            (view.buffer.ndim > 0).then_some(view)
        }
    }

    /// What the items are; None where they are no numbers.
    fn read_format(&self) -> Option<Format> {
        let text = if self.buffer.format.is_null() {
            c"B"
        } else {
            // SAFETY: a C string that lives as long as the buffer.
            unsafe { CStr::from_ptr(self.buffer.format) }
        };
        let (order, code) = match *text.to_bytes() {
            [code] => (b'@', code),
            [order, code] => (order, code),
            _ => return None,
        };
        let swapped = match order {
            b'@' | b'=' | b'^' => false,
            b'<' => cfg!(target_endian = "big"),
            b'>' | b'!' => cfg!(target_endian = "little"),
            _ => return None,
        };
        let size = self.buffer.itemsize;
        // How wide a letter is depends on the byte order's mark; the size of the items says it plainly.
        let kind = match (code, size) {
            (b'b' | b'h' | b'i' | b'l' | b'q' | b'n', 1) => Kind::I8,
            (b'b' | b'h' | b'i' | b'l' | b'q' | b'n', 2) => Kind::I16,
            (b'b' | b'h' | b'i' | b'l' | b'q' | b'n', 4) => Kind::I32,
            (b'b' | b'h' | b'i' | b'l' | b'q' | b'n', 8) => Kind::I64,
            (b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P', 1) => Kind::U8,
            (b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P', 2) => Kind::U16,
            (b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P', 4) => Kind::U32,
            (b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P', 8) => Kind::U64,
            (b'f' | b'd', 4) => Kind::F32,
            (b'f' | b'd', 8) => Kind::F64,
            (b'e', 2) => return Some(Format::Half { swapped }),
            (b'?', 1) => return Some(Format::Truth),
            (b'c', 1) => return Some(Format::Bytes),
            _ => return None,
        };
        Some(Format::Number {
            kind,
            swapped: swapped && size > 1,
        })
    }

    /// Whether an array of this kind can take the buffer: single bytes are numbers only for arrays of such.
    pub fn converts_to(&self, kind: Kind) -> bool {
        self.format != Format::Bytes || kind.size() == 1
    }

    /// Whether the items are those of a C array of this kind.
    pub fn holds(&self, kind: Kind) -> bool {
        match self.format {
            Format::Bytes => kind.size() == 1,
            Format::Number {
                kind: found,
                swapped,
            } => found == kind && !swapped,
            Format::Half { .. } | Format::Truth => false,
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

    /// Whether Python counts on the memory to stay as it is.
    pub fn is_read_only(&self) -> bool {
        self.buffer.readonly != 0
    }

    /// Writes the items to C as numbers of this kind, in order.
    ///
    /// # Safety
    /// `to` has room for that many; the view can be converted to the kind.
    pub unsafe fn write_to(&self, kind: Kind, to: *mut u8) -> Result<()> {
        // SAFETY: by the caller's word; what is gathered is as large as the buffer.
        unsafe {
            if self.holds(kind) {
                return self.copy_to(to);
            }
            let mut gathered = Vec::new();
            let from = if self.contiguous {
                self.buffer.buf.cast::<u8>().cast_const()
            } else {
                gathered.reserve_exact(self.bytes());
                self.copy_to(gathered.as_mut_ptr())?;
                gathered.as_ptr()
            };
            let Err(i) = numbers::convert(from, self.format, self.len(), kind, to) else {
                return Ok(());
            };
            // The conversion of one value says what is wrong with it.
            let object = not_null(numbers::object(from, self.format, i))?;
            let result = input::scalar(kind, object);
            output::decref(object);
            match result {
                Ok(_) => Err(overflow_error("number not in range")),
                Err(raised) => Err(in_item(i, raised)),
            }
        }
    }

    /// Copies the bytes, in order.
    ///
    /// # Safety
    /// `to` has room for [`View::bytes`] bytes.
    unsafe fn copy_to(&self, to: *mut u8) -> Result<()> {
        // SAFETY: by the caller's word; the buffer is held.
        unsafe {
            if self.contiguous {
                ptr::copy_nonoverlapping(self.buffer.buf.cast::<u8>(), to, self.bytes());
                return Ok(());
            }
            let view = ptr::from_ref(&*self.buffer).cast_mut();
            match ffi::PyBuffer_ToContiguous(to.cast(), view, self.buffer.len, b'C' as c_char) {
                0 => Ok(()),
                _ => Err(Raised),
            }
        }
    }

    /// Whether [`View::lend`] can be.
    pub fn is_in_one_piece(&self) -> bool {
        self.contiguous && !self.buffer.buf.is_null()
    }

    /// Lends C the memory itself, which is in one piece.
    pub fn lend(self, temps: &mut Temps<'_>) -> *mut c_void {
        unsafe extern "C" fn release(view: *mut c_void, _: *const c_void) {
            // SAFETY: the box that was given to the pieces.
            drop(unsafe { Box::from_raw(view.cast::<View>()) });
        }
        let pointer = self.buffer.buf;
        let view = Box::into_raw(Box::new(self));
        temps.lend(view.cast(), release, ptr::null());
        pointer
    }
}
