//! Wrappers of boxed, struct and union values: the base types `Boxed` and `Struct`, and the way from C to Python.
//!
//! A wrapper owns its value or borrows it; how an owned one is given back is written beside it. `GBoxed` and `GPointer`
//! stand above them: all that C extensions know of a wrapper. An address that nothing is known of is a bare `GPointer`.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use super::types;
use crate::convert::cell::TypeCell;
use crate::convert::instance::{self, gtype_name, is_boxed};
use crate::convert::{Result, not_implemented, output, type_error};

/// How the value is given back.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Owner {
    /// It is not ours: C keeps it.
    Nobody = 0,
    /// By `g_boxed_free` with the wrapper's GType.
    Boxed = 1,
    /// By `g_free`.
    Memory = 2,
    /// By `g_variant_unref`.
    Variant = 3,
}

/// The wrapper; its head is the public layout of PyGBoxed.
#[repr(C)]
pub(super) struct Wrapper {
    head: PyObject,
    value: *mut c_void,
    gtype: usize,
    owner: Owner,
}

const _: () = assert!(offset_of!(Wrapper, value) == WRAPPER_POINTER);

/// The base types.
pub struct Types {
    /// For values whose GType is a boxed one.
    pub boxed: *mut PyTypeObject,
    /// For all others.
    pub plain: *mut PyTypeObject,
    /// What `boxed` derives from.
    pub gboxed: *mut PyTypeObject,
    /// What `plain` derives from.
    pub gpointer: *mut PyTypeObject,
}

// SAFETY: the types are immortal and written once.
unsafe impl Send for Types {}
// SAFETY: as above.
unsafe impl Sync for Types {}

static TYPES: OnceLock<Types> = OnceLock::new();

/// Wrappers that hold a value. Counted for `gijit.stats()` and for tests of leaks.
static LIVE: AtomicUsize = AtomicUsize::new(0);

pub fn live() -> usize {
    LIVE.load(Ordering::Relaxed)
}

pub fn types() -> &'static Types {
    TYPES.get().expect("the types are made at initialisation")
}

/// Makes the types; once, at initialisation.
pub fn initialise() -> Result<()> {
    let make = |name, base, slots| {
        types::make(types::Spec {
            name,
            size: size_of::<Wrapper>(),
            flags: ffi::Py_TPFLAGS_BASETYPE,
            base,
            slots,
            offsets: vec![],
            getters: vec![],
            methods: vec![],
        })
    };
    let root = |name, repr: unsafe extern "C" fn(*mut PyObject) -> *mut PyObject| {
        let slots = vec![
            (ffi::Py_tp_new, refuse as *mut c_void),
            (ffi::Py_tp_dealloc, dealloc as *mut c_void),
            (ffi::Py_tp_repr, repr as *mut c_void),
            (ffi::Py_tp_hash, hash as *mut c_void),
            (ffi::Py_tp_richcompare, compare as *mut c_void),
        ];
        make(name, ptr::null_mut(), slots)
    };
    let derived = |name, base| {
        let slots = vec![
            (ffi::Py_tp_new, new as *mut c_void),
            (ffi::Py_tp_init, ignore as *mut c_void),
            (ffi::Py_tp_repr, repr as *mut c_void),
        ];
        make(name, base, slots)
    };
    let gboxed = root(c"gobject.GBoxed", repr)?;
    let gpointer = root(c"gobject.GPointer", repr_pointer)?;
    let boxed = derived(c"gi._gi.Boxed", gboxed)?;
    let plain = derived(c"gi._gi.Struct", gpointer)?;
    let _ = TYPES.set(Types {
        boxed,
        plain,
        gboxed,
        gpointer,
    });
    Ok(())
}

unsafe extern "C" fn refuse(
    class: *mut PyTypeObject,
    _: *mut PyObject,
    _: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| -> Result<*mut PyObject> {
        // SAFETY: called with a live class.
        let name = unsafe { types::class_name(class) };
        Err(not_implemented(&format!("{name} can not be constructed")))
    })
    .unwrap_or(ptr::null_mut())
}

