//! How a value of any type crosses: a plan's type, made ready once, with all classes and item types looked up.
//!
//! A [`Converter`] reads and writes C memory: an argument's slot, an array's item, a struct's field. It is the only
//! place that knows which conversion belongs to which type; what the larger families do stands in files of their own
//! ([`super::array`], [`super::list`], [`super::hash`], [`super::gvalue`], [`super::foreign`], [`super::special`]).
//!
//! Ownership follows the transfer: `None` lends the value (it lives as long as the [`Temps`]), `Full` gives it away,
//! `Container` gives a container whose items are lent. On the way to Python what is owned is taken in any case, even
//! when the conversion fails.

use std::ffi::c_void;
use std::ptr;

use gijit_plan::types::{Conversion, Passing, widened};
use gijit_plan::{ArrayForm, Kind, Transfer, Type, TypeRef};
use gobject_sys::GValue;
use pyo3::ffi::{self, PyObject};

use crate::convert::array::Array;
use crate::convert::cell;
use crate::convert::cell::TypeCell;
use crate::convert::hash::Hash;
use crate::convert::list::List;
use crate::convert::table;
use crate::convert::table::table;
use crate::convert::temps::Temps;
use crate::convert::{enumeration, foreign, gtype, gvalue, input, instance, output, special};
use crate::python::error::{Raised, Result, not_implemented};
use crate::python::reference::not_null;

