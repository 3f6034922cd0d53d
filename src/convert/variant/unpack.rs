//! A GVariant → Python data.

use std::ffi::{CStr, c_void};
use std::ptr;

use glib_sys as glib;
use glib_sys::GVariant;
use pyo3::ffi::{self, PyObject};

use crate::convert::output;
use crate::python::error::{Raised, Result, c_text, not_implemented};
use crate::python::reference::not_null;

/// A reference to a variant that ends with its scope.
pub struct Held(pub *mut GVariant);

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: the reference is our own.
        unsafe { glib::g_variant_unref(self.0) }
    }
}

/// A child of a container.
///
/// # Safety
/// `variant` is a live container with more than `i` children.
pub unsafe fn child(variant: *mut GVariant, i: usize) -> Held {
    // SAFETY: by the caller's word.
    Held(unsafe { glib::g_variant_get_child_value(variant, i) })
}

/// The type string of a variant.
///
/// # Safety
/// `variant` is live.
pub unsafe fn type_string(variant: *mut GVariant) -> String {
    // SAFETY: the string lives as long as the variant.
    unsafe { c_text(glib::g_variant_get_type_string(variant)) }
}

/// Whether a variant is an array of dictionary entries.
///
/// # Safety
/// `variant` is live.
pub unsafe fn is_dict(variant: *mut GVariant) -> bool {
    // SAFETY: the string lives as long as the variant.
    unsafe {
        let ty = CStr::from_ptr(glib::g_variant_get_type_string(variant));
        ty.to_bytes().starts_with(b"a{")
    }
}

/// The text of a string, object path or signature: a new reference.
///
/// # Safety
/// `variant` is live and of one of these types.
pub unsafe fn text(variant: *mut GVariant) -> Result<*mut PyObject> {
    let mut len = 0;
    // SAFETY: the text lives as long as the variant and is UTF-8.
    unsafe {
        let text = glib::g_variant_get_string(variant, &mut len);
        not_null(ffi::PyUnicode_FromStringAndSize(text, len as isize))
    }
}

/// The Python data of a variant, a new reference: numbers, str, list, tuple, dict; what is in a variant or a maybe;
/// None for nothing. NotImplementedError for an entry that stands alone.
///
/// # Safety
/// `variant` is live.
pub unsafe fn unpack(variant: *mut GVariant) -> Result<*mut PyObject> {
    // SAFETY: each accessor is called for the type that it is for.
    unsafe {
        let object = match glib::g_variant_classify(variant) {
            glib::G_VARIANT_CLASS_BOOLEAN => {
                ffi::PyBool_FromLong(glib::g_variant_get_boolean(variant).into())
            }
            glib::G_VARIANT_CLASS_BYTE => {
                ffi::PyLong_FromLong(glib::g_variant_get_byte(variant).into())
            }
            glib::G_VARIANT_CLASS_INT16 => {
                ffi::PyLong_FromLong(glib::g_variant_get_int16(variant).into())
            }
            glib::G_VARIANT_CLASS_UINT16 => {
                ffi::PyLong_FromLong(glib::g_variant_get_uint16(variant).into())
            }
            glib::G_VARIANT_CLASS_INT32 => {
                ffi::PyLong_FromLong(glib::g_variant_get_int32(variant).into())
            }
            glib::G_VARIANT_CLASS_UINT32 => {
                ffi::PyLong_FromUnsignedLong(glib::g_variant_get_uint32(variant).into())
            }
            glib::G_VARIANT_CLASS_INT64 => {
                ffi::PyLong_FromLongLong(glib::g_variant_get_int64(variant))
            }
            glib::G_VARIANT_CLASS_UINT64 => {
                ffi::PyLong_FromUnsignedLongLong(glib::g_variant_get_uint64(variant))
            }
            glib::G_VARIANT_CLASS_HANDLE => {
                ffi::PyLong_FromLong(glib::g_variant_get_handle(variant).into())
            }
            glib::G_VARIANT_CLASS_DOUBLE => {
                ffi::PyFloat_FromDouble(glib::g_variant_get_double(variant))
            }
            glib::G_VARIANT_CLASS_STRING
            | glib::G_VARIANT_CLASS_OBJECT_PATH
            | glib::G_VARIANT_CLASS_SIGNATURE => return text(variant),
            _ => return container(variant),
        };
        not_null(object)
    }
}

