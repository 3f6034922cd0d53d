//! What the overrides of GLib need of C besides sources: channels, signal handlers, and starting processes.

use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;

use gijit_plan::Kind;
use glib_sys as glib;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi::{self, PyObject};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

use crate::convert::{Truth, errors, input};
use crate::module::fetch;
use crate::object::record::boxed;
use crate::object::{error, source};
use crate::python::{self, Gil};

unsafe extern "C" {
    fn PyOS_getsig(signal: c_int) -> *mut c_void;
    fn PyOS_setsig(signal: c_int, handler: *mut c_void) -> *mut c_void;
    fn PyOS_BeforeFork();
    fn PyOS_AfterFork_Parent();
    fn PyOS_AfterFork_Child();
}

/// Adds the functions of this file and those of [`source`].
pub fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // SAFETY: a live module and a table that lives for ever.
    if unsafe { ffi::PyModule_AddFunctions(module.as_ptr(), source::functions()) } < 0 {
        return Err(PyErr::fetch(module.py()));
    }
    // How Python itself handles Ctrl-C: nobody has replaced that yet.
    module.add("startup_sigint", pyos_getsig(libc::SIGINT))?;
    for function in [
        wrap_pyfunction!(pyos_getsig, module)?,
        wrap_pyfunction!(pyos_setsig, module)?,
        wrap_pyfunction!(io_channel_read, module)?,
        wrap_pyfunction!(io_channel_read_line, module)?,
        wrap_pyfunction!(boxed_as, module)?,
        wrap_pyfunction!(spawn_async, module)?,
    ] {
        module.add_function(function)?;
    }
    Ok(())
}

/// The address of what handles a signal, whoever has set it.
#[pyfunction]
fn pyos_getsig(signum: c_int) -> usize {
    crate::python::stay();
    // SAFETY: plain function.
    unsafe { PyOS_getsig(signum) as usize }
}

/// Has a signal handled by the function at an address; returns the one before.
#[pyfunction]
fn pyos_setsig(signum: c_int, handler: usize) -> usize {
    crate::python::stay();
    // SAFETY: the caller's word is all there is for the address.
    unsafe { PyOS_setsig(signum, handler as *mut c_void) as usize }
}

/// Moves a boxed value into a new wrapper of a class that derives from its own; the old wrapper is empty afterwards.
#[pyfunction]
fn boxed_as(
    class: &Bound<'_, pyo3::types::PyType>,
    value: &Bound<'_, PyAny>,
) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let py = class.py();
    // SAFETY: live objects; the result is a new reference.
    unsafe {
        let object = boxed::moved(class.as_ptr().cast(), value.as_ptr());
        let object = object.map_err(|raised| fetch(py, raised))?;
        Ok(Bound::from_owned_ptr(py, object).unbind())
    }
}

/// Raises a GError and takes it.
fn glib_error(py: Python<'_>, error: *mut glib::GError) -> PyErr {
    // SAFETY: by the contract of GLib's functions the error is ours.
    unsafe { error::raise_gerror(ptr::null_mut(), error) };
    PyErr::fetch(py)
}

/// The channel in an argument, which holds it during the call.
fn channel_of(channel: &Bound<'_, PyAny>) -> PyResult<*mut glib::GIOChannel> {
    // SAFETY: a live object.
    let io = unsafe { source::io_channel(channel.as_ptr(), "first argument") };
    io.map_err(|raised| fetch(channel.py(), raised))
}

/// Reads into a place with room for so many bytes: how many there were, and whether there may be more.
///
/// # Safety
/// The channel is live, and there is as much room. The GIL is held, and given up meanwhile.
unsafe fn read_into(
    py: Python<'_>,
    io: *mut glib::GIOChannel,
    to: *mut u8,
    room: usize,
) -> PyResult<(usize, bool)> {
    let (mut n, mut error) = (0, ptr::null_mut());
    // SAFETY: by the caller's word.
    let status = unsafe {
        python::without_gil(|| glib::g_io_channel_read_chars(io, to, room, &mut n, &mut error))
    };
    if !error.is_null() {
        return Err(glib_error(py, error));
    }
    // On a channel that cannot be read, GLib complains and says nothing about `n`. A character that has no room left is not
    // read, and is no error either.
    match status {
        glib::G_IO_STATUS_ERROR => Ok((0, false)),
        status => Ok((n, status == glib::G_IO_STATUS_NORMAL && n != 0)),
    }
}

