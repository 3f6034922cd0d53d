//! Wrappers of objects: the base types `GObject` and `GInterface`, and the way from C to Python, also for instances of
//! other fundamental types ([`super::fundamental`]).
//!
//! A GObject has at most one wrapper that it knows, by a back-pointer in its [`Ties`]. The wrapper owns one strong
//! reference, and takes itself out of there before it gives that up. A wrapper dies as soon as Python drops it, even
//! while C keeps the GObject: its instance dictionary and its class are then left in the ties, and the next wrapper takes
//! them back, but for an empty dictionary of the usual class. A wrapper that was made while the GObject was still of a
//! parent's type gives way to one of the final class, and shares its dictionary with that. The layout is PyGObject's,
//! which C extensions know.

mod reference;
pub mod slots;

use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use self::reference::give_up;
use crate::closure::ties::{self, Ties};
use crate::convert::cell::{References, TypeCell};
use crate::convert::gtype;
use crate::convert::gtype::gtype_name;
use crate::convert::instance::gtype_of;
use crate::object::class::registry;
use crate::object::instance::base::{allocate, class_has, count, object_of, types};
use crate::object::instance::fundamental;
use crate::object::pytype;
use crate::python::Later;
use crate::python::error::{Raised, Result, type_error};

/// The wrapper of a GObject. `inst_dict` and `weakreflist` are CPython's to fill.
#[repr(C)]
struct Wrapper {
    head: PyObject,
    /// One strong reference, or NULL before construction.
    obj: *mut gobject::GObject,
    inst_dict: *mut PyObject,
    weakreflist: *mut PyObject,
    /// Those of the object, once there is one: they live as long as it does. Flags for PyGObject: its bits are zero.
    ties: *const Ties,
}

const _: () = {
    assert!(offset_of!(Wrapper, obj) == WRAPPER_POINTER);
    assert!(offset_of!(Wrapper, inst_dict) == ties::WRAPPER_DICT);
};

// ---- From C to Python ----

pub unsafe extern "C" fn object_out_none(
    object: *mut c_void,
    cell: *const TypeCell,
) -> *mut PyObject {
    // SAFETY: the contract of the slot.
    unsafe { wrap(object, &*cell, false) }
}

pub unsafe extern "C" fn object_out_full(
    object: *mut c_void,
    cell: *const TypeCell,
) -> *mut PyObject {
    // SAFETY: the contract of the slot.
    unsafe { wrap(object, &*cell, true) }
}

/// # Safety
/// `object` is NULL or a live instance; with `full`, one reference is ours.
#[inline]
unsafe fn wrap(object: *mut c_void, cell: &'static TypeCell, full: bool) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe {
        if object.is_null() {
            return cell.null().unwrap_or(ptr::null_mut());
        }
        let gtype = gtype_of(object);
        let is_gobject = matches!(cell.references.get(), Some(References::Object))
            || gobject::g_type_fundamental(gtype) == gobject::G_TYPE_OBJECT;
        let mut ties = None;
        if is_gobject {
            ties = ties::of_passed(object.cast());
            if let Some(known) = ties.and_then(|ties| ties.back.revive(object, gtype)) {
                if full {
                    give_up(object.cast());
                }
                return ffi::Py_NewRef(known);
            }
        }
        crate::guard(|| {
            if is_gobject {
                wrap_new(object.cast(), ties, gtype, full)
            } else {
                fundamental::wrap(object, gtype, cell, full)
            }
        })
        .unwrap_or(ptr::null_mut())
    }
}

/// # Safety
/// As for [`wrap`]; the object is a GObject without a wrapper.
unsafe fn wrap_new(
    object: *mut gobject::GObject,
    ties: Option<&Ties>,
    gtype: usize,
    full: bool,
) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        if !full || gobject::g_object_is_floating(object) != 0 {
            // Takes a floating reference, or makes one of our own.
            gobject::g_object_ref_sink(object);
        }
        wrap_held(object, ties, gtype)
    }
}

