//! What outlives a wrapper: the attributes and the class that an object has in Python.
//!
//! A wrapper dies as soon as Python drops it, even while C keeps the GObject. Its instance dictionary and its class are
//! then left with the GObject, as qdata, and the next wrapper takes them back. A GObject whose wrapper lives has no
//! state, and neither has one without attributes whose class is the usual one for its GType.

use std::ffi::c_void;
use std::sync::OnceLock;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::python::Gil;

/// What a wrapper left behind: two strong references, the dictionary's NULL if there is none.
pub struct State {
    pub class: *mut PyTypeObject,
    pub dict: *mut PyObject,
}

fn quark() -> u32 {
    static QUARK: OnceLock<u32> = OnceLock::new();
    // SAFETY: a C string that lives for ever.
    *QUARK.get_or_init(|| unsafe { glib_sys::g_quark_from_static_string(c"gijit-state".as_ptr()) })
}

/// Drops a state with its GObject, on whichever thread that ends.
unsafe extern "C" fn destroy(state: *mut c_void) {
    // SAFETY: the box that `leave` made. Without an interpreter its references are of no use to anyone.
    unsafe {
        let state = Box::from_raw(state.cast::<State>());
        if let Some(gil) = Gil::take() {
            ffi::Py_DECREF(state.class.cast());
            ffi::Py_XDECREF(state.dict);
            drop(gil);
        }
    }
}

/// Leaves class and dictionary with a GObject. Takes both references.
///
/// # Safety
/// The object is live and has no state.
pub unsafe fn leave(object: *mut gobject::GObject, state: State) {
    let state = Box::into_raw(Box::new(state));
    // SAFETY: by the caller's word.
    unsafe { gobject::g_object_set_qdata_full(object, quark(), state.cast(), Some(destroy)) };
}

/// Takes back what the last wrapper left.
///
/// # Safety
/// The object is live.
pub unsafe fn take(object: *mut gobject::GObject) -> Option<State> {
    // SAFETY: what is found there is a box of `leave`, which stealing makes ours.
    unsafe {
        let state = gobject::g_object_steal_qdata(object, quark()).cast::<State>();
        if state.is_null() {
            return None;
        }
        Some(*Box::from_raw(state))
    }
}
