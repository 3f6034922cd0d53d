//! Sources of the main loop: those that Python implements, and the callables that sources of C call.
//!
//! A source that is added by a function of this file costs one small piece of memory besides what GLib makes: a
//! [`Callback`], which holds the callable and what is passed on to it until GLib says that the source is at its end.
//! No code is made for it, since all have the same few C functions.
//!
//! A source that a class of Python implements is a [`PySource`]. It belongs to its wrapper: when that goes, the source
//! is destroyed, wherever it is attached; so it can refer to the wrapper without holding it.

use std::ffi::{c_int, c_uint, c_void};
use std::mem::offset_of;
use std::ptr;

use gijit_plan::Kind;
use glib_sys as glib;
use glib_sys::{GIOCondition, GPollFD, GSource, GSourceFunc, gboolean};
use gobject_sys::GClosure;
use pyo3::ffi::{self, PyMethodDef, PyObject, PyTypeObject};

use super::boxed::{self, Owner};
use super::{cells, types};
use crate::closure::{self, gclosure};
use crate::convert::enumeration::flags_out;
use crate::convert::reference::{Held, Name};
use crate::convert::{Raised, Result, input, not_null, output, str_of, type_error, type_name};
use crate::python::{self, Gil};

// ---- Callbacks ----

/// What a source calls. Lives from being given to GLib until its destroy notification.
struct Callback {
    /// A strong reference.
    function: *mut PyObject,
    /// A tuple of what is passed behind all else, a strong reference; NULL if there is nothing.
    data: *mut PyObject,
    /// What the source is about, for those that pass it: a strong reference, or NULL.
    subject: *mut PyObject,
}

impl Callback {
    /// For GLib, which gives it back to [`release`].
    ///
    /// # Safety
    /// The objects are live; `data` is NULL or a tuple.
    unsafe fn give(
        function: *mut PyObject,
        data: *mut PyObject,
        subject: *mut PyObject,
    ) -> *mut c_void {
        // SAFETY: by the caller's word.
        unsafe {
            closure::count(true);
            Box::into_raw(Box::new(Callback {
                function: ffi::Py_NewRef(function),
                data: ffi::Py_XNewRef(data),
                subject: ffi::Py_XNewRef(subject),
            }))
            .cast()
        }
    }

    /// Calls it with `first` and its data: a new reference.
    ///
    /// # Safety
    /// The GIL is held; `first` are live. GLib keeps the callback while it is called.
    unsafe fn call(&self, first: &[*mut PyObject]) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word; the tuple holds what is read from it.
        let result = unsafe {
            if self.data.is_null() {
                python::call(self.function, first.as_ptr(), first.len())
            } else {
                let n = ffi::PyTuple_Size(self.data);
                let data = (0..n).map(|i| ffi::PyTuple_GetItem(self.data, i));
                let args: Vec<_> = first.iter().copied().chain(data).collect();
                python::call(self.function, args.as_ptr(), args.len())
            }
        };
        not_null(result)
    }
}

/// Runs Python for a source, on any thread: an exception is printed, and counts as no.
///
/// # Safety
/// Nothing here; what `body` does is under the GIL and without an exception that is set.
unsafe fn enter(body: impl FnOnce() -> Result<bool>) -> gboolean {
    let Some(gil) = Gil::take() else {
        return glib::GFALSE;
    };
    // SAFETY: the GIL is held.
    let answer = unsafe {
        let outer = closure::Outer::take();
        let answer = crate::guard(body).unwrap_or_else(|| {
            python::print();
            false
        });
        drop(outer);
        answer
    };
    drop(gil);
    answer.into()
}

/// The truth of a new reference, which is dropped.
///
/// # Safety
/// A live object that is the caller's.
unsafe fn truth(object: *mut PyObject) -> Result<bool> {
    // SAFETY: by the caller's word.
    let truth = unsafe {
        let truth = ffi::PyObject_IsTrue(object);
        ffi::Py_DECREF(object);
        truth
    };
    match truth {
        -1 => Err(Raised),
        truth => Ok(truth != 0),
    }
}

