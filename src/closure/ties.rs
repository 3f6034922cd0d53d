//! What a GObject knows of Python: one record for each object that Python has to do with, gone with it.
//!
//! It knows the wrapper by a [`BackPointer`]; what outlives a wrapper (the attributes and the class that the object has in
//! Python) waits here for the next one; the closures of its signals' handlers hang here ([`super::watch`]).
//!
//! Objects of a Python class have it inside, behind what their parent class has: [`places`] knows where. Others get it
//! as qdata at the first need; reading that takes a lock of GObject's, so the record is looked up once where an object
//! comes in, and a wrapper remembers it.
//!
//! All of it is touched under the GIL only, but for an object that no other thread can know yet.

mod places;

use std::alloc::Layout;
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, Ordering};

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{PyObject, PyTypeObject};

use self::places::Place;
use crate::closure::watch::Closures;
use crate::convert::instance::gtype_of;
use crate::python::{self, BackPointer, Gil};

/// The record. With zeros for all it is one of an object of which nothing is known.
#[repr(C)]
pub struct Ties {
    /// The wrapper takes itself out before it gives up its reference to the object.
    pub back: BackPointer,
    /// In the record inside an object, another that stands for it: one in the qdata, from the time before the object was
    /// of its class. Else NULL. It stands here because it is read with the back-pointer.
    instead: Cell<*const Ties>,
    /// What the last wrapper left: strong references or NULL. The class is that for the GType of the back-pointer.
    class: Cell<*mut PyTypeObject>,
    dict: Cell<*mut PyObject>,
    pub closures: Closures,
    /// Whether there has ever been one: then other threads may still be ending it when the object goes.
    had_closures: Cell<bool>,
    /// Whether the object's `do_dispose` has been called.
    pub is_disposed: Cell<bool>,
    /// Whether the next disposal is for GObject's sake alone, and keeps the object: see `construction::finalize`.
    pub is_kept: Cell<bool>,
}

/// What a wrapper left behind: two strong references, the dictionary's NULL if there is none.
pub struct Left {
    pub class: *mut PyTypeObject,
    pub dict: *mut PyObject,
}

fn quark() -> u32 {
    static QUARK: OnceLock<u32> = OnceLock::new();
    // SAFETY: a C string that lives for ever.
    *QUARK.get_or_init(|| unsafe { glib_sys::g_quark_from_static_string(c"gijit".as_ptr()) })
}

/// The record of an object, if it has one; it lives as long as the object.
///
/// # Safety
/// The object is live; the GIL is held, or no other thread knows the object.
#[inline]
pub unsafe fn of<'a>(object: *mut gobject::GObject) -> Option<&'a Ties> {
    // SAFETY: by the caller's word; an object of such a type has a record at the place.
    unsafe {
        match places::of(gtype_of(object)) {
            Some(place) => {
                let inside = inside(object, place);
                Some(inside.instead.get().as_ref().unwrap_or(inside))
            }
            None => in_qdata(object),
        }
    }
}

/// # Safety
/// The object is live, and of a type whose objects have their record there.
#[inline]
unsafe fn inside<'a>(object: *mut gobject::GObject, place: &Place) -> &'a Ties {
    // SAFETY: by the caller's word; GObject fills a new instance with zeros.
    unsafe { &*object.cast::<u8>().add(place.offset).cast::<Ties>() }
}

/// # Safety
/// As for [`of`].
unsafe fn in_qdata<'a>(object: *mut gobject::GObject) -> Option<&'a Ties> {
    // SAFETY: by the caller's word; only `add` writes there.
    unsafe {
        gobject::g_object_get_qdata(object, quark())
            .cast::<Ties>()
            .as_ref()
    }
}

/// The object whose record was found last in its qdata, and that record: what takes a lock is mostly asked again for the
/// same object. Written under the GIL, the object last; a record that ends takes itself out, on any thread, before the
/// object's memory is anybody else's.
static LAST: AtomicPtr<gobject::GObject> = AtomicPtr::new(ptr::null_mut());
static LAST_TIES: AtomicPtr<Ties> = AtomicPtr::new(ptr::null_mut());

/// The record that was found last, if it was this object's.
///
/// # Safety
/// `object` is NULL or a live instance of any type; the GIL is held.
#[inline]
unsafe fn last<'a>(object: *mut gobject::GObject) -> Option<&'a Ties> {
    if object.is_null() || LAST.load(Ordering::Relaxed) != object {
        return None;
    }
    // SAFETY: both were written together, under the GIL, and the record has not ended, as the object is live.
    unsafe { LAST_TIES.load(Ordering::Relaxed).as_ref() }
}

