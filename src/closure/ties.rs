//! What a GObject knows of Python: one record in its qdata, made when Python first has to do with it, and gone with it.
//!
//! It knows the wrapper weakly; what outlives a wrapper (the attributes and the class that the object has in Python)
//! waits here for the next one; the closures of its signals' handlers hang here ([`super::watch`]). Reading the qdata
//! takes a lock of GObject's, so the record is looked up once where an object comes in, and a wrapper remembers it.
//!
//! All of it is touched under the GIL only, but for an object that no other thread can know yet.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;
use std::sync::OnceLock;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use super::gclosure::PyGClosure;
use super::watch;
use crate::python::Gil;

/// The record.
pub struct Ties {
    /// The wrapper, borrowed: it takes itself out before it gives up its reference to the object. NULL if there is none.
    pub wrapper: Cell<*mut PyObject>,
    /// What the last wrapper left: strong references or NULL.
    class: Cell<*mut PyTypeObject>,
    dict: Cell<*mut PyObject>,
    /// The first closure of the object's list, or NULL.
    pub closures: Cell<*mut PyGClosure>,
    /// Whether there has ever been one: then other threads may still be ending it when the object goes.
    pub had_closures: Cell<bool>,
    /// Whether the object's `do_dispose` has been called.
    pub is_disposed: Cell<bool>,
}

/// What a wrapper left behind: two strong references, the dictionary's NULL if there is none.
pub struct Left {
    pub class: *mut PyTypeObject,
    pub dict: *mut PyObject,
}

fn quark() -> u32 {
    static QUARK: OnceLock<u32> = OnceLock::new();
    // SAFETY: a C string that lives for ever.
    *QUARK.get_or_init(|| unsafe { glib_sys::g_quark_from_static_string(c"gijit".as_ptr()) })
}

/// The record of an object, if it has one; it lives as long as the object.
///
/// # Safety
/// The object is live; the GIL is held, or no other thread knows the object.
#[inline]
pub unsafe fn of<'a>(object: *mut gobject::GObject) -> Option<&'a Ties> {
    // SAFETY: by the caller's word; only `make` writes there.
    unsafe {
        gobject::g_object_get_qdata(object, quark())
            .cast::<Ties>()
            .as_ref()
    }
}

/// The record of an object, made if there is none.
///
/// # Safety
/// As for [`of`].
pub unsafe fn make<'a>(object: *mut gobject::GObject) -> &'a Ties {
    // SAFETY: passed on.
    unsafe { of(object).unwrap_or_else(|| add(object)) }
}

/// The record of an object that has none.
///
/// # Safety
/// As for [`of`].
pub unsafe fn add<'a>(object: *mut gobject::GObject) -> &'a Ties {
    let made = Box::into_raw(Box::new(Ties {
        wrapper: Cell::new(ptr::null_mut()),
        class: Cell::new(ptr::null_mut()),
        dict: Cell::new(ptr::null_mut()),
        closures: Cell::new(ptr::null_mut()),
        had_closures: Cell::new(false),
        is_disposed: Cell::new(false),
    }));
    // SAFETY: by the caller's word; the record is the object's from here on.
    unsafe {
        gobject::g_object_set_qdata_full(object, quark(), made.cast(), Some(end));
        &*made
    }
}

/// Ends the record with its object, on whichever thread that is.
unsafe extern "C" fn end(ties: *mut c_void) {
    // SAFETY: the box that `add` made, which nobody else reaches any more but closures that another thread is ending:
    // those do it under the GIL. Without an interpreter nobody looks at the references any more, and the record is left
    // to the end of the process.
    unsafe {
        let ties = ties.cast::<Ties>();
        if !(*ties).had_closures.get() && (*ties).class.get().is_null() {
            drop(Box::from_raw(ties));
            return;
        }
        let Some(gil) = Gil::take() else {
            return;
        };
        watch::invalidate(&*ties);
        let left = (*ties).take();
        drop(Box::from_raw(ties));
        if let Some(left) = left {
            ffi::Py_DECREF(left.class.cast());
            ffi::Py_XDECREF(left.dict);
        }
        drop(gil);
    }
}

impl Ties {
    /// The wrapper, borrowed; not one that is being deallocated.
    ///
    /// # Safety
    /// The GIL is held.
    #[inline]
    pub unsafe fn wrapper(&self) -> Option<*mut PyObject> {
        let wrapper = self.wrapper.get();
        // SAFETY: what stands there is a wrapper, with references or about to go.
        (!wrapper.is_null() && unsafe { ffi::Py_REFCNT(wrapper) } > 0).then_some(wrapper)
    }

    /// Takes what a wrapper leaves behind; there is nothing left from one before it.
    pub fn leave(&self, left: Left) {
        self.class.set(left.class);
        self.dict.set(left.dict);
    }

    /// Gives back what the last wrapper left.
    pub fn take(&self) -> Option<Left> {
        let class = self.class.replace(ptr::null_mut());
        let dict = self.dict.replace(ptr::null_mut());
        (!class.is_null()).then_some(Left { class, dict })
    }
}
