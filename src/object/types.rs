//! How this room makes its base types: a spec with slots, in one place.

use std::ffi::{CStr, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject, PyTypeObject};

pub use crate::convert::output::text;
use crate::convert::{Raised, Result};

/// What a base type consists of. Tables are leaked: Python keeps pointers to them for as long as the type lives,
/// which is for ever.
pub struct Spec {
    /// With the module, as `tp_name`.
    pub name: &'static CStr,
    pub size: usize,
    pub flags: std::ffi::c_ulong,
    pub base: *mut PyTypeObject,
    pub slots: Vec<(c_int, *mut c_void)>,
    /// Offsets of `__dictoffset__`, `__weaklistoffset__` and the like.
    pub offsets: Vec<(&'static CStr, usize)>,
    pub getters: Vec<(&'static CStr, ffi::getter)>,
    pub methods: Vec<ffi::PyMethodDef>,
}

/// Makes the type: a new reference.
pub fn make(spec: Spec) -> Result<*mut PyTypeObject> {
    // SAFETY: an all-zero entry ends each of Python's lists.
    let (end_member, end_getter): (ffi::PyMemberDef, ffi::PyGetSetDef) =
        unsafe { (std::mem::zeroed(), std::mem::zeroed()) };
    let mut members: Vec<_> = spec
        .offsets
        .iter()
        .map(|(name, offset)| ffi::PyMemberDef {
            name: name.as_ptr(),
            type_code: ffi::Py_T_PYSSIZET,
            offset: *offset as isize,
            flags: ffi::Py_READONLY,
            doc: ptr::null(),
        })
        .collect();
    members.push(end_member);
    let mut getters: Vec<_> = spec
        .getters
        .iter()
        .map(|(name, get)| ffi::PyGetSetDef {
            name: name.as_ptr(),
            get: Some(*get),
            ..end_getter
        })
        .collect();
    getters.push(end_getter);
    let mut methods = spec.methods;
    methods.push(ffi::PyMethodDef::zeroed());
    let mut slots: Vec<_> = spec
        .slots
        .iter()
        .map(|&(slot, pfunc)| ffi::PyType_Slot { slot, pfunc })
        .collect();
    let mut push = |slot, pfunc| slots.push(ffi::PyType_Slot { slot, pfunc });
    push(ffi::Py_tp_members, members.leak().as_mut_ptr().cast());
    push(ffi::Py_tp_getset, getters.leak().as_mut_ptr().cast());
    push(ffi::Py_tp_methods, methods.leak().as_mut_ptr().cast());
    push(0, ptr::null_mut());
    let mut spec_c = ffi::PyType_Spec {
        name: spec.name.as_ptr(),
        basicsize: spec.size as c_int,
        itemsize: 0,
        flags: (spec.flags | ffi::Py_TPFLAGS_DEFAULT) as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec is complete; what Python keeps of it is leaked above.
    unsafe {
        let bases = if spec.base.is_null() {
            ptr::null_mut()
        } else {
            ffi::PyTuple_Pack(1, spec.base.cast::<PyObject>())
        };
        let made = ffi::PyType_FromSpecWithBases(&mut spec_c, bases);
        ffi::Py_XDECREF(bases);
        if made.is_null() {
            Err(Raised)
        } else {
            Ok(made.cast())
        }
    }
}

/// A method that takes no arguments.
pub fn method_noargs(name: &'static CStr, function: ffi::PyCFunction) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunction: function,
        },
        ml_flags: ffi::METH_NOARGS,
        ml_doc: ptr::null(),
    }
}

/// A method that takes one argument, or a static one.
pub fn method_one(
    name: &'static CStr,
    function: ffi::PyCFunction,
    is_static: bool,
) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunction: function,
        },
        ml_flags: ffi::METH_O | if is_static { ffi::METH_STATIC } else { 0 },
        ml_doc: ptr::null(),
    }
}

/// Frees an instance of a heap type whose parts have been released, and its reference to the type.
///
/// # Safety
/// `object` is being deallocated and owns nothing any more.
pub unsafe fn free(object: *mut PyObject) {
    // SAFETY: the type outlives the call by the reference that is dropped last.
    unsafe {
        let class = ffi::Py_TYPE(object);
        let free = (*class).tp_free.expect("an allocated type can free");
        free(object.cast());
        ffi::Py_DECREF(class.cast());
    }
}

/// The result of comparing two addresses as Python asks.
pub fn compare(a: usize, b: usize, operation: c_int) -> *mut PyObject {
    let truth = match operation {
        ffi::Py_LT => a < b,
        ffi::Py_LE => a <= b,
        ffi::Py_EQ => a == b,
        ffi::Py_NE => a != b,
        ffi::Py_GT => a > b,
        _ => a >= b,
    };
    // SAFETY: makes a bool.
    unsafe { ffi::PyBool_FromLong(truth.into()) }
}

/// NotImplemented, as a new reference.
pub fn not_implemented() -> *mut PyObject {
    // SAFETY: a live object.
    unsafe { ffi::Py_NewRef(ffi::Py_NotImplemented()) }
}

/// A hash of an address; never -1.
pub fn hash(address: usize) -> ffi::Py_hash_t {
    let hash = address.rotate_right(4) as ffi::Py_hash_t;
    if hash == -1 { -2 } else { hash }
}

/// `module.name`, or just the name of a builtin.
///
/// # Safety
/// `class` is live.
pub unsafe fn class_name(class: *mut PyTypeObject) -> String {
    // SAFETY: the class is live; attributes are read before they are dropped; failures are cleared.
    unsafe {
        let name = crate::convert::c_text((*class).tp_name);
        if name.contains('.') {
            return name;
        }
        let module = ffi::PyObject_GetAttrString(class.cast(), c"__module__".as_ptr());
        if module.is_null() {
            ffi::PyErr_Clear();
            return name;
        }
        let module_text = crate::convert::str_of(module);
        ffi::Py_DECREF(module);
        let module = module_text
            .strip_prefix("gi.repository.")
            .unwrap_or(&module_text);
        format!("{module}.{name}")
    }
}

/// Whether one of the classes, all of which live for ever, is `class` or derives from it.
pub fn inherits(bases: &[*mut PyTypeObject], class: *mut PyTypeObject) -> bool {
    bases.iter().any(|base| {
        // SAFETY: by this function's own rule.
        unsafe { ffi::PyType_IsSubtype(*base, class) != 0 }
    })
}

/// A strong reference to one of Python's own modules or attributes of it, imported at the first need.
pub fn import_attribute(
    cache: &'static OnceLock<usize>,
    module: &CStr,
    name: &CStr,
) -> Result<*mut PyObject> {
    if let Some(object) = cache.get() {
        return Ok(*object as *mut PyObject);
    }
    // SAFETY: C strings; the module is dropped after its attribute has been referenced.
    let object = unsafe {
        let module = ffi::PyImport_ImportModule(module.as_ptr());
        if module.is_null() {
            return Err(Raised);
        }
        let object = ffi::PyObject_GetAttrString(module, name.as_ptr());
        ffi::Py_DECREF(module);
        if object.is_null() {
            return Err(Raised);
        }
        object
    };
    let _ = cache.set(object as usize);
    Ok(object)
}