/// As [`of`], where C passes an object to Python.
///
/// # Safety
/// The object is live; the GIL is held.
#[inline]
pub unsafe fn of_passed<'a>(object: *mut gobject::GObject) -> Option<&'a Ties> {
    // SAFETY: by the caller's word.
    unsafe {
        if let Some(last) = last(object) {
            return Some(last);
        }
        let found = of(object)?;
        if places::of(gtype_of(object)).is_none() {
            LAST_TIES.store(ptr::from_ref(found).cast_mut(), Ordering::Relaxed);
            LAST.store(object, Ordering::Relaxed);
        }
        Some(found)
    }
}

/// The record inside an object that is just becoming one of a Python class. Somebody may have met it before, while it
/// was one of the parent's: what it has then stands for the one inside.
///
/// # Safety
/// The object is live, and being initialised by a type whose objects have their record inside.
pub unsafe fn begin<'a>(object: *mut gobject::GObject) -> Option<&'a Ties> {
    // SAFETY: by the caller's word.
    unsafe {
        if let (false, Some(place)) = ((*object).qdata.is_null(), places::of(gtype_of(object)))
            && let Some(before) = in_qdata(object)
        {
            inside(object, place).instead.set(before);
        }
        of(object)
    }
}

/// Makes room for a record in the objects of a class that is about to be registered, as [`places::reserve`] does.
pub fn reserve(parent: usize, size: u32) -> (u16, impl FnOnce(usize)) {
    places::reserve(parent, size, Layout::new::<Ties>())
}

/// The wrapper of an object, borrowed, if it has one that can be given to anybody.
///
/// # Safety
/// The object is live and the GIL is held.
#[inline]
pub unsafe fn wrapper_of(object: *mut gobject::GObject) -> Option<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe { of(object)?.wrapper(object) }
}

/// The wrapper of an instance of a Python class, borrowed: where an instance comes in this is asked first, since it costs
/// next to nothing. None for NULL, for instances of all other types, and where there is no wrapper.
///
/// # Safety
/// NULL or a live instance of any type; the GIL is held.
#[inline]
pub unsafe fn wrapper_inside(instance: *mut c_void) -> Option<*mut PyObject> {
    // SAFETY: by the caller's word; only an object of such a type is read as one.
    unsafe {
        if instance.is_null() {
            return None;
        }
        let gtype = gtype_of(instance);
        let inside = inside(instance.cast(), places::of(gtype)?);
        let ties = inside.instead.get().as_ref().unwrap_or(inside);
        ties.back.revive(instance, gtype)
    }
}

/// The same, and for the object that C passed last.
///
/// # Safety
/// As for [`wrapper_inside`].
#[inline]
pub unsafe fn wrapper_at_hand(instance: *mut c_void) -> Option<*mut PyObject> {
    // SAFETY: by the caller's word; what has a record is an object.
    unsafe {
        match last(instance.cast()) {
            Some(ties) => ties.wrapper(instance.cast()),
            None => wrapper_inside(instance),
        }
    }
}

/// Where a wrapper has the dictionary of its attributes, or NULL.
pub const WRAPPER_DICT: usize = WRAPPER_POINTER + 8;

/// Has the machine fetch the dictionary of an object's attributes, while Python is still on its way there.
///
/// # Safety
/// The wrapper of an object, which is live; the GIL is held.
#[inline]
pub unsafe fn fetch_attributes(wrapper: *mut PyObject) {
    // SAFETY: by the caller's word.
    let dict = unsafe {
        wrapper
            .byte_add(WRAPPER_DICT)
            .cast::<*const c_void>()
            .read()
    };
    python::fetch(dict);
}

/// The wrapper of an instance of a Python class for what a value holds.
///
/// # Safety
/// The value is live; the GIL is held.
pub unsafe fn wrapper_of_value(value: *const gobject::GValue) -> Option<*mut PyObject> {
    // SAFETY: by the caller's word; the value of such a type holds an object of it.
    unsafe {
        places::of((*value).g_type)?;
        wrapper_inside((&raw const (*value).data).cast::<*mut c_void>().read())
    }
}

/// The record of an object, made if there is none.
///
/// # Safety
/// As for [`of`].
pub unsafe fn make<'a>(object: *mut gobject::GObject) -> &'a Ties {
    // SAFETY: passed on.
    unsafe { of(object).unwrap_or_else(|| add(object)) }
}

