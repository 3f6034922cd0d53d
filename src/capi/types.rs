//! Types: those that extensions bring as static `PyTypeObject`s, and the GType of a Python object.

use std::ffi::{CStr, c_int};
use std::ptr;
use std::sync::OnceLock;

use gobject_sys as gobject;
use gobject_sys::GInterfaceInfo;
use pyo3::ffi::{self, PyObject};

use crate::capi::{Object, Text, Type};
use crate::convert::errors;
use crate::convert::gtype;
use crate::object::class::initialisers;
use crate::object::class::initialisers::ClassInit;
use crate::object::class::registry;
use crate::object::gtype::gtype_out;
use crate::object::instance::base;
use crate::object::pytype;
use crate::object::record::boxed;
use crate::python::error::{Raised, Result, type_error};

/// Makes a static type ready and known: its metaclass, `__gtype__`, its place in the registry and in `dict`.
///
/// # Safety
/// `class` is a static type that nobody uses yet, with its base or bases set; `dict` is a dictionary or NULL, `name` a
/// C string.
unsafe fn ready(dict: Object, name: Text, gtype: usize, class: Type, meta: Type) -> Result<()> {
    // SAFETY: by the caller's word; the type is never freed, and so keeps its metaclass.
    unsafe {
        // The metaclass's Python code should meet a whole class.
        (*class).ob_base.ob_base.ob_type = &raw mut ffi::PyType_Type;
        if ffi::PyType_Ready(class) < 0 {
            return Err(Raised);
        }
        ffi::Py_INCREF(meta.cast());
        (*class).ob_base.ob_base.ob_type = meta;
        if gtype != 0 {
            pytype::add(class, c"__gtype__", gtype_out(gtype))?;
            registry::remember_class(gtype, class);
        }
        if !dict.is_null() {
            // It may be written with its module.
            let text = CStr::from_ptr(name).to_bytes_with_nul();
            let start = text.iter().rposition(|byte| *byte == b'.');
            let name = name.add(start.map_or(0, |dot| dot + 1));
            if ffi::PyDict_SetItemString(dict, name, class.cast()) < 0 {
                return Err(Raised);
            }
        }
        Ok(())
    }
}

/// The metaclass of objects and interfaces.
fn metaclass() -> Result<Type> {
    static META: OnceLock<usize> = OnceLock::new();
    Ok(pytype::import_attribute(&META, c"gi.types", c"GObjectMeta")?.cast())
}

/// The bases of a type: those that are given, and the interfaces of its GType that have classes and are not among them.
///
/// # Safety
/// `given` is a live tuple of classes.
unsafe fn with_interfaces(given: Object, gtype: usize) -> Result<Object> {
    // SAFETY: by the caller's word; items are borrowed while the tuple is held, the classes live for ever. The array of
    // GObject's is ours.
    unsafe {
        let mut bases: Vec<Type> = (0..ffi::PyTuple_Size(given))
            .map(|i| ffi::PyTuple_GetItem(given, i).cast())
            .collect();
        let mut n = 0;
        let interfaces = gobject::g_type_interfaces(gtype, &mut n);
        for i in 0..n as usize {
            if let Some(class) = registry::known_class(*interfaces.add(i))
                && !pytype::inherits(&bases, class)
            {
                bases.push(class);
            }
        }
        glib_sys::g_free(interfaces.cast());
        let tuple = ffi::PyTuple_New(bases.len() as isize);
        if tuple.is_null() {
            return Err(Raised);
        }
        for (i, base) in bases.iter().enumerate() {
            ffi::PyTuple_SET_ITEM(tuple, i as isize, ffi::Py_NewRef(base.cast()));
        }
        Ok(tuple)
    }
}

