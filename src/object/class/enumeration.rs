//! Enumerations and flags of GObject as Python classes have them: their names in C, and new ones registered.
//!
//! The classes themselves are made in Python (`gi._enum`). Compat surface, section 2.7 and 3.3.

use std::ffi::{CString, c_char};
use std::ptr;

use gobject_sys as gobject;
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::convert;
use crate::convert::classes;
use crate::object::class::naming::TypeName;
use crate::object::class::registry;
use crate::object::gtype;
use crate::python::error::c_text;

/// The GType of a class.
fn gtype_of(class: &Bound<'_, PyAny>) -> PyResult<usize> {
    // SAFETY: a live object.
    match unsafe { convert::gtype::lookup(class.as_ptr()) } {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Ok(0),
        Err(_) => Err(PyErr::fetch(class.py())),
    }
}

/// Name and nick of a value of a registered enumeration, or None.
#[pyfunction]
pub fn enum_value(class: &Bound<'_, PyAny>, value: i64) -> PyResult<Option<(String, String)>> {
    crate::python::stay();
    let gtype = gtype_of(class)?;
    // SAFETY: the class is held while it is read; only the class of an enumeration is read as one.
    unsafe {
        if gobject::g_type_fundamental(gtype) != gobject::G_TYPE_ENUM {
            return Ok(None);
        }
        let info = classes::class_ref(gtype);
        let found = gobject::g_enum_get_value(info.cast(), value as i32);
        let names = found
            .as_ref()
            .map(|found| (c_text(found.value_name), c_text(found.value_nick)));
        gobject::g_type_class_unref(info.cast());
        Ok(names)
    }
}

/// Names and nicks of the members of registered flags that are in a value; `first` asks for what GLib finds first,
/// else for all.
#[pyfunction]
pub fn flags_values(
    class: &Bound<'_, PyAny>,
    value: i64,
    first: bool,
) -> PyResult<Vec<(String, String)>> {
    crate::python::stay();
    let gtype = gtype_of(class)?;
    let bits = value as u32;
    // SAFETY: the class is held while it is read; it has as many values as it says.
    unsafe {
        if gobject::g_type_fundamental(gtype) != gobject::G_TYPE_FLAGS {
            return Ok(Vec::new());
        }
        let info = classes::class_ref(gtype).cast::<gobject::GFlagsClass>();
        let names =
            |found: &gobject::GFlagsValue| (c_text(found.value_name), c_text(found.value_nick));
        let found = if first {
            let found = gobject::g_flags_get_first_value(info, bits);
            found.as_ref().map(names).into_iter().collect()
        } else {
            let values = std::slice::from_raw_parts((*info).values, (*info).n_values as usize);
            let within = values
                .iter()
                .filter(|known| known.value & bits == known.value);
            within.map(names).collect()
        };
        gobject::g_type_class_unref(info.cast());
        Ok(found)
    }
}

/// A member as (name, nick, value).
type Member = (String, String, i64);

/// The members of a class that Python has made.
fn members(class: &Bound<'_, PyType>) -> PyResult<Vec<Member>> {
    let members = class.getattr("__members__")?;
    let mut found = Vec::new();
    for item in members.call_method0("items")?.try_iter()? {
        let (name, member): (String, Bound<'_, PyAny>) = item?.extract()?;
        let nick = name.to_lowercase().replace('_', "-");
        found.push((name, nick, member.getattr("value")?.extract()?));
    }
    Ok(found)
}

/// Registers an enumeration or flags with GObject, which keeps the members for ever: the GType, 0 if GObject refuses.
fn register(name: &TypeName, members: Vec<Member>, is_flags: bool) -> usize {
    let keep = |text: String| {
        CString::new(text)
            .unwrap_or_default()
            .into_raw()
            .cast_const()
    };
    let members = members
        .into_iter()
        .map(|(name, nick, value)| (keep(name), keep(nick), value))
        .chain([(ptr::null(), ptr::null(), 0)]);
    // SAFETY: GObject copies the name, and keeps the members, which are leaked and end with one without a name.
    unsafe {
        if is_flags {
            let values = members.map(|(value_name, value_nick, value)| gobject::GFlagsValue {
                value: value as u32,
                value_name,
                value_nick,
            });
            let values: Vec<_> = values.collect();
            let values = values.leak().as_ptr();
            name.register(|name| gobject::g_flags_register_static(name.as_ptr(), values))
        } else {
            let values = members.map(|(value_name, value_nick, value)| gobject::GEnumValue {
                value: value as i32,
                value_name,
                value_nick,
            });
            let values: Vec<_> = values.collect();
            let values = values.leak().as_ptr();
            name.register(|name| gobject::g_enum_register_static(name.as_ptr(), values))
        }
    }
}

/// Registers a Python enumeration with GObject: its class gets `__gtype__`.
#[pyfunction]
pub fn enum_register(class: &Bound<'_, PyType>, type_name_given: Option<&str>) -> PyResult<()> {
    crate::python::stay();
    let name = TypeName::of_class(class, type_name_given)?;
    let gtype = register(&name, members(class)?, false);
    registered(class, gtype, "enum", &name)
}

/// Registers Python flags with GObject: their class gets `__gtype__`.
#[pyfunction]
pub fn flags_register(class: &Bound<'_, PyType>, type_name_given: Option<&str>) -> PyResult<()> {
    crate::python::stay();
    let name = TypeName::of_class(class, type_name_given)?;
    let gtype = register(&name, members(class)?, true);
    registered(class, gtype, "flags", &name)
}

/// The GType with this name of an enumeration or flags of a library that has none for them: registered at the first
/// need, with `members` (name, nick, value). Its values are members of the class.
#[pyfunction]
pub fn plain_gtype(
    class: &Bound<'_, PyType>,
    name: &str,
    members: Vec<Member>,
    is_flags: bool,
) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let name = CString::new(name)?;
    // SAFETY: a C string.
    let mut gtype = unsafe { gobject::g_type_from_name(name.as_ptr()) };
    let name = TypeName::Common(name);
    if gtype == 0 {
        gtype = register(&name, members, is_flags);
    }
    if gtype == 0 {
        return Err(refused("enum", &name));
    }
    registry::remember_class(gtype, class.as_ptr().cast::<ffi::PyTypeObject>());
    // SAFETY: makes a new object.
    Ok(unsafe { Bound::from_owned_ptr_or_err(class.py(), gtype::gtype_out(gtype))? }.unbind())
}

