//! References to Python objects as Rust has them: new ones, those that end with a scope, and names that stay for ever,
//! with what has been found under them.

use std::ffi::CStr;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject};
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use crate::python::UnderGil;
use crate::python::error::{Raised, Result};

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

/// What types have under names that programs write down: found once for each type and `str`, and kept with a reference to
/// the `str`. A name that is written down is one object, so this compares no text.
pub struct ByName<T>(UnderGil<FxHashMap<(usize, usize), T>>);

impl<T: Copy> ByName<T> {
    /// Whoever makes so many names at run time has no use for this.
    const MOST: usize = 8192;

    pub const fn new() -> ByName<T> {
        ByName(UnderGil::new(FxHashMap::with_hasher(FxBuildHasher)))
    }

    /// What is known for a type and a name, or else what `find` finds, which may not be there. `find` may come here
    /// again.
    ///
    /// # Safety
    /// `name` is a live str; the GIL is held.
    pub unsafe fn get(
        &self,
        gtype: usize,
        name: *mut PyObject,
        find: impl FnOnce() -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        let key = (gtype, name as usize);
        // SAFETY: by the caller's word; a table is touched without more.
        unsafe {
            if let Some(known) = self.0.with(|known| known.get(&key).copied()) {
                return Ok(Some(known));
            }
            let found = find()?;
            if let Some(found) = found {
                let is_new = self
                    .0
                    .with(|known| known.len() < Self::MOST && known.insert(key, found).is_none());
                if is_new {
                    // Kept for ever.
                    ffi::Py_INCREF(name);
                }
            }
            Ok(found)
        }
    }
}

/// None, as a new reference.
pub fn none() -> *mut PyObject {
    // SAFETY: None is a live object; the GIL is held, as wherever references are counted.
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
}