/// Makes a wrapper; takes the reference that is ours in any case.
///
/// # Safety
/// The object is live and has no wrapper that can be given to anybody; one reference is ours; the ties are its own, if it
/// has some. The object is of the GType, or about to be.
unsafe fn wrap_held(
    object: *mut gobject::GObject,
    ties: Option<&Ties>,
    gtype: usize,
) -> Result<*mut PyObject> {
    // SAFETY: the object is kept alive by the reference that is ours before the class is looked up, which may run
    // Python code; the wrapper's fields are written before anybody sees it.
    unsafe {
        let mut known_ties = ties;
        loop {
            let class = match class_for(known_ties, gtype) {
                Ok(class) => class,
                Err(raised) => {
                    gobject::g_object_unref(object);
                    return Err(raised);
                }
            };
            // The collector may come here, and whatever it finalises.
            let wrapper = allocate(class);
            if wrapper.is_null() {
                gobject::g_object_unref(object);
                return Err(Raised);
            }
            let ties = known_ties.unwrap_or_else(|| ties::make(object));
            known_ties = Some(ties);
            if let Some(known) = ties.wrapper(object) {
                ffi::Py_INCREF(known);
                discard(wrapper);
                give_up(object);
                return Ok(known);
            }
            if ties.has_been_wrapped() {
                if class_for(Some(ties), gtype)? != class {
                    // It has been wrapped meanwhile, and that wrapper has gone.
                    discard(wrapper);
                    continue;
                }
                let rest = take_over(wrapper, ties);
                tie(wrapper, object, ties, gtype);
                drop(rest);
            } else {
                tie(wrapper, object, ties, gtype);
            }
            return Ok(wrapper);
        }
    }
}

/// The class for the wrapper of an object of a GType, or about to be of it, borrowed: that which the last one had, or has
/// that is on its way out.
///
/// # Safety
/// The GIL is held; the ties are those of a live object.
unsafe fn class_for(ties: Option<&Ties>, gtype: usize) -> Result<*mut PyTypeObject> {
    if let Some(ties) = ties.filter(|ties| ties.has_been_wrapped()) {
        // SAFETY: by the caller's word.
        if let Some(going) = unsafe { ties.back.going() }
            && ties.back.gtype() == gtype
        {
            // SAFETY: as above: it is still a wrapper.
            return Ok(unsafe { ffi::Py_TYPE(going) });
        }
        if let Some(left) = ties.left_for(gtype) {
            return Ok(left);
        }
    }
    registry::class_of(gtype)
}

/// Frees a wrapper that nobody has seen, without a word to its class.
///
/// # Safety
/// It is from [`allocate`](super::base::allocate), and nothing has been written to it.
unsafe fn discard(wrapper: *mut PyObject) {
    // SAFETY: by the caller's word; instances of classes of Python's refer to their class.
    unsafe {
        let class = ffi::Py_TYPE(wrapper);
        ffi::PyObject_GC_UnTrack(wrapper.cast());
        pytype::free_memory(wrapper);
        if ffi::PyType_HasFeature(class, ffi::Py_TPFLAGS_HEAPTYPE) != 0 {
            ffi::Py_DECREF(class.cast());
        }
    }
}

/// What a wrapper has not taken over from others, to be dropped under the GIL once the wrapper is known.
struct Rest([*mut PyObject; 3]);

impl Drop for Rest {
    fn drop(&mut self) {
        for object in self.0 {
            // SAFETY: references of ours, or NULL.
            unsafe { ffi::Py_XDECREF(object) };
        }
    }
}

