//! Walking through a Python sequence while C memory is filled from it.
//!
//! Items may be any objects, whose conversion may run Python code, which may change the sequence: so each item is
//! held while it is read, and for as long as C may look at what it lends.

use pyo3::ffi::{self, PyObject};

#[cfg(not(Py_3_12))]
use crate::python::Exception;
use crate::python::error::{Raised, Result, type_error, type_name};
#[cfg(not(Py_3_12))]
use crate::python::error::{raise, str_of};

/// A sequence whose items stay: a tuple, or a list of which nothing is kept.
pub struct Items {
    object: *mut PyObject,
    len: usize,
}

impl Drop for Items {
    fn drop(&mut self) {
        // SAFETY: the reference is our own; dropped under the GIL.
        unsafe { ffi::Py_DECREF(self.object) };
    }
}

impl Items {
    /// The items of a sequence as they are now.
    ///
    /// # Safety
    /// `object` is live.
    pub unsafe fn of(object: *mut PyObject) -> Result<Items> {
        // SAFETY: passed on.
        unsafe { Items::checked(object, |_| Ok(())) }
    }

    /// The same, where `check` says whether there may be so many, before anything is made of them.
    ///
    /// # Safety
    /// `object` is live.
    pub unsafe fn checked(
        object: *mut PyObject,
        check: impl Fn(usize) -> Result<()>,
    ) -> Result<Items> {
        // SAFETY: the object is live; the tuple is a new reference that is kept here.
        unsafe {
            if ffi::PySequence_Check(object) == 0 {
                return Err(type_error(&format!(
                    "Must be sequence, not {}",
                    type_name(object)
                )));
            }
            match ffi::PySequence_Size(object) {
                // It does not know, or does not want to say.
                ..0 => ffi::PyErr_Clear(),
                n => check(n as usize)?,
            }
            let tuple = ffi::PySequence_Tuple(object);
            if tuple.is_null() {
                return Err(Raised);
            }
            let items = Items {
                object: tuple,
                len: ffi::PyTuple_GET_SIZE(tuple) as usize,
            };
            check(items.len)?;
            Ok(items)
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// The item at `i`, borrowed.
    pub fn get(&self, i: usize) -> *mut PyObject {
        debug_assert!(i < self.len);
        // SAFETY: a tuple of that many items, held by this value.
        unsafe { ffi::PyTuple_GET_ITEM(self.object, i as isize) }
    }

    /// A new reference to the tuple, for whoever must keep all items.
    pub fn keeper(&self) -> *mut PyObject {
        // SAFETY: live while this value is.
        unsafe { ffi::Py_NewRef(self.object) }
    }
}

/// Says which item an error is about, as PyGObject does before Python 3.12 (compat surface, section 2.4).
#[cfg(Py_3_12)]
pub fn in_item(_: usize, raised: Raised) -> Raised {
    raised
}

/// As above.
#[cfg(not(Py_3_12))]
pub fn in_item(index: usize, raised: Raised) -> Raised {
    // SAFETY: the GIL is held where an exception is set; what is taken is restored or replaced.
    unsafe {
        let exception = Exception::take();
        let (kind, value) = exception.raw();
        // One that is an instance already comes from Python code.
        if kind.is_null() || value.is_null() || ffi::PyUnicode_Check(value) == 0 {
            exception.restore();
            return raised;
        }
        raise(kind, &format!("Item {index}: {}", str_of(value)))
    }
}
