//! `GObject.Value`: the type that its class derives from.
//!
//! Compat surface, section 4.3. Conversion is [`crate::convert::gvalue`]'s; a wrapper owns its value.

use std::ffi::{c_int, c_void};
use std::ptr;

use gijit_shape::abi::WRAPPER_POINTER;
use glib_sys as glib;
use gobject_sys as gobject;
use gobject_sys::GValue;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::converter::GVALUE;
use crate::convert::gtype::gtype_name;
use crate::convert::gvalue::{Mode, load, store};
use crate::convert::instance::{is_boxed, not_initialized};
use crate::convert::{gtype, output};
use crate::object::class::cells;
use crate::object::pytype;
use crate::object::pytype::parameters::{Passed, Signature};
use crate::object::record::boxed;
use crate::object::record::boxed::Owner;
use crate::python::error::{Raised, Result, str_of, type_error};
use crate::python::reference::not_null;

/// Makes the type: a new reference.
pub fn initialise() -> Result<*mut PyTypeObject> {
    pytype::make(pytype::Spec {
        name: c"gi._gi.Value",
        size: size_of::<boxed::Wrapper>(),
        flags: ffi::Py_TPFLAGS_BASETYPE,
        base: boxed::types().boxed,
        slots: vec![
            (ffi::Py_tp_new, new as *mut c_void),
            (ffi::Py_tp_init, init as *mut c_void),
            (ffi::Py_tp_repr, repr as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![(c"g_type", get_g_type)],
        methods: vec![
            pytype::method_noargs(c"get_value", get_value),
            pytype::method_one(c"set_value", set_value, false),
            pytype::method_noargs(c"get_boxed", get_boxed),
            pytype::method_one(c"set_boxed", set_boxed, false),
        ],
    })
}

/// Lets `GObject.Value(...)` come here at once.
///
/// # Safety
/// `class` is the class `GObject.Value`.
pub unsafe fn finish(class: *mut PyTypeObject) {
    // SAFETY: a live heap type, which nobody has called yet; its metaclass asks for this field.
    unsafe { (*class).tp_vectorcall = Some(vectorcall) };
}

/// # Safety
/// `object` is a live wrapper.
unsafe fn pointer(object: *mut PyObject) -> Result<*mut GValue> {
    // SAFETY: by the caller's word.
    unsafe {
        let value = *object
            .cast::<u8>()
            .add(WRAPPER_POINTER)
            .cast::<*mut c_void>();
        if value.is_null() {
            return Err(not_initialized(object));
        }
        Ok(value.cast())
    }
}

// ---- Making ----

const SIGNATURE: Signature<2> = Signature {
    function: "Value.__init__",
    names: [c"value_type", c"py_value"],
    required: 0,
};

/// A wrapper of a value without a type.
///
/// # Safety
/// `class` derives from the type above.
unsafe fn allocate(class: *mut PyTypeObject) -> Result<*mut PyObject> {
    // SAFETY: zeroed memory is a value without a type.
    unsafe {
        let value = glib::g_malloc0(GVALUE);
        // The boxed type's own function empties a value and frees it.
        let object = boxed::wrap_as(class, value, gobject::g_value_get_type(), Owner::Boxed);
        not_null(object)
    }
}

/// # Safety
/// `value` is live; the objects are, or NULL.
unsafe fn fill(value: *mut GValue, ty: *mut PyObject, object: *mut PyObject) -> Result<()> {
    // SAFETY: by the caller's word.
    unsafe {
        let given = |object: *mut PyObject| !object.is_null() && object != ffi::Py_None();
        if !given(ty) {
            return Ok(());
        }
        let gtype = gtype::value(ty)? as usize;
        if gobject::g_type_check_is_value_type(gtype) == 0 {
            return Err(type_error(&format!(
                "Invalid type: no value can be of {}",
                gtype_name(gtype)
            )));
        }
        gobject::g_value_init(value, gtype);
        if given(object) {
            store::store(value, object, Mode::Value)?;
        }
        Ok(())
    }
}

unsafe extern "C" fn vectorcall(
    class: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: arguments as the vectorcall protocol lays them out; called for the class that `finish` got.
        unsafe {
            let n = ffi::PyVectorcall_NARGS(nargsf) as usize;
            let [ty, object] = SIGNATURE.sort(&Passed::Vector { args, n, kwnames })?;
            let wrapper = allocate(class.cast())?;
            match fill(pointer(wrapper)?, ty, object) {
                Ok(()) => Ok(wrapper),
                Err(raised) => {
                    ffi::Py_DECREF(wrapper);
                    Err(raised)
                }
            }
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn new(
    class: *mut PyTypeObject,
    _: *mut PyObject,
    _: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called with a class that derives from the type above.
    crate::guard(|| unsafe { allocate(class) }).unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn init(
    object: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> c_int {
    crate::guard(|| {
        // SAFETY: called with a live wrapper, a tuple, and NULL or a dict.
        unsafe {
            let [ty, value] = SIGNATURE.sort(&Passed::Tuple { args, kwargs })?;
            fill(pointer(object)?, ty, value)
        }
    })
    .map_or(-1, |()| 0)
}

// ---- Using ----

unsafe extern "C" fn get_g_type(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    crate::guard(|| unsafe { Ok(crate::object::gtype::gtype_out((*pointer(object)?).g_type)) })
        .unwrap_or(ptr::null_mut())
}

/// # Safety
/// `object` is a live wrapper.
unsafe fn held(object: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        let value = pointer(object)?;
        if (*value).g_type == 0 {
            return Ok(output::none());
        }
        load::load(value, Mode::Value)
    }
}

unsafe extern "C" fn get_value(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    crate::guard(|| unsafe { held(object) }).unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn set_value(object: *mut PyObject, value: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper and a live object.
        unsafe {
            store::store(pointer(object)?, value, Mode::Value)?;
            Ok(output::none())
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// Says that a method of boxed values is called on another.
///
/// # Safety
/// `object` is a live wrapper.
unsafe fn warn_unless_boxed(object: *mut PyObject, method: &std::ffi::CStr) -> Result<()> {
    // SAFETY: by the caller's word; the class is kept for ever.
    unsafe {
        if is_boxed((*pointer(object)?).g_type) {
            return Ok(());
        }
        static CATEGORY: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
        let category = pytype::import_attribute(&CATEGORY, c"gi", c"PyGIDeprecationWarning")?;
        if ffi::PyErr_WarnEx(category, method.as_ptr(), 1) < 0 {
            return Err(Raised);
        }
    }
    Ok(())
}

unsafe extern "C" fn get_boxed(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper.
        unsafe {
            let text = c"Calling get_boxed() on a non-boxed type deprecated";
            warn_unless_boxed(object, text)?;
            load::load(pointer(object)?, Mode::Generic)
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn set_boxed(object: *mut PyObject, value: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper and a live object.
        unsafe {
            let text = c"Calling set_boxed() on a non-boxed type deprecated";
            warn_unless_boxed(object, text)?;
            store::store(pointer(object)?, value, Mode::Generic)?;
            Ok(output::none())
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper; the new reference is dropped here.
        unsafe {
            let gtype = (*pointer(object)?).g_type;
            let value = held(object)?;
            let text = str_of(value);
            ffi::Py_DECREF(value);
            Ok(pytype::text(&format!(
                "<Value ({}) {text}>",
                gtype_name(gtype)
            )))
        }
    })
    .unwrap_or(ptr::null_mut())
}

// ---- The functions of the module ----

/// The value in a `GObject.Value`, borrowed.
///
/// # Safety
/// `object` is live.
unsafe fn value_of(object: *mut PyObject) -> Result<*mut GValue> {
    // SAFETY: by the caller's word.
    unsafe {
        match cells::boxed_of(object) {
            Some((gtype, value)) if gtype == gobject::g_value_get_type() => Ok(value.cast()),
            _ => Err(type_error("Expected GValue argument.")),
        }
    }
}

/// `_gvalue_get(value)`: what a value holds, by the generic rules.
///
/// # Safety
/// `object` is live.
pub unsafe fn module_get(object: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe { load::load(value_of(object)?, Mode::Generic) }
}

/// `_gvalue_set(value, object)`.
///
/// # Safety
/// Both are live.
pub unsafe fn module_set(object: *mut PyObject, value: *mut PyObject) -> Result<()> {
    // SAFETY: by the caller's word.
    unsafe { store::store(value_of(object)?, value, Mode::Generic) }
}

/// `_gvalue_get_type(value)`.
///
/// # Safety
/// `object` is live.
pub unsafe fn module_type(object: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe { Ok(crate::object::gtype::gtype_out((*value_of(object)?).g_type)) }
}
