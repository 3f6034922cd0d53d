//! Classes that a Python program derives from GObject classes: their GTypes, and how their instances come to be.
//!
//! A class is registered while Python makes it. An instance begins in one of two ways. If Python calls the class, its
//! wrapper is there first and waits while the GObject is made ([`crate::python::outer`]), and `instance_init` ties both
//! together, so that whatever runs during construction finds it. If C makes the object, `instance_init` makes the
//! wrapper and calls its `__init__`.

use std::ffi::c_void;
use std::ptr;

use gobject_sys as gobject;
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::ffi::{self, PyObject, PyTypeObject};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::closure::{Outer, ties};
use crate::convert;
use crate::convert::classes;
use crate::convert::instance::gtype_of;
use crate::object::class::declaration;
use crate::object::class::naming::TypeName;
use crate::object::class::{declare, initialisers, origin, registry};
use crate::object::instance::base;
use crate::object::instance::{construction, wrapper};
use crate::object::signal::declaration as of_signal;
use crate::object::signal::info::described;
use crate::object::{gtype, signal};
use crate::python::error::Raised;
use crate::python::{self, Gil};

/// The GType that a class derives from: that of its first base that is an object, or has a GType at all; 0 if none has.
fn parent_of(class: &Bound<'_, PyType>) -> PyResult<usize> {
    let mut first = 0;
    for base in class.bases().iter() {
        // SAFETY: a live class.
        match unsafe { convert::gtype::lookup(base.as_ptr()) } {
            Ok(Some(gtype)) => {
                // SAFETY: any number may be asked for.
                if unsafe { gobject::g_type_fundamental(gtype) } == gobject::G_TYPE_OBJECT {
                    return Ok(gtype);
                }
                if first == 0 {
                    first = gtype;
                }
            }
            Ok(None) => {}
            Err(_) => return Err(PyErr::fetch(class.py())),
        }
    }
    Ok(first)
}

/// The interfaces that a class names among its bases, or gets from them, and its parent does not have.
fn interfaces_of(class: &Bound<'_, PyType>, parent: usize) -> PyResult<Vec<usize>> {
    let interface = base::types().interface;
    let mut found = Vec::new();
    for base in class.mro().iter() {
        // SAFETY: live classes.
        let is_interface = unsafe {
            base.as_ptr() != interface.cast()
                && ffi::PyType_IsSubtype(base.as_ptr().cast::<PyTypeObject>(), interface) != 0
        };
        if !is_interface {
            continue;
        }
        // SAFETY: a live class.
        let Ok(Some(gtype)) = (unsafe { convert::gtype::lookup(base.as_ptr()) }) else {
            continue;
        };
        // What an extension implements it does for each class anew.
        // SAFETY: any number may be asked for.
        let (is_interface, known) = unsafe {
            (
                gobject::g_type_fundamental(gtype) == gobject::G_TYPE_INTERFACE,
                gobject::g_type_is_a(parent, gtype) != 0 && !initialisers::implements(gtype),
            )
        };
        if is_interface && gtype != gobject::G_TYPE_INTERFACE && !known && !found.contains(&gtype) {
            found.push(gtype);
        }
    }
    // What an interface requires comes before it.
    found.reverse();
    Ok(found)
}

