//! Wrappers of objects: the base types `GObject` and `GInterface`, and the way from C to Python, also for instances of
//! other fundamental types ([`super::fundamental`]).
//!
//! A GObject has at most one wrapper that it knows, by a back-pointer in its [`Ties`]. The wrapper owns one strong
//! reference, and takes itself out of there before it gives that up. A wrapper dies as soon as Python drops it, even
//! while C keeps the GObject: its instance dictionary and its class are then left in the ties, and the next wrapper takes
//! them back, but for an empty dictionary of the usual class. A wrapper that was made while the GObject was still of a
//! parent's type gives way to one of the final class, and shares its dictionary with that. The layout is PyGObject's,
//! which C extensions know.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering};

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{
    binding, construction, fundamental, property, registry, signal, subclass, types, weakref,
};
use crate::closure::later::Later;
use crate::closure::ties::{self, Left, Ties};
use crate::closure::watch;
use crate::convert::cell::{References, TypeCell};
use crate::convert::instance::{gtype_name, gtype_of, not_initialized};
use crate::convert::reference::Name;
use crate::convert::{Raised, Result, errors, gtype, not_implemented, type_error};
use crate::python::{self, UnderGil};

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

const _: () = assert!(offset_of!(Wrapper, obj) == WRAPPER_POINTER);

/// The base types.
pub struct Types {
    pub gobject: *mut PyTypeObject,
    pub interface: *mut PyTypeObject,
    pub fundamental: *mut PyTypeObject,
}

// SAFETY: the types are immortal and written once.
unsafe impl Send for Types {}
// SAFETY: as above.
unsafe impl Sync for Types {}

static TYPES: OnceLock<Types> = OnceLock::new();

/// Wrappers that hold an instance. Counted for `gijit.stats()` and for tests of leaks.
static LIVE: AtomicUsize = AtomicUsize::new(0);

pub fn live() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// Counts a wrapper that has got its instance, or has given it up.
pub fn count(holds: bool) {
    if holds {
        LIVE.fetch_add(1, Ordering::Relaxed);
    } else {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

pub fn types() -> &'static Types {
    TYPES.get().expect("the types are made at initialisation")
}

/// Makes the types; once, at initialisation.
pub fn initialise() -> Result<()> {
    let gobject = types::make_static(types::Spec {
        name: c"gi._gi.GObject",
        size: size_of::<Wrapper>(),
        flags: ffi::Py_TPFLAGS_BASETYPE | ffi::Py_TPFLAGS_HAVE_GC,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_new, ffi::PyType_GenericNew as *mut c_void),
            (ffi::Py_tp_init, construct as *mut c_void),
            (ffi::Py_tp_dealloc, dealloc as *mut c_void),
            (ffi::Py_tp_traverse, traverse as *mut c_void),
            (ffi::Py_tp_clear, clear as *mut c_void),
            (ffi::Py_tp_finalize, construction::finalize as *mut c_void),
            (ffi::Py_tp_repr, repr as *mut c_void),
            (ffi::Py_tp_hash, hash as *mut c_void),
            (ffi::Py_tp_richcompare, compare as *mut c_void),
        ],
        offsets: vec![
            (c"__dictoffset__", offset_of!(Wrapper, inst_dict)),
            (c"__weaklistoffset__", offset_of!(Wrapper, weakreflist)),
        ],
        getters: vec![
            (c"__dict__", get_dict),
            (c"__grefcount__", get_grefcount),
            (c"__gpointer__", get_gpointer),
        ],
        methods: [
            types::method_noargs(c"__copy__", refuse_copy),
            types::method_one(c"__deepcopy__", refuse_copy, false),
            weakref::method(),
        ]
        .into_iter()
        .chain(property::methods())
        .chain(signal::methods())
        .chain([binding::method()])
        .chain(construction::methods())
        .collect(),
    })?;
    let interface = types::make_static(types::Spec {
        name: c"gobject.GInterface",
        size: size_of::<PyObject>(),
        flags: ffi::Py_TPFLAGS_BASETYPE,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_new, ffi::PyType_GenericNew as *mut c_void),
            (ffi::Py_tp_init, refuse_interface as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![],
    })?;
    // SAFETY: live types, which take references of their own.
    unsafe {
        let name = c"__gtype__";
        types::add(
            gobject,
            name,
            super::gtype::gtype_out(gobject::G_TYPE_OBJECT),
        )?;
        types::add(
            interface,
            name,
            super::gtype::gtype_out(gobject::G_TYPE_INTERFACE),
        )?;
    }
    let _ = TYPES.set(Types {
        gobject,
        interface,
        fundamental: fundamental::initialise()?,
    });
    Ok(())
}

