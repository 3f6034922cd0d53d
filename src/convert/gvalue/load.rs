//! A `GValue` → its Python object.

use std::ptr;
use std::sync::OnceLock;

use gijit_plan::Kind;
use gijit_plan::types::Fundamental;
use glib_sys as glib;
use gobject_sys as gobject;
use gobject_sys::GValue;
use pyo3::ffi::{self, PyObject};

use super::{Mode, custom};
use crate::convert::cell::TypeCell;
use crate::convert::table::{hooks, table};
use crate::convert::{enumeration, foreign, gtype, instance, output, special};
use crate::python::error::{Raised, Result, type_error};
use crate::python::reference::not_null;

/// What a value holds, a new reference. Boxed values are copied: the object outlives the value. TypeError for a value
/// without a type, and for a type that nobody can convert.
///
/// # Safety
/// `value` is live and stays its owner's.
pub unsafe fn load(value: *const GValue, mode: Mode) -> Result<*mut PyObject> {
    // SAFETY: each accessor is called for the type that it is for; NULL is tested before it is read.
    unsafe {
        let gtype = (*value).g_type;
        if gtype == 0 {
            return Err(type_error("Invalid type"));
        }
        let of = super::fundamental(gtype);
        if let Some(row) = of.map(Fundamental::row)
            && let Some(kind) = row.number
        {
            return number(row.of, kind, super::bits(value, row), mode);
        }
        let object = match of {
            Some(Fundamental::String) => output::utf8_out_none(gobject::g_value_get_string(value)),
            Some(Fundamental::Enum) => {
                let number = gobject::g_value_get_enum(value);
                if mode == Mode::Value {
                    ffi::PyLong_FromLong(number.into())
                } else {
                    enumeration::enum_out(number, (hooks().cell_of_type)(gtype)?)
                }
            }
            Some(Fundamental::Flags) => {
                let bits = gobject::g_value_get_flags(value);
                if mode == Mode::Value {
                    ffi::PyLong_FromUnsignedLong(bits.into())
                } else {
                    enumeration::flags_out(bits, (hooks().cell_of_type)(gtype)?)
                }
            }
            Some(Fundamental::Pointer) => return pointer(value, gtype, mode),
            Some(Fundamental::Boxed) => return boxed(value, gtype, mode),
            Some(Fundamental::Object | Fundamental::Interface) => {
                if let Some(known) = custom::load(value) {
                    return known;
                }
                let object = gobject::g_value_get_object(value);
                if object.is_null() {
                    output::none()
                } else {
                    static CELL: OnceLock<&'static TypeCell> = OnceLock::new();
                    let cell = match CELL.get() {
                        Some(cell) => cell,
                        None => {
                            let cell = (hooks().cell_of_type)(gobject::G_TYPE_OBJECT)?;
                            CELL.get_or_init(|| cell)
                        }
                    };
                    (table().object_out_none)(object.cast(), *cell)
                }
            }
            Some(Fundamental::Variant) => {
                let variant = gobject::g_value_get_variant(value);
                if variant.is_null() {
                    output::none()
                } else {
                    let cell = (hooks().cell_of_type)(gobject::G_TYPE_VARIANT)?;
                    return special::variant_output(variant.cast(), cell, false);
                }
            }
            _ => {
                if let Some(known) = custom::load(value) {
                    return known;
                }
                return fundamental(value, gtype);
            }
        };
        not_null(object)
    }
}

/// The same by the generic rules, but that a boxed value stays the value's own: then the wrapper is lent, which is said with
/// it.
///
/// # Safety
/// As for [`load`].
#[inline]
pub unsafe fn lend(value: *const GValue) -> Result<(*mut PyObject, bool)> {
    // SAFETY: by the caller's word.
    unsafe {
        let gtype = (*value).g_type;
        let is_boxed = !Fundamental::is_number(gtype)
            && gobject::g_type_fundamental(gtype) == gobject::G_TYPE_BOXED;
        if !is_boxed {
            return Ok((load(value, Mode::Generic)?, false));
        }
        lend_boxed(value, gtype)
    }
}

/// # Safety
/// As for [`lend`]; of a boxed type.
unsafe fn lend_boxed(value: *const GValue, gtype: usize) -> Result<(*mut PyObject, bool)> {
    // SAFETY: by the caller's word.
    unsafe {
        if let Some(known) = unwrapped(value, gtype, Mode::Generic) {
            return Ok((known?, false));
        }
        let cell = (hooks().cell_of_type)(gtype)?;
        // The class is made first: only then is the GType known.
        cell.class()?;
        let pointer = gobject::g_value_get_boxed(value);
        Ok((not_null((hooks().boxed_lend)(pointer, cell))?, true))
    }
}

/// A number. Of the two chars, the generic path makes a text and a byte.
#[inline]
fn number(of: Fundamental, kind: Kind, bits: u64, mode: Mode) -> Result<*mut PyObject> {
    if mode != Mode::Generic || !matches!(of, Fundamental::Char | Fundamental::UChar) {
        // SAFETY: the kind of a scalar.
        return not_null(unsafe { output::scalar(kind, bits) });
    }
    let byte = [bits as u8];
    let byte = byte.as_ptr().cast();
    // SAFETY: makes new objects; the byte is read at once.
    not_null(unsafe {
        match of {
            Fundamental::Char => ffi::PyUnicode_FromStringAndSize(byte, 1),
            _ => ffi::PyBytes_FromStringAndSize(byte, 1),
        }
    })
}