/// Registers a GType for a Python class that derives from a GObject class; the class gets `__gtype__`, and the GType
/// the properties and signals that the class declares.
///
/// `again` are interfaces of the parent that the class implements itself; `accessors` is a dict from names of
/// properties to objects with `fget` and `fset`. TypeError for malformed declarations, RuntimeError if GObject refuses
/// the name, the parent or a signal.
#[pyfunction]
#[pyo3(signature = (class, type_name=None, again=vec![], accessors=None))]
pub fn type_register(
    class: &Bound<'_, PyType>,
    type_name: Option<&str>,
    again: Vec<Bound<'_, PyAny>>,
    accessors: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    crate::python::stay();
    let py = class.py();
    // SAFETY: a live class, whose dictionary is borrowed.
    let own = unsafe {
        let dict = (*class.as_ptr().cast::<PyTypeObject>()).tp_dict;
        ffi::PyDict_GetItemString(dict, c"__gtype__".as_ptr())
    };
    if !own.is_null() {
        // Programs say it again where the metaclass has seen to it.
        return Ok(());
    }
    let parent = parent_of(class)?;
    if parent == 0 {
        return Err(PyTypeError::new_err("argument must be a GObject subclass"));
    }
    let name = TypeName::of_class(class, type_name)?;
    // What interfaces demand can be asked for only when there is a class of objects.
    // SAFETY: a registered type.
    unsafe { signal::initialise_class(parent) };
    let mut interfaces = interfaces_of(class, parent)?;
    for object in again {
        // SAFETY: a live object.
        if let Ok(Some(interface)) = unsafe { convert::gtype::lookup(object.as_ptr()) }
            && !interfaces.contains(&interface)
        {
            interfaces.push(interface);
        }
    }
    let accessors = accessors.map_or(ptr::null_mut(), |accessors| accessors.as_ptr());
    // SAFETY: a live class has a dictionary, which nobody changes meanwhile.
    let declaration = unsafe {
        let dict = (*class.as_ptr().cast::<PyTypeObject>()).tp_dict;
        declare::read(dict, parent, accessors)
    };
    let declaration = declaration.map_err(|_| PyErr::fetch(py))?;
    let declaration = Box::into_raw(Box::new(declaration));
    // SAFETY: a registered classed type can be queried; what GObject keeps of the description is copied, and the class
    // lives for ever by the registry's reference.
    let gtype = unsafe {
        let mut query: gobject::GTypeQuery = std::mem::zeroed();
        gobject::g_type_query(parent, &mut query);
        let (size, enter) = ties::reserve(parent, query.instance_size);
        let info = gobject::GTypeInfo {
            class_size: query.class_size as u16,
            base_init: None,
            base_finalize: None,
            class_init: Some(declare::class_init),
            class_finalize: None,
            class_data: declaration.cast(),
            instance_size: size,
            n_preallocs: 0,
            // The wrapper of another fundamental type is not known to its instance.
            instance_init: (gobject::g_type_fundamental(parent) == gobject::G_TYPE_OBJECT)
                .then_some(instance_init),
            value_table: ptr::null(),
        };
        let gtype =
            name.register(|name| gobject::g_type_register_static(parent, name.as_ptr(), &info, 0));
        if gtype != 0 {
            enter(gtype);
        }
        gtype
    };
    if gtype == 0 {
        return Err(PyRuntimeError::new_err(format!(
            "could not create new GType: {} (subclass of {})",
            name.shown(),
            convert::gtype::gtype_name(parent)
        )));
    }
    // SAFETY: a registered type takes any data; the class has not been made yet.
    unsafe {
        (*declaration).gtype = gtype;
        (*declaration).remember(class.as_ptr().cast());
        gobject::g_type_set_qdata(gtype, origin::quark(), declaration.cast());
    }
    // SAFETY: makes a new object.
    let object = unsafe { Bound::from_owned_ptr_or_err(py, gtype::gtype_out(gtype))? };
    class.setattr("__gtype__", object)?;
    registry::remember_class(gtype, class.as_ptr().cast());
    for interface in interfaces {
        // SAFETY: the type has no class yet; GObject copies the description; the class lives for ever.
        unsafe {
            let info = initialisers::interface_info(interface, class.as_ptr().cast());
            python::in_type_system(|| {
                gobject::g_type_add_interface_static(gtype, interface, &info)
            });
        }
    }
    // SAFETY: a registered class, which is kept for ever: this makes it, with what it declares.
    unsafe {
        classes::class_ref(gtype);
        let declaration = &*declaration;
        match declaration.refused.get() {
            Some(i) => Err(of_signal::refused(declaration.signals[i].name())),
            None => find_handlers(class.as_ptr().cast(), gtype),
        }
    }
    .map_err(|_| PyErr::fetch(py))
}