/// The GObject of a wrapper, borrowed; NULL before construction.
///
/// # Safety
/// `object` is a live wrapper of a GObject.
pub unsafe fn object_of(object: *mut PyObject) -> *mut gobject::GObject {
    // SAFETY: by the caller's word.
    unsafe { pointer(object).cast() }
}

/// The same for a method of the base type: TypeError before construction.
///
/// # Safety
/// `object` is a live wrapper of a GObject.
pub unsafe fn held(object: *mut PyObject) -> Result<*mut gobject::GObject> {
    // SAFETY: by the caller's word; reads a static that the interpreter has initialised.
    unsafe {
        let held = object_of(object);
        if held.is_null() {
            return Err(errors::not_initialized(ffi::PyExc_TypeError, object));
        }
        Ok(held)
    }
}

/// What a wrapper holds, borrowed, or NULL.
///
/// # Safety
/// `object` is a live wrapper.
pub unsafe fn pointer(object: *mut PyObject) -> *mut c_void {
    // SAFETY: every wrapper has its pointer there.
    unsafe {
        *object
            .cast::<u8>()
            .add(WRAPPER_POINTER)
            .cast::<*mut c_void>()
    }
}

/// The GObject in a wrapper, borrowed; None for other objects. RuntimeError if it has not been constructed.
///
/// # Safety
/// `object` is live.
pub unsafe fn gobject_of(object: *mut PyObject) -> Result<Option<*mut gobject::GObject>> {
    // SAFETY: passed on.
    unsafe { Ok(instance_of(object, types().gobject)?.map(<*mut c_void>::cast)) }
}

