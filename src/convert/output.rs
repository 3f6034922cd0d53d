//! C → Python: scalars and strings.
//!
//! `_full` functions take the C value in any case: Python gets it or it is freed.

use std::ffi::{c_char, c_void};
use std::ptr;

use gijit_plan::Kind;
use pyo3::ffi::{self, PyObject};

use crate::convert::cell::TypeCell;
use crate::convert::table::table;
use crate::python::error::type_error;
pub use crate::python::reference::none;

pub unsafe extern "C" fn unichar_out(code: u32) -> *mut PyObject {
    if code == 0 {
        // SAFETY: makes a new empty string.
        return unsafe { ffi::PyUnicode_FromStringAndSize(ptr::null(), 0) };
    }
    if code > 0x10ffff {
        type_error(&format!("Invalid unicode codepoint {code}"));
        return ptr::null_mut();
    }
    // SAFETY: one valid 4-byte code in place.
    unsafe {
        ffi::PyUnicode_FromKindAndData(
            ffi::PyUnicode_4BYTE_KIND as i32,
            ptr::from_ref(&code).cast(),
            1,
        )
    }
}

pub unsafe extern "C" fn utf8_out_none(text: *const c_char) -> *mut PyObject {
    // SAFETY: NULL or a NUL-terminated string, by the contract of the slot.
    unsafe {
        if text.is_null() {
            return none();
        }
        ffi::PyUnicode_DecodeUTF8(text, libc::strlen(text) as isize, ptr::null())
    }
}

pub unsafe extern "C" fn utf8_out_full(text: *mut c_char) -> *mut PyObject {
    // SAFETY: as above; the string is the caller's to free, and that is passed on to us.
    unsafe {
        let object = utf8_out_none(text);
        glib_sys::g_free(text.cast());
        object
    }
}

pub unsafe extern "C" fn filename_out_none(text: *const c_char) -> *mut PyObject {
    // SAFETY: as for utf8.
    unsafe {
        if text.is_null() {
            return none();
        }
        ffi::PyUnicode_DecodeFSDefault(text)
    }
}

pub unsafe extern "C" fn filename_out_full(text: *mut c_char) -> *mut PyObject {
    // SAFETY: as for utf8.
    unsafe {
        let object = filename_out_none(text);
        glib_sys::g_free(text.cast());
        object
    }
}

pub unsafe extern "C" fn string_drop(text: *mut c_void, _: *const TypeCell) {
    // SAFETY: NULL or an owned string.
    unsafe { glib_sys::g_free(text) }
}

pub unsafe extern "C" fn decref(object: *mut PyObject) {
    // SAFETY: the caller owns the reference.
    unsafe { ffi::Py_DECREF(object) }
}

/// A new Python string.
pub fn text(text: &str) -> *mut PyObject {
    // SAFETY: valid UTF-8 of the given length.
    unsafe { ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize) }
}

/// A scalar from the bits of its C value; upper bits that the kind does not have are ignored. A new reference, or
/// NULL with an exception set.
///
/// # Safety
/// `kind` is a scalar kind.
pub unsafe fn scalar(kind: Kind, bits: u64) -> *mut PyObject {
    // SAFETY: plain constructors of Python values.
    unsafe {
        match kind {
            // Any non-zero value of the C int is true.
            Kind::Bool => ffi::PyBool_FromLong(i64::from(bits as u32 != 0)),
            Kind::I8 => ffi::PyLong_FromLongLong((bits as i8).into()),
            Kind::U8 => ffi::PyLong_FromLongLong((bits as u8).into()),
            Kind::I16 => ffi::PyLong_FromLongLong((bits as i16).into()),
            Kind::U16 => ffi::PyLong_FromLongLong((bits as u16).into()),
            Kind::I32 => ffi::PyLong_FromLongLong((bits as i32).into()),
            Kind::U32 => ffi::PyLong_FromLongLong((bits as u32).into()),
            Kind::I64 => ffi::PyLong_FromLongLong(bits as i64),
            Kind::U64 => ffi::PyLong_FromUnsignedLongLong(bits),
            Kind::F32 => ffi::PyFloat_FromDouble(f32::from_bits(bits as u32).into()),
            Kind::F64 => ffi::PyFloat_FromDouble(f64::from_bits(bits)),
            Kind::Unichar => unichar_out(bits as u32),
            Kind::GType => (table().gtype_out)(bits as usize),
            _ => unreachable!("{kind:?} is not a scalar"),
        }
    }
}
