//! Many numbers at once: the loops for lists and tuples of plain ints and floats, and back.
//!
//! As long as every item is exactly an int or a float in range, no Python code runs, so nothing can change the list on
//! the way. At the first item that is anything else the loop gives up, and the conversion of single items, which
//! also has the error texts, begins anew.

use pyo3::ffi::{self, PyObject};

use gijit_plan::Kind;

use super::{Raised, Result};

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
                Kind::F32 => self.floats(to.cast(), |value| {
                    let narrow = value as f32;
                    (narrow.is_finite() || !value.is_finite()).then_some(narrow)
                }),
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
