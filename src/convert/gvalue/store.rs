//! A Python object → a `GValue` that has its type already.
//!
//! The texts are PyGObject's.

use std::ffi::c_void;

use gijit_plan::Kind;
use gijit_plan::types::Fundamental;
use glib_sys as glib;
use gobject_sys as gobject;
use gobject_sys::GValue;
use pyo3::ffi::{self, PyObject};

use super::{Mode, custom, infer, infer_strict, unset};
use crate::convert::cell::Family;
use crate::convert::converter::GVALUE;
use crate::convert::table::hooks;
use crate::convert::{enumeration, errors, foreign, gtype, input, instance, special};
use crate::python::error::{Raised, Result, overflow_error, str_of, type_error, type_name};

/// Stores `object` in a value. What was in it goes; on an error it stays.
///
/// # Safety
/// `value` is live; `object` is live.
pub unsafe fn store(value: *mut GValue, object: *mut PyObject, mode: Mode) -> Result<()> {
    // SAFETY: each setter is called for the type that it is for, with what was converted for it.
    unsafe {
        let gtype = (*value).g_type;
        if gtype == 0 {
            return Err(type_error(if mode == Mode::Value {
                "GObject.Value needs to be initialized first"
            } else {
                "Fundamental type is required"
            }));
        }
        let of = super::fundamental(gtype);
        if let Some(row) = of.map(Fundamental::row)
            && let Some(kind) = row.number
        {
            let bits = match row.of {
                Fundamental::Int => input::integer(Kind::I32, object)?,
                Fundamental::Char | Fundamental::UChar => character(kind, object, mode)?,
                _ => input::scalar(kind, object)?,
            };
            super::set_bits(value, row, bits);
            return Ok(());
        }
        match of {
            Some(Fundamental::String) => string(value, object, mode)?,
            Some(Fundamental::Enum) => {
                let number = enumeration::number(object, gtype, Family::Enum)?;
                gobject::g_value_set_enum(value, number as i32);
            }
            Some(Fundamental::Flags) => {
                let bits = if mode == Mode::Value {
                    refuse_none(object)?;
                    input::integer(Kind::U32, object)?
                } else {
                    enumeration::number(object, gtype, Family::Flags)?
                };
                gobject::g_value_set_flags(value, bits as u32);
            }
            Some(Fundamental::Pointer) => return pointer(value, object, mode),
            Some(Fundamental::Boxed) => return boxed(value, object),
            Some(Fundamental::Object) => return gobject_value(value, object, mode),
            Some(Fundamental::Interface) => return interface(value, object, mode),
            Some(Fundamental::Variant) => return variant(value, object, mode),
            _ => {
                if let Some(known) = custom::store(value, object) {
                    return known;
                }
                return fundamental(value, object, mode);
            }
        }
    }
    Ok(())
}

/// Where `GObject.Value` calls one of its own typed setters, which does not take None.
fn refuse_none(object: *mut PyObject) -> Result<()> {
    errors::not_none(object, 1)
}

/// # Safety
/// `value` holds a string; `object` is live.
unsafe fn string(value: *mut GValue, object: *mut PyObject, mode: Mode) -> Result<()> {
    // SAFETY: the text is copied while the object that keeps it is held.
    unsafe {
        if object == ffi::Py_None() {
            gobject::g_value_set_string(value, std::ptr::null());
            return Ok(());
        }
        if ffi::PyUnicode_Check(object) != 0 {
            gobject::g_value_set_string(value, input::utf8(object)?);
            return Ok(());
        }
        match mode {
            Mode::Property => input::utf8(object).map(|_| ()),
            Mode::Value => Err(type_error(&format!(
                "Expected string but got {}{}",
                str_of(object),
                str_of(ffi::Py_TYPE(object).cast())
            ))),
            Mode::Generic => {
                let text = ffi::PyObject_Str(object);
                if text.is_null() {
                    return Err(Raised);
                }
                let copied = input::utf8(text).map(|utf8| gobject::g_value_set_string(value, utf8));
                ffi::Py_DECREF(text);
                copied
            }
        }
    }
}

