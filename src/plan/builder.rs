//! From typelib to plan: the only place that reads callables in a typelib.
//!
//! Typelibs count arguments without the instance; everything here is counted as C counts, with it. Which arguments
//! Python sees, and which have a default there, follows PyGObject.

use std::fmt;
use std::sync::Arc;

use gijit_repository::{Namespace, Repository, ResolveError};
use gijit_shape::Kind;
use gijit_typelib as typelib;
use gijit_typelib::{
    ArrayType, Callback, Entry, Function, Info, Signal, Signature, TypeTag, VFunc,
};

use crate::operation::operation_of;
use crate::questions;
use crate::record;
use crate::{
    Arg, ArrayForm, CallPlan, Default, Direction, GilPolicy, Job, Output, Return, Role, Scope,
    StructForm, Transfer, Type, TypeRef, keeps, shape, written,
};

/// Why there is no plan: the typelib contradicts itself.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    Typelib(typelib::Error),
    /// An argument refers to another by an index that does not exist.
    Link {
        callable: String,
        /// Name of the argument; None for the return value.
        arg: Option<String>,
        /// What the other argument should have been.
        what: &'static str,
        index: u16,
        /// How many arguments there are, the instance not counted.
        n_args: u16,
    },
    /// The namespace has no type of this name that could hold the callable.
    Container {
        namespace: String,
        name: String,
    },
}

type Result<T, E = Error> = std::result::Result<T, E>;

impl From<typelib::Error> for Error {
    fn from(error: typelib::Error) -> Self {
        Error::Typelib(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Typelib(error) => error.fmt(f),
            Error::Link {
                callable,
                arg,
                what,
                index,
                n_args,
            } => {
                match arg {
                    Some(arg) => write!(f, "{callable}: argument '{arg}'")?,
                    None => write!(f, "{callable}: the return value")?,
                }
                write!(
                    f,
                    " has its {what} in argument number {index}, which cannot be: there are {n_args}"
                )
            }
            Error::Container { namespace, name } => {
                write!(f, "{namespace} has no type {name} with methods")
            }
        }
    }
}

impl std::error::Error for Error {}

/// The plan of a function, method or constructor. `container` names the type whose member it is.
///
/// # Errors
/// If the typelib is broken there.
pub fn function(
    repository: &Repository,
    namespace: &Arc<Namespace>,
    container: Option<&str>,
    function: Function<'_>,
) -> Result<CallPlan> {
    let role = match container {
        _ if function.is_constructor() => Role::Constructor,
        Some(_) if function.is_method() => Role::Method,
        _ => Role::Function,
    };
    let finish = match (container, function.finish_function()) {
        (_, None) => None,
        (None, Some(index)) => Some(namespace.typelib().entry(index)?.name()?),
        (Some(container), Some(index)) => Some(method(namespace, container, index)?.name()?),
    };
    let parts = Parts {
        repository,
        namespace,
        container,
        name: function.name()?,
        role,
        instance: role == Role::Method,
        signature: function.signature()?,
        throws: function.can_throw_gerror()?,
        symbol: Some(function.symbol()?),
        deprecated: deprecation(function.is_deprecated(), function.attribute("deprecated")?),
        finish: finish.map(Into::into),
    };
    parts.plan()
}

/// The plan of a callback type. `container` names the type that has the field with this type, if it is anonymous.
///
/// # Errors
/// If the typelib is broken there.
pub fn callback(
    repository: &Repository,
    namespace: &Arc<Namespace>,
    container: Option<&str>,
    callback: Callback<'_>,
) -> Result<CallPlan> {
    let signature = callback.signature()?;
    let parts = Parts {
        repository,
        namespace,
        container,
        name: callback.name()?,
        role: Role::Callback,
        instance: false,
        signature,
        throws: signature.throws(),
        symbol: None,
        deprecated: deprecation(callback.is_deprecated(), callback.attribute("deprecated")?),
        finish: None,
    };
    parts.plan()
}

