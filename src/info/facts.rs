//! What every part that is asked about a type answers: for the test that holds the answers against each other, so that no
//! part has an answer of its own.

use gijit_plan::{CallPlan, Direction, Transfer, Type};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::cell;
use crate::convert::converter::Converter;
use crate::convert::gtype::gtype_name;
use crate::convert::native;

/// What the table of types, the converter, the cell, libffi and a thunk say of each argument, of the return value, and of
/// the items of what these are made of.
pub fn typed<'py>(py: Python<'py>, plan: &CallPlan) -> PyResult<Bound<'py, PyAny>> {
    let made = PyList::empty(py);
    for arg in &plan.args {
        type_facts(&made, &arg.name, &arg.ty, arg.direction, arg.transfer)?;
    }
    let ret = &plan.ret;
    type_facts(&made, "->", &ret.ty, Direction::Out, ret.transfer)?;
    Ok(made.into_any())
}

fn type_facts(
    to: &Bound<'_, PyList>,
    name: &str,
    ty: &Type,
    direction: Direction,
    transfer: Transfer,
) -> PyResult<()> {
    let facts = PyDict::new(to.py());
    let row = ty.row();
    let converter = Converter::of(ty, false);
    let cell = cell::of_type(ty, false);
    facts.set_item("name", name)?;
    facts.set_item("type", ty.to_string())?;
    facts.set_item("conversion", format!("{:?}", row.conversion))?;
    facts.set_item("passed", format!("{:?}", row.passed))?;
    facts.set_item("size", row.passed.size())?;
    facts.set_item("is pointer", ty.is_pointer())?;
    facts.set_item(
        "named",
        row.named.map(|of| (format!("{:?}", of.family), of.size)),
    )?;
    facts.set_item("value", row.value.map(|of| gtype_name(of.gtype())))?;
    facts.set_item("owned", format!("{:?}", row.owned))?;
    facts.set_item("is plain", converter.is_plain())?;
    facts.set_item("may lend", converter.may_lend())?;
    facts.set_item("converter", format!("{:?}", converter.passed()))?;
    facts.set_item("converter's size", converter.size())?;
    facts.set_item("converter is pointer", converter.is_pointer())?;
    facts.set_item("inline size", native::inline_size(&converter))?;
    facts.set_item(
        "cell",
        cell.map(|cell| (format!("{:?}", cell.family), cell.size)),
    )?;
    // SAFETY: descriptions live for ever.
    let passed = unsafe { &*native::ffi_type(&converter) };
    facts.set_item("libffi's size", passed.size)?;
    facts.set_item("libffi's type", passed.type_)?;
    let kind = row.opened.kind(direction, transfer).ok();
    facts.set_item(
        "kind",
        kind.map(|kind| (kind.name(), kind.size(), kind.is_pointer())),
    )?;
    to.append(facts)?;
    let item = |ty: &Type| type_facts(to, &format!("{name}[]"), ty, direction, transfer);
    match ty {
        Type::Array { item: ty, .. } | Type::List(ty) | Type::SList(ty) => item(ty),
        Type::Hash(pair) => item(&pair.0).and_then(|()| item(&pair.1)),
        _ => Ok(()),
    }
}
