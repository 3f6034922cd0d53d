//! The one reference that a wrapper has to its GObject, given up.

use std::ffi::c_void;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use gobject_sys as gobject;

use crate::python::{self, Later};

/// Gives up a reference to an object. The last one goes without the GIL, since finalisers may block; and so does any
/// with which GObject does more than to count.
///
/// # Safety
/// The reference is ours and the GIL is held.
pub unsafe fn give_up(object: *mut gobject::GObject) {
    // SAFETY: by the caller's word; GObject counts in this very way, atomically, down to the last but one, at which it
    // tells who has a toggle reference.
    unsafe {
        let count = AtomicU32::from_ptr(&raw mut (*object).ref_count);
        let mut n = count.load(Ordering::Relaxed);
        while n > 2 || n == 2 && !may_be_toggled(object) {
            match count.compare_exchange_weak(n, n - 1, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => n = now,
            }
        }
        let later = Later::begin();
        python::without_gil(|| gobject::g_object_unref(object));
        drop(later);
    }
}

/// Whether somebody has a toggle reference to an object: GObject notes it in a bit of the qdata, which we have seen it
/// do once; if it does not, anybody may.
///
/// # Safety
/// The object is live.
unsafe fn may_be_toggled(object: *mut gobject::GObject) -> bool {
    /// GObject's flag for it, in the qdata.
    const TOGGLED: u32 = 1;
    unsafe extern "C" fn notified(_: *mut c_void, _: *mut gobject::GObject, _: glib_sys::gboolean) {
    }
    static IS_NOTED: OnceLock<bool> = OnceLock::new();
    // SAFETY: by the caller's word; the object that is tried is made and dropped here.
    unsafe {
        let noted = |object: *mut gobject::GObject| {
            glib_sys::g_datalist_get_flags(&raw mut (*object).qdata) & TOGGLED != 0
        };
        let is_noted = *IS_NOTED.get_or_init(|| {
            let tried = gobject::g_object_new_with_properties(
                gobject::G_TYPE_OBJECT,
                0,
                ptr::null_mut(),
                ptr::null(),
            );
            let before = noted(tried);
            gobject::g_object_add_toggle_ref(tried, Some(notified), ptr::null_mut());
            let after = noted(tried);
            gobject::g_object_remove_toggle_ref(tried, Some(notified), ptr::null_mut());
            gobject::g_object_unref(tried);
            !before && after
        });
        !is_noted || noted(object)
    }
}