/// Called for each Python class of a new object, the base first: the last has all to do. Before that the object is of a
/// parent's type, and has neither the properties nor the signals of its own.
unsafe extern "C" fn instance_init(instance: *mut gobject::GTypeInstance, class: *mut c_void) {
    let object = instance.cast::<gobject::GObject>();
    // SAFETY: GObject calls this with a new instance, which no other thread knows, and the class that it will have; a
    // wrapper that is under construction is live and held by this thread, and tying it changes no count of Python's.
    unsafe {
        let gtype = (*class.cast::<gobject::GTypeClass>()).g_type;
        let now = gtype_of(object);
        if now != gtype && now != origin::from_python(gtype) {
            return;
        }
        let ties = ties::begin(object);
        let is_new = ties.is_none_or(|ties| !ties.has_been_wrapped());
        let waiting = python::outer::take_waiting(gtype);
        if let (true, Some((waiting, has_hook))) = (is_new, waiting) {
            let ties = ties.unwrap_or_else(|| ties::make(object));
            wrapper::tie(waiting, object, ties, gtype);
            if !has_hook {
                return;
            }
        }
        let Some(gil) = Gil::take() else {
            return;
        };
        let outer = Outer::take();
        match waiting {
            Some((waiting, _)) if is_new => initialised(waiting),
            Some((waiting, has_hook)) => {
                wrapper::attach(waiting, object, gtype);
                if has_hook {
                    initialised(waiting);
                }
            }
            None => from_c(object, gtype),
        }
        drop(outer);
        drop(gil);
    }
}

/// Calls the hook of a class with the wrapper of a new object, if it has one; what that raises is printed.
///
/// # Safety
/// The wrapper is live and held, and has its object. The GIL is held, and no exception is set.
unsafe fn initialised(wrapper: *mut PyObject) {
    // SAFETY: by the caller's word; the hook is held while it runs.
    unsafe {
        let Some(hook) = construction::hook(ffi::Py_TYPE(wrapper)) else {
            return;
        };
        ffi::Py_INCREF(hook);
        let done = crate::guard(|| {
            let result = python::call(hook, &raw const wrapper, 1);
            ffi::Py_XDECREF(result);
            if result.is_null() {
                Err(Raised)
            } else {
                Ok(())
            }
        });
        if done.is_none() {
            python::print();
        }
        ffi::Py_DECREF(hook);
    }
}

/// Makes the wrapper of an object that C makes, and calls its `__init__`; what that raises is printed.
///
/// # Safety
/// The object is being made, and is of the GType, or of that GType of a Python class which is nearest to it. The GIL is
/// held.
unsafe fn from_c(object: *mut gobject::GObject, gtype: usize) {
    // SAFETY: by the caller's word; every new reference is dropped here.
    unsafe {
        let made = crate::guard(|| {
            python::room()?;
            let known = ties::wrapper_of(object).filter(|_| gtype_of(object) == gtype);
            if let Some(known) = known {
                // An extension has seen to it.
                ffi::Py_INCREF(known);
                initialised(known);
                ffi::Py_DECREF(known);
                return Ok(());
            }
            let class = registry::class_of(gtype)?;
            let wrapper = wrapper::make_for(class, object, gtype)?;
            initialised(wrapper);
            let args = ffi::PyTuple_New(0);
            let init = (*class).tp_init;
            let status = match init {
                Some(init) if !args.is_null() => init(wrapper, args, ptr::null_mut()),
                _ => 0,
            };
            ffi::Py_XDECREF(args);
            ffi::Py_DECREF(wrapper);
            if status < 0 { Err(Raised) } else { Ok(()) }
        });
        if made.is_none() {
            python::print();
        }
    }
}

/// Looks in a new class for methods that are class handlers of signals which it or a class above it declares.
///
/// # Safety
/// The class and its GType are live; the type has a class. The GIL is held.
unsafe fn find_handlers(class: *mut PyTypeObject, gtype: usize) -> python::error::Result<()> {
    let mut of = gtype;
    while let Some(declaration) = declaration::declaration(of) {
        for signal in &declaration.signals {
            if signal.is_new() {
                // SAFETY: by the caller's word.
                unsafe {
                    let id = gobject::g_signal_lookup(signal.name().as_ptr(), of);
                    if id == 0 {
                        continue;
                    }
                    let described = described(id);
                    if base::class_has(class, described.method()?) {
                        of_signal::handle_in_class(described, gtype);
                    }
                }
            }
        }
        // SAFETY: a registered type.
        of = unsafe { gobject::g_type_parent(of) };
    }
    Ok(())
}
