//! How this room makes its base types: a spec with slots, in one place.

pub mod parameters;

use std::ffi::{CStr, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject, PyTypeObject};

pub use crate::convert::output::text;
use crate::python::error::{Raised, Result, c_text, str_of};

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

/// The tables that a type keeps pointers to, each with its end.
struct Tables {
    members: *mut ffi::PyMemberDef,
    getters: *mut ffi::PyGetSetDef,
    methods: *mut ffi::PyMethodDef,
}

impl Tables {
    fn leak(
        offsets: &[(&'static CStr, usize)],
        getters: &[(&'static CStr, ffi::getter)],
        mut methods: Vec<ffi::PyMethodDef>,
    ) -> Tables {
        // SAFETY: an all-zero entry ends each of Python's lists.
        let (end_member, end_getter): (ffi::PyMemberDef, ffi::PyGetSetDef) =
            unsafe { (std::mem::zeroed(), std::mem::zeroed()) };
        let mut members: Vec<_> = offsets
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
        let mut getters: Vec<_> = getters
            .iter()
            .map(|(name, get)| ffi::PyGetSetDef {
                name: name.as_ptr(),
                get: Some(*get),
                ..end_getter
            })
            .collect();
        getters.push(end_getter);
        methods.push(ffi::PyMethodDef::zeroed());
        Tables {
            members: members.leak().as_mut_ptr(),
            getters: getters.leak().as_mut_ptr(),
            methods: methods.leak().as_mut_ptr(),
        }
    }
}

/// Makes the type: a new reference.
pub fn make(spec: Spec) -> Result<*mut PyTypeObject> {
    let tables = Tables::leak(&spec.offsets, &spec.getters, spec.methods);
    let mut slots: Vec<_> = spec
        .slots
        .iter()
        .map(|&(slot, pfunc)| ffi::PyType_Slot { slot, pfunc })
        .collect();
    let mut push = |slot, pfunc| slots.push(ffi::PyType_Slot { slot, pfunc });
    push(ffi::Py_tp_members, tables.members.cast());
    push(ffi::Py_tp_getset, tables.getters.cast());
    push(ffi::Py_tp_methods, tables.methods.cast());
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

/// Makes a static type, which is never freed: only from such ones can the static types of C extensions derive.
///
/// Its instances hold no reference to it, so its `tp_dealloc` ends with [`free_memory`] and its `tp_traverse` leaves
/// the type out. Python code cannot change its attributes; [`add`] can.
pub fn make_static(spec: Spec) -> Result<*mut PyTypeObject> {
    let tables = Tables::leak(&[], &spec.getters, spec.methods);
    // SAFETY: an all-zero type with a head is what `PyType_Ready` expects, with the fields that are set below; each
    // slot is a function of the field's type by the caller's word.
    unsafe {
        let mut class: PyTypeObject = std::mem::zeroed();
        class.ob_base.ob_base = ffi::PyObject_HEAD_INIT;
        class.tp_name = spec.name.as_ptr();
        class.tp_basicsize = spec.size as isize;
        class.tp_flags = spec.flags | ffi::Py_TPFLAGS_DEFAULT;
        class.tp_base = spec.base;
        class.tp_getset = tables.getters;
        class.tp_methods = tables.methods;
        for (name, offset) in spec.offsets {
            match name.to_bytes() {
                b"__dictoffset__" => class.tp_dictoffset = offset as isize,
                b"__weaklistoffset__" => class.tp_weaklistoffset = offset as isize,
                _ => panic!("a static type has no offset {name:?}"),
            }
        }
        for (slot, function) in spec.slots {
            use std::mem::transmute as to;
            match slot {
                ffi::Py_tp_new => class.tp_new = to::<*mut c_void, Option<_>>(function),
                ffi::Py_tp_init => class.tp_init = to::<*mut c_void, Option<_>>(function),
                ffi::Py_tp_dealloc => class.tp_dealloc = to::<*mut c_void, Option<_>>(function),
                ffi::Py_tp_traverse => class.tp_traverse = to::<*mut c_void, Option<_>>(function),
                ffi::Py_tp_clear => class.tp_clear = to::<*mut c_void, Option<_>>(function),
                ffi::Py_tp_finalize => class.tp_finalize = to::<*mut c_void, Option<_>>(function),
                ffi::Py_tp_repr => class.tp_repr = to::<*mut c_void, Option<_>>(function),
                ffi::Py_tp_hash => class.tp_hash = to::<*mut c_void, Option<_>>(function),
                ffi::Py_tp_richcompare => {
                    class.tp_richcompare = to::<*mut c_void, Option<_>>(function);
                }
                ffi::Py_tp_getattro => class.tp_getattro = to::<*mut c_void, Option<_>>(function),
                ffi::Py_tp_setattro => class.tp_setattro = to::<*mut c_void, Option<_>>(function),
                _ => panic!("a static type has no slot {slot}"),
            }
        }
        let class = Box::into_raw(Box::new(class));
        if ffi::PyType_Ready(class) < 0 {
            return Err(Raised);
        }
        Ok(class)
    }
}

/// Gives a type an attribute, also where Python code could not. Takes the reference in any case.
///
/// # Safety
/// `class` is a live type, `object` live or NULL with an exception set.
pub unsafe fn add(class: *mut PyTypeObject, name: &CStr, object: *mut PyObject) -> Result<()> {
    if object.is_null() {
        return Err(Raised);
    }
    // SAFETY: by the caller's word; the dictionary takes a reference of its own.
    unsafe {
        let status = ffi::PyDict_SetItemString((*class).tp_dict, name.as_ptr(), object);
        ffi::Py_DECREF(object);
        ffi::PyType_Modified(class);
        if status < 0 { Err(Raised) } else { Ok(()) }
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

/// A method that takes positional arguments, as a tuple.
pub fn method_varargs(name: &'static CStr, function: ffi::PyCFunction) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunction: function,
        },
        ml_flags: ffi::METH_VARARGS,
        ml_doc: ptr::null(),
    }
}

/// The same with keywords, as a dict.
pub fn method_keywords(
    name: &'static CStr,
    function: ffi::PyCFunctionWithKeywords,
) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionWithKeywords: function,
        },
        ml_flags: ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        ml_doc: ptr::null(),
    }
}

/// A method that takes positional arguments, as an array.
pub fn method_fast(name: &'static CStr, function: ffi::PyCFunctionFast) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionFast: function,
        },
        ml_flags: ffi::METH_FASTCALL,
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

/// The same for instances of a static type and of what derives from it, which CPython takes the reference from itself.
///
/// # Safety
/// `object` is being deallocated and owns nothing any more.
pub unsafe fn free_memory(object: *mut PyObject) {
    // SAFETY: the type outlives the call.
    unsafe {
        let free = (*ffi::Py_TYPE(object))
            .tp_free
            .expect("a ready type can free");
        free(object.cast());
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

/// The hash of what stands for an address or a GType: that number itself. Programs pass `hash(object)` on to C, by ctypes
/// or extension modules that know nothing of gi.
pub fn hash(address: usize) -> ffi::Py_hash_t {
    match address as ffi::Py_hash_t {
        // Python's sign for an exception; no object lies there.
        -1 => -2,
        hash => hash,
    }
}

/// The `__module__` of a class; empty if it has none.
///
/// # Safety
/// `class` is live.
pub unsafe fn class_module(class: *mut PyTypeObject) -> String {
    // SAFETY: the class is live; the attribute is read before it is dropped; a failure is cleared.
    unsafe {
        let module = ffi::PyObject_GetAttrString(class.cast(), c"__module__".as_ptr());
        if module.is_null() {
            ffi::PyErr_Clear();
            return String::new();
        }
        let text = str_of(module);
        ffi::Py_DECREF(module);
        text
    }
}

/// `module.name`, or just the name of a builtin. A namespace's module is the namespace, with its overrides or without.
///
/// # Safety
/// `class` is live.
pub unsafe fn class_name(class: *mut PyTypeObject) -> String {
    // SAFETY: the class is live.
    let (name, module) = unsafe { (c_text((*class).tp_name), class_module(class)) };
    if name.contains('.') || module.is_empty() {
        return name;
    }
    let module = module
        .strip_prefix("gi.repository.")
        .or_else(|| module.strip_prefix("gi.overrides."))
        .unwrap_or(&module);
    format!("{module}.{name}")
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