/// The plan of a handler of a signal of the type `container`.
///
/// # Errors
/// If the typelib is broken there.
pub fn signal(
    repository: &Repository,
    namespace: &Arc<Namespace>,
    container: &str,
    signal: Signal<'_>,
) -> Result<CallPlan> {
    let signature = signal.signature()?;
    let parts = Parts {
        repository,
        namespace,
        container: Some(container),
        name: signal.name()?,
        role: Role::Signal,
        instance: true,
        signature,
        throws: signature.throws(),
        symbol: None,
        deprecated: deprecation(signal.is_deprecated(), signal.attribute("deprecated")?),
        finish: None,
    };
    parts.plan()
}

/// The plan of a signal that no typelib describes and that answers nothing: what its handlers get, each lent for the call.
/// `of` is what the instance is known as, `container` the name of the type that has the signal.
pub fn declared_signal(of: TypeRef, container: &str, name: &str, params: Vec<Type>) -> CallPlan {
    let namespace = of.namespace.clone();
    let mut args = vec![instance(Type::Object(of), typelib::Transfer::None)];
    args.extend(params.into_iter().enumerate().map(|(i, ty)| Arg {
        name: format!("arg{i}").into(),
        nullable: ty.is_pointer(),
        job: Job::Value,
        ..instance(ty, typelib::Transfer::None)
    }));
    let ret = Return {
        ty: Type::Void,
        transfer: Transfer::None,
        nullable: false,
        skip: false,
    };
    let (inputs, user_data_varargs) = inputs(&args);
    let gil = GilPolicy::Release;
    CallPlan {
        namespace,
        container: Some(container.into()),
        name: name.into(),
        symbol: None,
        role: Role::Signal,
        shape: shape::shape_of(&args, &ret, false, gil, user_data_varargs),
        outputs: outputs(&args, &ret),
        args: args.into(),
        ret,
        throws: false,
        inputs,
        user_data_varargs,
        deprecated: None,
        gil,
        operation: None,
        finish: None,
        keeps: Box::default(),
    }
}

/// The plan of a virtual function of the type `container`.
///
/// # Errors
/// If the typelib is broken there.
pub fn vfunc(
    repository: &Repository,
    namespace: &Arc<Namespace>,
    container: &str,
    vfunc: VFunc<'_>,
) -> Result<CallPlan> {
    let finish = match vfunc.finish_function() {
        None => None,
        Some(index) => match find_container(namespace, container)?.info()? {
            Info::Object(info) => Some(info.vfunc(index)?.name()?),
            Info::Interface(info) => Some(info.vfunc(index)?.name()?),
            _ => None,
        },
    };
    let parts = Parts {
        repository,
        namespace,
        container: Some(container),
        name: vfunc.name()?,
        role: Role::VFunc,
        instance: !vfunc.is_static(),
        signature: vfunc.signature()?,
        throws: vfunc.can_throw_gerror()?,
        symbol: None,
        deprecated: deprecation(vfunc.is_deprecated(), vfunc.attribute("deprecated")?),
        finish: finish.map(Into::into),
    };
    parts.plan()
}

/// The type of a field, property or constant, as plans have it. The length of an array is the index of a field then.
///
/// # Errors
/// If the typelib is broken there.
pub fn value_type(
    repository: &Repository,
    namespace: &Arc<Namespace>,
    ty: typelib::Type<'_>,
) -> Result<Type> {
    Reader {
        repository,
        namespace,
    }
    .ty(ty, 0)
}

/// The type that a loaded namespace describes under a GType's name, as C passes it: records by their addresses.
///
/// # Errors
/// If the typelib is broken there.
pub fn registered(repository: &Repository, gtype_name: &str) -> Result<Option<Type>> {
    let Some((namespace, index)) = repository.find_by_gtype_name(gtype_name) else {
        return Ok(None);
    };
    let entry = namespace.typelib().entry(index)?;
    entry_type(repository, &namespace, entry)
}

