//! Calls that start an operation, and pass no callback for its end: what Python gets of them can be awaited, if a loop of
//! asyncio's waits (`gi._async`; compat surface, section 5).

use pyo3::ffi::{self, PyObject};

use crate::invoke::bind::Bound;
use crate::python;
use crate::python::error::Result;
use crate::python::reference::{Held, Name};

/// What can be awaited, if the callback is left out and somebody can await it: a new reference, and the arguments of the
/// call that it waits for, which are held. None where that is not so: the arguments are as they were.
///
/// # Safety
/// The arguments are live or NULL, one for each of Python's; those that are put in live as long as `held`.
pub unsafe fn start(
    callable: *mut PyObject,
    bound: &Bound,
    args: &mut [*mut PyObject],
    held: &mut Held,
) -> Result<Option<*mut PyObject>> {
    let Some(places) = &bound.operation else {
        return Ok(None);
    };
    if !args[places.callback].is_null() {
        return Ok(None);
    }
    // SAFETY: the GIL is held; what is used is the caller's, or held until the scope ends.
    unsafe {
        let waiting = begin(callable, args[places.cancellable], held)?;
        if waiting == ffi::Py_None() {
            return Ok(None);
        }
        args[places.callback] = held.take(FINISH.of(waiting)?)?;
        args[places.cancellable] = held.take(CANCELLABLE.of(waiting)?)?;
        Ok(Some(ffi::Py_NewRef(waiting)))
    }
}

static MODULE: Name = Name::new(c"gi._async");
static BEGIN: Name = Name::new(c"begin");
static FINISH: Name = Name::new(c"_finish");
static CANCELLABLE: Name = Name::new(c"cancellable");

/// An `Async`, or None if no loop waits for it; borrowed. Only who has imported `gi.events` has such a loop, and that
/// imports `gi._async`.
///
/// # Safety
/// The GIL is held; the objects are live, the cancellable NULL if none is passed.
unsafe fn begin(
    callable: *mut PyObject,
    cancellable: *mut PyObject,
    held: &mut Held,
) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; what is made here is held.
    unsafe {
        let none = ffi::Py_None();
        let module = ffi::PyImport_GetModule(MODULE.get()?);
        if module.is_null() && ffi::PyErr_Occurred().is_null() {
            return Ok(none);
        }
        let module = held.take(module)?;
        let function = held.take(BEGIN.of(module)?)?;
        let cancellable = if cancellable.is_null() {
            none
        } else {
            cancellable
        };
        held.take(python::call(function, [callable, cancellable].as_ptr(), 2))
    }
}
