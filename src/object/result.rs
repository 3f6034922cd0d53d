//! The result tuple: several outputs of one call, with names.
//!
//! The class is Python's (`gi._result.ResultTuple`); one subclass for each callable is made at its first call with
//! several outputs.

use std::ptr;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject};

use crate::invoke;
use crate::invoke::bind::{Bound, ResultClass};
use crate::object::pytype;
use crate::python::error::{Raised, Result};

/// The class for one callable's results, borrowed from it.
fn class_of(bound: &Bound) -> Result<*mut ffi::PyTypeObject> {
    if let Some(class) = bound.result_class.get() {
        return Ok(class.0);
    }
    static NEW_TYPE: OnceLock<usize> = OnceLock::new();
    let new_type = pytype::import_attribute(&NEW_TYPE, c"gi._result", c"new_type")?;
    // SAFETY: every new reference is given to the list or dropped.
    let class = unsafe {
        let names = ffi::PyList_New(0);
        if names.is_null() {
            return Err(Raised);
        }
        for name in bound.output_names() {
            let name = match name {
                Some(name) => pytype::text(&name),
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
    // SAFETY: a new class that nobody else has seen; its instances are tuples without slots, dict or weak references.
    unsafe { (*class.cast::<ffi::PyTypeObject>()).tp_dealloc = Some(dealloc) };
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
        // SAFETY: the contract of the slot: a live callable and `n` references that are ours. The tuple's items are
        // all set before anybody, the collector included, can see it.
        unsafe {
            let class = invoke::bound(callable).and_then(class_of);
            let tuple = match class {
                Ok(class) => ffi::PyObject_GC_NewVar::<PyObject>(class, n as isize),
                Err(Raised) => ptr::null_mut(),
            };
            if !tuple.is_null() {
                forget_hash(tuple);
            }
            let mut collectable = false;
            for i in 0..n {
                let value = *values.add(i);
                if tuple.is_null() {
                    ffi::Py_DECREF(value);
                } else {
                    collectable |= ffi::PyObject_IS_GC(value) != 0;
                    ffi::PyTuple_SET_ITEM(tuple, i as isize, value);
                }
            }
            if tuple.is_null() {
                return Err(Raised);
            }
            // As with Python's own tuples, the collector need not know of one that holds numbers and texts.
            if collectable {
                ffi::PyObject_GC_Track(tuple.cast());
            }
            Ok(tuple)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// Since 3.14 a tuple remembers its hash, in front of its items: -1 is none yet.
///
/// # Safety
/// `tuple` is a new tuple.
unsafe fn forget_hash(tuple: *mut PyObject) {
    let items = std::mem::offset_of!(ffi::PyTupleObject, ob_item);
    if items > size_of::<ffi::PyVarObject>() {
        // SAFETY: the word before the items is the hash, then.
        unsafe {
            *tuple
                .cast::<u8>()
                .add(items)
                .cast::<ffi::Py_hash_t>()
                .sub(1) = -1
        };
    }
}

/// Frees a result tuple. The general way for classes of Python, which looks for slots, dicts and finalisers that these
/// do not have, takes as long as all the rest of a call.
unsafe extern "C" fn dealloc(tuple: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone; the type is kept alive until its instance has been freed.
    unsafe {
        let class = ffi::Py_TYPE(tuple);
        ffi::PyObject_GC_UnTrack(tuple.cast());
        for i in 0..ffi::Py_SIZE(tuple) {
            ffi::Py_XDECREF(ffi::PyTuple_GET_ITEM(tuple, i));
        }
        ffi::PyObject_GC_Del(tuple.cast());
        ffi::Py_DECREF(class.cast());
    }
}