/// The record of an object that has none.
///
/// # Safety
/// As for [`of`].
unsafe fn add<'a>(object: *mut gobject::GObject) -> &'a Ties {
    let made = Box::into_raw(Box::new(Ties {
        back: BackPointer::new(ptr::null_mut(), 0),
        class: Cell::new(ptr::null_mut()),
        dict: Cell::new(ptr::null_mut()),
        closures: Closures::default(),
        had_closures: Cell::new(false),
        is_disposed: Cell::new(false),
        is_kept: Cell::new(false),
        instead: Cell::new(ptr::null()),
    }));
    // SAFETY: by the caller's word; the record is the object's from here on.
    unsafe {
        gobject::g_object_set_qdata_full(object, quark(), made.cast(), Some(end));
        &*made
    }
}

/// Ends the record in the qdata of an object, with that, on whichever thread that is.
unsafe extern "C" fn end(ties: *mut c_void) {
    // SAFETY: the box that `add` made, which nobody reaches any more once it has ended.
    unsafe {
        let ties = ties.cast::<Ties>();
        if LAST_TIES.load(Ordering::Relaxed) == ties {
            LAST.store(ptr::null_mut(), Ordering::Relaxed);
        }
        if (*ties).end() {
            drop(Box::from_raw(ties));
        }
    }
}

/// `finalize` of the classes whose objects have the record inside.
unsafe extern "C" fn finalize(object: *mut gobject::GObject) {
    // SAFETY: GObject calls this with an object of such a class, at its very end.
    unsafe {
        if let Some(place) = places::of(gtype_of(object)) {
            inside(object, place).end();
            if let Some(finalize) = place.finalize.get().copied().flatten() {
                finalize(object);
            }
        }
    }
}

/// Has the objects of a new class end the record that they have inside.
///
/// # Safety
/// The class is being made, for this type.
pub unsafe fn install(class: *mut gobject::GObjectClass, gtype: usize) {
    // SAFETY: by the caller's word; the class begins as a copy of its parent's. Those that derive from it have the
    // function from it.
    unsafe {
        if let Some(place) = places::of(gtype)
            && places::of(gobject::g_type_parent(gtype)).is_none()
        {
            let _ = place.finalize.set((*class).finalize);
            (*class).finalize = Some(finalize);
        }
    }
}

impl Ties {
    /// Gives up all that is Python's, on any thread: the object goes. False if there is no interpreter any more that it
    /// could be given up to: nobody looks at the references then, but they are left to the end of the process.
    fn end(&self) -> bool {
        // Nobody else reaches this any more but closures that another thread is ending: those do it under the GIL.
        if !self.had_closures.get() && !self.has_been_wrapped() {
            return true;
        }
        let Some(gil) = Gil::take() else {
            return false;
        };
        // SAFETY: the GIL is held; the references are ours.
        unsafe {
            // One that waits for what is made now, and has met what is not that.
            self.back.part();
            self.closures.invalidate();
            if let Some(left) = self.take() {
                python::later::drop_later(&gil, [left.class.cast(), left.dict]);
            }
        }
        drop(gil);
        true
    }

    /// Adds a closure to the object's.
    ///
    /// # Safety
    /// As for [`Closures::add`].
    pub unsafe fn watch(&self, closure: *mut gobject::GClosure) {
        self.had_closures.set(true);
        // SAFETY: passed on.
        unsafe { self.closures.add(closure) };
    }

    /// The wrapper, borrowed, if there is one that can be given to anybody.
    ///
    /// # Safety
    /// The ties are the object's, which is live; the GIL is held.
    #[inline]
    pub unsafe fn wrapper(&self, object: *mut gobject::GObject) -> Option<*mut PyObject> {
        // SAFETY: by the caller's word.
        unsafe { self.back.revive(object.cast(), gtype_of(object)) }
    }

    /// Whether there has been a wrapper of the object, or still is.
    pub fn has_been_wrapped(&self) -> bool {
        self.back.is_set() || !self.class.get().is_null()
    }

    /// The class that the last wrapper left, borrowed, if it is one for the GType.
    pub fn left_for(&self, gtype: usize) -> Option<*mut PyTypeObject> {
        let class = self.class.get();
        (!class.is_null() && self.back.gtype() == gtype).then_some(class)
    }

    /// Takes what a wrapper leaves behind; there is nothing left from one before it.
    pub fn leave(&self, left: Left) {
        self.class.set(left.class);
        self.dict.set(left.dict);
    }

    /// Gives back what the last wrapper left.
    pub fn take(&self) -> Option<Left> {
        let class = self.class.replace(ptr::null_mut());
        let dict = self.dict.replace(ptr::null_mut());
        (!class.is_null()).then_some(Left { class, dict })
    }
}
