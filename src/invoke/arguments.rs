//! Positional and keyword arguments: which value goes to which Python argument, and the errors of a wrong count.
//!
//! Texts are PyGObject's (compat surface, section 2.1).

use gijit_plan::Job;
use std::ffi::c_void;

use pyo3::ffi::{self, PyObject};

use crate::invoke::bind::Bound;
use crate::python::error::{Raised, Result, str_of, type_error};

/// The arguments of a call, one place for each Python argument (as far as any are given), and what goes to the user
/// data behind them.
pub struct Given<'a> {
    pub args: &'a [*mut PyObject],
    pub extra: &'a [*mut PyObject],
    /// The function that is called instead of the plan's own.
    pub function: Option<Function>,
}

/// A function that only its address tells.
pub struct Function {
    pub code: *const c_void,
    /// What it gets as its user data, if it takes some.
    pub data: Option<*mut c_void>,
}

impl<'a> Given<'a> {
    /// The Python argument at a place; NULL where the default is meant.
    pub fn arg(&self, place: u16) -> *mut PyObject {
        let arg = self.args.get(usize::from(place));
        arg.map_or(std::ptr::null_mut(), |arg| *arg)
    }

    /// Arguments for the plan's own function.
    pub fn new(args: &'a [*mut PyObject], extra: &'a [*mut PyObject]) -> Self {
        Given {
            args,
            extra,
            function: None,
        }
    }
}

/// Sorts the arguments of a call into `sorted`, one place for each Python argument; NULL where the default is meant.
/// Returns what is left for the user data. All are borrowed from the caller.
///
/// # Safety
/// `args` holds `n_positional` live objects, followed by one for each name in `kwnames` (NULL or a tuple of str).
pub unsafe fn sort(
    bound: &Bound,
    args: *const *mut PyObject,
    n_positional: usize,
    kwnames: *mut PyObject,
    sorted: &mut Vec<*mut PyObject>,
) -> Result<(*const *mut PyObject, usize)> {
    let wanted = bound.n_inputs();
    let n_keywords = if kwnames.is_null() {
        0
    } else {
        // SAFETY: a live tuple.
        unsafe { ffi::PyTuple_Size(kwnames) }
    };
    let varargs = bound.plan.user_data_varargs;
    if n_positional > wanted {
        if varargs.is_none() {
            return Err(wrong_count(bound, n_positional, n_keywords > 0));
        }
        if n_keywords > 0 {
            return Err(type_error(&format!(
                "{}() cannot use variable user data arguments with keyword arguments",
                bound.plan.full_name()
            )));
        }
    }
    let n_sorted = n_positional.min(wanted);
    // SAFETY: that many objects are there.
    sorted.extend_from_slice(unsafe { std::slice::from_raw_parts(args, n_sorted) });
    // SAFETY: as above.
    let mut extra = unsafe { (args.add(n_sorted), n_positional - n_sorted) };
    sorted.resize(wanted, std::ptr::null_mut());
    for i in 0..n_keywords {
        // SAFETY: the tuple has that many items; each has its value behind the positional arguments.
        let (name, value) = unsafe {
            (
                ffi::PyTuple_GetItem(kwnames, i),
                *args.add(n_positional + i as usize),
            )
        };
        if let Some(data) = varargs
            && is_named(&bound.plan.args[data as usize], name)
        {
            // SAFETY: as above.
            extra = (unsafe { args.add(n_positional + i as usize) }, 1);
            continue;
        }
        match find(bound, name)? {
            None => return Err(keyword_error(bound, "an unexpected keyword argument", name)),
            Some(index) if !sorted[index].is_null() => {
                let what = "multiple values for keyword argument";
                return Err(keyword_error(bound, what, name));
            }
            Some(index) => sorted[index] = value,
        }
    }
    for (value, optional) in sorted.iter().zip(&bound.optional) {
        if value.is_null() && !optional {
            return Err(wrong_count(bound, n_positional, n_keywords > 0));
        }
    }
    Ok(extra)
}

/// Whether a keyword names this argument.
fn is_named(arg: &gijit_plan::Arg, name: *mut PyObject) -> bool {
    // SAFETY: the name is a live str.
    let text = unsafe { str_of(name) };
    *arg.name == *text || arg.python_name() == text
}

/// The Python argument of this name. A reserved word may be written as it is (`**{"from": 1}`) or with an underscore.
fn find(bound: &Bound, name: *mut PyObject) -> Result<Option<usize>> {
    let is_same = |known: *mut PyObject| {
        // SAFETY: both are live strs; comparing them cannot fail.
        known == name || unsafe { ffi::PyUnicode_Compare(known, name) == 0 }
    };
    if let Some(index) = bound.keywords()?.iter().position(|&known| is_same(known)) {
        return Ok(Some(index));
    }
    // SAFETY: the name is a live str.
    let text = unsafe { str_of(name) };
    Ok(bound.plan.inputs.iter().position(|&index| {
        let arg = &bound.plan.args[index as usize];
        arg.job != Job::Instance && *arg.name == *text && arg.python_name() != text
    }))
}

fn wrong_count(bound: &Bound, given: usize, keywords: bool) -> Raised {
    let wanted = bound.n_inputs();
    type_error(&format!(
        "{}() takes {} {wanted} {}argument{} ({given} given)",
        bound.plan.full_name(),
        if bound.plan.user_data_varargs.is_some() {
            "at least"
        } else {
            "exactly"
        },
        if keywords { "non-keyword " } else { "" },
        if wanted == 1 { "" } else { "s" },
    ))
}

fn keyword_error(bound: &Bound, what: &str, name: *mut PyObject) -> Raised {
    // SAFETY: the name is a live str.
    let name = unsafe { str_of(name) };
    type_error(&format!("{}() got {what} '{name}'", bound.plan.full_name()))
}
