//! A plan made ready for its first call: the C symbol, the type cells, the libffi description.
//!
//! Bound once for each callable, at its first call, and kept with it.

use std::ffi::{CString, c_void};
use std::ptr;
use std::sync::OnceLock;

use gijit_plan::{
    Arg, CallPlan, Direction, Job, Kind, Operation, Output, Role, Scope, Transfer, Type,
};
use gijit_typelib::Function;
use libffi::raw as libffi;
use pyo3::ffi::{self, PyObject};

use crate::closure::Site;
use crate::convert::cell::{self, TypeCell};
use crate::convert::converter::Converter;
use crate::convert::native::{bytes_type, ffi_type, inline_size};
use crate::convert::table::table;
use crate::invoke::origin::Origin;
pub use crate::process::repository;
use crate::python::error::{Raised, Result, not_implemented, runtime_error, type_error};

/// What both executors need of one callable.
pub struct Bound {
    pub plan: CallPlan,
    /// The C function.
    pub target: *const c_void,
    /// An object keeps callbacks that this is given.
    pub keeps_callbacks: bool,
    /// One for each C argument.
    pub parameters: Box<[Parameter]>,
    pub returns: Returns,
    /// For thunks: one pointer for each C argument, then one for the return value; NULL where the kind has no cell.
    pub cells: Box<[*const TypeCell]>,
    /// For thunks: the C indices of the arguments that [`frame`] makes.
    pub filled: Box<[u16]>,
    /// The interned names of the Python arguments, in order: strong references, made by the first call with keywords.
    keywords: OnceLock<Keywords>,
    /// Where Python passes the arguments of the operation that the function starts.
    pub operation: Option<Places>,
    /// For each Python argument, whether it may be left out.
    pub optional: Box<[bool]>,
    /// `types` is what `cif` points to.
    pub cif: libffi::ffi_cif,
    types: Box<[*mut libffi::ffi_type]>,
    /// The result tuple's class, made at the first need: a strong reference.
    pub result_class: OnceLock<ResultClass>,
}

/// One C argument, ready for calls. What else is known of it stands in the plan.
pub struct Parameter {
    pub converter: Converter,
    pub place: Place,
    /// Where the length of an array stands: a C index, and the integer kind of that argument.
    pub length: Option<(u16, Kind)>,
    /// C indices of the arrays before it whose length stands there too.
    pub sharing: Box<[u16]>,
    /// The place among the Python arguments of what is passed for it.
    pub input: Option<u16>,
    /// For a function pointer.
    pub site: Option<Box<Site>>,
    /// Nothing else depends on it, and its slot holds the value: what most arguments are.
    pub alone: bool,
    pub transfer: Transfer,
}

/// What C gets for an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The value itself.
    Value,
    /// The bytes of a struct.
    Bytes,
    /// The address of a slot with the value.
    Slot,
    /// The address of memory that the caller allocates.
    Memory,
}

/// The return value.
pub struct Returns {
    pub converter: Converter,
    pub length: Option<(u16, Kind)>,
    /// Size in bytes of a struct that is returned as it is; 0 otherwise.
    pub bytes: usize,
}

/// Strong references to strs.
struct Keywords(Box<[*mut PyObject]>);

// SAFETY: used only under the GIL.
unsafe impl Send for Keywords {}
// SAFETY: as above.
unsafe impl Sync for Keywords {}

/// A strong reference to a class.
pub struct ResultClass(pub *mut ffi::PyTypeObject);

// SAFETY: used only under the GIL.
unsafe impl Send for ResultClass {}
// SAFETY: as above.
unsafe impl Sync for ResultClass {}

impl Drop for Bound {
    fn drop(&mut self) {
        // SAFETY: a callable is freed under the GIL; the references are this struct's own.
        unsafe {
            for keyword in self
                .keywords
                .get()
                .into_iter()
                .flat_map(|keywords| &keywords.0)
            {
                ffi::Py_DECREF(*keyword);
            }
            if let Some(class) = self.result_class.get() {
                ffi::Py_DECREF(class.0.cast());
            }
        }
    }
}