/// Gives a wrapper the attributes that its object has already, unless it has some itself. One that is on its way out has
/// them no more: until its end any code may run, such as that of its `__slots__`, or of all that goes before it where
/// deallocations are deep. One that was made while the object was of a parent's type shares them.
///
/// # Safety
/// The wrapper is not tied; the ties are its object's. The GIL is held.
unsafe fn take_over(wrapper: *mut PyObject, ties: &Ties) -> Rest {
    // SAFETY: by the caller's word; the memory of a wrapper that is known is still a wrapper's.
    unsafe {
        // What the collector is emptying is not called any more.
        let later = ties.back.is_emptied().then(Later::begin);
        if later.is_some() {
            ties.closures.invalidate_emptied();
        }
        let is_going = ties.back.going().is_some();
        let other = ties.back.take().cast::<Wrapper>();
        let mut dict = ptr::null_mut();
        if is_going {
            dict = std::mem::replace(&mut (*other).inst_dict, ptr::null_mut());
        } else if !other.is_null() {
            dict = ffi::Py_XNewRef((*other).inst_dict);
        }
        let left = ties.take();
        let [class, mut left] =
            left.map_or([ptr::null_mut(); 2], |left| [left.class.cast(), left.dict]);
        if dict.is_null() {
            dict = std::mem::replace(&mut left, ptr::null_mut());
        }
        let this = wrapper.cast::<Wrapper>();
        if (*this).inst_dict.is_null() {
            (*this).inst_dict = std::mem::replace(&mut dict, ptr::null_mut());
        }
        Rest([class, dict, left])
    }
}

/// Ties a wrapper that has none to a GObject of which it takes one reference, whatever other wrappers that has or had.
///
/// # Safety
/// Both are live, and the object is of the GType, or about to be. The GIL is held.
pub unsafe fn attach(wrapper: *mut PyObject, object: *mut gobject::GObject, gtype: usize) {
    // SAFETY: by the caller's word. Looking for the class may have made ties meanwhile.
    unsafe {
        let ties = ties::make(object);
        if ties.has_been_wrapped() {
            let rest = take_over(wrapper, ties);
            tie(wrapper, object, ties, gtype);
            drop(rest);
        } else {
            tie(wrapper, object, ties, gtype);
        }
    }
}

/// The same for an object that has never had a wrapper. The GIL is held, or no other thread knows the object.
///
/// # Safety
/// Both are live; the ties are the object's.
pub unsafe fn tie(
    wrapper: *mut PyObject,
    object: *mut gobject::GObject,
    ties: &Ties,
    gtype: usize,
) {
    // SAFETY: by the caller's word. The collector looks at the ties where there is an object, and may do so right now on
    // another thread.
    unsafe {
        let this = wrapper.cast::<Wrapper>();
        (*this).ties = ties;
        AtomicPtr::from_ptr(&raw mut (*this).obj).store(object, Ordering::Release);
        count(true);
        ties.back.set(wrapper, gtype);
    }
}

/// Parts a wrapper that is still being made from the object that it has met: it waits for another. It has no reference of
/// that one.
///
/// # Safety
/// The GIL is held; the wrapper has an object, and so ties.
pub unsafe fn part(wrapper: *mut PyObject) {
    // SAFETY: by the caller's word; an object that has gone has parted itself.
    unsafe {
        let this = wrapper.cast::<Wrapper>();
        (*(*this).ties).back.forget(wrapper);
        (*this).obj = ptr::null_mut();
        count(false);
    }
}

// ---- Objects of Python's own classes, while they are made ----

