//! The info objects: what a typelib says, as PyGObject shows it to Python (compat surface, section 7).
//!
//! An info is light: a [`place::Place`] in a typelib, read through the typelib's views at every question. A function's
//! info is the callable itself. This room also owns `gi.Repository`, the `__info__` and `__doc__` of classes, and the
//! plain description of a plan from which Python makes signatures and documentation.
//!
//! It must not know how calls are made, nor how values are converted; but for [`vfunc`], which runs virtual functions, and
//! [`facts`], which asks for tests.

mod base;
mod callables;
mod describe;
pub mod descriptor;
mod facts;
pub mod member;
mod object;
mod place;
mod python;
mod registered;
pub mod repository;
pub mod vfunc;

use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr;

use gijit_plan::{CallPlan, Role};
use pyo3::exceptions::PyTypeError;
use pyo3::ffi::{self, PyTypeObject};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use self::object::{Fault, Methods};
use self::place::What;
use crate::closure::signature::Signature;
use crate::convert::gtype as convert_gtype;
use crate::object::signal::info;
use crate::object::{pytype, signal};
use crate::python::error::{Raised, Result};

/// girepository's word for an offset that nobody knows.
const UNKNOWN_OFFSET: u16 = 0xFFFF;

const FLAGS: std::ffi::c_ulong = ffi::Py_TPFLAGS_BASETYPE
    | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION
    | ffi::Py_TPFLAGS_IMMUTABLETYPE;

/// Makes `BaseInfo` and `CallableInfo`, and returns the latter: the base of the callable's types. Once, before these.
///
/// They have no fields, so that an object of any layout can derive from them.
pub fn initialise_bases() -> Result<*mut PyTypeObject> {
    let base = pytype::make(pytype::Spec {
        name: c"gi.BaseInfo",
        size: size_of::<ffi::PyObject>(),
        flags: FLAGS,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_repr, object::repr as *mut c_void),
            (ffi::Py_tp_richcompare, object::compare as *mut c_void),
            (ffi::Py_tp_getattro, object::get_attribute as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![(c"__name__", object::get_name)],
        methods: base::methods(),
    })?;
    let callable = pytype::make(pytype::Spec {
        name: c"gi.CallableInfo",
        size: size_of::<ffi::PyObject>(),
        flags: FLAGS,
        base,
        slots: vec![(ffi::Py_tp_call, callables::call as *mut c_void)],
        offsets: vec![],
        getters: vec![(c"__signature__", callables::get_signature)],
        methods: callables::callable_methods(),
    })?;
    object::publish_abstract(base, callable);
    Ok(callable)
}

/// The methods that `FunctionInfo` has beside those of its bases.
pub fn function_methods() -> Vec<ffi::PyMethodDef> {
    callables::function_methods()
}

/// A class of infos that are objects of this room.
fn make(
    name: &'static CStr,
    base: *mut PyTypeObject,
    methods: Methods,
    more: &[(c_int, *mut c_void)],
) -> Result<*mut PyTypeObject> {
    let (size, offsets) = object::layout();
    let mut slots = vec![(ffi::Py_tp_dealloc, object::dealloc as *mut c_void)];
    slots.extend(more);
    pytype::make(pytype::Spec {
        name,
        size,
        flags: FLAGS,
        base,
        slots,
        offsets,
        getters: vec![],
        methods,
    })
}

/// The names that `gi._gi` has from this room. After [`initialise_bases`] and the callable's types.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    register_classes(module).map_err(|fault| {
        let Raised = fault.raise();
        PyErr::fetch(py)
    })?;
    module.add_class::<repository::PyRepository>()?;
    module.add(
        "RepositoryError",
        py.get_type::<repository::RepositoryError>(),
    )?;
    module.add_function(wrap_pyfunction!(_describe, module)?)?;
    module.add_function(wrap_pyfunction!(_explain_entry, module)?)?;
    module.add_function(wrap_pyfunction!(_handled, module)?)?;
    module.add_function(wrap_pyfunction!(_typed, module)?)?;
    module.add_function(wrap_pyfunction!(
        vfunc::hook_up_vfunc_implementation,
        module
    )?)?;
    crate::invoke::set_others(vfunc::bound);
    for (name, members) in NUMBERS {
        module.add(*name, numbers(py, name, members)?)?;
    }
    Ok(())
}

