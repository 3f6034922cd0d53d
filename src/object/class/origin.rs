//! Which GTypes are those of Python classes, and which are a library's.

use std::sync::OnceLock;

use gobject_sys as gobject;

/// Where the GTypes of Python classes have their [`Declaration`](super::declaration::Declaration).
pub fn quark() -> u32 {
    static QUARK: OnceLock<u32> = OnceLock::new();
    // SAFETY: a C string that lives for ever.
    *QUARK.get_or_init(|| unsafe {
        glib_sys::g_quark_from_static_string(c"gijit-python-class".as_ptr())
    })
}

/// Whether a GType belongs to a class that a Python program has derived.
pub fn is_from_python(gtype: usize) -> bool {
    // SAFETY: any registered type may be asked.
    gtype != 0 && unsafe { !gobject::g_type_get_qdata(gtype, quark()).is_null() }
}

/// The nearest type that is a library's: the GType itself, or what its Python classes derive from.
pub fn of_library(mut gtype: usize) -> usize {
    while is_from_python(gtype) {
        // SAFETY: a registered type.
        gtype = unsafe { gobject::g_type_parent(gtype) };
    }
    gtype
}

/// The nearest type that is one of a Python class: the GType itself, or what a library's classes derive from.
pub fn from_python(mut gtype: usize) -> usize {
    while gtype != 0 && !is_from_python(gtype) {
        // SAFETY: a registered type.
        gtype = unsafe { gobject::g_type_parent(gtype) };
    }
    gtype
}
