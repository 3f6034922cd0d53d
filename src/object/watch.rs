//! Closures that end with an object, and whose callables the collector sees through the object's wrapper.
//!
//! A signal handler that refers to its own object would keep it alive for ever, as nobody sees the circle. The list of
//! such closures is the GObject's, as qdata, and outlives wrappers. It is touched only under the GIL.

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;

use gobject_sys as gobject;
use gobject_sys::{GClosure, GObject};
use pyo3::ffi;

use crate::closure::gclosure::PyGClosure;
use crate::closure::python::Gil;

/// The closures of one object, borrowed: each takes itself out when it is invalidated.
struct Watched(Vec<*mut GClosure>);

fn quark() -> u32 {
    static QUARK: OnceLock<u32> = OnceLock::new();
    // SAFETY: a C string that lives for ever.
    *QUARK
        .get_or_init(|| unsafe { glib_sys::g_quark_from_static_string(c"gijit-closures".as_ptr()) })
}

/// # Safety
/// The object is live, the GIL is held.
unsafe fn watched(object: *mut GObject) -> *mut Watched {
    // SAFETY: by the caller's word; what is found there is a box of `closure`.
    unsafe { gobject::g_object_get_qdata(object, quark()).cast() }
}

/// Ends a closure with the object at the latest, and shows its callable to the collector until then.
///
/// # Safety
/// The object is live; the closure is a live one of `closure::gclosure`. The GIL is held.
pub unsafe fn closure(object: *mut GObject, closure: *mut GClosure) {
    // SAFETY: by the caller's word; the box lives until `destroy`, which takes the notifier away.
    unsafe {
        let mut list = watched(object);
        if list.is_null() {
            list = Box::into_raw(Box::new(Watched(Vec::new())));
            gobject::g_object_set_qdata_full(object, quark(), list.cast(), Some(destroy));
        }
        if (*list).0.contains(&closure) {
            return;
        }
        (*list).0.push(closure);
        gobject::g_closure_add_invalidate_notifier(closure, list.cast(), Some(gone));
    }
}

/// A closure has been invalidated, on whichever thread.
unsafe extern "C" fn gone(list: *mut c_void, closure: *mut GClosure) {
    // SAFETY: the box lives as long as this notifier is set. Without Python nobody looks at it.
    unsafe {
        if let Some(gil) = Gil::take() {
            let list = &mut (*list.cast::<Watched>()).0;
            list.retain(|known| *known != closure);
            drop(gil);
        }
    }
}

/// Ends the closures with their object.
unsafe extern "C" fn destroy(list: *mut c_void) {
    // SAFETY: called once with the box, which is freed here; the closures are live, as the others have left.
    unsafe {
        let Some(gil) = Gil::take() else {
            return;
        };
        for &closure in &(*list.cast::<Watched>()).0 {
            gobject::g_closure_remove_invalidate_notifier(closure, list, Some(gone));
            gobject::g_closure_ref(closure);
        }
        end(Box::from_raw(list.cast::<Watched>()).0);
        drop(gil);
    }
}

/// Invalidates all closures of an object, to break a circle.
///
/// # Safety
/// The object is live, the GIL is held.
pub unsafe fn invalidate(object: *mut GObject) {
    // SAFETY: by the caller's word; each closure leaves the list by itself, while a reference here keeps it.
    unsafe {
        let list = watched(object);
        if !list.is_null() {
            let closures = (*list).0.clone();
            for &closure in &closures {
                gobject::g_closure_ref(closure);
            }
            end(closures);
        }
    }
}

/// Invalidates closures and drops the reference to each.
///
/// # Safety
/// The references are the caller's.
unsafe fn end(closures: Vec<*mut GClosure>) {
    for closure in closures {
        // SAFETY: by the caller's word.
        unsafe {
            gobject::g_closure_invalidate(closure);
            gobject::g_closure_unref(closure);
        }
    }
}

/// Shows what the closures of an object refer to.
///
/// # Safety
/// The collector's protocol.
pub unsafe fn traverse(object: *mut GObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the closures in the list are live and have this layout.
    unsafe {
        let list = watched(object);
        if list.is_null() {
            return 0;
        }
        for &closure in &(*list).0 {
            let this = closure.cast::<PyGClosure>();
            for referent in [(*this).callback, (*this).extra_args, (*this).swap_data] {
                if !referent.is_null() {
                    let result = visit(referent, arg);
                    if result != 0 {
                        return result;
                    }
                }
            }
        }
        0
    }
}
