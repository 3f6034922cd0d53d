//! Calls functions that Python knows by their address: `gi.CCallback`.
//!
//! The plan of a callback type, bound once for all functions of that type; each brings its address and user data.

use std::collections::HashMap;
use std::ptr;
use std::sync::{Mutex, OnceLock, PoisonError};

use gijit_plan::TypeRef;
use pyo3::ffi::{self, PyObject};

use crate::closure::pointer::Pointer;
use crate::closure::signature::{self, Signature};
use crate::invoke::arguments;
use crate::invoke::arguments::{Function, Given};
use crate::invoke::bind;
use crate::invoke::bind::Bound;
use crate::invoke::call;
use crate::python::error::Result;

/// The entry of every such function.
pub unsafe extern "C" fn call(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: CPython calls this with the object that holds it, and with arguments as the vectorcall protocol lays
        // them out.
        unsafe {
            let this = &*callable.cast::<Pointer>();
            let bound = bound(this.signature)?;
            let n = ffi::PyVectorcall_NARGS(nargsf) as usize;
            let mut sorted = Vec::with_capacity(bound.n_inputs());
            let extra = arguments::sort(bound, args, n, kwnames, &mut sorted)?;
            let given = Given {
                args: &sorted,
                extra: std::slice::from_raw_parts(extra.0, extra.1),
                function: Some(Function {
                    code: this.function,
                    data: Some(this.data),
                }),
            };
            call::call(callable, bound, &given)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// The plan of a callback type, bound for calling functions of it: made once and never freed.
pub fn bound(of: &'static Signature) -> Result<&'static Bound> {
    /// The bound plans by the addresses of their signatures.
    struct Known(HashMap<usize, &'static Bound>);
    // SAFETY: what is bound is used under the GIL.
    unsafe impl Send for Known {}
    static KNOWN: OnceLock<Mutex<Known>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| Mutex::new(Known(HashMap::new())));
    let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
    let key = ptr::from_ref(of) as usize;
    if let Some(bound) = lock().0.get(&key) {
        return Ok(bound);
    }
    let plan = signature::plan_of(&TypeRef {
        namespace: of.plan.namespace.clone(),
        name: of.plan.name.clone(),
    })?;
    // Not under the lock: classes may be made on the way.
    let made: &'static Bound = Box::leak(Box::new(bind::bind_plan(plan, ptr::null())?));
    Ok(lock().0.entry(key).or_insert(made))
}
