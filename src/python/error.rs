//! Python's exceptions as results: [`Raised`] says that one has been set; here they are set, and what their texts are made
//! of.

use pyo3::ffi;

/// A Python exception has been set on this thread: the only error that conversions have.
#[derive(Debug)]
pub struct Raised;

pub type Result<T> = std::result::Result<T, Raised>;

/// Sets an exception and returns the marker for it.
///
/// `kind` is one of the `PyExc_*` statics.
pub fn raise(kind: *mut ffi::PyObject, text: &str) -> Raised {
    // SAFETY: the GIL is held, as wherever an exception is set; `kind` is a live exception class and `text` is valid UTF-8 of
    // the given length.
    unsafe {
        let message = ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize);
        if !message.is_null() {
            ffi::PyErr_SetObject(kind, message);
            ffi::Py_DECREF(message);
        }
    }
    Raised
}

pub fn type_error(text: &str) -> Raised {
    // SAFETY: reads a static that the interpreter has initialised.
    raise(unsafe { ffi::PyExc_TypeError }, text)
}

pub fn value_error(text: &str) -> Raised {
    // SAFETY: as above.
    raise(unsafe { ffi::PyExc_ValueError }, text)
}

pub fn overflow_error(text: &str) -> Raised {
    // SAFETY: as above.
    raise(unsafe { ffi::PyExc_OverflowError }, text)
}

pub fn runtime_error(text: &str) -> Raised {
    // SAFETY: as above.
    raise(unsafe { ffi::PyExc_RuntimeError }, text)
}

/// What has no conversion.
pub fn not_implemented(text: &str) -> Raised {
    // SAFETY: as above.
    raise(unsafe { ffi::PyExc_NotImplementedError }, text)
}

/// The name of an object's type as C code prints it (`tp_name`: with the module for types made in C).
///
/// # Safety
/// `object` is a live Python object.
pub unsafe fn type_name(object: *mut ffi::PyObject) -> String {
    // SAFETY: a live object has a live type, whose tp_name is a C string that lives as long.
    unsafe { c_text((*ffi::Py_TYPE(object)).tp_name) }
}

/// A C string as text, lossily.
///
/// # Safety
/// `text` is NULL or a NUL-terminated string.
pub unsafe fn c_text(text: *const std::ffi::c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: non-NULL, so NUL-terminated by the caller's word.
    unsafe { std::ffi::CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}

/// `str(object)`, or a placeholder where that fails; no exception is left.
///
/// # Safety
/// `object` is a live Python object.
pub unsafe fn str_of(object: *mut ffi::PyObject) -> String {
    // SAFETY: the object is live; the new string is read before it is dropped; a NULL is tested.
    unsafe {
        let text = ffi::PyObject_Str(object);
        if text.is_null() {
            ffi::PyErr_Clear();
            return "?".to_owned();
        }
        let mut len = 0;
        let data = ffi::PyUnicode_AsUTF8AndSize(text, &mut len);
        let result = if data.is_null() {
            ffi::PyErr_Clear();
            "?".to_owned()
        } else {
            let bytes = std::slice::from_raw_parts(data.cast::<u8>(), len as usize);
            String::from_utf8_lossy(bytes).into_owned()
        };
        ffi::Py_DECREF(text);
        result
    }
}
