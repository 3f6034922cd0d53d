//! Many numbers at once: the loops for lists and tuples of plain ints and floats, and back, and for buffers whose items
//! are not the C array's.
//!
//! As long as every item is exactly an int or a float in range, no Python code runs, so nothing can change the list on
//! the way. At the first item that is anything else the loop gives up, and the conversion of single items, which
//! also has the error texts, begins anew.

use pyo3::ffi::{self, PyObject};

use gijit_plan::Kind;

use crate::python::error::{Raised, Result};

/// The items of a list or tuple.
pub struct Numbers {
    items: *const *mut PyObject,
    len: usize,
}

impl Numbers {
    /// The items of exactly a list or a tuple; None of anything else.
    ///
    /// # Safety
    /// `object` is live. The result is used before any Python code runs.
    pub unsafe fn of(object: *mut PyObject) -> Option<Numbers> {
        // SAFETY: the object is live and read as what it is; an empty one has no item to point to.
        unsafe {
            let (first, len): (fn(*mut PyObject) -> *const *mut PyObject, isize) =
                if ffi::PyList_CheckExact(object) != 0 {
                    (
                        |list| (*list.cast::<ffi::PyListObject>()).ob_item.cast_const(),
                        ffi::PyList_GET_SIZE(object),
                    )
                } else if ffi::PyTuple_CheckExact(object) != 0 {
                    (
                        |tuple| (&raw const (*tuple.cast::<ffi::PyTupleObject>()).ob_item).cast(),
                        ffi::PyTuple_GET_SIZE(object),
                    )
                } else {
                    return None;
                };
            Some(Numbers {
                items: first(object),
                len: len as usize,
            })
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// Writes all numbers to `to`; false where one needs the usual way.
    ///
    /// # Safety
    /// `to` has room for them.
    pub unsafe fn fill(&self, kind: Kind, to: *mut u8) -> bool {
        // SAFETY: passed on.
        unsafe {
            match kind {
                Kind::I8 => self.integers::<i8>(to.cast()),
                Kind::U8 => self.integers::<u8>(to),
                Kind::I16 => self.integers::<i16>(to.cast()),
                Kind::U16 => self.integers::<u16>(to.cast()),
                Kind::I32 => self.integers::<i32>(to.cast()),
                Kind::U32 => self.integers::<u32>(to.cast()),
                Kind::I64 => self.integers::<i64>(to.cast()),
                Kind::U64 => self.integers::<u64>(to.cast()),
                Kind::F64 => self.floats(to.cast(), Some),
                Kind::F32 => self.floats(to.cast(), to_f32),
                _ => false,
            }
        }
    }

    /// # Safety
    /// `to` has room for the numbers.
    unsafe fn integers<T: TryFrom<i64>>(&self, to: *mut T) -> bool {
        // SAFETY: the items are live while no Python code runs; an exact int is read as one, and errors only for its
        // range, which is said by the overflow flag.
        unsafe {
            for i in 0..self.len {
                let item = *self.items.add(i);
                if ffi::PyLong_CheckExact(item) == 0 {
                    return false;
                }
                let mut overflow = 0;
                let value = ffi::PyLong_AsLongLongAndOverflow(item, &mut overflow);
                match T::try_from(value) {
                    Ok(value) if overflow == 0 => to.add(i).write(value),
                    _ => return false,
                }
            }
        }
        true
    }

    /// # Safety
    /// `to` has room for the numbers.
    unsafe fn floats<T>(&self, to: *mut T, narrow: impl Fn(f64) -> Option<T>) -> bool {
        // SAFETY: as above; an exact float is read as one.
        unsafe {
            for i in 0..self.len {
                let item = *self.items.add(i);
                if ffi::PyFloat_CheckExact(item) == 0 {
                    return false;
                }
                match narrow(ffi::PyFloat_AS_DOUBLE(item)) {
                    Some(value) => to.add(i).write(value),
                    None => return false,
                }
            }
        }
        true
    }
}

/// Fills a new list with `n` numbers; takes the list in any case.
///
/// # Safety
/// At `data` are that many numbers of the kind; the list has as many empty places.
pub unsafe fn list_of(
    kind: Kind,
    data: *const u8,
    n: usize,
    list: *mut PyObject,
) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; plain constructors of Python values.
    unsafe {
        macro_rules! fill {
            ($from:ty, $make:expr) => {{
                let data = data.cast::<$from>();
                for i in 0..n {
                    let item = $make(data.add(i).read_unaligned());
                    if item.is_null() {
                        ffi::Py_DECREF(list);
                        return Err(Raised);
                    }
                    ffi::PyList_SET_ITEM(list, i as isize, item);
                }
            }};
        }
        match kind {
            Kind::I8 => fill!(i8, |v: i8| ffi::PyLong_FromLong(v.into())),
            Kind::U8 => fill!(u8, |v: u8| ffi::PyLong_FromLong(v.into())),
            Kind::I16 => fill!(i16, |v: i16| ffi::PyLong_FromLong(v.into())),
            Kind::U16 => fill!(u16, |v: u16| ffi::PyLong_FromLong(v.into())),
            Kind::I32 => fill!(i32, |v: i32| ffi::PyLong_FromLong(v.into())),
            Kind::U32 => fill!(u32, |v: u32| ffi::PyLong_FromLongLong(v.into())),
            Kind::I64 => fill!(i64, ffi::PyLong_FromLongLong),
            Kind::U64 => fill!(u64, ffi::PyLong_FromUnsignedLongLong),
            Kind::F32 => fill!(f32, |v: f32| ffi::PyFloat_FromDouble(v.into())),
            _ => fill!(f64, ffi::PyFloat_FromDouble),
        }
    }
    Ok(list)
}

// ---- The items of buffers ----

/// What the items of a buffer are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Numbers of C; `swapped` if their bytes are in the other order.
    Number { kind: Kind, swapped: bool },
    /// Floating-point numbers of two bytes.
    Half { swapped: bool },
    /// One byte each, where 0 is false and all else true.
    Truth,
    /// Single bytes, which are `bytes` in Python.
    Bytes,
}