/// # Safety
/// `variant` is a live container.
unsafe fn container(variant: *mut GVariant) -> Result<*mut PyObject> {
    // SAFETY: children are held while they are unpacked. Trees of variants in variants may be deeper than any stack.
    unsafe {
        if ffi::Py_EnterRecursiveCall(c" while a variant is unpacked".as_ptr()) != 0 {
            return Err(Raised);
        }
        let object = match glib::g_variant_classify(variant) {
            glib::G_VARIANT_CLASS_VARIANT => unpack(child(variant, 0).0),
            glib::G_VARIANT_CLASS_MAYBE => {
                let inner = glib::g_variant_get_maybe(variant);
                if inner.is_null() {
                    Ok(output::none())
                } else {
                    unpack(Held(inner).0)
                }
            }
            glib::G_VARIANT_CLASS_TUPLE => tuple(variant),
            glib::G_VARIANT_CLASS_ARRAY if is_dict(variant) => dict(variant),
            glib::G_VARIANT_CLASS_ARRAY => list(variant),
            _ => Err(not_implemented(&format!(
                "unsupported GVariant type {}",
                type_string(variant)
            ))),
        };
        ffi::Py_LeaveRecursiveCall();
        object
    }
}

/// # Safety
/// `variant` is a live tuple.
unsafe fn tuple(variant: *mut GVariant) -> Result<*mut PyObject> {
    // SAFETY: the tuple takes each new reference.
    unsafe {
        let n = glib::g_variant_n_children(variant);
        let tuple = not_null(ffi::PyTuple_New(n as isize))?;
        for i in 0..n {
            match unpack(child(variant, i).0) {
                Ok(item) => ffi::PyTuple_SET_ITEM(tuple, i as isize, item),
                Err(raised) => {
                    ffi::Py_DECREF(tuple);
                    return Err(raised);
                }
            }
        }
        Ok(tuple)
    }
}

/// # Safety
/// `variant` is a live array.
unsafe fn list(variant: *mut GVariant) -> Result<*mut PyObject> {
    // SAFETY: the list takes each new reference; the array of numbers lives as long as the variant.
    unsafe {
        let n;
        let mut numbers = ptr::null();
        let item = *glib::g_variant_get_type_string(variant).cast::<u8>().add(1);
        let size = match item {
            b'b' | b'y' => 1,
            b'n' | b'q' => 2,
            b'i' | b'u' | b'h' => 4,
            b'x' | b't' | b'd' => 8,
            _ => 0,
        };
        if size > 0 {
            let mut count = 0;
            numbers = glib::g_variant_get_fixed_array(variant, &mut count, size);
            n = count;
        } else {
            n = glib::g_variant_n_children(variant);
        }
        let list = not_null(ffi::PyList_New(n as isize))?;
        for i in 0..n {
            let object = if size > 0 {
                not_null(number(numbers.cast::<u8>().add(i * size).cast(), item))
            } else {
                unpack(child(variant, i).0)
            };
            match object {
                Ok(object) => ffi::PyList_SET_ITEM(list, i as isize, object),
                Err(raised) => {
                    ffi::Py_DECREF(list);
                    return Err(raised);
                }
            }
        }
        Ok(list)
    }
}

/// One number of an array of a fixed-size type.
///
/// # Safety
/// At `at` is a number of the type.
unsafe fn number(at: *const c_void, ty: u8) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe {
        match ty {
            b'b' => ffi::PyBool_FromLong((at.cast::<u8>().read() != 0).into()),
            b'y' => ffi::PyLong_FromLong(at.cast::<u8>().read().into()),
            b'n' => ffi::PyLong_FromLong(at.cast::<i16>().read_unaligned().into()),
            b'q' => ffi::PyLong_FromLong(at.cast::<u16>().read_unaligned().into()),
            b'i' | b'h' => ffi::PyLong_FromLong(at.cast::<i32>().read_unaligned().into()),
            b'u' => ffi::PyLong_FromUnsignedLong(at.cast::<u32>().read_unaligned().into()),
            b'x' => ffi::PyLong_FromLongLong(at.cast::<i64>().read_unaligned()),
            b't' => ffi::PyLong_FromUnsignedLongLong(at.cast::<u64>().read_unaligned()),
            _ => ffi::PyFloat_FromDouble(at.cast::<f64>().read_unaligned()),
        }
    }
}

/// # Safety
/// `variant` is a live array of entries.
unsafe fn dict(variant: *mut GVariant) -> Result<*mut PyObject> {
    // SAFETY: the dict takes references of its own.
    unsafe {
        let dict = not_null(ffi::PyDict_New())?;
        for i in 0..glib::g_variant_n_children(variant) {
            let entry = child(variant, i);
            let set = unpack(child(entry.0, 0).0).and_then(|key| {
                let set = unpack(child(entry.0, 1).0).and_then(|value| {
                    let status = ffi::PyDict_SetItem(dict, key, value);
                    ffi::Py_DECREF(value);
                    if status < 0 { Err(Raised) } else { Ok(()) }
                });
                ffi::Py_DECREF(key);
                set
            });
            if let Err(raised) = set {
                ffi::Py_DECREF(dict);
                return Err(raised);
            }
        }
        Ok(dict)
    }
}
