//! `GObject.GType`: a GType as a Python value.
//!
//! Compat surface, section 1.7. The number stands at `abi::WRAPPER_POINTER`, where thunks read it.

use std::ffi::{c_char, c_int, c_void};
use std::mem::offset_of;
use std::ptr;

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::gtype::gtype_name;
use crate::convert::table::table;
use crate::convert::{errors, gtype as convert};
use crate::object::class::registry;
use crate::object::pytype;
use crate::python::error::{Result, runtime_error, type_error};

#[repr(C)]
struct GTypeObject {
    head: PyObject,
    gtype: usize,
}

const _: () = assert!(offset_of!(GTypeObject, gtype) == WRAPPER_POINTER);

/// Makes the type; once, before the table is published.
pub fn initialise() -> Result<*mut PyTypeObject> {
    pytype::make(pytype::Spec {
        name: c"gobject.GType",
        size: size_of::<GTypeObject>(),
        flags: 0,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_new, new as *mut c_void),
            (ffi::Py_tp_dealloc, dealloc as *mut c_void),
            (ffi::Py_tp_repr, repr as *mut c_void),
            (ffi::Py_tp_hash, hash as *mut c_void),
            (ffi::Py_tp_richcompare, compare as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![
            (c"name", get_name),
            (c"fundamental", get_fundamental),
            (c"parent", get_parent),
            (c"children", get_children),
            (c"interfaces", get_interfaces),
            (c"depth", get_depth),
            (c"pytype", get_pytype),
        ],
        methods: vec![
            pytype::method_noargs(c"is_interface", is_interface),
            pytype::method_noargs(c"is_classed", is_classed),
            pytype::method_noargs(c"is_instantiatable", is_instantiatable),
            pytype::method_noargs(c"is_derivable", is_derivable),
            pytype::method_noargs(c"is_deep_derivable", is_deep_derivable),
            pytype::method_noargs(c"is_abstract", is_abstract),
            pytype::method_noargs(c"is_value_abstract", is_value_abstract),
            pytype::method_noargs(c"is_value_type", is_value_type),
            pytype::method_noargs(c"has_value_table", has_value_table),
            pytype::method_one(c"is_a", is_a, false),
            pytype::method_one(c"from_name", from_name, true),
        ],
    })
}

/// # Safety
/// `object` is a live GType object.
unsafe fn value(object: *mut PyObject) -> usize {
    // SAFETY: by the caller's word it has the layout.
    unsafe { (*object.cast::<GTypeObject>()).gtype }
}

pub unsafe extern "C" fn gtype_out(gtype: usize) -> *mut PyObject {
    // SAFETY: allocated by its type, and the field is written before anybody sees it.
    unsafe {
        let object = ffi::PyType_GenericAlloc(table().gtype_type, 0);
        if !object.is_null() {
            (*object.cast::<GTypeObject>()).gtype = gtype;
        }
        object
    }
}

unsafe extern "C" fn new(
    _: *mut PyTypeObject,
    args: *mut PyObject,
    _: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the arguments are a live tuple.
        unsafe {
            if ffi::PyTuple_Size(args) != 1 {
                return Err(type_error("GType() takes exactly one argument"));
            }
            match convert::wanted(ffi::PyTuple_GetItem(args, 0))? {
                Some(gtype) if gtype != 0 => Ok(gtype_out(gtype)),
                _ => Err(errors::no_gtype()),
            }
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: nothing is owned.
    unsafe { pytype::free(object) }
}

unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a GType object.
    let gtype = unsafe { value(object) };
    pytype::text(&format!("<GType {} ({gtype})>", gtype_name(gtype)))
}

unsafe extern "C" fn hash(object: *mut PyObject) -> ffi::Py_hash_t {
    // SAFETY: called with a GType object.
    pytype::hash(unsafe { value(object) })
}

unsafe extern "C" fn compare(
    a: *mut PyObject,
    b: *mut PyObject,
    operation: c_int,
) -> *mut PyObject {
    // SAFETY: called with a GType object and any live object.
    unsafe {
        if ffi::Py_TYPE(b) != table().gtype_type || ffi::Py_TYPE(a) != table().gtype_type {
            return pytype::not_implemented();
        }
        pytype::compare(value(a), value(b), operation)
    }
}

unsafe extern "C" fn get_name(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a GType object.
    pytype::text(&gtype_name(unsafe { value(object) }))
}

