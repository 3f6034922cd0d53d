//! `GValue`: any Python object in, by the type that it has, and out again.
//!
//! Compat surface, section 2.6. [`store`] writes a value of a given type, [`load`] reads one, [`custom`] knows the
//! types that other bindings convert. Here is what calls need: which GType an object travels under, and who owns the
//! value.

pub mod custom;
pub mod load;
pub mod store;

use std::ffi::c_void;
use std::ptr;

use gijit_plan::types::{Fundamental, ValueRow};
use glib_sys as glib;
use gobject_sys as gobject;
use gobject_sys::GValue;
use pyo3::ffi::{self, PyObject};

use crate::convert::cell::TypeCell;
use crate::convert::converter::{Converter, GVALUE, read_bits, write_bits};
use crate::convert::temps::Temps;
use crate::convert::{errors, gtype, instance, output};
use crate::python::error::{Result, type_error};

/// Whose rules hold where PyGObject has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Signal arguments, values of calls, properties that Python defines, the C interface: a string slot takes
    /// `str(object)`, a char is a one-character text, enumerations are members, an address is a `GPointer`.
    Generic,
    /// Properties that a library defines: as generic, but a string slot takes only text, and a char is a number.
    Property,
    /// `GObject.Value.set_value` and `get_value`: as property, but enumerations come as plain numbers, and an address
    /// is a number both ways.
    Value,
}

/// Python's type → the GType under which its instances travel where nobody says one. Classes that stand for no GType
/// travel as themselves: boxed Python objects.
///
/// # Safety
/// `object` is live.
pub unsafe fn infer(object: *mut PyObject) -> Result<usize> {
    // SAFETY: by the caller's word.
    unsafe { Ok(infer_known(object)?.unwrap_or_else(gtype::pyobject_gtype)) }
}

/// As [`infer`], but TypeError for what stands for no GType.
///
/// # Safety
/// `object` is live.
unsafe fn infer_strict(object: *mut PyObject) -> Result<usize> {
    // SAFETY: by the caller's word.
    match unsafe { infer_known(object)? } {
        Some(gtype) => Ok(gtype),
        None => Err(errors::no_gtype()),
    }
}

/// # Safety
/// `object` is live.
unsafe fn infer_known(object: *mut PyObject) -> Result<Option<usize>> {
    // SAFETY: the object is live, and so is its type; the builtin types are statics.
    unsafe {
        let class = ffi::Py_TYPE(object);
        if let Some(gtype) = gtype::of_builtin(class) {
            return Ok(Some(gtype));
        }
        // A struct without a type of its own says "void", which no value can hold.
        Ok(
            gtype::lookup(class.cast())?
                .filter(|gtype| !matches!(*gtype, 0 | gobject::G_TYPE_NONE)),
        )
    }
}

/// The value of a `GObject.Value`, borrowed; None for all other objects.
///
/// # Safety
/// `object` is live.
unsafe fn wrapped(
    object: *mut PyObject,
    cell: &'static TypeCell,
    name: &str,
) -> Result<Option<*mut GValue>> {
    let class = cell.class()?;
    // SAFETY: the object is live; an instance of the class is a wrapper of a GValue.
    unsafe {
        if ffi::PyObject_TypeCheck(object, class) == 0 {
            return Ok(None);
        }
        Ok(Some(instance::pointer(object, cell, name)?.cast()))
    }
}

/// A pointer to a value for C: that of a `GObject.Value` itself, or a new one with `object` in it.
///
/// # Safety
/// `object` is live and not None.
pub unsafe fn input(
    object: *mut PyObject,
    cell: &'static TypeCell,
    full: bool,
    temps: &mut Temps<'_>,
) -> Result<*mut GValue> {
    // SAFETY: the object is live; what is made here belongs to the pieces before anything else can fail.
    unsafe {
        let value = match wrapped(object, cell, temps.name)? {
            Some(value) if !full => return Ok(value),
            Some(value) => gobject::g_boxed_copy(gobject::g_value_get_type(), value.cast()),
            None => {
                let value = glib::g_malloc0(GVALUE);
                if let Err(raised) = fill(value.cast(), object, infer(object)?) {
                    free(value, ptr::null());
                    return Err(raised);
                }
                value
            }
        };
        temps.add(full, value, free, ptr::null());
        Ok(value.cast())
    }
}