/// A new wrapper of the given class; takes the value in any case.
///
/// # Safety
/// `class` is live and derives from the types above; `value` is a live value owned as `owner` says.
pub(super) unsafe fn wrap_as(
    class: *mut PyTypeObject,
    value: *mut c_void,
    gtype: usize,
    owner: Owner,
) -> *mut PyObject {
    // SAFETY: by the caller's word; the fields are written before anybody sees them.
    unsafe {
        let alloc = (*class).tp_alloc.expect("a ready type can allocate");
        let object = alloc(class, 0);
        if object.is_null() {
            give_back(value, gtype, owner);
            return object;
        }
        let this = object.cast::<Wrapper>();
        (*this).value = value;
        (*this).gtype = gtype;
        (*this).owner = owner;
        LIVE.fetch_add(1, Ordering::Relaxed);
        object
    }
}

/// The same of the cell's class.
///
/// # Safety
/// `value` is a live value of the cell's type, owned as `owner` says.
unsafe fn wrap(value: *mut c_void, cell: &'static TypeCell, owner: Owner) -> *mut PyObject {
    // SAFETY: passed on.
    unsafe {
        match cell.class() {
            Ok(class) => wrap_as(class, value, cell.gtype(), owner),
            Err(_) => {
                give_back(value, cell.gtype(), owner);
                ptr::null_mut()
            }
        }
    }
}

/// A `GPointer`: an address of which nobody knows more than its GType. It stays C's.
///
/// # Safety
/// The GIL is held; nothing is read through the address.
pub unsafe fn pointer_of_gtype(pointer: *mut c_void, gtype: usize) -> *mut PyObject {
    // SAFETY: the type lives for ever.
    unsafe { wrap_as(types().gpointer, pointer, gtype, Owner::Nobody) }
}

/// # Safety
/// `value` is owned as `owner` says.
unsafe fn give_back(value: *mut c_void, gtype: usize, owner: Owner) {
    // SAFETY: by the caller's word.
    unsafe {
        match owner {
            Owner::Nobody => {}
            Owner::Boxed => gobject::g_boxed_free(gtype, value),
            Owner::Memory => glib_sys::g_free(value),
            Owner::Variant => glib_sys::g_variant_unref(value.cast()),
        }
    }
}

/// NULL on its way to Python.
fn null(cell: &TypeCell) -> *mut PyObject {
    if cell.constructor {
        type_error("constructor returned NULL");
        return ptr::null_mut();
    }
    output::none()
}

pub unsafe extern "C" fn boxed_out_none(
    value: *mut c_void,
    cell: *const TypeCell,
) -> *mut PyObject {
    // SAFETY: the contract of the slot. The class is made first: only then is the GType known.
    unsafe {
        let cell: &'static TypeCell = &*cell;
        if value.is_null() {
            return null(cell);
        }
        if cell.class().is_err() {
            return ptr::null_mut();
        }
        if is_boxed(cell.gtype()) {
            // C may free its value at any time, so Python gets one of its own.
            wrap(
                gobject::g_boxed_copy(cell.gtype(), value),
                cell,
                Owner::Boxed,
            )
        } else {
            wrap(value, cell, Owner::Nobody)
        }
    }
}

pub unsafe extern "C" fn boxed_out_full(
    value: *mut c_void,
    cell: *const TypeCell,
) -> *mut PyObject {
    // SAFETY: the contract of the slot.
    unsafe {
        let cell: &'static TypeCell = &*cell;
        if value.is_null() {
            return null(cell);
        }
        if cell.class().is_err() {
            return ptr::null_mut();
        }
        let owner = if is_boxed(cell.gtype()) {
            Owner::Boxed
        } else {
            Owner::Memory
        };
        wrap(value, cell, owner)
    }
}

pub unsafe extern "C" fn allocated_out(value: *mut c_void, cell: *const TypeCell) -> *mut PyObject {
    // SAFETY: the contract of the slot: memory from `boxed_alloc`, which is g_malloc's.
    unsafe { wrap(value, &*cell, Owner::Memory) }
}

/// A wrapper of a value that C lends for a call: what Python changes in it, C sees.
///
/// # Safety
/// `value` is NULL or a live value of the cell's type.
pub unsafe fn lend(value: *mut c_void, cell: &'static TypeCell) -> *mut PyObject {
    if value.is_null() {
        return null(cell);
    }
    // SAFETY: by the caller's word.
    unsafe { wrap(value, cell, Owner::Nobody) }
}