/// The same for an entry of a namespace; None for one that is no type.
///
/// # Errors
/// If the typelib is broken there.
pub fn entry_type(
    repository: &Repository,
    namespace: &Arc<Namespace>,
    entry: Entry<'_>,
) -> Result<Option<Type>> {
    let reader = Reader {
        repository,
        namespace,
    };
    Ok(match (reader.named(entry, false)?, entry.info()?) {
        // Python has a class of its own for errors; who knows but the GType has a boxed value.
        (Type::Error, Info::Struct(info) | Info::Boxed(info)) => Some(Type::Struct {
            of: type_ref(namespace, entry.name()?),
            pointer: true,
            size: record::size(namespace, entry.name()?, &Info::Struct(info))?,
            form: StructForm::Plain,
        }),
        (Type::Unresolved(_), _) => None,
        (ty, _) => Some(ty.by_address()),
    })
}

fn deprecation(is_deprecated: bool, message: Option<&str>) -> Option<Option<Box<str>>> {
    is_deprecated.then(|| message.map(Into::into))
}

fn find_container<'a>(namespace: &'a Arc<Namespace>, name: &str) -> Result<Entry<'a>> {
    let found = namespace.typelib().find(name)?;
    found.ok_or_else(|| no_container(namespace, name))
}

fn no_container(namespace: &Namespace, name: &str) -> Error {
    Error::Container {
        namespace: namespace.full_name(),
        name: name.to_owned(),
    }
}

fn method<'a>(namespace: &'a Arc<Namespace>, container: &str, index: u16) -> Result<Function<'a>> {
    Ok(match find_container(namespace, container)?.info()? {
        Info::Object(info) => info.method(index)?,
        Info::Interface(info) => info.method(index)?,
        Info::Struct(info) | Info::Boxed(info) => info.method(index)?,
        Info::Union(info) => info.method(index)?,
        Info::Enum(info) | Info::Flags(info) => info.method(index)?,
        _ => return Err(no_container(namespace, container)),
    })
}

/// A callable of any kind, before its arguments are read.
struct Parts<'a> {
    repository: &'a Repository,
    namespace: &'a Arc<Namespace>,
    container: Option<&'a str>,
    name: &'a str,
    role: Role,
    /// Whether C takes an instance first.
    instance: bool,
    signature: Signature<'a>,
    throws: bool,
    symbol: Option<&'a str>,
    deprecated: Option<Option<Box<str>>>,
    finish: Option<Box<str>>,
}

