//! What a source that Python implements consists of, and how its wrapper owns it.

use std::ffi::c_void;
use std::mem::offset_of;

use glib_sys as glib;
use glib_sys::GSource;
use pyo3::ffi::PyObject;

use crate::python::BackPointer;

/// A source whose functions are methods of a Python object.
#[repr(C)]
pub(super) struct PySource {
    source: GSource,
    /// Leads to the wrapper until that has gone. GLib fills a new source with zeros.
    pub(super) back: BackPointer,
}

const _: () = assert!(offset_of!(PySource, back) == size_of::<GSource>());

/// The collector traverses the wrapper that owns a source.
///
/// # Safety
/// A live source that Python implements; the GIL is held.
pub unsafe fn traversed(source: *mut c_void, wrapper: *mut PyObject, subtracts: bool) {
    // SAFETY: by the caller's word.
    unsafe {
        (*source.cast::<PySource>())
            .back
            .traversed(wrapper, subtracts);
    }
}

/// A source that Python implements has another wrapper from here on, which owns it.
///
/// # Safety
/// As for [`traversed`].
pub unsafe fn moved(source: *mut c_void, wrapper: *mut PyObject) {
    // SAFETY: by the caller's word.
    unsafe {
        (*source.cast::<PySource>())
            .back
            .set(wrapper, glib::g_source_get_type());
    }
}

/// Gives a source back that its wrapper owns: it is destroyed, wherever it is attached.
///
/// # Safety
/// A live source that Python implements, of which one reference is the caller's. The GIL is held.
pub unsafe fn give_back(source: *mut c_void) {
    // SAFETY: by the caller's word.
    unsafe {
        (*source.cast::<PySource>()).back.take();
        glib::g_source_destroy(source.cast());
        glib::g_source_unref(source.cast());
    }
}
