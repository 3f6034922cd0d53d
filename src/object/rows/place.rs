//! A place in a model: C's iterator itself. Its wrapper is made when somebody asks for it, and is then the place, since C may
//! move it (`model.remove(row.iter)`).

use std::ptr;

use pyo3::ffi::{self, PyObject};

use super::library::{self, TreeIter};
use crate::convert::instance;
use crate::convert::table::table;
use crate::python::error::{Raised, Result};
use crate::python::reference::not_null;

/// A place in a model.
#[repr(C)]
pub struct Place {
    /// A strong reference to the wrapper, or NULL. Python may put anything here.
    pub wrapper: *mut PyObject,
    /// Where there is no wrapper.
    pub at: TreeIter,
    /// Behind the last row.
    pub is_end: bool,
}

impl Place {
    pub const END: Place = Place {
        wrapper: ptr::null_mut(),
        at: TreeIter::EMPTY,
        is_end: true,
    };

    pub const fn at(at: TreeIter) -> Place {
        Place {
            wrapper: ptr::null_mut(),
            at,
            is_end: false,
        }
    }

    /// Takes the reference.
    pub const fn of(wrapper: *mut PyObject) -> Place {
        Place {
            wrapper,
            ..Place::at(TreeIter::EMPTY)
        }
    }

    /// C's iterator, a copy. TypeError where Python has put something else in its place.
    ///
    /// # Safety
    /// `this` lies in a live object; the GIL is held.
    #[inline]
    pub unsafe fn read(this: *mut Place) -> Result<TreeIter> {
        // SAFETY: by the caller's word; an instance of the class holds an iterator of GTK's.
        unsafe {
            let wrapper = (*this).wrapper;
            if wrapper.is_null() {
                return Ok((*this).at);
            }
            let at = instance::pointer(wrapper, library::iter_cell()?, "iter")?;
            Ok(*at.cast::<TreeIter>())
        }
    }

    /// Its wrapper, made at the first need: a new reference.
    ///
    /// # Safety
    /// As for [`Place::read`]; `this` is not at the end.
    pub unsafe fn wrapper(this: *mut Place) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word. Making the wrapper may run Python code, which may have come here before.
        unsafe {
            if (*this).wrapper.is_null() {
                let at = (*this).at;
                let made = wrap(&at)?;
                if (*this).wrapper.is_null() {
                    (*this).wrapper = made;
                } else {
                    ffi::Py_DECREF(made);
                }
            }
            Ok(ffi::Py_NewRef((*this).wrapper))
        }
    }

    /// Moves it.
    ///
    /// # Safety
    /// As for [`Place::read`].
    pub unsafe fn set(this: *mut Place, at: TreeIter) {
        // SAFETY: by the caller's word; what stood here is dropped last, since that may run Python code.
        unsafe {
            let before = std::mem::replace(&mut *this, Place::at(at));
            ffi::Py_XDECREF(before.wrapper);
        }
    }

    /// Moves it to what a method of Python's has answered: an iterator, or None for the end, which is said. Takes the
    /// reference.
    ///
    /// # Safety
    /// As for [`Place::read`]; `answer` is live.
    pub unsafe fn take(this: *mut Place, answer: *mut PyObject) -> Result<bool> {
        // SAFETY: by the caller's word.
        unsafe {
            let is_end = answer == ffi::Py_None();
            let new = if is_end {
                ffi::Py_DECREF(answer);
                Place::END
            } else {
                Place::of(answer)
            };
            let before = std::mem::replace(&mut *this, new);
            ffi::Py_XDECREF(before.wrapper);
            Ok(!is_end)
        }
    }
}

/// The wrapper of an iterator, which gets a copy: a new reference.
///
/// # Safety
/// The GIL is held.
pub unsafe fn wrap(at: &TreeIter) -> Result<*mut PyObject> {
    let cell = library::iter_cell()?;
    // SAFETY: memory of the size of the type, which becomes the wrapper's.
    unsafe {
        let memory = instance::boxed_alloc(cell);
        if memory.is_null() {
            return Err(Raised);
        }
        memory.cast::<TreeIter>().write(*at);
        not_null((table().allocated_out)(memory, cell))
    }
}