impl Parts<'_> {
    fn plan(self) -> Result<CallPlan> {
        let reader = Reader {
            repository: self.repository,
            namespace: self.namespace,
        };
        let shift = u16::from(self.instance);
        let mut args = Vec::with_capacity(usize::from(self.signature.n_arguments() + shift));
        if self.instance {
            let container = self.container.unwrap_or_default();
            let entry = find_container(self.namespace, container)?;
            let transfer = self.signature.instance_transfer_ownership();
            args.push(instance(reader.named(entry, true)?, transfer));
        }
        for arg in self.signature.args() {
            let index = args.len() as u16;
            args.push(self.arg(&reader, arg?, index, shift)?);
        }
        let mut returned = reader.ty(self.signature.return_type()?, shift)?;
        opaque_is_pointer(&mut returned);
        let ret = Return {
            ty: returned,
            transfer: match self.symbol {
                Some(symbol) if written::is_returned(symbol) => Transfer::None,
                _ => self.signature.caller_owns().into(),
            },
            nullable: self.signature.may_return_null(),
            skip: self.signature.skip_return(),
        };
        straighten(&mut args);
        self.mark_kept(&mut args);
        self.assign_jobs(&mut args, &ret, shift)?;
        for (i, arg) in args.iter_mut().enumerate() {
            arg.default = default(arg, i as u16);
        }
        let (inputs, user_data_varargs) = inputs(&args);
        let outputs = outputs(&args, &ret);
        let gil = match self.symbol {
            Some(symbol) if questions::is_one(symbol) => GilPolicy::Ask,
            _ => GilPolicy::Release,
        };
        let keeps = keeps::of(
            self.namespace.name(),
            self.container,
            self.name,
            self.role,
            &args,
        );
        let shape = shape::shape_of(&args, &ret, self.throws, gil, user_data_varargs)
            .and_then(|shape| shape::allowed(shape, &args, &keeps));
        let operation = operation_of(&args, &ret);
        Ok(CallPlan {
            namespace: self.namespace.name().into(),
            container: self.container.map(Into::into),
            name: self.name.into(),
            symbol: self.symbol.map(Into::into),
            role: self.role,
            args: args.into(),
            ret,
            throws: self.throws,
            inputs,
            user_data_varargs,
            outputs,
            deprecated: self.deprecated,
            gil,
            shape,
            operation,
            finish: self.finish,
            keeps,
        })
    }

    fn arg(
        &self,
        reader: &Reader<'_>,
        arg: typelib::Arg<'_>,
        c_index: u16,
        shift: u16,
    ) -> Result<Arg> {
        let info = arg.type_info()?;
        let mut ty = reader.ty(info, shift)?;
        if arg.direction() == typelib::Direction::In {
            opaque_is_pointer(&mut ty);
        } else if matches!(ty, Type::ScalarPointer(_)) && info.tag() == TypeTag::Interface {
            // The address of an enumeration that C fills is the output itself.
            ty = reader.named(info.interface()?, false)?;
        }
        // There are annotations that make an array its own length, which says nothing.
        if let Type::Array { length, .. } = &mut ty {
            *length = length.filter(|&length| length != c_index);
        }
        let name = arg.name()?;
        let symbol = self.symbol.unwrap_or_default();
        let shifted = |index: Option<u16>| index.map(|index| index.saturating_add(shift));
        Ok(Arg {
            name: name.into(),
            direction: match arg.direction() {
                typelib::Direction::In => Direction::In,
                typelib::Direction::Out => Direction::Out,
                typelib::Direction::InOut => Direction::InOut,
            },
            transfer: if written::is_changed(symbol, name) {
                Transfer::Full
            } else {
                arg.transfer_ownership().into()
            },
            nullable: arg.nullable(),
            optional: arg.optional(),
            // The compiler also marks numbers so, which only have to be written to some address.
            caller_allocates: arg.caller_allocates()
                && match info.tag() {
                    TypeTag::Interface | TypeTag::Array | TypeTag::Utf8 | TypeTag::Filename => true,
                    TypeTag::Void => info.is_pointer(),
                    _ => false,
                },
            filled: written::is_filled(symbol, name) || written::is_buffer(symbol, name),
            job: Job::Value,
            scope: match arg.scope() {
                typelib::Scope::Invalid => Scope::Invalid,
                typelib::Scope::Call => Scope::Call,
                typelib::Scope::Async => Scope::Async,
                typelib::Scope::Notified => Scope::Notified,
                typelib::Scope::Forever => Scope::Forever,
            },
            closure: shifted(arg.closure()),
            destroy: shifted(arg.destroy()).filter(|&index| index != c_index),
            default: None,
            ty,
        })
    }

    /// Finds callbacks that a typelib says are for the call alone, which cannot be: nothing else would use them.
    fn mark_kept(&self, args: &mut [Arg]) {
        let keeps = self.role == Role::Constructor
            || self.role == Role::Method && self.name.starts_with("set_");
        for arg in args {
            let is_callback = matches!(arg.ty, Type::Callback(_)) && arg.destroy.is_none();
            if keeps && is_callback && arg.scope == Scope::Call {
                arg.scope = Scope::Object;
            }
        }
    }

    /// Finds the arguments that serve others. Whoever comes first has the servant, and a servant has none itself:
    /// compilers also link a destroy notification, which is a callback too, to the user data that it is for.
    fn assign_jobs(&self, args: &mut [Arg], ret: &Return, shift: u16) -> Result<()> {
        let n_args = args.len();
        let is_callback = |arg: &Arg| arg.job == Job::Value && matches!(arg.ty, Type::Callback(_));
        let notifies = |index: u16| {
            let mut args = args.iter();
            args.any(|arg| is_callback(arg) && arg.destroy == Some(index))
        };
        let mut links: Vec<(Option<u16>, u16, Job, &'static str)> = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            let of = i as u16;
            if arg.closure == Some(of) {
                links.push((Some(of), of, Job::UserData { of }, "user data"));
            }
            for index in lengths(&arg.ty) {
                links.push((Some(of), index, Job::Length { of }, "length"));
            }
        }
        for index in lengths(&ret.ty) {
            links.push((None, index, Job::ReturnLength, "length"));
        }
        for (i, arg) in args.iter().enumerate() {
            let of = i as u16;
            if let Some(index) = arg.closure.filter(|_| is_callback(arg) && !notifies(of)) {
                links.push((Some(of), index, Job::UserData { of }, "user data"));
            }
        }
        for (i, arg) in args.iter().enumerate() {
            let of = i as u16;
            if let Some(index) = arg.destroy.filter(|_| is_callback(arg)) {
                links.push((Some(of), index, Job::Destroy { of }, "destroy notification"));
            }
        }
        for (of, index, job, what) in links {
            if usize::from(index) >= n_args {
                let of = of.map(|of| &*args[usize::from(of)].name);
                return Err(self.bad_link(of, what, index, n_args, shift));
            }
            let is_free = |of: u16| of == index || args[usize::from(of)].job == Job::Value;
            if of.is_none_or(is_free) && args[usize::from(index)].job == Job::Value {
                args[usize::from(index)].job = job;
            }
        }
        if self.role == Role::Callback {
            guess_user_data(args);
        }
        Ok(())
    }

    #[cold]
    fn bad_link(
        &self,
        arg: Option<&str>,
        what: &'static str,
        index: u16,
        n_args: usize,
        shift: u16,
    ) -> Error {
        let container = self.container.map(|name| format!("{name}."));
        let container = container.unwrap_or_default();
        Error::Link {
            callable: format!("{}.{container}{}", self.namespace.name(), self.name),
            arg: arg.map(str::to_owned),
            what,
            index: index - shift,
            n_args: n_args as u16 - shift,
        }
    }
}

