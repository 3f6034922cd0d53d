//! What C says and hears when it calls Python: a plan made ready once for running backwards.
//!
//! Made of the plan of a callback type, virtual function or signal handler, and never freed: their number is bounded
//! by the typelibs'. It knows how each argument crosses, and neither which Python object is called nor how long it is
//! needed: that is the trampoline's.

use std::any::Any;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;
use std::sync::{Mutex, OnceLock, PoisonError};

use gijit_plan::compared;
use gijit_plan::shape::entry_of;
use gijit_plan::types::{Conversion, Fundamental};
use gijit_plan::{Arg, CallPlan, Direction, Job, Kind, Role, Transfer, Type, TypeRef};
use gijit_typelib::Info;
use gobject_sys as gobject;
use libffi::raw as libffi;

use crate::closure::code::Code;
use crate::closure::compiled::Compiled;
use crate::closure::pointed_into::Kept;
use crate::convert::converter::{Converter, length_of, read_bits};
use crate::convert::native::{bytes_type, ffi_type, inline_size};
use crate::process::repository;
use crate::python::error::{Raised, Result, not_implemented, runtime_error};

/// One type of function that C calls and Python implements.
pub struct Signature {
    pub plan: CallPlan,
    pub params: Box<[Param]>,
    pub returned: Returned,
    /// What the Python callable returns, in order: several are a tuple.
    pub outputs: Box<[Output]>,
    /// How many of the outputs are lengths, which may be left out all together.
    pub n_lengths: usize,
    /// Results that C may still compare with each other are kept: this many.
    pub kept: usize,
    /// What `cif` points to, with the type of the `GError **`, or of a handler's user data, if there is one.
    types: Box<[*mut libffi::ffi_type]>,
    cif: libffi::ffi_cif,
    /// `GObject.Object.constructed`: an exception is that of whoever makes the object.
    pub is_part_of_construction: bool,
    /// What its entry needs, if there can be one.
    pub compiled: Option<Compiled>,
    /// The place of a callback's user data among C's arguments, the last that Python does not see.
    pub data: Option<usize>,
    /// What [`super::trampoline`] keeps with it: trampolines that are ready for their next callable. Touched under
    /// the GIL only.
    pub idle: OnceCell<Box<dyn Any>>,
    /// What variables of C's point into that a signal's handlers have filled.
    pub filled: Kept,
    /// What C calls where a signal's handlers have no entry yet: made at the first need, for ever. None: not to be had.
    pub handler: OnceLock<Option<Code>>,
}

// SAFETY: libffi's descriptions are not written after they have been made, and are of static types; converters and what
// is kept are used under the GIL.
unsafe impl Send for Signature {}
// SAFETY: as above.
unsafe impl Sync for Signature {}

/// One C argument.
pub struct Param {
    pub converter: Converter,
    pub transfer: Transfer,
    pub way: Way,
    /// What belongs to the value and stands in another argument: the length of an array, or the user data of a
    /// function.
    pub companion: Option<Companion>,
    /// A value that C lends to Python for the call.
    pub lent: bool,
}

impl Param {
    /// Whether what is made of it may have records of C's in it, beside what is lent as a whole. The structs of classes
    /// stay where they are.
    pub fn may_lend(&self) -> bool {
        !self.lent && self.converter.may_lend() && !matches!(self.converter, Converter::Class(_))
    }
}

/// Which way an argument goes, seen from C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Python does not see it.
    Hidden,
    /// In its place go the values that the callback was made with.
    UserData,
    In,
    /// The address of a variable of C's.
    Out,
    InOut,
    /// The address of memory of C's that Python fills.
    Memory,
    /// The same, with something in it.
    FullMemory,
    /// The address of a variable of C's, in a `GValue`: a handler gets what is in it, or zero where nobody says that
    /// anything is, and may leave it as it is.
    Variable {
        is_read: bool,
    },
    /// A `GValue` that does not hold what the typelib says: it is asked itself.
    AsValue,
}

