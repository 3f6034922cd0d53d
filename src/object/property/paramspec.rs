//! `GObject.ParamSpec`: the type that its class derives from, with what its typelib does not say.
//!
//! Compat surface, section 4.3. That it is a fundamental type with reference functions of its own, the typelib says.

use std::ffi::{c_char, c_void};
use std::ptr;

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::gtype::gtype_name;
use crate::convert::instance::gtype_of;
use crate::convert::instance::not_initialized;
use crate::convert::output;
use crate::convert::table::table;
use crate::object::class::{cells, registry};
use crate::object::instance::base;
use crate::object::instance::fundamental;
use crate::object::pytype;
use crate::python::error::{Raised, Result};

/// Makes the type: a new reference.
pub fn initialise() -> Result<*mut PyTypeObject> {
    pytype::make(pytype::Spec {
        name: c"gi._gi.ParamSpec",
        size: fundamental::SIZE,
        flags: ffi::Py_TPFLAGS_BASETYPE,
        base: base::types().fundamental,
        slots: vec![(ffi::Py_tp_repr, repr as *mut c_void)],
        offsets: vec![],
        getters: vec![(c"nick", get_nick), (c"blurb", get_blurb)],
        methods: vec![],
    })
}

/// Gives the class of an enumeration's or flags' ParamSpec the attribute that is the Python class.
///
/// # Safety
/// `class` is a live heap type, fresh.
pub unsafe fn finish(name: &str, class: *mut PyTypeObject) -> Result<()> {
    let attribute = match name {
        "ParamSpecEnum" => c"enum_class",
        "ParamSpecFlags" => c"flags_class",
        _ => return Ok(()),
    };
    // SAFETY: the definition lives for ever, as the class does, which takes a reference of its own.
    unsafe {
        let definition = Box::leak(Box::new(ffi::PyGetSetDef {
            name: attribute.as_ptr(),
            get: Some(get_class),
            set: None,
            doc: ptr::null(),
            closure: ptr::null_mut(),
        }));
        let descriptor = ffi::PyDescr_NewGetSet(class, definition);
        if descriptor.is_null() {
            return Err(Raised);
        }
        let status = ffi::PyObject_SetAttrString(class.cast(), attribute.as_ptr(), descriptor);
        ffi::Py_DECREF(descriptor);
        if status < 0 {
            return Err(Raised);
        }
    }
    Ok(())
}

/// # Safety
/// `object` is a live wrapper of a ParamSpec.
unsafe fn pointer(object: *mut PyObject) -> Result<*mut gobject::GParamSpec> {
    // SAFETY: every wrapper has its pointer there.
    unsafe {
        let spec = *object
            .cast::<u8>()
            .add(WRAPPER_POINTER)
            .cast::<*mut gobject::GParamSpec>();
        if spec.is_null() {
            return Err(not_initialized(object));
        }
        Ok(spec)
    }
}

unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper.
        unsafe {
            let spec = pointer(object)?;
            let gtype = gtype_of(spec);
            Ok(pytype::text(&format!(
                "<{} at {spec:p}>",
                gtype_name(gtype)
            )))
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// # Safety
/// `object` is a live wrapper.
unsafe fn text(
    object: *mut PyObject,
    get: unsafe extern "C" fn(*mut gobject::GParamSpec) -> *const c_char,
) -> *mut PyObject {
    // SAFETY: the text lives as long as the ParamSpec.
    crate::guard(|| unsafe { Ok(output::utf8_out_none(get(pointer(object)?))) })
        .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn get_nick(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    unsafe { text(object, gobject::g_param_spec_get_nick) }
}

unsafe extern "C" fn get_blurb(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    unsafe { text(object, gobject::g_param_spec_get_blurb) }
}

/// The Python class of the enumeration or flags.
unsafe extern "C" fn get_class(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper; the class is kept for ever.
        unsafe {
            let class = registry::class_of((*pointer(object)?).value_type)?;
            Ok(ffi::Py_NewRef(class.cast()))
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// The Python object of a ParamSpec: a new reference.
///
/// # Safety
/// The property is live.
pub unsafe fn wrapped(spec: *mut gobject::GParamSpec) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        let gtype = gtype_of(spec);
        let cell = cells::of_type(gtype)?;
        let object = (table().object_out_none)(spec.cast(), cell);
        if object.is_null() {
            Err(Raised)
        } else {
            Ok(object)
        }
    }
}