fn register_classes(module: &Bound<'_, PyModule>) -> std::result::Result<(), Fault> {
    let Some((base, callable)) = object::abstract_classes() else {
        return Err(Raised.into());
    };
    let add = |name: &CStr, class: *mut PyTypeObject| -> Result<()> {
        // SAFETY: live objects; the module takes a reference of its own.
        match unsafe { ffi::PyModule_AddObjectRef(module.as_ptr(), name.as_ptr(), class.cast()) } {
            0 => Ok(()),
            _ => Err(Raised),
        }
    };
    let registered = pytype::make(pytype::Spec {
        name: c"gi.RegisteredTypeInfo",
        size: size_of::<ffi::PyObject>(),
        flags: FLAGS,
        base,
        slots: vec![],
        offsets: vec![],
        getters: vec![],
        methods: registered::registered_methods(),
    })?;
    add(c"BaseInfo", base)?;
    add(c"CallableInfo", callable)?;
    add(c"RegisteredTypeInfo", registered)?;
    let bind: (c_int, *mut c_void) = (ffi::Py_tp_descr_get, callables::bind_vfunc as *mut c_void);
    type Row = (
        &'static [What],
        &'static CStr,
        *mut PyTypeObject,
        Methods,
        Vec<(c_int, *mut c_void)>,
    );
    let table: Vec<Row> = vec![
        (
            &[What::VFunc],
            c"gi.VFuncInfo",
            callable,
            callables::vfunc_methods(),
            vec![bind],
        ),
        (
            &[What::Signal],
            c"gi.SignalInfo",
            callable,
            callables::signal_methods(),
            vec![],
        ),
        (
            &[What::Callback],
            c"gi.CallbackInfo",
            callable,
            vec![],
            vec![],
        ),
        (
            &[What::Struct],
            c"gi.StructInfo",
            registered,
            registered::struct_methods(),
            vec![],
        ),
        (
            &[What::Union],
            c"gi.UnionInfo",
            registered,
            registered::union_methods(),
            vec![],
        ),
        (
            &[What::Enum],
            c"gi.EnumInfo",
            registered,
            registered::enum_methods(),
            vec![],
        ),
        (
            &[What::Object],
            c"gi.ObjectInfo",
            registered,
            registered::object_methods(),
            vec![],
        ),
        (
            &[What::Interface],
            c"gi.InterfaceInfo",
            registered,
            registered::interface_methods(),
            vec![],
        ),
        (
            &[What::Constant],
            c"gi.ConstantInfo",
            base,
            member::constant_methods(),
            vec![],
        ),
        (
            &[What::Value],
            c"gi.ValueInfo",
            base,
            member::value_methods(),
            vec![],
        ),
        (
            &[What::Field],
            c"gi.FieldInfo",
            base,
            member::field_methods(),
            vec![],
        ),
        (
            &[What::Property],
            c"gi.PropertyInfo",
            base,
            member::property_methods(),
            vec![],
        ),
        (
            &[What::Arg],
            c"gi.ArgInfo",
            base,
            member::arg_methods(),
            vec![],
        ),
        (
            &[What::Type, What::CallbackType],
            c"gi.TypeInfo",
            base,
            member::type_methods(),
            vec![],
        ),
        (
            &[What::Unresolved],
            c"gi.UnresolvedInfo",
            base,
            vec![],
            vec![],
        ),
        // Nothing of this kind has ever been in a typelib.
        (&[], c"gi.ErrorDomainInfo", base, vec![], vec![]),
    ];
    let mut by_kind = Vec::new();
    for (kinds, name, base, methods, slots) in table {
        let class = make(name, base, methods, &slots)?;
        let short = &name.to_bytes_with_nul()[3..];
        let short = CStr::from_bytes_with_nul(short).unwrap_or_default();
        if matches!(kinds, [What::Struct | What::Object | What::Interface]) {
            // PyGObject's three without a module, which shows in their representation.
            without_module(class, short)?;
        }
        add(short, class)?;
        by_kind.extend(kinds.iter().map(|kind| (*kind, class)));
    }
    object::publish(by_kind);
    descriptor::initialise()?;
    Ok(())
}

/// Takes the module out of a class's name.
fn without_module(class: *mut PyTypeObject, name: &'static CStr) -> Result<()> {
    // SAFETY: a class of ours that nobody has used yet; the name is static.
    unsafe {
        let module = pytype::text("builtins");
        if module.is_null() {
            return Err(Raised);
        }
        let status = ffi::PyDict_SetItemString((*class).tp_dict, c"__module__".as_ptr(), module);
        ffi::Py_DECREF(module);
        if status < 0 {
            return Err(Raised);
        }
        (*class).tp_name = name.as_ptr();
        ffi::PyType_Modified(class);
    }
    Ok(())
}

/// A callable info's plan as tuples (`src/info/describe.rs` has their form), for `gi._signature` and `gi.docstring`.
#[pyfunction]
fn _describe<'py>(info: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    crate::python::stay();
    describe::plan(info.py(), &plan_of(info)?)
}

/// A callable info's plan as text for a person, and, as C calls it, the entry that its signature has, or why it
/// has none. For `python -m gijit explain`.
#[pyfunction]
fn _explain_entry(info: &Bound<'_, PyAny>) -> PyResult<(String, Option<String>, Option<String>)> {
    crate::python::stay();
    let plan = plan_of(info)?;
    let entry = gijit_plan::shape::entry_of(&plan).map(|entry| entry.to_string());
    Ok((
        plan.to_string(),
        entry,
        gijit_plan::shape::why_no_entry(&plan),
    ))
}

