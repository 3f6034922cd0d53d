//! From plan to shape: what a call reduces to once types are no more than the way in which they travel, or the first
//! value that no shape can have. The same backwards, for what C calls: an entry.
//!
//! A thunk opens what is one word and checked with a look: numbers, strings, members, wrappers. Everything else that
//! is one word is `any`: the callable's own conversion makes it in the thunk's frame. What is left over is what C does
//! not pass as a word.

use gijit_shape::entry::{Entry, Param};
use gijit_shape::{Arg as ShapeArg, Direction as Way, Gil, Kind, Shape, Value};

use crate::keeps::{Keep, Until};
use crate::operation::{Operation, operation_of};
use crate::types::{Conversion, Ownership, Passing};
use crate::{
    Arg, CallPlan, Direction, GilPolicy, Job, Return, Role, Scope, StructForm, Transfer, Type,
    Unsupported,
};

/// The most C arguments that a shape may have.
pub const MAX_ARGS: usize = 64;

/// The shape of a callable with these parts. `user_data_varargs` is the C index of the user data that takes what is
/// passed behind the inputs.
///
/// # Errors
/// The first value in C order, the return value last, that no shape can have.
pub fn shape_of(
    args: &[Arg],
    ret: &Return,
    throws: bool,
    gil: GilPolicy,
    user_data_varargs: Option<u16>,
) -> Result<Shape, Unsupported> {
    let mut shape_args = args
        .iter()
        .enumerate()
        .map(|(i, arg)| shape_arg(args, i as u16, user_data_varargs).map_err(|why| no(arg, why)))
        .collect::<Result<Vec<_>, _>>()?;
    let ret_kind = returned(args, ret).map_err(|reason| Unsupported {
        arg: None,
        ty: ret.ty.to_string(),
        reason,
    })?;
    if let Some(first) = args.get(MAX_ARGS) {
        let why = "calls with more than 64 arguments are made over libffi alone";
        return Err(no(first, why));
    }
    mark_optional(&mut shape_args, args, operation_of(args, ret));
    Ok(Shape {
        args: shape_args,
        takes_more: user_data_varargs.is_some(),
        ret: Value {
            kind: ret_kind,
            full: is_opened(ret_kind) && ret.transfer == Transfer::Full,
        },
        skip_return: ret.skip && ret_kind != Kind::Void,
        throws,
        gil: match gil {
            GilPolicy::Keep => Gil::Keep,
            GilPolicy::Release => Gil::Release,
            GilPolicy::Ask => Gil::Ask,
        },
    })
}

/// The shape, if a call of it is over with what it lends. What is lent until a callback has been called is the conversion's
/// that makes the callback.
///
/// # Errors
/// The first argument that C keeps in another way.
pub fn allowed(shape: Shape, args: &[Arg], keeps: &[Keep]) -> Result<Shape, Unsupported> {
    let is_other = |keep: &&Keep| !matches!(keep.until, Until::Called { .. });
    match keeps.iter().find(is_other) {
        Some(keep) => {
            let why = "what C keeps beyond the call goes over libffi alone";
            Err(no(&args[usize::from(keep.arg)], why))
        }
        None => Ok(shape),
    }
}

fn no(arg: &Arg, reason: &'static str) -> Unsupported {
    Unsupported {
        arg: Some(arg.name.clone()),
        ty: arg.ty.to_string(),
        reason,
    }
}

/// Whether a thunk itself sees to a pointer.
fn is_opened(kind: Kind) -> bool {
    kind.is_pointer() && kind != Kind::Any
}

/// Only the last inputs can be missing from the positional arguments; a thunk leaves all other gaps to the
/// interpreter. So they do with the callback of an operation, in whose place something else may be passed.
fn mark_optional(shape_args: &mut [ShapeArg], args: &[Arg], operation: Option<Operation>) {
    let waited_for = operation.map(|operation| usize::from(operation.callback));
    for (i, (shape, arg)) in shape_args.iter_mut().zip(args).enumerate().rev() {
        if !shape.is_input() {
            continue;
        }
        if waited_for == Some(i) {
            break;
        }
        let has_zero = shape.nullable || matches!(shape.value.kind, Kind::Bool | Kind::Any);
        if arg.default.is_none() || !has_zero {
            break;
        }
        shape.optional = true;
    }
}

