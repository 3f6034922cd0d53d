//! Objects and interfaces, with their properties.

use crate::entry::{BlobType, Entry};
use crate::layout::{Kind, NO_SIBLING, common, interface, object, property, registered};
use crate::registered::{fields, registered_type};
use crate::types::Type;
use crate::view::{check_blob, check_blob_type, find_member, members, named, view};
use crate::{Constant, ErrorKind, Function, Result, Signal, Transfer, Typelib, VFunc};

/// Size of an array of 16-bit entry indices, which is padded to whole 32-bit words.
fn indices_size(n: u16) -> u64 {
    4 * u64::from(n).div_ceil(2)
}

/// Entry number `i` of the list of indices that follows the fixed part of a blob.
fn listed_entry<'a>(
    lib: &'a Typelib,
    offset: u32,
    kind: Kind,
    n: u16,
    i: u16,
    (noun, allowed): (&str, &[BlobType]),
) -> Result<Entry<'a>> {
    if i >= n {
        return Err(crate::view::no_such_member(lib, offset, noun, i, n));
    }
    let place = u64::from(offset) + u64::from(lib.stride(kind)) + 2 * u64::from(i);
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    lib.check(place, 2, format_args!("index of {noun}"))?;
    entry_at(lib, place, noun, allowed)
}

/// The entry whose index is stored at `place`, which lies inside the file.
fn entry_at<'a>(
    lib: &'a Typelib,
    place: u32,
    noun: &str,
    allowed: &[BlobType],
) -> Result<Entry<'a>> {
    let index = lib.u16(place);
    match lib.entry(index) {
        Ok(entry) => entry.expect(place, noun, allowed),
        Err(_) => Err(lib.error(
            place,
            ErrorKind::Directory,
            format!(
                "expected {noun}: an entry from 1 to {}, found {index}",
                lib.n_entries()
            ),
        )),
    }
}

fn optional_entry_at<'a>(
    lib: &'a Typelib,
    place: u32,
    noun: &str,
    allowed: &[BlobType],
) -> Result<Option<Entry<'a>>> {
    if lib.u16(place) == 0 {
        return Ok(None);
    }
    entry_at(lib, place, noun, allowed).map(Some)
}

view! {
    /// A class with instances: a GObject, or another fundamental type.
    Object
}
named!(Object, common::NAME, "object");
registered_type!(Object);
fields!(Object, object::N_FIELDS, first_field);
members!(
    Object,
    Property,
    Kind::Property,
    "property",
    object::N_PROPERTIES,
    properties,
    property,
    properties_iter,
    first_property
);
members!(
    Object,
    Function,
    Kind::Function,
    "method",
    object::N_METHODS,
    methods,
    method,
    methods_iter,
    first_method
);
members!(
    Object,
    Signal,
    Kind::Signal,
    "signal",
    object::N_SIGNALS,
    signals,
    signal,
    signals_iter,
    first_signal
);
members!(
    Object,
    VFunc,
    Kind::VFunc,
    "virtual function",
    object::N_VFUNCS,
    vfuncs,
    vfunc,
    vfuncs_iter,
    first_vfunc
);
members!(
    Object,
    Constant,
    Kind::Constant,
    "constant",
    object::N_CONSTANTS,
    constants,
    constant,
    constants_iter,
    first_constant
);
find_member!(Object, Property, "property", properties_iter, find_property);
find_member!(Object, Function, "method", methods_iter, find_method);
find_member!(Object, Signal, "signal", signals_iter, find_signal);
find_member!(Object, VFunc, "virtual function", vfuncs_iter, find_vfunc);

