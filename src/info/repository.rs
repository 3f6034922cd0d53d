//! `gi.Repository`: the namespaces that are loaded, as Python sees them.
//!
//! Compat surface, section 7. The process has one; it has no state of its own.

use std::path::PathBuf;
use std::sync::Arc;

use gijit_repository::{Namespace, RequireError};
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyRuntimeError};
use pyo3::ffi::PyObject;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;

use crate::convert::Truth;
use crate::girepository::current;
use crate::info::object;
use crate::info::object::Fault;
use crate::info::place::Place;
use crate::process::repository;
use crate::python::error::Raised;

create_exception!(
    gi,
    RepositoryError,
    PyException,
    "A namespace cannot be loaded."
);

pub fn require_error(error: &RequireError) -> PyErr {
    RepositoryError::new_err(error.to_string())
}

/// The loaded namespaces, and where others are looked for.
#[pyclass(name = "Repository", module = "gi", frozen)]
pub struct PyRepository;

fn loaded(namespace: &str) -> PyResult<Arc<Namespace>> {
    current()
        .get(namespace)
        .ok_or_else(|| PyRuntimeError::new_err(format!("Namespace '{namespace}' not loaded")))
}

fn raised(py: Python<'_>, fault: impl Into<Fault>) -> PyErr {
    let Raised = fault.into().raise();
    PyErr::fetch(py)
}

/// The info object of a place.
fn info(py: Python<'_>, place: Place) -> PyResult<Bound<'_, PyAny>> {
    let object: *mut PyObject = object::new(place).map_err(|marker| raised(py, marker))?;
    // SAFETY: a new reference.
    Ok(unsafe { Bound::from_owned_ptr(py, object) })
}

#[pymethods]
impl PyRepository {
    /// The repository of the process.
    #[staticmethod]
    fn get_default(py: Python<'_>) -> PyResult<Py<PyRepository>> {
        static DEFAULT: PyOnceLock<Py<PyRepository>> = PyOnceLock::new();
        let made = DEFAULT.get_or_try_init(py, || Py::new(py, PyRepository))?;
        Ok(made.clone_ref(py))
    }

    /// Loads a namespace and what it depends on. RepositoryError if that fails.
    #[pyo3(signature = (namespace, version=None, lazy=Truth(false)))]
    fn require(&self, namespace: &str, version: Option<&str>, lazy: Truth) -> PyResult<()> {
        // All namespaces are read lazily. Older programs pass the number of no flags.
        let _ = lazy;
        let loaded = repository().require(namespace, version);
        loaded.map(drop).map_err(|error| require_error(&error))
    }

    /// The versions of a namespace that are installed.
    fn enumerate_versions(&self, namespace: &str) -> Vec<String> {
        current().enumerate_versions(namespace)
    }

    /// The version of a loaded namespace. RuntimeError if it is not loaded.
    fn get_version(&self, namespace: &str) -> PyResult<String> {
        Ok(loaded(namespace)?.version().to_owned())
    }

    /// The file of a loaded namespace. RuntimeError if it is not loaded.
    fn get_typelib_path(&self, namespace: &str) -> PyResult<std::ffi::OsString> {
        Ok(loaded(namespace)?.path().as_os_str().to_owned())
    }

    /// Whether a namespace is loaded, in this version if one is given.
    #[pyo3(signature = (namespace, version=None))]
    fn is_registered(&self, namespace: &str, version: Option<&str>) -> bool {
        current().is_registered(namespace, version)
    }

    /// The names of the loaded namespaces.
    fn get_loaded_namespaces(&self) -> Vec<String> {
        let loaded = current().loaded();
        loaded.iter().map(|one| one.name().to_owned()).collect()
    }

    /// All that a loaded namespace depends on, such as "GLib-2.0". RuntimeError if it is not loaded.
    fn get_dependencies(&self, namespace: &str) -> PyResult<Vec<String>> {
        let dependencies = repository().dependencies(&*loaded(namespace)?);
        Ok(dependencies.iter().map(|one| one.full_name()).collect())
    }

    /// What a loaded namespace names as its dependencies. RuntimeError if it is not loaded.
    fn get_immediate_dependencies(&self, namespace: &str) -> PyResult<Vec<String>> {
        let namespace = loaded(namespace)?;
        let dependencies = namespace.immediate_dependencies();
        Ok(dependencies
            .map(|(name, version)| format!("{name}-{version}"))
            .collect())
    }

    /// The infos of all entries of a loaded namespace. RuntimeError if it is not loaded.
    fn get_infos<'py>(&self, py: Python<'py>, namespace: &str) -> PyResult<Bound<'py, PyTuple>> {
        let namespace = loaded(namespace)?;
        let infos = namespace.typelib().entries().map(|entry| {
            let place = Place::entry(&namespace, entry.index());
            info(py, place.map_err(|error| raised(py, error))?)
        });
        PyTuple::new(py, infos.collect::<PyResult<Vec<_>>>()?)
    }

    /// The info of an entry, or None where the namespace is not loaded or has no such entry.
    fn find_by_name<'py>(
        &self,
        py: Python<'py>,
        namespace: &str,
        name: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(namespace) = current().get(namespace) else {
            return Ok(None);
        };
        let found = Place::named(&namespace, name).map_err(|error| raised(py, error))?;
        found.map(|place| info(py, place)).transpose()
    }

    /// Adds a folder before all others in which typelibs are looked for.
    fn prepend_search_path(&self, directory: &str) {
        repository().prepend_search_path(PathBuf::from(directory));
    }

    /// Adds a folder before all others in which shared libraries are looked for.
    fn prepend_library_path(&self, directory: &str) {
        repository().prepend_library_path(PathBuf::from(directory));
    }
}