/// What Python gets and gives in the place of what an info stands for, where C calls it: tuples, whose form is in
/// `src/info/describe.rs`. For a signal, `gtype` is the type that has it. For tests: what is made for it stays.
#[pyfunction]
#[pyo3(signature = (info, gtype=None))]
fn _handled<'py>(
    info: &Bound<'py, PyAny>,
    gtype: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    crate::python::stay();
    let py = info.py();
    // SAFETY: the object is live while `gtype` is.
    let gtype = gtype.map(|gtype| unsafe { convert_gtype::value(gtype.as_ptr()) });
    let gtype = gtype.transpose().map_err(|Raised| PyErr::fetch(py))?;
    let gtype = gtype.unwrap_or(0) as usize;
    let plan = plan_of(info)?;
    let signature = if plan.role == Role::Signal {
        let name = CString::new(&*plan.name)?;
        // SAFETY: the GIL is held, and Python's caller says that the type is registered.
        let found = unsafe {
            signal::initialise_class(gtype);
            info::find(gtype, &name)
        };
        found.and_then(|(signal, _)| signal.described_signature())
    } else {
        let made = Signature::new(plan);
        Some(made.map_err(|Raised| PyErr::fetch(py))?)
    };
    match signature {
        Some(signature) => describe::handled(py, signature),
        None => Ok(py.None().into_bound(py)),
    }
}

/// What every part that is asked about the types of a callable info answers: dicts, which
/// `src/info/facts.rs` makes. For tests, which hold the answers against each other.
#[pyfunction]
fn _typed<'py>(info: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    crate::python::stay();
    facts::typed(info.py(), &plan_of(info)?)
}

fn plan_of(info: &Bound<'_, PyAny>) -> PyResult<CallPlan> {
    let py = info.py();
    let raised = |fault: Fault| {
        let Raised = fault.raise();
        PyErr::fetch(py)
    };
    // SAFETY: the object is live while `info` is.
    let place = unsafe { object::place(info.as_ptr()) }.map_err(raised)?;
    let place = place.filter(|place| {
        matches!(
            place.what,
            What::Function | What::VFunc | What::Signal | What::Callback
        )
    });
    let Some(place) = place else {
        let found = info.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "a CallableInfo is wanted, not {found}"
        )));
    };
    place.plan().map_err(|error| raised(error.into()))
}

type Numbers = &'static [(&'static str, u32)];

/// girepository's enumerations, as far as PyGObject shows them.
const NUMBERS: &[(&str, Numbers)] = &[
    ("Direction", &[("IN", 0), ("OUT", 1), ("INOUT", 2)]),
    (
        "Transfer",
        &[("NOTHING", 0), ("CONTAINER", 1), ("EVERYTHING", 2)],
    ),
    (
        "ArrayType",
        &[("C", 0), ("ARRAY", 1), ("PTR_ARRAY", 2), ("BYTE_ARRAY", 3)],
    ),
    (
        "ScopeType",
        &[("INVALID", 0), ("CALL", 1), ("ASYNC", 2), ("NOTIFIED", 3)],
    ),
    (
        "VFuncInfoFlags",
        &[("CHAIN_UP", 1), ("OVERRIDE", 2), ("NOT_OVERRIDE", 4)],
    ),
    ("FieldInfoFlags", &[("IS_READABLE", 1), ("IS_WRITABLE", 2)]),
    (
        "FunctionInfoFlags",
        &[
            ("IS_METHOD", 1),
            ("IS_CONSTRUCTOR", 2),
            ("IS_GETTER", 4),
            ("IS_SETTER", 8),
            ("WRAPS_VFUNC", 16),
        ],
    ),
    (
        "TypeTag",
        &[
            ("VOID", 0),
            ("BOOLEAN", 1),
            ("INT8", 2),
            ("UINT8", 3),
            ("INT16", 4),
            ("UINT16", 5),
            ("INT32", 6),
            ("UINT32", 7),
            ("INT64", 8),
            ("UINT64", 9),
            ("FLOAT", 10),
            ("DOUBLE", 11),
            ("GTYPE", 12),
            ("UTF8", 13),
            ("FILENAME", 14),
            ("ARRAY", 15),
            ("INTERFACE", 16),
            ("GLIST", 17),
            ("GSLIST", 18),
            ("GHASH", 19),
            ("ERROR", 20),
            ("UNICHAR", 21),
        ],
    ),
];

/// A class that is nothing but names of numbers.
fn numbers<'py>(py: Python<'py>, name: &str, members: Numbers) -> PyResult<Bound<'py, PyAny>> {
    let dict = PyDict::new(py);
    dict.set_item("__module__", "gi._gi")?;
    for (member, number) in members {
        dict.set_item(member, number)?;
    }
    py.get_type::<PyType>()
        .call1((name, pyo3::types::PyTuple::empty(py), dict))
}
