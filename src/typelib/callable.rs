//! What can be called: functions, callbacks, signals and virtual functions; their signatures and arguments.

use crate::layout::{self, Kind, NO_SIBLING, NO_STRUCT_OFFSET, common};
use crate::layout::{arg, callback, function, signal, signature, vfunc};
use crate::types::Type;
use crate::view::{check_blob, check_blob_type, named, nth, view};
use crate::{ErrorKind, Result, Typelib};

/// Who owns a value after it was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Transfer {
    /// The giver keeps it.
    None = 0,
    /// The taker gets the container; the elements stay with the giver.
    Container = 1,
    /// The taker gets it all.
    Full = 2,
}

impl Transfer {
    pub(crate) fn from_bits(full: bool, container: bool) -> Self {
        match (full, container) {
            (true, _) => Transfer::Full,
            (false, true) => Transfer::Container,
            (false, false) => Transfer::None,
        }
    }
}

/// Which way an argument goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Direction {
    In = 0,
    Out = 1,
    InOut = 2,
}

/// How long the callee may use a callback that it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Scope {
    /// The argument is not a callback, or nothing is said.
    Invalid = 0,
    /// During the call only.
    Call = 1,
    /// Until it was called, once.
    Async = 2,
    /// Until the destroy notification.
    Notified = 3,
    Forever = 4,
}

impl Scope {
    fn from_number(number: u16) -> Option<Self> {
        Some(match number {
            0 => Scope::Invalid,
            1 => Scope::Call,
            2 => Scope::Async,
            3 => Scope::Notified,
            4 => Scope::Forever,
            _ => return None,
        })
    }
}

/// The links between the synchronous and asynchronous variants of one operation, as a function or a virtual
/// function stores them. They exist from GLib 2.84.
#[derive(Clone, Copy)]
struct AsyncLinks {
    is_async: bool,
    sync_or_async: u16,
    finish: u16,
}

impl AsyncLinks {
    /// Older compilers wrote zeros, which would mean "the first method" here. A newer one always writes
    /// [`NO_SIBLING`] into the finish field of what is not asynchronous, so the two can be told apart.
    fn new(is_async: bool, sync_or_async: u16, finish: u16) -> Self {
        let exist = is_async || finish & NO_SIBLING != 0;
        AsyncLinks {
            is_async,
            sync_or_async: if exist {
                sync_or_async & NO_SIBLING
            } else {
                NO_SIBLING
            },
            finish: finish & NO_SIBLING,
        }
    }

    fn link(self, wanted: bool, index: u16) -> Option<u16> {
        (wanted && index != NO_SIBLING).then_some(index)
    }

    fn async_function(self) -> Option<u16> {
        self.link(!self.is_async, self.sync_or_async)
    }

    fn sync_function(self) -> Option<u16> {
        self.link(self.is_async, self.sync_or_async)
    }

    fn finish_function(self) -> Option<u16> {
        self.link(self.is_async, self.finish)
    }
}

view! {
    /// A function of the namespace, or a method, constructor or static function of a type.
    Function
}
named!(Function, common::NAME, "function");