/// # Safety
/// `value` holds an address.
unsafe fn pointer(value: *const GValue, gtype: usize, mode: Mode) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        if gtype == gobject::g_gtype_get_type() {
            return not_null((table().gtype_out)(gobject::g_value_get_gtype(value)));
        }
        if let Some(known) = custom::load(value) {
            return known;
        }
        let pointer = gobject::g_value_get_pointer(value);
        if mode == Mode::Value {
            return not_null(ffi::PyLong_FromUnsignedLongLong(pointer as u64));
        }
        if pointer.is_null() {
            return Ok(output::none());
        }
        not_null((hooks().pointer_new)(pointer, gtype))
    }
}

/// # Safety
/// `value` holds a boxed type.
unsafe fn boxed(value: *const GValue, gtype: usize, mode: Mode) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        if let Some(known) = unwrapped(value, gtype, mode) {
            return known;
        }
        let cell = (hooks().cell_of_type)(gtype)?;
        not_null((table().boxed_out_none)(
            gobject::g_value_get_boxed(value),
            cell,
        ))
    }
}

/// What stands in Python for a boxed value of a type that has no wrappers, or for none; None if it needs a wrapper.
///
/// # Safety
/// `value` holds a boxed type.
unsafe fn unwrapped(
    value: *const GValue,
    gtype: usize,
    mode: Mode,
) -> Option<Result<*mut PyObject>> {
    // SAFETY: the pointer is read as what its type says.
    unsafe {
        let pointer = gobject::g_value_get_boxed(value);
        if gtype == gtype::pyobject_gtype() {
            return Some(Ok(if pointer.is_null() {
                output::none()
            } else {
                ffi::Py_NewRef(pointer.cast())
            }));
        }
        if gobject::g_type_is_a(gtype, glib::g_strv_get_type()) != 0 {
            return Some(strv(pointer.cast()));
        }
        if gobject::g_type_is_a(gtype, gobject::g_value_array_get_type()) != 0 {
            return Some(value_array(pointer.cast(), mode));
        }
        if let Some(known) = custom::load(value) {
            return Some(known);
        }
        if pointer.is_null() {
            return Some(Ok(output::none()));
        }
        if let Some(known) = foreign::from_value(value) {
            return Some(known);
        }
        if gtype == gobject::g_value_get_type() {
            return Some(load(pointer.cast(), Mode::Generic));
        }
        if gtype == glib::g_error_get_type() {
            return Some(special::error_output(pointer.cast(), false));
        }
        if gtype == glib::g_gstring_get_type() {
            let string = pointer.cast::<glib::GString>();
            let len = (*string).len as isize;
            return Some(not_null(ffi::PyUnicode_FromStringAndSize(
                (*string).str,
                len,
            )));
        }
        None
    }
}

/// # Safety
/// `strings` is NULL or ends with one.
unsafe fn strv(strings: *const *const std::ffi::c_char) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; the list takes each new reference.
    unsafe {
        let mut n = 0;
        while !strings.is_null() && !(*strings.add(n)).is_null() {
            n += 1;
        }
        let list = not_null(ffi::PyList_New(n as isize))?;
        for i in 0..n {
            let text = output::utf8_out_none(*strings.add(i));
            if text.is_null() {
                ffi::Py_DECREF(list);
                return Err(Raised);
            }
            ffi::PyList_SET_ITEM(list, i as isize, text);
        }
        Ok(list)
    }
}

/// # Safety
/// `array` is NULL or live.
unsafe fn value_array(array: *const gobject::GValueArray, mode: Mode) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; the list takes each new reference.
    unsafe {
        let n = array.as_ref().map_or(0, |array| array.n_values);
        let list = not_null(ffi::PyList_New(n as isize))?;
        for i in 0..n {
            let item = (*array).values.add(i as usize);
            // An item without a type is nothing, and not an error of the others.
            let object = if (*item).g_type == 0 {
                Ok(output::none())
            } else {
                load(item, mode)
            };
            match object {
                Ok(object) => ffi::PyList_SET_ITEM(list, i as isize, object),
                Err(raised) => {
                    ffi::Py_DECREF(list);
                    return Err(raised);
                }
            }
        }
        Ok(list)
    }
}

/// An instance of a fundamental type that is none of GLib's own, through the functions that its typelib names.
///
/// # Safety
/// `value` holds such a type.
unsafe fn fundamental(value: *const GValue, gtype: usize) -> Result<*mut PyObject> {
    // SAFETY: by the typelib's word the function takes a value of this type and lends what is in it.
    unsafe {
        let Some(functions) = (hooks().value_functions)(gtype)? else {
            return Err(type_error(&format!(
                "a value of type {} cannot be converted",
                crate::convert::gtype::gtype_name(gtype)
            )));
        };
        let held = (functions.get)(value);
        if held.is_null() {
            return Ok(output::none());
        }
        let actual = instance::gtype_of(held);
        let cell = (hooks().cell_of_type)(actual)?;
        // The class brings the reference functions, which are needed to wrap.
        cell.class()?;
        not_null((table().object_out_none)(held, ptr::from_ref(cell)))
    }
}