/// The same into the zeroed memory at `to`; lent unless `full`.
///
/// # Safety
/// `object` is live.
pub unsafe fn input_inline(
    object: *mut PyObject,
    cell: &'static TypeCell,
    full: bool,
    temps: &mut Temps<'_>,
    to: *mut GValue,
) -> Result<()> {
    unsafe extern "C" fn empty(value: *mut c_void, _: *const c_void) {
        // SAFETY: the memory outlives its pieces, which are released in the reverse of the order that they were made
        // in.
        unsafe { unset(value.cast()) }
    }
    // SAFETY: the object is live; the value is zeroed, which is unset, and ends with the pieces until C has it. What is
    // lent has memory of its own, since C may free that at `to` during the call.
    unsafe {
        // None is no value at all.
        if object == ffi::Py_None() {
            return Ok(());
        }
        let value = glib::g_malloc0(GVALUE).cast::<GValue>();
        temps.memory(false, value.cast());
        temps.add(full, value.cast(), empty, ptr::null());
        match wrapped(object, cell, temps.name)? {
            Some(from) => copy(from, value),
            None => fill(value, object, infer(object)?)?,
        }
        ptr::copy_nonoverlapping(value, to, 1);
    }
    Ok(())
}

/// Makes the zeroed memory at `to` a value of a type, and stores `object` in it.
///
/// # Safety
/// `object` is live; `to` has room for a value.
unsafe fn fill(to: *mut GValue, object: *mut PyObject, gtype: usize) -> Result<()> {
    // SAFETY: by the caller's word.
    unsafe {
        gobject::g_value_init(to, gtype);
        store::store(to, object, Mode::Generic)
    }
}

/// Copies a value, if there is anything in it, into zeroed memory.
///
/// # Safety
/// `from` is live, `to` has room for a value.
unsafe fn copy(from: *const GValue, to: *mut GValue) {
    // SAFETY: by the caller's word.
    unsafe {
        if (*from).g_type != 0 {
            gobject::g_value_init(to, (*from).g_type);
            gobject::g_value_copy(from, to);
        }
    }
}

/// Puts a C value, of the converter's type, into a value that has its type already, and that keeps a copy or a
/// reference of its own.
///
/// # Safety
/// `value` is initialised; the word is what C would pass.
pub unsafe fn collect(value: *mut GValue, converter: &Converter, bits: u64) -> Result<()> {
    // SAFETY: every type that a value can have has a table, which says how it takes what C passes.
    unsafe {
        let table = gobject::g_type_value_table_peek((*value).g_type);
        let (Some(take), false) = ((*table).collect_value, (*table).collect_format.is_null())
        else {
            return Err(type_error("the value's type takes nothing from C"));
        };
        let mut word: gobject::GTypeCValue = std::mem::zeroed();
        match (*(*table).collect_format) as u8 {
            b'i' => word.v_int = bits as i32,
            b'l' => word.v_long = bits as std::ffi::c_long,
            b'q' => word.v_int64 = bits as i64,
            b'd' if matches!(converter, Converter::Scalar(gijit_plan::Kind::F32)) => {
                word.v_double = f32::from_bits(bits as u32).into();
            }
            b'd' => word.v_double = f64::from_bits(bits),
            _ => word.v_pointer = ptr::with_exposed_provenance_mut(bits as usize),
        }
        gobject::g_value_reset(value);
        let text = take(value, 1, &mut word, 0);
        if !text.is_null() {
            glib::g_free(text.cast());
            return Err(type_error("the value's type does not take what C gave"));
        }
        Ok(())
    }
}

/// Stores `object` in a value that has its type already, by the generic rules.
///
/// # Safety
/// `value` is live and `object` too.
pub unsafe fn set(value: *mut GValue, object: *mut PyObject) -> Result<()> {
    // SAFETY: passed on.
    unsafe { store::store(value, object, Mode::Generic) }
}

/// What a value holds; NULL is None. With `full` the value and its memory are ours, and freed.
///
/// # Safety
/// `value` is NULL or live.
pub unsafe fn output(value: *mut GValue, full: bool) -> Result<*mut PyObject> {
    if value.is_null() {
        return Ok(output::none());
    }
    // SAFETY: by the caller's word.
    unsafe {
        let object = output_inline(value, full);
        if full {
            glib::g_free(value.cast());
        }
        object
    }
}

/// What a value holds; with `full` it is unset afterwards, and its memory left alone. TypeError if C has put nothing in it.
///
/// # Safety
/// `value` is live.
pub unsafe fn output_inline(value: *mut GValue, full: bool) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        let object = load::load(value, Mode::Generic);
        if full {
            unset(value);
        }
        object
    }
}

/// A value of ours, which is emptied at the end of a scope. Nothing but a `GValue`, so that many are an array of such.
#[repr(transparent)]
pub struct Owned(pub GValue);

impl Owned {
    /// An empty value of a type.
    ///
    /// # Safety
    /// Values can have the type.
    pub unsafe fn new(gtype: usize) -> Owned {
        // SAFETY: by the caller's word; a zeroed value is one without a type.
        unsafe {
            let mut value: GValue = std::mem::zeroed();
            if Fundamental::is_number(gtype) {
                value.g_type = gtype;
            } else {
                gobject::g_value_init(&mut value, gtype);
            }
            Owned(value)
        }
    }
}