impl<'a> Function<'a> {
    /// The function whose [`Function::offset`] this is.
    ///
    /// # Errors
    /// If there is none.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Function)?;
        check_blob_type(lib, offset, Kind::Function, &[1])?;
        Ok(Function { lib, offset })
    }

    fn flag(self, bit: u16) -> bool {
        self.u16(common::FLAGS) & bit != 0
    }

    fn more_flag(self, bit: u16) -> bool {
        self.u16(function::MORE_FLAGS) & bit != 0
    }

    /// The C symbol.
    pub fn symbol(self) -> Result<&'a str> {
        self.lib
            .name_at(self.offset + function::SYMBOL, "function symbol")
    }

    pub fn is_deprecated(self) -> bool {
        self.flag(common::DEPRECATED)
    }

    /// Whether C passes an instance as the first argument, which the signature does not list.
    /// Functions outside a type are marked static by the compiler, and so are no methods.
    pub fn is_method(self) -> bool {
        !self.is_constructor() && !self.more_flag(function::STATIC)
    }

    pub fn is_constructor(self) -> bool {
        self.flag(function::CONSTRUCTOR)
    }

    /// Whether it gets a property, see [`Function::property_index`].
    pub fn is_getter(self) -> bool {
        self.flag(function::GETTER)
    }

    /// Whether it sets a property, see [`Function::property_index`].
    pub fn is_setter(self) -> bool {
        self.flag(function::SETTER)
    }

    /// Whether it only calls a virtual function of its type.
    pub fn wraps_vfunc(self) -> bool {
        self.flag(function::WRAPS_VFUNC)
    }

    /// Whether the blob of the function itself says that it throws; see [`Function::can_throw_gerror`].
    pub fn throws(self) -> bool {
        self.flag(function::THROWS)
    }

    /// Whether C takes a last argument `GError **`, which the signature does not list. The function or its
    /// signature may say so, depending on the age of the file.
    pub fn can_throw_gerror(self) -> Result<bool> {
        Ok(self.throws() || self.signature()?.throws())
    }

    /// girepository's `GIFunctionInfoFlags`: method 1, constructor 2, getter 4, setter 8, wraps a virtual
    /// function 16, throws 32.
    pub fn flags(self) -> u32 {
        u32::from(self.is_method())
            | u32::from(self.is_constructor()) << 1
            | u32::from(self.is_getter()) << 2
            | u32::from(self.is_setter()) << 3
            | u32::from(self.wraps_vfunc()) << 4
            | u32::from(self.throws()) << 5
    }

    /// The stored index of a sibling: a property for a getter or setter, else a virtual function.
    /// Meaningful only for these.
    pub fn index(self) -> u16 {
        self.u16(common::FLAGS) >> function::INDEX_SHIFT
    }

    /// Index of the property, among those of the type that this is a method of, that it gets or sets.
    pub fn property_index(self) -> Option<u16> {
        (self.is_getter() || self.is_setter()).then(|| self.index())
    }

    /// Index of the virtual function that it wraps. Known compilers leave it 0.
    pub fn vfunc_index(self) -> Option<u16> {
        (self.wraps_vfunc() && self.property_index().is_none()).then(|| self.index())
    }

    pub fn signature(self) -> Result<Signature<'a>> {
        Signature::at(self.lib, self.u32(function::SIGNATURE))
    }

    fn async_links(self) -> AsyncLinks {
        let more = self.u16(function::MORE_FLAGS);
        AsyncLinks::new(
            more & function::ASYNC != 0,
            more >> function::SYNC_OR_ASYNC_SHIFT,
            self.u16(function::FINISH),
        )
    }

    /// Whether it starts an operation that ends in a `GAsyncReadyCallback`. Always false in files from before
    /// GLib 2.84, which do not know.
    pub fn is_async(self) -> bool {
        self.more_flag(function::ASYNC)
    }

    /// Where the asynchronous variant of a synchronous function is. As with the other two links: an index among
    /// the methods of the same type; for a function outside a type, an index for [`Typelib::entry`].
    ///
    /// A link is a hint. Where the compiler does not find the variant (because it cannot be introspected), it links
    /// to the last method of the type: `Gio.File.measure_disk_usage` of GLib 2.84 to 2.90 is an example. Check
    /// that what it leads to is what it should be, at the least [`Function::is_async`].
    pub fn async_function(self) -> Option<u16> {
        self.async_links().async_function()
    }

    /// Where the synchronous variant of an asynchronous function is.
    pub fn sync_function(self) -> Option<u16> {
        self.async_links().sync_function()
    }

    /// Where the function is that takes the result of an asynchronous one.
    pub fn finish_function(self) -> Option<u16> {
        self.async_links().finish_function()
    }
}

view! {
    /// The type of a C function pointer: named in the directory, or anonymous behind a field.
    Callback
}
named!(Callback, common::NAME, "callback");

