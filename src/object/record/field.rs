//! Fields of structs, unions and instances as attributes: descriptors in the class's dict.
//!
//! A descriptor costs one small object while a class is made; the layout of the record is read from the typelib when
//! one of its fields is touched for the first time. What may be read and written, and the texts of errors, follow
//! PyGObject, but for this: a record that stands in another one is a view of it, whether it is boxed or not (PyGObject
//! copies boxed ones, so that what is written there is lost), and so is a union (which PyGObject does not read); and
//! the items of an array that stands in the record can be written if they are plain numbers.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use gijit_plan::record::{self, Bits, FieldPlan, RecordPlan};
use gijit_plan::types::{Conversion, Passing};
use gijit_plan::{ArrayForm, Kind, Transfer, Type, TypeRef, python_name};
use gijit_repository::Namespace;
use gijit_shape::abi::WRAPPER_POINTER;
use gijit_typelib::Field;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::array::Array;
use crate::convert::cell::{self, Family, TypeCell};
use crate::convert::converter::{Converter, length_of, read_bits, write_bits};
use crate::convert::temps::{self, Temps};
use crate::convert::{errors, foreign, gvalue, instance, output};
use crate::invoke::bind::repository;
use crate::object::class::registry;
use crate::object::pytype;
use crate::object::record::boxed;
use crate::object::record::boxed::lent;
use crate::python::error::{
    Raised, Result, not_implemented, overflow_error, raise, runtime_error, type_error, type_name,
};
use crate::python::reference::not_null;

/// What the texts of conversion errors call the value of a field.
const VALUE: &str = "self";

// ---- Records ----

/// One struct, union or object class with fields. Lives for ever.
struct Record {
    namespace: Arc<Namespace>,
    name: Box<str>,
    /// Filled when a field is touched for the first time.
    ready: OnceLock<Ready>,
}

struct Ready {
    class: *mut PyTypeObject,
    plan: RecordPlan,
    accesses: Box<[OnceLock<Access>]>,
    /// The classes of the members that are records, if this is a union.
    members: OnceLock<Box<[&'static TypeCell]>>,
}

// SAFETY: the class is immortal; everything else is plain data.
unsafe impl Send for Ready {}
// SAFETY: as above.
unsafe impl Sync for Ready {}

type Records = HashMap<(Box<str>, Box<str>), &'static Record>;
/// The lock is held only while the map is touched.
static RECORDS: LazyLock<Mutex<Records>> = LazyLock::new(Default::default);

/// The record of this name; it need not exist.
fn record_named(namespace: &Arc<Namespace>, name: &str) -> &'static Record {
    let mut records = RECORDS
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let key = (namespace.name().into(), name.into());
    records.entry(key).or_insert_with(|| {
        Box::leak(Box::new(Record {
            namespace: Arc::clone(namespace),
            name: name.into(),
            ready: OnceLock::new(),
        }))
    })
}

impl Record {
    fn ready(&'static self) -> Result<&'static Ready> {
        if let Some(ready) = self.ready.get() {
            return Ok(ready);
        }
        let plan = record::record(repository(), &self.namespace, &self.name)
            .map_err(|error| runtime_error(&error.to_string()))?;
        let class = registry::class_named(&self.namespace, &self.name)?.cast();
        let accesses = plan.fields.iter().map(|_| OnceLock::new()).collect();
        Ok(self.ready.get_or_init(|| Ready {
            class,
            plan,
            accesses,
            members: OnceLock::new(),
        }))
    }
}

impl Ready {
    fn access(&self, index: u16) -> Result<&Access> {
        match self.accesses.get(usize::from(index)) {
            Some(access) => Ok(access.get_or_init(|| Access::of(&self.plan, index))),
            None => Err(runtime_error("there is no such field")),
        }
    }

    fn members(&self) -> &[&'static TypeCell] {
        self.members.get_or_init(|| {
            let fields = self.plan.fields.iter();
            fields.filter_map(|field| member(&field.ty)).collect()
        })
    }