/// The values, as C has them in a row.
pub fn all(values: &[Owned]) -> &[GValue] {
    // SAFETY: `Owned` has the layout of what it is of.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), values.len()) }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: the value is live; one without a type is left alone.
        unsafe { unset(&mut self.0) }
    }
}

/// The fundamental type that a GType comes down to; None for GTypes of other libraries' own kinds.
#[inline]
pub fn fundamental(gtype: usize) -> Option<Fundamental> {
    // SAFETY: any number may be asked for.
    Fundamental::of(gtype)
        .or_else(|| Fundamental::of(unsafe { gobject::g_type_fundamental(gtype) }))
}

/// A number's bytes begin its word: the whole word is read and written, whose rest nobody looks at.
const FIRST_IS_LEAST: bool = cfg!(target_endian = "little");

/// The number in a value, as the bits of its kind, with anything beyond these.
///
/// # Safety
/// The value is live and of a type that comes down to `row`'s, which is a number.
#[inline]
unsafe fn bits(value: *const GValue, row: &ValueRow) -> u64 {
    // SAFETY: by the caller's word; the data begins with the number, and is a word at least.
    unsafe {
        let data = &raw const (*value).data;
        if FIRST_IS_LEAST {
            data.cast::<u64>().read()
        } else {
            read_bits(data.cast(), row.held.size())
        }
    }
}

/// Writes the number of a value, from the bits of its kind.
///
/// # Safety
/// As for [`bits`].
#[inline]
unsafe fn set_bits(value: *mut GValue, row: &ValueRow, bits: u64) {
    // SAFETY: as above.
    unsafe {
        let data = &raw mut (*value).data;
        if FIRST_IS_LEAST {
            data.cast::<u64>().write(bits);
        } else {
            write_bits(data.cast(), row.held.size(), bits);
        }
    }
}

/// The rows are those of GObject.
const _: () = {
    use Fundamental as F;
    let known = [
        (F::Interface, gobject::G_TYPE_INTERFACE),
        (F::Char, gobject::G_TYPE_CHAR),
        (F::UChar, gobject::G_TYPE_UCHAR),
        (F::Boolean, gobject::G_TYPE_BOOLEAN),
        (F::Int, gobject::G_TYPE_INT),
        (F::UInt, gobject::G_TYPE_UINT),
        (F::Long, gobject::G_TYPE_LONG),
        (F::ULong, gobject::G_TYPE_ULONG),
        (F::Int64, gobject::G_TYPE_INT64),
        (F::UInt64, gobject::G_TYPE_UINT64),
        (F::Enum, gobject::G_TYPE_ENUM),
        (F::Flags, gobject::G_TYPE_FLAGS),
        (F::Float, gobject::G_TYPE_FLOAT),
        (F::Double, gobject::G_TYPE_DOUBLE),
        (F::String, gobject::G_TYPE_STRING),
        (F::Pointer, gobject::G_TYPE_POINTER),
        (F::Boxed, gobject::G_TYPE_BOXED),
        (F::Param, gobject::G_TYPE_PARAM),
        (F::Object, gobject::G_TYPE_OBJECT),
        (F::Variant, gobject::G_TYPE_VARIANT),
    ];
    assert!(known.len() == F::ALL.len());
    let mut i = 0;
    while i < known.len() {
        assert!(known[i].0.gtype() == known[i].1);
        i += 1;
    }
};

/// Empties a value if there is something in it.
///
/// # Safety
/// `value` is live.
#[inline]
pub unsafe fn unset(value: *mut GValue) {
    // SAFETY: by the caller's word; a zeroed value is one without a type.
    unsafe {
        if Fundamental::is_number((*value).g_type) {
            value.write(std::mem::zeroed());
        } else if (*value).g_type != 0 {
            gobject::g_value_unset(value);
        }
    }
}

/// See the slot of this name.
pub unsafe extern "C" fn value_out(value: *mut GValue) -> *mut PyObject {
    // SAFETY: the contract of the slot: a zeroed value that C may have filled, and that is ours.
    crate::guard(|| unsafe { output_inline(value, true) }).unwrap_or(ptr::null_mut())
}

/// See the slot of this name.
pub unsafe extern "C" fn value_drop(value: *mut GValue) {
    // SAFETY: as above.
    unsafe { unset(value) }
}

/// Frees a value in memory of the g_malloc kind.
pub unsafe extern "C" fn free(value: *mut c_void, _: *const c_void) {
    // SAFETY: a live value that is ours.
    unsafe {
        unset(value.cast());
        glib::g_free(value);
    }
}
