//! What C lends to Python for one call: records, which are C's own values meanwhile.
//!
//! Whoever converts C's arguments keeps [`Loans`] through the call, and gives up its own references to the arguments
//! before it drops them: what Python has kept is then settled, while C's values are still there.

use std::ffi::c_void;

use gobject_sys::GValue;
use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use crate::convert::cell::TypeCell;
use crate::convert::gvalue::load;
use crate::convert::output;
use crate::convert::table::hooks;
use crate::python::error::Result;
use crate::python::reference::not_null;

/// Strong references to the wrappers of what is lent, and for each whether Python was to fill it.
#[derive(Default)]
pub struct Loans(SmallVec<[(*mut PyObject, bool); 4]>);

impl Loans {
    /// The wrapper of a record that C lends: a new reference; None for NULL. With `to_fill` it is the caller's variable.
    ///
    /// # Safety
    /// `value` is NULL or a live value of the cell's type; the GIL is held.
    pub unsafe fn record(
        &mut self,
        value: *mut c_void,
        cell: &'static TypeCell,
        to_fill: bool,
    ) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word.
        unsafe {
            let object = not_null((hooks().boxed_lend)(value, cell))?;
            if !value.is_null() {
                self.0.push((ffi::Py_NewRef(object), to_fill));
            }
            Ok(object)
        }
    }

    /// What a `GValue` holds: a new reference. A boxed value is the `GValue`'s own. One without a type is None.
    ///
    /// # Safety
    /// `value` is live, and stays so until these end; the GIL is held.
    #[inline]
    pub unsafe fn value(&mut self, value: *const GValue) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word.
        unsafe {
            if (*value).g_type == 0 {
                return Ok(output::none());
            }
            let (object, is_lent) = load::lend(value)?;
            if is_lent {
                self.0.push((ffi::Py_NewRef(object), false));
            }
            Ok(object)
        }
    }

    /// What has been made of an argument that stays C's: the records in it are lent.
    ///
    /// # Safety
    /// `object` is live and new; the GIL is held.
    pub unsafe fn mark(&mut self, object: *mut PyObject) {
        // SAFETY: by the caller's word; the references are our own.
        unsafe {
            (hooks().boxed_mark)(object, &mut |lent| {
                self.0.push((ffi::Py_NewRef(lent), false))
            });
        }
    }
}

impl Drop for Loans {
    #[inline]
    fn drop(&mut self) {
        if !self.0.is_empty() {
            self.settle();
        }
    }
}

impl Loans {
    #[inline(never)]
    fn settle(&mut self) {
        for (object, to_fill) in self.0.drain(..) {
            // SAFETY: the references are ours, under the GIL; C's values live until its call returns to it.
            unsafe {
                (hooks().boxed_settle)(object, to_fill);
                ffi::Py_DECREF(object);
            }
        }
    }
}