/// A char: a number or one byte, and on the generic path a character that is one.
///
/// # Safety
/// `object` is live.
unsafe fn character(kind: Kind, object: *mut PyObject, mode: Mode) -> Result<u64> {
    // SAFETY: the object is live and read as a str only after the check.
    unsafe {
        if mode == Mode::Value {
            refuse_none(object)?;
        }
        if mode != Mode::Generic || ffi::PyUnicode_Check(object) == 0 {
            return input::scalar(kind, object);
        }
        let code = input::scalar(Kind::Unichar, object)?;
        // PyGObject asks this of both kinds.
        if code > i8::MAX as u64 {
            return Err(overflow_error(&format!("{code} not in range -128 to 127")));
        }
        Ok(code)
    }
}

/// # Safety
/// `value` holds an address; `object` is live.
unsafe fn pointer(value: *mut GValue, object: *mut PyObject, mode: Mode) -> Result<()> {
    // SAFETY: by the caller's word.
    unsafe {
        let gtype = (*value).g_type;
        if gtype == gobject::g_gtype_get_type() {
            gobject::g_value_set_gtype(value, gtype_of(object, mode)?);
            return Ok(());
        }
        if object == ffi::Py_None() {
            gobject::g_value_set_pointer(value, std::ptr::null_mut());
            return Ok(());
        }
        if mode == Mode::Value {
            gobject::g_value_set_pointer(value, special::pointer_input(object)?);
            return Ok(());
        }
        if let Some((held, pointer)) = (hooks().pointer_of)(object)
            && gobject::g_type_is_a(gtype, held) != 0
        {
            gobject::g_value_set_pointer(value, pointer);
            return Ok(());
        }
        if let Some(known) = custom::store(value, object) {
            return known;
        }
        if ffi::PyCapsule_CheckExact(object) != 0 {
            gobject::g_value_set_pointer(value, special::pointer_input(object)?);
            return Ok(());
        }
    }
    Err(type_error("Expected pointer"))
}

/// # Safety
/// `object` is live.
unsafe fn gtype_of(object: *mut PyObject, mode: Mode) -> Result<usize> {
    // SAFETY: by the caller's word.
    unsafe {
        if mode == Mode::Value {
            refuse_none(object)?;
            return Ok(gtype::value(object)? as usize);
        }
        if object == ffi::Py_None() {
            return Ok(0);
        }
        // A name that nobody knows is no type, while the type "invalid" may be stored.
        let text = ffi::PyUnicode_Check(object) != 0;
        match gtype::lookup(object)? {
            Some(gtype) if gtype != 0 || !text => Ok(gtype),
            _ => Err(errors::no_gtype()),
        }
    }
}

/// # Safety
/// `value` holds a boxed type; `object` is live.
unsafe fn boxed(value: *mut GValue, object: *mut PyObject) -> Result<()> {
    // SAFETY: by the caller's word; what is given to `set` is copied, what is given to `take` becomes the value's.
    unsafe {
        let gtype = (*value).g_type;
        let set = |pointer: *const c_void| gobject::g_value_set_boxed(value, pointer);
        let is = |other: usize| gobject::g_type_is_a(gtype, other) != 0;
        if gtype == gtype::pyobject_gtype() {
            set(object.cast());
            return Ok(());
        }
        if object == ffi::Py_None() {
            set(std::ptr::null());
            return Ok(());
        }
        if gtype == glib::g_error_get_type() {
            let error = special::error_of(object)?;
            gobject::g_value_take_boxed(value, error.cast());
            return Ok(());
        }
        if let Some((held, pointer)) = (hooks().boxed_of)(object)
            && gobject::g_type_is_a(held, gtype) != 0
        {
            set(pointer);
            return Ok(());
        }
        if is(gobject::g_value_get_type()) {
            let mut inner: GValue = std::mem::zeroed();
            gobject::g_value_init(&mut inner, infer_strict(object)?);
            let stored = store(&mut inner, object, Mode::Generic);
            if stored.is_ok() {
                set((&raw const inner).cast());
            }
            unset(&mut inner);
            return stored;
        }
        if is(gobject::g_value_array_get_type()) && ffi::PySequence_Check(object) != 0 {
            let array = value_array(object)?;
            gobject::g_value_take_boxed(value, array.cast());
            return Ok(());
        }
        if is(glib::g_strv_get_type()) {
            let strings = strv(object)?;
            gobject::g_value_take_boxed(value, strings.cast());
            return Ok(());
        }
        if is(glib::g_gstring_get_type()) && ffi::PyUnicode_Check(object) != 0 {
            let mut len = 0;
            let text = ffi::PyUnicode_AsUTF8AndSize(object, &mut len);
            if text.is_null() {
                return Err(Raised);
            }
            let string = glib::g_string_new_len(text, len);
            gobject::g_value_take_boxed(value, string.cast());
            return Ok(());
        }
        if let Some(known) = custom::store(value, object) {
            return known;
        }
        if let Some(known) = foreign::to_value(object, value) {
            return known;
        }
        if ffi::PyCapsule_CheckExact(object) != 0 {
            set(special::pointer_input(object)?);
            return Ok(());
        }
    }
    Err(type_error("Expected Boxed"))
}

