//! Classes of a namespace that are made here and not only of their typelib: which type each derives from.
//!
//! Such a type brings operators, constructors and methods; methods of the typelib that it has itself are left out.

use std::ffi::CString;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyTypeObject};

use crate::convert::gtype::pyobject_gtype;
use crate::object::property::paramspec;
use crate::object::record::{value, variant};
use crate::object::rows;
use crate::python::error::Result;

struct Types {
    paramspec: *mut PyTypeObject,
    value: *mut PyTypeObject,
    variant: *mut PyTypeObject,
}

// SAFETY: the types are immortal and written once.
unsafe impl Send for Types {}
// SAFETY: as above.
unsafe impl Sync for Types {}

static TYPES: OnceLock<Types> = OnceLock::new();

/// Makes the types; once, after those that they derive from.
pub fn initialise() -> Result<()> {
    let _ = TYPES.set(Types {
        paramspec: paramspec::initialise()?,
        value: value::initialise()?,
        variant: variant::initialise()?,
    });
    Ok(())
}

/// The GTypes that the module offers by name. Those of GLib's that register themselves at their first use are
/// registered here, so that all can be found by name.
pub fn constants() -> [(&'static str, usize); 2] {
    pyobject_gtype();
    // SAFETY: these functions register types.
    unsafe {
        gobject_sys::g_gtype_get_type();
        gobject_sys::g_value_get_type();
        glib_sys::g_strv_get_type();
        glib_sys::g_error_get_type();
        [
            ("TYPE_INVALID", 0),
            ("TYPE_GSTRING", glib_sys::g_gstring_get_type()),
        ]
    }
}

/// The type that a class derives from in place of the usual one.
pub fn base(namespace: &str, name: &str) -> Option<*mut PyTypeObject> {
    let types = TYPES.get()?;
    match (namespace, name) {
        ("Gio", "ListModel") => Some(rows::types().list_model),
        ("Gtk", "TreeModel") => Some(rows::types().tree_model),
        ("GObject", "ParamSpec") => Some(types.paramspec),
        ("GObject", "Value") => Some(types.value),
        ("GLib", "Variant") => Some(types.variant),
        _ => None,
    }
}

/// Whether a type has a member of its own with this name.
///
/// # Safety
/// `base` is live.
pub unsafe fn has(base: *mut PyTypeObject, name: &str) -> bool {
    let name = CString::new(name).unwrap_or_default();
    // SAFETY: the dict of a heap type, and a borrowed item.
    unsafe { !ffi::PyDict_GetItemString((*base).tp_dict, name.as_ptr()).is_null() }
}

/// What is left to do when the class has been made.
///
/// # Safety
/// `class` is the class of that name, fresh.
pub unsafe fn finish(namespace: &str, name: &str, class: *mut PyTypeObject) -> Result<()> {
    // SAFETY: passed on.
    unsafe {
        match (namespace, name) {
            ("GObject", "Value") => value::finish(class),
            ("GLib", "Variant") => variant::finish(class),
            ("GObject", _) => return paramspec::finish(name, class),
            _ => {}
        }
    }
    Ok(())
}