/// There are annotations that link a destroy notification back to the callback that it is for (GLib 2.74, Atspi). Such a
/// link is turned around, so that a destroy notification has none itself.
fn straighten(args: &mut [Arg]) {
    let is_notify = |arg: &Arg| matches!(&arg.ty, Type::Callback(of) if (&*of.namespace, &*of.name) == ("GLib", "DestroyNotify"));
    for i in 0..args.len() {
        let Some(of) = args[i].destroy.map(usize::from) else {
            continue;
        };
        let is_back_link = is_notify(&args[i])
            && args
                .get(of)
                .is_some_and(|other| matches!(other.ty, Type::Callback(_)) && !is_notify(other));
        if is_back_link {
            args[i].destroy = None;
            args[of].destroy.get_or_insert(i as u16);
        }
    }
}

/// Not every compiler of typelibs says which argument of a callback is its user data (that of Gio.AsyncReadyCallback is
/// not marked from GLib 2.80 on, where it is named `data`): then it is the first untyped pointer, as in PyGObject.
fn guess_user_data(args: &mut [Arg]) {
    let is_known = |arg: &Arg| matches!(arg.job, Job::UserData { .. });
    let may_be = |arg: &Arg| {
        arg.job == Job::Value && arg.direction == Direction::In && arg.ty == Type::Pointer
    };
    if !args.iter().any(is_known)
        && let Some(index) = args.iter().position(may_be)
    {
        args[index].job = Job::UserData { of: index as u16 };
    }
}

/// A struct that nobody outside its library knows the size of cannot be passed as bytes: its C name is that of a
/// pointer, as with `FT_Face`.
fn opaque_is_pointer(ty: &mut Type) {
    if let Type::Struct {
        pointer, size: 0, ..
    }
    | Type::Union {
        pointer, size: 0, ..
    } = ty
    {
        *pointer = true;
    }
}

fn instance(ty: Type, transfer: typelib::Transfer) -> Arg {
    Arg {
        name: "self".into(),
        ty,
        direction: Direction::In,
        transfer: transfer.into(),
        nullable: false,
        optional: false,
        caller_allocates: false,
        filled: false,
        job: Job::Instance,
        scope: Scope::Invalid,
        closure: None,
        destroy: None,
        default: None,
    }
}

