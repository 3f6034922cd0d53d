//! Python object → GType: the mapping of classes and values to types.
//!
//! Compat surface, section 1.7.

use std::ffi::c_void;
use std::sync::OnceLock;

use gijit_plan::types::Fundamental;
use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};

use crate::convert::input;
use crate::convert::table::table;
use crate::python::Gil;
use crate::python::error::{Raised, Result, type_error, type_name, value_error};
use crate::python::reference::Name;
use crate::python::reference::not_null;

/// The boxed type under which GObject carries any Python object, registered at the first need.
pub fn pyobject_gtype() -> usize {
    static GTYPE: OnceLock<usize> = OnceLock::new();
    // Where Python has ended nobody looks at the count any more.
    unsafe extern "C" fn copy(object: *mut c_void) -> *mut c_void {
        if let Some(gil) = Gil::take() {
            // SAFETY: a boxed PyObject is a live Python object; the GIL is held for the count.
            unsafe { ffi::Py_INCREF(object.cast()) };
            drop(gil);
        }
        object
    }
    unsafe extern "C" fn free(object: *mut c_void) {
        if let Some(gil) = Gil::take() {
            // SAFETY: as above; the reference is the box's own.
            unsafe { ffi::Py_DECREF(object.cast()) };
            drop(gil);
        }
    }
    // SAFETY: registers a boxed type under a name that is looked up first.
    *GTYPE.get_or_init(|| unsafe {
        let name = c"PyObject".as_ptr();
        match gobject::g_type_from_name(name) {
            0 => gobject::g_boxed_type_register_static(name, Some(copy), Some(free)),
            known => known,
        }
    })
}

/// The GType of the values of a class that Python itself has.
#[inline]
pub fn of_builtin(class: *mut ffi::PyTypeObject) -> Option<usize> {
    let builtin = [
        (&raw mut ffi::PyUnicode_Type, Fundamental::String),
        (&raw mut ffi::PyLong_Type, Fundamental::Int),
        (&raw mut ffi::PyBool_Type, Fundamental::Boolean),
        (&raw mut ffi::PyFloat_Type, Fundamental::Double),
    ];
    let mut known = builtin.iter();
    let found = known.find(|(known, _)| *known == class)?;
    Some(found.1.gtype())
}

/// The GType that stands for `object`, or None with no exception set where there is none.
///
/// # Safety
/// `object` is live.
pub unsafe fn lookup(object: *mut PyObject) -> Result<Option<usize>> {
    static GTYPE: Name = Name::new(c"__gtype__");
    // SAFETY: the object is live and read as what it has been checked to be; the attribute is dropped here.
    unsafe {
        if ffi::Py_TYPE(object) == table().gtype_type {
            return Ok(Some(
                *object.cast::<u8>().add(WRAPPER_POINTER).cast::<usize>(),
            ));
        }
        if object == ffi::Py_None() {
            return Ok(Some(gobject::G_TYPE_NONE));
        }
        if ffi::PyType_Check(object) != 0 {
            if let Some(gtype) = of_builtin(object.cast()) {
                return Ok(Some(gtype));
            }
            if object == (&raw mut ffi::PyBaseObject_Type).cast() {
                return Ok(Some(pyobject_gtype()));
            }
        }
        if ffi::PyUnicode_Check(object) != 0 {
            let Ok(name) = input::utf8(object) else {
                // Half a character names nothing.
                ffi::PyErr_Clear();
                return Ok(Some(0));
            };
            return Ok(Some(gobject::g_type_from_name(name)));
        }
        let attribute = ffi::PyObject_GetAttr(object, GTYPE.get()?);
        if attribute.is_null() {
            ffi::PyErr_Clear();
            return Ok(None);
        }
        let gtype = (ffi::Py_TYPE(attribute) == table().gtype_type)
            .then(|| *attribute.cast::<u8>().add(WRAPPER_POINTER).cast::<usize>());
        ffi::Py_DECREF(attribute);
        Ok(gtype)
    }
}

/// As [`lookup`]; but a class whose library has no GType for it, which can have one made, has it made now: an enumeration
/// (`gi._enum`) that somebody wants for a property, a signal or a value.
///
/// # Safety
/// `object` is live.
pub unsafe fn wanted(object: *mut PyObject) -> Result<Option<usize>> {
    static MAKE: Name = Name::new(c"__make_gtype__");
    // SAFETY: by the caller's word; new references are dropped here.
    unsafe {
        let found = lookup(object)?;
        if found.is_some() {
            return Ok(found);
        }
        let make = ffi::PyObject_GetAttr(object, MAKE.get()?);
        if make.is_null() {
            ffi::PyErr_Clear();
            return Ok(None);
        }
        let made = ffi::PyObject_CallNoArgs(make);
        ffi::Py_DECREF(make);
        let made = not_null(made)?;
        let found = lookup(made);
        ffi::Py_DECREF(made);
        found
    }
}

/// The GType for an argument.
///
/// # Safety
/// `object` is live.
pub unsafe fn value(object: *mut PyObject) -> Result<u64> {
    // SAFETY: passed on.
    let found = unsafe { wanted(object)? };
    match found {
        // SAFETY: as above.
        Some(0) if unsafe { ffi::Py_TYPE(object) } == table().gtype_type => {
            Err(value_error("Invalid GType"))
        }
        Some(0) | None => {
            // SAFETY: passed on.
            let name = unsafe { type_name(object) };
            type_error(&format!("Must be GObject.GType, not {name}"));
            Err(Raised)
        }
        Some(gtype) => Ok(gtype as u64),
    }
}

/// The name of a GType.
pub fn gtype_name(gtype: usize) -> String {
    // SAFETY: the name of a registered type lives for ever; NULL is tested.
    unsafe {
        let name = gobject::g_type_name(gtype);
        if name.is_null() {
            return "invalid".to_owned();
        }
        std::ffi::CStr::from_ptr(name)
            .to_string_lossy()
            .into_owned()
    }
}