/// Makes a wrapper whose GObject somebody else has set, with a reference for it, known to it. A floating object is
/// sunk. TypeError for an object that is not of the wrapper's class, which then stays without.
///
/// # Safety
/// `wrapper` is a live wrapper of a GObject.
pub unsafe fn register(wrapper: *mut PyObject) -> Result<()> {
    // SAFETY: by the caller's word.
    unsafe {
        let object = object_of(wrapper);
        if object.is_null() || ties::wrapper_of(object).is_some() {
            return Ok(());
        }
        let of_class = gtype::lookup(ffi::Py_TYPE(wrapper).cast())?.unwrap_or(0);
        let gtype = gtype_of(object);
        if gobject::g_type_is_a(gtype, of_class) == 0 {
            // Nor is it the wrapper's to give up.
            (*wrapper.cast::<Wrapper>()).obj = ptr::null_mut();
            return Err(type_error(&format!(
                "{} cannot be the wrapper of a {}",
                pytype::class_name(ffi::Py_TYPE(wrapper)),
                gtype_name(gtype)
            )));
        }
        if gobject::g_object_is_floating(object) != 0 {
            gobject::g_object_ref_sink(object);
        }
        attach(wrapper, object, gtype);
        Ok(())
    }
}

/// The wrapper of an object, with a reference of its own if it is new: a floating one stays its owner's. A new
/// reference.
///
/// # Safety
/// The object is live and the GIL is held.
pub unsafe fn of(object: *mut gobject::GObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        let ties = ties::of(object);
        let gtype = gtype_of(object);
        if let Some(known) = ties.and_then(|ties| ties.back.revive(object.cast(), gtype)) {
            return Ok(ffi::Py_NewRef(known));
        }
        gobject::g_object_ref(object);
        wrap_held(object, ties, gtype)
    }
}

/// The wrapper of an object without one, of the class of a GType that the object is about to be of: a new reference. With
/// `full`, one reference to the object is ours.
///
/// # Safety
/// The object is live and has no wrapper.
pub unsafe fn wrap_as_type(
    object: *mut gobject::GObject,
    gtype: usize,
    full: bool,
) -> Result<*mut PyObject> {
    // SAFETY: passed on.
    unsafe { wrap_new(object, ties::of(object), gtype, full) }
}

/// A wrapper of `class` for an object that is being made, with a reference of its own that does not sink a floating
/// one.
///
/// # Safety
/// The class and the object are live; the object is of the GType, and has no wrapper for that.
pub unsafe fn make_for(
    class: *mut PyTypeObject,
    object: *mut gobject::GObject,
    gtype: usize,
) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        let wrapper = allocate(class);
        if wrapper.is_null() {
            return Err(Raised);
        }
        gobject::g_object_ref(object);
        attach(wrapper, object, gtype);
        Ok(wrapper)
    }
}

/// Whether a wrapper has an attribute, in its class or its dictionary; without an exception, and without calling
/// Python.
///
/// # Safety
/// `object` is live, `name` an interned str; the GIL is held.
pub unsafe fn has(object: *mut PyObject, name: *mut PyObject) -> bool {
    // SAFETY: by the caller's word; only wrappers are read as such.
    unsafe {
        class_has(ffi::Py_TYPE(object), name)
            || ffi::PyObject_TypeCheck(object, types().gobject) != 0 && own_has(object, name)
    }
}

/// Whether a wrapper has an attribute in its own dictionary; without an exception, and without calling Python.
///
/// # Safety
/// `object` is a live wrapper of a GObject, `name` an interned str; the GIL is held.
pub unsafe fn own_has(object: *mut PyObject, name: *mut PyObject) -> bool {
    // SAFETY: by the caller's word.
    unsafe {
        let dict = (*object.cast::<Wrapper>()).inst_dict;
        !dict.is_null() && ffi::PyDict_Contains(dict, name) == 1
    }
}

/// Whether an object is a wrapper of a GObject.
///
/// # Safety
/// `object` is live.
pub unsafe fn is_wrapper(object: *mut PyObject) -> bool {
    // SAFETY: by the caller's word.
    unsafe { ffi::PyObject_TypeCheck(object, types().gobject) != 0 }
}

/// The attributes of a wrapper: a dict, borrowed, or NULL while it has none.
///
/// # Safety
/// `object` is a live wrapper.
pub unsafe fn attributes(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe { (*object.cast::<Wrapper>()).inst_dict }
}
