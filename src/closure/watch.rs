//! The closures that belong to a GObject: those of its signals' handlers, and what else watches it.
//!
//! The object knows them so that the garbage collector can follow them from the wrapper that holds the object alive.
//! They are a list through the closures themselves, whose head is the object's: a closure that is invalidated leaves
//! it, and an object that ends invalidates those that are left. All links are touched under the GIL only.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};

use super::gclosure::PyGClosure;
use crate::python::Gil;

/// A closure's place in the list.
#[derive(Default)]
#[repr(C)]
pub struct Link {
    head: *mut Head,
    previous: *mut PyGClosure,
    next: *mut PyGClosure,
}

impl Default for Head {
    fn default() -> Head {
        Head {
            first: ptr::null_mut(),
        }
    }
}

/// What an object has of the list.
struct Head {
    first: *mut PyGClosure,
}

fn quark() -> u32 {
    static QUARK: OnceLock<u32> = OnceLock::new();
    // SAFETY: a C string that lives for ever.
    *QUARK
        .get_or_init(|| unsafe { glib_sys::g_quark_from_static_string(c"gijit-closures".as_ptr()) })
}

/// # Safety
/// The object is live.
unsafe fn head_of(object: *mut gobject::GObject) -> *mut Head {
    // SAFETY: only `watch` writes there.
    unsafe { gobject::g_object_get_qdata(object, quark()).cast() }
}

/// Gives a closure to an object. One that has an object already stays with that.
///
/// # Safety
/// Both are live, the closure is from [`super::gclosure::new`]; the GIL is held.
pub unsafe fn watch(object: *mut gobject::GObject, closure: *mut gobject::GClosure) {
    // SAFETY: by the caller's word; a head lives as long as its object, and longer than any link to it.
    unsafe {
        let this = closure.cast::<PyGClosure>();
        if !(*this).link.head.is_null() || (*this).callback.is_null() {
            return;
        }
        let mut head = head_of(object);
        if head.is_null() {
            head = Box::into_raw(Box::default());
            gobject::g_object_set_qdata_full(object, quark(), head.cast(), Some(end));
        }
        let next = (*head).first;
        (*this).link = Link {
            head,
            previous: ptr::null_mut(),
            next,
        };
        if !next.is_null() {
            (*next).link.previous = this;
        }
        (*head).first = this;
    }
}

/// Takes a closure that is being invalidated out of its list.
///
/// # Safety
/// The closure is live, and the GIL is held.
pub unsafe fn forget(this: *mut PyGClosure) {
    // SAFETY: by the caller's word; neighbours in a list are live.
    unsafe {
        let link = std::mem::take(&mut (*this).link);
        if link.head.is_null() {
            return;
        }
        if link.previous.is_null() {
            (*link.head).first = link.next;
        } else {
            (*link.previous).link.next = link.next;
        }
        if !link.next.is_null() {
            (*link.next).link.previous = link.previous;
        }
    }
}

/// Ends the list with its object, on whichever thread that is.
unsafe extern "C" fn end(head: *mut c_void) {
    // SAFETY: the box that `watch` made; invalidating a closure takes it out of the list. Without an interpreter nobody
    // looks at the links any more, and the head is left to the end of the process.
    unsafe {
        let Some(gil) = Gil::take() else {
            return;
        };
        let head = head.cast::<Head>();
        invalidate(head);
        drop(Box::from_raw(head));
        drop(gil);
    }
}

/// # Safety
/// The head is live, and the GIL is held.
unsafe fn invalidate(head: *mut Head) {
    // SAFETY: by the caller's word; a closure is held while it is invalidated.
    unsafe {
        while !(*head).first.is_null() {
            let this = (*head).first;
            forget(this);
            let closure = this.cast::<gobject::GClosure>();
            gobject::g_closure_ref(closure);
            gobject::g_closure_invalidate(closure);
            gobject::g_closure_unref(closure);
        }
    }
}

/// Invalidates all closures of an object.
///
/// # Safety
/// The object is live, and the GIL is held. Runs Python code.
pub unsafe fn clear(object: *mut gobject::GObject) {
    // SAFETY: by the caller's word; the object keeps the head.
    unsafe {
        let head = head_of(object);
        if !head.is_null() {
            invalidate(head);
        }
    }
}

/// Shows the garbage collector what the closures of an object hold.
///
/// # Safety
/// The object is live; the collector's protocol.
pub unsafe fn traverse(
    object: *mut gobject::GObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: by the caller's word; the fields are strong references or NULL.
    unsafe {
        let head = head_of(object);
        if head.is_null() {
            return 0;
        }
        let mut this = (*head).first;
        while !this.is_null() {
            for object in [(*this).callback, (*this).extra_args, (*this).swap_data] {
                if !object.is_null() {
                    let result = visit(object, arg);
                    if result != 0 {
                        return result;
                    }
                }
            }
            this = (*this).link.next;
        }
        0
    }
}

/// The closures of an object and their callables, borrowed: a list of this moment.
///
/// # Safety
/// The object is live, and the GIL is held.
pub unsafe fn of(object: *mut gobject::GObject) -> Vec<(*mut gobject::GClosure, *mut PyObject)> {
    let mut found = Vec::new();
    // SAFETY: by the caller's word.
    unsafe {
        let head = head_of(object);
        if !head.is_null() {
            let mut this = (*head).first;
            while !this.is_null() {
                found.push((this.cast(), (*this).callback));
                this = (*this).link.next;
            }
        }
    }
    found
}
