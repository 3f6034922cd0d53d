//! Enumerations and flags.

use std::ffi::{CStr, c_int};
use std::ptr;

use gobject_sys as gobject;
use pyo3::ffi;

use crate::capi::{Object, Text};
use crate::convert::cell::Family;
use crate::convert::classes;
use crate::convert::enumeration;
use crate::convert::gtype::gtype_name;
use crate::object::class::{cells, registry};
use crate::python::error::{Raised, Result, type_error};

pub unsafe extern "C" fn enum_get_value(gtype: usize, object: Object, value: *mut c_int) -> c_int {
    // SAFETY: called with NULL or a live object, and room for the value.
    crate::guard(|| unsafe {
        *value = number(gtype, object, Family::Enum)? as c_int;
        Ok(())
    })
    .map_or(-1, |()| 0)
}

pub unsafe extern "C" fn flags_get_value(gtype: usize, object: Object, value: *mut u32) -> c_int {
    // SAFETY: as above.
    crate::guard(|| unsafe {
        *value = number(gtype, object, Family::Flags)? as u32;
        Ok(())
    })
    .map_or(-1, |()| 0)
}

/// # Safety
/// `object` is NULL or live.
unsafe fn number(gtype: usize, object: Object, family: Family) -> Result<u64> {
    if object.is_null() {
        return Ok(0);
    }
    // SAFETY: by the caller's word.
    unsafe { enumeration::number(object, gtype, family) }
}

/// The member of a value: an int where none has it.
pub unsafe extern "C" fn enum_from_gtype(gtype: usize, value: c_int) -> Object {
    crate::guard(|| {
        check(gtype, gobject::G_TYPE_ENUM)?;
        // SAFETY: the cell of an enumeration.
        Ok(unsafe { enumeration::enum_out(value, cells::of_type(gtype)?) })
    })
    .unwrap_or(ptr::null_mut())
}

pub unsafe extern "C" fn flags_from_gtype(gtype: usize, value: u32) -> Object {
    crate::guard(|| {
        check(gtype, gobject::G_TYPE_FLAGS)?;
        // SAFETY: the cell of flags.
        Ok(unsafe { enumeration::flags_out(value, cells::of_type(gtype)?) })
    })
    .unwrap_or(ptr::null_mut())
}

fn check(gtype: usize, fundamental: usize) -> Result<()> {
    // SAFETY: any number may be asked for.
    if unsafe { gobject::g_type_fundamental(gtype) } == fundamental {
        return Ok(());
    }
    let what = if fundamental == gobject::G_TYPE_ENUM {
        "enum"
    } else {
        "flags"
    };
    Err(type_error(&format!(
        "{} is no {what} type",
        gtype_name(gtype)
    )))
}

/// What GObject knows of the members: their names in C and values.
fn members(gtype: usize, fundamental: usize) -> Result<Vec<(&'static CStr, i64)>> {
    check(gtype, fundamental)?;
    // SAFETY: the class of a registered type, which has as many values as it says; they live for ever.
    unsafe {
        let class = classes::class_ref(gtype);
        let found = if fundamental == gobject::G_TYPE_ENUM {
            let class = class.cast::<gobject::GEnumClass>();
            (0..(*class).n_values as usize)
                .map(|i| &*(*class).values.add(i))
                .map(|known| (CStr::from_ptr(known.value_name), known.value.into()))
                .collect()
        } else {
            let class = class.cast::<gobject::GFlagsClass>();
            (0..(*class).n_values as usize)
                .map(|i| &*(*class).values.add(i))
                .map(|known| (CStr::from_ptr(known.value_name), known.value.into()))
                .collect()
        };
        gobject::g_type_class_unref(class.cast());
        Ok(found)
    }
}

/// A constant of a module for each member, named as in C but for a prefix. `value` gives a new reference.
///
/// # Safety
/// `module` is a live module, `prefix` a C string.
unsafe fn add_members(
    module: Object,
    gtype: usize,
    prefix: Text,
    fundamental: usize,
    value: impl Fn(i64) -> Object,
) -> Result<()> {
    for (name, number) in members(gtype, fundamental)? {
        let object = value(number);
        if object.is_null() {
            return Err(Raised);
        }
        // SAFETY: by the caller's word; the module takes a reference of its own.
        let status = unsafe {
            let name = constant_strip_prefix(name.as_ptr(), prefix);
            let status = ffi::PyObject_SetAttrString(module, name, object);
            ffi::Py_DECREF(object);
            status
        };
        if status < 0 {
            return Err(Raised);
        }
    }
    Ok(())
}