/// How values of one type cross.
pub enum Converter {
    /// A number, boolean, character or GType.
    Scalar(Kind),
    /// `gpointer`, and pointers to bare numbers: an address, which is an int in Python.
    Pointer,
    Utf8,
    Filename,
    /// A member of an enumeration or flags, and the number as which C stores it.
    Member(&'static TypeCell, Kind),
    /// A pointer to an object, an interface's instance or one of another fundamental type.
    Object(&'static TypeCell),
    /// A pointer to a boxed, struct or union value.
    Record(&'static TypeCell),
    /// The bytes of a struct or union.
    Inline(&'static TypeCell),
    /// A pointer to a value that another binding wraps.
    Foreign(&'static TypeCell),
    /// The bytes of such a value.
    ForeignInline(&'static TypeCell),
    /// A pointer to a class or interface struct.
    Class(&'static TypeCell),
    /// A pointer to a `GValue`, or its bytes.
    Value {
        cell: &'static TypeCell,
        inline: bool,
    },
    Closure(&'static TypeCell),
    Variant(&'static TypeCell),
    Error,
    Array(Box<Array>),
    List(Box<List>),
    Hash(Box<Hash>),
    /// A function pointer. A call makes those that it passes itself: it knows the scope and the user data.
    Callback(TypeRef),
    /// A type without a conversion, and why.
    Unknown(Box<str>, &'static str),
}

/// The size of a `GValue` in bytes.
pub const GVALUE: usize = size_of::<GValue>();

/// Transfer of the items of a container.
pub fn items(transfer: Transfer) -> Transfer {
    match transfer {
        Transfer::Full => Transfer::Full,
        Transfer::None | Transfer::Container => Transfer::None,
    }
}

impl Converter {
    /// The conversion of a type. `constructor`: of what a constructor returns, where NULL is an error.
    pub fn of(ty: &Type, constructor: bool) -> Converter {
        // Those that are made of other types.
        match ty {
            Type::Array {
                form,
                item,
                zero_terminated,
                length,
                fixed,
            } => {
                let item = match form {
                    ArrayForm::ByteArray => Converter::Scalar(Kind::U8),
                    // The items of a pointer array are pointers, whatever the typelib says.
                    ArrayForm::PtrArray => Converter::by_pointer(item),
                    ArrayForm::C | ArrayForm::GArray => match Converter::of(item, false) {
                        // What nobody knows the size of cannot stand in an array but by its address.
                        flat if flat.size() == 0 => Converter::by_pointer(item),
                        flat => flat,
                    },
                };
                let mut array = Array::new(*form, item);
                array.zero_terminated = *zero_terminated;
                array.has_length = length.is_some();
                array.fixed = fixed.map(usize::from);
                return Converter::Array(Box::new(array));
            }
            Type::List(item) => return Converter::list(item, false),
            Type::SList(item) => return Converter::list(item, true),
            Type::Hash(pair) => {
                return Converter::Hash(Box::new(Hash {
                    key: Converter::by_pointer(&pair.0),
                    value: Converter::by_pointer(&pair.1),
                }));
            }
            Type::Callback(of) => return Converter::Callback(of.clone()),
            _ => {}
        }
        let row = ty.row();
        let inline = row.passed.is_bytes();
        let kind = row.passed.kind();
        match (row.conversion, cell::of_type(ty, constructor)) {
            (Conversion::Scalar, _) => Converter::Scalar(kind),
            (Conversion::Pointer, _) => Converter::Pointer,
            (Conversion::Utf8, _) => Converter::Utf8,
            (Conversion::Filename, _) => Converter::Filename,
            (Conversion::Error, _) => Converter::Error,
            (Conversion::Unknown(why), _) => Converter::Unknown(ty.to_string().into(), why),
            (Conversion::Member, Some(cell)) => Converter::Member(cell, kind),
            (Conversion::Object, Some(cell)) => Converter::Object(cell),
            (Conversion::Record, Some(cell)) if inline => Converter::Inline(cell),
            (Conversion::Record, Some(cell)) => Converter::Record(cell),
            (Conversion::Foreign, Some(cell)) if inline => Converter::ForeignInline(cell),
            (Conversion::Foreign, Some(cell)) => Converter::Foreign(cell),
            (Conversion::Class, Some(cell)) => Converter::Class(cell),
            (Conversion::Value, Some(cell)) => Converter::Value { cell, inline },
            (Conversion::Closure, Some(cell)) => Converter::Closure(cell),
            (Conversion::Variant, Some(cell)) => Converter::Variant(cell),
            (conversion, _) => unreachable!("{conversion:?} is of types with a class, or above"),
        }
    }

    fn list(item: &Type, single: bool) -> Converter {
        Converter::List(Box::new(List {
            single,
            item: Converter::by_pointer(item),
        }))
    }

    /// What stands in a place that holds nothing but pointers, whatever the typelib says.
    pub fn by_pointer(ty: &Type) -> Converter {
        Converter::of(&ty.clone().by_address(), false)
    }

    /// How C has the value.
    #[inline]
    pub fn passed(&self) -> Passing {
        match self {
            Converter::Scalar(kind) | Converter::Member(_, kind) => Passing::Number(*kind),
            Converter::Inline(cell) => Passing::Bytes(cell.size as u32),
            // What another binding wraps it knows better than the typelib.
            Converter::ForeignInline(cell) => Passing::Bytes(foreign::size(cell) as u32),
            Converter::Value { inline: true, .. } => Passing::Bytes(GVALUE as u32),
            _ => Passing::Address,
        }
    }

    /// Size in bytes of the C value.
    pub fn size(&self) -> usize {
        self.passed().size()
    }

    /// Whether the C value is an address, so that NULL is possible.
    #[inline]
    pub fn is_pointer(&self) -> bool {
        !matches!(
            self,
            Converter::Scalar(_)
                | Converter::Member(..)
                | Converter::Inline(_)
                | Converter::ForeignInline(_)
                | Converter::Value { inline: true, .. }
        )
    }

    /// Whether the Python value may be a wrapper of something that stays C's, or a list of such.
    pub fn may_lend(&self) -> bool {
        match self {
            Converter::Record(_) | Converter::Class(_) => true,
            Converter::Array(array) => array.item.may_lend(),
            Converter::List(list) => list.item.may_lend(),
            _ => false,
        }
    }

    /// Whether the C value contains no address that would have to be kept alive.
    pub fn is_plain(&self) -> bool {
        matches!(self, Converter::Scalar(_) | Converter::Member(..))
    }

    /// Writes the C value of `object` to `to`. None is NULL for pointers; whether that is allowed is the caller's to
    /// ask. The length of an array is returned; 0 for all else.
    ///
    /// # Safety
    /// `object` is live, and held as long as `temps`; `to` has room for [`Converter::size`] bytes.
    #[inline]
    pub unsafe fn input(
        &self,
        object: *mut PyObject,
        transfer: Transfer,
        temps: &mut Temps<'_>,
        to: *mut c_void,
    ) -> Result<usize> {
        let full = transfer == Transfer::Full;
        // SAFETY: the object is live in every arm; `to` has room for the type's value by the caller's word, and a
        // place for a type is aligned for it.
        unsafe {
            if self.is_pointer() && object == ffi::Py_None() {
                to.cast::<usize>().write(0);
                return Ok(0);
            }
            let pointer = match self {
                Converter::Scalar(Kind::GType) => {
                    to.cast::<u64>().write(gtype::value(object)?);
                    return Ok(0);
                }
                Converter::Scalar(kind) => {
                    write_bits(to, kind.size(), input::scalar(*kind, object)?);
                    return Ok(0);
                }
                Converter::Member(cell, kind) => {
                    let bits = enumeration::value(object, cell, *kind)?;
                    write_bits(to, kind.size(), bits);
                    return Ok(0);
                }
                Converter::Inline(cell) => {
                    let from = instance::pointer(object, cell, temps.name)?;
                    // A copy of the bytes: what they point to stays the source's.
                    ptr::copy_nonoverlapping(from.cast::<u8>(), to.cast(), cell.size);
                    temps.keep(ffi::Py_NewRef(object));
                    return Ok(0);
                }
                Converter::ForeignInline(cell) => {
                    let from = foreign::input(object, cell, false, temps)?;
                    ptr::copy_nonoverlapping(from.cast::<u8>(), to.cast(), foreign::size(cell));
                    temps.keep(ffi::Py_NewRef(object));
                    return Ok(0);
                }
                Converter::Value { cell, inline: true } => {
                    gvalue::input_inline(object, cell, full, temps, to.cast())?;
                    return Ok(0);
                }
                Converter::Array(array) => return array.input(object, transfer, temps, to),
                Converter::Pointer => special::pointer_input(object)?,
                Converter::Utf8 => {
                    let text = input::utf8(object)?;
                    if full {
                        string_given(text.cast(), temps)
                    } else {
                        text.cast_mut().cast()
                    }
                }
                Converter::Filename => {
                    let text = match input::plain_filename(object) {
                        Some(text) => text,
                        None => {
                            let (text, owner) = input::filename(object)?;
                            temps.keep(owner);
                            text
                        }
                    };
                    if full {
                        string_given(text.cast(), temps)
                    } else {
                        text.cast_mut().cast()
                    }
                }
                Converter::Object(cell) => {
                    let pointer = instance::pointer(object, cell, temps.name)?;
                    if full {
                        instance::object_dup(pointer, *cell);
                        temps.give(pointer, object_drop, ptr::from_ref(*cell).cast());
                    }
                    pointer
                }
                Converter::Record(cell) => {
                    let pointer = instance::pointer(object, cell, temps.name)?;
                    if full {
                        let copy = instance::boxed_dup(pointer, *cell);
                        temps.give(copy, boxed_drop, ptr::from_ref(*cell).cast());
                        copy
                    } else {
                        pointer
                    }
                }
                Converter::Foreign(cell) => foreign::input(object, cell, full, temps)?,
                Converter::Class(cell) => special::class_input(object, cell, temps)?,
                Converter::Value {
                    cell,
                    inline: false,
                } => gvalue::input(object, cell, full, temps)?.cast(),
                Converter::Closure(cell) => special::closure_input(object, cell, full, temps)?,
                Converter::Variant(cell) => special::variant_input(object, cell, full, temps)?,
                Converter::Error => special::error_input(object, full, temps)?,
                Converter::List(list) => list.input(object, transfer, temps)?,
                Converter::Hash(hash) => hash.input(object, transfer, temps)?,
                Converter::Callback(of) => (table::hooks().callback_input)(of, object, temps)?,
                Converter::Unknown(ty, why) => return Err(unknown(ty, why)),
            };
            to.cast::<*mut c_void>().write_unaligned(pointer);
        }
        Ok(0)
    }

    /// Whether the C value at `from` is a `GValue` that nobody has put anything in.
    ///
    /// # Safety
    /// At `from` is a live C value of this type.
    pub unsafe fn is_empty(&self, from: *const c_void) -> bool {
        // SAFETY: by the caller's word.
        unsafe {
            let value: *const GValue = match self {
                Converter::Value { inline: true, .. } => from.cast(),
                Converter::Value { .. } => from.cast::<*const GValue>().read_unaligned(),
                _ => return false,
            };
            !value.is_null() && (*value).g_type == 0
        }
    }

    /// The Python value of the C value at `from`, a new reference. Takes what is owned in any case. `length` is that
    /// of an array whose length stands elsewhere, or the address that a function has as its user data.
    ///
    /// # Safety
    /// At `from` is a live C value of this type, owned as `transfer` says.
    #[inline]
    pub unsafe fn output(
        &self,
        from: *const c_void,
        transfer: Transfer,
        length: usize,
    ) -> Result<*mut PyObject> {
        let full = transfer == Transfer::Full;
        let table = table();
        // SAFETY: by the caller's word; each conversion gets the value that it is for.
        let object = unsafe {
            match self {
                Converter::Scalar(kind) => output::scalar(*kind, read_bits(from, kind.size())),
                Converter::Member(cell, kind) => {
                    enumeration::output(read_bits(from, kind.size()), cell, *kind)
                }
                Converter::Inline(cell) => instance::inline_out(from, cell, full),
                Converter::ForeignInline(cell) => {
                    return foreign::output(from.cast_mut(), cell, false);
                }
                Converter::Value { inline: true, .. } => {
                    return gvalue::output_inline(from.cast_mut().cast(), full);
                }
                _ => {
                    let pointer = from.cast::<*mut c_void>().read_unaligned();
                    match self {
                        Converter::Pointer => output::scalar(Kind::U64, pointer as u64),
                        Converter::Utf8 if full => output::utf8_out_full(pointer.cast()),
                        Converter::Utf8 => output::utf8_out_none(pointer.cast()),
                        Converter::Filename if full => output::filename_out_full(pointer.cast()),
                        Converter::Filename => output::filename_out_none(pointer.cast()),
                        Converter::Object(cell) if full => (table.object_out_full)(pointer, *cell),
                        Converter::Object(cell) => (table.object_out_none)(pointer, *cell),
                        Converter::Record(cell) if full => (table.boxed_out_full)(pointer, *cell),
                        Converter::Record(cell) | Converter::Class(cell) => {
                            (table.boxed_out_none)(pointer, *cell)
                        }
                        Converter::Foreign(cell) => {
                            return foreign::output(pointer, cell, full);
                        }
                        Converter::Value { .. } => return gvalue::output(pointer.cast(), full),
                        Converter::Closure(cell) => {
                            return special::closure_output(pointer, cell, full);
                        }
                        Converter::Variant(cell) => {
                            return special::variant_output(pointer, cell, full);
                        }
                        Converter::Error => return special::error_output(pointer.cast(), full),
                        Converter::Array(array) => return array.output(pointer, transfer, length),
                        Converter::List(list) => return list.output(pointer, transfer),
                        Converter::Hash(hash) => return hash.output(pointer, transfer),
                        Converter::Callback(of) => {
                            let data = length as *mut c_void;
                            return (table::hooks().callback_output)(of, pointer, data);
                        }
                        Converter::Unknown(ty, why) => return Err(unknown(ty, why)),
                        _ => unreachable!("the families that are no pointers stand above"),
                    }
                }
            }
        };
        not_null(object)
    }

    /// Releases the C value at `at`, which Python will not get, as far as it is owned. An exception that is set stays.
    ///
    /// # Safety
    /// As for [`Converter::output`].
    pub unsafe fn release(&self, at: *const c_void, transfer: Transfer, length: usize) {
        if transfer == Transfer::None {
            return;
        }
        let full = transfer == Transfer::Full;
        // SAFETY: by the caller's word.
        unsafe {
            match self {
                _ if self.is_plain() => {}
                Converter::Inline(cell) => instance::inline_drop(at, cell, full),
                Converter::ForeignInline(_) => {}
                Converter::Value { inline: true, .. } => {
                    if full {
                        gvalue::unset(at.cast_mut().cast());
                    }
                }
                _ => {
                    let pointer = at.cast::<*mut c_void>().read_unaligned();
                    if pointer.is_null() {
                        return;
                    }
                    match self {
                        Converter::Array(array) => array.release(pointer, transfer, length),
                        Converter::List(list) => list.release(pointer, transfer),
                        Converter::Hash(hash) => hash.release(pointer, transfer),
                        _ if !full => {}
                        Converter::Utf8 | Converter::Filename => glib_sys::g_free(pointer),
                        Converter::Object(cell) => instance::object_drop(pointer, *cell),
                        Converter::Record(cell) => instance::boxed_drop(pointer, *cell),
                        Converter::Value { .. } => gvalue::free(pointer, ptr::null()),
                        Converter::Foreign(cell) => foreign::release(pointer, cell),
                        Converter::Closure(_) => gobject_sys::g_closure_unref(pointer.cast()),
                        Converter::Variant(_) => glib_sys::g_variant_unref(pointer.cast()),
                        Converter::Error => glib_sys::g_error_free(pointer.cast()),
                        _ => {}
                    }
                }
            }
        }
    }

    /// The value as a list, hash table or pointer array holds it: an address, or a number packed into one.
    ///
    /// # Safety
    /// As for [`Converter::input`].
    pub unsafe fn packed_input(
        &self,
        object: *mut PyObject,
        transfer: Transfer,
        temps: &mut Temps<'_>,
    ) -> Result<*mut c_void> {
        let mut bits = 0u64;
        // SAFETY: no family that is packed is wider than a pointer.
        unsafe { self.item_input(object, transfer, temps, (&raw mut bits).cast())? };
        // `GINT_TO_POINTER` extends the sign.
        let bits = match self {
            Converter::Scalar(kind) | Converter::Member(_, kind) => widened(*kind, bits),
            _ => bits,
        };
        Ok(bits as *mut c_void)
    }

    /// The way back of [`Converter::packed_input`].
    ///
    /// # Safety
    /// As for [`Converter::output`].
    pub unsafe fn packed_output(
        &self,
        pointer: *mut c_void,
        transfer: Transfer,
    ) -> Result<*mut PyObject> {
        // SAFETY: the packed value stands in the low bytes; passed on.
        unsafe { self.output((&raw const pointer).cast(), transfer, 0) }
    }

    /// The same for an item that stays its container's, which is about to be dropped: what Python would otherwise only
    /// borrow is copied.
    ///
    /// # Safety
    /// As for [`Converter::output`].
    pub unsafe fn copied_output(&self, pointer: *mut c_void) -> Result<*mut PyObject> {
        // SAFETY: passed on; a record that is not NULL has the bytes of its type.
        unsafe {
            match self {
                Converter::Record(cell) if !pointer.is_null() && cell.size > 0 => {
                    let object = instance::inline_out(pointer, cell, false);
                    not_null(object)
                }
                _ => self.packed_output(pointer, Transfer::None),
            }
        }
    }

    /// The value of an item in a sequence: as [`Converter::input`], but for what PyGObject refuses there.
    ///
    /// # Safety
    /// As for [`Converter::input`].
    pub unsafe fn item_input(
        &self,
        object: *mut PyObject,
        transfer: Transfer,
        temps: &mut Temps<'_>,
        to: *mut c_void,
    ) -> Result<()> {
        // SAFETY: passed on.
        unsafe {
            match self {
                Converter::Class(cell) if object == ffi::Py_None() => {
                    special::class_input(object, cell, temps).map(|_| ())
                }
                _ => self.input(object, transfer, temps, to).map(|_| ()),
            }
        }
    }

    /// # Safety
    /// As for [`Converter::release`].
    pub unsafe fn packed_release(&self, pointer: *mut c_void, transfer: Transfer) {
        // SAFETY: passed on.
        unsafe { self.release((&raw const pointer).cast(), transfer, 0) }
    }
}

/// A copy that becomes C's.
///
/// # Safety
/// `text` is NUL-terminated.
unsafe fn string_given(text: *const c_void, temps: &mut Temps<'_>) -> *mut c_void {
    // SAFETY: by the caller's word.
    let copy = unsafe { input::string_dup(text, ptr::null()) };
    temps.memory(true, copy);
    copy
}

unsafe extern "C" fn object_drop(object: *mut c_void, cell: *const c_void) {
    // SAFETY: an object and its cell, as they were given to the pieces.
    unsafe { instance::object_drop(object, cell.cast()) }
}

unsafe extern "C" fn boxed_drop(value: *mut c_void, cell: *const c_void) {
    // SAFETY: a value and its cell, as they were given to the pieces.
    unsafe { instance::boxed_drop(value, cell.cast()) }
}

fn unknown(ty: &str, why: &str) -> Raised {
    not_implemented(&format!("{ty} cannot be converted: {why}"))
}

/// Writes the low `size` bytes of a scalar.
///
/// # Safety
/// `to` has room for them.
pub unsafe fn write_bits(to: *mut c_void, size: usize, bits: u64) {
    // SAFETY: by the caller's word.
    unsafe {
        match size {
            1 => to.cast::<u8>().write(bits as u8),
            2 => to.cast::<u16>().write_unaligned(bits as u16),
            4 => to.cast::<u32>().write_unaligned(bits as u32),
            _ => to.cast::<u64>().write_unaligned(bits),
        }
    }
}

/// Reads a scalar of `size` bytes; the upper bits are 0.
///
/// # Safety
/// That many bytes can be read at `from`.
pub unsafe fn read_bits(from: *const c_void, size: usize) -> u64 {
    // SAFETY: by the caller's word.
    unsafe {
        match size {
            1 => from.cast::<u8>().read().into(),
            2 => from.cast::<u16>().read_unaligned().into(),
            4 => from.cast::<u32>().read_unaligned().into(),
            _ => from.cast::<u64>().read_unaligned(),
        }
    }
}

/// A length as the integer kind that C has for it, from and to the slot's bits.
pub fn length_of(kind: Kind, bits: u64) -> usize {
    (widened(kind, bits) as i64).max(0) as usize
}