impl<'a> Object<'a> {
    /// The object whose [`Object::offset`] this is.
    ///
    /// # Errors
    /// If there is none.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Object)?;
        check_blob_type(lib, offset, Kind::Object, &[BlobType::Object as u16])?;
        Ok(Object { lib, offset })
    }

    fn size_of(self, kind: Kind, n: u16) -> u64 {
        u64::from(self.lib.stride(kind)) * u64::from(n)
    }

    fn first_field(self) -> u64 {
        u64::from(self.offset) + self.size_of(Kind::Object, 1) + indices_size(self.interfaces())
    }

    // The writer counts the fields that are followed by a callback, so that these need not be walked.
    fn first_property(self) -> Result<u64> {
        Ok(self.first_field()
            + self.size_of(Kind::Field, self.fields())
            + self.size_of(Kind::Callback, self.field_callbacks()))
    }

    fn first_method(self) -> Result<u64> {
        Ok(self.first_property()? + self.size_of(Kind::Property, self.properties()))
    }

    fn first_signal(self) -> Result<u64> {
        Ok(self.first_method()? + self.size_of(Kind::Function, self.methods()))
    }

    fn first_vfunc(self) -> Result<u64> {
        Ok(self.first_signal()? + self.size_of(Kind::Signal, self.signals()))
    }

    fn first_constant(self) -> Result<u64> {
        Ok(self.first_vfunc()? + self.size_of(Kind::VFunc, self.vfuncs()))
    }

    /// How many of the fields have an anonymous callback as their type.
    pub(crate) fn field_callbacks(self) -> u16 {
        self.u16(object::N_FIELD_CALLBACKS)
    }

    pub fn is_abstract(self) -> bool {
        self.flag(object::ABSTRACT)
    }

    /// Whether it is not derived from GObject.
    pub fn is_fundamental(self) -> bool {
        self.flag(object::FUNDAMENTAL)
    }

    /// Whether nothing can be derived from it. Known from gobject-introspection 1.70.
    pub fn is_final(self) -> bool {
        self.flag(object::FINAL)
    }

    /// The class it is derived from; `None` for a root such as `GObject.Object`.
    pub fn parent(self) -> Result<Option<Entry<'a>>> {
        let place = self.offset + object::PARENT;
        optional_entry_at(self.lib, place, "object as parent", &[BlobType::Object])
    }

    /// The class struct.
    pub fn class_struct(self) -> Result<Option<Entry<'a>>> {
        let place = self.offset + object::GTYPE_STRUCT;
        optional_entry_at(
            self.lib,
            place,
            "struct as class struct",
            &[BlobType::Struct],
        )
    }

    /// How many interfaces it implements itself.
    pub fn interfaces(self) -> u16 {
        self.u16(object::N_INTERFACES)
    }

    /// The implemented interface of this index, from 0.
    pub fn interface(self, i: u16) -> Result<Entry<'a>> {
        let expected = ("interface", [BlobType::Interface].as_slice());
        listed_entry(
            self.lib,
            self.offset,
            Kind::Object,
            self.interfaces(),
            i,
            expected,
        )
    }

    /// C symbol of the function that takes a reference, for a fundamental type.
    pub fn ref_func(self) -> Result<Option<&'a str>> {
        self.symbol(object::REF_FUNC, "ref function")
    }

    /// C symbol of the function that drops a reference, for a fundamental type.
    pub fn unref_func(self) -> Result<Option<&'a str>> {
        self.symbol(object::UNREF_FUNC, "unref function")
    }

    /// C symbol of the function that puts an instance into a `GValue`, for a fundamental type.
    pub fn set_value_func(self) -> Result<Option<&'a str>> {
        self.symbol(object::SET_VALUE_FUNC, "set-value function")
    }

    /// C symbol of the function that gets an instance out of a `GValue`, for a fundamental type.
    pub fn get_value_func(self) -> Result<Option<&'a str>> {
        self.symbol(object::GET_VALUE_FUNC, "get-value function")
    }

    fn symbol(self, field: u32, what: &str) -> Result<Option<&'a str>> {
        self.lib.optional_name_at(self.offset + field, what)
    }
}

view! {
    /// An interface of GObject.
    Interface
}
named!(Interface, common::NAME, "interface");
registered_type!(Interface);
members!(
    Interface,
    Property,
    Kind::Property,
    "property",
    interface::N_PROPERTIES,
    properties,
    property,
    properties_iter,
    first_property
);
members!(
    Interface,
    Function,
    Kind::Function,
    "method",
    interface::N_METHODS,
    methods,
    method,
    methods_iter,
    first_method
);
members!(
    Interface,
    Signal,
    Kind::Signal,
    "signal",
    interface::N_SIGNALS,
    signals,
    signal,
    signals_iter,
    first_signal
);
members!(
    Interface,
    VFunc,
    Kind::VFunc,
    "virtual function",
    interface::N_VFUNCS,
    vfuncs,
    vfunc,
    vfuncs_iter,
    first_vfunc
);
members!(
    Interface,
    Constant,
    Kind::Constant,
    "constant",
    interface::N_CONSTANTS,
    constants,
    constant,
    constants_iter,
    first_constant
);
find_member!(
    Interface,
    Property,
    "property",
    properties_iter,
    find_property
);
find_member!(Interface, Function, "method", methods_iter, find_method);
find_member!(Interface, Signal, "signal", signals_iter, find_signal);
find_member!(
    Interface,
    VFunc,
    "virtual function",
    vfuncs_iter,
    find_vfunc
);

