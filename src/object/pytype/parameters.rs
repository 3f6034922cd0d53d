//! Arguments of the functions that these rooms make themselves, sorted as a `def` of Python would: the same texts. And
//! tuples and numbers for flags, of which arguments are made.

use std::ffi::CStr;

use pyo3::ffi::{self, PyObject};

use crate::python::error::{Raised, Result, str_of, type_error, type_name};

/// What a function takes after its first parameter, `self` or the class.
pub struct Signature<const N: usize> {
    /// As errors call it: `Variant.__new__`.
    pub function: &'static str,
    pub names: [&'static CStr; N],
    /// How many of them have no default.
    pub required: usize,
}

/// How arguments are passed.
pub enum Passed {
    /// By the vectorcall protocol; `kwnames` is NULL or a tuple, whose values stand behind the positional ones.
    Vector {
        args: *const *mut PyObject,
        n: usize,
        kwnames: *mut PyObject,
    },
    /// A tuple, and NULL or a dict.
    Tuple {
        args: *mut PyObject,
        kwargs: *mut PyObject,
    },
}

impl<const N: usize> Signature<N> {
    /// The arguments, borrowed; NULL where the default is meant.
    ///
    /// # Safety
    /// What is passed is live.
    pub unsafe fn sort(&self, passed: &Passed) -> Result<[*mut PyObject; N]> {
        let mut sorted = [std::ptr::null_mut(); N];
        // SAFETY: by the caller's word; items of tuples and dicts are borrowed while these are.
        unsafe {
            let positional = match passed {
                Passed::Vector { n, .. } => *n,
                Passed::Tuple { args, .. } => ffi::PyTuple_Size(*args) as usize,
            };
            if positional > N {
                return Err(self.too_many(positional));
            }
            for (i, place) in sorted.iter_mut().enumerate().take(positional) {
                *place = match passed {
                    Passed::Vector { args, .. } => *args.add(i),
                    Passed::Tuple { args, .. } => ffi::PyTuple_GetItem(*args, i as isize),
                };
            }
            match passed {
                Passed::Vector { args, n, kwnames } if !kwnames.is_null() => {
                    for i in 0..ffi::PyTuple_Size(*kwnames) {
                        let name = ffi::PyTuple_GetItem(*kwnames, i);
                        self.keyword(&mut sorted, name, *args.add(n + i as usize))?;
                    }
                }
                Passed::Tuple { kwargs, .. } if !kwargs.is_null() => {
                    let mut at = 0;
                    let (mut name, mut value) = (std::ptr::null_mut(), std::ptr::null_mut());
                    while ffi::PyDict_Next(*kwargs, &mut at, &mut name, &mut value) != 0 {
                        self.keyword(&mut sorted, name, value)?;
                    }
                }
                _ => {}
            }
        }
        let missing: Vec<String> = (0..self.required)
            .filter(|&i| sorted[i].is_null())
            .map(|i| format!("'{}'", self.names[i].to_string_lossy()))
            .collect();
        if missing.is_empty() {
            return Ok(sorted);
        }
        Err(type_error(&format!(
            "{}() missing {} required positional argument{}: {}",
            self.function,
            missing.len(),
            if missing.len() == 1 { "" } else { "s" },
            missing.join(" and "),
        )))
    }

    fn too_many(&self, given: usize) -> Raised {
        // The first parameter counts.
        let most = N + 1;
        let takes = if self.required == N {
            format!("{most}")
        } else {
            format!("from {} to {most}", self.required + 1)
        };
        type_error(&format!(
            "{}() takes {takes} positional argument{} but {} were given",
            self.function,
            if most == 1 { "" } else { "s" },
            given + 1
        ))
    }

    /// # Safety
    /// The objects are live; `name` is a str.
    unsafe fn keyword(
        &self,
        sorted: &mut [*mut PyObject; N],
        name: *mut PyObject,
        value: *mut PyObject,
    ) -> Result<()> {
        // SAFETY: by the caller's word.
        let place = (0..N).find(|&i| unsafe {
            ffi::PyUnicode_CompareWithASCIIString(name, self.names[i].as_ptr()) == 0
        });
        let Some(place) = place else {
            return Err(type_error(&format!(
                "{}() got an unexpected keyword argument '{}'",
                self.function,
                // SAFETY: as above.
                unsafe { str_of(name) }
            )));
        };
        if !sorted[place].is_null() {
            return Err(type_error(&format!(
                "{}() got multiple values for argument '{}'",
                self.function,
                self.names[place].to_string_lossy()
            )));
        }
        sorted[place] = value;
        Ok(())
    }
}

/// The items of a tuple, borrowed; None for what is no tuple.
///
/// # Safety
/// `object` is live.
pub unsafe fn items(object: *mut PyObject) -> Option<Vec<*mut PyObject>> {
    // SAFETY: by the caller's word.
    unsafe {
        (ffi::PyTuple_Check(object) != 0).then(|| {
            (0..ffi::PyTuple_Size(object))
                .map(|i| ffi::PyTuple_GetItem(object, i))
                .collect()
        })
    }
}

/// A number for flags.
///
/// # Safety
/// `object` is live.
pub unsafe fn flags(object: *mut PyObject, what: &str) -> Result<u32> {
    // SAFETY: by the caller's word.
    unsafe {
        if ffi::PyLong_Check(object) == 0 {
            return Err(type_error(&format!(
                "{what}: flags must be an int, not {}",
                type_name(object)
            )));
        }
        let number = ffi::PyLong_AsUnsignedLongMask(object);
        if !ffi::PyErr_Occurred().is_null() {
            return Err(Raised);
        }
        Ok(number as u32)
    }
}
