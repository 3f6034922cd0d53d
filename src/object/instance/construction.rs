//! `do_constructed` and `do_dispose`: what GObject does at both ends of an object's life, as methods of the base type.
//!
//! Compat surface, section 3.2. The methods here are what those of a program chain up to, through `super()` and without
//! arguments. A `do_constructed` of its own gets into the class struct as any virtual function. A `do_dispose` is
//! called once in an object's life: when it is disposed of for the first time, or before Python lets go of the last
//! reference, so that the attributes are still there, also when the collector takes a whole circle.

use std::ptr;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::closure::{Outer, ties};
use crate::convert::instance::gtype_of;
use crate::convert::output;
use crate::object::class::origin;
use crate::object::instance::base;
use crate::object::instance::wrapper;
use crate::object::pytype;
use crate::python::error::{Result, type_error};
use crate::python::reference::Name;
use crate::python::reference::not_null;
use crate::python::{self, Gil, Later};

/// The methods for the base type.
pub fn methods() -> [ffi::PyMethodDef; 2] {
    [
        pytype::method_noargs(c"do_constructed", do_constructed),
        pytype::method_noargs(c"do_dispose", do_dispose),
    ]
}

type End = unsafe extern "C" fn(*mut gobject::GObject);

/// Calls what the nearest class of a library has.
///
/// # Safety
/// `this` is a live wrapper.
unsafe fn chain_up(
    this: *mut PyObject,
    which: impl FnOnce(&gobject::GObjectClass) -> Option<End>,
) -> *mut PyObject {
    crate::guard(|| -> Result<*mut PyObject> {
        // SAFETY: by the caller's word.
        unsafe {
            let Some(object) = base::gobject_of(this)? else {
                return Err(type_error("a GObject is wanted"));
            };
            if let Some(function) = of_library(object).and_then(which) {
                let later = Later::begin();
                let done = python::outer::asking(|| function(object));
                drop(later);
                done?;
            }
            Ok(output::none())
        }
    })
    .unwrap_or(ptr::null_mut())
}

// ---- Disposing of an object ----

/// Has objects of a new class call their `do_dispose`, if it has one that is not the base type's.
///
/// # Safety
/// Both are being made, and are of one GType.
pub unsafe fn install(class: *mut gobject::GObjectClass, python_class: *mut PyTypeObject) {
    // SAFETY: by the caller's word.
    unsafe {
        let of_base = base::type_attribute(base::types().gobject, &NAME);
        if base::type_attribute(python_class, &NAME) != of_base {
            (*class).dispose = Some(dispose);
        }
    }
}

static NAME: Name = Name::new(c"do_dispose");

/// Called by GObject each time that it disposes of an object of a class with a `do_dispose`.
unsafe extern "C" fn dispose(object: *mut gobject::GObject) {
    // SAFETY: GObject calls this with a live object.
    unsafe {
        let gil = Gil::take();
        if gil.is_some() && ties::make(object).is_kept.replace(false) {
            gobject::g_object_ref(object);
            return;
        }
        let gil = gil.filter(|_| !ties::make(object).is_disposed.replace(true));
        let Some(gil) = gil else {
            if let Some(function) = of_library(object).and_then(|class| class.dispose) {
                function(object);
            }
            return;
        };
        let outer = Outer::take();
        let done = crate::guard(|| {
            python::room()?;
            let this = wrapper::of(object)?;
            let result = NAME
                .get()
                .map(|name| ffi::PyObject_CallMethodNoArgs(this, name));
            ffi::Py_DECREF(this);
            ffi::Py_DECREF(not_null(result?)?);
            Ok(())
        });
        if done.is_none() {
            python::print();
        }
        drop(outer);
        drop(gil);
    }
}

/// Has an object disposed of while its wrapper, whose last reference goes, is whole: `tp_finalize` of the base type.
pub unsafe extern "C" fn finalize(this: *mut PyObject) {
    // SAFETY: called with a live wrapper; the class of a live object is alive.
    unsafe {
        let object = base::object_of(this);
        // Once Python ends, `dispose` no longer comes to it.
        if object.is_null() || (*object).ref_count != 1 || ffi::Py_IsInitialized() == 0 {
            return;
        }
        let class = (*object.cast::<gobject::GTypeInstance>()).g_class;
        let function = (*class.cast::<gobject::GObjectClass>()).dispose;
        let is_ours =
            function.is_some_and(|function| function as usize == dispose as *const () as usize);
        if !is_ours || ties::of(object).is_some_and(|ties| ties.is_disposed.get()) {
            return;
        }
        clear_weak_locations(object);
        let outer = Outer::take();
        let later = Later::begin();
        python::without_gil(|| gobject::g_object_run_dispose(object));
        drop(later);
        drop(outer);
    }
}

/// Clears the `GWeakRef`s of an object, as GObject does for the last reference, before it disposes of it. With
/// `g_object_run_dispose` they would still lead to the object meanwhile, and GBinding of GLib 2.74 frees what it has below
/// its own feet when the other end of a binding goes then.
///
/// # Safety
/// The caller has the GIL and a reference, which it still has afterwards; the object's class disposes by `dispose`.
unsafe fn clear_weak_locations(object: *mut gobject::GObject) {
    // SAFETY: the reference is given up, and taken again before anybody else can end the object: either by `dispose`, which
    // finds that it shall; or, where another thread has taken a reference out of a `GWeakRef`, here. That thread cannot get
    // further than into `dispose` with it, which waits for the GIL.
    unsafe {
        let ties = ties::make(object);
        ties.is_kept.set(true);
        gobject::g_object_unref(object);
        if ties.is_kept.replace(false) {
            gobject::g_object_ref(object);
        }
    }
}

/// What a class wants to have called with each new object, before the properties of its construction are set: borrowed.
///
/// # Safety
/// A live class; the GIL is held.
pub unsafe fn hook(class: *mut PyTypeObject) -> Option<*mut PyObject> {
    static NAME: Name = Name::new(c"__dontuse_ginstance_init__");
    // SAFETY: by the caller's word.
    let found = unsafe { base::type_attribute(class, &NAME) };
    (!found.is_null()).then_some(found)
}

/// The class struct of the nearest class that is a library's.
///
/// # Safety
/// A live object.
unsafe fn of_library<'a>(object: *mut gobject::GObject) -> Option<&'a gobject::GObjectClass> {
    // SAFETY: the class of a live object is alive, and so are those of its parents.
    unsafe {
        gobject::g_type_class_peek(origin::of_library(gtype_of(object)))
            .cast::<gobject::GObjectClass>()
            .as_ref()
    }
}

unsafe extern "C" fn do_constructed(this: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    unsafe { chain_up(this, |class| class.constructed) }
}

unsafe extern "C" fn do_dispose(this: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: as above.
    unsafe { chain_up(this, |class| class.dispose) }
}