/// The places of an operation's arguments among those that Python passes.
pub struct Places {
    pub callback: usize,
    pub cancellable: usize,
}

impl Places {
    /// None where Python does not pass both.
    pub fn new(operation: Operation, inputs: &[u16]) -> Option<Places> {
        let place = |index: u16| inputs.iter().position(|&input| input == index);
        Some(Places {
            callback: place(operation.callback)?,
            cancellable: place(operation.cancellable)?,
        })
    }
}

/// The C indices of the arguments that `frame` fills, in order: those that a thunk does not open and that
/// something is made for.
fn filled(plan: &CallPlan) -> Box<[u16]> {
    let Ok(shape) = &plan.shape else {
        return Box::default();
    };
    let is_filled = |index: &u16| {
        let arg = &shape.args[usize::from(*index)];
        arg.value.kind == Kind::Any && !arg.hidden && arg.direction != gijit_shape::Direction::Out
    };
    (0..plan.args.len() as u16).filter(is_filled).collect()
}

/// The plan of a callable.
pub fn plan(origin: &Origin) -> Result<CallPlan> {
    let typelib = origin.namespace.typelib();
    Function::at(typelib, origin.offset)
        .map_err(|error| runtime_error(&error.to_string()))
        .and_then(|function| {
            gijit_plan::builder::function(
                repository(),
                &origin.namespace,
                origin.container.as_deref(),
                function,
            )
            .map_err(|error| runtime_error(&error.to_string()))
        })
}

/// Binds a callable. Fails with an exception set: NotImplementedError where a type has no conversion, RuntimeError
/// where the typelib or the library lets us down.
pub fn bind(origin: &Origin) -> Result<Bound> {
    let plan = plan(origin)?;
    let symbol = plan.symbol.as_deref().unwrap_or_default();
    let target = match origin.namespace.symbol(symbol) {
        Ok(symbol) => symbol.as_ptr().cast_const(),
        Err(error) => return Err(missing_symbol(symbol, &error.to_string())),
    };
    bind_plan(plan, target)
}

/// Binds a plan to a C function.
pub fn bind_plan(plan: CallPlan, target: *const c_void) -> Result<Bound> {
    let constructs = plan.role == Role::Constructor;
    let parameters: Box<[_]> = (0..plan.args.len())
        .map(|i| parameter(&plan, i))
        .collect::<Result<_>>()?;
    let converter = Converter::of(&plan.ret.ty, constructs);
    if let Converter::Unknown(ty, why) = &converter
        && plan.ret.ty != Type::Void
    {
        return Err(cannot(&plan, "the return value", ty, why));
    }
    let returns = Returns {
        length: length_place(&plan, &plan.ret.ty),
        bytes: inline_size(&converter),
        converter,
    };
    let cells: Box<[_]> = plan
        .args
        .iter()
        .map(|arg| cell_of(&arg.ty, false))
        .chain([cell_of(&plan.ret.ty, constructs)])
        .collect();
    let mut types = Vec::with_capacity(parameters.len() + 1);
    for (parameter, arg) in parameters.iter().zip(&plan.args) {
        types.push(match parameter.place {
            Place::Value => ffi_type(&parameter.converter),
            Place::Bytes => match bytes_type(&arg.ty) {
                Some(described) => described,
                None => {
                    let which = format!("argument '{}'", arg.name);
                    let why = "the typelib does not say what is in the struct";
                    return Err(cannot(&plan, &which, &arg.ty.to_string(), why));
                }
            },
            Place::Slot | Place::Memory => &raw mut libffi::ffi_type_pointer,
        });
    }
    if plan.throws {
        types.push(&raw mut libffi::ffi_type_pointer);
    }
    let returned = match plan.ret.ty {
        Type::Void => &raw mut libffi::ffi_type_void,
        _ if returns.bytes > 0 => match bytes_type(&plan.ret.ty) {
            Some(described) => described,
            None => {
                let why = "the typelib does not say what is in the struct";
                let ty = plan.ret.ty.to_string();
                return Err(cannot(&plan, "the return value", &ty, why));
            }
        },
        _ => ffi_type(&returns.converter),
    };
    let mut types = types.into_boxed_slice();
    let mut cif = libffi::ffi_cif::default();
    // SAFETY: the boxed slice does not move and lives as long as the cif, beside it; the types live for ever.
    let status = unsafe {
        libffi::ffi_prep_cif(
            &mut cif,
            libffi::ffi_abi_FFI_DEFAULT_ABI,
            types.len() as u32,
            returned,
            types.as_mut_ptr(),
        )
    };
    if status != libffi::ffi_status_FFI_OK {
        return Err(runtime_error(&format!(
            "libffi cannot describe {}()",
            plan.full_name()
        )));
    }
    let optional = plan
        .inputs
        .iter()
        .map(|&index| plan.args[index as usize].default.is_some())
        .collect();
    Ok(Bound {
        operation: plan
            .operation
            .and_then(|operation| Places::new(operation, &plan.inputs)),
        filled: filled(&plan),
        keeps_callbacks: plan.args.iter().any(|arg| arg.scope == Scope::Object),
        plan,
        target,
        parameters,
        returns,
        cells,
        keywords: OnceLock::new(),
        optional,
        cif,
        types,
        result_class: OnceLock::new(),
    })
}

