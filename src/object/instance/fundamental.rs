//! Wrappers of instances of fundamental types other than GObject: the base type `Fundamental`.
//!
//! How such an instance is referred to, a typelib says. A wrapper owns one reference; nothing leads from an instance to
//! its wrapper, so several wrappers may be equal.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr;

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::cell::{References, TypeCell};
use crate::convert::gtype::gtype_name;
use crate::convert::instance;
use crate::convert::{errors, gtype};
use crate::object::class::{cells, registry};
use crate::object::instance::base;
use crate::object::pytype;
use crate::python::error::{Raised, Result, type_error};

/// The wrapper of an instance of another fundamental type.
#[repr(C)]
struct Fundamental {
    head: PyObject,
    /// One reference, or NULL.
    instance: *mut c_void,
    /// How that is given back. Zeros before there is one.
    references: References,
    weakreflist: *mut PyObject,
}

/// The size in bytes of a wrapper of a fundamental type.
pub const SIZE: usize = size_of::<Fundamental>();

const _: () = assert!(offset_of!(Fundamental, instance) == WRAPPER_POINTER);

/// Makes the base type; once, at initialisation.
pub fn initialise() -> Result<*mut PyTypeObject> {
    pytype::make(pytype::Spec {
        name: c"gi.Fundamental",
        size: size_of::<Fundamental>(),
        flags: ffi::Py_TPFLAGS_BASETYPE,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_new, ffi::PyType_GenericNew as *mut c_void),
            (ffi::Py_tp_init, construct as *mut c_void),
            (ffi::Py_tp_dealloc, dealloc as *mut c_void),
            (ffi::Py_tp_repr, base::repr as *mut c_void),
            (ffi::Py_tp_hash, base::hash as *mut c_void),
            (ffi::Py_tp_richcompare, base::compare as *mut c_void),
        ],
        offsets: vec![(c"__weaklistoffset__", offset_of!(Fundamental, weakreflist))],
        getters: vec![],
        methods: vec![
            pytype::method_noargs(c"__copy__", refuse_copy),
            pytype::method_one(c"__deepcopy__", refuse_copy, false),
        ],
    })
}

/// The instance of another fundamental type in a wrapper, borrowed; None for other objects.
///
/// # Safety
/// `object` is live.
pub unsafe fn instance_of(object: *mut PyObject) -> Result<Option<*mut c_void>> {
    // SAFETY: passed on.
    unsafe { base::instance_of(object, base::types().fundamental) }
}

/// The wrapper of an instance: a new one, with a reference of its own, or with `full` the one that is ours.
///
/// # Safety
/// The instance is live, and of this GType, which is not one of GObjects.
pub unsafe fn wrap(
    instance: *mut c_void,
    gtype: usize,
    cell: &'static TypeCell,
    full: bool,
) -> Result<*mut PyObject> {
    cell.class()?;
    // SAFETY: the instance is live; the fields are written before anybody sees them.
    unsafe {
        let references = instance::references(instance, cell);
        let class = registry::class_of(gtype);
        let made = match class {
            Ok(class) if ffi::PyType_IsSubtype(class, base::types().fundamental) != 0 => {
                base::allocate(class)
            }
            Ok(_) => {
                type_error(&format!("{} cannot be wrapped", gtype_name(gtype)));
                ptr::null_mut()
            }
            Err(Raised) => ptr::null_mut(),
        };
        if made.is_null() {
            if full {
                references.release(instance);
            }
            return Err(Raised);
        }
        let this = made.cast::<Fundamental>();
        // A new GParamSpec floats, and what takes a reference of one sinks it.
        (*this).instance = if !full || is_floating(instance, gtype) {
            references.acquire(instance)
        } else {
            instance
        };
        (*this).references = references;
        base::count(true);
        Ok(made)
    }
}

/// Whether an instance is a GParamSpec that nobody has taken yet.
///
/// # Safety
/// The instance is live and of this type.
pub unsafe fn is_floating(instance: *mut c_void, gtype: usize) -> bool {
    /// GObject's flag for it, in the qdata.
    const FLOATING: u32 = 2;
    // SAFETY: by the caller's word; only a GParamSpec is read as one.
    unsafe {
        gobject::g_type_fundamental(gtype) == gobject::G_TYPE_PARAM && {
            let spec = instance.cast::<gobject::GParamSpec>();
            glib_sys::g_datalist_get_flags(&raw mut (*spec).qdata) & FLOATING != 0
        }
    }
}

/// Makes the instance of a fundamental type, which knows no properties.
unsafe extern "C" fn construct(
    object: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> c_int {
    crate::guard(|| {
        // SAFETY: called with a live wrapper, a tuple, and NULL or a dict; the type can be instantiated.
        unsafe {
            if !base::pointer(object).is_null() {
                return Ok(());
            }
            let class = ffi::Py_TYPE(object);
            let given = ffi::PyTuple_Size(args)
                + if kwargs.is_null() {
                    0
                } else {
                    ffi::PyDict_Size(kwargs)
                };
            if given > 0 {
                return Err(type_error(&format!(
                    "{}() takes no arguments ({given} given)",
                    pytype::class_name(class)
                )));
            }
            let gtype = gtype::lookup(class.cast())?.unwrap_or(0);
            let can = |flag| gobject::g_type_test_flags(gtype, flag) != 0;
            // What a GParamSpec says is given to the function that makes one.
            if !can(gobject::G_TYPE_FLAG_INSTANTIATABLE)
                || can(gobject::G_TYPE_FLAG_ABSTRACT)
                || gobject::g_type_fundamental(gtype) == gobject::G_TYPE_PARAM
            {
                return Err(errors::abstract_type(gtype));
            }
            let references = cells::of_type(gtype)?.references.get();
            let instance = crate::python::without_gil(|| gobject::g_type_create_instance(gtype));
            let this = object.cast::<Fundamental>();
            (*this).instance = instance.cast();
            (*this).references = references.copied().unwrap_or(References::Unknown);
            base::count(true);
            Ok(())
        }
    })
    .map_or(-1, |()| 0)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone; the wrapper's own reference to the instance is released.
    unsafe {
        let this = object.cast::<Fundamental>();
        if !(*this).weakreflist.is_null() {
            ffi::PyObject_ClearWeakRefs(object);
        }
        if !(*this).instance.is_null() {
            base::count(false);
            (*this).references.release((*this).instance);
        }
        pytype::free(object);
    }
}

unsafe extern "C" fn refuse_copy(_: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    type_error("instances of fundamental types are non-copyable");
    ptr::null_mut()
}
