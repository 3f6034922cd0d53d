//! The result tuple: several outputs of one call, with names.
//!
//! The class is Python's (`gi._result.ResultTuple`); one subclass for each callable is made at its first call with
//! several outputs.

use std::ptr;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject};

use super::types;
use crate::convert::{Raised, Result};
use crate::invoke::bind::{Bound, ResultClass};
use crate::invoke::callable::{self, Callable};

/// The class for one callable's results, borrowed from it.
fn class_of(callable: &Callable) -> Result<*mut ffi::PyTypeObject> {
    let bound: &Bound = callable.bound()?;
    if let Some(class) = bound.result_class.get() {
        return Ok(class.0);
    }
    static NEW_TYPE: OnceLock<usize> = OnceLock::new();
    let new_type = types::import_attribute(&NEW_TYPE, c"gi._result", c"new_type")?;
    // SAFETY: every new reference is given to the list or dropped.
    let class = unsafe {
        let names = ffi::PyList_New(0);
        if names.is_null() {
            return Err(Raised);
        }
        for name in &bound.output_names {
            let name = match name {
                Some(name) => types::text(name),
                None => ffi::Py_NewRef(ffi::Py_None()),
            };
            if name.is_null() {
                break;
            }
            ffi::PyList_Append(names, name);
            ffi::Py_DECREF(name);
        }
        let class = ffi::PyObject_CallOneArg(new_type, names);
        ffi::Py_DECREF(names);
        class
    };
    if class.is_null() {
        return Err(Raised);
    }
    // Making the class ran Python code: another thread may have been quicker.
    match bound.result_class.set(ResultClass(class.cast())) {
        Ok(()) => {}
        // SAFETY: the reference is ours.
        Err(lost) => unsafe { ffi::Py_DECREF(lost.0.cast()) },
    }
    Ok(bound
        .result_class
        .get()
        .map_or(ptr::null_mut(), |class| class.0))
}

/// Fills a result tuple; takes the references in any case.
pub unsafe extern "C" fn result_tuple(
    callable: *mut PyObject,
    values: *mut *mut PyObject,
    n: usize,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the contract of the slot: a live callable and `n` references that are ours; a new tuple's items
        // are NULL until they are set, and each is set once.
        unsafe {
            let class = callable::from_object(callable)
                .ok_or(Raised)
                .and_then(class_of);
            let tuple = match class {
                Ok(class) => {
                    let alloc = (*class).tp_alloc.expect("a ready type can allocate");
                    alloc(class, n as isize)
                }
                Err(Raised) => ptr::null_mut(),
            };
            for i in 0..n {
                if tuple.is_null() {
                    ffi::Py_DECREF(*values.add(i));
                } else {
                    ffi::PyTuple_SET_ITEM(tuple, i as isize, *values.add(i));
                }
            }
            if tuple.is_null() {
                Err(Raised)
            } else {
                Ok(tuple)
            }
        }
    })
    .unwrap_or(ptr::null_mut())
}
