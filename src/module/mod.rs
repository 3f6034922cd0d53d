//! The extension module `gi._gi`: the names that Python sees.
//!
//! Thin: it turns Python's arguments into calls of the other rooms.

mod attributes;
mod foreign;
mod gio;
mod glib;
mod limits;
mod listing;
mod objects;

use std::sync::atomic::Ordering;

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::capi;
use crate::closure;
use crate::convert::Truth;
use crate::girepository::{self, current};
use crate::info;
use crate::info::repository::require_error;
use crate::invoke::callable;
use crate::object;
use crate::object::class::{cells, enumeration, native, overrides, subclass};
use crate::object::gtype::gtype_out;
use crate::object::instance::base;
use crate::object::instance::wrapper;
use crate::object::property::accessor;
use crate::object::record::{boxed, value};
use crate::object::rows;
use crate::process::repository;
use crate::python::error::Raised;
use crate::thunk::{code, engine, tier, worker};

/// The exception that is set, as PyO3 carries it.
fn fetch(py: Python<'_>, _: Raised) -> PyErr {
    PyErr::fetch(py)
}

/// Loads a namespace and what it depends on; returns its version.
#[pyfunction]
#[pyo3(signature = (namespace, version=None))]
fn require(namespace: &str, version: Option<&str>) -> PyResult<String> {
    crate::python::stay();
    repository()
        .require(namespace, version)
        .map(|loaded| loaded.version().to_owned())
        .map_err(|error| require_error(&error))
}

/// The versions of a namespace that are installed, oldest first; empty where there is none.
#[pyfunction]
fn enumerate_versions(namespace: &str) -> Vec<String> {
    crate::python::stay();
    current().enumerate_versions(namespace)
}

fn loaded(namespace: &str) -> PyResult<std::sync::Arc<gijit_repository::Namespace>> {
    repository()
        .get(namespace)
        .ok_or_else(|| PyRuntimeError::new_err(format!("Namespace '{namespace}' not loaded")))
}

/// The version of a loaded namespace, or None.
#[pyfunction]
fn loaded_version(namespace: &str) -> Option<String> {
    crate::python::stay();
    current()
        .get(namespace)
        .map(|namespace| namespace.version().to_owned())
}

/// Names of the loaded namespaces.
#[pyfunction]
fn loaded_namespaces() -> Vec<String> {
    crate::python::stay();
    current()
        .loaded()
        .iter()
        .map(|namespace| namespace.name().to_owned())
        .collect()
}

/// The file that a loaded namespace comes from.
#[pyfunction]
fn typelib_path(namespace: &str) -> PyResult<std::ffi::OsString> {
    crate::python::stay();
    // Not as a path: that would import pathlib, which takes longer than the rest of the import.
    Ok(loaded(namespace)?.path().as_os_str().to_owned())
}

/// What a loaded namespace depends on at once, as `("GLib", "2.0")`.
#[pyfunction]
fn immediate_dependencies(namespace: &str) -> PyResult<Vec<(String, String)>> {
    crate::python::stay();
    let namespace = loaded(namespace)?;
    let dependencies = namespace
        .typelib()
        .dependencies()
        .map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    Ok(dependencies
        .iter()
        .map(|(name, version)| ((*name).to_owned(), (*version).to_owned()))
        .collect())
}

/// The folders in which typelibs are looked for, in order.
#[pyfunction]
fn search_path() -> Vec<String> {
    crate::python::stay();
    let folders = current().search_path();
    folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect()
}

/// Adds a folder before all others in which typelibs are looked for.
#[pyfunction]
fn prepend_search_path(path: std::path::PathBuf) {
    crate::python::stay();
    repository().prepend_search_path(&path);
}

/// Adds a folder before all others in which shared libraries are looked for.
#[pyfunction]
fn prepend_library_path(path: std::path::PathBuf) {
    crate::python::stay();
    repository().prepend_library_path(&path);
}

/// The names of a namespace, callback types left out.
#[pyfunction]
fn namespace_names(namespace: &str) -> PyResult<Vec<String>> {
    crate::python::stay();
    let namespace = loaded(namespace)?;
    let mut names = Vec::new();
    for entry in namespace.typelib().entries() {
        if !matches!(entry.blob_type(), gijit_typelib::BlobType::Callback) {
            let name = entry
                .name()
                .map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
            names.push(gijit_plan::python_name(name));
        }
    }
    Ok(names)
}