/// C indices of the lengths of an array and of arrays inside it.
fn lengths(ty: &Type) -> Vec<u16> {
    let mut found = Vec::new();
    let mut ty = ty;
    while let Type::Array { item, length, .. } = ty {
        found.extend(length);
        ty = item;
    }
    found
}

fn default(arg: &Arg, index: u16) -> Option<Default> {
    if arg.direction == Direction::Out {
        return None;
    }
    match arg.job {
        Job::Value if arg.nullable && arg.ty.is_pointer() || arg.optional => Some(Default::Null),
        Job::Value if arg.ty == Type::Scalar(Kind::Bool) => Some(Default::False),
        Job::UserData { of } if of != index => Some(Default::Null),
        _ => None,
    }
}

/// What Python passes: the C indices, and that of the user data that takes the rest.
fn inputs(args: &[Arg]) -> (Box<[u16]>, Option<u16>) {
    let mut inputs: Vec<u16> = (0..args.len() as u16)
        .filter(|&i| {
            let arg = &args[usize::from(i)];
            arg.is_input()
                && match arg.job {
                    Job::Value | Job::Instance => true,
                    Job::UserData { of } => of != i,
                    Job::Length { .. } | Job::ReturnLength | Job::Destroy { .. } => false,
                }
        })
        .collect();
    let last = inputs.last().copied();
    let varargs = last.filter(|&last| matches!(args[usize::from(last)].job, Job::UserData { .. }));
    if varargs.is_some() {
        inputs.pop();
    }
    (inputs.into(), varargs)
}

/// What Python gets.
fn outputs(args: &[Arg], ret: &Return) -> Box<[Output]> {
    let returned = (!ret.skip && ret.ty != Type::Void).then_some(Output::Return);
    let written = (0..args.len() as u16).filter(|&i| {
        let arg = &args[usize::from(i)];
        arg.direction != Direction::In && arg.job == Job::Value
    });
    returned
        .into_iter()
        .chain(written.map(Output::Arg))
        .collect()
}

/// Reads types of one namespace.
struct Reader<'a> {
    repository: &'a Repository,
    namespace: &'a Arc<Namespace>,
}