/// A new strv of a list or tuple.
///
/// # Safety
/// `object` is live.
unsafe fn strv(object: *mut PyObject) -> Result<*mut *mut std::ffi::c_char> {
    // SAFETY: lists and tuples are read by index; a str is held by them while its text is copied.
    unsafe {
        if ffi::PyList_Check(object) == 0 && ffi::PyTuple_Check(object) == 0 {
            return Err(type_error(&format!(
                "Must be a list or tuple of strings, not {}",
                type_name(object)
            )));
        }
        let n = ffi::PySequence_Fast_GET_SIZE(object) as usize;
        let strings = glib::g_malloc0((n + 1) * size_of::<usize>()).cast::<*mut std::ffi::c_char>();
        for i in 0..n {
            match input::utf8(ffi::PySequence_Fast_GET_ITEM(object, i as isize)) {
                Ok(text) => *strings.add(i) = glib::g_strdup(text),
                Err(raised) => {
                    glib::g_strfreev(strings);
                    return Err(raised);
                }
            }
        }
        Ok(strings)
    }
}

/// A new array of values of a sequence's items, each of the type that it has.
///
/// # Safety
/// `object` is a live sequence.
unsafe fn value_array(object: *mut PyObject) -> Result<*mut gobject::GValueArray> {
    // SAFETY: the array is ours until it is returned; each item is held while it is converted.
    unsafe {
        let n = ffi::PySequence_Size(object);
        if n < 0 {
            return Err(Raised);
        }
        let array = gobject::g_value_array_new(n as u32);
        for i in 0..n {
            let item = ffi::PySequence_GetItem(object, i);
            let appended = if item.is_null() {
                Err(Raised)
            } else {
                append(array, item)
            };
            ffi::Py_XDECREF(item);
            if let Err(raised) = appended {
                gobject::g_value_array_free(array);
                return Err(raised);
            }
        }
        Ok(array)
    }
}

/// # Safety
/// Both are live.
unsafe fn append(array: *mut gobject::GValueArray, item: *mut PyObject) -> Result<()> {
    // SAFETY: the array copies the value, which is emptied here.
    unsafe {
        let mut value: [u8; GVALUE] = [0; GVALUE];
        let value = (&raw mut value).cast::<GValue>();
        let inner = match (hooks().boxed_of)(item) {
            Some((held, pointer)) if held == gobject::g_value_get_type() => pointer.cast(),
            _ => {
                gobject::g_value_init(value, infer(item)?);
                if let Err(raised) = store(value, item, Mode::Generic) {
                    unset(value);
                    return Err(raised);
                }
                value
            }
        };
        gobject::g_value_array_append(array, inner);
        unset(value);
    }
    Ok(())
}