/// What a callable's call consists of, as text: its plan, shape, tier, GIL verdict, IR and assembly.
#[pyfunction]
#[pyo3(signature = (function, code=Truth(true)))]
fn explain(py: Python<'_>, function: &Bound<'_, PyAny>, code: Truth) -> PyResult<String> {
    crate::python::stay();
    // Of a bound method, what is bound.
    let inner = function
        .getattr("__func__")
        .unwrap_or_else(|_| function.clone());
    // SAFETY: the objects are live while `function` and `inner` are.
    let found = unsafe {
        callable::from_object(function.as_ptr()).or_else(|| callable::from_object(inner.as_ptr()))
    };
    let Some(callable) = found else {
        return Err(pyo3::exceptions::PyTypeError::new_err(format!(
            "explain() takes a function or method of a GObject library, not {}",
            function.get_type().name()?
        )));
    };
    listing::of(callable, code.0).map_err(|raised| fetch(py, raised))
}

/// Counters of the executors, as a dict.
#[pyfunction]
fn stats(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    crate::python::stay();
    let counters = &worker::COUNTERS;
    let dict = PyDict::new(py);
    let settings = tier::settings();
    dict.set_item("tier", format!("{:?}", settings.mode).to_lowercase())?;
    dict.set_item("threshold", settings.threshold)?;
    dict.set_item("callables_bound", tier::BOUND.load(Ordering::Relaxed))?;
    dict.set_item(
        "callables_on_thunks",
        tier::PROMOTED.load(Ordering::Relaxed),
    )?;
    dict.set_item("thunks_compiled", counters.compiled.load(Ordering::Relaxed))?;
    dict.set_item("thunks_failed", counters.failed.load(Ordering::Relaxed))?;
    dict.set_item("thunks_waiting", worker::waiting())?;
    dict.set_item("compile_batches", counters.batches.load(Ordering::Relaxed))?;
    dict.set_item(
        "compile_ms",
        counters.microseconds.load(Ordering::Relaxed) as f64 / 1000.0,
    )?;
    dict.set_item("code_bytes", code::bytes())?;
    dict.set_item("engine_loaded", engine::is_loaded())?;
    dict.set_item("live_closures", closure::live())?;
    dict.set_item("live_wrappers", base::live() + boxed::live())?;
    Ok(dict)
}

/// What a `GObject.Value` holds, as signal handlers see it.
#[pyfunction]
fn _gvalue_get(value: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let py = value.py();
    // SAFETY: a live object; the result is a new reference.
    unsafe {
        let object = value::module_get(value.as_ptr()).map_err(|raised| fetch(py, raised))?;
        Ok(Bound::from_owned_ptr(py, object).unbind())
    }
}

/// Stores an object in a `GObject.Value` that has a type, by the rules for signal arguments.
#[pyfunction]
fn _gvalue_set(value: &Bound<'_, PyAny>, py_value: &Bound<'_, PyAny>) -> PyResult<()> {
    crate::python::stay();
    // SAFETY: live objects.
    unsafe { value::module_set(value.as_ptr(), py_value.as_ptr()) }
        .map_err(|raised| fetch(value.py(), raised))
}

/// The GType of a `GObject.Value`.
#[pyfunction]
fn _gvalue_get_type(value: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let py = value.py();
    // SAFETY: a live object; the result is a new reference.
    unsafe {
        let object = value::module_type(value.as_ptr()).map_err(|raised| fetch(py, raised))?;
        Ok(Bound::from_owned_ptr(py, object).unbind())
    }
}

/// Says which names of a namespace its override module will change, which is imported when one of them is asked for; no
/// names once it has been.
#[pyfunction]
fn expect_overrides(namespace: &str, names: Vec<String>) {
    crate::python::stay();
    overrides::expect(namespace, names);
}

