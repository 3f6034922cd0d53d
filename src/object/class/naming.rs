//! Names for the GTypes that are made of Python classes, and taking them: to find a name that is free and to register
//! it are one step, with the GIL given up, so that two threads never take the same name.

use std::ffi::{CStr, CString};
use std::sync::{Mutex, PoisonError};

use gobject_sys as gobject;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::python;

/// What a GType is to be called.
pub enum TypeName {
    /// So, or not at all.
    Given(CString),
    /// So, or with a number where that name is taken.
    Found(CString),
    /// So, and who finds it taken has the GType that he wants.
    Common(CString),
}

impl TypeName {
    /// The GType name of a Python class: its own word, or its module and name joined as GObject can bear it.
    pub fn of_class(class: &Bound<'_, PyType>, given: Option<&str>) -> PyResult<TypeName> {
        let nul = |_| PyTypeError::new_err("the name of a GType cannot have a NUL in it");
        if let Some(name) = given {
            return Ok(TypeName::Given(CString::new(name).map_err(nul)?));
        }
        let module: String = class.getattr("__module__")?.extract()?;
        let name = format!("{module}.{}", class.name()?).replace('.', "+");
        Ok(TypeName::Found(CString::new(name).map_err(nul)?))
    }

    /// Registers a GType under this name: what `register` says of it, which is 0 if GObject refuses.
    ///
    /// # Safety
    /// The GIL is held; `register` calls GObject and does not touch Python.
    pub unsafe fn register(&self, register: impl FnOnce(&CStr) -> usize) -> usize {
        /// Nothing is called under this lock but GObject, which waits for its own locks.
        static TAKING: Mutex<()> = Mutex::new(());
        // SAFETY: a C string.
        let known = |name: &CStr| unsafe { gobject::g_type_from_name(name.as_ptr()) };
        let body = || {
            let _taking = TAKING.lock().unwrap_or_else(PoisonError::into_inner);
            match self {
                TypeName::Given(name) => register(name),
                TypeName::Found(name) => register(&free(name, known)),
                TypeName::Common(name) => match known(name) {
                    0 => register(name),
                    gtype => gtype,
                },
            }
        };
        // SAFETY: by the caller's word.
        unsafe { python::in_type_system(body) }
    }

    /// As errors show it.
    pub fn shown(&self) -> std::borrow::Cow<'_, str> {
        let (TypeName::Given(name) | TypeName::Found(name) | TypeName::Common(name)) = self;
        name.to_string_lossy()
    }
}

/// A name that no GType has.
fn free(name: &CStr, known: impl Fn(&CStr) -> usize) -> CString {
    let mut found = name.to_owned();
    let mut n = 1;
    while known(&found) != 0 {
        n += 1;
        let mut text = name.to_bytes().to_vec();
        text.extend_from_slice(format!("-v{n}").as_bytes());
        // Neither part has a NUL.
        found = CString::new(text).unwrap_or_default();
    }
    found
}
