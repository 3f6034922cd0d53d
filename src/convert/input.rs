//! Python → C: scalars and strings.
//!
//! Ranges are checked and the texts are PyGObject's (compat surface, sections 2.2 and 2.3). Nothing here allocates
//! for C except `string_dup`.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use gijit_plan::Kind;
use pyo3::ffi::{self, PyObject};

use crate::convert::cell::TypeCell;
use crate::python::error::{
    Raised, Result, overflow_error, str_of, type_error, type_name, value_error,
};

// ---- For thunks: quiet, and only for exact types. ----

pub unsafe extern "C" fn long_as_i64(object: *mut PyObject, out: *mut i64) -> c_int {
    let mut overflow = 0;
    // SAFETY: the caller passes an exact int and a place for the result; on an exact int this cannot raise.
    unsafe {
        let value = ffi::PyLong_AsLongLongAndOverflow(object, &mut overflow);
        if overflow != 0 {
            return 0;
        }
        *out = value;
    }
    1
}

pub unsafe extern "C" fn long_as_u64(object: *mut PyObject, out: *mut u64) -> c_int {
    // SAFETY: the caller passes an exact int and a place for the result; what is raised is cleared.
    unsafe {
        let value = ffi::PyLong_AsUnsignedLongLong(object);
        if value == u64::MAX && !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Clear();
            return 0;
        }
        *out = value;
    }
    1
}

pub unsafe extern "C" fn long_as_f64(object: *mut PyObject, out: *mut f64) -> c_int {
    // SAFETY: as above.
    unsafe {
        let value = ffi::PyLong_AsDouble(object);
        if value == -1.0 && !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Clear();
            return 0;
        }
        *out = value;
    }
    1
}

pub unsafe extern "C" fn utf8_borrow(object: *mut PyObject) -> *const c_char {
    // SAFETY: the caller passes an exact str, which caches its UTF-8 form for as long as it lives.
    unsafe {
        let data = ffi::PyUnicode_AsUTF8AndSize(object, ptr::null_mut());
        if data.is_null() {
            ffi::PyErr_Clear();
        }
        data
    }
}

pub unsafe extern "C" fn filename_borrow(object: *mut PyObject) -> *const c_char {
    let mut len = 0;
    // SAFETY: the caller passes an exact str; for an ASCII one, which is as long in UTF-8 as it is in characters, the
    // cached UTF-8 form is its bytes in every encoding that a file system may have; `len` bytes of it are readable.
    unsafe {
        let data = ffi::PyUnicode_AsUTF8AndSize(object, &mut len);
        if data.is_null() {
            ffi::PyErr_Clear();
            return data;
        }
        if len != ffi::PyUnicode_GetLength(object) {
            return ptr::null();
        }
        if std::slice::from_raw_parts(data.cast::<u8>(), len as usize).contains(&0) {
            return ptr::null();
        }
        data
    }
}

pub unsafe extern "C" fn unichar_get(object: *mut PyObject, out: *mut u32) -> c_int {
    // SAFETY: the object is live; it is read as a str only if it is one; `out` is the caller's place.
    unsafe {
        if ffi::PyUnicode_Check(object) == 0 {
            return 0;
        }
        if ffi::PyUnicode_GetLength(object) != 1 {
            return 0;
        }
        *out = ffi::PyUnicode_ReadChar(object, 0);
        // Half a character cannot cross: `unichar` says so.
        if (0xd800..0xe000).contains(&*out) {
            return 0;
        }
    }
    1
}

pub unsafe extern "C" fn string_dup(text: *const c_void, _: *const TypeCell) -> *mut c_void {
    // SAFETY: NULL or a NUL-terminated string, which is all g_strdup asks.
    unsafe { glib_sys::g_strdup(text.cast()).cast() }
}

// ---- For `invoke`: any object, with PyGObject's errors. ----

/// One scalar as the bits of a C argument slot, sign- or zero-extended to 64.
///
/// # Safety
/// `object` is live.
pub unsafe fn scalar(kind: Kind, object: *mut PyObject) -> Result<u64> {
    // SAFETY: the object is live, by the caller's word, in every arm.
    unsafe {
        match kind {
            Kind::Bool => match ffi::PyObject_IsTrue(object) {
                -1 => Err(Raised),
                truth => Ok(truth as u64),
            },
            Kind::I8 | Kind::U8 => byte_or_integer(kind, object),
            Kind::F32 | Kind::F64 => floating(kind, object),
            Kind::Unichar => unichar(object).map(u64::from),
            _ => integer(kind, object),
        }
    }
}

