//! What the overrides of Gio need of C: a value of settings, without an object for each step on the way.
//!
//! Gio is not linked: its functions are those of the library that its typelib names.

use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::OnceLock;

use glib_sys as glib;
use glib_sys::{GVariant, gboolean};
use gobject_sys as gobject;
use pyo3::exceptions::{PyKeyError, PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::{fetch, loaded};
use crate::convert::input;
use crate::convert::variant::unpack;
use crate::object::wrapper;
use crate::python;

type Gtype = unsafe extern "C" fn() -> usize;
type Value = unsafe extern "C" fn(*mut c_void, *const c_char) -> *mut GVariant;
type HasKey = unsafe extern "C" fn(*mut c_void, *const c_char) -> gboolean;
type Unref = unsafe extern "C" fn(*mut c_void);

/// The functions of Gio's.
struct Functions {
    settings_type: Gtype,
    settings_value: Value,
    schema_has_key: HasKey,
    schema_unref: Unref,
    /// What settings have their schema as.
    schema: glib::GQuark,
}

fn functions() -> PyResult<&'static Functions> {
    static KNOWN: OnceLock<Functions> = OnceLock::new();
    if let Some(known) = KNOWN.get() {
        return Ok(known);
    }
    let gio = loaded("Gio")?;
    let find = |name: &str| {
        gio.symbol(name)
            .map_err(|error| PyRuntimeError::new_err(error.to_string()))
    };
    let (settings_type, settings_value) =
        (find("g_settings_get_type")?, find("g_settings_get_value")?);
    let (has_key, unref) = (
        find("g_settings_schema_has_key")?,
        find("g_settings_schema_unref")?,
    );
    // SAFETY: the types are those of Gio's headers, and a library that is loaded stays.
    let found = unsafe {
        Functions {
            settings_type: std::mem::transmute::<ptr::NonNull<c_void>, Gtype>(settings_type),
            settings_value: std::mem::transmute::<ptr::NonNull<c_void>, Value>(settings_value),
            schema_has_key: std::mem::transmute::<ptr::NonNull<c_void>, HasKey>(has_key),
            schema_unref: std::mem::transmute::<ptr::NonNull<c_void>, Unref>(unref),
            schema: glib::g_quark_from_static_string(c"gijit-settings-schema".as_ptr()),
        }
    };
    Ok(KNOWN.get_or_init(|| found))
}

/// The value of a key of a `Gio.Settings`, as Python data. KeyError for a key that its schema has not, for which GLib would
/// end the program.
#[pyfunction]
pub fn settings_get(settings: &Bound<'_, PyAny>, key: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let py = settings.py();
    let functions = functions()?;
    // SAFETY: a live object.
    let object = unsafe { wrapper::gobject_of(settings.as_ptr()) };
    let object = object.map_err(|raised| fetch(py, raised))?;
    // SAFETY: a live instance, and a function of Gio's.
    let object = object.filter(|&object| unsafe {
        gobject::g_type_check_instance_is_a(object.cast(), (functions.settings_type)()) != 0
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
        if (functions.schema_has_key)(schema, name) == glib::GFALSE {
            return ptr::null_mut();
        }
        (functions.settings_value)(object.cast(), name)
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
        gobject::g_object_set_qdata_full(object, quark, schema, Some(functions.schema_unref));
        schema
    }
}