impl<'a> Callback<'a> {
    /// The callback type whose [`Callback::offset`] this is.
    ///
    /// # Errors
    /// If there is none.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Callback)?;
        check_blob_type(lib, offset, Kind::Callback, &[2])?;
        Ok(Callback { lib, offset })
    }

    pub fn is_deprecated(self) -> bool {
        self.u16(common::FLAGS) & common::DEPRECATED != 0
    }

    pub fn signature(self) -> Result<Signature<'a>> {
        Signature::at(self.lib, self.u32(callback::SIGNATURE))
    }
}

view! {
    /// A signal of an object or an interface.
    Signal
}
named!(Signal, signal::NAME, "signal");

impl<'a> Signal<'a> {
    /// The signal whose [`Signal::offset`] this is. Nothing in the bytes says that it is one.
    ///
    /// # Errors
    /// If it does not fit into the file.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Signal)?;
        Ok(Signal { lib, offset })
    }

    fn flag(self, bit: u16) -> bool {
        self.u16(signal::FLAGS) & bit != 0
    }

    pub fn is_deprecated(self) -> bool {
        self.flag(signal::DEPRECATED)
    }

    /// GObject's `GSignalFlags`: run first 1, last 2, cleanup 4, no recursion 8, detailed 16, action 32,
    /// no hooks 64.
    pub fn flags(self) -> u32 {
        u32::from(
            self.u16(signal::FLAGS) >> signal::G_SIGNAL_FLAGS_SHIFT & signal::G_SIGNAL_FLAGS_MASK,
        )
    }

    /// Index of the virtual function that is the signal's class closure. Known compilers never write it.
    pub fn class_closure(self) -> Option<u16> {
        self.flag(signal::HAS_CLASS_CLOSURE)
            .then(|| self.u16(signal::CLASS_CLOSURE))
    }

    /// Whether a handler that returns true ends the emission. Known compilers never write it.
    pub fn true_stops_emit(self) -> bool {
        self.flag(signal::TRUE_STOPS_EMIT)
    }

    pub fn signature(self) -> Result<Signature<'a>> {
        Signature::at(self.lib, self.u32(signal::SIGNATURE))
    }
}

view! {
    /// A virtual function of an object or an interface.
    VFunc
}
named!(VFunc, vfunc::NAME, "virtual function");

impl<'a> VFunc<'a> {
    /// The virtual function whose [`VFunc::offset`] this is. Nothing in the bytes says that it is one.
    ///
    /// # Errors
    /// If it does not fit into the file.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::VFunc)?;
        Ok(VFunc { lib, offset })
    }

    fn flag(self, bit: u16) -> bool {
        self.u16(vfunc::FLAGS) & bit != 0
    }

    /// The format has no such flag for virtual functions: always false.
    pub fn is_deprecated(self) -> bool {
        false
    }

    pub fn must_chain_up(self) -> bool {
        self.flag(vfunc::MUST_CHAIN_UP)
    }

    pub fn must_be_implemented(self) -> bool {
        self.flag(vfunc::MUST_BE_IMPLEMENTED)
    }

    pub fn must_not_be_implemented(self) -> bool {
        self.flag(vfunc::MUST_NOT_BE_IMPLEMENTED)
    }

    /// Whether the blob of the virtual function itself says that it throws; see [`VFunc::can_throw_gerror`].
    pub fn throws(self) -> bool {
        self.flag(vfunc::THROWS)
    }

    /// Whether C takes a last argument `GError **`, which the signature does not list.
    pub fn can_throw_gerror(self) -> Result<bool> {
        Ok(self.throws() || self.signature()?.throws())
    }

    /// girepository's `GIVFuncInfoFlags`: must chain up 1, must be overridden 2, must not be overridden 4, throws 8.
    pub fn flags(self) -> u32 {
        u32::from(self.must_chain_up())
            | u32::from(self.must_be_implemented()) << 1
            | u32::from(self.must_not_be_implemented()) << 2
            | u32::from(self.throws()) << 3
    }

    /// Offset in bytes of its pointer in the class or interface struct, if known.
    pub fn struct_offset(self) -> Option<u16> {
        Some(self.u16(vfunc::STRUCT_OFFSET)).filter(|&offset| offset != NO_STRUCT_OFFSET)
    }

    /// Index of the method that calls it, among those of the same type.
    pub fn invoker(self) -> Option<u16> {
        Some(self.u16(vfunc::INVOKER) & NO_SIBLING).filter(|&index| index != NO_SIBLING)
    }

    /// Whether it takes no instance. Always false in files from before GLib 2.84.
    pub fn is_static(self) -> bool {
        self.u16(vfunc::INVOKER) & vfunc::STATIC != 0
    }

    /// Index of the signal that it is the class closure of, among those of the same type.
    pub fn signal(self) -> Option<u16> {
        self.flag(vfunc::CLASS_CLOSURE)
            .then(|| self.u16(vfunc::SIGNAL))
    }

    pub fn signature(self) -> Result<Signature<'a>> {
        Signature::at(self.lib, self.u32(vfunc::SIGNATURE))
    }

    fn async_links(self) -> AsyncLinks {
        AsyncLinks::new(
            self.is_async(),
            self.u16(vfunc::FLAGS) >> vfunc::SYNC_OR_ASYNC_SHIFT,
            self.u16(vfunc::FINISH),
        )
    }

    /// As [`Function::is_async`].
    pub fn is_async(self) -> bool {
        self.flag(vfunc::ASYNC)
    }

    /// Index of the asynchronous variant, among the virtual functions of the same type. (That is what the compiler
    /// writes; girepository looks up the method of that index instead.)
    pub fn async_function(self) -> Option<u16> {
        self.async_links().async_function()
    }

    /// Index of the synchronous variant, among the virtual functions of the same type.
    pub fn sync_function(self) -> Option<u16> {
        self.async_links().sync_function()
    }

    /// Index of the one that takes the result, among the virtual functions of the same type.
    pub fn finish_function(self) -> Option<u16> {
        self.async_links().finish_function()
    }
}