/// How C's arguments come.
#[derive(Clone, Copy)]
enum Travel<'a> {
    /// As a function gets them.
    Passed,
    /// As `GValue`s of these types, that of the instance not among them; `returned` is 0 for none.
    ///
    /// So a handler gets all of them, whichever way they go in the typelib. A value owns what it holds, and never has the
    /// bytes of a struct in it: of those it has the address, so that the handler works on C's own.
    Values {
        params: &'a [usize],
        returned: usize,
    },
}

/// Another argument that belongs to one.
#[derive(Clone, Copy)]
pub struct Companion {
    pub at: usize,
    pub kind: Kind,
    /// C passes the address of it.
    pub by_address: bool,
}

/// The return value.
pub struct Returned {
    pub converter: Converter,
    pub transfer: Transfer,
    pub length: Option<Companion>,
    /// Size in bytes of a struct that is returned as it is; 0 otherwise.
    pub bytes: usize,
    /// It goes into a `GValue` that does not hold what the typelib says.
    pub as_value: bool,
}

/// One value that Python gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Return,
    /// The argument at this C index.
    Arg(usize),
    /// The same, being a length.
    Length(usize),
}

/// The signature of a callback type. Fails with an exception set: RuntimeError where the typelib lets us down,
/// NotImplementedError where a type has no conversion.
pub fn of(of: &TypeRef) -> Result<&'static Signature> {
    of_site(of, false)
}

/// The same for one place of it, where what the type calls addresses may be objects (see [`compared`]).
pub fn of_site(of: &TypeRef, has_objects: bool) -> Result<&'static Signature> {
    type Known = HashMap<(TypeRef, bool), &'static Signature>;
    static SIGNATURES: OnceLock<Mutex<Known>> = OnceLock::new();
    let signatures = SIGNATURES.get_or_init(Mutex::default);
    let lock = || signatures.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (of.clone(), has_objects);
    if let Some(known) = lock().get(&key) {
        return Ok(known);
    }
    let mut plan = plan_of(of)?;
    if has_objects {
        plan = compared::with_objects(plan);
    }
    // Not under the lock: classes may be made on the way. If another thread is quicker, its signature counts.
    let made = Signature::new(plan)?;
    Ok(lock().entry(key).or_insert(made))
}

/// The plan of a callback type.
pub fn plan_of(of: &TypeRef) -> Result<CallPlan> {
    let unknown = || not_implemented(&format!("no loaded namespace describes the callback {of}"));
    let namespace = repository().get(&of.namespace).ok_or_else(unknown)?;
    let broken = |error: gijit_typelib::Error| runtime_error(&error.to_string());
    let entry = namespace.typelib().find(&of.name).map_err(broken)?;
    let info = entry.ok_or_else(unknown)?.info().map_err(broken)?;
    let Info::Callback(callback) = info else {
        return Err(unknown());
    };
    gijit_plan::builder::callback(repository(), &namespace, None, callback)
        .map_err(|error| runtime_error(&error.to_string()))
}

