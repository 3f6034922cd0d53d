//! What Python modules of the package do for infos: `gi.docstring` writes documentation, `gi._signature` makes
//! signatures. Both start from [`super::describe`].

use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject};

use crate::object::pytype;
use crate::python::error::Result;
use crate::python::reference::not_null;

fn call(function: Result<*mut PyObject>, info: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: live objects; the result is a new reference or NULL with an exception set.
    let result = unsafe { ffi::PyObject_CallOneArg(function?, info) };
    not_null(result)
}

/// The documentation of an info, by the generator that is in force: a new reference.
pub fn documentation(info: *mut PyObject) -> Result<*mut PyObject> {
    static GENERATE: OnceLock<usize> = OnceLock::new();
    let (module, name) = (c"gi.docstring", c"generate_doc_string");
    call(pytype::import_attribute(&GENERATE, module, name), info)
}

/// The `inspect.Signature` of a callable info: a new reference.
pub fn signature(info: *mut PyObject) -> Result<*mut PyObject> {
    static GENERATE: OnceLock<usize> = OnceLock::new();
    let (module, name) = (c"gi._signature", c"generate_signature");
    call(pytype::import_attribute(&GENERATE, module, name), info)
}