view! {
    /// Arguments and result of something that can be called. Without the instance, without the `GError **`.
    Signature
}

impl<'a> Signature<'a> {
    /// The signature whose [`Signature::offset`] this is. Nothing in the bytes says that it is one.
    ///
    /// # Errors
    /// If it does not fit into the file with all its arguments.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Signature)?;
        let this = Signature { lib, offset };
        let n = this.n_arguments();
        let size = u64::from(lib.stride(Kind::Signature))
            + u64::from(n) * u64::from(lib.stride(Kind::Arg));
        lib.check(offset, size, format_args!("signature with {n} arguments"))?;
        Ok(this)
    }

    fn flag(self, bit: u16) -> bool {
        self.u16(signature::FLAGS) & bit != 0
    }

    pub fn return_type(self) -> Result<Type<'a>> {
        Type::of_word(self.lib, self.offset + signature::RETURN_TYPE)
    }

    pub fn may_return_null(self) -> bool {
        self.flag(signature::MAY_RETURN_NULL)
    }

    pub fn caller_owns_return_value(self) -> bool {
        self.flag(signature::CALLER_OWNS_VALUE)
    }

    pub fn caller_owns_return_container(self) -> bool {
        self.flag(signature::CALLER_OWNS_CONTAINER)
    }

    /// Both of the above in one.
    pub fn caller_owns(self) -> Transfer {
        Transfer::from_bits(
            self.caller_owns_return_value(),
            self.caller_owns_return_container(),
        )
    }

    /// Whether the result is of use in C only.
    pub fn skip_return(self) -> bool {
        self.flag(signature::SKIP_RETURN)
    }

    /// Whether the callee takes the instance: `None` or `Full`.
    pub fn instance_transfer_ownership(self) -> Transfer {
        Transfer::from_bits(self.flag(signature::INSTANCE_TRANSFER), false)
    }

    /// Whether C takes a last argument `GError **`. Functions and virtual functions may also say so themselves.
    pub fn throws(self) -> bool {
        self.flag(signature::THROWS)
    }

    pub fn n_arguments(self) -> u16 {
        self.u16(signature::N_ARGUMENTS)
    }

    /// The argument of this index, from 0.
    pub fn arg(self, i: u16) -> Result<Arg<'a>> {
        let n = self.n_arguments();
        if i >= n {
            return Err(crate::view::no_such_member(
                self.lib,
                self.offset,
                "argument",
                i,
                n,
            ));
        }
        let base = u64::from(self.offset) + u64::from(self.lib.stride(Kind::Signature));
        Arg::at(self.lib, nth(self.lib, base, Kind::Arg, i))
    }

    /// All arguments in order.
    pub fn args(self) -> impl Iterator<Item = Result<Arg<'a>>> {
        (0..self.n_arguments()).map(move |i| self.arg(i))
    }
}

