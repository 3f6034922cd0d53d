//! Sources of the main loop: those of C that call Python, and those that Python implements.
//!
//! [`callback`] is what a source of C calls, [`add`] the functions that make one, [`implemented`] those whose functions
//! are methods of a Python class, [`pysource`] what such a source consists of, [`arguments`] what all these functions take.
//! Here is what is asked of sources and contexts of any kind.

mod add;
pub mod arguments;
mod callback;
mod implemented;
pub mod pysource;

use std::ffi::{c_int, c_void};
use std::ptr;

use gijit_plan::Kind;
use glib_sys as glib;
use glib_sys::{GIOCondition, GPollFD, GSource, GSourceFunc, gboolean};
use gobject_sys::GClosure;
use pyo3::ffi::{self, PyMethodDef, PyObject};

use self::add::{child_watch_add, idle_add, io_add_watch, timeout_add, timeout_add_seconds};
pub use self::arguments::io_channel;
use self::arguments::{callable, count, source_of, tuple};
use self::callback::{Callback, call_plain, enter, release};
use self::implemented::{is_ours, source_end, source_new};
use crate::closure::gclosure;
use crate::convert::{input, output};
use crate::object::class::cells;
use crate::object::pytype;
use crate::object::record::boxed;
use crate::python::error::{Raised, type_error};
use crate::python::reference::not_null;

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

// ---- Any source, any context ----

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

/// The functions of this file that `gi._gi` offers. Python keeps the table for ever.
pub fn functions() -> *mut PyMethodDef {
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
    let plain = pytype::method_fast;
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
        pytype::method_one(c"source_end", source_end, false),
        plain(c"main_context_query", main_context_query),
        PyMethodDef::zeroed(),
    ]
    .leak()
    .as_mut_ptr()
}