/// One item.
#[derive(Clone, Copy)]
enum Wide {
    Whole(i128),
    Float(f64),
}

/// A number that an array of C holds: from a Python number of this value, as the conversion of one value does it. None
/// where that would say no.
trait Narrow: Sized {
    fn whole(value: i128) -> Option<Self>;
    fn float(value: f64) -> Option<Self>;
}

macro_rules! narrow_integers {
    ($($ty:ty),*) => {$(
        impl Narrow for $ty {
            fn whole(value: i128) -> Option<Self> {
                value.try_into().ok()
            }

            fn float(value: f64) -> Option<Self> {
                // Cut towards zero, as `int()` does; what is beyond 128 bits is beyond these as well.
                value.is_finite().then_some(value as i128).and_then(Self::whole)
            }
        }
    )*};
}

narrow_integers!(i8, u8, i16, u16, i32, u32, i64, u64);

impl Narrow for f64 {
    fn whole(value: i128) -> Option<Self> {
        Some(value as f64)
    }

    fn float(value: f64) -> Option<Self> {
        Some(value)
    }
}

impl Narrow for f32 {
    fn whole(value: i128) -> Option<Self> {
        Self::float(value as f64)
    }

    fn float(value: f64) -> Option<Self> {
        to_f32(value)
    }
}

/// A `gfloat`, if the value is in its range.
fn to_f32(value: f64) -> Option<f32> {
    let most = f64::from(f32::MAX);
    (!value.is_finite() || (-most..=most).contains(&value)).then_some(value as f32)
}

/// The value of a floating-point number of two bytes.
fn half(bits: u16) -> f64 {
    let mantissa = f64::from(bits & 0x3ff);
    let value = match (bits >> 10) & 0x1f {
        0 => mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1.0 + mantissa / 1024.0) * 2f64.powi(i32::from(exponent) - 15),
    };
    if bits >> 15 == 0 { value } else { -value }
}

