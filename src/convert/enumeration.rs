//! Enumerations and flags, both ways.
//!
//! The classes are made by the `object` room: `IntEnum` and `IntFlag` subclasses whose `_value2member_map_` the cell
//! holds. Compat surface, section 2.7.

use pyo3::ffi::{self, PyObject};
use std::ffi::c_int;
use std::sync::atomic::Ordering;

use gijit_plan::Kind;
use gobject_sys as gobject;

use crate::convert::cell::{Family, TypeCell};
use crate::convert::classes;
use crate::convert::{input, output};
use crate::python::error::{Raised, Result, type_error, type_name};

/// An enumeration's or flags' value for C, which stores it as a number of this kind. Members fit by the typelib's word.
///
/// # Safety
/// `object` is live.
pub unsafe fn value(object: *mut PyObject, cell: &'static TypeCell, storage: Kind) -> Result<u64> {
    let class = cell.class()?;
    // SAFETY: the object is live; only ints are read as ints.
    unsafe {
        if ffi::PyObject_TypeCheck(object, class) != 0 {
            return input::integer(Kind::I64, object);
        }
        match cell.family {
            Family::Flags => flags(object, cell, storage),
            _ => enumeration(object, cell, storage),
        }
    }
}

/// # Safety
/// `object` is live and no member of the class.
unsafe fn enumeration(
    object: *mut PyObject,
    cell: &'static TypeCell,
    storage: Kind,
) -> Result<u64> {
    // SAFETY: the object is live; `number` is dropped here; the members' dict lives as long as the cell.
    unsafe {
        if ffi::PyUnicode_Check(object) != 0 {
            return by_name(object, cell.gtype(), Family::Enum);
        }
        if ffi::PyNumber_Check(object) == 0 {
            return Err(type_error("enum values must be strings or ints"));
        }
        let members = cell.members.load(Ordering::Relaxed);
        if members.is_null() {
            return input::integer(storage, object);
        }
        let number = input::number(object)?;
        let value = if !ffi::PyDict_GetItemWithError(members, number).is_null() {
            input::integer(Kind::I64, number)
        } else if ffi::PyErr_Occurred().is_null() {
            // A number that C could not store says so. As in PyGObject, that is a C int where it is as wide as one.
            let kind = match storage {
                Kind::U32 => Kind::I32,
                kind => kind,
            };
            input::integer(kind, number).and_then(|_| Err(wrong_value(object, cell)))
        } else {
            Err(Raised)
        };
        ffi::Py_DECREF(number);
        value
    }
}

/// # Safety
/// `object` is live and no member of the class.
unsafe fn flags(object: *mut PyObject, cell: &'static TypeCell, storage: Kind) -> Result<u64> {
    // SAFETY: the object is live; items of a tuple are borrowed while the tuple is.
    unsafe {
        if ffi::PyUnicode_Check(object) != 0 {
            return by_name(object, cell.gtype(), Family::Flags);
        }
        if ffi::PyTuple_Check(object) != 0 {
            let mut bits = 0;
            for i in 0..ffi::PyTuple_Size(object) {
                bits |= value(ffi::PyTuple_GetItem(object, i), cell, storage)?;
            }
            return Ok(bits);
        }
        if ffi::PyNumber_Check(object) == 0 {
            let text = "flag values must be strings, ints, longs, or tuples";
            return Err(type_error(text));
        }
        input::integer(bits_of(storage), object)
    }
}

/// The kind of a set of bits as wide as a number: none of them is a sign.
fn bits_of(storage: Kind) -> Kind {
    match storage.size() {
        1 => Kind::U8,
        2 => Kind::U16,
        4 => Kind::U32,
        _ => Kind::U64,
    }
}

/// The number for a `GValue` of a registered enumeration or of flags, in the low 32 bits. That a member has it is not
/// asked: a value may hold any.
///
/// # Safety
/// `object` is live.
pub unsafe fn number(object: *mut PyObject, gtype: usize, family: Family) -> Result<u64> {
    // SAFETY: the object is live; items of a tuple are borrowed while the tuple is.
    unsafe {
        if ffi::PyUnicode_Check(object) != 0 {
            return by_name(object, gtype, family);
        }
        if family == Family::Flags && ffi::PyTuple_Check(object) != 0 {
            let mut bits = 0;
            for i in 0..ffi::PyTuple_Size(object) {
                bits |= number(ffi::PyTuple_GetItem(object, i), gtype, family)?;
            }
            return Ok(bits);
        }
        if ffi::PyNumber_Check(object) == 0 {
            return Err(type_error(if family == Family::Flags {
                "flag values must be strings, ints, longs, or tuples"
            } else {
                "enum values must be strings or ints"
            }));
        }
        let kind = if family == Family::Flags {
            Kind::U32
        } else {
            Kind::I32
        };
        input::integer(kind, object)
    }
}