fn refused(what: &str, name: &TypeName) -> PyErr {
    let name = name.shown();
    PyRuntimeError::new_err(format!("Unable to register {what} '{name}'"))
}

fn registered(
    class: &Bound<'_, PyType>,
    gtype: usize,
    what: &str,
    name: &TypeName,
) -> PyResult<()> {
    let py = class.py();
    if gtype == 0 {
        return Err(refused(what, name));
    }
    // SAFETY: makes a new object.
    let object = unsafe { Bound::from_owned_ptr_or_err(py, gtype::gtype_out(gtype))? };
    class.setattr("__gtype__", object)?;
    registry::remember_class(gtype, class.as_ptr().cast::<ffi::PyTypeObject>());
    Ok(())
}

/// The class of an enumeration or flags type that GObject knows and no typelib describes: made of what GObject says.
pub fn generated(py: Python<'_>, gtype: usize, name: &str) -> PyResult<Py<PyAny>> {
    let is_flags;
    let members = pyo3::types::PyList::empty(py);
    // SAFETY: the class is held while it is read; it has as many values as it says.
    unsafe {
        is_flags = gobject::g_type_fundamental(gtype) == gobject::G_TYPE_FLAGS;
        let info = classes::class_ref(gtype);
        let add = |nick: *const c_char, value: i64| {
            let member = c_text(nick).to_uppercase().replace('-', "_");
            members.append((member, value))
        };
        let mut result = Ok(());
        if is_flags {
            let info = info.cast::<gobject::GFlagsClass>();
            for i in 0..(*info).n_values as usize {
                let value = &*(*info).values.add(i);
                result = result.and_then(|()| add(value.value_nick, value.value.into()));
            }
        } else {
            let info = info.cast::<gobject::GEnumClass>();
            for i in 0..(*info).n_values as usize {
                let value = &*(*info).values.add(i);
                result = result.and_then(|()| add(value.value_nick, value.value.into()));
            }
        }
        gobject::g_type_class_unref(info.cast());
        result?;
    }
    // SAFETY: makes a new object.
    let object = unsafe { Bound::from_owned_ptr_or_err(py, gtype::gtype_out(gtype))? };
    let class = py.import("gi._enum")?.getattr("make")?.call(
        (name, "__gi__", members, is_flags, object),
        None::<&Bound<'_, PyDict>>,
    )?;
    Ok(class.unbind())
}

/// The class of an enumeration of a namespace, as an attribute of `module`; `g_type` is None or its GType.
#[pyfunction]
pub fn enum_add<'py>(
    module: &Bound<'py, PyModule>,
    name: &str,
    g_type: &Bound<'py, PyAny>,
    enum_info: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    crate::python::stay();
    add(
        module,
        name,
        g_type,
        enum_info,
        gobject::G_TYPE_ENUM,
        "enum",
    )
}

/// The class of flags of a namespace, as an attribute of `module`; `g_type` is None or their GType.
#[pyfunction]
pub fn flags_add<'py>(
    module: &Bound<'py, PyModule>,
    name: &str,
    g_type: &Bound<'py, PyAny>,
    flags_info: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    crate::python::stay();
    add(
        module,
        name,
        g_type,
        flags_info,
        gobject::G_TYPE_FLAGS,
        "flags",
    )
}

fn add<'py>(
    module: &Bound<'py, PyModule>,
    name: &str,
    g_type: &Bound<'py, PyAny>,
    info: &Bound<'py, PyAny>,
    fundamental: usize,
    what: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let gtype = gtype_of(g_type)?;
    // SAFETY: any number may be asked for.
    let found = unsafe { gobject::g_type_fundamental(gtype) };
    if !g_type.is_none() && gtype != gobject::G_TYPE_NONE && found != fundamental {
        return Err(PyTypeError::new_err(format!(
            "{} is no {what} type",
            g_type.repr()?
        )));
    }
    let namespace: String = info.call_method0("get_namespace")?.extract()?;
    let entry: String = info.call_method0("get_name_unescaped")?.extract()?;
    let loaded = crate::invoke::bind::repository()
        .get(&namespace)
        .ok_or_else(|| PyRuntimeError::new_err(format!("Namespace '{namespace}' not loaded")))?;
    let Ok(class) = registry::class_named(&loaded, &entry) else {
        return Err(PyErr::fetch(module.py()));
    };
    // SAFETY: a class of a namespace lives for ever.
    let class = unsafe { Bound::from_borrowed_ptr(module.py(), class) };
    module.setattr(name, &class)?;
    Ok(class)
}