/// Adds the members of an enumeration to a module, as ints.
pub unsafe extern "C" fn enum_add_constants(module: Object, gtype: usize, prefix: Text) {
    // SAFETY: called with a live module and a C string.
    crate::guard(|| unsafe {
        add_members(module, gtype, prefix, gobject::G_TYPE_ENUM, |number| {
            ffi::PyLong_FromLongLong(number)
        })
    });
}

pub unsafe extern "C" fn flags_add_constants(module: Object, gtype: usize, prefix: Text) {
    // SAFETY: as above.
    crate::guard(|| unsafe {
        add_members(module, gtype, prefix, gobject::G_TYPE_FLAGS, |number| {
            ffi::PyLong_FromLongLong(number)
        })
    });
}

/// The class of an enumeration that GObject knows, and its members, as attributes of a module.
pub unsafe extern "C" fn enum_add(
    module: Object,
    name: Text,
    prefix: Text,
    gtype: usize,
) -> Object {
    // SAFETY: passed on.
    crate::guard(|| unsafe { add(module, name, prefix, gtype, gobject::G_TYPE_ENUM) })
        .unwrap_or(ptr::null_mut())
}

pub unsafe extern "C" fn flags_add(
    module: Object,
    name: Text,
    prefix: Text,
    gtype: usize,
) -> Object {
    // SAFETY: passed on.
    crate::guard(|| unsafe { add(module, name, prefix, gtype, gobject::G_TYPE_FLAGS) })
        .unwrap_or(ptr::null_mut())
}

/// # Safety
/// `module` is NULL or a live module, `name` and `prefix` are C strings.
unsafe fn add(
    module: Object,
    name: Text,
    prefix: Text,
    gtype: usize,
    fundamental: usize,
) -> Result<Object> {
    check(gtype, fundamental)?;
    // SAFETY: by the caller's word; every new reference but the result is dropped here.
    unsafe {
        let known = registry::known_class(gtype);
        let class: Object = registry::class_of(gtype)?.cast();
        if module.is_null() {
            return Ok(ffi::Py_NewRef(class));
        }
        if known.is_none() {
            // The class was made just now, of GObject's word alone: it is the module's.
            let text = ffi::PyUnicode_FromString(name);
            let module_name = ffi::PyModule_GetNameObject(module);
            let named = !text.is_null()
                && !module_name.is_null()
                && ffi::PyObject_SetAttrString(class, c"__name__".as_ptr(), text) == 0
                && ffi::PyObject_SetAttrString(class, c"__qualname__".as_ptr(), text) == 0
                && ffi::PyObject_SetAttrString(class, c"__module__".as_ptr(), module_name) == 0;
            ffi::Py_XDECREF(text);
            ffi::Py_XDECREF(module_name);
            if !named {
                return Err(Raised);
            }
        }
        if ffi::PyObject_SetAttrString(module, name, class) < 0 {
            return Err(Raised);
        }
        let cell = cells::of_type(gtype)?;
        add_members(module, gtype, prefix, fundamental, |number| {
            if fundamental == gobject::G_TYPE_ENUM {
                enumeration::enum_out(number as i32, cell)
            } else {
                enumeration::flags_out(number as u32, cell)
            }
        })?;
        Ok(ffi::Py_NewRef(class))
    }
}

/// Where a name goes on behind a prefix: where it stops being like it, or, if it has all of it, behind it; but there it
/// goes back to what an identifier can begin with. A pointer into `name`.
pub unsafe extern "C" fn constant_strip_prefix(name: Text, prefix: Text) -> Text {
    // SAFETY: called with C strings; what is looked at stands within them.
    unsafe {
        let name_text = CStr::from_ptr(name).to_bytes();
        let prefix_text = CStr::from_ptr(prefix).to_bytes();
        let same = name_text
            .iter()
            .zip(prefix_text)
            .take_while(|(a, b)| a == b)
            .count();
        if same < prefix_text.len() {
            return name.add(same);
        }
        let begins = |at: &usize| {
            name_text
                .get(*at)
                .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        };
        let start = (0..=same).rev().find(begins).unwrap_or(0);
        name.add(start)
    }
}