/// Calls `$then!(type, closure that reads one item)` for a format.
macro_rules! with_reader {
    ($format:expr, $from:expr, $then:ident) => {{
        macro_rules! number {
            ($bits:ty, $swapped:expr, $make:expr) => {{
                let from = $from.cast::<$bits>();
                let make = $make;
                // The order of the bytes is asked once for all.
                if $swapped {
                    $then!(|i: usize| make(from.add(i).read_unaligned().swap_bytes()))
                } else {
                    $then!(|i: usize| make(from.add(i).read_unaligned()))
                }
            }};
        }
        macro_rules! whole {
            ($ty:ty, $swapped:expr) => {
                number!($ty, $swapped, |value: $ty| Wide::Whole(value.into()))
            };
        }
        match $format {
            Format::Number { kind, swapped } => match kind {
                Kind::I8 => whole!(i8, false),
                Kind::I16 => whole!(i16, swapped),
                Kind::U16 => whole!(u16, swapped),
                Kind::I32 => whole!(i32, swapped),
                Kind::U32 => whole!(u32, swapped),
                Kind::I64 => whole!(i64, swapped),
                Kind::U64 => whole!(u64, swapped),
                Kind::F32 => number!(u32, swapped, |bits| Wide::Float(
                    f32::from_bits(bits).into()
                )),
                Kind::F64 => number!(u64, swapped, |bits| Wide::Float(f64::from_bits(bits))),
                _ => whole!(u8, false),
            },
            Format::Half { swapped } => number!(u16, swapped, |bits| Wide::Float(half(bits))),
            Format::Truth => number!(u8, false, |byte| Wide::Whole((byte != 0).into())),
            Format::Bytes => whole!(u8, false),
        }
    }};
}

/// Converts `n` items of a buffer to numbers of a kind; fails with the index of the first that is out of its range.
///
/// # Safety
/// At `from` are that many items; `to` has room for as many numbers.
pub unsafe fn convert(
    from: *const u8,
    format: Format,
    n: usize,
    kind: Kind,
    to: *mut u8,
) -> std::result::Result<(), usize> {
    // SAFETY: passed on.
    unsafe {
        match kind {
            Kind::I8 => convert_to::<i8>(from, format, n, to.cast()),
            Kind::U8 => convert_to::<u8>(from, format, n, to),
            Kind::I16 => convert_to::<i16>(from, format, n, to.cast()),
            Kind::U16 => convert_to::<u16>(from, format, n, to.cast()),
            Kind::I32 => convert_to::<i32>(from, format, n, to.cast()),
            Kind::U32 => convert_to::<u32>(from, format, n, to.cast()),
            Kind::I64 => convert_to::<i64>(from, format, n, to.cast()),
            Kind::U64 => convert_to::<u64>(from, format, n, to.cast()),
            Kind::F32 => convert_to::<f32>(from, format, n, to.cast()),
            Kind::F64 => convert_to::<f64>(from, format, n, to.cast()),
            _ => unreachable!("arrays of numbers alone take buffers"),
        }
    }
}

/// # Safety
/// As for [`convert`].
unsafe fn convert_to<T: Narrow>(
    from: *const u8,
    format: Format,
    n: usize,
    to: *mut T,
) -> std::result::Result<(), usize> {
    macro_rules! all {
        ($read:expr) => {{
            let read = $read;
            for i in 0..n {
                let value = match read(i) {
                    Wide::Whole(value) => T::whole(value),
                    Wide::Float(value) => T::float(value),
                };
                match value {
                    Some(value) => to.add(i).write(value),
                    None => return Err(i),
                }
            }
        }};
    }
    // SAFETY: by the caller's word; memory from an allocator is aligned for every number.
    unsafe { with_reader!(format, from, all) };
    Ok(())
}

/// The item at `i` as a Python number, a new reference; NULL with an exception set.
///
/// # Safety
/// There is such an item.
pub unsafe fn object(from: *const u8, format: Format, i: usize) -> *mut PyObject {
    macro_rules! one {
        ($read:expr) => {{
            let read = $read;
            match read(i) {
                Wide::Float(value) => ffi::PyFloat_FromDouble(value),
                Wide::Whole(value) => match i64::try_from(value) {
                    Ok(value) => ffi::PyLong_FromLongLong(value),
                    Err(_) => ffi::PyLong_FromUnsignedLongLong(value as u64),
                },
            }
        }};
    }
    // SAFETY: by the caller's word.
    unsafe { with_reader!(format, from, one) }
}