fn parameter(plan: &CallPlan, i: usize) -> Result<Parameter> {
    let arg = &plan.args[i];
    let index = i as u16;
    let mut converter = match arg.job {
        // What these are is said by whom they serve.
        Job::UserData { .. } | Job::Destroy { .. } => Converter::Pointer,
        _ => Converter::of(&arg.ty, false),
    };
    if let Converter::Unknown(ty, why) = &converter {
        return Err(cannot(plan, &format!("argument '{}'", arg.name), ty, why));
    }
    let inline = inline_size(&converter) > 0;
    let place = match arg.direction {
        Direction::In if inline => Place::Bytes,
        Direction::In => Place::Value,
        Direction::Out | Direction::InOut if arg.is_memory() => Place::Memory,
        Direction::Out | Direction::InOut => Place::Slot,
    };
    let site = match &arg.ty {
        Type::Callback(of) if arg.job == Job::Value && arg.is_input() => {
            Some(Box::new(Site::new(plan, arg, of)))
        }
        _ => None,
    };
    if arg.filled && arg.ty == Type::Utf8 {
        return Err(type_error(&format!(
            "{}(): C writes text into argument '{}', and there is no room in a str",
            plan.full_name(),
            arg.name
        )));
    }
    let input = plan.inputs.iter().position(|&input| input == index);
    let length = length_place(plan, &arg.ty);
    let mut sharing = Vec::new();
    if let (Some((at, _)), true) = (length, input.is_some()) {
        let before = plan.args[..i].iter().zip(0..);
        let shares = |arg: &Arg| length_place(plan, &arg.ty).is_some_and(|(other, _)| other == at);
        sharing.extend(before.filter_map(|(arg, i)| shares(arg).then_some(i)));
    }
    if let Converter::Array(array) = &mut converter {
        // Who has the address of a place may write where that leads.
        array.written = arg.filled || arg.direction == Direction::InOut;
        if let Some((_, kind)) = length {
            array.count_in(kind);
        }
    }
    let alone = matches!(place, Place::Value | Place::Slot)
        && matches!(arg.job, Job::Value | Job::Instance)
        && site.is_none()
        && length.is_none();
    Ok(Parameter {
        converter,
        place,
        length,
        sharing: sharing.into(),
        input: input.map(|input| input as u16),
        site,
        alone,
        transfer: arg.transfer,
    })
}