impl Signature {
    /// Makes a signature of a callback type or virtual function, for ever. Fails as [`of`] does.
    pub fn new(plan: CallPlan) -> Result<&'static Signature> {
        Signature::make(plan, Travel::Passed)
    }

    /// The same for the handlers of a signal, which has parameters of these GTypes, and returns one, or 0 for none. There
    /// is one for each argument behind the instance.
    pub fn of_handler(
        plan: CallPlan,
        params: &[usize],
        returned: usize,
    ) -> Result<&'static Signature> {
        Signature::make(plan, Travel::Values { params, returned })
    }

    fn make(plan: CallPlan, travel: Travel<'_>) -> Result<&'static Signature> {
        let n = plan.args.len();
        let mut params: Vec<_> = (0..n).map(|i| param(&plan, i, travel)).collect();
        for (param, arg) in params.iter().zip(&plan.args) {
            if let Converter::Unknown(ty, why) = &param.converter {
                return Err(cannot(&plan, &format!("argument '{}'", arg.name), ty, why));
            }
        }
        let companions: Vec<_> = (0..n).map(|i| companion(&plan, &params, i)).collect();
        for (param, companion) in params.iter_mut().zip(companions) {
            param.companion = companion;
        }
        let returned = returned(&plan, &params, travel)?;
        let outputs = outputs(&plan, &params);
        let mut converters = outputs.iter().filter_map(|output| match *output {
            Output::Return => Some(&returned.converter),
            Output::Arg(i) => Some(&params[i].converter),
            Output::Length(_) => None,
        });
        let texts =
            converters.any(|converter| matches!(converter, Converter::Utf8 | Converter::Filename));
        let mut types = types(&plan, &params)?;
        let result = match plan.ret.ty {
            Type::Void => &raw mut libffi::ffi_type_void,
            _ if returned.bytes > 0 => bytes_type(&plan.ret.ty).ok_or_else(|| {
                let ty = plan.ret.ty.to_string();
                cannot(&plan, "the return value", &ty, NO_CONTENTS)
            })?,
            _ => ffi_type(&returned.converter),
        };
        let mut cif = libffi::ffi_cif::default();
        // SAFETY: the boxed slice does not move and lives as long as the cif, beside it; the types live for ever.
        let status = unsafe {
            libffi::ffi_prep_cif(
                &mut cif,
                libffi::ffi_abi_FFI_DEFAULT_ABI,
                types.len() as u32,
                result,
                types.as_mut_ptr(),
            )
        };
        if status != libffi::ffi_status_FFI_OK {
            return Err(runtime_error(&format!(
                "libffi cannot describe {}()",
                plan.full_name()
            )));
        }
        Ok(Box::leak(Box::new(Signature {
            n_lengths: outputs
                .iter()
                .filter(|output| matches!(output, Output::Length(_)))
                .count(),
            outputs,
            kept: if texts { 8 } else { 1 },
            is_part_of_construction: plan.role == Role::VFunc
                && &*plan.full_name() == "GObject.Object.constructed",
            compiled: compiled(&plan, &params),
            data: place_of_data(&plan, &params),
            params: params.into(),
            returned,
            types,
            cif,
            idle: OnceCell::new(),
            filled: Kept::default(),
            handler: OnceLock::new(),
            plan,
        })))
    }

    /// libffi's description, which is only read.
    pub fn cif(&'static self) -> *mut libffi::ffi_cif {
        (&raw const self.cif).cast_mut()
    }

    /// Whether a signal's handlers may fill variables of C's.
    pub fn has_variables(&self) -> bool {
        let returned = self.plan.ret.ty != Type::Void;
        self.outputs.len() > usize::from(returned)
    }

    /// The place of the `GError **` among C's arguments.
    pub fn throws(&self) -> Option<usize> {
        self.plan.throws.then(|| self.types.len() - 1)
    }
}

/// What the entry needs; None for what has more to do than an entry can.
fn compiled(plan: &CallPlan, params: &[Param]) -> Option<Compiled> {
    let key = entry_of(plan)?.to_string();
    let cells = params
        .iter()
        .map(|param| match param.converter {
            Converter::Member(cell, _) | Converter::Object(cell) | Converter::Record(cell) => {
                ptr::from_ref(cell)
            }
            _ => ptr::null(),
        })
        .collect();
    Some(Compiled {
        key,
        has_data: params.iter().any(|param| param.way == Way::UserData),
        cells,
        promotion: Cell::new(ptr::null_mut()),
        calls: Cell::new(0),
    })
}

/// The place of a callback's user data. None where others follow that Python does not see: an entry takes the last of them.
fn place_of_data(plan: &CallPlan, params: &[Param]) -> Option<usize> {
    let is_hidden = |param: &Param| matches!(param.way, Way::Hidden | Way::UserData);
    let last = params.iter().rposition(is_hidden)?;
    (plan.role == Role::Callback && params[last].way == Way::UserData).then_some(last)
}

