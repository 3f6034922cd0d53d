//! How the attributes of a namespace's module are found: the base type of the modules in `gi.module` and
//! `gi.overrides`.
//!
//! Python would format an AttributeError for every name that is touched for the first time, and run `__getattr__` for
//! it, in the proxy of the overrides and in the module behind it. Here a name costs one lookup in the dictionary, and
//! the first time what makes it.
//!
//! What a module has in its dictionary says what it is: `_namespace` is the name of the namespace whose entries it
//! shows, `_introspection_module` the module behind a proxy, `_special` the names that its method `_missing` knows.
//! `_missing` is also asked for what nobody else has.

use std::ptr;

use pyo3::ffi::{self, PyObject};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::object::class;
use crate::object::pytype;
use crate::object::pytype::Spec;
use crate::python::error::{Raised, Result};
use crate::python::reference::not_null;

use crate::module::loaded;

/// The type: a new reference.
pub fn make() -> Result<*mut PyObject> {
    pytype::make(Spec {
        name: c"gi._gi.NamespaceModule",
        // Nothing is added to a module.
        size: 0,
        flags: ffi::Py_TPFLAGS_BASETYPE,
        base: &raw mut ffi::PyModule_Type,
        slots: vec![(ffi::Py_tp_getattro, get as *mut _)],
        offsets: Vec::new(),
        getters: Vec::new(),
        methods: Vec::new(),
    })
    .map(|made| made.cast())
}

unsafe extern "C" fn get(module: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: Python asks with the GIL held, a module for a name that both live during the call.
    crate::guard(|| unsafe { find(Python::assume_attached(), module, name) })
        .unwrap_or(ptr::null_mut())
}

/// The attribute: a new reference.
///
/// # Safety
/// `module` is a module, `name` any object.
unsafe fn find(
    py: Python<'_>,
    module: *mut PyObject,
    name: *mut PyObject,
) -> Result<*mut PyObject> {
    // SAFETY: what comes from the dictionary is borrowed and owned at once; the rest gives new references.
    unsafe {
        let dict = ffi::PyModule_GetDict(module);
        if ffi::PyUnicode_Check(name) == 0 || dict.is_null() {
            return not_null(ffi::PyObject_GenericGetAttr(module, name));
        }
        if let Some(found) = item(dict, name)? {
            return Ok(ffi::Py_NewRef(found));
        }
        let text = Bound::from_borrowed_ptr(py, name);
        let text = text.cast_unchecked::<PyString>().to_str();
        let text = text.map_err(|error| restore(py, error))?;
        if text.starts_with('_') {
            // All that a module has besides its dictionary begins so.
            if let Ok(found) = not_null(ffi::PyObject_GenericGetAttr(module, name)) {
                return Ok(found);
            }
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) == 0 {
                return Err(Raised);
            }
            ffi::PyErr_Clear();
        }
        let Some(special) = item(dict, intern!(py, "_special").as_ptr())? else {
            // Not initialised yet.
            return missing(py, module, name);
        };
        match ffi::PySequence_Contains(special, name) {
            0 => {}
            1 => return missing(py, module, name),
            _ => return Err(Raised),
        }
        let behind = item(dict, intern!(py, "_introspection_module").as_ptr())?;
        let value = match behind {
            Some(behind) => not_null(ffi::PyObject_GetAttr(behind, name)),
            None => entry(py, dict, text),
        };
        let value = match value {
            Ok(value) => value,
            Err(Raised) if ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) != 0 => {
                ffi::PyErr_Clear();
                return missing(py, module, name);
            }
            Err(raised) => return Err(raised),
        };
        if behind.is_some() && text.starts_with("__") {
            // What Python asks of every module is none of the namespace's names.
            return Ok(value);
        }
        // While a class is made, its override may have asked for it: that was the namespace's own.
        let kept = ffi::PyDict_SetDefault(dict, name, value);
        ffi::Py_XINCREF(kept);
        ffi::Py_DECREF(value);
        not_null(kept)
    }
}

/// What the namespace has under a name: a new reference.
///
/// # Safety
/// `dict` is that of a namespace's module.
unsafe fn entry(py: Python<'_>, dict: *mut PyObject, name: &str) -> Result<*mut PyObject> {
    // SAFETY: the name of the namespace stays in the dictionary of its module.
    let namespace = unsafe {
        match item(dict, intern!(py, "_namespace").as_ptr())? {
            Some(namespace) => Bound::from_borrowed_ptr(py, namespace),
            None => PyString::new(py, "?").into_any(),
        }
    };
    let namespace = namespace
        .extract()
        .and_then(loaded)
        .map_err(|error| restore(py, error))?;
    class::entry(&namespace, name)
}

/// What Python's side of the module says about a name: a new reference.
///
/// # Safety
/// `module` is a module, `name` a string.
unsafe fn missing(
    py: Python<'_>,
    module: *mut PyObject,
    name: *mut PyObject,
) -> Result<*mut PyObject> {
    // SAFETY: as promised.
    unsafe {
        not_null(ffi::PyObject_CallMethodOneArg(
            module,
            intern!(py, "_missing").as_ptr(),
            name,
        ))
    }
}

/// An entry of a dictionary, borrowed.
///
/// # Safety
/// `dict` is a dictionary, `key` an object.
unsafe fn item(dict: *mut PyObject, key: *mut PyObject) -> Result<Option<*mut PyObject>> {
    // SAFETY: as promised.
    unsafe {
        let found = ffi::PyDict_GetItemWithError(dict, key);
        if found.is_null() && !ffi::PyErr_Occurred().is_null() {
            return Err(Raised);
        }
        Ok((!found.is_null()).then_some(found))
    }
}

fn restore(py: Python<'_>, error: PyErr) -> Raised {
    error.restore(py);
    Raised
}