/// # Safety
/// `value` holds an object type; `object` is live.
unsafe fn gobject_value(value: *mut GValue, object: *mut PyObject, mode: Mode) -> Result<()> {
    // SAFETY: the instance lives as long as its wrapper, which is held.
    unsafe {
        if object == ffi::Py_None() {
            gobject::g_value_set_object(value, std::ptr::null_mut());
            return Ok(());
        }
        if let Some(known) = custom::store(value, object) {
            return known;
        }
        match (hooks().gobject_of)(object)? {
            Some(instance) if fits(instance.cast(), value) => {
                gobject::g_value_set_object(value, instance);
                Ok(())
            }
            _ => Err(refused((*value).g_type, object, mode, "Expected GObject")),
        }
    }
}

/// # Safety
/// As above, for an interface type.
unsafe fn interface(value: *mut GValue, object: *mut PyObject, mode: Mode) -> Result<()> {
    // SAFETY: as above.
    unsafe {
        if object == ffi::Py_None() {
            gobject::g_value_set_object(value, std::ptr::null_mut());
            return Ok(());
        }
        match (hooks().gobject_of)(object)? {
            None => Err(refused(
                (*value).g_type,
                object,
                mode,
                "GObject is required",
            )),
            Some(instance) if !fits(instance.cast(), value) => Err(refused(
                (*value).g_type,
                object,
                mode,
                "Invalid GObject type for assignment",
            )),
            Some(instance) => {
                gobject::g_value_set_object(value, instance);
                Ok(())
            }
        }
    }
}

/// TypeError for an object that is none of a type: a library's property says which, as a call does; others say `text`.
///
/// # Safety
/// `object` is live.
#[cold]
unsafe fn refused(gtype: usize, object: *mut PyObject, mode: Mode, text: &str) -> Raised {
    if mode != Mode::Property {
        return type_error(text);
    }
    match (hooks().cell_of_type)(gtype) {
        // SAFETY: by the caller's word.
        Ok(cell) => unsafe { instance::wrong_instance(object, cell, "self") },
        Err(raised) => raised,
    }
}

/// Whether an instance may stand in a value of this type.
///
/// # Safety
/// Both are live.
unsafe fn fits(instance: *const gobject::GTypeInstance, value: *const GValue) -> bool {
    // SAFETY: by the caller's word.
    unsafe { gobject::g_type_is_a(instance::gtype_of(instance), (*value).g_type) != 0 }
}

/// # Safety
/// `value` holds a variant; `object` is live.
unsafe fn variant(value: *mut GValue, object: *mut PyObject, mode: Mode) -> Result<()> {
    // SAFETY: the variant lives as long as its wrapper, which is held.
    unsafe {
        if object == ffi::Py_None() {
            gobject::g_value_set_variant(value, std::ptr::null_mut());
            return Ok(());
        }
        let cell = (hooks().cell_of_type)(gobject::G_TYPE_VARIANT)?;
        if mode != Mode::Value && ffi::PyObject_TypeCheck(object, cell.class()?) == 0 {
            return Err(refused(
                gobject::G_TYPE_VARIANT,
                object,
                mode,
                "Expected Variant",
            ));
        }
        let variant = instance::pointer(object, cell, "variant")?;
        gobject::g_value_set_variant(value, variant.cast());
    }
    Ok(())
}

/// An instance of a fundamental type that is none of GLib's own, through the functions that its typelib names.
///
/// # Safety
/// `value` holds such a type; `object` is live.
unsafe fn fundamental(value: *mut GValue, object: *mut PyObject, mode: Mode) -> Result<()> {
    // SAFETY: by the typelib's word the function takes a value of this type and an instance for it, of which it makes a
    // reference of its own.
    unsafe {
        let gtype = (*value).g_type;
        let instance = if object == ffi::Py_None() && mode == Mode::Value {
            std::ptr::null_mut()
        } else {
            match (hooks().fundamental_of)(object)? {
                None => return Err(type_error("Fundamental type is required")),
                Some(instance) if !fits(instance.cast(), value) => {
                    return Err(type_error("Invalid fundamental type for assignment"));
                }
                Some(instance) => instance,
            }
        };
        match (hooks().value_functions)(gtype)? {
            Some(functions) => {
                (functions.set)(value, instance);
                Ok(())
            }
            None => Err(type_error(&format!(
                "a value of type {} cannot be set",
                crate::convert::gtype::gtype_name(gtype)
            ))),
        }
    }
}