fn shape_arg(args: &[Arg], index: u16, varargs: Option<u16>) -> Result<ShapeArg, &'static str> {
    let arg = &args[usize::from(index)];
    let word = |kind, direction, hidden| {
        Ok(ShapeArg {
            value: Value { kind, full: false },
            direction,
            nullable: false,
            optional: false,
            hidden,
        })
    };
    let plain = match arg.direction {
        Direction::In => Way::In,
        Direction::Out => Way::Out,
        Direction::InOut => Way::InOut,
    };
    match arg.job {
        Job::Value | Job::Instance => {}
        Job::Length { .. } | Job::ReturnLength => {
            return match arg.ty {
                Type::Scalar(kind) => word(kind, plain, true),
                _ => Err("the length of an array that is no number goes over libffi alone"),
            };
        }
        Job::UserData { of } => {
            let hidden = of == index || varargs == Some(index) || plain == Way::Out;
            return match plain {
                Way::InOut if !hidden => Err("user data that C changes goes over libffi alone"),
                _ => word(Kind::Any, plain, hidden),
            };
        }
        Job::Destroy { .. } => return word(Kind::Any, plain, true),
    }
    links(args, &arg.ty)?;
    if arg.scope == Scope::Object {
        return Err("a callback that an object keeps goes over libffi alone");
    }
    for served in [arg.closure, arg.destroy].into_iter().flatten() {
        let hidden = |arg: &Arg| matches!(arg.job, Job::UserData { .. } | Job::Destroy { .. });
        if matches!(arg.ty, Type::Callback(_)) && !args.get(usize::from(served)).is_some_and(hidden)
        {
            return Err("a callback whose user data is something else goes over libffi alone");
        }
    }

    let kind = match (arg.job, &arg.ty) {
        // A method of GObject.Value is not one of everything that a value can hold.
        (
            Job::Instance,
            Type::Struct {
                form: StructForm::Value,
                pointer: true,
                ..
            },
        ) => Kind::Boxed,
        _ if arg.direction != Direction::In && is_lent(args, &arg.ty, arg.transfer) => Kind::Any,
        _ => kind(&arg.ty, arg.direction, arg.transfer)?,
    };
    let passed = arg.ty.row().passed;
    let inline = passed.is_bytes();
    let (kind, direction) = match plain {
        Way::In if inline => return Err("structs by value are passed over libffi alone"),
        Way::In => (kind, Way::In),
        Way::Out if inline && arg.ty.row().conversion == Conversion::Value => {
            (Kind::Value, Way::CallerAllocates)
        }
        Way::Out if inline && arg.caller_allocates && passed.size() > 0 => {
            (kind, Way::CallerAllocates)
        }
        Way::Out if arg.is_memory() => (Kind::Any, Way::CallerAllocates),
        Way::InOut if arg.is_memory() => (Kind::Any, Way::InPlace),
        // Who says that the caller allocates what a pointer is for does not say how much.
        way if arg.caller_allocates && arg.ty.is_pointer() => (Kind::Any, way),
        way => (kind, way),
    };
    Ok(ShapeArg {
        value: Value {
            kind,
            full: is_opened(kind)
                && arg.transfer == Transfer::Full
                // The memory is the caller's in any case.
                && direction != Way::CallerAllocates,
        },
        direction,
        nullable: arg.nullable && is_opened(kind) && arg.direction != Direction::Out,
        optional: false,
        hidden: false,
    })
}

fn returned(args: &[Arg], ret: &Return) -> Result<Kind, &'static str> {
    if ret.ty == Type::Void {
        return Ok(Kind::Void);
    }
    links(args, &ret.ty)?;
    if ret.ty.row().passed.is_bytes() {
        return Err("structs by value are returned over libffi alone");
    }
    if is_lent(args, &ret.ty, ret.transfer) {
        return Ok(Kind::Any);
    }
    kind(&ret.ty, Direction::Out, ret.transfer)
}

