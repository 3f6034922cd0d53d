//! `do_constructed` and `do_dispose`: what GObject does at both ends of an object's life, as methods of the base type.
//!
//! Compat surface, section 3.2. A class in Python that has a method of its own gets it into its class struct as any
//! virtual function; these are what such a method chains up to, through `super()` and without arguments.

use std::ptr;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};

use super::{subclass, types, wrapper};
use crate::closure::python;
use crate::convert::{Result, output, type_error};

/// The methods for the base type.
pub fn methods() -> [ffi::PyMethodDef; 2] {
    [
        types::method_noargs(c"do_constructed", do_constructed),
        types::method_noargs(c"do_dispose", do_dispose),
    ]
}

type End = unsafe extern "C" fn(*mut gobject::GObject);

/// Calls what the nearest class of a library has.
///
/// # Safety
/// `this` is a live wrapper.
unsafe fn chain_up(
    this: *mut PyObject,
    which: impl FnOnce(&gobject::GObjectClass) -> Option<End>,
) -> *mut PyObject {
    crate::guard(|| -> Result<*mut PyObject> {
        // SAFETY: by the caller's word; the class of a live object is alive, and so are those of its parents.
        unsafe {
            let Some(object) = wrapper::gobject_of(this)? else {
                return Err(type_error("a GObject is wanted"));
            };
            let class = (*object.cast::<gobject::GTypeInstance>()).g_class;
            let mut gtype = (*class).g_type;
            while subclass::is_from_python(gtype) {
                gtype = gobject::g_type_parent(gtype);
            }
            let class = gobject::g_type_class_peek(gtype).cast::<gobject::GObjectClass>();
            if let Some(function) = class.as_ref().and_then(which) {
                python::asking(|| function(object))?;
            }
            Ok(output::none())
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn do_constructed(this: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    unsafe { chain_up(this, |class| class.constructed) }
}

unsafe extern "C" fn do_dispose(this: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: as above.
    unsafe { chain_up(this, |class| class.dispose) }
}