/// Puts a class in the place of a namespace's own.
#[pyfunction]
fn override_class(
    namespace: &str,
    name: &str,
    class: &Bound<'_, pyo3::types::PyType>,
) -> PyResult<()> {
    crate::python::stay();
    // SAFETY: a live class.
    unsafe { overrides::replace(namespace, name, class.as_ptr().cast()) }
        .map_err(|raised| fetch(class.py(), raised))
}

/// The wrapper of the GObject at an address. With `steal`, the reference that the caller has becomes the wrapper's.
#[pyfunction]
fn pygobject_new_full(py: Python<'_>, pointer: usize, steal: Truth) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let object = cells::of_type(gobject_sys::G_TYPE_OBJECT).map(|cell| {
        let wrap = if steal.0 {
            wrapper::object_out_full
        } else {
            wrapper::object_out_none
        };
        // SAFETY: the caller's word is all there is for that the address is a GObject's.
        unsafe { wrap(pointer as *mut std::ffi::c_void, cell) }
    });
    let object = object.map_err(|raised| fetch(py, raised))?;
    // SAFETY: a new reference, or NULL with an exception set.
    Ok(unsafe { Bound::from_owned_ptr_or_err(py, object) }?.unbind())
}

/// A `GLib.VariantType` of a type string. TypeError for what is none.
#[pyfunction]
fn variant_type_from_string(py: Python<'_>, type_string: &str) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let text = std::ffi::CString::new(type_string)?;
    // SAFETY: a C string, which the type is a view of until it has been copied; the result is a new reference, or NULL
    // with an exception set.
    unsafe {
        if glib_sys::g_variant_type_string_is_valid(text.as_ptr()) == 0 {
            let text = format!("'{type_string}' is not a valid GVariant type string");
            return Err(pyo3::exceptions::PyTypeError::new_err(text));
        }
        let cell = cells::of_type(glib_sys::g_variant_type_get_gtype())
            .map_err(|raised| fetch(py, raised))?;
        let object = boxed::boxed_out_none(text.as_ptr().cast_mut().cast(), cell);
        Ok(Bound::from_owned_ptr_or_err(py, object)?.unbind())
    }
}

/// Names of this module that are made in Python, at their first use.
#[pyfunction]
#[pyo3(name = "__getattr__")]
fn module_attribute(py: Python<'_>, name: &str) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let from = match name {
        "Async" => "gi._async",
        "GEnum" | "GFlags" => "gi._enum",
        "PyGIWarning" | "PyGIDeprecationWarning" => "gi",
        "_PyGObject_API" => {
            let capsule = capi::capsule().map_err(|raised| fetch(py, raised))?;
            // SAFETY: a new reference.
            return Ok(unsafe { Bound::from_owned_ptr(py, capsule) }.unbind());
        }
        _ => {
            let text = format!("module 'gi._gi' has no attribute '{name}'");
            return Err(pyo3::exceptions::PyAttributeError::new_err(text));
        }
    };
    Ok(py.import(from)?.getattr(name)?.unbind())
}

/// Raises what a panic inside Rust becomes; for the test of that boundary.
#[pyfunction]
fn _panic() -> PyResult<()> {
    crate::python::stay();
    match crate::guard::<()>(|| panic!("on purpose")) {
        Some(()) => Ok(()),
        None => Err(Python::attach(PyErr::fetch)),
    }
}

fn add_type(
    module: &Bound<'_, PyModule>,
    name: &str,
    class: *mut ffi::PyTypeObject,
) -> PyResult<()> {
    // SAFETY: a live class.
    let class = unsafe { Bound::from_borrowed_ptr(module.py(), class.cast()) };
    module.add(name, class)
}