/// A `GSourceFunc`.
unsafe extern "C" fn call_plain(data: *mut c_void) -> gboolean {
    // SAFETY: the data is a callback, which GLib keeps during the call.
    unsafe { enter(|| truth((*data.cast::<Callback>()).call(&[])?)) }
}

/// A `GIOFunc`: Python gets the channel that it gave.
unsafe extern "C" fn call_watch(
    _: *mut glib::GIOChannel,
    condition: GIOCondition,
    data: *mut c_void,
) -> gboolean {
    // SAFETY: as above; the condition is dropped after the call.
    unsafe {
        enter(|| {
            let callback = &*data.cast::<Callback>();
            let cell = cells::of_type(glib::g_io_condition_get_type())?;
            let condition = flags_out(condition, cell);
            if condition.is_null() {
                return Err(Raised);
            }
            let result = callback.call(&[callback.subject, condition]);
            ffi::Py_DECREF(condition);
            truth(result?)
        })
    }
}

/// A `GChildWatchFunc`: Python gets the process id that it gave.
unsafe extern "C" fn call_child(_: glib::GPid, status: c_int, data: *mut c_void) {
    // SAFETY: as above; the status is dropped after the call.
    unsafe {
        enter(|| {
            let callback = &*data.cast::<Callback>();
            let status = ffi::PyLong_FromLong(status.into());
            if status.is_null() {
                return Err(Raised);
            }
            let result = callback.call(&[callback.subject, status]);
            ffi::Py_DECREF(status);
            truth(result?)
        });
    }
}

/// The destroy notification of every callback.
unsafe extern "C" fn release(data: *mut c_void) {
    let Some(gil) = Gil::take() else {
        return;
    };
    // SAFETY: GLib says this once, and does not use the callback any more.
    unsafe {
        let Callback {
            function,
            data,
            subject,
        } = *Box::from_raw(data.cast::<Callback>());
        closure::count(false);
        ffi::Py_DECREF(function);
        ffi::Py_XDECREF(data);
        ffi::Py_XDECREF(subject);
    }
    drop(gil);
}

/// TypeError for what cannot be called, as argument `i`.
///
/// # Safety
/// A live object.
unsafe fn callable(function: *mut PyObject, i: usize) -> Result<()> {
    // SAFETY: by the caller's word.
    unsafe {
        not_none(function, i)?;
        if ffi::PyCallable_Check(function) == 0 {
            return Err(type_error(&format!(
                "Callback needs to be a function or method not {}",
                type_name(function)
            )));
        }
    }
    Ok(())
}

/// # Safety
/// A live object.
unsafe fn not_none(object: *mut PyObject, i: usize) -> Result<()> {
    // SAFETY: by the caller's word.
    if unsafe { ffi::Py_IsNone(object) } != 0 {
        let text = format!("Argument {i} does not allow None as a value");
        return Err(type_error(&text));
    }
    Ok(())
}

// ---- Functions that add a source ----

/// What `idle_add` and its like were called with; objects are borrowed, but for the data.
struct Added {
    interval: c_uint,
    priority: c_int,
    function: *mut PyObject,
    /// A new reference to a tuple, or NULL.
    data: *mut PyObject,
}

