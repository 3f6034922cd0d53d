//! What a Python class declares to GObject: its properties and its signals.
//!
//! What one property or signal is, is known to its own room; how a class comes to have them, to [`super::declare`].

use std::cell::Cell;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::object::class::origin::quark;
use crate::object::instance::base;
use crate::object::property::declaration::{Property, Which};
use crate::object::signal::declaration::Signal;

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
    pub fn new(properties: Vec<Property>, signals: Vec<Signal>) -> Declaration {
        Declaration {
            gtype: 0,
            class: std::ptr::null_mut(),
            properties,
            signals,
            refused: Cell::new(None),
            methods: [std::ptr::null_mut(); 2],
        }
    }

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
                unsafe { ffi::Py_XNewRef(base::type_attribute(class, which.name())) };
        }
    }
}

/// What the class of a GType declares; None for a type that no Python program has derived.
pub fn declaration(gtype: usize) -> Option<&'static Declaration> {
    // SAFETY: any registered type may be asked; a declaration lives for ever.
    unsafe {
        gobject::g_type_get_qdata(gtype, quark())
            .cast::<Declaration>()
            .as_ref()
    }
}