impl Companion {
    /// Where C has it: NULL if C does not want to know.
    ///
    /// # Safety
    /// `args` are C's arguments as libffi gives them.
    pub unsafe fn place(self, args: *mut *mut c_void) -> *mut c_void {
        // SAFETY: by the caller's word; an argument that is an address is read as one.
        unsafe {
            let place = *args.add(self.at);
            if self.by_address {
                place.cast::<*mut c_void>().read()
            } else {
                place
            }
        }
    }

    /// Its value.
    ///
    /// # Safety
    /// As for [`Companion::place`].
    pub unsafe fn read(self, args: *mut *mut c_void) -> usize {
        // SAFETY: by the caller's word.
        unsafe {
            let place = self.place(args);
            if place.is_null() {
                return 0;
            }
            let bits = read_bits(place, self.kind.size());
            match self.kind {
                Kind::U64 => bits as usize,
                kind => length_of(kind, bits),
            }
        }
    }
}

const NO_CONTENTS: &str = "the typelib does not say what is in the struct";

fn cannot(plan: &CallPlan, which: &str, ty: &str, why: &str) -> Raised {
    not_implemented(&format!(
        "{} cannot be implemented in Python: {which} is {ty}: {why}",
        plan.full_name()
    ))
}

fn param(plan: &CallPlan, i: usize, travel: Travel<'_>) -> Param {
    let arg = &plan.args[i];
    if let (Travel::Values { params, .. }, 1..) = (travel, i) {
        return held_by_value(arg, params[i - 1]);
    }
    let converter = match arg.job {
        Job::UserData { .. } | Job::Destroy { .. } => Converter::Pointer,
        _ => Converter::of(&arg.ty, false),
    };
    let memory = inline_size(&converter) > 0
        || arg.caller_allocates && matches!(converter, Converter::Array(_));
    let way = match (arg.job, arg.direction) {
        (Job::UserData { of }, _) if usize::from(of) == i => Way::UserData,
        // A callback that a callback gets knows both.
        (Job::UserData { .. } | Job::Destroy { .. }, _) => Way::Hidden,
        (_, Direction::In) => Way::In,
        (_, Direction::Out) if memory => Way::Memory,
        (_, Direction::Out) => Way::Out,
        (_, Direction::InOut) if memory => Way::FullMemory,
        (_, Direction::InOut) => Way::InOut,
    };
    Param {
        lent: match converter {
            Converter::Record(_) => way == Way::In && arg.transfer != Transfer::Full,
            // What Python changes in the bytes, C has; a copy would have to be given back in their place.
            Converter::Inline(_) => way == Way::FullMemory,
            _ => false,
        },
        converter,
        transfer: arg.transfer,
        way,
        companion: None,
    }
}

/// An argument that comes in a value of this GType.
fn held_by_value(arg: &Arg, gtype: usize) -> Param {
    let converter = Converter::by_pointer(&arg.ty);
    // SAFETY: a registered type.
    let is_address = unsafe {
        gobject::g_type_fundamental(gtype) == gobject::G_TYPE_POINTER
            && gtype != gobject::g_gtype_get_type()
    };
    let is_record = matches!(arg.ty, Type::Struct { .. } | Type::Union { .. })
        || arg.caller_allocates && matches!(converter, Converter::Array(_));
    let way = if arg.direction != Direction::In && is_address && !is_record {
        Way::Variable {
            is_read: arg.direction == Direction::InOut,
        }
    } else if holds(gtype, &arg.ty) {
        Way::In
    } else {
        Way::AsValue
    };
    Param {
        lent: way == Way::In && matches!(converter, Converter::Record(_)),
        converter,
        transfer: match way {
            Way::Variable { .. } => arg.transfer,
            _ => Transfer::None,
        },
        way,
        companion: None,
    }
}