impl Reader<'_> {
    /// `shift` is added to the index of an array's length.
    fn ty(&self, ty: typelib::Type<'_>, shift: u16) -> Result<Type> {
        let param = |n| self.ty(ty.param_type(n)?, shift);
        Ok(match ty.tag() {
            TypeTag::Void if ty.is_pointer() => Type::Pointer,
            TypeTag::Void => Type::Void,
            TypeTag::Utf8 => Type::Utf8,
            TypeTag::Filename => Type::Filename,
            TypeTag::Array => Type::Array {
                form: match ty.array_type() {
                    Some(ArrayType::Array) => ArrayForm::GArray,
                    Some(ArrayType::PtrArray) => ArrayForm::PtrArray,
                    Some(ArrayType::ByteArray) => ArrayForm::ByteArray,
                    Some(ArrayType::C) | None => ArrayForm::C,
                },
                // What is handed around as a `gconstpointer` has an element type of that C name, which makes the
                // element a pointer in the typelib; but numbers are what stands there. Only where a record has the
                // items in itself is its layout that of addresses.
                item: Box::new(match (ty.array_type(), scalar(ty.param_type(0)?.tag())) {
                    (Some(ArrayType::C | ArrayType::Array) | None, Some(kind))
                        if ty.is_pointer() =>
                    {
                        Type::Scalar(kind)
                    }
                    _ => param(0)?,
                }),
                zero_terminated: ty.zero_terminated(),
                length: ty.length_index().map(|index| index.saturating_add(shift)),
                fixed: ty.fixed_size(),
            },
            TypeTag::Interface => self.named(ty.interface()?, ty.is_pointer())?,
            TypeTag::GList => Type::List(Box::new(param(0)?)),
            TypeTag::GSList => Type::SList(Box::new(param(0)?)),
            TypeTag::GHash => Type::Hash(Box::new((param(0)?, param(1)?))),
            TypeTag::Error => Type::Error,
            tag => match scalar(tag) {
                Some(kind) if ty.is_pointer() => Type::ScalarPointer(kind),
                Some(kind) => Type::Scalar(kind),
                None => Type::Void,
            },
        })
    }

    /// The type that an entry stands for, here or in another namespace.
    fn named(&self, entry: Entry<'_>, pointer: bool) -> Result<Type> {
        if entry.index() == 0 {
            // An anonymous callback, which no directory lists.
            return Ok(Type::Callback(type_ref(self.namespace, entry.name()?)));
        }
        let (namespace, index) = match self.repository.resolve(self.namespace, entry) {
            Ok(place) => place,
            Err(ResolveError::Typelib(error)) => return Err(error.into()),
            Err(_) => {
                return Ok(Type::Unresolved(TypeRef {
                    namespace: entry.namespace()?.into(),
                    name: entry.name()?.into(),
                }));
            }
        };
        let entry = namespace.typelib().entry(index)?;
        let of = type_ref(&namespace, entry.name()?);
        let info = entry.info()?;
        let size = record::size(&namespace, &of.name, &info)?;
        Ok(match info {
            Info::Object(_) => Type::Object(of),
            Info::Interface(_) => Type::Interface(of),
            Info::Callback(_) => Type::Callback(of),
            Info::Enum(info) | Info::Flags(info) => {
                let storage = scalar(info.storage_type()).unwrap_or(Kind::I32);
                match info.is_flags() {
                    _ if pointer => Type::ScalarPointer(storage),
                    true => Type::Flags(of, storage),
                    false => Type::Enum(of, storage),
                }
            }
            Info::Struct(info) | Info::Boxed(info) => match struct_form(&of, info) {
                None => Type::Error,
                Some(form) => Type::Struct {
                    of,
                    pointer,
                    size,
                    form,
                },
            },
            Info::Union(_) => Type::Union { of, pointer, size },
            Info::Function(_) | Info::Constant(_) | Info::InvalidOrUnknown => Type::Unresolved(of),
        })
    }
}

fn type_ref(namespace: &Namespace, name: &str) -> TypeRef {
    TypeRef {
        namespace: namespace.name().into(),
        name: name.into(),
    }
}

/// What is particular about a struct; None for `GLib.Error`, which is a type of its own.
fn struct_form(of: &TypeRef, info: typelib::Struct<'_>) -> Option<StructForm> {
    Some(match (&*of.namespace, &*of.name) {
        ("GLib", "Error") => return None,
        ("GLib", "Variant") => StructForm::Variant,
        ("GObject", "Value") => StructForm::Value,
        ("GObject", "Closure") => StructForm::Closure,
        // The roots of all class structs are not marked as such.
        ("GObject", "TypeClass" | "TypeInterface") => StructForm::Class,
        _ if info.is_gtype_struct() => StructForm::Class,
        _ if info.is_foreign() => StructForm::Foreign,
        _ if info.gtype_init().is_ok_and(|init| init.is_none()) => StructForm::Bare,
        _ => StructForm::Plain,
    })
}

fn scalar(tag: TypeTag) -> Option<Kind> {
    Some(match tag {
        TypeTag::Boolean => Kind::Bool,
        TypeTag::Int8 => Kind::I8,
        TypeTag::UInt8 => Kind::U8,
        TypeTag::Int16 => Kind::I16,
        TypeTag::UInt16 => Kind::U16,
        TypeTag::Int32 => Kind::I32,
        TypeTag::UInt32 => Kind::U32,
        TypeTag::Int64 => Kind::I64,
        TypeTag::UInt64 => Kind::U64,
        TypeTag::Float => Kind::F32,
        TypeTag::Double => Kind::F64,
        TypeTag::GType => Kind::GType,
        TypeTag::UniChar => Kind::Unichar,
        _ => return None,
    })
}

impl From<typelib::Transfer> for Transfer {
    fn from(transfer: typelib::Transfer) -> Self {
        match transfer {
            typelib::Transfer::None => Transfer::None,
            typelib::Transfer::Container => Transfer::Container,
            typelib::Transfer::Full => Transfer::Full,
        }
    }
}
