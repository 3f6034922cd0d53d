//! The class of a GType: that of the namespace that describes it, or one that is made of what GObject knows.

use gobject_sys as gobject;
use pyo3::ffi::{self, PyTypeObject};

use crate::convert::gtype::gtype_name;
use crate::girepository::current;
use crate::object::class::{self, enumeration, registry};
use crate::object::pytype;
use crate::object::record::boxed;
use crate::process::repository;
use crate::python::error::{Raised, Result, runtime_error};

/// Makes the class of a GType that has none yet: borrowed, for ever.
///
/// A type that no loaded namespace describes gets a class of its own in the module `__gi__`, with the class of its
/// parent and those of its interfaces as bases; but boxed and pointer types share `GBoxed` and `GPointer`.
pub fn make(gtype: usize) -> Result<*mut PyTypeObject> {
    let name = gtype_name(gtype);
    if let Some((namespace, index)) = current().find_by_gtype_name(&name) {
        let entry = namespace
            .typelib()
            .entry(index)
            .and_then(|entry| entry.name())
            .map_err(|error| runtime_error(&error.to_string()))?;
        let object = class::class_named(&namespace, entry)?;
        registry::remember_class(gtype, object.cast());
        return Ok(object.cast());
    }
    if describe_backend(&name) {
        return registry::class_of(gtype);
    }
    generated(gtype, &name)
}

/// Loads the namespace of GDK's X11 backend if the type is one of its: of its types are the displays, windows and cursors
/// of every program on X11, which need not name it. Whether it has been loaded now.
fn describe_backend(name: &str) -> bool {
    const BACKEND: &str = "GdkX11";
    if !name.starts_with(BACKEND) || current().get(BACKEND).is_some() {
        return false;
    }
    let Some(gdk) = current().get("Gdk") else {
        return false;
    };
    // Not everybody has installed it.
    repository().require(BACKEND, Some(gdk.version())).is_ok()
}

/// A class for a GType without metadata.
fn generated(gtype: usize, name: &str) -> Result<*mut PyTypeObject> {
    // SAFETY: any number may be asked for.
    match unsafe { gobject::g_type_fundamental(gtype) } {
        // Nothing is known of them but how they are copied and freed, or not even that.
        gobject::G_TYPE_BOXED => return Ok(boxed::types().gboxed),
        gobject::G_TYPE_POINTER => return Ok(boxed::types().gpointer),
        _ => {}
    }
    // SAFETY: as above.
    let parent = unsafe { gobject::g_type_parent(gtype) };
    if parent == 0 {
        return Err(runtime_error(&format!("no class for the type {name}")));
    }
    // SAFETY: as above.
    let fundamental = unsafe { gobject::g_type_fundamental(gtype) };
    if matches!(fundamental, gobject::G_TYPE_ENUM | gobject::G_TYPE_FLAGS) {
        // SAFETY: the GIL is held wherever classes are made.
        let py = unsafe { pyo3::Python::assume_attached() };
        let class = enumeration::generated(py, gtype, name).map_err(|error| {
            error.restore(py);
            Raised
        })?;
        registry::remember_class(gtype, class.as_ptr().cast());
        return Ok(class.as_ptr().cast());
    }
    let mut bases = vec![registry::class_of(parent)?];
    let mut n = 0;
    // SAFETY: the array is `n` long and ours to free.
    let interfaces = unsafe {
        let array = gobject::g_type_interfaces(gtype, &mut n);
        let list = if array.is_null() {
            Vec::new()
        } else {
            std::slice::from_raw_parts(array, n as usize).to_vec()
        };
        glib_sys::g_free(array.cast());
        list
    };
    for interface in interfaces {
        if repository()
            .find_by_gtype_name(&gtype_name(interface))
            .is_none()
        {
            continue;
        }
        let class = registry::class_of(interface)?;
        if !pytype::inherits(&bases, class) {
            bases.push(class);
        }
    }
    let class = class::make(name, "__gi__", gtype, &bases, &mut |_| Ok(()))?;
    registry::remember_class(gtype, class);
    // SAFETY: the map holds its own reference.
    unsafe { ffi::Py_DECREF(class.cast()) };
    Ok(class)
}
