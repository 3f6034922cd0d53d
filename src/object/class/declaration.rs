//! What a Python class declares to GObject: its properties and its signals.
//!
//! Both are read from the class and checked before its GType is registered, so that a mistake is an exception of the
//! class statement and leaves nothing behind. GObject's `class_init` then only installs what is known to be right.

use std::cell::Cell;
use std::ffi::c_void;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::closure::ties;
use crate::object::class::initialisers;
use crate::object::instance::{construction, wrapper};
use crate::object::property::declaration::{self as of_property, Property, Which};
use crate::object::signal::declaration::{self as of_signal, Signal};
use crate::python::Gil;
use crate::python::error::{Raised, Result, type_error, type_name};

/// What one class declares. Lives for ever, as its GType does.
pub struct Declaration {
    /// The GType, once it is registered, and its Python class.
    pub gtype: usize,
    pub class: *mut PyTypeObject,
    /// By name. A property's id is its index and one.
    pub properties: Vec<Property>,
    pub signals: Vec<Signal>,
    /// The first of the signals that GObject has not taken, once there is a class.
    pub refused: Cell<Option<usize>>,
    /// What the class had as `do_get_property` and `do_set_property` when it was registered: strong references for
    /// ever, or NULL.
    methods: [*mut PyObject; 2],
}

impl Declaration {
    /// The method that the class had at its registration: borrowed, or NULL.
    pub fn method(&self, which: Which) -> *mut PyObject {
        self.methods[which as usize]
    }

    /// Remembers the methods of the class.
    ///
    /// # Safety
    /// A live class.
    pub unsafe fn remember(&mut self, class: *mut PyTypeObject) {
        self.class = class;
        for which in [Which::Get, Which::Set] {
            // SAFETY: by the caller's word.
            self.methods[which as usize] =
                unsafe { ffi::Py_XNewRef(wrapper::type_attribute(class, which.name())) };
        }
    }

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
        let mut declaration = Declaration {
            gtype: 0,
            class: std::ptr::null_mut(),
            properties: Vec::new(),
            signals: Vec::new(),
            refused: Cell::new(None),
            methods: [std::ptr::null_mut(); 2],
        };
        // SAFETY: by the caller's word; borrowed entries are held by their dictionaries.
        unsafe {
            for (key, value) in entries(dict, c"__gproperties__")? {
                let property = of_property::read(key, value, accessors)?;
                declaration.properties.push(property);
            }
            // They are listed in the order in which they are installed, and programs know them by name.
            declaration.properties.sort_by(|a, b| a.name.cmp(&b.name));
            for (key, value) in entries(dict, c"__gsignals__")? {
                declaration
                    .signals
                    .push(of_signal::read(key, value, parent)?);
            }
        }
        Ok(declaration)
    }

    /// Makes all of it part of a class.
    ///
    /// # Safety
    /// Called by GObject with the class of the declaration's GType.
    pub unsafe fn install(&self, class: *mut gobject::GObjectClass) {
        // SAFETY: by the caller's word.
        unsafe {
            if gobject::g_type_fundamental(self.gtype) == gobject::G_TYPE_OBJECT {
                (*class).get_property = Some(of_property::get_property);
                (*class).set_property = Some(of_property::set_property);
                construction::install(class, self.class);
                ties::install(class, self.gtype);
            }
            for (i, property) in self.properties.iter().enumerate() {
                property.install(class, i as u32 + 1);
            }
            for (i, signal) in self.signals.iter().enumerate() {
                // Also where an interface of the class has one of that name.
                if !signal.install(self.gtype) && self.refused.get().is_none() {
                    self.refused.set(Some(i));
                }
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

/// The items of a tuple, borrowed; None for what is no tuple.
///
/// # Safety
/// `object` is live.
pub(in crate::object) unsafe fn items(object: *mut PyObject) -> Option<Vec<*mut PyObject>> {
    // SAFETY: by the caller's word.
    unsafe {
        (ffi::PyTuple_Check(object) != 0).then(|| {
            (0..ffi::PyTuple_Size(object))
                .map(|i| ffi::PyTuple_GetItem(object, i))
                .collect()
        })
    }
}

/// A number for flags.
///
/// # Safety
/// `object` is live.
pub(in crate::object) unsafe fn flags(object: *mut PyObject, what: &str) -> Result<u32> {
    // SAFETY: by the caller's word.
    unsafe {
        if ffi::PyLong_Check(object) == 0 {
            return Err(type_error(&format!(
                "{what}: flags must be an int, not {}",
                type_name(object)
            )));
        }
        let number = ffi::PyLong_AsUnsignedLongMask(object);
        if !ffi::PyErr_Occurred().is_null() {
            return Err(Raised);
        }
        Ok(number as u32)
    }
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
        (*declaration).install(class.cast());
        initialisers::run_class_inits(class, (*declaration).class);
        drop(gil);
    }
}