/// Sorts arguments as `def name([interval,] function, *user_data, priority=...)` would.
///
/// # Safety
/// Arguments as the vectorcall protocol lays them out.
unsafe fn sort(
    name: &str,
    timed: bool,
    default: c_int,
    args: *const *mut PyObject,
    n: usize,
    kwnames: *mut PyObject,
) -> Result<Added> {
    let names: &[&str] = if timed {
        &["interval", "function"]
    } else {
        &["function"]
    };
    let named = names.len();
    let mut found = [ptr::null_mut(); 2];
    let mut priority = ptr::null_mut();
    // SAFETY: by the caller's word.
    unsafe {
        for (i, place) in found.iter_mut().enumerate().take(named.min(n)) {
            *place = *args.add(i);
        }
        if !kwnames.is_null() {
            for i in 0..ffi::PyTuple_Size(kwnames) {
                let key = str_of(ffi::PyTuple_GetItem(kwnames, i));
                let value = *args.add(n + i as usize);
                if key == "priority" {
                    priority = value;
                } else if let Some(at) = names.iter().position(|known| *known == key) {
                    if !found[at].is_null() {
                        let text = format!("{name}() got multiple values for argument '{key}'");
                        return Err(type_error(&text));
                    }
                    found[at] = value;
                } else {
                    let text = format!("{name}() got an unexpected keyword argument '{key}'");
                    return Err(type_error(&text));
                }
            }
        }
        let missing: Vec<_> = (0..named)
            .filter(|&i| found[i].is_null())
            .map(|i| format!("'{}'", names[i]))
            .collect();
        if !missing.is_empty() {
            return Err(type_error(&format!(
                "{name}() missing {} required positional argument{}: {}",
                missing.len(),
                if missing.len() == 1 { "" } else { "s" },
                missing.join(" and ")
            )));
        }
        let priority = if priority.is_null() {
            default
        } else {
            not_none(priority, 0)?;
            input::integer(Kind::I32, priority)? as c_int
        };
        let interval = if timed {
            not_none(found[0], 1)?;
            input::integer(Kind::U32, found[0])? as c_uint
        } else {
            0
        };
        let function = found[named - 1];
        callable(function, named)?;
        let data = if n > named {
            let tuple = ffi::PyTuple_New((n - named) as isize);
            if tuple.is_null() {
                return Err(Raised);
            }
            for i in named..n {
                let object = ffi::Py_NewRef(*args.add(i));
                ffi::PyTuple_SET_ITEM(tuple, (i - named) as isize, object);
            }
            tuple
        } else {
            ptr::null_mut()
        };
        Ok(Added {
            interval,
            priority,
            function,
            data,
        })
    }
}

