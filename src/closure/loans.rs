//! What C lends to Python for one call: records, which are C's own values meanwhile.
//!
//! Whoever converts C's arguments keeps [`Loans`] through the call, and gives up its own references to the arguments
//! before it drops them: what Python has kept is then settled, while C's values are still there.

use std::ffi::c_void;

use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use super::signature::Param;
use crate::convert::cell::TypeCell;
use crate::convert::converter::Converter;
use crate::convert::table::hooks;
use crate::convert::{Result, not_null};

/// Strong references to the wrappers of what is lent.
#[derive(Default)]
pub struct Loans(SmallVec<[*mut PyObject; 4]>);

impl Loans {
    /// The wrapper of a record that C lends: a new reference; None for NULL.
    ///
    /// # Safety
    /// `value` is NULL or a live value of the cell's type; the GIL is held.
    pub unsafe fn record(
        &mut self,
        value: *mut c_void,
        cell: &'static TypeCell,
    ) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word.
        unsafe {
            let object = not_null((hooks().boxed_lend)(value, cell))?;
            if !value.is_null() {
                self.0.push(ffi::Py_NewRef(object));
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
            (hooks().boxed_mark)(object, &mut |lent| self.0.push(ffi::Py_NewRef(lent)));
        }
    }
}

/// Whether what is made of an argument may have records of C's in it, beside those that [`Loans::record`] is for. The
/// structs of classes stay where they are.
pub fn may_lend(param: &Param) -> bool {
    !param.lent && param.converter.may_lend() && !matches!(param.converter, Converter::Class(_))
}

impl Drop for Loans {
    fn drop(&mut self) {
        for &object in &self.0 {
            // SAFETY: the references are ours, under the GIL; C's values live until its call returns to it.
            unsafe {
                (hooks().boxed_settle)(object);
                ffi::Py_DECREF(object);
            }
        }
    }
}