/// The least and greatest value of an integer kind.
fn range(kind: Kind) -> (i128, i128) {
    match kind {
        Kind::I8 => (i8::MIN.into(), i8::MAX.into()),
        Kind::U8 => (0, u8::MAX.into()),
        Kind::I16 => (i16::MIN.into(), i16::MAX.into()),
        Kind::U16 => (0, u16::MAX.into()),
        Kind::I32 => (i32::MIN.into(), i32::MAX.into()),
        Kind::U32 => (0, u32::MAX.into()),
        Kind::I64 => (i64::MIN.into(), i64::MAX.into()),
        _ => (0, u64::MAX.into()),
    }
}

/// # Safety
/// `object` is live.
unsafe fn not_a_number(object: *mut PyObject) -> Raised {
    // SAFETY: passed on.
    let name = unsafe { type_name(object) };
    type_error(&format!("Must be number, not {name}"))
}

/// A number as `int()` makes it, as a new reference to an int.
///
/// # Safety
/// `object` is live.
pub unsafe fn number(object: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: the object is live.
    unsafe {
        if ffi::PyNumber_Check(object) == 0 {
            return Err(not_a_number(object));
        }
        let number = ffi::PyNumber_Long(object);
        if number.is_null() {
            // PyGObject's answer to whatever `int()` said.
            ffi::PyErr_Clear();
            return Err(type_error("expected int argument"));
        }
        Ok(number)
    }
}

/// # Safety
/// `object` is live.
pub unsafe fn integer(kind: Kind, object: *mut PyObject) -> Result<u64> {
    // SAFETY: the object is live, and so is what `number` returns until it is dropped here.
    unsafe {
        if ffi::PyLong_CheckExact(object) != 0 {
            return integer_of_int(kind, object);
        }
        let number = number(object)?;
        let result = integer_of_int(kind, number);
        ffi::Py_DECREF(number);
        result
    }
}

/// # Safety
/// `object` is a live int.
unsafe fn integer_of_int(kind: Kind, object: *mut PyObject) -> Result<u64> {
    let mut overflow = 0;
    let (least, most) = range(kind);
    // SAFETY: the object is a live int, so these raise only for range, which is cleared.
    unsafe {
        let value = ffi::PyLong_AsLongLongAndOverflow(object, &mut overflow);
        if overflow == 0 {
            if (least..=most).contains(&i128::from(value)) {
                return Ok(value as u64);
            }
        } else if overflow > 0 && kind == Kind::U64 {
            let mut value = 0;
            if long_as_u64(object, &mut value) != 0 {
                return Ok(value);
            }
        }
        Err(overflow_error(&format!(
            "{} not in range {least} to {most}",
            str_of(object)
        )))
    }
}

/// # Safety
/// `object` is live.
unsafe fn byte_or_integer(kind: Kind, object: *mut PyObject) -> Result<u64> {
    // SAFETY: the object is live and read as what it has been checked to be.
    unsafe {
        let code = if ffi::PyBytes_Check(object) != 0 {
            if ffi::PyBytes_Size(object) != 1 {
                return Err(type_error("Must be a single character"));
            }
            u32::from(*ffi::PyBytes_AsString(object).cast::<u8>())
        } else if ffi::PyUnicode_Check(object) != 0 {
            let mut len = 0;
            let text = ffi::PyUnicode_AsUTF8AndSize(object, &mut len);
            if text.is_null() {
                ffi::PyErr_Clear();
                return Err(type_error("Could not convert unicode string to bytes"));
            }
            if len != 1 {
                return Err(type_error("Must be a single character"));
            }
            u32::from(*text.cast::<u8>())
        } else {
            return integer(kind, object);
        };
        Ok(match kind {
            Kind::I8 => code as u8 as i8 as i64 as u64,
            _ => u64::from(code),
        })
    }
}

