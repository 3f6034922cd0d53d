//! The base types as types: how Python makes an instance, lets it go, has the collector go through it, and shows it.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::reference::give_up;
use super::{Wrapper, attach};
use crate::closure::ties::Left;
use crate::convert::gtype::gtype_name;
use crate::convert::instance::gtype_of;
use crate::convert::{errors, gtype};
use crate::object::class::{origin, registry};
use crate::object::instance::base::{TYPES, Types, compare, count, hash, pointer, repr};
use crate::object::instance::{construction, fundamental, weakref};
use crate::object::property::binding;
use crate::object::{property, pytype, signal};
use crate::python::error::{Result, c_text, not_implemented, type_error};
use crate::python::{Later, UnderGil};

/// Makes the types; once, at initialisation.
pub fn initialise() -> Result<()> {
    let gobject = pytype::make_static(pytype::Spec {
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
            pytype::method_noargs(c"__copy__", refuse_copy),
            pytype::method_one(c"__deepcopy__", refuse_copy, false),
            weakref::method(),
        ]
        .into_iter()
        .chain(property::methods())
        .chain(signal::methods())
        .chain([binding::method()])
        .chain(construction::methods())
        .collect(),
    })?;
    let interface = pytype::make_static(pytype::Spec {
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
        pytype::add(
            gobject,
            name,
            crate::object::gtype::gtype_out(gobject::G_TYPE_OBJECT),
        )?;
        pytype::add(
            interface,
            name,
            crate::object::gtype::gtype_out(gobject::G_TYPE_INTERFACE),
        )?;
    }
    let _ = TYPES.set(Types {
        gobject,
        interface,
        fundamental: fundamental::initialise()?,
    });
    Ok(())
}

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
            is_simple: origin::of_library(gtype) == gobject::G_TYPE_OBJECT,
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
        pytype::free_memory(object);
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
            ties.closures.invalidate_emptied();
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
            .map_or(0, |ties| ties.closures.traverse(empties, visit, arg))
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
                ties.closures.invalidate();
            }
            release(object);
            drop(later);
        }
    }
    0
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
        let name = unsafe { c_text(name) };
        Err(not_implemented(&format!("{name} can not be constructed")))
    })
    .map_or(-1, |()| 0)
}
