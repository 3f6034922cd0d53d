//! A call plan as plain Python data, for those who write signatures and documentation in Python.
//!
//! The form, all tuples:
//!
//! ```text
//! plan    (namespace, container or None, name, role, throws, args, ret, inputs, user data or None, outputs)
//! arg     (name, type, direction, job, nullable, optional)
//! ret     (type, nullable)
//! type    ("void",) ("pointer",) ("boolean",) ("integer",) ("number",) ("text",) ("gtype",) ("error",)
//!         ("named", namespace, name) ("callback", namespace, name) ("unresolved", namespace, name)
//!         ("array", item) ("list", item) ("hash", key, value)
//! ```
//!
//! Names are as Python writes them. A role is `function`, `method`, `constructor`, `vfunc`, `callback` or `signal`; a
//! direction `in`, `out` or `inout`; a job `value`, `instance`, `length`, `user_data` or `destroy`. Inputs and user
//! data are numbers of arguments, an output is one or None for the result.
//!
//! What C calls is `(got, given)`: of what Python gets `(name, type, way)`, of what it gives the name, or None for the
//! result. A way is `in`, `data` for all that a callback was made with, `inout`, `memory` for bytes of C's,
//! `variable` for what a signal's handler may leave as it is, or `value` where a `GValue` is asked itself.

use gijit_plan::{Arg, CallPlan, Direction, Job, Kind, Output, Role, Type};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::closure::signature::{self, Signature, Way};
use crate::info::place::escaped;

type Made<'py> = PyResult<Bound<'py, PyAny>>;

/// The plan.
pub fn plan<'py>(py: Python<'py>, plan: &CallPlan) -> Made<'py> {
    let args = plan.args.iter().map(|arg| self::arg(py, arg));
    let args = PyTuple::new(py, args.collect::<PyResult<Vec<_>>>()?)?;
    let ret = tuple(py, [ty(py, &plan.ret.ty)?, any(py, plan.ret.nullable)?])?;
    let outputs = plan.outputs.iter().map(|output| match output {
        Output::Return => None,
        Output::Arg(index) => Some(*index),
    });
    let outputs = PyTuple::new(py, outputs.collect::<Vec<_>>())?;
    let role = match plan.role {
        Role::Function => "function",
        Role::Method => "method",
        Role::Constructor => "constructor",
        Role::VFunc => "vfunc",
        Role::Callback => "callback",
        Role::Signal => "signal",
    };
    tuple(
        py,
        [
            any(py, &*plan.namespace)?,
            any(py, plan.container.as_deref())?,
            any(py, escaped(&plan.name))?,
            any(py, role)?,
            any(py, plan.throws)?,
            args.into_any(),
            ret,
            PyTuple::new(py, plan.inputs.iter().copied())?.into_any(),
            any(py, plan.user_data_varargs)?,
            outputs.into_any(),
        ],
    )
}

fn arg<'py>(py: Python<'py>, arg: &Arg) -> Made<'py> {
    let direction = match arg.direction {
        Direction::In => "in",
        Direction::Out => "out",
        Direction::InOut => "inout",
    };
    let job = match arg.job {
        Job::Value => "value",
        Job::Instance => "instance",
        Job::Length { .. } | Job::ReturnLength => "length",
        Job::UserData { .. } => "user_data",
        Job::Destroy { .. } => "destroy",
    };
    tuple(
        py,
        [
            any(py, arg.python_name())?,
            ty(py, &arg.ty)?,
            any(py, direction)?,
            any(py, job)?,
            any(py, arg.nullable)?,
            any(py, arg.optional)?,
        ],
    )
}

/// What Python gets and gives where C calls it.
pub fn handled<'py>(py: Python<'py>, signature: &Signature) -> Made<'py> {
    let args = &signature.plan.args;
    let mut got = Vec::new();
    for (arg, param) in args.iter().zip(&signature.params) {
        let way = match param.way {
            Way::Hidden | Way::Out | Way::Memory => continue,
            Way::In => "in",
            Way::UserData => "data",
            Way::InOut => "inout",
            Way::FullMemory => "memory",
            Way::Variable { .. } => "variable",
            Way::AsValue => "value",
        };
        let name = any(py, &*arg.name)?;
        got.push(tuple(py, [name, ty(py, &arg.ty)?, any(py, way)?])?);
    }
    let given = signature.outputs.iter().map(|output| match *output {
        signature::Output::Return => None,
        signature::Output::Arg(i) | signature::Output::Length(i) => Some(&*args[i].name),
    });
    let given = PyTuple::new(py, given.collect::<Vec<_>>())?.into_any();
    tuple(py, [PyTuple::new(py, got)?.into_any(), given])
}

fn ty<'py>(py: Python<'py>, ty: &Type) -> Made<'py> {
    let plain = |word: &str| tuple(py, [PyString::new(py, word).into_any()]);
    let named = |word: &str, of: &gijit_plan::TypeRef| {
        let words = [word, &of.namespace, &of.name];
        Ok(PyTuple::new(py, words)?.into_any())
    };
    match ty {
        Type::Void => plain("void"),
        Type::Pointer => plain("pointer"),
        Type::Scalar(kind) | Type::ScalarPointer(kind) => plain(match kind {
            Kind::Bool => "boolean",
            Kind::F32 | Kind::F64 => "number",
            Kind::Unichar => "text",
            Kind::GType => "gtype",
            _ => "integer",
        }),
        Type::Utf8 | Type::Filename => plain("text"),
        Type::Error => plain("error"),
        Type::Callback(of) => named("callback", of),
        Type::Unresolved(of) => named("unresolved", of),
        Type::Enum(of, _) | Type::Flags(of, _) => named("named", of),
        Type::Object(of) | Type::Interface(of) => named("named", of),
        Type::Struct { of, .. } | Type::Union { of, .. } => named("named", of),
        Type::Array { item, .. } => tuple(py, [any(py, "array")?, self::ty(py, item)?]),
        Type::List(item) | Type::SList(item) => tuple(py, [any(py, "list")?, self::ty(py, item)?]),
        Type::Hash(pair) => {
            let (key, value) = &**pair;
            tuple(
                py,
                [any(py, "hash")?, self::ty(py, key)?, self::ty(py, value)?],
            )
        }
    }
}

fn any<'py, T>(py: Python<'py>, value: T) -> Made<'py>
where
    T: IntoPyObject<'py>,
{
    value.into_bound_py_any(py)
}

fn tuple<'py, const N: usize>(py: Python<'py>, items: [Bound<'py, PyAny>; N]) -> Made<'py> {
    Ok(PyTuple::new(py, items)?.into_any())
}
