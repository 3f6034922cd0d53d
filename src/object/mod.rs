//! The Python types: what an object, a class, a record, a property, a signal or a source is in Python.
//!
//! [`pytype`] makes types, of which every room here uses it; [`record`] and [`instance`] have the base types, with the
//! layouts that C extensions know; [`class`] makes the classes of a namespace, and those that a program derives, on top of
//! them; [`property`], [`signal`], [`source`] and [`rows`] are what is done with instances. Read them in that order.

pub mod class;
pub mod error;
pub mod gtype;
pub mod instance;
pub mod property;
pub mod pytype;
pub mod record;
pub mod result;
pub mod rows;
mod runtime;
pub mod signal;
pub mod source;

use std::ptr;
use std::sync::OnceLock;

use gobject_sys::GClosure;
use pyo3::ffi::{self, PyObject};

use crate::closure;
use crate::convert::cell;
use crate::object::instance::base;
use crate::python::error::{Raised, Result};
use crate::python::reference::{Held, Name};

use self::class::{doc, native, registry};
use self::instance::{weakref, wrapper};
use self::record::{boxed, field};

/// Makes the base types and publishes the runtime table; once, at initialisation.
pub fn initialise() -> Result<()> {
    runtime::publish(gtype::initialise()?);
    crate::convert::classes::initialise();
    wrapper::slots::initialise()?;
    weakref::initialise()?;
    property::initialise(base::types().gobject)?;
    doc::initialise([base::types().gobject, base::types().interface])?;
    boxed::initialise()?;
    field::initialise()?;
    native::initialise()?;
    rows::initialise()?;
    cell::set_resolver(class::resolve);
    registry::initialise(registry::Makers {
        entry: class::entry,
        named: class::class_named,
        of_gtype: class::gtypes::make,
    });
    Ok(())
}

/// A floating GClosure of a callable; NULL with an exception set.
///
/// # Safety
/// `callable` is live.
unsafe fn closure_new(callable: *mut PyObject) -> *mut GClosure {
    // SAFETY: passed on.
    let made = crate::guard(|| unsafe {
        let mut held = Held::default();
        let [function, extra, swap] = template_parts(callable, &mut held)?;
        closure::gclosure::new(function, extra, swap, None)
    });
    made.unwrap_or(std::ptr::null_mut())
}

/// What a closure of a callable calls, what it passes behind C's arguments, and what in the place of the instance: NULL for
/// none. A `functools.partial` that is marked `__gtk_template__`, as templates and scopes of GTK make them, is taken apart
/// for that: its positional arguments go behind all others, and its keyword `swap_data` is the other instance.
///
/// # Safety
/// `callable` is live; the parts live as long as `held`.
unsafe fn template_parts(callable: *mut PyObject, held: &mut Held) -> Result<[*mut PyObject; 3]> {
    static PARTIAL: OnceLock<usize> = OnceLock::new();
    static MARK: Name = Name::new(c"__gtk_template__");
    static FUNC: Name = Name::new(c"func");
    static ARGS: Name = Name::new(c"args");
    static KEYWORDS: Name = Name::new(c"keywords");
    static SWAP: Name = Name::new(c"swap_data");
    let none = ptr::null_mut();
    // SAFETY: by the caller's word; what is borrowed from the keywords is held with them.
    unsafe {
        let partial = pytype::import_attribute(&PARTIAL, c"functools", c"partial")?;
        if ffi::PyObject_TypeCheck(callable, partial.cast()) == 0
            || ffi::PyObject_HasAttr(callable, MARK.get()?) == 0
        {
            return Ok([callable, none, none]);
        }
        let function = held.take(FUNC.of(callable)?)?;
        let extra = held.take(ARGS.of(callable)?)?;
        let keywords = held.take(KEYWORDS.of(callable)?)?;
        let swap = if ffi::PyDict_Check(keywords) != 0 {
            ffi::PyDict_GetItemWithError(keywords, SWAP.get()?)
        } else {
            none
        };
        if swap.is_null() && !ffi::PyErr_Occurred().is_null() {
            return Err(Raised);
        }
        Ok([function, extra, swap])
    }
}
