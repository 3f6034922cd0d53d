//! The structs of GTypes: classes, the defaults of interfaces, and the functions that register types.
//!
//! GLib makes a class under a lock that it holds while functions of anybody's run, Python's among them, which wait for
//! the GIL. So that lock is never waited for with the GIL. What is there already is had without any lock.

use std::ffi::c_void;

use gobject_sys as gobject;

use crate::python;

/// A reference to the class of a type; NULL if the type has none.
///
/// # Safety
/// A registered type; the GIL is held, and may be given up in between.
pub unsafe fn class_ref(gtype: usize) -> *mut c_void {
    // SAFETY: by the caller's word.
    unsafe {
        if gobject::g_type_class_peek(gtype).is_null() {
            // One reference stays, as GObject's own would: no class is made twice.
            python::in_type_system(|| gobject::g_type_class_ref(gtype));
        }
        gobject::g_type_class_ref(gtype)
    }
}

/// A reference to the default of an interface.
///
/// # Safety
/// As for [`class_ref`], of an interface.
pub unsafe fn interface_ref(gtype: usize) -> *mut c_void {
    // SAFETY: by the caller's word.
    unsafe {
        if gobject::g_type_default_interface_peek(gtype).is_null() {
            python::in_type_system(|| gobject::g_type_default_interface_ref(gtype));
        }
        gobject::g_type_default_interface_ref(gtype)
    }
}

/// Has GObject's own class made. Before GLib 2.76 an interface whose default is made earlier has no properties, ever:
/// that class brings what properties are kept in.
pub fn initialise() {
    // SAFETY: a type that is always there; the reference stays.
    unsafe { gobject::g_type_class_ref(gobject::G_TYPE_OBJECT) };
}