/// Where the length of an array stands, if it is an argument with a number.
fn length_place(plan: &CallPlan, ty: &Type) -> Option<(u16, Kind)> {
    let Type::Array {
        length: Some(length),
        ..
    } = ty
    else {
        return None;
    };
    match plan.args.get(usize::from(*length))?.ty {
        Type::Scalar(kind) | Type::ScalarPointer(kind) => Some((*length, kind)),
        _ => None,
    }
}

fn cannot(plan: &CallPlan, which: &str, ty: &str, why: &str) -> Raised {
    not_implemented(&format!(
        "{}() cannot be called: {which} is {ty}: {why}",
        plan.full_name()
    ))
}

/// A function that the library does not have: what girepository's invoker says, with where it was looked for.
fn missing_symbol(symbol: &str, why: &str) -> Raised {
    invoke_error(&format!("Could not locate {symbol}: {why}"))
}

/// A GLib.Error of girepository's invoker.
pub fn invoke_error(text: &str) -> Raised {
    let message = CString::new(text).unwrap_or_default();
    // SAFETY: C strings; the error is given to the function that raises it.
    unsafe {
        let domain = glib_sys::g_quark_from_static_string(c"gi-invoke-error-quark".as_ptr());
        let error = glib_sys::g_error_new_literal(domain, 1, message.as_ptr());
        (table().raise_gerror)(ptr::null_mut(), error);
    }
    Raised
}

/// The cell of a type, or NULL where its conversion needs none.
fn cell_of(ty: &Type, constructs: bool) -> *const TypeCell {
    cell::of_type(ty, constructs).map_or(ptr::null(), ptr::from_ref)
}

/// Warns once, at the first call, with the caller's line.
pub fn warn_if_deprecated(plan: &CallPlan) -> Result<()> {
    let Some(message) = &plan.deprecated else {
        return Ok(());
    };
    let mut text = format!("{} is deprecated", plan.full_name());
    if let Some(message) = message {
        text.push_str(": ");
        text.push_str(message);
    }
    let text = CString::new(text).unwrap_or_default();
    // SAFETY: a C string and a live exception class.
    let status = unsafe { ffi::PyErr_WarnEx(ffi::PyExc_DeprecationWarning, text.as_ptr(), 1) };
    if status < 0 { Err(Raised) } else { Ok(()) }
}

impl Bound {
    /// Whether the first argument is the object that a method is called on.
    pub fn is_method(&self) -> bool {
        let first = self.plan.args.first();
        first.is_some_and(|arg| arg.job == Job::Instance)
    }

    /// Number of arguments that Python may pass.
    pub fn n_inputs(&self) -> usize {
        self.optional.len()
    }

    /// The interned names of the Python arguments; that of an instance is empty, since no keyword can be equal to it.
    pub fn keywords(&self) -> Result<&[*mut PyObject]> {
        if self.keywords.get().is_none() {
            let mut made = Vec::with_capacity(self.n_inputs());
            for &index in &self.plan.inputs {
                let arg = &self.plan.args[index as usize];
                let name = match arg.job {
                    Job::Instance => String::new(),
                    _ => arg.python_name(),
                };
                let name = CString::new(name).unwrap_or_default();
                // SAFETY: a C string; NULL is tested. What has been made stays interned if a later one fails.
                let keyword = unsafe { ffi::PyUnicode_InternFromString(name.as_ptr()) };
                if keyword.is_null() {
                    return Err(Raised);
                }
                made.push(keyword);
            }
            let _ = self.keywords.set(Keywords(made.into()));
        }
        Ok(self.keywords.get().map_or(&[], |keywords| &keywords.0))
    }

    /// The names of the outputs, None for the return value.
    pub fn output_names(&self) -> impl Iterator<Item = Option<String>> {
        self.plan.outputs.iter().map(|output| match output {
            Output::Return => None,
            Output::Arg(index) => Some(self.plan.args[*index as usize].python_name()),
        })
    }

    /// Number of C arguments, the `GError **` counted.
    pub fn n_c_arguments(&self) -> usize {
        self.types.len()
    }
}
