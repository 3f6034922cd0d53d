//! Functions of `gi._gi` about objects: made, asked for their properties, given signals.

use std::ffi::CStr;
use std::ptr;

use gobject_sys as gobject;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::convert::gtype::gtype_name;
use crate::convert::{errors, input};
use crate::convert::{gtype, table::table};
use crate::module::fetch;
use crate::object::class::cells;
use crate::object::signal::declaration;
use crate::object::{property, signal};
use crate::python::error::{Result, type_error};

/// A new reference as Python gets it.
fn given(py: Python<'_>, object: Result<*mut pyo3::ffi::PyObject>) -> PyResult<Py<PyAny>> {
    // SAFETY: a new reference, or NULL with an exception set.
    unsafe {
        let object = object.map_err(|raised| fetch(py, raised))?;
        Ok(Bound::from_owned_ptr_or_err(py, object)?.unbind())
    }
}

/// `new(type, **properties)`: an object that C makes. TypeError for what is no type of objects, an abstract one, or a
/// property that it does not have.
#[pyfunction]
#[pyo3(signature = (object_type, /, **properties))]
pub fn new(
    py: Python<'_>,
    object_type: &Bound<'_, PyAny>,
    properties: Option<&Bound<'_, PyDict>>,
) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let make = || {
        // SAFETY: live objects; the reference to what is made becomes the wrapper's.
        unsafe {
            let gtype = gtype::lookup(object_type.as_ptr())?.unwrap_or(0);
            if gtype == 0 {
                return Err(errors::no_gtype());
            }
            // An interface may be one of objects only, and is none all the same.
            if gobject::g_type_fundamental(gtype) != gobject::G_TYPE_OBJECT {
                return Err(type_error(&format!(
                    "could not get a reference to type class: {} is no type of objects",
                    gtype_name(gtype)
                )));
            }
            if gobject::g_type_test_flags(gtype, gobject::G_TYPE_FLAG_ABSTRACT) != 0 {
                return Err(errors::abstract_type(gtype));
            }
            let properties = properties.map_or(ptr::null_mut(), |dict| dict.as_ptr());
            let cell = cells::of_type(gtype)?;
            let made = property::construct(gtype, properties, ptr::null_mut(), false)?;
            let out = if gobject::g_object_is_floating(made) != 0 {
                gobject::g_object_ref_sink(made);
                table().object_out_full
            } else if gobject::g_type_is_a(gtype, gobject::g_initially_unowned_get_type()) != 0 {
                // A toplevel window belongs to its library, which has the reference already.
                table().object_out_none
            } else {
                table().object_out_full
            };
            Ok(out(made.cast(), cell))
        }
    };
    given(py, make())
}

/// The properties of a type, as ParamSpecs in a list.
#[pyfunction]
pub fn list_properties(py: Python<'_>, object_type: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let made = || {
        // SAFETY: a live object.
        let gtype = unsafe { gtype::value(object_type.as_ptr())? } as usize;
        property::list_of(gtype)
    };
    given(py, made())
}

/// `signal_new(name, type, flags, return_type, param_types)`: a new signal; returns its id.
#[pyfunction]
pub fn signal_new(
    py: Python<'_>,
    name: &Bound<'_, PyAny>,
    owner: &Bound<'_, PyAny>,
    flags: &Bound<'_, PyAny>,
    return_type: &Bound<'_, PyAny>,
    param_types: &Bound<'_, PyAny>,
) -> PyResult<u32> {
    crate::python::stay();
    let add = || {
        // SAFETY: live objects.
        unsafe {
            let name = CStr::from_ptr(input::utf8(name.as_ptr())?);
            declaration::add(
                name,
                owner.as_ptr(),
                flags.as_ptr(),
                return_type.as_ptr(),
                param_types.as_ptr(),
            )
        }
    };
    add().map_err(|raised| fetch(py, raised))
}

/// `add_emission_hook(type, name, callback, *args)`: has a callback called for each emission; returns the hook's id.
#[pyfunction]
#[pyo3(signature = (*args))]
pub fn add_emission_hook(py: Python<'_>, args: &Bound<'_, PyTuple>) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    // SAFETY: a live tuple.
    given(py, unsafe { signal::add_emission_hook(args.as_ptr()) })
}