/// A class for a GType. Takes the reference to `bases`, NULL or a tuple of static types.
pub unsafe extern "C" fn register_class(
    dict: Object,
    name: Text,
    gtype: usize,
    class: Type,
    bases: Object,
) {
    crate::guard(|| {
        // SAFETY: called as `pygobject.h` says. The type keeps the tuple of its bases; that which was given is dropped.
        unsafe {
            let given = if bases.is_null() {
                let base = if (*class).tp_base.is_null() {
                    base::types().gobject
                } else {
                    (*class).tp_base
                };
                ffi::PyTuple_Pack(1, base.cast::<PyObject>())
            } else {
                bases
            };
            if given.is_null() {
                return Err(Raised);
            }
            if ffi::PyTuple_Check(given) == 0 || ffi::PyTuple_Size(given) == 0 {
                ffi::Py_DECREF(given);
                return Err(type_error(
                    "register_class: bases must be a tuple of classes",
                ));
            }
            let all = with_interfaces(given, gtype);
            ffi::Py_DECREF(given);
            let all = all?;
            (*class).tp_bases = all;
            (*class).tp_base = ffi::Py_NewRef(ffi::PyTuple_GetItem(all, 0)).cast();
            ready(dict, name, gtype, class, metaclass()?)
        }
    });
}

pub unsafe extern "C" fn register_interface(dict: Object, name: Text, gtype: usize, class: Type) {
    // SAFETY: called as `pygobject.h` says.
    crate::guard(|| unsafe {
        (*class).tp_base = base::types().interface;
        ready(dict, name, gtype, class, metaclass()?)
    });
}

pub unsafe extern "C" fn register_boxed(dict: Object, name: Text, gtype: usize, class: Type) {
    // SAFETY: as above.
    crate::guard(|| unsafe {
        derive(class, boxed::types().gboxed);
        ready(dict, name, gtype, class, &raw mut ffi::PyType_Type)
    });
}

pub unsafe extern "C" fn register_pointer(dict: Object, name: Text, gtype: usize, class: Type) {
    // SAFETY: as above.
    crate::guard(|| unsafe {
        derive(class, boxed::types().gpointer);
        ready(dict, name, gtype, class, &raw mut ffi::PyType_Type)
    });
}

/// Sets the base of a type that has none.
///
/// # Safety
/// `class` is a static type that is not ready.
unsafe fn derive(class: Type, base: Type) {
    // SAFETY: by the caller's word; `base` lives for ever.
    unsafe {
        if (*class).tp_base.is_null() {
            (*class).tp_base = base;
        }
    }
}

/// The class of a GType, borrowed, made if need be; NULL with an exception set where there can be none.
pub unsafe extern "C" fn lookup_class(gtype: usize) -> Type {
    crate::guard(|| {
        if gtype == 0 {
            return Err(type_error("Invalid type"));
        }
        registry::class_of(gtype)
    })
    .unwrap_or(ptr::null_mut())
}

pub unsafe extern "C" fn type_from_object(object: Object) -> usize {
    // SAFETY: passed on.
    unsafe { type_from_object_strict(object, 1) }
}

/// The GType that an object stands for. Where it stands for none: 0 with a TypeError, or PyObject if not `strict`.
pub unsafe extern "C" fn type_from_object_strict(object: Object, strict: c_int) -> usize {
    crate::guard(|| {
        if object.is_null() {
            return Err(type_error("can't get type from NULL object"));
        }
        // SAFETY: a live object.
        match unsafe { gtype::lookup(object)? } {
            Some(gtype) if gtype != 0 => Ok(gtype),
            _ if strict == 0 => Ok(gtype::pyobject_gtype()),
            _ => Err(errors::no_gtype()),
        }
    })
    .unwrap_or(0)
}

pub unsafe extern "C" fn type_wrapper_new(gtype: usize) -> *mut PyObject {
    // SAFETY: any number can be wrapped.
    unsafe { gtype_out(gtype) }
}

pub unsafe extern "C" fn register_class_init(gtype: usize, function: Option<ClassInit>) {
    if let Some(function) = function {
        initialisers::add_class_init(gtype, function);
    }
}

pub unsafe extern "C" fn register_interface_info(gtype: usize, info: *const GInterfaceInfo) {
    // SAFETY: called with a description that lives for ever, or NULL.
    if let Some(info) = unsafe { info.as_ref() } {
        initialisers::set_interface_info(gtype, *info);
    }
}