/// The value with this name or nick.
///
/// # Safety
/// `object` is a live str.
unsafe fn by_name(object: *mut PyObject, gtype: usize, family: Family) -> Result<u64> {
    let what = if family == Family::Flags {
        "flag"
    } else {
        "enum"
    };
    if gtype == 0 {
        return Err(type_error(&format!(
            "could not convert string to {what} because there is no GType associated to look up the value"
        )));
    }
    // Half a character names nothing.
    // SAFETY: the class is held while it is searched; the string is borrowed from the live str.
    let value = unsafe {
        let Ok(name) = input::utf8(object) else {
            ffi::PyErr_Clear();
            return Err(type_error("could not convert string"));
        };
        let class = classes::class_ref(gtype);
        let value = if family == Family::Flags {
            let class = class.cast();
            let mut found = gobject::g_flags_get_value_by_name(class, name);
            if found.is_null() {
                found = gobject::g_flags_get_value_by_nick(class, name);
            }
            found.as_ref().map(|found| u64::from(found.value))
        } else {
            let class = class.cast();
            let mut found = gobject::g_enum_get_value_by_name(class, name);
            if found.is_null() {
                found = gobject::g_enum_get_value_by_nick(class, name);
            }
            found.as_ref().map(|found| i64::from(found.value) as u64)
        };
        gobject::g_type_class_unref(class);
        value
    };
    value.ok_or_else(|| type_error("could not convert string"))
}

/// # Safety
/// `object` is live.
unsafe fn wrong_value(object: *mut PyObject, cell: &TypeCell) -> Raised {
    // SAFETY: the object is live.
    let found = unsafe { type_name(object) };
    type_error(&format!("Expected a {}, but got {found}", cell.of))
}

/// See the slot of this name: what [`value`] does for an exact int, without making a class or an exception.
pub unsafe extern "C" fn enum_get(
    object: *mut PyObject,
    cell: *const TypeCell,
    out: *mut i32,
) -> c_int {
    // SAFETY: the contract of the slot: an exact int, a cell, which is never freed, and room for the value.
    unsafe {
        let members = (*cell).members.load(Ordering::Relaxed);
        let mut wide = 0;
        if members.is_null() || input::long_as_i64(object, &mut wide) == 0 {
            return 0;
        }
        let Ok(value) = i32::try_from(wide) else {
            return 0;
        };
        if ffi::PyDict_GetItemWithError(members, object).is_null() {
            ffi::PyErr_Clear();
            return 0;
        }
        out.write(value);
        1
    }
}

/// The member or flags that C stores as this number: a new reference, or NULL with an exception set. What has no member is
/// a plain int, or a combination of flags.
///
/// # Safety
/// The GIL is held.
pub unsafe fn output(bits: u64, cell: &'static TypeCell, storage: Kind) -> *mut PyObject {
    // SAFETY: a live cell.
    unsafe {
        match (cell.family, storage.size()) {
            (Family::Flags, 4) => flags_out(bits as u32, cell),
            (Family::Flags, _) => flags_of(output::scalar(bits_of(storage), bits), cell),
            (_, 4) => enum_out(bits as i32, cell),
            _ => {
                let number = output::scalar(storage, bits);
                if number.is_null() {
                    return number;
                }
                member(number, cell).unwrap_or(number)
            }
        }
    }
}

pub unsafe extern "C" fn enum_out(value: i32, cell: *const TypeCell) -> *mut PyObject {
    // SAFETY: the contract of the slot: a cell, which is never freed. An unknown value is a plain int.
    unsafe {
        let cell = &*cell;
        if value < 0 {
            // The members of some enumerations do not fit a C int as it is.
            let number = ffi::PyLong_FromUnsignedLong((value as u32).into());
            if number.is_null() {
                return number;
            }
            if let Some(member) = member(number, cell) {
                return member;
            }
            ffi::Py_DECREF(number);
        }
        let number = ffi::PyLong_FromLong(value.into());
        if number.is_null() {
            return number;
        }
        member(number, cell).unwrap_or(number)
    }
}

pub unsafe extern "C" fn flags_out(value: u32, cell: *const TypeCell) -> *mut PyObject {
    // SAFETY: the contract of the slot: a cell, which is never freed.
    unsafe { flags_of(ffi::PyLong_FromUnsignedLong(value.into()), &*cell) }
}

/// The flags that are in a number, which is given up. A combination without a name is made by the class.
///
/// # Safety
/// `number` is an owned int, or NULL with an exception set.
unsafe fn flags_of(number: *mut PyObject, cell: &'static TypeCell) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe {
        if number.is_null() {
            return number;
        }
        if let Some(member) = member(number, cell) {
            return member;
        }
        let Ok(class) = cell.class() else {
            ffi::Py_DECREF(number);
            return std::ptr::null_mut();
        };
        let member = ffi::PyObject_CallOneArg(class.cast(), number);
        ffi::Py_DECREF(number);
        member
    }
}

/// The member with this value, as a new reference for which `number` is given up; None, keeping `number`, where
/// there is none.
///
/// # Safety
/// `number` is an owned int.
unsafe fn member(number: *mut PyObject, cell: &'static TypeCell) -> Option<*mut PyObject> {
    if cell.class().is_err() {
        // SAFETY: the plain number is a fair answer; what went wrong with the class is said when it is named.
        unsafe { ffi::PyErr_Clear() };
        return None;
    }
    let members = cell.members.load(Ordering::Relaxed);
    if members.is_null() {
        return None;
    }
    // SAFETY: the members' dict and the number are live; the item is borrowed, so it is referenced at once.
    unsafe {
        let member = ffi::PyDict_GetItemWithError(members, number);
        if member.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        ffi::Py_INCREF(member);
        ffi::Py_DECREF(number);
        Some(member)
    }
}
