//! Properties that a Python class declares, as GObject reads and writes them: by their accessor, or by the instance's
//! `do_get_property` and `do_set_property`.

use std::ffi::CStr;
use std::ptr;
use std::sync::OnceLock;

use gobject_sys::{GObject, GParamSpec, GValue};
use pyo3::ffi::{self, PyObject};

use crate::closure::Outer;
use crate::convert::gvalue::{self, Mode, load};
use crate::convert::output;
use crate::object::class::declaration::{self, Declaration};
use crate::object::instance::base;
use crate::object::instance::wrapper;
use crate::object::property::declaration::{Property, Which};
use crate::object::property::paramspec::wrapped;
use crate::python::error::Result;
use crate::python::reference::Name;
use crate::python::reference::not_null;
use crate::python::{self, Gil};

/// What the class that declares a property has for it. All borrowed, for ever; NULL where there is none.
#[derive(Clone, Copy)]
pub struct Declared {
    accessor: *mut PyObject,
    /// The class's methods when it was registered.
    methods: [*mut PyObject; 2],
}

/// The declaration of a property; None if no Python class declares it.
///
/// # Safety
/// The property is installed.
pub unsafe fn declared(spec: *mut GParamSpec) -> Option<Declared> {
    // SAFETY: by the caller's word; declarations live for ever.
    let (owner, name) = unsafe { ((*spec).owner_type, CStr::from_ptr((*spec).name)) };
    let declaration = declaration::declaration(owner)?;
    let found = declaration.named(name)?;
    Some(Declared {
        accessor: found.accessor,
        methods: [Which::Get, Which::Set].map(|which| declaration.method(which)),
    })
}

impl Declared {
    /// The accessor, borrowed; NULL where the instance's own methods are asked: a class below the one that declares the
    /// property may have taken it over, by a `do_get_property` or `do_set_property` of its own.
    ///
    /// # Safety
    /// The wrapper is live, and its object of the type; the GIL is held.
    pub unsafe fn accessor(&self, wrapper: *mut PyObject, which: Which) -> *mut PyObject {
        // SAFETY: by the caller's word.
        let method = unsafe { base::type_attribute(ffi::Py_TYPE(wrapper), which.name()) };
        if method == self.methods[which as usize] || method == helper(which) {
            self.accessor
        } else {
            ptr::null_mut()
        }
    }
}

/// The accessor of a property, as [`Declared::accessor`].
///
/// # Safety
/// The wrapper is live, and the property is one of its object's type; the GIL is held.
unsafe fn accessor(wrapper: *mut PyObject, spec: *mut GParamSpec, which: Which) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe {
        declared(spec).map_or(ptr::null_mut(), |declared| {
            declared.accessor(wrapper, which)
        })
    }
}

/// The method that classes with Property objects have: borrowed. NULL while there are none.
fn helper(which: Which) -> *mut PyObject {
    static KNOWN: [OnceLock<usize>; 2] = [const { OnceLock::new() }; 2];
    let names = [c"do_get_property", c"do_set_property"];
    let known = crate::object::pytype::import_attribute(
        &KNOWN[which as usize],
        c"gi._propertyhelper",
        names[which as usize],
    );
    known.unwrap_or_else(|_| {
        // SAFETY: the GIL is held.
        unsafe { ffi::PyErr_Clear() };
        ptr::null_mut()
    })
}

impl Declaration {
    fn named(&self, name: &CStr) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| *property.name == *name)
    }
}

/// Runs an accessor on any thread. The exception of a getter goes to whoever asks for the property from Python on this
/// thread; others are printed, as PyGObject has it.
fn run(which: Which, body: impl FnOnce() -> Result<()>) {
    let Some(gil) = Gil::take() else {
        return;
    };
    // SAFETY: the GIL is held.
    unsafe {
        let outer = Outer::take();
        let is_heard = which == Which::Get && python::outer::is_heard();
        if crate::guard(body).is_none() && !is_heard {
            python::print();
        }
        drop(outer);
    }
    drop(gil);
}

