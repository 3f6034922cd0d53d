//! `idle_add` and its like: functions that make a source of C which calls Python, and attach it to the default context.

use std::ffi::{c_int, c_uint, c_void};
use std::ptr;

use gijit_plan::Kind;
use glib_sys as glib;
use pyo3::ffi::{self, PyObject};

use super::arguments::{callable, count, io_channel, tuple};
use super::callback::{Callback, call_child, call_plain, call_watch, release};
use crate::convert::errors::not_none;
use crate::convert::input;
use crate::python::error::{Raised, Result, str_of, type_error};

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

pub unsafe extern "C" fn idle_add(
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

pub unsafe extern "C" fn timeout_add(
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

pub unsafe extern "C" fn timeout_add_seconds(
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

/// `io_add_watch(channel, subject, priority, condition, function, data)`: the function gets the subject where GLib
/// passes the channel. Returns the source's id.
pub unsafe extern "C" fn io_add_watch(
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
pub unsafe extern "C" fn child_watch_add(
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