/// Reads at most so many bytes from a channel; all that there is if `max_count` is negative. What was read before the
/// end, or before the channel had nothing more for now.
#[pyfunction]
fn io_channel_read(channel: &Bound<'_, PyAny>, max_count: isize) -> PyResult<Py<PyBytes>> {
    crate::python::stay();
    /// For how much there is memory before it is known how much there is.
    const CHUNK: usize = 8192;
    let py = channel.py();
    let io = channel_of(channel)?;
    let most = usize::try_from(max_count).unwrap_or(usize::MAX);
    let mut bytes: Vec<u8> = Vec::new();
    while bytes.len() < most {
        let start = bytes.len();
        // Twice as much each time: what there is is copied but a few times.
        let room = (most - start).min(start.max(CHUNK));
        bytes.reserve(room);
        // SAFETY: as much room was made; as much of it as was written is taken.
        let more = unsafe {
            let to = bytes.as_mut_ptr().add(start);
            let (n, more) = read_into(py, io, to, room)?;
            bytes.set_len(start + n);
            more
        };
        if !more {
            break;
        }
    }
    Ok(PyBytes::new(py, &bytes).unbind())
}

/// The next line of a channel with its end, unless that is a NUL; or None at the end of the file and while there is none.
/// GLib.Error if it cannot be read.
#[pyfunction]
fn io_channel_read_line(channel: &Bound<'_, PyAny>) -> PyResult<Option<Py<PyAny>>> {
    crate::python::stay();
    let py = channel.py();
    let io = channel_of(channel)?;
    let (mut line, mut length, mut error) = (ptr::null_mut(), 0, ptr::null_mut());
    // SAFETY: the channel is held by its object; a line that is given is ours.
    unsafe {
        let status = python::without_gil(|| {
            glib::g_io_channel_read_line(io, &mut line, &mut length, ptr::null_mut(), &mut error)
        });
        if !error.is_null() {
            return Err(glib_error(py, error));
        }
        if status != glib::G_IO_STATUS_NORMAL || line.is_null() {
            glib::g_free(line.cast());
            return Ok(None);
        }
        // A NUL ends a line too, where no other end was asked for. C has texts without it.
        if length > 0 && *line.add(length - 1) == 0 {
            length -= 1;
        }
        let text = ffi::PyUnicode_FromStringAndSize(line, length as isize);
        glib::g_free(line.cast());
        Ok(Some(Bound::from_owned_ptr_or_err(py, text)?.unbind()))
    }
}

/// File names or the like, as C wants them: the texts, and an array of pointers to them that ends with NULL.
struct Texts {
    _held: Vec<CString>,
    pointers: Vec<*mut c_char>,
}

impl Texts {
    fn of(objects: &Bound<'_, PyAny>) -> PyResult<Texts> {
        let py = objects.py();
        if objects.is_instance_of::<PyString>() || objects.is_instance_of::<PyBytes>() {
            let name = objects.get_type().name()?;
            let text = format!("Must be a sequence of file names, not {name}");
            return Err(PyTypeError::new_err(text));
        }
        let sequence = objects.is_instance_of::<PyList>() || objects.is_instance_of::<PyTuple>();
        // SAFETY: a live object.
        if !sequence && unsafe { ffi::PySequence_Check(objects.as_ptr()) } == 0 {
            let name = objects.get_type().name()?;
            return Err(PyTypeError::new_err(format!(
                "Must be sequence, not {name}"
            )));
        }
        let mut held = Vec::new();
        for object in objects.try_iter()? {
            held.push(text_of(py, &object?)?);
        }
        let mut pointers: Vec<_> = held.iter().map(|text| text.as_ptr().cast_mut()).collect();
        pointers.push(ptr::null_mut());
        Ok(Texts {
            _held: held,
            pointers,
        })
    }
}

fn text_of(py: Python<'_>, object: &Bound<'_, PyAny>) -> PyResult<CString> {
    // SAFETY: a live object; the bytes are copied while their object is held.
    unsafe {
        let (text, holder) =
            input::filename(object.as_ptr()).map_err(|raised| fetch(py, raised))?;
        let copy = std::ffi::CStr::from_ptr(text).to_owned();
        ffi::Py_DECREF(holder);
        Ok(copy)
    }
}

/// What is called in a child before its program.
struct Setup {
    function: *mut PyObject,
    data: *mut PyObject,
}

