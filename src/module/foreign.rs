//! `gi._gi`'s functions about the structs of other bindings: which can cross, and loading what converts them.

use pyo3::prelude::*;

use crate::convert::foreign;

use crate::module::fetch;

/// Fails if values of a namespace's struct cannot cross, or, without a name, if nothing converts any of its structs.
#[pyfunction]
#[pyo3(signature = (namespace, symbol=None))]
pub fn require_foreign(py: Python<'_>, namespace: &str, symbol: Option<&str>) -> PyResult<()> {
    crate::python::stay();
    match symbol {
        None => py
            .import(format!("gi._gi_{}", namespace.to_lowercase()))
            .map(|_| ()),
        Some(symbol) => foreign::require(namespace, symbol).map_err(|raised| fetch(py, raised)),
    }
}

/// There is nothing to prepare: what converts a struct is found when one crosses.
#[pyfunction]
pub fn register_foreign() {}

/// What importing `gi._gi_cairo` does.
#[pyfunction]
pub fn _load_cairo(py: Python<'_>) -> PyResult<()> {
    crate::python::stay();
    crate::python::stay();
    foreign::load_cairo().map_err(|raised| fetch(py, raised))
}