unsafe extern "C" fn get_fundamental(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a GType object.
    unsafe { gtype_out(gobject::g_type_fundamental(value(object))) }
}

unsafe extern "C" fn get_parent(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a GType object.
    unsafe { gtype_out(gobject::g_type_parent(value(object))) }
}

unsafe extern "C" fn get_depth(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a GType object.
    unsafe { ffi::PyLong_FromUnsignedLong(gobject::g_type_depth(value(object)).into()) }
}

unsafe extern "C" fn get_children(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    let mut n = 0;
    // SAFETY: called with a GType object; the array is `n` long and ours.
    unsafe { list(gobject::g_type_children(value(object), &mut n), n) }
}

unsafe extern "C" fn get_interfaces(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    let mut n = 0;
    // SAFETY: as above.
    unsafe { list(gobject::g_type_interfaces(value(object), &mut n), n) }
}

/// # Safety
/// `gtypes` is NULL or `n` GTypes in memory that is ours to free.
unsafe fn list(gtypes: *mut usize, n: u32) -> *mut PyObject {
    // SAFETY: by the caller's word; each new reference is given to the list.
    unsafe {
        let list = ffi::PyList_New(0);
        for i in 0..n as usize {
            let gtype = gtype_out(*gtypes.add(i));
            if list.is_null() || gtype.is_null() {
                break;
            }
            ffi::PyList_Append(list, gtype);
            ffi::Py_DECREF(gtype);
        }
        glib_sys::g_free(gtypes.cast());
        list
    }
}

unsafe extern "C" fn get_pytype(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a GType object; a class in the registry lives for ever.
        unsafe {
            let class = registry::known_class(value(object)).map_or(ffi::Py_None(), |c| c.cast());
            Ok(ffi::Py_NewRef(class))
        }
    })
    .unwrap_or(ptr::null_mut())
}

macro_rules! predicates {
    ($($name:ident => $test:expr;)*) => {
        $(
            unsafe extern "C" fn $name(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
                let test: fn(usize) -> bool = $test;
                // SAFETY: called with a GType object.
                unsafe { ffi::PyBool_FromLong(test(value(object)).into()) }
            }
        )*
    };
}

fn has_flags(gtype: usize, flags: u32) -> bool {
    // SAFETY: any number may be asked for.
    unsafe { gobject::g_type_test_flags(gtype, flags) != 0 }
}

predicates! {
    // SAFETY: any number may be asked for.
    is_interface => |gtype| unsafe { gobject::g_type_fundamental(gtype) } == gobject::G_TYPE_INTERFACE;
    is_classed => |gtype| has_flags(gtype, gobject::G_TYPE_FLAG_CLASSED);
    is_instantiatable => |gtype| has_flags(gtype, gobject::G_TYPE_FLAG_INSTANTIATABLE);
    is_derivable => |gtype| has_flags(gtype, gobject::G_TYPE_FLAG_DERIVABLE);
    is_deep_derivable => |gtype| has_flags(gtype, gobject::G_TYPE_FLAG_DEEP_DERIVABLE);
    is_abstract => |gtype| has_flags(gtype, gobject::G_TYPE_FLAG_ABSTRACT);
    is_value_abstract => |gtype| has_flags(gtype, gobject::G_TYPE_FLAG_VALUE_ABSTRACT);
    // SAFETY: any number may be asked for.
    is_value_type => |gtype| unsafe { gobject::g_type_check_is_value_type(gtype) != 0 };
    // SAFETY: any number may be asked for.
    has_value_table => |gtype| unsafe { !gobject::g_type_value_table_peek(gtype).is_null() };
}

unsafe extern "C" fn is_a(object: *mut PyObject, other: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a GType object and any live object.
        unsafe {
            match convert::lookup(other)? {
                Some(gtype) if gtype != 0 => {
                    let truth = gobject::g_type_is_a(value(object), gtype);
                    Ok(ffi::PyBool_FromLong(truth.into()))
                }
                _ => Err(errors::no_gtype()),
            }
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn from_name(_: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the object is live; the name is used while it is.
        unsafe {
            let name: *const c_char = crate::convert::input::utf8(name)?;
            match gobject::g_type_from_name(name) {
                0 => Err(runtime_error("unknown type name")),
                gtype => Ok(gtype_out(gtype)),
            }
        }
    })
    .unwrap_or(ptr::null_mut())
}