/// Ends a loan: a wrapper that others hold too gets a copy, if its type can be copied.
///
/// # Safety
/// `object` is what [`lend`] returned, and the value is still live.
pub unsafe fn settle(object: *mut PyObject) {
    // SAFETY: by the caller's word; None is no wrapper.
    unsafe {
        if object == ffi::Py_None() || ffi::Py_REFCNT(object) == 1 {
            return;
        }
        let this = object.cast::<Wrapper>();
        if (*this).owner == Owner::Nobody && is_boxed((*this).gtype) {
            (*this).value = gobject::g_boxed_copy((*this).gtype, (*this).value);
            (*this).owner = Owner::Boxed;
        }
    }
}

/// A wrapper of a variant; takes the reference in any case.
///
/// # Safety
/// `variant` is live and one reference is ours.
pub unsafe fn variant_new(variant: *mut c_void, cell: &'static TypeCell) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe { wrap(variant, cell, Owner::Variant) }
}

/// `NS.T()`: what the class's argument-less constructor makes, or zeroed memory.
unsafe extern "C" fn new(
    class: *mut PyTypeObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live class, a tuple, and NULL or a dict; attributes are dropped here.
        unsafe {
            let constructor =
                ffi::PyObject_GetAttrString(class.cast(), super::class::CONSTRUCTOR.as_ptr());
            if !constructor.is_null() {
                let object = ffi::PyObject_Call(constructor, args, kwargs);
                ffi::Py_DECREF(constructor);
                return if object.is_null() {
                    Err(crate::convert::Raised)
                } else {
                    Ok(object)
                };
            }
            ffi::PyErr_Clear();
            let cell = super::class::cell_of_class(class);
            let Some(cell) = cell.filter(|cell| cell.size > 0) else {
                return Err(type_error(&format!(
                    "struct cannot be created directly; try using a constructor, see: help({})",
                    types::class_name(class)
                )));
            };
            if ffi::PyTuple_Size(args) > 0 || (!kwargs.is_null() && ffi::PyDict_Size(kwargs) > 0) {
                return Err(type_error(&format!(
                    "{}() takes no arguments",
                    types::class_name(class)
                )));
            }
            let value = instance::boxed_alloc(cell);
            let object = wrap(value, cell, Owner::Memory);
            if object.is_null() {
                Err(crate::convert::Raised)
            } else {
                Ok(object)
            }
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn ignore(_: *mut PyObject, _: *mut PyObject, _: *mut PyObject) -> c_int {
    0
}

pub(super) unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        let this = object.cast::<Wrapper>();
        if !(*this).value.is_null() {
            LIVE.fetch_sub(1, Ordering::Relaxed);
            give_back((*this).value, (*this).gtype, (*this).owner);
        }
        types::free(object);
    }
}

unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    unsafe {
        let this = object.cast::<Wrapper>();
        let gtype = match (*this).gtype {
            0 | gobject::G_TYPE_NONE => "void".to_owned(),
            gtype => gtype_name(gtype),
        };
        types::text(&format!(
            "<{} object at {object:p} ({gtype} at {:p})>",
            types::class_name(ffi::Py_TYPE(object)),
            (*this).value
        ))
    }
}

unsafe extern "C" fn repr_pointer(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    unsafe {
        let this = object.cast::<Wrapper>();
        types::text(&format!(
            "<{} at {:p}>",
            gtype_name((*this).gtype),
            (*this).value
        ))
    }
}

unsafe extern "C" fn hash(object: *mut PyObject) -> ffi::Py_hash_t {
    // SAFETY: called with a live wrapper.
    types::hash(unsafe { (*object.cast::<Wrapper>()).value } as usize)
}

pub(super) unsafe extern "C" fn compare(
    a: *mut PyObject,
    b: *mut PyObject,
    operation: c_int,
) -> *mut PyObject {
    // SAFETY: called with a live wrapper and any live object; only wrappers are read as such.
    unsafe {
        if ffi::Py_TYPE(a) != ffi::Py_TYPE(b) {
            return types::not_implemented();
        }
        let value = |object: *mut PyObject| (*object.cast::<Wrapper>()).value as usize;
        types::compare(value(a), value(b), operation)
    }
}
