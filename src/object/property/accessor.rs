//! `gi._gi.PropertyDescriptor`: how an attribute that is a property of a Python class is read and written.
//!
//! `GObject.Property` derives from it and fills it; it checks nothing. A value is read without GObject: by the getter,
//! or, where that is the default one, from the instance's attributes. It is written by way of `set_property`.

use std::ffi::{CStr, c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::object::instance::wrapper;
use crate::object::pytype;
use crate::python::error::{Raised, Result, raise};
use crate::python::reference::Name;
use crate::python::reference::not_null;

/// Its attributes, by the names that Python gives them. Each is a strong reference, or NULL where it is not set.
#[repr(C)]
pub struct Accessor {
    head: PyObject,
    name: *mut PyObject,
    fget: *mut PyObject,
    fset: *mut PyObject,
    default: *mut PyObject,
    /// The attribute in which an instance keeps the value: a str, or None where the getter is not the default one.
    storage: *mut PyObject,
    /// Whether there is a getter and no setter.
    is_readonly: *mut PyObject,
    /// Whether the setter is the default one, which writes the attribute.
    stores: *mut PyObject,
}

const FIELDS: [(&CStr, usize); 7] = [
    (c"name", offset_of!(Accessor, name)),
    (c"fget", offset_of!(Accessor, fget)),
    (c"fset", offset_of!(Accessor, fset)),
    (c"default", offset_of!(Accessor, default)),
    (c"_storage", offset_of!(Accessor, storage)),
    (c"_is_readonly", offset_of!(Accessor, is_readonly)),
    (c"_stores", offset_of!(Accessor, stores)),
];

static SET_PROPERTY: Name = Name::new(c"set_property");

static CLASS: OnceLock<usize> = OnceLock::new();

/// Makes the type: a new reference.
pub fn initialise() -> Result<*mut PyTypeObject> {
    let class = pytype::make(pytype::Spec {
        name: c"gi._gi.PropertyDescriptor",
        size: size_of::<Accessor>(),
        flags: ffi::Py_TPFLAGS_BASETYPE | ffi::Py_TPFLAGS_HAVE_GC,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_new, ffi::PyType_GenericNew as *mut c_void),
            (ffi::Py_tp_dealloc, dealloc as *mut c_void),
            (ffi::Py_tp_traverse, traverse as *mut c_void),
            (ffi::Py_tp_clear, clear as *mut c_void),
            (ffi::Py_tp_descr_get, get as *mut c_void),
            (ffi::Py_tp_descr_set, set as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![],
    })?;
    let _ = CLASS.set(class as usize);
    for (name, offset) in FIELDS {
        // SAFETY: Python keeps a pointer to the definition, which lives for ever; the type takes a reference of its
        // own.
        unsafe {
            let definition = Box::leak(Box::new(ffi::PyMemberDef {
                name: name.as_ptr(),
                type_code: ffi::Py_T_OBJECT_EX,
                offset: offset as isize,
                flags: 0,
                doc: ptr::null(),
            }));
            let descriptor = ffi::PyDescr_NewMember(class, definition);
            if descriptor.is_null() {
                return Err(Raised);
            }
            let status = ffi::PyObject_SetAttrString(class.cast(), name.as_ptr(), descriptor);
            ffi::Py_DECREF(descriptor);
            if status < 0 {
                return Err(Raised);
            }
        }
    }
    Ok(class)
}

impl Accessor {
    fn references(&mut self) -> [&mut *mut PyObject; 7] {
        [
            &mut self.name,
            &mut self.fget,
            &mut self.fset,
            &mut self.default,
            &mut self.storage,
            &mut self.is_readonly,
            &mut self.stores,
        ]
    }
}

/// An attribute that has been set, borrowed. AttributeError, as Python would say it, where it has not.
fn filled(object: *mut PyObject, name: &str) -> Result<*mut PyObject> {
    if object.is_null() {
        // SAFETY: reads a static that the interpreter has initialised.
        return Err(raise(unsafe { ffi::PyExc_AttributeError }, name));
    }
    Ok(object)
}

/// Writes a value as the default setter does, which runs no code of a program's; false if the property's setter is
/// another, or the instance has an idea of its own of how attributes are set.
///
/// # Safety
/// The objects are live; the GIL is held.
pub unsafe fn stores(
    this: *mut PyObject,
    instance: *mut PyObject,
    value: *mut PyObject,
) -> Result<bool> {
    // SAFETY: by the caller's word; only what is one of ours is read as such; the name is held while it is used.
    unsafe {
        let is_ours = CLASS
            .get()
            .is_some_and(|class| ffi::PyObject_TypeCheck(this, *class as *mut PyTypeObject) != 0);
        let setattr = (*ffi::Py_TYPE(instance)).tp_setattro.map(|f| f as usize);
        if !is_ours || setattr != Some(ffi::PyObject_GenericSetAttr as *const () as usize) {
            return Ok(false);
        }
        let accessor = this.cast::<Accessor>();
        let storage = (*accessor).storage;
        if (*accessor).stores != ffi::Py_True() || storage.is_null() || storage == ffi::Py_None() {
            return Ok(false);
        }
        let storage = ffi::Py_NewRef(storage);
        let status = ffi::PyObject_SetAttr(instance, storage, value);
        ffi::Py_DECREF(storage);
        if status < 0 { Err(Raised) } else { Ok(true) }
    }
}

unsafe extern "C" fn get(
    this: *mut PyObject,
    instance: *mut PyObject,
    _: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the descriptor protocol: live objects, or NULL. What is called or looked up is held meanwhile, since
        // whatever that runs may change the property.
        unsafe {
            if instance.is_null() || instance == ffi::Py_None() {
                return Ok(ffi::Py_NewRef(this));
            }
            let accessor = this.cast::<Accessor>();
            let storage = (*accessor).storage;
            if storage.is_null() || storage == ffi::Py_None() {
                let getter = ffi::Py_NewRef(filled((*accessor).fget, "fget")?);
                let value = ffi::PyObject_CallOneArg(getter, instance);
                ffi::Py_DECREF(getter);
                return not_null(value);
            }
            let storage = ffi::Py_NewRef(storage);
            let value = if !wrapper::is_wrapper(instance) {
                attribute(instance, storage)
            } else {
                let attributes = wrapper::attributes(instance);
                if attributes.is_null() {
                    ptr::null_mut()
                } else {
                    ffi::Py_XNewRef(ffi::PyDict_GetItemWithError(attributes, storage))
                }
            };
            ffi::Py_DECREF(storage);
            if value.is_null() && ffi::PyErr_Occurred().is_null() {
                return Ok(ffi::Py_NewRef(filled((*accessor).default, "default")?));
            }
            not_null(value)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// An attribute of any object: a new reference; NULL without an exception where there is none.
///
/// # Safety
/// Both are live, and stay so.
unsafe fn attribute(instance: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe {
        let value = ffi::PyObject_GetAttr(instance, name);
        if value.is_null() && ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) != 0 {
            ffi::PyErr_Clear();
        }
        value
    }
}

unsafe extern "C" fn set(
    this: *mut PyObject,
    instance: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    crate::guard(|| {
        // SAFETY: the descriptor protocol: live objects, and NULL for a value that is to be deleted. What is called is
        // held meanwhile; results are dropped.
        unsafe {
            if value.is_null() {
                return Err(raise(ffi::PyExc_AttributeError, "__delete__"));
            }
            let accessor = this.cast::<Accessor>();
            if (*accessor).is_readonly == ffi::Py_True() {
                // It says that it cannot be set.
                let setter = ffi::Py_NewRef(filled((*accessor).fset, "fset")?);
                let mut args = [instance, value];
                let result =
                    ffi::PyObject_Vectorcall(setter, args.as_mut_ptr(), 2, ptr::null_mut());
                ffi::Py_DECREF(setter);
                ffi::Py_DECREF(not_null(result)?);
            }
            let name = ffi::Py_NewRef(filled((*accessor).name, "name")?);
            let method = SET_PROPERTY.get()?;
            let mut args = [instance, name, value];
            let result =
                ffi::PyObject_VectorcallMethod(method, args.as_mut_ptr(), 3, ptr::null_mut());
            ffi::Py_DECREF(name);
            ffi::Py_DECREF(not_null(result)?);
            Ok(())
        }
    })
    .map_or(-1, |()| 0)
}

unsafe extern "C" fn traverse(
    object: *mut PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the collector's protocol: visit what the object refers to, its type included.
    unsafe {
        let fields = (*object.cast::<Accessor>())
            .references()
            .map(|field| *field);
        for referent in fields.into_iter().chain([ffi::Py_TYPE(object).cast()]) {
            if !referent.is_null() {
                let result = visit(referent, arg);
                if result != 0 {
                    return result;
                }
            }
        }
        0
    }
}

unsafe extern "C" fn clear(object: *mut PyObject) -> c_int {
    crate::python::stay();
    // SAFETY: the collector's protocol.
    unsafe {
        for field in (*object.cast::<Accessor>()).references() {
            ffi::Py_CLEAR(field);
        }
    }
    0
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        clear(object);
        pytype::free(object);
    }
}