/// Whether values of a GType hold what C passes of a type.
fn holds(gtype: usize, ty: &Type) -> bool {
    // SAFETY: a registered type.
    match Fundamental::of(unsafe { gobject::g_type_fundamental(gtype) }) {
        Some(fundamental) => fundamental.holds(ty),
        // One that is none of GObject's own.
        None => ty.row().conversion == Conversion::Object,
    }
}

/// The length of an array or the user data of a function, if another argument has it.
fn companion(plan: &CallPlan, params: &[Param], i: usize) -> Option<Companion> {
    let arg = &plan.args[i];
    if let Type::Callback(_) = arg.ty {
        let at = usize::from(arg.closure?);
        return (at != i).then_some(Companion {
            at,
            kind: Kind::U64,
            by_address: is_address(plan.args.get(at)?, &params[at]),
        });
    }
    length(plan, params, &arg.ty)
}

fn length(plan: &CallPlan, params: &[Param], ty: &Type) -> Option<Companion> {
    let Type::Array {
        length: Some(at), ..
    } = ty
    else {
        return None;
    };
    let at = usize::from(*at);
    let arg = plan.args.get(at)?;
    match arg.ty {
        Type::Scalar(kind) | Type::ScalarPointer(kind) => Some(Companion {
            at,
            kind,
            by_address: is_address(arg, &params[at]),
        }),
        _ => None,
    }
}

fn is_address(arg: &Arg, param: &Param) -> bool {
    match param.way {
        Way::AsValue => false,
        Way::In => matches!(arg.ty, Type::ScalarPointer(_)),
        _ => arg.direction != Direction::In || matches!(arg.ty, Type::ScalarPointer(_)),
    }
}

fn returned(plan: &CallPlan, params: &[Param], travel: Travel<'_>) -> Result<Returned> {
    let ty = &plan.ret.ty;
    let (converter, gtype) = match travel {
        Travel::Passed => (Converter::of(ty, false), 0),
        Travel::Values { returned, .. } => (Converter::by_pointer(ty), returned),
    };
    if let Converter::Unknown(of, why) = &converter
        && *ty != Type::Void
    {
        return Err(cannot(plan, "the return value", of, why));
    }
    Ok(Returned {
        transfer: plan.ret.transfer,
        length: length(plan, params, ty),
        bytes: inline_size(&converter),
        as_value: gtype != 0 && !holds(gtype, ty),
        converter,
    })
}

/// What Python gives, lengths included, which a plan's own outputs leave out.
fn outputs(plan: &CallPlan, params: &[Param]) -> Box<[Output]> {
    let returned = (plan.ret.ty != Type::Void).then_some(Output::Return);
    let written = params.iter().enumerate().filter_map(|(i, param)| {
        if matches!(
            param.way,
            Way::Hidden | Way::UserData | Way::In | Way::AsValue
        ) {
            return None;
        }
        Some(match plan.args[i].job {
            Job::Length { .. } | Job::ReturnLength => Output::Length(i),
            _ => Output::Arg(i),
        })
    });
    returned.into_iter().chain(written).collect()
}

fn types(plan: &CallPlan, params: &[Param]) -> Result<Box<[*mut libffi::ffi_type]>> {
    let mut types = Vec::with_capacity(params.len() + 1);
    for (param, arg) in params.iter().zip(&plan.args) {
        types.push(match param.way {
            Way::In if inline_size(&param.converter) > 0 => {
                bytes_type(&arg.ty).ok_or_else(|| {
                    let which = format!("argument '{}'", arg.name);
                    cannot(plan, &which, &arg.ty.to_string(), NO_CONTENTS)
                })?
            }
            Way::In => ffi_type(&param.converter),
            _ => &raw mut libffi::ffi_type_pointer,
        });
    }
    // A handler's user data says which one it is.
    if plan.throws || plan.role == Role::Signal {
        types.push(&raw mut libffi::ffi_type_pointer);
    }
    Ok(types.into())
}
