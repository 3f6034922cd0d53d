//! How the class of a library's object comes to be without `type.__new__`.
//!
//! That asks for each of Python's ninety special methods along the whole order of inheritance: two fifths of what making a
//! class of GTK's cost. A library's class defines none of them: what `PyType_Ready` lets it inherit is what would be found.

use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::python::error::{Raised, Result};
use crate::python::reference::not_null;

/// A new class, as `metaclass(name, bases, dict)` would be, and a new reference; takes none. None where that is left to
/// Python: where the first base is not such a class or an override of one, where a base has a metaclass of its own, or
/// where there is no order of inheritance.
///
/// # Safety
/// `metaclass` is one that a class statement of Python has made, without an initialiser that wants to see the class; the
/// others are a str, a tuple of classes that live for ever, and a dict with `__module__` and no special method.
pub unsafe fn make(
    metaclass: *mut PyTypeObject,
    name: *mut PyObject,
    bases: *mut PyObject,
    dict: *mut PyObject,
) -> Result<Option<*mut PyTypeObject>> {
    // SAFETY: all are live by the caller's word. The fields that are set are those that `type.__new__` sets of a class
    // without slots, whose instances have no more than those of its first base; Python frees what they own.
    unsafe {
        let base: *mut PyTypeObject = ffi::PyTuple_GET_ITEM(bases, 0).cast();
        // What deallocates and traverses instances of classes that Python makes is known from the metaclass, which is one.
        if cfg!(Py_GIL_DISABLED)
            || address((*base).tp_dealloc) != address((*metaclass).tp_dealloc)
            || (*base).tp_dictoffset <= 0
            || (*base).tp_weaklistoffset <= 0
        {
            return Ok(None);
        }
        for i in 0..ffi::PyTuple_GET_SIZE(bases) {
            let other = ffi::PyTuple_GET_ITEM(bases, i);
            let its = ffi::Py_TYPE(other);
            let is_mixed_in = i == 0
                || (*other.cast::<PyTypeObject>()).tp_basicsize
                    == ffi::PyBaseObject_Type.tp_basicsize;
            if !is_mixed_in || (its != metaclass && its != &raw mut ffi::PyType_Type) {
                return Ok(None);
            }
        }
        let class: *mut PyTypeObject = ffi::PyType_GenericAlloc(metaclass, 0).cast();
        if class.is_null() {
            return Err(Raised);
        }
        let heap: *mut ffi::PyHeapTypeObject = class.cast();
        (*class).tp_flags = ffi::Py_TPFLAGS_DEFAULT
            | ffi::Py_TPFLAGS_HEAPTYPE
            | ffi::Py_TPFLAGS_BASETYPE
            | ffi::Py_TPFLAGS_HAVE_GC;
        (*class).tp_as_async = &raw mut (*heap).as_async;
        (*class).tp_as_number = &raw mut (*heap).as_number;
        (*class).tp_as_sequence = &raw mut (*heap).as_sequence;
        (*class).tp_as_mapping = &raw mut (*heap).as_mapping;
        (*class).tp_as_buffer = &raw mut (*heap).as_buffer;
        (*class).tp_bases = ffi::Py_NewRef(bases);
        (*class).tp_base = ffi::Py_NewRef(base.cast()).cast();
        (*class).tp_dict = ffi::Py_NewRef(dict);
        (*class).tp_dealloc = (*metaclass).tp_dealloc;
        (*class).tp_traverse = (*metaclass).tp_traverse;
        (*class).tp_clear = (*metaclass).tp_clear;
        (*class).tp_alloc = (*metaclass).tp_alloc;
        (*class).tp_free = (*metaclass).tp_free;
        (*heap).ht_name = ffi::Py_NewRef(name);
        (*heap).ht_qualname = ffi::Py_NewRef(name);
        (*class).tp_name = ffi::PyUnicode_AsUTF8AndSize(name, std::ptr::null_mut());
        if (*class).tp_name.is_null() || ffi::PyType_Ready(class) < 0 {
            ffi::Py_DECREF(class.cast());
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) == 0 {
                return Err(Raised);
            }
            ffi::PyErr_Clear();
            return Ok(None);
        }
        if is_announced(class)? && announce(class).is_err() {
            ffi::Py_DECREF(class.cast());
            return Err(Raised);
        }
        Ok(Some(class))
    }
}

fn address(function: Option<ffi::destructor>) -> Option<usize> {
    function.map(|function| function as usize)
}

/// Whether a base wants to know of classes that derive from it: has another `__init_subclass__` than all classes have.
///
/// # Safety
/// `class` is live.
unsafe fn is_announced(class: *mut PyTypeObject) -> Result<bool> {
    // SAFETY: `object` is live, and so is the class by the caller's word; new references are dropped here.
    unsafe {
        let function_of = |class: *mut PyTypeObject| {
            let method = ffi::PyObject_GetAttrString(class.cast(), c"__init_subclass__".as_ptr());
            if method.is_null() {
                return Err(Raised);
            }
            let function = if ffi::PyCFunction_Check(method) != 0 {
                ffi::PyCFunction_GetFunction(method).map(|function| function as usize)
            } else {
                None
            };
            ffi::Py_DECREF(method);
            Ok(function)
        };
        Ok(function_of(class)? != function_of(&raw mut ffi::PyBaseObject_Type)?)
    }
}

/// Tells the bases of a class that it derives from them.
///
/// # Safety
/// `class` is live.
unsafe fn announce(class: *mut PyTypeObject) -> Result<()> {
    // SAFETY: by the caller's word; new references are dropped here.
    unsafe {
        let above = not_null(ffi::PyObject_CallFunctionObjArgs(
            (&raw mut ffi::PySuper_Type).cast(),
            class,
            class,
            std::ptr::null_mut::<PyObject>(),
        ))?;
        let done = ffi::PyObject_CallMethod(above, c"__init_subclass__".as_ptr(), std::ptr::null());
        ffi::Py_DECREF(above);
        ffi::Py_DECREF(not_null(done)?);
        Ok(())
    }
}
