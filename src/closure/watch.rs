//! The closures that belong to a GObject: those of its signals' handlers, and what else watches it.
//!
//! The object knows them so that the garbage collector can follow them from the wrapper that holds the object alive.
//! They are a list through the closures themselves, whose head is in what the object knows of Python: a closure that is
//! invalidated leaves it, and an object that ends invalidates those that are left. All links are touched under the GIL
//! only.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};

use crate::closure::called::Called;

/// `GClosure` in full, of which gobject-sys describes only the beginning.
#[repr(C)]
pub struct Head {
    bits: u32,
    pub marshal: *mut c_void,
    pub data: *mut c_void,
    notifiers: *mut c_void,
}

impl Head {
    /// One that only marshallers see: they look for the data alone, which they pass last.
    pub fn with_data(data: *mut c_void) -> Head {
        Head {
            bits: 0,
            marshal: ptr::null_mut(),
            data,
            notifiers: ptr::null_mut(),
        }
    }
}

/// The size in bytes of a closure without data of its own.
pub const SIZE: u32 = size_of::<Head>() as u32;

/// The closure. Where it is called with arguments, the code is where C's marshallers look for a `GCClosure`'s callback.
#[repr(C)]
pub struct PyGClosure {
    pub closure: Head,
    pub called: Called,
    /// Its place among the closures of an object.
    pub link: Link,
}

// `PyGClosure` of `pygobject.h`, and `GCClosure`.
const _: () = {
    assert!(offset_of!(PyGClosure, called) == 32);
    assert!(offset_of!(Called, code) == 0);
    assert!(offset_of!(Called, extra) == 8);
    assert!(offset_of!(Called, swap) == 16);
    assert!(offset_of!(Called, exception_handler) == 24);
};

/// A closure's place in the list: all NULL for one that is in none.
#[derive(Default)]
#[repr(C)]
pub struct Link {
    /// The list that it is in: as long as there is a link to it, the object is not gone.
    list: *const Closures,
    previous: *mut PyGClosure,
    next: *mut PyGClosure,
}

/// The closures of one object. With zeros it has none.
#[derive(Default)]
#[repr(transparent)]
pub struct Closures {
    /// NULL where there is none.
    first: Cell<*mut PyGClosure>,
}

/// Takes a closure that is being invalidated out of its list.
///
/// # Safety
/// The closure is live, and the GIL is held.
pub unsafe fn forget(this: *mut PyGClosure) {
    // SAFETY: by the caller's word; neighbours in a list are live.
    unsafe {
        let link = std::mem::take(&mut (*this).link);
        if link.list.is_null() {
            return;
        }
        if link.previous.is_null() {
            (*link.list).first.set(link.next);
        } else {
            (*link.previous).link.next = link.next;
        }
        if !link.next.is_null() {
            (*link.next).link.previous = link.previous;
        }
    }
}

impl Closures {
    /// Adds a closure to the object's. One that has an object already stays with that.
    ///
    /// # Safety
    /// The closure is from [`super::gclosure::new`], and live; the GIL is held, and the object is live.
    pub unsafe fn add(&self, closure: *mut gobject::GClosure) {
        // SAFETY: by the caller's word; the list lives as long as its object, and longer than any link to it.
        unsafe {
            let this = closure.cast::<PyGClosure>();
            if !(*this).link.list.is_null() || (*this).called.function.get().is_null() {
                return;
            }
            let next = self.first.replace(this);
            (*this).link = Link {
                list: self,
                previous: ptr::null_mut(),
                next,
            };
            if !next.is_null() {
                (*next).link.previous = this;
            }
        }
    }

    /// Invalidates all closures of an object.
    ///
    /// # Safety
    /// The GIL is held. Runs Python code.
    pub unsafe fn invalidate(&self) {
        // SAFETY: passed on.
        unsafe { self.invalidate_each(|_| true) }
    }

    /// Invalidates those closures of an object that the garbage collector may have emptied.
    ///
    /// # Safety
    /// As for [`Closures::invalidate`].
    pub unsafe fn invalidate_emptied(&self) {
        // SAFETY: passed on.
        unsafe { self.invalidate_each(|called| called.is_emptied.get()) }
    }

    /// # Safety
    /// As for [`Closures::invalidate`].
    unsafe fn invalidate_each(&self, which: fn(&Called) -> bool) {
        // SAFETY: what is in the list is live; a closure is held while it is invalidated, which takes it out of the list.
        // What runs meanwhile may change the list, so it is gone through from its beginning each time.
        unsafe {
            loop {
                let mut this = self.first.get();
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
    pub unsafe fn traverse(&self, empties: bool, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: by the caller's word; the fields are strong references or NULL.
        unsafe {
            let mut this = self.first.get();
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

    /// The closures and their callables, borrowed: a list of this moment.
    ///
    /// # Safety
    /// The GIL is held.
    pub unsafe fn all(&self) -> Vec<(*mut gobject::GClosure, *mut PyObject)> {
        let mut found = Vec::new();
        // SAFETY: by the caller's word what is in the list is live.
        unsafe {
            let mut this = self.first.get();
            while !this.is_null() {
                found.push((this.cast(), (*this).called.function.get()));
                this = (*this).link.next;
            }
        }
        found
    }
}
