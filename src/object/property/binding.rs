//! `bind_property`: two properties that follow each other, with Python between them if need be.
//!
//! Compat surface, section 3.4. A transform is called with `(binding, value[, user_data])` and returns the value for
//! the other side; when it fails the other side stays as it is.

use std::cell::Cell;
use std::ffi::{c_int, c_uint, c_void};
use std::ptr;
use std::sync::{Once, OnceLock};

use gobject_sys as gobject;
use gobject_sys::{GClosure, GObject, GValue};
use pyo3::ffi::{self, PyObject};

use crate::closure::gclosure;
use crate::closure::watch::PyGClosure;
use crate::closure::{Outer, ties};
use crate::convert::gvalue::{self, Mode, load};
use crate::convert::table::table;
use crate::object::class::cells;
use crate::object::instance::base;
use crate::object::pytype;
use crate::python::error::{Raised, Result, raise, type_error};
use crate::python::reference::Held;
use crate::python::reference::not_null;
use crate::python::{self, Gil};

/// The method `bind_property(source_property, target, target_property, flags=0, transform_to=None, transform_from=None,
/// user_data=None)`, which returns the Binding.
pub fn method() -> ffi::PyMethodDef {
    pytype::method_keywords(c"bind_property", bind_property)
}

unsafe extern "C" fn bind_property(
    this: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    let names = [
        c"source_property".as_ptr(),
        c"target".as_ptr(),
        c"target_property".as_ptr(),
        c"flags".as_ptr(),
        c"transform_to".as_ptr(),
        c"transform_from".as_ptr(),
        c"user_data".as_ptr(),
        ptr::null(),
    ];
    let mut source_property = ptr::null();
    let mut target_property = ptr::null();
    let mut flags: c_int = 0;
    let [mut target, mut to, mut from, mut data] = [ptr::null_mut::<PyObject>(); 4];
    // SAFETY: called with a live wrapper, a tuple, and NULL or a dict; each place is of the type that the format says.
    let parsed = unsafe {
        ffi::PyArg_ParseTupleAndKeywords(
            args,
            kwargs,
            c"sOs|iOOO:GObject.bind_property".as_ptr(),
            names.as_ptr().cast_mut().cast(),
            &mut source_property,
            &mut target,
            &mut target_property,
            &mut flags,
            &mut to,
            &mut from,
            &mut data,
        )
    };
    if parsed == 0 {
        return ptr::null_mut();
    }
    crate::guard(|| {
        // SAFETY: what was parsed is borrowed from the arguments.
        unsafe {
            let source = match base::gobject_of(this)? {
                Some(source) => source,
                None => return Err(type_error("bind_property() needs a GObject")),
            };
            let Some(target_object) = base::gobject_of(target)? else {
                return Err(type_error("Second argument must be a GObject"));
            };
            let to = transform(source, to, data, "transform_to")?;
            let from = match transform(source, from, data, "transform_from") {
                Ok(from) => from,
                Err(raised) => {
                    drop_floating(to);
                    return Err(raised);
                }
            };
            let made = Made::prepare();
            let binding = python::without_gil(|| {
                made.ask(|| {
                    gobject::g_object_bind_property_with_closures(
                        source,
                        source_property,
                        target_object,
                        target_property,
                        flags as gobject::GBindingFlags,
                        to,
                        from,
                    )
                })
            });
            if binding.is_null() {
                drop_floating(to);
                drop_floating(from);
                return Err(refused(this, source_property, target, target_property));
            }
            let cell = cells::of_type(gobject::g_binding_get_type())?;
            let object = (table().object_out_none)(binding.cast(), cell);
            not_null(object)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// The binding that a call makes, held from its construction on. Where it is to set the target at once, handlers and
/// transforms run before GObject returns it: one of them may end it, and what is returned is no object any more then.
struct Made(Cell<*mut GObject>);

thread_local! {
    /// Where this thread's next binding is noted, with a reference; NULL if nobody waits for one.
    static WAITING: Cell<*const Made> = const { Cell::new(ptr::null()) };
}

impl Made {
    fn prepare() -> Made {
        static BEFORE: OnceLock<Option<unsafe extern "C" fn(*mut GObject)>> = OnceLock::new();
        static INSTALLED: Once = Once::new();

        unsafe extern "C" fn constructed(binding: *mut GObject) {
            // SAFETY: GObject calls this with a new binding; the place is on the stack of a call that waits for it, and
            // no other code of Python's has run since that began to wait.
            unsafe {
                if let Some(Some(constructed)) = BEFORE.get() {
                    constructed(binding);
                }
                if let Some(made) = WAITING.replace(ptr::null()).as_ref() {
                    made.0.set(gobject::g_object_ref(binding).cast());
                }
            }
        }
        INSTALLED.call_once(|| {
            // SAFETY: the class is one of GObject's, and stays. Whoever makes a binding meanwhile finds the one function
            // or the other, and both do its work.
            unsafe {
                let class = gobject::g_type_class_ref(gobject::g_binding_get_type())
                    .cast::<gobject::GObjectClass>();
                let _ = BEFORE.set((*class).constructed);
                (*class).constructed = Some(constructed);
            }
        });
        Made(Cell::new(ptr::null_mut()))
    }

    /// What `make` returns.
    fn ask<T>(&self, make: impl FnOnce() -> T) -> T {
        WAITING.set(self);
        let result = make();
        // One that is refused is not constructed.
        WAITING.set(ptr::null());
        result
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if !self.0.get().is_null() {
            // SAFETY: the reference is ours.
            unsafe { gobject::g_object_unref(self.0.get()) };
        }
    }
}

#[cold]
unsafe fn refused(
    source: *mut PyObject,
    source_property: *const std::ffi::c_char,
    target: *mut PyObject,
    target_property: *const std::ffi::c_char,
) -> Raised {
    // SAFETY: the format's arguments are live objects and C strings.
    unsafe {
        if ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Format(
                ffi::PyExc_TypeError,
                c"Cannot create binding from %R.%s to %R.%s".as_ptr(),
                source,
                source_property,
                target,
                target_property,
            );
        }
    }
    Raised
}

/// A floating closure that transforms, which belongs to the source; NULL for None or nothing.
///
/// # Safety
/// The objects are live or NULL.
unsafe fn transform(
    source: *mut GObject,
    function: *mut PyObject,
    data: *mut PyObject,
    which: &str,
) -> Result<*mut GClosure> {
    // SAFETY: by the caller's word.
    unsafe {
        if function.is_null() || function == ffi::Py_None() {
            return Ok(ptr::null_mut());
        }
        if ffi::PyCallable_Check(function) == 0 {
            return Err(type_error(&format!("{which} must be callable or None")));
        }
        let extra = if data.is_null() || data == ffi::Py_None() {
            ptr::null_mut()
        } else {
            not_null(ffi::PyTuple_Pack(1, data))?
        };
        let closure = gclosure::with_marshal(function, extra, ptr::null_mut(), marshal);
        ffi::Py_XDECREF(extra);
        let closure = closure?;
        ties::make(source).watch(closure);
        Ok(closure)
    }
}

/// Drops a transform of no use. GObject has a reference to it that it has lost, where it refused to bind: so what the
/// closure holds is let go of here.
///
/// # Safety
/// NULL or a closure that nobody calls.
unsafe fn drop_floating(closure: *mut GClosure) {
    if !closure.is_null() {
        // SAFETY: by the caller's word.
        unsafe {
            gobject::g_closure_ref(closure);
            gobject::g_closure_sink(closure);
            gobject::g_closure_invalidate(closure);
            gobject::g_closure_unref(closure);
        }
    }
}

/// Called by GObject with the binding, the value of one side, and that of the other to be written.
unsafe extern "C" fn marshal(
    closure: *mut GClosure,
    result: *mut GValue,
    n: c_uint,
    values: *const GValue,
    _: *mut c_void,
    _: *mut c_void,
) {
    // SAFETY: GObject calls this with a live closure, three values, and a boolean for the result.
    unsafe {
        gobject::g_value_set_boolean(result, glib_sys::GFALSE);
        let Some(gil) = Gil::take() else {
            return;
        };
        let outer = Outer::take();
        match crate::guard(|| {
            call(
                closure.cast(),
                std::slice::from_raw_parts(values, n as usize),
            )
        }) {
            Some(done) => gobject::g_value_set_boolean(result, done.into()),
            None => python::print(),
        }
        drop(outer);
        drop(gil);
    }
}

/// # Safety
/// As for [`marshal`], under the GIL.
unsafe fn call(this: *mut PyGClosure, values: &[GValue]) -> Result<bool> {
    let [binding, from, to, ..] = values else {
        return Ok(false);
    };
    // SAFETY: by the caller's word; boxed values are values. What is called is held through it.
    unsafe {
        let Some(callee) = (*this).called.hold() else {
            // It has been unbound, or goes with other garbage.
            return Ok(false);
        };
        let from = gobject::g_value_get_boxed(from).cast::<GValue>();
        let to = gobject::g_value_get_boxed(to).cast::<GValue>();
        let mut held = Held::default();
        held.take(load::load(binding, Mode::Generic)?)?;
        held.take(load::load(from, Mode::Generic)?)?;
        held.keep_items(callee.extra);
        let (args, n) = held.from(0);
        let returned = not_null(python::call(callee.function, args, n))?;
        let stored = gvalue::set(to, returned);
        ffi::Py_DECREF(returned);
        match stored {
            Ok(()) => Ok(true),
            Err(Raised) => {
                ffi::PyErr_Clear();
                Err(raise(ffi::PyExc_ValueError, "can't convert value"))
            }
        }
    }
}