/// The instance in a wrapper of this base type, borrowed; None for other objects. RuntimeError if there is none yet.
///
/// # Safety
/// `object` is live.
pub unsafe fn instance_of(
    object: *mut PyObject,
    base: *mut PyTypeObject,
) -> Result<Option<*mut c_void>> {
    // SAFETY: the object is live; only wrappers are read as such.
    unsafe {
        if ffi::PyObject_TypeCheck(object, base) == 0 {
            return Ok(None);
        }
        let instance = pointer(object);
        if instance.is_null() {
            return Err(not_initialized(object));
        }
        Ok(Some(instance))
    }
}

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
            ties = ties::of(object.cast());
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
/// It is from [`allocate`], and nothing has been written to it.
unsafe fn discard(wrapper: *mut PyObject) {
    // SAFETY: by the caller's word; instances of classes of Python's refer to their class.
    unsafe {
        let class = ffi::Py_TYPE(wrapper);
        ffi::PyObject_GC_UnTrack(wrapper.cast());
        types::free_memory(wrapper);
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
            watch::invalidate_emptied(ties);
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

/// A wrapper without an instance: a new reference.
///
/// # Safety
/// `class` is a live class.
pub unsafe fn allocate(class: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: every class has an allocator.
    unsafe {
        let alloc = (*class).tp_alloc.expect("a ready type can allocate");
        alloc(class, 0)
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
                types::class_name(ffi::Py_TYPE(wrapper)),
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

/// What a class has under a name, its bases included, as it stands there: borrowed, or NULL without an exception.
///
/// # Safety
/// `class` is live; the GIL is held.
pub unsafe fn type_attribute(class: *mut PyTypeObject, name: &Name) -> *mut PyObject {
    let Ok(name) = name.get() else {
        // SAFETY: the GIL is held.
        unsafe { ffi::PyErr_Clear() };
        return ptr::null_mut();
    };
    // SAFETY: by the caller's word.
    unsafe { lookup(class, name) }
}

/// # Safety
/// `class` is live, `name` an interned str; the GIL is held.
unsafe fn lookup(class: *mut PyTypeObject, name: *mut PyObject) -> *mut PyObject {
    unsafe extern "C" {
        fn _PyType_Lookup(class: *mut PyTypeObject, name: *mut PyObject) -> *mut PyObject;
    }
    // SAFETY: by the caller's word.
    unsafe { _PyType_Lookup(class, name) }
}

/// Whether a class has an attribute, its own or a base's; without an exception, and without calling Python.
///
/// # Safety
/// `class` is live, `name` an interned str; the GIL is held.
pub unsafe fn class_has(class: *mut PyTypeObject, name: *mut PyObject) -> bool {
    // SAFETY: by the caller's word.
    unsafe { !lookup(class, name).is_null() }
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

// ---- The type's own functions ----

/// What is asked of a class before each of its objects is made.
#[derive(Clone, Copy)]
struct Constructible {
    gtype: usize,
    /// Whether its objects begin with a floating reference.
    floats: bool,
    /// Whether only GObject's own code and Python's makes them: there is no library's class among those above.
    is_simple: bool,
    /// One has been made, so that nobody is still at making the class.
    has_made: bool,
}

/// By address: classes that live for ever.
static CONSTRUCTIBLE: UnderGil<FxHashMap<usize, Constructible>> =
    UnderGil::new(FxHashMap::with_hasher(FxBuildHasher));

/// TypeError for a class of no objects, and for an abstract one.
///
/// # Safety
/// A live class; the GIL is held.
unsafe fn constructible(class: *mut PyTypeObject) -> Result<Constructible> {
    // SAFETY: by the caller's word; a table is touched without more.
    unsafe {
        if let Some(known) = CONSTRUCTIBLE.with(|known| known.get(&(class as usize)).copied()) {
            return Ok(known);
        }
        let gtype = match gtype::lookup(class.cast())? {
            Some(gtype) if gobject::g_type_is_a(gtype, gobject::G_TYPE_OBJECT) != 0 => gtype,
            _ => return Err(errors::no_gtype()),
        };
        if gobject::g_type_test_flags(gtype, gobject::G_TYPE_FLAG_ABSTRACT) != 0 {
            return Err(errors::abstract_type(gtype));
        }
        let unowned = gobject::g_initially_unowned_get_type();
        let found = Constructible {
            gtype,
            floats: gobject::g_type_is_a(gtype, unowned) != 0,
            is_simple: subclass::of_library(gtype) == gobject::G_TYPE_OBJECT,
            has_made: false,
        };
        if registry::known_class(gtype) == Some(class) {
            CONSTRUCTIBLE.with(|known| known.insert(class as usize, found));
        }
        Ok(found)
    }
}

unsafe extern "C" fn construct(
    object: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> c_int {
    crate::guard(|| {
        // SAFETY: called with a live wrapper, a tuple, and NULL or a dict.
        unsafe {
            if !pointer(object).is_null() {
                return Ok(());
            }
            let class = ffi::Py_TYPE(object);
            if ffi::PyTuple_Size(args) > 0 {
                return Err(type_error(&format!(
                    "GObject.__init__() takes exactly 0 arguments ({} given)",
                    ffi::PyTuple_Size(args)
                )));
            }
            let Constructible {
                gtype,
                floats,
                is_simple,
                has_made,
            } = constructible(class)?;
            // Nothing in there can wait for another thread. What a class waits for while it is made may.
            let keeps = is_simple && has_made;
            let made = property::construct(gtype, kwargs, object, keeps)?;
            if !has_made {
                CONSTRUCTIBLE.with(|known| {
                    if let Some(known) = known.get_mut(&(class as usize)) {
                        known.has_made = true;
                    }
                });
            }
            // A toplevel window sinks itself and belongs to its library: this takes a reference of the wrapper's own.
            if floats || gobject::g_object_is_floating(made) != 0 {
                gobject::g_object_ref_sink(made);
            }
            if pointer(object).is_null() {
                let found = gtype_of(made);
                if found != gtype && gobject::g_type_is_a(found, gtype) == 0 {
                    gobject::g_object_unref(made);
                    return Err(type_error(&format!(
                        "the constructor of {} has made a {}",
                        gtype_name(gtype),
                        gtype_name(found)
                    )));
                }
                attach(object, made, found);
            }
            Ok(())
        }
    })
    .map_or(-1, |()| 0)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone. Whoever looks for the wrapper while weak references are cleared
    // sees that it is dying, and makes another, which takes the attributes.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        if !(*object.cast::<Wrapper>()).weakreflist.is_null() {
            ffi::PyObject_ClearWeakRefs(object);
        }
        release(object);
        types::free_memory(object);
    }
}

/// Gives up all that a wrapper has. Its GObject may go, and run Python code that asks for it again: it then gets a
/// wrapper with the same class and attributes.
///
/// # Safety
/// `object` is a wrapper, and nobody uses it any more.
unsafe fn release(object: *mut PyObject) {
    // SAFETY: by the caller's word. Finalisers of the GObject may block, so the last reference goes without the GIL.
    // Weak references stay: the collector, which comes here too, has cleared those it found, and what has made others
    // since may still use them.
    unsafe {
        let this = object.cast::<Wrapper>();
        let held = std::mem::replace(&mut (*this).obj, ptr::null_mut());
        if held.is_null() {
            ffi::Py_CLEAR(&mut (*this).inst_dict);
            return;
        }
        let Some(ties) = (*this).ties.as_ref() else {
            // An extension has set it, and has not said so.
            ffi::Py_CLEAR(&mut (*this).inst_dict);
            give_up(held);
            return;
        };
        let is_emptied = ties.back.is(object) && ties.back.is_emptied();
        let later = is_emptied.then(Later::begin);
        if is_emptied {
            watch::invalidate_emptied(ties);
        }
        let is_known = ties.back.forget(object);
        let dict = std::mem::replace(&mut (*this).inst_dict, ptr::null_mut());
        let class = ffi::Py_TYPE(object);
        let is_usual = || {
            let empty = dict.is_null() || ffi::PyDict_Size(dict) == 0;
            empty && registry::known_class(gtype_of(held)) == Some(class)
        };
        // With the last reference too: what runs while the object is disposed of may still look at it.
        if !is_known || is_usual() {
            ffi::Py_XDECREF(dict);
        } else {
            ffi::Py_INCREF(class.cast());
            ties.leave(Left { class, dict });
        }
        count(false);
        give_up(held);
        drop(later);
    }
}

/// Gives up a reference to an object. The last one goes without the GIL, since finalisers may block; and so does any
/// with which GObject does more than to count.
///
/// # Safety
/// The reference is ours and the GIL is held.
unsafe fn give_up(object: *mut gobject::GObject) {
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

unsafe extern "C" fn traverse(
    object: *mut PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the collector's protocol: visit what the object refers to. CPython itself visits the type of a subclass.
    unsafe {
        let this = object.cast::<Wrapper>();
        let held = AtomicPtr::from_ptr(&raw mut (*this).obj).load(Ordering::Acquire);
        // Attributes outlive the wrapper while C holds the object: only a wrapper with the last reference owns them.
        // This is asked only where the collector subtracts references, which passes the object itself. It goes over the
        // same objects again to mark what can be reached, and another thread may have taken a reference meanwhile: what
        // has been subtracted must be marked in any case, or things in use are taken for garbage.
        let subtracts = arg == object.cast();
        let ties = (*this).ties.as_ref().filter(|_| !held.is_null());
        let empties = ties.is_some_and(|ties| ties.back.traversed(object, subtracts));
        if subtracts && !held.is_null() && (*held).ref_count > 1 {
            return 0;
        }
        if !(*this).inst_dict.is_null() {
            let result = visit((*this).inst_dict, arg);
            if result != 0 {
                return result;
            }
        }
        // So do its signals' handlers.
        ties.filter(|ties| ties.back.is(object))
            .map_or(0, |ties| watch::traverse(ties, empties, visit, arg))
    }
}

unsafe extern "C" fn clear(object: *mut PyObject) -> c_int {
    crate::python::stay();
    // SAFETY: the collector's protocol: only what was visited is let go of. What C holds keeps its attributes.
    // Disposing of the object comes before its attributes go.
    unsafe {
        let this = object.cast::<Wrapper>();
        let held = (*this).obj;
        if held.is_null() {
            ffi::Py_CLEAR(&mut (*this).inst_dict);
        } else if (*held).ref_count == 1 {
            let later = Later::begin();
            if let Some(ties) = (*this).ties.as_ref().filter(|ties| ties.back.is(object)) {
                watch::invalidate(ties);
            }
            release(object);
            drop(later);
        }
    }
    0
}

pub unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper; a pointer that is not NULL leads to a live instance.
    unsafe {
        let class = ffi::Py_TYPE(object);
        let instance = pointer(object);
        let inner = if instance.is_null() {
            "uninitialized".to_owned()
        } else {
            let gtype = gtype_of(instance);
            format!("{} at {instance:p}", gtype_name(gtype))
        };
        let name = types::class_name(class);
        types::text(&format!("<{name} object at {object:p} ({inner})>"))
    }
}

pub unsafe extern "C" fn hash(object: *mut PyObject) -> ffi::Py_hash_t {
    // SAFETY: called with a live wrapper.
    types::hash(unsafe { pointer(object) } as usize)
}

pub unsafe extern "C" fn compare(
    a: *mut PyObject,
    b: *mut PyObject,
    operation: c_int,
) -> *mut PyObject {
    // SAFETY: called with a live wrapper and any live object; only wrappers are read as such.
    unsafe {
        let is_wrapper = |object| {
            ffi::PyObject_TypeCheck(object, types().gobject) != 0
                || ffi::PyObject_TypeCheck(object, types().fundamental) != 0
        };
        if !is_wrapper(a) || !is_wrapper(b) {
            return types::not_implemented();
        }
        types::compare(pointer(a) as usize, pointer(b) as usize, operation)
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

unsafe extern "C" fn get_dict(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    unsafe {
        let dict = &mut (*object.cast::<Wrapper>()).inst_dict;
        if dict.is_null() {
            *dict = ffi::PyDict_New();
        }
        ffi::Py_XNewRef(*dict)
    }
}

unsafe extern "C" fn get_grefcount(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper; the count is read without a lock, as PyGObject does.
        unsafe {
            let held = pointer(object).cast::<gobject::GObject>();
            if held.is_null() {
                return Err(type_error("GObject instance is not yet created"));
            }
            Ok(ffi::PyLong_FromUnsignedLong((*held).ref_count.into()))
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn get_gpointer(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a live wrapper; a NULL pointer makes PyCapsule_New raise.
    unsafe { ffi::PyCapsule_New(pointer(object), ptr::null(), None) }
}

// ---- What cannot be done ----

unsafe extern "C" fn refuse_copy(_: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    type_error("GObject descendants' instances are non-copyable");
    ptr::null_mut()
}

unsafe extern "C" fn refuse_interface(
    object: *mut PyObject,
    _: *mut PyObject,
    _: *mut PyObject,
) -> c_int {
    crate::guard(|| -> Result<()> {
        // SAFETY: called with a live object.
        let name = unsafe { (*ffi::Py_TYPE(object)).tp_name };
        // SAFETY: the type's name is a C string.
        let name = unsafe { crate::convert::c_text(name) };
        Err(not_implemented(&format!("{name} can not be constructed")))
    })
    .map_or(-1, |()| 0)
}
