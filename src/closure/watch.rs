//! The closures that belong to a GObject: those of its signals' handlers, and what else watches it.
//!
//! The object knows them so that the garbage collector can follow them from the wrapper that holds the object alive.
//! They are a list through the closures themselves, whose head is in the object's [`Ties`]: a closure that is
//! invalidated leaves it, and an object that ends invalidates those that are left. All links are touched under the GIL
//! only.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};

use crate::closure::called::Called;
use crate::closure::gclosure::PyGClosure;
use crate::closure::ties;
use crate::closure::ties::Ties;

/// A closure's place in the list: all NULL for one that is in none.
#[derive(Default)]
#[repr(C)]
pub struct Link {
    /// Of the object whose list it is: as long as there is a link to it, the object is not gone.
    ties: *const Ties,
    previous: *mut PyGClosure,
    next: *mut PyGClosure,
}

/// Gives a closure to an object. One that has an object already stays with that.
///
/// # Safety
/// Both are live, the closure is from [`crate::closure::gclosure::new`]; the GIL is held.
pub unsafe fn watch(object: *mut gobject::GObject, closure: *mut gobject::GClosure) {
    // SAFETY: by the caller's word; the record lives as long as its object, and longer than any link to it.
    unsafe {
        let this = closure.cast::<PyGClosure>();
        if !(*this).link.ties.is_null() || (*this).called.function.get().is_null() {
            return;
        }
        let ties = ties::make(object);
        ties.had_closures.set(true);
        let next = ties.closures.replace(this);
        (*this).link = Link {
            ties,
            previous: ptr::null_mut(),
            next,
        };
        if !next.is_null() {
            (*next).link.previous = this;
        }
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
        if link.ties.is_null() {
            return;
        }
        if link.previous.is_null() {
            (*link.ties).closures.set(link.next);
        } else {
            (*link.previous).link.next = link.next;
        }
        if !link.next.is_null() {
            (*link.next).link.previous = link.previous;
        }
    }
}

/// Invalidates all closures of an object.
///
/// # Safety
/// The GIL is held. Runs Python code.
pub unsafe fn invalidate(ties: &Ties) {
    // SAFETY: passed on.
    unsafe { invalidate_each(ties, |_| true) }
}

/// Invalidates those closures of an object that the garbage collector may have emptied.
///
/// # Safety
/// As for [`invalidate`].
pub unsafe fn invalidate_emptied(ties: &Ties) {
    // SAFETY: passed on.
    unsafe { invalidate_each(ties, |called| called.is_emptied.get()) }
}

/// # Safety
/// As for [`invalidate`].
unsafe fn invalidate_each(ties: &Ties, which: fn(&Called) -> bool) {
    // SAFETY: what is in the list is live; a closure is held while it is invalidated, which takes it out of the list. What
    // runs meanwhile may change the list, so it is gone through from its beginning each time.
    unsafe {
        loop {
            let mut this = ties.closures.get();
            while !this.is_null() && !which(&(*this).called) {
                this = (*this).link.next;
            }
            if this.is_null() {
                return;
            }
            forget(this);
            let closure = this.cast::<gobject::GClosure>();
            gobject::g_closure_ref(closure);
            gobject::g_closure_invalidate(closure);
            gobject::g_closure_unref(closure);
        }
    }
}

/// Shows the garbage collector what the closures of an object hold. With `empties` that will be emptied, in any order,
/// unless the collector comes again: then nothing is called any more.
///
/// # Safety
/// The collector's protocol.
pub unsafe fn traverse(
    ties: &Ties,
    empties: bool,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: by the caller's word; the fields are strong references or NULL.
    unsafe {
        let mut this = ties.closures.get();
        while !this.is_null() {
            let called = &(*this).called;
            if called.is_emptied.get() != empties {
                called.is_emptied.set(empties);
            }
            for object in [&called.function, &called.extra, &called.swap].map(Cell::get) {
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
        if let Some(ties) = ties::of(object) {
            let mut this = ties.closures.get();
            while !this.is_null() {
                found.push((this.cast(), (*this).called.function.get()));
                this = (*this).link.next;
            }
        }
    }
    found
}
