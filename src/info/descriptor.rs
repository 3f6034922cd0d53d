//! `__info__` and `__doc__` of the classes of a namespace.
//!
//! Descriptors in the class's dict, so that making a class costs one small object and the info is made when somebody
//! asks for it. Neither takes part in setting: `cls.__info__ = x` puts x in the place of the descriptor.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::{Arc, OnceLock};

use gijit_repository::Namespace;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::info::object;
use crate::info::object::Fault;
use crate::info::place::Place;
use crate::info::python;
use crate::object::pytype;
use crate::python::error::{Raised, Result, runtime_error, type_error, type_name};

/// The descriptor of one class.
#[repr(C)]
struct Descriptor {
    head: PyObject,
    entry: ManuallyDrop<Entry>,
    /// A strong reference, NULL until somebody asks. Touched under the GIL only.
    info: Cell<*mut PyObject>,
}

struct Entry {
    namespace: Arc<Namespace>,
    name: Box<str>,
}

struct Types {
    info: *mut PyTypeObject,
    /// The one descriptor for documentation: it finds the info through the class.
    documentation: *mut PyObject,
    /// `"__info__"`, interned.
    name: *mut PyObject,
}

// SAFETY: immortal and written once.
unsafe impl Send for Types {}
// SAFETY: as above.
unsafe impl Sync for Types {}

static TYPES: OnceLock<Types> = OnceLock::new();

/// Makes the types; once, at initialisation.
pub fn initialise() -> Result<()> {
    let flags = ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION | ffi::Py_TPFLAGS_IMMUTABLETYPE;
    let make = |name, size, dealloc, get| {
        pytype::make(pytype::Spec {
            name,
            size,
            flags,
            base: ptr::null_mut(),
            slots: vec![(ffi::Py_tp_dealloc, dealloc), (ffi::Py_tp_descr_get, get)],
            offsets: vec![],
            getters: vec![],
            methods: vec![],
        })
    };
    let info = make(
        c"gi._gi.ClassInfo",
        size_of::<Descriptor>(),
        dealloc as *mut _,
        get_info as *mut _,
    )?;
    let class = make(
        c"gi._gi.ClassDocumentation",
        size_of::<PyObject>(),
        pytype::free as *mut _,
        get_documentation as *mut _,
    )?;
    // SAFETY: a live class whose instances have no fields of their own.
    let documentation = unsafe { ffi::PyType_GenericAlloc(class, 0) };
    if documentation.is_null() {
        return Err(Raised);
    }
    // SAFETY: a C string.
    let name = unsafe { ffi::PyUnicode_InternFromString(c"__info__".as_ptr()) };
    if name.is_null() {
        return Err(Raised);
    }
    let _ = TYPES.set(Types {
        info,
        documentation,
        name,
    });
    Ok(())
}

/// What the class of an entry has as `__info__`: a new reference.
pub fn info(namespace: &Arc<Namespace>, name: &str) -> Result<*mut PyObject> {
    let Some(known) = TYPES.get() else {
        return Err(runtime_error("gi._gi is not initialised"));
    };
    // SAFETY: allocated by its type; every field behind the head is written before anybody sees it, without dropping
    // what was there.
    unsafe {
        let object = ffi::PyType_GenericAlloc(known.info, 0);
        if object.is_null() {
            return Err(Raised);
        }
        let descriptor = object.cast::<Descriptor>();
        let entry = Entry {
            namespace: Arc::clone(namespace),
            name: name.into(),
        };
        (&raw mut (*descriptor).entry).write(ManuallyDrop::new(entry));
        (&raw mut (*descriptor).info).write(Cell::new(ptr::null_mut()));
        Ok(object)
    }
}

/// Whether a class that has an `__info__` of its own has it from its library: TypeError if something else was put
/// there.
///
/// # Safety
/// `class` is a live class of the heap.
pub unsafe fn check(class: *mut PyTypeObject) -> Result<()> {
    let Some(known) = TYPES.get() else {
        return Ok(());
    };
    // SAFETY: a class of the heap has a dict; what it holds is borrowed and live.
    unsafe {
        let own = ffi::PyDict_GetItemWithError((*class).tp_dict, known.name);
        if own.is_null() {
            return if ffi::PyErr_Occurred().is_null() {
                Ok(())
            } else {
                Err(Raised)
            };
        }
        if ffi::Py_TYPE(own) == known.info || object::is_info(own) {
            return Ok(());
        }
        Err(type_error(&format!(
            "attribute __info__ must be an info of gi._gi, not {}",
            type_name(own)
        )))
    }
}

/// What a class with an `__info__` has as `__doc__`: a new reference.
pub fn documentation() -> Result<*mut PyObject> {
    match TYPES.get() {
        // SAFETY: immortal.
        Some(known) => Ok(unsafe { ffi::Py_NewRef(known.documentation) }),
        None => Err(runtime_error("gi._gi is not initialised")),
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone; each field is released once.
    unsafe {
        let descriptor = object.cast::<Descriptor>();
        ffi::Py_XDECREF((*descriptor).info.get());
        ManuallyDrop::drop(&mut (*descriptor).entry);
        pytype::free(object);
    }
}

unsafe extern "C" fn get_info(
    object: *mut PyObject,
    _: *mut PyObject,
    _: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the descriptor protocol: a live descriptor.
        let descriptor = unsafe { &*object.cast::<Descriptor>() };
        if descriptor.info.get().is_null() {
            let Entry { namespace, name } = &*descriptor.entry;
            let place = match Place::named(namespace, name) {
                Ok(Some(place)) => place,
                Ok(None) => return Err(runtime_error(&format!("there is no entry {name}"))),
                Err(error) => return Err(Fault::from(error).raise()),
            };
            descriptor.info.set(object::new(place)?);
        }
        // SAFETY: the descriptor holds it.
        Ok(unsafe { ffi::Py_NewRef(descriptor.info.get()) })
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn get_documentation(
    _: *mut PyObject,
    instance: *mut PyObject,
    class: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the descriptor protocol: live objects or NULL, not both of them; the info is dropped after its use.
        unsafe {
            let class = if class.is_null() {
                ffi::Py_TYPE(instance).cast()
            } else {
                class
            };
            let info = ffi::PyObject_GetAttrString(class, c"__info__".as_ptr());
            if info.is_null() {
                return Err(Raised);
            }
            let documentation = python::documentation(info);
            ffi::Py_DECREF(info);
            documentation
        }
    })
    .unwrap_or(ptr::null_mut())
}