static FGET: Name = Name::new(c"fget");
static FSET: Name = Name::new(c"fset");

/// Calls a method with up to two arguments, all borrowed: a new reference.
///
/// # Safety
/// The objects are live.
unsafe fn call(of: *mut PyObject, name: &Name, args: &[*mut PyObject]) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; the place before the arguments is the callee's.
    unsafe {
        let method = name.of(of)?;
        let mut all = [ptr::null_mut(); 3];
        all[1..=args.len()].copy_from_slice(args);
        let result = python::call(
            method,
            all.as_ptr().add(1),
            args.len() | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
        );
        ffi::Py_DECREF(method);
        not_null(result)
    }
}

/// What the getter of an accessor gives, or the instance's `do_get_property` where that is NULL: a new reference, to what
/// it gives as it is. A getter that misses an attribute gives None, as in PyGObject: objects are asked for their
/// properties before their `__init__` has got to them.
///
/// # Safety
/// All are live, and the wrapper is held.
pub unsafe fn value_of(
    accessor: *mut PyObject,
    wrapper: *mut PyObject,
    spec: *mut GParamSpec,
) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        if !accessor.is_null() {
            let got = call(accessor, &FGET, &[wrapper]);
            if got.is_err() && ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) != 0 {
                ffi::PyErr_Clear();
                return Ok(output::none());
            }
            return got;
        }
        let spec = wrapped(spec)?;
        let got = call(wrapper, Which::Get.name(), &[spec]);
        ffi::Py_DECREF(spec);
        got
    }
}

/// Gives a value to the setter of an accessor. An exception is printed: who sets a property hears of none.
///
/// # Safety
/// All are live and held; the GIL is held.
pub unsafe fn write_by(accessor: *mut PyObject, wrapper: *mut PyObject, value: *mut PyObject) {
    // SAFETY: by the caller's word.
    unsafe {
        let done = crate::guard(|| {
            let result = call(accessor, &FSET, &[wrapper, value])?;
            ffi::Py_DECREF(result);
            Ok(())
        });
        if done.is_none() {
            python::print();
        }
    }
}

pub unsafe extern "C" fn get_property(
    object: *mut GObject,
    _: u32,
    value: *mut GValue,
    spec: *mut GParamSpec,
) {
    // SAFETY: GObject calls this with a live object, a value of the property's type, and the property.
    run(Which::Get, || unsafe {
        let wrapper = wrapper::of(object)?;
        let got = value_of(accessor(wrapper, spec, Which::Get), wrapper, spec);
        ffi::Py_DECREF(wrapper);
        let got = got?;
        let stored = gvalue::set(value, got);
        if stored.is_err() && got == ffi::Py_None() {
            // A getter that says nothing is none of C's business, as in PyGObject: the value stays zero.
            ffi::PyErr_Clear();
            ffi::Py_DECREF(got);
            return Ok(());
        }
        ffi::Py_DECREF(got);
        stored
    });
}

pub unsafe extern "C" fn set_property(
    object: *mut GObject,
    _: u32,
    value: *mut GValue,
    spec: *mut GParamSpec,
) {
    // SAFETY: as above.
    run(Which::Set, || unsafe {
        let given = load::load(value, Mode::Generic)?;
        let done = wrapper::of(object).and_then(|wrapper| {
            let accessor = accessor(wrapper, spec, Which::Set);
            let done = if accessor.is_null() {
                wrapped(spec).and_then(|spec| {
                    let done = call(wrapper, Which::Set.name(), &[spec, given]);
                    ffi::Py_DECREF(spec);
                    done
                })
            } else {
                call(accessor, &FSET, &[wrapper, given])
            };
            ffi::Py_DECREF(wrapper);
            done
        });
        ffi::Py_DECREF(given);
        ffi::Py_DECREF(done?);
        Ok(())
    });
}
