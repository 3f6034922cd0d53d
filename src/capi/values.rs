//! `GValue`s and single values.

use std::ffi::{c_int, c_void};
use std::ptr;

use gijit_plan::Kind;
use gobject_sys as gobject;
use gobject_sys::{GParamSpec, GValue};
use pyo3::ffi;

use crate::capi::Object;
use crate::convert::gvalue::custom::{self, FromValue, ToValue};
use crate::convert::gvalue::{self, Mode, load};
use crate::convert::instance::is_boxed;
use crate::convert::{gtype, input};
use crate::object::property::conversion;
use crate::object::record::boxed;
use crate::python::error::{Raised, Result, type_error, type_name};
use crate::python::reference::not_null;

pub unsafe extern "C" fn register_gtype_custom(
    gtype: usize,
    from_value: Option<FromValue>,
    to_value: Option<ToValue>,
) {
    if let (Some(from_value), Some(to_value)) = (from_value, to_value) {
        custom::register(gtype, from_value, to_value);
    }
}

/// Stores an object in a value that has its type: 0, or -1 without an exception.
pub unsafe extern "C" fn value_from_pyobject(value: *mut GValue, object: Object) -> c_int {
    // SAFETY: passed on; the GIL is held.
    unsafe {
        let status = value_from_pyobject_with_error(value, object);
        if status < 0 {
            ffi::PyErr_Clear();
        }
        status
    }
}

/// The same: 0, or -1 with an exception set.
pub unsafe extern "C" fn value_from_pyobject_with_error(
    value: *mut GValue,
    object: Object,
) -> c_int {
    // SAFETY: called with a live value and a live object.
    crate::guard(|| unsafe { gvalue::set(value, object) }).map_or(-1, |()| 0)
}

/// What a value holds. Without `copy` a boxed value stays the value's, and the wrapper must not live longer than it.
pub unsafe extern "C" fn value_as_pyobject(value: *const GValue, copy: c_int) -> Object {
    // SAFETY: called with a live value.
    crate::guard(|| unsafe { object_of(value, copy != 0) }).unwrap_or(ptr::null_mut())
}

/// # Safety
/// `value` is live.
unsafe fn object_of(value: *const GValue, copy: bool) -> Result<Object> {
    // SAFETY: by the caller's word.
    unsafe {
        let object = load::load(value, Mode::Generic)?;
        let gtype = (*value).g_type;
        if copy || !is_boxed(gtype) || gtype == gtype::pyobject_gtype() {
            return Ok(object);
        }
        // What came out may be no wrapper: a list of strings, say.
        let lends = boxed::is_of_gtype(object, gtype);
        if !lends {
            return Ok(object);
        }
        ffi::Py_DECREF(object);
        let lent = boxed::of_gtype(gobject::g_value_get_boxed(value), gtype, false);
        not_null(lent)
    }
}

/// A property's value: a `gunichar` as a text of one character, others as values are.
pub unsafe extern "C" fn param_gvalue_as_pyobject(
    value: *const GValue,
    copy: c_int,
    spec: *const GParamSpec,
) -> Object {
    crate::guard(|| {
        // SAFETY: called with a live value and the property that it is for.
        unsafe {
            if !is_unichar(spec) {
                return object_of(value, copy != 0);
            }
            let text = crate::convert::output::unichar_out(gobject::g_value_get_uint(value));
            not_null(text)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// Stores an object in a property's value: 0, or -1 with an exception set.
pub unsafe extern "C" fn gvalue_from_param_pyobject(
    value: *mut GValue,
    object: Object,
    spec: *const GParamSpec,
) -> c_int {
    crate::guard(|| {
        // SAFETY: as above, and a live object.
        unsafe {
            if !is_unichar(spec) {
                return gvalue::set(value, object);
            }
            gobject::g_value_set_uint(value, character(object)?);
            Ok(())
        }
    })
    .map_or(-1, |()| 0)
}

/// # Safety
/// `spec` is NULL or live.
unsafe fn is_unichar(spec: *const GParamSpec) -> bool {
    // SAFETY: by the caller's word.
    unsafe { !spec.is_null() && conversion::is_unichar(spec) }
}

/// A converter for `PyArg_ParseTuple`: a text of one character, or None for 0. 1, or 0 with a TypeError.
pub unsafe extern "C" fn pyobj_to_unichar_conv(object: Object, to: *mut c_void) -> c_int {
    // SAFETY: called with a live object and room for a character.
    crate::guard(|| unsafe {
        *to.cast::<u32>() = character(object)?;
        Ok(())
    })
    .map_or(0, |()| 1)
}

/// # Safety
/// `object` is live.
unsafe fn character(object: Object) -> Result<u32> {
    // SAFETY: by the caller's word.
    unsafe {
        if object == ffi::Py_None() {
            return Ok(0);
        }
        if ffi::PyUnicode_Check(object) == 0 {
            return Err(type_error(&format!(
                "Must be string, not {}",
                type_name(object)
            )));
        }
        match ffi::PyUnicode_GetLength(object) {
            1 => Ok(input::scalar(Kind::Unichar, object)? as u32),
            n if n < 0 => Err(Raised),
            n => Err(type_error(&format!(
                "Must be a one character string, not {n} characters"
            ))),
        }
    }
}