/// # Safety
/// As for [`sort`].
unsafe fn add(
    name: &str,
    timed: bool,
    default: c_int,
    (args, n, kwnames): (*const *mut PyObject, ffi::Py_ssize_t, *mut PyObject),
    attach: impl FnOnce(&Added, *mut c_void) -> c_uint,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: by the caller's word; the callback has references of its own.
        unsafe {
            let added = sort(name, timed, default, args, n as usize, kwnames)?;
            let callback = Callback::give(added.function, added.data, ptr::null_mut());
            ffi::Py_XDECREF(added.data);
            Ok(ffi::PyLong_FromUnsignedLong(
                attach(&added, callback).into(),
            ))
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn idle_add(
    _: *mut PyObject,
    args: *const *mut PyObject,
    n: ffi::Py_ssize_t,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    let default = glib::G_PRIORITY_DEFAULT_IDLE;
    // SAFETY: called by the vectorcall protocol; GLib ends the callback with the source.
    unsafe {
        add(
            "idle_add",
            false,
            default,
            (args, n, kwnames),
            |added, callback| {
                glib::g_idle_add_full(added.priority, Some(call_plain), callback, Some(release))
            },
        )
    }
}

unsafe extern "C" fn timeout_add(
    _: *mut PyObject,
    args: *const *mut PyObject,
    n: ffi::Py_ssize_t,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    let default = glib::G_PRIORITY_DEFAULT;
    // SAFETY: as above.
    unsafe {
        add(
            "timeout_add",
            true,
            default,
            (args, n, kwnames),
            |added, callback| {
                glib::g_timeout_add_full(
                    added.priority,
                    added.interval,
                    Some(call_plain),
                    callback,
                    Some(release),
                )
            },
        )
    }
}

unsafe extern "C" fn timeout_add_seconds(
    _: *mut PyObject,
    args: *const *mut PyObject,
    n: ffi::Py_ssize_t,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    let default = glib::G_PRIORITY_DEFAULT;
    // SAFETY: as above.
    unsafe {
        add(
            "timeout_add_seconds",
            true,
            default,
            (args, n, kwnames),
            |added, callback| {
                glib::g_timeout_add_seconds_full(
                    added.priority,
                    added.interval,
                    Some(call_plain),
                    callback,
                    Some(release),
                )
            },
        )
    }
}

/// Fails unless a function of this file has got as many arguments as it takes.
fn count(name: &str, takes: isize, n: isize) -> Result<()> {
    if n == takes {
        return Ok(());
    }
    let text = format!("{name}() takes exactly {takes} arguments ({n} given)");
    Err(type_error(&text))
}

/// `io_add_watch(channel, subject, priority, condition, function, data)`: the function gets the subject where GLib
/// passes the channel. Returns the source's id.
unsafe extern "C" fn io_add_watch(
    _: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with as many live objects as it says.
        unsafe {
            count("io_add_watch", 6, n)?;
            let [channel, subject, priority, condition, function, data] =
                *args.cast::<[*mut PyObject; 6]>();
            let channel = io_channel(channel, "first argument")?;
            not_none(priority, 1)?;
            let priority = input::integer(Kind::I32, priority)? as c_int;
            let condition = input::integer(Kind::U32, condition)? as c_uint;
            callable(function, 3)?;
            let callback = Callback::give(function, tuple(data)?, subject);
            let id = glib::g_io_add_watch_full(
                channel,
                priority,
                condition,
                Some(call_watch),
                callback,
                Some(release),
            );
            Ok(ffi::PyLong_FromUnsignedLong(id.into()))
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// `child_watch_add(priority, pid, function, data)`
unsafe extern "C" fn child_watch_add(
    _: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with as many live objects as it says.
        unsafe {
            count("child_watch_add", 4, n)?;
            let [priority, pid, function, data] = *args.cast::<[*mut PyObject; 4]>();
            not_none(priority, 0)?;
            let priority = input::integer(Kind::I32, priority)? as c_int;
            not_none(pid, 1)?;
            let number = input::integer(Kind::I32, pid)? as c_int;
            callable(function, 2)?;
            let plain = ffi::PyLong_FromLong(number.into());
            if plain.is_null() {
                return Err(Raised);
            }
            let callback = Callback::give(function, tuple(data)?, plain);
            ffi::Py_DECREF(plain);
            let id = glib::g_child_watch_add_full(
                priority,
                number,
                Some(call_child),
                callback,
                Some(release),
            );
            Ok(ffi::PyLong_FromUnsignedLong(id.into()))
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// The channel in a wrapper, borrowed.
///
/// # Safety
/// A live object.
pub unsafe fn io_channel(object: *mut PyObject, what: &str) -> Result<*mut glib::GIOChannel> {
    // SAFETY: by the caller's word.
    unsafe {
        match cells::boxed_of(object) {
            Some((gtype, value)) if gtype == glib::g_io_channel_get_type() => Ok(value.cast()),
            _ => Err(type_error(&format!("{what} is not a GLib.IOChannel"))),
        }
    }
}

/// The data of a callback: NULL for an empty tuple.
///
/// # Safety
/// A live object.
unsafe fn tuple(data: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        if ffi::PyTuple_Check(data) == 0 {
            let found = type_name(data);
            return Err(type_error(&format!("Data must be a tuple, not {found}")));
        }
        Ok(if ffi::PyTuple_Size(data) == 0 {
            ptr::null_mut()
        } else {
            data
        })
    }
}

// ---- Sources that wake the main loop for a signal ----

/// `watch_signals(fd, context)`: a source on a context (None: the default one) that lets Python handle its signals
/// whenever a byte can be read from `fd`. Returns its wrapper, which is to be destroyed by whoever asked.
unsafe extern "C" fn watch_signals(
    _: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    unsafe extern "C" fn handle(fd: c_int, _: GIOCondition, _: *mut c_void) -> gboolean {
        // SAFETY: reads into memory of this frame; the exception of a handler is printed.
        unsafe {
            let mut bytes = [0u8; 64];
            while libc::read(fd, bytes.as_mut_ptr().cast(), bytes.len()) > 0 {}
            enter(|| match ffi::PyErr_CheckSignals() {
                0 => Ok(true),
                _ => Err(Raised),
            });
        }
        glib::GTRUE
    }
    crate::guard(|| {
        // SAFETY: called with as many live objects as it says; the source is given to its wrapper.
        unsafe {
            count("watch_signals", 2, n)?;
            let fd = input::integer(Kind::I32, *args)? as c_int;
            let context = match cells::boxed_of(*args.add(1)) {
                Some((gtype, value)) if gtype == glib::g_main_context_get_type() => value.cast(),
                _ => ptr::null_mut(),
            };
            let cell = cells::of_type(glib::g_source_get_type())?;
            let source = g_unix_fd_source_new(fd, glib::G_IO_IN);
            // The true type of its callback is a `GUnixFDSourceFunc`, by the contract of this source.
            type Handle = unsafe extern "C" fn(c_int, GIOCondition, *mut c_void) -> gboolean;
            let function: GSourceFunc = Some(std::mem::transmute::<
                Handle,
                unsafe extern "C" fn(*mut c_void) -> gboolean,
            >(handle));
            glib::g_source_set_callback(source, function, ptr::null_mut(), None);
            glib::g_source_set_priority(source, glib::G_PRIORITY_HIGH);
            glib::g_source_attach(source, context);
            let object = boxed::boxed_out_full(source.cast(), cell);
            not_null(object)
        }
    })
    .unwrap_or(ptr::null_mut())
}

// ---- Sources that Python implements ----

/// A source whose functions are methods of a Python object.
#[repr(C)]
struct PySource {
    source: GSource,
    /// The wrapper, borrowed; NULL when it is gone. Touched under the GIL only.
    object: *mut PyObject,
}

struct Functions(glib::GSourceFuncs);
// SAFETY: only read.
unsafe impl Sync for Functions {}

static FUNCTIONS: Functions = Functions(glib::GSourceFuncs {
    prepare: Some(prepare),
    check: Some(check),
    dispatch: Some(dispatch),
    finalize: None,
    closure_callback: None,
    closure_marshal: None,
});

/// Runs a method of a source's object, if that is there.
///
/// # Safety
/// `source` is one of ours.
unsafe fn method(
    source: *mut GSource,
    body: impl FnOnce(*mut PyObject) -> Result<bool>,
) -> gboolean {
    // SAFETY: by the caller's word; the object is held while its method runs, and may end afterwards.
    unsafe {
        enter(|| {
            let object = (*source.cast::<PySource>()).object;
            if object.is_null() {
                return Ok(false);
            }
            ffi::Py_INCREF(object);
            let result = body(object);
            if result.is_err() {
                // Before the object can run code of its own.
                python::print();
            }
            ffi::Py_DECREF(object);
            Ok(result.unwrap_or(false))
        })
    }
}

static PREPARE: Name = Name::new(c"prepare");
static CHECK: Name = Name::new(c"check");
static DISPATCH: Name = Name::new(c"dispatch");

/// The result of a method without arguments: a new reference.
///
/// # Safety
/// A live object.
unsafe fn ask(object: *mut PyObject, name: &Name) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; each new reference is dropped.
    let result = unsafe {
        let function = name.of(object)?;
        let result = python::call(function, ptr::null(), 0);
        ffi::Py_DECREF(function);
        result
    };
    not_null(result)
}

unsafe extern "C" fn prepare(source: *mut GSource, timeout: *mut c_int) -> gboolean {
    // SAFETY: GLib calls it with a source of ours and a place for the timeout.
    unsafe {
        *timeout = -1;
        method(source, |object| {
            let answer = ask(object, &PREPARE)?;
            let sorted = prepared(answer);
            ffi::Py_DECREF(answer);
            let (ready, wait) = sorted?;
            *timeout = wait;
            Ok(ready)
        })
    }
}

/// What `prepare` has returned: whether the source is ready, and how long to wait if not.
///
/// # Safety
/// A live object.
unsafe fn prepared(answer: *mut PyObject) -> Result<(bool, c_int)> {
    // SAFETY: by the caller's word; items of a tuple are borrowed.
    unsafe {
        if ffi::Py_IsNone(answer) != 0 || ffi::Py_IsFalse(answer) != 0 {
            return Ok((false, -1));
        }
        if ffi::PyTuple_Check(answer) == 0 {
            return Err(type_error(
                "source prepare function must return a tuple or False",
            ));
        }
        if ffi::PyTuple_Size(answer) != 2 {
            return Err(type_error(
                "source prepare function return tuple must be exactly 2 elements long",
            ));
        }
        let ready = truth(ffi::Py_NewRef(ffi::PyTuple_GetItem(answer, 0)))?;
        let wait = input::integer(Kind::I32, ffi::PyTuple_GetItem(answer, 1))?;
        Ok((ready, wait as c_int))
    }
}

unsafe extern "C" fn check(source: *mut GSource) -> gboolean {
    // SAFETY: GLib calls it with a source of ours.
    unsafe { method(source, |object| truth(ask(object, &CHECK)?)) }
}

unsafe extern "C" fn dispatch(
    source: *mut GSource,
    function: GSourceFunc,
    data: *mut c_void,
) -> gboolean {
    // SAFETY: GLib calls it with a source of ours, and keeps the callback's data meanwhile. Every new reference is
    // dropped.
    unsafe {
        method(source, |object| {
            let mut held = Held::default();
            let ours = function.is_some_and(|function| {
                std::ptr::fn_addr_eq(
                    function,
                    call_plain as unsafe extern "C" fn(*mut c_void) -> gboolean,
                )
            });
            let (callback, args) = if ours {
                let callback = &*data.cast::<Callback>();
                let args = if callback.data.is_null() {
                    ffi::PyTuple_New(0)
                } else {
                    ffi::Py_NewRef(callback.data)
                };
                (ffi::Py_NewRef(callback.function), args)
            } else {
                (output::none(), output::none())
            };
            held.take(callback)?;
            held.take(args)?;
            let function = DISPATCH.of(object)?;
            let (args, n) = held.from(0);
            let result = python::call(function, args, n);
            ffi::Py_DECREF(function);
            truth(not_null(result)?)
        })
    }
}

/// Whether a source is one of ours.
///
/// # Safety
/// A live source.
unsafe fn is_ours(source: *mut GSource) -> bool {
    // SAFETY: by the caller's word.
    unsafe { ptr::eq((*source).source_funcs.cast(), &raw const FUNCTIONS.0) }
}

/// Gives a source back that its wrapper owns: it is destroyed, wherever it is attached.
///
/// # Safety
/// A live source that Python implements, of which one reference is the caller's. The GIL is held.
pub unsafe fn give_back(source: *mut c_void) {
    // SAFETY: by the caller's word.
    unsafe {
        (*source.cast::<PySource>()).object = ptr::null_mut();
        glib::g_source_destroy(source.cast());
        glib::g_source_unref(source.cast());
    }
}

/// `source_new([class])`: a source whose functions are methods of its wrapper, which is of the class.
unsafe extern "C" fn source_new(
    _: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with as many live objects as it says. The wrapper takes the source, also when it fails.
        unsafe {
            let base = cells::of_type(glib::g_source_get_type())?.class()?;
            let class: *mut PyTypeObject = match n {
                0 => base,
                _ => (*args).cast(),
            };
            if ffi::PyType_Check(class.cast()) == 0 || !types::inherits(&[class], base) {
                return Err(type_error("source_new() takes a class of sources"));
            }
            let functions = (&raw const FUNCTIONS.0).cast_mut();
            let source = glib::g_source_new(functions, size_of::<PySource>() as c_uint);
            let gtype = glib::g_source_get_type();
            let object = boxed::wrap_as(class, source.cast(), gtype, Owner::Source);
            if object.is_null() {
                return Err(Raised);
            }
            (*source.cast::<PySource>()).object = object;
            Ok(object)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// The source in a wrapper, borrowed.
///
/// # Safety
/// A live object.
unsafe fn source_of(object: *mut PyObject) -> Result<*mut GSource> {
    // SAFETY: by the caller's word.
    unsafe {
        match cells::boxed_of(object) {
            Some((gtype, value)) if gtype == glib::g_source_get_type() => Ok(value.cast()),
            _ => Err(type_error("first argument is not a GLib.Source")),
        }
    }
}

/// `source_end(source)`: destroys a source that Python implements. False for all others.
unsafe extern "C" fn source_end(_: *mut PyObject, object: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live object, which holds the source.
        unsafe {
            let ours = match cells::boxed_of(object) {
                Some((gtype, value)) if gtype == glib::g_source_get_type() => {
                    // Another wrapper of the same source has no say in this.
                    is_ours(value.cast()) && (*value.cast::<PySource>()).object == object
                }
                _ => false,
            };
            if ours {
                glib::g_source_destroy(source_of(object)?);
            }
            Ok(ffi::PyBool_FromLong(ours.into()))
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" {
    fn g_unix_fd_source_new(fd: c_int, condition: GIOCondition) -> *mut GSource;
    fn g_source_set_closure(source: *mut GSource, closure: *mut GClosure);
    static mut g_io_watch_funcs: glib::GSourceFuncs;
    static mut g_child_watch_funcs: glib::GSourceFuncs;
    static mut g_unix_signal_funcs: glib::GSourceFuncs;
    static mut g_unix_fd_source_funcs: glib::GSourceFuncs;
}

/// Whether a source of C calls its callback with more than the user data, and GObject knows with what.
///
/// # Safety
/// A live source.
unsafe fn passes_more(source: *mut GSource) -> bool {
    // SAFETY: by the caller's word; the tables of GLib are only looked at, or not even that.
    unsafe {
        let functions = (*source).source_funcs;
        let known = [
            &raw const g_io_watch_funcs,
            &raw const g_child_watch_funcs,
            &raw const g_unix_signal_funcs,
            &raw const g_unix_fd_source_funcs,
        ];
        known.contains(&functions) || (*functions).closure_callback.is_some()
    }
}

/// `source_set_callback(source, function, data=())`
unsafe extern "C" fn source_set_callback(
    _: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with as many live objects as it says, of which the caller holds the source. The callback and
        // the closure have references of their own.
        unsafe {
            if !(2..=3).contains(&n) {
                let text = format!("source_set_callback() takes 2 or 3 arguments ({n} given)");
                return Err(type_error(&text));
            }
            let source = source_of(*args)?;
            let function = *args.add(1);
            let data = if n == 3 {
                tuple(*args.add(2))?
            } else {
                ptr::null_mut()
            };
            let ours = is_ours(source);
            if ours && ffi::PyCallable_Check(function) == 0 {
                return Err(type_error("second argument not callable"));
            }
            callable(function, 1)?;
            if !ours && passes_more(source) {
                let closure = gclosure::new(function, data, ptr::null_mut(), None)?;
                g_source_set_closure(source, closure);
            } else {
                let callback = Callback::give(function, data, ptr::null_mut());
                glib::g_source_set_callback(source, Some(call_plain), callback, Some(release));
            }
            Ok(output::none())
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// `main_context_query(context, max_priority)`: how long to wait at most, in milliseconds, and for what.
unsafe extern "C" fn main_context_query(
    _: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with as many live objects as it says; the list takes every new reference.
        unsafe {
            count("main_context_query", 2, n)?;
            let context = match cells::boxed_of(*args) {
                Some((gtype, value)) if gtype == glib::g_main_context_get_type() => value.cast(),
                _ => return Err(type_error("first argument is not a GLib.MainContext")),
            };
            let priority = input::integer(Kind::I32, *args.add(1))? as c_int;
            let cell = cells::of_type(glib::g_pollfd_get_type())?;
            let none = GPollFD {
                fd: -1,
                events: 0,
                revents: 0,
            };
            let mut fds = vec![none; 16];
            let mut timeout = -1;
            let filled = loop {
                let room = fds.len() as c_int;
                let there = glib::g_main_context_query(
                    context,
                    priority,
                    &mut timeout,
                    fds.as_mut_ptr(),
                    room,
                );
                if there <= room {
                    break there as usize;
                }
                fds.resize(there as usize, none);
            };
            let list = ffi::PyList_New(filled as isize);
            if list.is_null() {
                return Err(Raised);
            }
            for (i, fd) in fds[..filled].iter_mut().enumerate() {
                let object = boxed::boxed_out_none((&raw mut *fd).cast(), cell);
                if object.is_null() {
                    ffi::Py_DECREF(list);
                    return Err(Raised);
                }
                ffi::PyList_SET_ITEM(list, i as isize, object);
            }
            let pair = ffi::PyTuple_New(2);
            let timeout = ffi::PyLong_FromLong(timeout.into());
            if pair.is_null() || timeout.is_null() {
                ffi::Py_XDECREF(pair);
                ffi::Py_XDECREF(timeout);
                ffi::Py_DECREF(list);
                return Err(Raised);
            }
            ffi::PyTuple_SET_ITEM(pair, 0, timeout);
            ffi::PyTuple_SET_ITEM(pair, 1, list);
            Ok(pair)
        }
    })
    .unwrap_or(ptr::null_mut())
}

const _: () = assert!(offset_of!(PySource, object) == size_of::<GSource>());

/// The functions of this file that `gi._gi` offers. Python keeps the table for ever.
pub fn functions() -> *mut PyMethodDef {
    type Fast =
        unsafe extern "C" fn(*mut PyObject, *mut *mut PyObject, ffi::Py_ssize_t) -> *mut PyObject;
    let keywords = |name: &'static std::ffi::CStr,
                    function: ffi::PyCFunctionFastWithKeywords,
                    doc: &'static std::ffi::CStr| PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionFastWithKeywords: function,
        },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: doc.as_ptr(),
    };
    let plain = |name: &'static std::ffi::CStr, function: Fast| PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionFast: function,
        },
        ml_flags: ffi::METH_FASTCALL,
        ml_doc: ptr::null(),
    };
    vec![
        keywords(
            c"idle_add",
            idle_add,
            c"idle_add(function, *user_data, priority=200)\n--\n\n\
              Has function(*user_data) called when the default main context has nothing better to do, until it returns\n\
              something false. Returns the id of the source.",
        ),
        keywords(
            c"timeout_add",
            timeout_add,
            c"timeout_add(interval, function, *user_data, priority=0)\n--\n\n\
              Has function(*user_data) called every so many milliseconds, until it returns something false.\n\
              Returns the id of the source.",
        ),
        keywords(
            c"timeout_add_seconds",
            timeout_add_seconds,
            c"timeout_add_seconds(interval, function, *user_data, priority=0)\n--\n\n\
              Has function(*user_data) called every so many seconds, at times that suit other such sources too, until\n\
              it returns something false. Returns the id of the source.",
        ),
        plain(c"io_add_watch", io_add_watch),
        plain(c"child_watch_add", child_watch_add),
        plain(c"watch_signals", watch_signals),
        plain(c"source_new", source_new),
        plain(c"source_set_callback", source_set_callback),
        types::method_one(c"source_end", source_end, false),
        plain(c"main_context_query", main_context_query),
        PyMethodDef::zeroed(),
    ]
    .leak()
    .as_mut_ptr()
}