/// # Safety
/// `object` is live.
unsafe fn floating(kind: Kind, object: *mut PyObject) -> Result<u64> {
    // SAFETY: the object is live; PyNumber_Float gives a new float, dropped here.
    unsafe {
        let value = if ffi::PyFloat_CheckExact(object) != 0 {
            ffi::PyFloat_AS_DOUBLE(object)
        } else {
            if ffi::PyNumber_Check(object) == 0 {
                return Err(not_a_number(object));
            }
            let number = ffi::PyNumber_Float(object);
            if number.is_null() {
                return Err(Raised);
            }
            let value = ffi::PyFloat_AS_DOUBLE(number);
            ffi::Py_DECREF(number);
            value
        };
        if kind == Kind::F64 {
            return Ok(value.to_bits());
        }
        let most = f64::from(f32::MAX);
        if value.is_finite() && !(-most..=most).contains(&value) {
            let number = ffi::PyFloat_FromDouble(value);
            if number.is_null() {
                return Err(Raised);
            }
            let text = str_of(number);
            let bounds = (
                ffi::PyFloat_FromDouble(-most),
                ffi::PyFloat_FromDouble(most),
            );
            let text = if bounds.0.is_null() || bounds.1.is_null() {
                ffi::PyErr_Clear();
                format!("{text} not in range")
            } else {
                format!(
                    "{text} not in range {} to {}",
                    str_of(bounds.0),
                    str_of(bounds.1)
                )
            };
            ffi::Py_DECREF(number);
            ffi::Py_XDECREF(bounds.0);
            ffi::Py_XDECREF(bounds.1);
            return Err(overflow_error(&text));
        }
        Ok(u64::from((value as f32).to_bits()))
    }
}

/// # Safety
/// `object` is live.
unsafe fn unichar(object: *mut PyObject) -> Result<u32> {
    // SAFETY: the object is live; it is read as a str only after the check.
    unsafe {
        if ffi::PyUnicode_Check(object) == 0 {
            return Err(type_error(&format!(
                "Must be string, not {}",
                type_name(object)
            )));
        }
        let mut code = 0;
        if unichar_get(object, &mut code) == 0 {
            if ffi::PyUnicode_GetLength(object) == 1 {
                utf8(object)?;
            }
            return Err(type_error(&format!(
                "Must be a one character string, not {} characters",
                ffi::PyUnicode_GetLength(object)
            )));
        }
        Ok(code)
    }
}

/// The text of a str that is the first argument of a function of ours, borrowed from it. TypeError for all else.
///
/// # Safety
/// `object` is live; the result is used only while it is.
pub unsafe fn name<'a>(object: *mut PyObject, function: &str) -> Result<&'a CStr> {
    // SAFETY: by the caller's word.
    unsafe {
        if ffi::PyUnicode_Check(object) == 0 {
            return Err(type_error(&format!(
                "{function}() argument 1 must be str, not {}",
                type_name(object)
            )));
        }
        Ok(CStr::from_ptr(utf8(object)?))
    }
}

/// UTF-8, borrowed from the str.
///
/// # Safety
/// `object` is live; the result is used only while it is.
pub unsafe fn utf8(object: *mut PyObject) -> Result<*const c_char> {
    // SAFETY: the object is live and a str where it is read as one.
    unsafe {
        if ffi::PyUnicode_Check(object) == 0 {
            return Err(type_error(&format!(
                "Must be string, not {}",
                type_name(object)
            )));
        }
        let data = ffi::PyUnicode_AsUTF8AndSize(object, ptr::null_mut());
        if data.is_null() {
            Err(Raised)
        } else {
            Ok(data)
        }
    }
}

/// The file name of a plain ASCII str, borrowed from it.
///
/// # Safety
/// `object` is live; the result is used only while it is.
pub unsafe fn plain_filename(object: *mut PyObject) -> Option<*const c_char> {
    // SAFETY: an exact str.
    unsafe {
        if ffi::PyUnicode_CheckExact(object) == 0 {
            return None;
        }
        let text = filename_borrow(object);
        (!text.is_null()).then_some(text)
    }
}

/// A file name in the file system's encoding: the bytes, and the object that keeps them, a new reference.
///
/// # Safety
/// `object` is live.
pub unsafe fn filename(object: *mut PyObject) -> Result<(*const c_char, *mut PyObject)> {
    // SAFETY: every reference made here is dropped here or given to the caller; the bytes object is read while it
    // is held.
    unsafe {
        let path = ffi::PyOS_FSPath(object);
        if path.is_null() {
            return Err(Raised);
        }
        let bytes = if ffi::PyBytes_Check(path) != 0 {
            path
        } else {
            let bytes = ffi::PyUnicode_EncodeFSDefault(path);
            ffi::Py_DECREF(path);
            if bytes.is_null() {
                return Err(Raised);
            }
            bytes
        };
        let (mut data, mut len) = (ptr::null_mut(), 0);
        ffi::PyBytes_AsStringAndSize(bytes, &mut data, &mut len);
        if std::slice::from_raw_parts(data.cast::<u8>(), len as usize).contains(&0) {
            ffi::Py_DECREF(bytes);
            return Err(value_error("embedded null byte"));
        }
        Ok((data, bytes))
    }
}