impl<'a> Interface<'a> {
    /// The interface whose [`Interface::offset`] this is.
    ///
    /// # Errors
    /// If there is none.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Interface)?;
        check_blob_type(lib, offset, Kind::Interface, &[BlobType::Interface as u16])?;
        Ok(Interface { lib, offset })
    }

    fn size_of(self, kind: Kind, n: u16) -> u64 {
        u64::from(self.lib.stride(kind)) * u64::from(n)
    }

    fn first_property(self) -> Result<u64> {
        Ok(u64::from(self.offset)
            + self.size_of(Kind::Interface, 1)
            + indices_size(self.prerequisites()))
    }

    fn first_method(self) -> Result<u64> {
        Ok(self.first_property()? + self.size_of(Kind::Property, self.properties()))
    }

    fn first_signal(self) -> Result<u64> {
        Ok(self.first_method()? + self.size_of(Kind::Function, self.methods()))
    }

    fn first_vfunc(self) -> Result<u64> {
        Ok(self.first_signal()? + self.size_of(Kind::Signal, self.signals()))
    }

    fn first_constant(self) -> Result<u64> {
        Ok(self.first_vfunc()? + self.size_of(Kind::VFunc, self.vfuncs()))
    }

    /// The struct of its virtual functions.
    pub fn iface_struct(self) -> Result<Option<Entry<'a>>> {
        let place = self.offset + interface::GTYPE_STRUCT;
        let noun = "struct as interface struct";
        optional_entry_at(self.lib, place, noun, &[BlobType::Struct])
    }

    /// How many types a class must have to be allowed to implement it.
    pub fn prerequisites(self) -> u16 {
        self.u16(interface::N_PREREQUISITES)
    }

    /// The prerequisite of this index, from 0: an interface or an object.
    pub fn prerequisite(self, i: u16) -> Result<Entry<'a>> {
        let allowed = [BlobType::Interface, BlobType::Object];
        let expected = ("interface or object as prerequisite", allowed.as_slice());
        let n = self.prerequisites();
        listed_entry(self.lib, self.offset, Kind::Interface, n, i, expected)
    }
}

view! {
    /// A property of an object or an interface.
    Property
}
named!(Property, property::NAME, "property");

impl<'a> Property<'a> {
    /// The property whose [`Property::offset`] this is. Nothing in the bytes says that it is one.
    ///
    /// # Errors
    /// If it does not fit into the file.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Property)?;
        Ok(Property { lib, offset })
    }

    fn flag(self, bit: u32) -> bool {
        self.u32(property::FLAGS) & bit != 0
    }

    pub fn is_deprecated(self) -> bool {
        self.flag(property::DEPRECATED)
    }

    pub fn is_readable(self) -> bool {
        self.flag(property::READABLE)
    }

    pub fn is_writable(self) -> bool {
        self.flag(property::WRITABLE)
    }

    /// Whether it is set when an instance is made, whatever the caller says.
    pub fn is_construct(self) -> bool {
        self.flag(property::CONSTRUCT)
    }

    /// Whether it can be set only when an instance is made.
    pub fn is_construct_only(self) -> bool {
        self.flag(property::CONSTRUCT_ONLY)
    }

    /// GObject's `GParamFlags`, as far as the format has them: readable 1, writable 2, construct 4,
    /// construct-only 8.
    pub fn flags(self) -> u32 {
        u32::from(self.is_readable())
            | u32::from(self.is_writable()) << 1
            | u32::from(self.is_construct()) << 2
            | u32::from(self.is_construct_only()) << 3
    }

    pub fn transfer_ownership(self) -> Transfer {
        Transfer::from_bits(
            self.flag(property::TRANSFER),
            self.flag(property::TRANSFER_CONTAINER),
        )
    }

    /// Index of the method that sets it, among those of the same type; `None` as well if it cannot be set later.
    pub fn setter(self) -> Option<u16> {
        let applies = self.is_writable() && !self.is_construct_only();
        self.accessor(applies, property::SETTER_SHIFT)
    }

    /// Index of the method that gets it, among those of the same type; `None` as well if it cannot be read.
    pub fn getter(self) -> Option<u16> {
        self.accessor(self.is_readable(), property::GETTER_SHIFT)
    }

    fn accessor(self, applies: bool, shift: u32) -> Option<u16> {
        let index = |shift: u32| (self.u32(property::FLAGS) >> shift) as u16 & NO_SIBLING;
        // Before gobject-introspection 1.70 these bits were reserved. One method cannot be both, so two zeros mean
        // that.
        let exist = index(property::SETTER_SHIFT) | index(property::GETTER_SHIFT) != 0;
        (applies && exist && index(shift) != NO_SIBLING).then(|| index(shift))
    }

    pub fn type_info(self) -> Result<Type<'a>> {
        Type::of_word(self.lib, self.offset + property::TYPE)
    }
}