/// Whether a method lends what nothing can copy: it keeps the instance alive, of which the callable knows.
fn is_lent(args: &[Arg], ty: &Type, transfer: Transfer) -> bool {
    let row = ty.row();
    let cannot_copy = row.passed == Passing::Address && row.owned == Ownership::Shared;
    let is_method = args.first().is_some_and(|arg| arg.job == Job::Instance);
    cannot_copy && is_method && transfer != Transfer::Full
}

/// Whether the length of an array lies in the frame, where the conversion of the array looks for it.
fn links(args: &[Arg], ty: &Type) -> Result<(), &'static str> {
    let Type::Array {
        length: Some(length),
        ..
    } = ty
    else {
        return Ok(());
    };
    let is_length = |arg: &Arg| matches!(arg.job, Job::Length { .. } | Job::ReturnLength);
    if args.get(usize::from(*length)).is_some_and(is_length) {
        Ok(())
    } else {
        Err("an array whose length is something else as well goes over libffi alone")
    }
}

/// The kind of a type, or why it has none.
fn kind(ty: &Type, direction: Direction, transfer: Transfer) -> Result<Kind, &'static str> {
    ty.row().opened.kind(direction, transfer)
}

/// The entry of a function that C calls and Python implements; None where it has more to do than an entry can: results
/// beside the one that C returns, errors, what Python takes over or C lends, lengths.
pub fn entry_of(plan: &CallPlan) -> Option<Entry> {
    if plan.throws || plan.args.len() > MAX_ARGS {
        return None;
    }
    let mut params = Vec::with_capacity(plan.args.len());
    // The values that a callback was made with go behind all others.
    let mut had_data = false;
    for (i, arg) in plan.args.iter().enumerate() {
        let param = entered(arg)?;
        if had_data && !param.hidden {
            return None;
        }
        had_data |= matches!(arg.job, Job::UserData { of } if usize::from(of) == i);
        params.push(param);
    }
    let ret = returned(&plan.args, &plan.ret).ok()?;
    let entry = Entry {
        params,
        ret,
        by_data: plan.role == Role::Signal,
    };
    entry.check().ok()?;
    Some(entry)
}

/// Why a plan has no entry, for a person: what there is that no entry can have. None if it has one.
#[must_use]
pub fn why_no_entry(plan: &CallPlan) -> Option<String> {
    if entry_of(plan).is_some() {
        return None;
    }
    if plan.throws {
        return Some("it reports errors".to_owned());
    }
    let opened = |arg: &Arg| {
        entered(arg)
            .is_some_and(|param| param.hidden || !matches!(param.kind, Kind::Any | Kind::Void))
    };
    if let Some(arg) = plan.args.iter().find(|arg| !opened(arg)) {
        let why = match arg.direction {
            Direction::In if matches!(arg.job, Job::Length { .. } | Job::ReturnLength) => {
                "is the length of another"
            }
            Direction::In => "takes more than a look to open",
            Direction::Out | Direction::InOut => "is C's to be filled",
        };
        return Some(format!("argument '{}' ({}) {why}", arg.name, arg.ty));
    }
    match returned(&plan.args, &plan.ret) {
        Err(reason) => Some(format!("the return value ({}): {reason}", plan.ret.ty)),
        Ok(_) => Some("its values come in an order that no entry has".to_owned()),
    }
}

fn entered(arg: &Arg) -> Option<Param> {
    if arg.direction != Direction::In || arg.caller_allocates {
        return None;
    }
    match arg.job {
        Job::UserData { .. } | Job::Destroy { .. } => {
            return Some(Param {
                kind: Kind::Any,
                hidden: true,
            });
        }
        Job::Length { .. } | Job::ReturnLength => return None,
        Job::Value | Job::Instance => {}
    }
    let row = arg.ty.row();
    let kind = kind(&arg.ty, arg.direction, arg.transfer).ok()?;
    // The bytes of one go over libffi, and a variant is no record.
    let is_record = row.conversion == Conversion::Record && row.passed == Passing::Address;
    if kind == Kind::Boxed && !is_record {
        return None;
    }
    (!kind.is_pointer() || arg.transfer == Transfer::None).then_some(Param {
        kind,
        hidden: false,
    })
}
