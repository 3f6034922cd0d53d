//! The way back from C's side to a Python wrapper: a pointer that holds nothing.
//!
//! All such pointers are of this type: that of an object (`closure::ties`), of an object that is being made
//! ([`super::outer`]), and of a source that Python implements. The wrapper takes itself out before its memory goes. Until
//! then it may be on its way out, and is not given to anybody any more: it has no references left and runs the last code of
//! its own; or the collector has found it among its garbage and is emptying that, in any order.
//!
//! Which of its phases the collector is in, it shows by how it traverses the wrapper. It subtracts what garbage may hold,
//! and goes over all that it could reach. What it did not reach it finalises, which may bring things back, so it subtracts
//! and goes over the rest once more. What it has not reached then is emptied.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};

/// What the collector has seen of a wrapper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Phase {
    /// It is in use, or the collector is not there.
    InUse = 0,
    /// What it holds has been subtracted once. Unless it is reached, it is garbage that is being finalised.
    Counted = 1,
    /// And once more: unless it is reached, it is garbage that is being emptied.
    Emptied = 2,
}

/// Of zeros, one that leads nowhere. Touched under the GIL only, but for an object that no other thread can know yet.
#[repr(C)]
#[derive(Debug)]
pub struct BackPointer {
    /// The wrapper, borrowed, or NULL.
    wrapper: Cell<*mut PyObject>,
    /// The GType that the wrapper's class was chosen by: an object that is being made is first of its parents'.
    gtype: Cell<usize>,
    phase: Cell<Phase>,
}

impl BackPointer {
    /// One that leads to a wrapper for an instance of the GType; `wrapper` may be NULL.
    pub const fn new(wrapper: *mut PyObject, gtype: usize) -> BackPointer {
        BackPointer {
            wrapper: Cell::new(wrapper),
            gtype: Cell::new(gtype),
            phase: Cell::new(Phase::InUse),
        }
    }

    /// Leads to a wrapper from here on, which takes itself out before it goes.
    pub fn set(&self, wrapper: *mut PyObject, gtype: usize) {
        self.wrapper.set(wrapper);
        self.gtype.set(gtype);
        self.phase.set(Phase::InUse);
    }

    /// Whether there is a wrapper, be it one that nobody may have any more.
    pub fn is_set(&self) -> bool {
        !self.wrapper.get().is_null()
    }

    /// Whether this leads to that wrapper.
    pub fn is(&self, wrapper: *mut PyObject) -> bool {
        self.wrapper.get() == wrapper
    }

    /// The GType of the last wrapper.
    pub fn gtype(&self) -> usize {
        self.gtype.get()
    }

    /// Leads nowhere from here on. The wrapper that it led to, borrowed, or NULL.
    pub fn take(&self) -> *mut PyObject {
        self.phase.set(Phase::InUse);
        self.wrapper.replace(ptr::null_mut())
    }

    /// Takes a wrapper out that goes; false if this does not lead to it.
    pub fn forget(&self, wrapper: *mut PyObject) -> bool {
        let is_this = self.is(wrapper);
        if is_this {
            self.take();
        }
        is_this
    }

    /// The wrapper of an instance, borrowed. None if there is none, if it is going, or if it is another instance's, or was
    /// made for another type than the instance has come to be of.
    ///
    /// # Safety
    /// The GIL is held; the instance is of the GType.
    #[inline]
    pub unsafe fn revive(&self, instance: *mut c_void, gtype: usize) -> Option<*mut PyObject> {
        let wrapper = self.wrapper.get();
        // SAFETY: what stands here is the memory of a wrapper.
        unsafe {
            let is_alive = !wrapper.is_null()
                && ffi::Py_REFCNT(wrapper) > 0
                && self.phase.get() != Phase::Emptied
                && pointer_of(wrapper).read() == instance;
            if is_alive && (self.gtype.get() == gtype || self.is_for_child_of(gtype)) {
                Some(wrapper)
            } else {
                None
            }
        }
    }

    /// Whether the wrapper is for what an instance of this GType is about to become.
    #[cold]
    fn is_for_child_of(&self, gtype: usize) -> bool {
        // SAFETY: any numbers may be asked for.
        unsafe { gobject::g_type_is_a(self.gtype.get(), gtype) != 0 }
    }

    /// The wrapper if it is on its way out: for what is left of it.
    ///
    /// # Safety
    /// The GIL is held.
    pub unsafe fn going(&self) -> Option<*mut PyObject> {
        let wrapper = self.wrapper.get();
        // SAFETY: as for `revive`.
        let goes =
            !wrapper.is_null() && (self.is_emptied() || unsafe { ffi::Py_REFCNT(wrapper) } <= 0);
        goes.then_some(wrapper)
    }

    /// Whether the collector is emptying what it has found with the wrapper.
    pub fn is_emptied(&self) -> bool {
        self.phase.get() == Phase::Emptied
    }

    /// The collector traverses a wrapper: it either subtracts, or goes over what it has reached. Returns whether what it
    /// traverses will be emptied unless it is reached.
    pub fn traversed(&self, wrapper: *mut PyObject, subtracts: bool) -> bool {
        if !self.is(wrapper) {
            return false;
        }
        self.phase.set(match (subtracts, self.phase.get()) {
            (false, _) => Phase::InUse,
            (true, Phase::InUse) => Phase::Counted,
            (true, _) => Phase::Emptied,
        });
        self.is_emptied()
    }

    /// The instance goes though the wrapper has not let go of it: then the wrapper has none any more.
    ///
    /// # Safety
    /// The GIL is held.
    pub unsafe fn part(&self) {
        let wrapper = self.take();
        if !wrapper.is_null() {
            // SAFETY: as for `revive`.
            unsafe { pointer_of(wrapper).write(ptr::null_mut()) };
        }
    }
}

/// Where a wrapper has its instance.
///
/// # Safety
/// The memory of a wrapper.
unsafe fn pointer_of(wrapper: *mut PyObject) -> *mut *mut c_void {
    // SAFETY: by the caller's word.
    unsafe { wrapper.byte_add(WRAPPER_POINTER).cast() }
}