    /// The address of the record that `object` wraps.
    ///
    /// # Safety
    /// `object` is live.
    unsafe fn address(&self, object: *mut PyObject) -> Result<*mut u8> {
        // SAFETY: only an instance of the record's class, which is a wrapper class, is read at the wrapper's offset.
        let address = unsafe {
            if ffi::PyObject_TypeCheck(object, self.class) == 0 {
                return Err(type_error(&format!(
                    "Must be {}, not {}",
                    self.plan.of,
                    type_name(object)
                )));
            }
            *object.cast::<u8>().add(WRAPPER_POINTER).cast::<*mut u8>()
        };
        if address.is_null() {
            // SAFETY: the object is live.
            return Err(unsafe { errors::not_initialized(ffi::PyExc_RuntimeError, object) });
        }
        Ok(address)
    }
}

/// How one field is read and written.
struct Access {
    /// In bytes; None if it is not known.
    offset: Option<usize>,
    form: Form,
    readable: bool,
    writable: bool,
    /// Of an array whose length is another field: where that is.
    length: Option<(usize, Kind)>,
}

enum Form {
    /// The converter knows the value where it stands.
    Value(Converter),
    Bits(BitField),
    /// A record that stands in this one.
    View {
        cell: &'static TypeCell,
        /// Nothing but numbers: it can be overwritten.
        simple: OnceLock<bool>,
    },
    /// A `GValue` that stands in this record: Python sees what is in it.
    GValue,
    /// A value of another binding that stands in this record.
    Foreign(&'static TypeCell),
    /// An array that stands in this record.
    Items(Box<Array>),
    /// A union that stands in this record.
    Union(&'static TypeCell),
    Callback(Converter),
    /// What nobody can read or write, as an object by value.
    Nothing,
}

/// Some bits that are a number.
struct BitField {
    /// Of a whole number of the type.
    converter: Converter,
    bits: Bits,
    /// Whether the first bit is the sign.
    is_signed: bool,
}

impl BitField {
    /// The number that the bytes with the bits are.
    ///
    /// # Safety
    /// `at` leads to the first of them.
    unsafe fn word(&self, at: *const u8) -> u64 {
        let mut word = [0u8; 8];
        let n = self.bits.bytes();
        let start = if cfg!(target_endian = "big") {
            8 - n
        } else {
            0
        };
        // SAFETY: by the caller's word; there are eight at most.
        unsafe { ptr::copy_nonoverlapping(at, word[start..].as_mut_ptr(), n) };
        u64::from_ne_bytes(word)
    }

    /// The value, as wide as a word.
    ///
    /// # Safety
    /// As for [`BitField::word`].
    unsafe fn read(&self, at: *const u8) -> u64 {
        // SAFETY: by the caller's word.
        let word = unsafe { self.word(at) };
        let value = word >> self.bits.shift_in_number() & self.bits.mask();
        let sign = self.bits.mask() & !(self.bits.mask() >> 1);
        if self.is_signed && value & sign != 0 {
            value | !self.bits.mask()
        } else {
            value
        }
    }

    /// # Safety
    /// `at` leads to the first byte, and all of them can be written.
    unsafe fn write(&self, at: *mut u8, value: u64) {
        let shift = self.bits.shift_in_number();
        let n = self.bits.bytes();
        let start = if cfg!(target_endian = "big") {
            8 - n
        } else {
            0
        };
        // SAFETY: by the caller's word.
        unsafe {
            let others = self.word(at) & !(self.bits.mask() << shift);
            let word = (others | (value & self.bits.mask()) << shift).to_ne_bytes();
            ptr::copy_nonoverlapping(word[start..].as_ptr(), at, n);
        }
    }

    /// The least and the largest value.
    fn range(&self) -> (i64, i64) {
        let largest = self.bits.mask() as i64;
        if self.is_signed {
            (-(largest >> 1) - 1, largest >> 1)
        } else {
            (0, largest)
        }
    }

    /// The value that a conversion wrote, which has the width of the type.
    fn value(&self, bits: u64) -> i64 {
        match self.converter.size() {
            1 if self.is_signed => i64::from(bits as i8),
            2 if self.is_signed => i64::from(bits as i16),
            4 if self.is_signed => i64::from(bits as i32),
            _ => bits as i64,
        }
    }

    fn holds(&self, bits: u64) -> bool {
        let (least, largest) = self.range();
        (least..=largest).contains(&self.value(bits))
    }

    fn too_large(&self, bits: u64) -> Raised {
        let (least, largest) = self.range();
        overflow_error(&format!(
            "{} not in range {least} to {largest}",
            self.value(bits)
        ))
    }
}

impl Access {
    fn of(plan: &RecordPlan, index: u16) -> Access {
        let field = &plan.fields[usize::from(index)];
        let length = match &field.ty {
            Type::Array {
                length: Some(length),
                ..
            } => plan.fields.get(usize::from(*length)),
            _ => None,
        };
        Access {
            offset: field.offset.map(|offset| offset as usize),
            form: Form::of(field),
            readable: field.readable,
            writable: field.writable,
            length: length.and_then(|length| match length.ty {
                Type::Scalar(kind) if length.bits.is_none() => {
                    Some((length.offset? as usize, kind))
                }
                _ => None,
            }),
        }
    }
}

impl Form {
    fn of(field: &FieldPlan) -> Form {
        let row = field.ty.row();
        match (field.bits, row.passed) {
            (Some(bits), Passing::Number(kind)) => {
                return Form::Bits(BitField {
                    converter: Converter::of(&field.ty, false),
                    bits,
                    is_signed: row.conversion == Conversion::Scalar
                        && matches!(kind, Kind::I8 | Kind::I16 | Kind::I32 | Kind::I64),
                });
            }
            (Some(_), _) => return Form::Nothing,
            (None, _) => {}
        }
        if let (true, Some(cell)) = (row.passed.is_bytes(), cell::of_type(&field.ty, false)) {
            return match row.conversion {
                Conversion::Value => Form::GValue,
                Conversion::Foreign => Form::Foreign(cell),
                _ if cell.family == Family::Union => Form::Union(cell),
                _ => Form::View {
                    cell,
                    simple: OnceLock::new(),
                },
            };
        }
        match &field.ty {
            Type::Callback(_) => Form::Callback(Converter::of(&field.ty, false)),
            Type::Array {
                form: ArrayForm::C, ..
            } if !field.pointer => match Converter::of(&field.ty, false) {
                Converter::Array(array) => Form::Items(array),
                _ => Form::Nothing,
            },
            Type::Void => Form::Nothing,
            // By value, which typelibs only say of what C has no business to look into.
            ty if ty.is_pointer() && !field.pointer => Form::Nothing,
            ty => Form::Value(Converter::of(ty, false)),
        }
    }
}

// ---- Reading ----

/// The value of a field: a new reference.
///
/// # Safety
/// `object` is live.
unsafe fn get(record: &'static Record, index: u16, object: *mut PyObject) -> Result<*mut PyObject> {
    let ready = record.ready()?;
    // SAFETY: by the caller's word the object is live, and the record with it. A field lies in its record by the
    // typelib's word.
    unsafe {
        let address = ready.address(object)?;
        let access = ready.access(index)?;
        if !access.readable {
            return Err(runtime_error(match access.form {
                Form::View { .. } | Form::GValue | Form::Foreign(_) | Form::Union(_) => {
                    "field is not readable"
                }
                _ => UNREADABLE,
            }));
        }
        let Some(offset) = access.offset else {
            return Err(runtime_error(UNREADABLE));
        };
        let at = address.add(offset).cast::<c_void>();
        let length = access.length.map_or(0, |(offset, kind)| {
            length_of(kind, read_bits(address.add(offset).cast(), kind.size()))
        });
        match &access.form {
            Form::Value(converter) => {
                check_elements(converter, at)?;
                let value = converter.output(at, Transfer::None, length)?;
                if converter.may_lend() {
                    lent::tie(value, object);
                }
                Ok(value)
            }
            Form::Bits(field) => {
                let value = field.read(at.cast());
                field
                    .converter
                    .output((&raw const value).cast(), Transfer::None, 0)
            }
            Form::View { cell, .. } | Form::Union(cell) => not_null(lent::view(at, cell, object)),
            Form::GValue => gvalue::output_inline(at.cast(), false),
            Form::Foreign(cell) => foreign::output(at, cell, false),
            Form::Items(array) => items(array, at, length, object),
            Form::Callback(converter) => {
                if at.cast::<usize>().read_unaligned() == 0 {
                    return Ok(output::none());
                }
                converter.output(at, Transfer::None, 0)
            }
            Form::Nothing => Err(runtime_error(UNREADABLE)),
        }
    }
}

const UNREADABLE: &str = "unable to get the value";
const UNWRITABLE: &str = "unable to set value for field";
const NOT_WRITABLE: &str = "field is not writable";

/// A `GArray` says itself how large its items are; a typelib that says otherwise is not believed.
///
/// # Safety
/// At `at` is a live value of the converter's type.
unsafe fn check_elements(converter: &Converter, at: *const c_void) -> Result<()> {
    let Converter::Array(array) = converter else {
        return Ok(());
    };
    if array.form != ArrayForm::GArray {
        return Ok(());
    }
    // SAFETY: by the caller's word.
    let size = unsafe {
        let pointer = at.cast::<*mut glib_sys::GArray>().read_unaligned();
        if pointer.is_null() {
            return Ok(());
        }
        glib_sys::g_array_get_element_size(pointer) as usize
    };
    if size == array.item.size() {
        return Ok(());
    }
    let size_is = format!("item size is {size} bytes");
    Err(type_error(&if array.item.is_pointer() {
        format!("Array type is assumed to be a pointer, but {size_is}")
    } else {
        format!(
            "Array type has items of {} bytes, but {size_is}",
            array.item.size()
        )
    }))
}

/// The items of an array that stands in a record: records are views.
///
/// # Safety
/// At `at` stands such an array, in the record of `object`.
unsafe fn items(
    array: &Array,
    at: *mut c_void,
    length: usize,
    object: *mut PyObject,
) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; a new list has room for the items, which are new references.
    unsafe {
        let (Converter::Inline(cell), Some(n)) = (&array.item, array.fixed) else {
            let value = array.output(at, Transfer::None, length)?;
            if array.item.may_lend() {
                lent::tie(value, object);
            }
            return Ok(value);
        };
        let list = not_null(ffi::PyList_New(n as isize))?;
        for i in 0..n {
            let item = at.cast::<u8>().add(i * cell.size);
            let is_empty = (0..cell.size).all(|k| item.add(k).read() == 0);
            // PyGObject takes the first bytes of a union for an address, and shows None for 0. So do we, for what is
            // empty altogether.
            let value = if cell.family == Family::Union && is_empty {
                output::none()
            } else {
                lent::view(item.cast(), cell, object)
            };
            if value.is_null() {
                ffi::Py_DECREF(list);
                return Err(Raised);
            }
            ffi::PyList_SET_ITEM(list, i as isize, value);
        }
        Ok(list)
    }
}

// ---- Writing ----

/// Writes a field.
///
/// # Safety
/// Both objects are live.
unsafe fn set(
    record: &'static Record,
    index: u16,
    object: *mut PyObject,
    value: *mut PyObject,
) -> Result<()> {
    let ready = record.ready()?;
    // SAFETY: as for `get`. Converting may run Python code that takes the record away from its wrapper, so its
    // address is asked for again before anything is written.
    unsafe {
        ready.address(object)?;
        let access = ready.access(index)?;
        let at = || -> Result<*mut u8> {
            match access.offset {
                Some(offset) => Ok(ready.address(object)?.add(offset)),
                None => Err(runtime_error(UNWRITABLE)),
            }
        };
        let allow = |text| {
            if access.writable {
                Ok(())
            } else {
                Err(runtime_error(text))
            }
        };
        let mut temps = Temps::new(VALUE);
        match &access.form {
            Form::View { cell, simple } => {
                allow(NOT_WRITABLE)?;
                if !is_simple(cell, simple)? {
                    return Err(unclear());
                }
                let from = instance::pointer(value, cell, VALUE)?;
                ptr::copy(from.cast::<u8>(), at()?, cell.size);
                Ok(())
            }
            Form::GValue | Form::Foreign(_) => {
                allow(NOT_WRITABLE)?;
                Err(unclear())
            }
            Form::Union(_) => {
                allow(NOT_WRITABLE)?;
                Err(not_implemented("setting an union is not supported yet"))
            }
            Form::Bits(field) => {
                let mut number = 0u64;
                let to = (&raw mut number).cast();
                field
                    .converter
                    .input(value, Transfer::None, &mut temps, to)?;
                allow(UNWRITABLE)?;
                if !field.holds(number) {
                    return Err(field.too_large(number));
                }
                field.write(at()?, number);
                Ok(())
            }
            Form::Items(array) => {
                let mut memory: *mut c_void = ptr::null_mut();
                let to = (&raw mut memory).cast();
                let n = if value == ffi::Py_None() {
                    None
                } else {
                    Some(array.input(value, Transfer::None, &mut temps, to)?)
                };
                let n = n.filter(|&n| array.item.is_plain() && array.fixed == Some(n));
                let Some(n) = n else {
                    return Err(runtime_error(UNWRITABLE));
                };
                allow(UNWRITABLE)?;
                ptr::copy(memory.cast::<u8>(), at()?, n * array.item.size());
                Ok(())
            }
            Form::Callback(_) | Form::Nothing => {
                if matches!(access.form, Form::Callback(_)) && value != ffi::Py_None() {
                    errors::callable(value)?;
                }
                allow(NOT_WRITABLE)?;
                Err(runtime_error(UNWRITABLE))
            }
            Form::Value(converter) => {
                if matches!(converter, Converter::Member(..)) {
                    allow(NOT_WRITABLE)?;
                }
                set_value(converter, object, value, &mut temps, &allow, &at)
            }
        }
    }
}

/// Writes a field whose converter knows the whole of it.
///
/// # Safety
/// Both objects are live; `at` finds the field.
unsafe fn set_value(
    converter: &Converter,
    object: *mut PyObject,
    value: *mut PyObject,
    temps: &mut Temps<'_>,
    allow: &dyn Fn(&'static str) -> Result<()>,
    at: &dyn Fn() -> Result<*mut u8>,
) -> Result<()> {
    let mut bits = 0u64;
    let to = (&raw mut bits).cast::<c_void>();
    // SAFETY: no value here is wider than the slot; what the field gets is owned, and given up by the pieces.
    unsafe {
        match converter {
            _ if converter.is_plain() => {
                converter.input(value, Transfer::None, temps, to)?;
                allow(UNWRITABLE)?;
                write_bits(at()?.cast(), converter.size(), bits);
                Ok(())
            }
            Converter::Pointer => {
                converter.input(value, Transfer::None, temps, to)?;
                allow(UNWRITABLE)?;
                at()?.cast::<u64>().write_unaligned(bits);
                Ok(())
            }
            Converter::Utf8 | Converter::Filename | Converter::Object(_) => {
                converter.input(value, Transfer::Full, temps, to)?;
                // Texts PyGObject writes whether the typelib allows it or not.
                if !matches!(converter, Converter::Utf8) {
                    allow(UNWRITABLE)?;
                }
                let at = at()?.cast();
                temps.commit();
                let (release, with): (temps::Release, _) = match converter {
                    Converter::Object(cell) => (object_drop, ptr::from_ref(*cell).cast()),
                    _ => (temps::free, ptr::null()),
                };
                put(object, at, bits as *mut c_void, release, with);
                Ok(())
            }
            _ => {
                // The error of a value that would never do comes first, as in PyGObject.
                converter.input(value, Transfer::None, temps, to)?;
                Err(runtime_error(UNWRITABLE))
            }
        }
    }
}

unsafe extern "C" fn object_drop(object: *mut c_void, cell: *const c_void) {
    // SAFETY: an object and its cell, as they were put into the field.
    unsafe { instance::object_drop(object, cell.cast()) }
}

/// Writes an owned pointer. In an instance, which has owners of its own, the old one is left alone.
///
/// # Safety
/// As for [`boxed::put`], but for any wrapper.
unsafe fn put(
    object: *mut PyObject,
    at: *mut *mut c_void,
    value: *mut c_void,
    release: temps::Release,
    with: *const c_void,
) {
    // SAFETY: by the caller's word.
    unsafe {
        if boxed::is_wrapper(object) {
            boxed::put(object, at, value, release, with);
        } else {
            at.write_unaligned(value);
        }
    }
}

fn is_simple(cell: &TypeCell, known: &OnceLock<bool>) -> Result<bool> {
    if let Some(known) = known.get() {
        return Ok(*known);
    }
    let simple = record::is_simple(repository(), &cell.of)
        .map_err(|error| runtime_error(&error.to_string()))?;
    Ok(*known.get_or_init(|| simple && cell.size > 0))
}

fn unclear() -> Raised {
    type_error("cannot set a structure which has no well-defined ownership transfer rules")
}

// ---- For others ----

/// The value of a field by its numbers: that of the record in its namespace's directory, and that of the field in the
/// record. A new reference; TypeError for an object of another class.
///
/// # Safety
/// `object` is live.
pub unsafe fn get_at(
    namespace: &Arc<Namespace>,
    record: u16,
    field: u16,
    object: *mut PyObject,
) -> Result<*mut PyObject> {
    // SAFETY: passed on.
    unsafe { get(numbered(namespace, record)?, field, object) }
}

/// Writes a field by its numbers, as [`get_at`] reads it.
///
/// # Safety
/// Both objects are live.
pub unsafe fn set_at(
    namespace: &Arc<Namespace>,
    record: u16,
    field: u16,
    object: *mut PyObject,
    value: *mut PyObject,
) -> Result<()> {
    // SAFETY: passed on.
    unsafe { set(numbered(namespace, record)?, field, object, value) }
}

fn numbered(namespace: &Arc<Namespace>, record: u16) -> Result<&'static Record> {
    let name = namespace
        .typelib()
        .entry(record)
        .and_then(|entry| entry.name())
        .map_err(|error| runtime_error(&error.to_string()))?;
    Ok(record_named(namespace, name))
}

/// Whether `object` is of the class of a member of the union: C takes the address of one for that of the other.
///
/// # Safety
/// `object` is live.
pub unsafe fn is_member(union: &'static TypeCell, object: *mut PyObject) -> Result<bool> {
    let TypeRef { namespace, name } = &union.of;
    let Some(namespace) = repository().get(namespace) else {
        return Ok(false);
    };
    for cell in record_named(&namespace, name).ready()?.members() {
        let class = cell.class()?;
        // SAFETY: by the caller's word.
        if unsafe { ffi::PyObject_TypeCheck(object, class) } != 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn member(ty: &Type) -> Option<&'static TypeCell> {
    cell::of_type(ty, false).filter(|cell| matches!(cell.family, Family::Struct | Family::Union))
}

// ---- Descriptors ----

/// What stands behind the parts that a descriptor has as a `property`.
struct Payload {
    record: &'static Record,
    index: u16,
}

struct Descriptors {
    class: *mut PyTypeObject,
    /// Where the payload stands in a descriptor.
    payload: usize,
}

// SAFETY: immortal and written once.
unsafe impl Send for Descriptors {}
// SAFETY: as above.
unsafe impl Sync for Descriptors {}

static DESCRIPTORS: OnceLock<Descriptors> = OnceLock::new();

/// Makes the type of descriptors; once, at initialisation. It derives from `property`, since tools ask for that.
pub fn initialise() -> Result<()> {
    let base = &raw mut ffi::PyProperty_Type;
    // SAFETY: a static type of the interpreter.
    let payload = unsafe { (*base).tp_basicsize } as usize;
    let class = pytype::make(pytype::Spec {
        name: c"gi._gi.Field",
        size: payload + size_of::<Payload>(),
        flags: ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
        base,
        slots: vec![
            (ffi::Py_tp_descr_get, descriptor_get as *mut c_void),
            (ffi::Py_tp_descr_set, descriptor_set as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![(c"fget", get_getter), (c"fset", get_setter)],
        methods: vec![],
    })?;
    let _ = DESCRIPTORS.set(Descriptors { class, payload });
    Ok(())
}

/// Puts a descriptor for each field into a class's dict, and where `over` is not set, only under names that are free:
/// a method hides a field of its name, but a field hides a method of an object class. `has` names what is not wanted.
///
/// # Safety
/// `dict` is a live dict.
pub unsafe fn install<'a>(
    namespace: &Arc<Namespace>,
    name: &str,
    fields: impl Iterator<Item = gijit_typelib::Result<Field<'a>>>,
    dict: *mut PyObject,
    over: bool,
    has: &dyn Fn(&str) -> bool,
) -> Result<()> {
    let mut record = None;
    for (index, field) in fields.enumerate() {
        let field = field
            .and_then(|field| field.name())
            .map_err(|error| runtime_error(&error.to_string()))?;
        if has(field) {
            continue;
        }
        let record = *record.get_or_insert_with(|| record_named(namespace, name));
        let key = pytype::text(&python_name(field));
        // SAFETY: live objects; the dict takes references of its own, and those made here are dropped.
        unsafe {
            let descriptor = descriptor(record, index as u16);
            let failed = key.is_null()
                || descriptor.is_null()
                || match (over, ffi::PyDict_Contains(dict, key)) {
                    (_, -1) => true,
                    (false, 1) => false,
                    _ => ffi::PyDict_SetItem(dict, key, descriptor) < 0,
                };
            ffi::Py_XDECREF(key);
            ffi::Py_XDECREF(descriptor);
            if failed {
                return Err(Raised);
            }
        }
    }
    Ok(())
}

/// A descriptor: a new reference, or NULL with an exception set.
fn descriptor(record: &'static Record, index: u16) -> *mut PyObject {
    let known = DESCRIPTORS
        .get()
        .expect("the type of descriptors is made at initialisation");
    // SAFETY: the type has room for the payload behind its base; a property whose parts are all NULL is a valid one.
    unsafe {
        let object = ffi::PyType_GenericAlloc(known.class, 0);
        if !object.is_null() {
            let payload = object.cast::<u8>().add(known.payload).cast::<Payload>();
            payload.write(Payload { record, index });
        }
        object
    }
}

/// # Safety
/// `object` is a live descriptor.
unsafe fn payload<'a>(object: *mut PyObject) -> &'a Payload {
    // SAFETY: by the caller's word; descriptors are made in this file alone.
    unsafe {
        let offset = DESCRIPTORS.get().map_or(0, |known| known.payload);
        &*object.cast::<u8>().add(offset).cast::<Payload>()
    }
}

unsafe extern "C" fn descriptor_get(
    this: *mut PyObject,
    object: *mut PyObject,
    _: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the descriptor protocol: a live descriptor, and a live object or NULL.
        unsafe {
            if object.is_null() || object == ffi::Py_None() {
                return Ok(ffi::Py_NewRef(this));
            }
            let Payload { record, index } = payload(this);
            get(record, *index, object)
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn descriptor_set(
    this: *mut PyObject,
    object: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    crate::guard(|| {
        // SAFETY: the descriptor protocol: a live descriptor and object, and a live value or NULL to delete.
        unsafe {
            let Payload { record, index } = payload(this);
            if value.is_null() {
                let plan = &record.ready()?.plan;
                let name = plan
                    .fields
                    .get(usize::from(*index))
                    .map_or("", |field| &field.name);
                return Err(raise(
                    ffi::PyExc_AttributeError,
                    &format!(
                        "property '{}' of '{}' object has no deleter",
                        python_name(name),
                        type_name(object)
                    ),
                ));
            }
            set(record, *index, object, value)
        }
    })
    .map_or(-1, |()| 0)
}

/// What a property of Python has as its `fget`.
unsafe extern "C" fn get_getter(this: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a live descriptor.
    unsafe { ffi::PyObject_GetAttrString(this, c"__get__".as_ptr()) }
}

unsafe extern "C" fn get_setter(this: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: as above.
    unsafe { ffi::PyObject_GetAttrString(this, c"__set__".as_ptr()) }
}