#[pymodule]
fn _gi(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    crate::python::only_one().map_err(|raised| fetch(py, raised))?;
    girepository::initialise();
    let made = object::initialise()
        .and_then(|()| info::initialise_bases())
        .and_then(|base| {
            callable::initialise(base, info::function_methods(), crate::invoke::call::invoke)
        })
        .and_then(|function| tier::initialise().map(|()| function));
    let function = made.map_err(|raised| fetch(py, raised))?;
    add_type(module, "FunctionInfo", function)?;
    let pointer = closure::initialise(crate::invoke::pointer::call);
    let pointer = pointer.map_err(|raised| fetch(py, raised))?;
    crate::python::forking::initialise(module)?;
    add_type(module, "CCallback", pointer)?;
    add_type(module, "GObject", base::types().gobject)?;
    add_type(module, "GObjectWeakRef", object::instance::weakref::class())?;
    add_type(module, "GInterface", base::types().interface)?;
    add_type(module, "Fundamental", base::types().fundamental)?;
    add_type(module, "Boxed", boxed::types().boxed)?;
    add_type(module, "Struct", boxed::types().plain)?;
    add_type(module, "GBoxed", boxed::types().gboxed)?;
    add_type(module, "GPointer", boxed::types().gpointer)?;
    add_type(module, "GType", crate::convert::table::table().gtype_type)?;
    let descriptor = accessor::initialise().map_err(|raised| fetch(py, raised))?;
    add_type(module, "PropertyDescriptor", descriptor)?;
    add_type(module, "TreeModelRow", rows::types().row)?;
    add_type(module, "TreeModelRowIter", rows::types().row_iter)?;
    info::register(module)?;
    let warning = capi::log::initialise().map_err(|raised| fetch(py, raised))?;
    // SAFETY: a live class.
    module.add("Warning", unsafe { Bound::from_borrowed_ptr(py, warning) })?;
    let modules = attributes::make().map_err(|raised| fetch(py, raised))?;
    // SAFETY: a new reference.
    module.add("NamespaceModule", unsafe {
        Bound::from_owned_ptr(py, modules)
    })?;
    limits::add(module)?;
    glib::add(module)?;
    for (name, gtype) in native::constants() {
        // SAFETY: a new reference, or NULL with an exception set.
        let gtype = unsafe { Bound::from_owned_ptr_or_err(py, gtype_out(gtype)) }?;
        module.add(name, gtype)?;
    }
    module.add("pygobject_version", (3, 58, 1))?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    for function in [
        wrap_pyfunction!(require, module)?,
        wrap_pyfunction!(enumerate_versions, module)?,
        wrap_pyfunction!(loaded_version, module)?,
        wrap_pyfunction!(loaded_namespaces, module)?,
        wrap_pyfunction!(typelib_path, module)?,
        wrap_pyfunction!(immediate_dependencies, module)?,
        wrap_pyfunction!(search_path, module)?,
        wrap_pyfunction!(prepend_search_path, module)?,
        wrap_pyfunction!(prepend_library_path, module)?,
        wrap_pyfunction!(namespace_names, module)?,
        wrap_pyfunction!(explain, module)?,
        wrap_pyfunction!(stats, module)?,
        wrap_pyfunction!(gio::settings_get, module)?,
        wrap_pyfunction!(objects::new, module)?,
        wrap_pyfunction!(objects::list_properties, module)?,
        wrap_pyfunction!(objects::signal_new, module)?,
        wrap_pyfunction!(objects::add_emission_hook, module)?,
        wrap_pyfunction!(subclass::type_register, module)?,
        wrap_pyfunction!(enumeration::enum_add, module)?,
        wrap_pyfunction!(enumeration::flags_add, module)?,
        wrap_pyfunction!(enumeration::enum_value, module)?,
        wrap_pyfunction!(enumeration::flags_values, module)?,
        wrap_pyfunction!(enumeration::enum_register, module)?,
        wrap_pyfunction!(enumeration::flags_register, module)?,
        wrap_pyfunction!(enumeration::plain_gtype, module)?,
        wrap_pyfunction!(expect_overrides, module)?,
        wrap_pyfunction!(override_class, module)?,
        wrap_pyfunction!(pygobject_new_full, module)?,
        wrap_pyfunction!(variant_type_from_string, module)?,
        wrap_pyfunction!(_gvalue_get, module)?,
        wrap_pyfunction!(_gvalue_set, module)?,
        wrap_pyfunction!(_gvalue_get_type, module)?,
        wrap_pyfunction!(module_attribute, module)?,
        wrap_pyfunction!(foreign::require_foreign, module)?,
        wrap_pyfunction!(foreign::register_foreign, module)?,
        wrap_pyfunction!(foreign::_load_cairo, module)?,
        wrap_pyfunction!(_panic, module)?,
    ] {
        module.add_function(function)?;
    }
    Ok(())
}
