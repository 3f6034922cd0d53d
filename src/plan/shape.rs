//! From plan to shape: what a call reduces to once types are no more than the way in which they travel, or the first
//! value that has no way yet.

use gijit_shape::{Arg as ShapeArg, Direction as Way, Kind, Shape, Value};

use crate::{Arg, Direction, GilPolicy, Job, Return, StructForm, Transfer, Type, Unsupported};

/// The most C arguments that a shape may have.
pub const MAX_ARGS: usize = 64;

/// The shape of a callable with these parts.
///
/// # Errors
/// The first value in C order, the return value last, whose family has no conversion. An argument that only serves
/// another one is never named: its master is.
pub fn shape_of(
    args: &[Arg],
    ret: &Return,
    throws: bool,
    gil: GilPolicy,
) -> Result<Shape, Unsupported> {
    let has_instance = args.first().is_some_and(|arg| arg.job == Job::Instance);
    for arg in args {
        if matches!(arg.job, Job::Value | Job::Instance) {
            shape_arg(arg)?;
            if has_instance && arg.direction != Direction::In {
                not_lent(&arg.ty, arg.transfer)
                    .map_err(|no| unsupported(Some(arg), &arg.ty, no))?;
            }
        }
    }
    let ret_kind = returned(ret)?;
    if has_instance {
        not_lent(&ret.ty, ret.transfer).map_err(|no| unsupported(None, &ret.ty, no))?;
    }
    if args.len() > MAX_ARGS {
        let first = &args[MAX_ARGS];
        return Err(unsupported(
            Some(first),
            &first.ty,
            "calls with more than 64 arguments come later",
        ));
    }
    let mut shape_args = args
        .iter()
        .map(|arg| match arg.job {
            Job::Value | Job::Instance => shape_arg(arg),
            // Only a master without a way has servants, unless it is user data that belongs to nobody here.
            _ => Err(unsupported(
                Some(arg),
                &arg.ty,
                "the user data of callbacks comes later",
            )),
        })
        .collect::<Result<Vec<_>, _>>()?;
    mark_optional(&mut shape_args, args);
    Ok(Shape {
        args: shape_args,
        ret: Value {
            kind: ret_kind,
            full: ret_kind.is_pointer() && ret.transfer == Transfer::Full,
        },
        skip_return: ret.skip && ret_kind != Kind::Void,
        throws,
        release_gil: gil == GilPolicy::Release,
    })
}

/// What a method lends and nothing can copy must keep its instance alive, which thunks do not do.
fn not_lent(ty: &Type, transfer: Transfer) -> Result<(), &'static str> {
    match ty {
        Type::Struct {
            form: StructForm::Bare,
            pointer: true,
            ..
        }
        | Type::Union { pointer: true, .. }
            if transfer == Transfer::None =>
        {
            Err("structs that a method lends come later")
        }
        _ => Ok(()),
    }
}

fn unsupported(arg: Option<&Arg>, ty: &Type, reason: &'static str) -> Unsupported {
    Unsupported {
        arg: arg.map(|arg| arg.name.clone()),
        ty: ty.to_string(),
        reason,
    }
}

/// Only the last inputs can be missing from the positional arguments; a thunk leaves all other gaps to the
/// interpreter.
fn mark_optional(shape_args: &mut [ShapeArg], args: &[Arg]) {
    for (shape, arg) in shape_args.iter_mut().zip(args).rev() {
        if !shape.is_input() {
            continue;
        }
        let has_zero = shape.nullable || shape.value.kind == Kind::Bool;
        if arg.default.is_none() || !has_zero {
            break;
        }
        shape.optional = true;
    }
}

fn shape_arg(arg: &Arg) -> Result<ShapeArg, Unsupported> {
    let no = |reason| unsupported(Some(arg), &arg.ty, reason);
    let kind = kind(&arg.ty, arg.direction).map_err(no)?;
    let by_value = kind == Kind::Boxed && !arg.ty.is_pointer();
    let allocates = arg.caller_allocates && arg.direction != Direction::In;
    let direction = match arg.direction {
        Direction::In if by_value => return Err(no("structs passed by value come later")),
        Direction::In => Way::In,
        Direction::Out if allocates && by_value && size(&arg.ty) > 0 => Way::CallerAllocates,
        Direction::Out if allocates => {
            return Err(no("memory of unknown size that the caller must allocate"));
        }
        Direction::Out if by_value => {
            return Err(no("the typelib does not say who allocates the struct"));
        }
        Direction::Out => Way::Out,
        Direction::InOut if by_value || allocates => {
            return Err(no("structs that are changed in place come later"));
        }
        Direction::InOut => Way::InOut,
    };
    Ok(ShapeArg {
        value: Value {
            kind,
            full: kind.is_pointer()
                && arg.transfer == Transfer::Full
                // The memory is the caller's in any case.
                && direction != Way::CallerAllocates,
        },
        direction,
        nullable: arg.nullable && kind.is_pointer() && arg.direction != Direction::Out,
        optional: false,
    })
}

fn returned(ret: &Return) -> Result<Kind, Unsupported> {
    let no = |reason| unsupported(None, &ret.ty, reason);
    if ret.ty == Type::Void {
        return Ok(Kind::Void);
    }
    let kind = kind(&ret.ty, Direction::Out).map_err(no)?;
    if kind == Kind::Boxed && !ret.ty.is_pointer() {
        return Err(no("structs returned by value come later"));
    }
    Ok(kind)
}

fn size(ty: &Type) -> u32 {
    match ty {
        Type::Struct { size, .. } | Type::Union { size, .. } => *size,
        _ => 0,
    }
}

/// The kind of a type, or why it has none.
fn kind(ty: &Type, direction: Direction) -> Result<Kind, &'static str> {
    Ok(match ty {
        Type::Scalar(kind) => *kind,
        Type::Utf8 => Kind::Utf8,
        Type::Filename => Kind::Filename,
        Type::Enum(_) => Kind::Enum,
        Type::Flags(_) => Kind::Flags,
        Type::Object(_) | Type::Interface(_) => Kind::Object,
        Type::Union { .. } => Kind::Boxed,
        Type::Struct { form, .. } => match form {
            StructForm::Plain | StructForm::Bare => Kind::Boxed,
            StructForm::Class => return Err("class structs as values come later"),
            StructForm::Foreign => return Err("values of other bindings come later"),
            StructForm::Value => return Err("GObject.Value conversion comes later"),
            StructForm::Closure => return Err("closure conversion comes later"),
            StructForm::Variant => return Err("GLib.Variant conversion comes later"),
        },
        // Python gets the address as an int.
        Type::Pointer if direction == Direction::Out => Kind::U64,
        Type::Pointer => return Err("untyped pointers as arguments come later"),
        Type::ScalarPointer(_) => return Err("pointers to bare numbers come later"),
        Type::OddEnum(..) => return Err("enumerations of this width come later"),
        Type::Callback(_) => return Err("callbacks come later"),
        Type::Array { .. } => return Err("arrays come later"),
        Type::List(_) | Type::SList(_) => return Err("lists come later"),
        Type::Hash(_) => return Err("hash tables come later"),
        Type::Error => return Err("errors as values come later"),
        Type::Unresolved(_) => return Err("no loaded namespace describes the type"),
        Type::Void => return Err("the typelib gives it no type"),
    })
}
