//! A class's declarations on their way to GObject: read and checked before its GType is registered, so that a mistake is an
//! exception of the class statement; installed in `class_init`.

use std::ffi::c_void;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};

use crate::closure::ties;
use crate::object::class::declaration::Declaration;
use crate::object::class::initialisers;
use crate::object::instance::construction;
use crate::object::property::{declaration as of_property, declared};
use crate::object::signal::declaration as of_signal;
use crate::python::Gil;
use crate::python::error::{Result, type_error, type_name};

/// Reads the declarations of a class: `__gproperties__` and `__gsignals__` of its own dictionary. `accessors` is
/// NULL or a dict from names of properties to objects with `fget` and `fset`. TypeError for what is malformed.
///
/// # Safety
/// `dict` is the dictionary of a live class; `parent` is a registered type.
pub unsafe fn read(
    dict: *mut PyObject,
    parent: usize,
    accessors: *mut PyObject,
) -> Result<Declaration> {
    let (mut properties, mut signals) = (Vec::new(), Vec::new());
    // SAFETY: by the caller's word; borrowed entries are held by their dictionaries.
    unsafe {
        for (key, value) in entries(dict, c"__gproperties__")? {
            let property = of_property::read(key, value, accessors)?;
            properties.push(property);
        }
        // They are listed in the order in which they are installed, and programs know them by name.
        properties.sort_by(|a, b| a.name.cmp(&b.name));
        for (key, value) in entries(dict, c"__gsignals__")? {
            signals.push(of_signal::read(key, value, parent)?);
        }
    }
    Ok(Declaration::new(properties, signals))
}

/// Makes all of it part of a class.
///
/// # Safety
/// Called by GObject with the class of the declaration's GType.
unsafe fn install(declaration: &Declaration, class: *mut gobject::GObjectClass) {
    // SAFETY: by the caller's word.
    unsafe {
        if gobject::g_type_fundamental(declaration.gtype) == gobject::G_TYPE_OBJECT {
            (*class).get_property = Some(declared::get_property);
            (*class).set_property = Some(declared::set_property);
            construction::install(class, declaration.class);
            ties::install(class, declaration.gtype);
        }
        for (i, property) in declaration.properties.iter().enumerate() {
            property.install(class, i as u32 + 1);
        }
        for (i, signal) in declaration.signals.iter().enumerate() {
            // Also where an interface of the class has one of that name.
            if !signal.install(declaration.gtype) && declaration.refused.get().is_none() {
                declaration.refused.set(Some(i));
            }
        }
    }
}

/// The entries of a dictionary in a class's dictionary, with new references to neither; none where there is none.
///
/// # Safety
/// `dict` is live; the entries are used while it is not changed.
unsafe fn entries(
    dict: *mut PyObject,
    name: &std::ffi::CStr,
) -> Result<Vec<(*mut PyObject, *mut PyObject)>> {
    let mut found = Vec::new();
    // SAFETY: by the caller's word.
    unsafe {
        let entries = ffi::PyDict_GetItemString(dict, name.as_ptr());
        if entries.is_null() {
            return Ok(found);
        }
        let name = name.to_string_lossy();
        if ffi::PyDict_Check(entries) == 0 {
            return Err(type_error(&format!("{name} attribute not a dict!")));
        }
        let (mut at, mut key, mut value) = (0, std::ptr::null_mut(), std::ptr::null_mut());
        while ffi::PyDict_Next(entries, &mut at, &mut key, &mut value) != 0 {
            if ffi::PyUnicode_Check(key) == 0 {
                return Err(type_error(&format!(
                    "{name} keys must be strings, not {}",
                    type_name(key)
                )));
            }
            found.push((key, value));
        }
    }
    Ok(found)
}

/// `class_init` of all classes that are declared in Python.
pub unsafe extern "C" fn class_init(class: *mut c_void, data: *mut c_void) {
    // SAFETY: GObject calls this once, with the class and the declaration that it was registered with. Who made it do so
    // waits without the GIL; once Python has ended, nobody does.
    unsafe {
        let Some(gil) = Gil::take() else {
            return;
        };
        let declaration = data.cast::<Declaration>();
        install(&*declaration, class.cast());
        initialisers::run_class_inits(class, (*declaration).class);
        drop(gil);
    }
}
