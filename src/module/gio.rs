//! What the overrides of Gio need of C: a value of settings, without an object for each step on the way.
//!
//! Gio is not linked: its functions are those of the library that its typelib names.

use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::OnceLock;

use glib_sys as glib;
use glib_sys::{GVariant, gboolean};
use gobject_sys as gobject;
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::convert::input;
use crate::convert::variant::unpack;
use crate::module::fetch;
use crate::object::instance::base;
use crate::object::rows::library::library;
use crate::python;
use crate::python::error::Result;

library! {
    Gio of "Gio" {
        settings_type = "g_settings_get_type": fn() -> usize;
        settings_value = "g_settings_get_value": fn(*mut c_void, *const c_char) -> *mut GVariant;
        schema_has_key = "g_settings_schema_has_key": fn(*mut c_void, *const c_char) -> gboolean;
        schema_unref = "g_settings_schema_unref": fn(*mut c_void);
    }
}

/// Gio's functions, and what settings have their schema as.
struct Functions {
    gio: Gio,
    schema: glib::GQuark,
}

fn functions() -> Result<&'static Functions> {
    static KNOWN: OnceLock<Functions> = OnceLock::new();
    if let Some(known) = KNOWN.get() {
        return Ok(known);
    }
    let gio = Gio::find()?;
    // SAFETY: a text that lives for ever.
    let schema = unsafe { glib::g_quark_from_static_string(c"gijit-settings-schema".as_ptr()) };
    Ok(KNOWN.get_or_init(|| Functions { gio, schema }))
}

/// The value of a key of a `Gio.Settings`, as Python data. KeyError for a key that its schema has not, for which GLib would
/// end the program.
#[pyfunction]
pub fn settings_get(settings: &Bound<'_, PyAny>, key: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let py = settings.py();
    let functions = functions().map_err(|raised| fetch(py, raised))?;
    // SAFETY: a live object.
    let object = unsafe { base::gobject_of(settings.as_ptr()) };
    let object = object.map_err(|raised| fetch(py, raised))?;
    // SAFETY: a live instance, and a function of Gio's.
    let object = object.filter(|&object| unsafe {
        gobject::g_type_check_instance_is_a(object.cast(), (functions.gio.settings_type)()) != 0
    });
    let Some(object) = object else {
        let found = settings.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "Expected Gio.Settings, but got {found}"
        )));
    };
    let value = if key.is_instance_of::<PyString>() {
        // SAFETY: the text lives as long as the str.
        let name = unsafe { input::utf8(key.as_ptr()) }.map_err(|raised| fetch(py, raised))?;
        // SAFETY: the wrapper holds the object and the caller the key. The GIL is given up: where settings are kept may be
        // Python's own business.
        unsafe { python::without_gil(|| value_of(functions, object, name)) }
    } else {
        ptr::null_mut()
    };
    if value.is_null() {
        return Err(PyKeyError::new_err(format!("unknown key: {}", key.repr()?)));
    }
    let value = unpack::Held(value);
    // SAFETY: a live variant; the result is a new reference.
    unsafe {
        let object = unpack::unpack(value.0).map_err(|raised| fetch(py, raised))?;
        Ok(Bound::from_owned_ptr(py, object).unbind())
    }
}

/// The value of a key, a new reference; NULL if the schema has no such key.
///
/// # Safety
/// The object is a live GSettings, and `name` a live text.
unsafe fn value_of(
    functions: &Functions,
    object: *mut gobject::GObject,
    name: *const c_char,
) -> *mut GVariant {
    // SAFETY: by the caller's word.
    unsafe {
        let schema = schema_of(functions, object);
        if (functions.gio.schema_has_key)(schema, name) == glib::GFALSE {
            return ptr::null_mut();
        }
        (functions.gio.settings_value)(object.cast(), name)
    }
}

/// The schema of a GSettings, borrowed. It has one from its construction to its end; to ask it each time by its property
/// would take longer than all the rest, so it remembers a reference.
///
/// # Safety
/// The object is a live GSettings.
unsafe fn schema_of(functions: &Functions, object: *mut gobject::GObject) -> *mut c_void {
    let quark = functions.schema;
    // SAFETY: by the caller's word; the property gives a reference, which is the object's data from then on. If another thread
    // was here meanwhile, its reference goes, and the settings have their own.
    unsafe {
        let known = gobject::g_object_get_qdata(object, quark);
        if !known.is_null() {
            return known;
        }
        let mut schema: *mut c_void = ptr::null_mut();
        gobject::g_object_get(
            object,
            c"settings-schema".as_ptr(),
            &raw mut schema,
            ptr::null::<c_char>(),
        );
        gobject::g_object_set_qdata_full(object, quark, schema, Some(functions.gio.schema_unref));
        schema
    }
}