impl std::fmt::Debug for Signature<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let n = self.n_arguments();
        write!(f, "Signature({n} arguments at {:#x})", self.offset)
    }
}

view! {
    /// One argument.
    Arg
}
named!(Arg, arg::NAME, "argument");

impl<'a> Arg<'a> {
    /// The argument whose [`Arg::offset`] this is. Nothing in the bytes says that it is one.
    ///
    /// # Errors
    /// If it does not fit into the file, or has a scope that is not defined.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Arg)?;
        let this = Arg { lib, offset };
        let scope = this.scope_number();
        if Scope::from_number(scope).is_none() {
            return Err(lib.error(
                offset + arg::FLAGS,
                ErrorKind::Blob,
                format!(
                    "expected a scope from 0 to {} for an argument, found {scope}",
                    Scope::Forever as u8
                ),
            ));
        }
        Ok(this)
    }

    fn flag(self, bit: u16) -> bool {
        self.u16(arg::FLAGS) & bit != 0
    }

    fn scope_number(self) -> u16 {
        self.u16(arg::FLAGS) >> arg::SCOPE_SHIFT & arg::SCOPE_MASK
    }

    /// The format has no such flag for arguments: always false.
    pub fn is_deprecated(self) -> bool {
        false
    }

    /// As girepository, an argument that is marked neither `in` nor `out` is `in`.
    pub fn direction(self) -> Direction {
        match (self.flag(arg::IN), self.flag(arg::OUT)) {
            (true, true) => Direction::InOut,
            (false, true) => Direction::Out,
            (_, false) => Direction::In,
        }
    }

    /// Whether the caller provides the memory that an `out` argument is written to.
    pub fn caller_allocates(self) -> bool {
        self.flag(arg::CALLER_ALLOCATES)
    }

    /// Whether NULL may be passed in, or may come out.
    pub fn nullable(self) -> bool {
        self.flag(arg::NULLABLE)
    }

    /// Whether the caller of an `out` argument may pass NULL if it does not want the value.
    pub fn optional(self) -> bool {
        self.flag(arg::OPTIONAL)
    }

    pub fn transfer_ownership(self) -> Transfer {
        Transfer::from_bits(self.flag(arg::TRANSFER), self.flag(arg::TRANSFER_CONTAINER))
    }

    /// Whether the argument is of use in C only.
    pub fn skip(self) -> bool {
        self.flag(arg::SKIP)
    }

    /// Whether this `out` argument should be seen as the result.
    pub fn return_value(self) -> bool {
        self.flag(arg::RETURN_VALUE)
    }

    /// How long a callback may be used.
    pub fn scope(self) -> Scope {
        Scope::from_number(self.scope_number()).unwrap_or(Scope::Invalid)
    }

    /// Index of the argument that holds the user data of this callback. On the user data itself some files have
    /// the index of the callback.
    pub fn closure(self) -> Option<u16> {
        self.link(arg::CLOSURE)
    }

    /// Index of the argument that holds the destroy notification for the user data of this callback.
    pub fn destroy(self) -> Option<u16> {
        self.link(arg::DESTROY)
    }

    /// Links are signed bytes; negative means none.
    fn link(self, field: u32) -> Option<u16> {
        u16::try_from(self.u8(field).cast_signed()).ok()
    }

    pub fn type_info(self) -> Result<Type<'a>> {
        Type::of_word(self.lib, self.offset + layout::arg::TYPE)
    }
}
