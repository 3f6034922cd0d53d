//! References to Python objects as Rust has them: new ones, those that end with a scope, and names that stay for ever.

use std::ffi::CStr;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use super::{Raised, Result};

/// What one of Python's functions has answered: NULL means that it has set an exception.
#[inline]
pub fn not_null<T>(object: *mut T) -> Result<*mut T> {
    if object.is_null() {
        Err(Raised)
    } else {
        Ok(object)
    }
}

/// Strong references that are dropped at the end of a scope, under the GIL. They lie side by side, as calls want them.
#[derive(Default)]
pub struct Held(SmallVec<[*mut PyObject; 9]>);

impl Held {
    /// Takes a reference, which becomes its own; NULL is the failure that it stands for. Returns it, borrowed.
    pub fn take(&mut self, object: *mut PyObject) -> Result<*mut PyObject> {
        let object = not_null(object)?;
        self.0.push(object);
        Ok(object)
    }

    /// Keeps an object with a reference of its own. Returns it, borrowed.
    ///
    /// # Safety
    /// The object is live.
    pub unsafe fn keep(&mut self, object: *mut PyObject) -> *mut PyObject {
        // SAFETY: by the caller's word.
        self.0.push(unsafe { ffi::Py_NewRef(object) });
        object
    }

    /// Keeps the items of a tuple, or of NULL.
    ///
    /// # Safety
    /// The tuple is live.
    pub unsafe fn keep_items(&mut self, tuple: *mut PyObject) {
        if tuple.is_null() {
            return;
        }
        // SAFETY: by the caller's word.
        unsafe {
            for i in 0..ffi::PyTuple_GET_SIZE(tuple) {
                self.keep(ffi::PyTuple_GET_ITEM(tuple, i));
            }
        }
    }

    /// All of them from `first` on, borrowed: what is passed to a callable, and how many.
    pub fn from(&self, first: usize) -> (*const *mut PyObject, usize) {
        let all = &self.0[first..];
        (all.as_ptr(), all.len())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        for &object in &self.0 {
            // SAFETY: the references are ours.
            unsafe { ffi::Py_DECREF(object) };
        }
    }
}

/// A name that attributes are looked up by: interned at the first need, and kept for ever.
pub struct Name {
    text: &'static CStr,
    object: OnceLock<usize>,
}

impl Name {
    pub const fn new(text: &'static CStr) -> Name {
        Name {
            text,
            object: OnceLock::new(),
        }
    }

    /// The name as a str, borrowed.
    pub fn get(&self) -> Result<*mut PyObject> {
        if let Some(known) = self.object.get() {
            return Ok(*known as *mut PyObject);
        }
        // SAFETY: a C string; the GIL is held.
        let object = not_null(unsafe { ffi::PyUnicode_InternFromString(self.text.as_ptr()) })?;
        Ok(*self.object.get_or_init(|| object as usize) as *mut PyObject)
    }

    /// The attribute of this name: a new reference.
    ///
    /// # Safety
    /// `object` is live.
    pub unsafe fn of(&self, object: *mut PyObject) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word.
        not_null(unsafe { ffi::PyObject_GetAttr(object, self.get()?) })
    }
}