/// A `GSpawnChildSetupFunc`: runs in the child, on a copy of the thread that forked it, which has the GIL.
unsafe extern "C" fn child_setup(data: *mut c_void) {
    // SAFETY: the data lives in the frame of `spawn_async`. Python is told of the fork first.
    unsafe {
        PyOS_AfterFork_Child();
        let Some(gil) = Gil::take() else {
            return;
        };
        let Setup { function, data } = *data.cast::<Setup>();
        let result = python::call(function, [data].as_ptr(), 1);
        if result.is_null() {
            python::print();
        } else {
            ffi::Py_DECREF(result);
        }
        drop(gil);
    }
}

/// A process id, and file descriptors.
type Started = (i32, Option<i32>, Option<i32>, Option<i32>);

/// Starts a program; what is None of `envp`, `working_directory` and `child_setup` is the parent's or nothing. Returns
/// the process id, and the other ends of those of its three standard files that are asked for, None for the others.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "as many as GLib's own has")]
fn spawn_async<'py>(
    argv: &Bound<'py, PyAny>,
    envp: Option<&Bound<'py, PyAny>>,
    working_directory: Option<&Bound<'py, PyAny>>,
    flags: &Bound<'py, PyAny>,
    child_setup: Option<&Bound<'py, PyAny>>,
    user_data: &Bound<'py, PyAny>,
    standard_input: Truth,
    standard_output: Truth,
    standard_error: Truth,
) -> PyResult<Started> {
    let py = argv.py();
    let mut argv = Texts::of(argv)?;
    if argv.pointers.len() == 1 {
        return Err(PyValueError::new_err("argv must begin with a program"));
    }
    let mut envp = envp.map(Texts::of).transpose()?;
    let folder = working_directory
        .map(|folder| text_of(py, folder))
        .transpose()?;
    // SAFETY: a live object.
    let flags = unsafe { input::integer(Kind::U32, flags.as_ptr()) };
    let flags = flags.map_err(|raised| fetch(py, raised))? as u32;
    let setup = match child_setup {
        None => None,
        Some(function) => {
            // SAFETY: a live object.
            let checked = unsafe { errors::callable(function.as_ptr()) };
            checked.map_err(|raised| fetch(py, raised))?;
            Some(Setup {
                function: function.as_ptr(),
                data: user_data.as_ptr(),
            })
        }
    };
    let mut fds = [-1; 3];
    let wanted = [standard_input, standard_output, standard_error].map(|wanted| wanted.0);
    let mut pid = 0;
    let mut error = ptr::null_mut();
    let function: glib::GSpawnChildSetupFunc = setup
        .is_some()
        .then_some(self::child_setup as unsafe extern "C" fn(*mut c_void));
    let data = setup.as_ref().map_or(ptr::null(), ptr::from_ref);
    let [input, output, errors] = &mut fds;
    let place = |fd: &mut c_int, wanted: bool| match wanted {
        true => ptr::from_mut(fd),
        false => ptr::null_mut(),
    };
    let (input, output, errors) = (
        place(input, wanted[0]),
        place(output, wanted[1]),
        place(errors, wanted[2]),
    );
    // SAFETY: all that is passed lives in this frame. Where the child will run Python, this thread keeps the GIL, so
    // that the child has it too; otherwise it is given up: starting a program may take long.
    let done = unsafe {
        let state = if setup.is_some() {
            PyOS_BeforeFork();
            None
        } else {
            Some(ffi::PyEval_SaveThread())
        };
        let done = glib::g_spawn_async_with_pipes(
            folder
                .as_ref()
                .map_or(ptr::null(), |folder| folder.as_ptr()),
            argv.pointers.as_mut_ptr(),
            envp.as_mut()
                .map_or(ptr::null_mut(), |envp| envp.pointers.as_mut_ptr()),
            flags,
            function,
            data.cast_mut().cast(),
            &mut pid,
            input,
            output,
            errors,
            &mut error,
        );
        match state {
            Some(state) => python::restore(state),
            None => PyOS_AfterFork_Parent(),
        }
        done
    };
    if done == 0 {
        if error.is_null() {
            return Err(PyValueError::new_err("GLib refuses to start this program"));
        }
        return Err(glib_error(py, error));
    }
    let fd = |i: usize| wanted[i].then_some(fds[i]);
    Ok((pid, fd(0), fd(1), fd(2)))
}
