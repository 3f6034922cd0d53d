//! Virtual functions: where their slots are, how Python calls one, and how it implements one.
//!
//! A slot is a field of a class struct or of an interface's struct. Python calls what a GType's libraries put there: an
//! implementation in Python is found as an attribute, and one that chains up through `super()` means what is below it.
//! An implementation in Python gets a trampoline that lives for ever, as its class does.

use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gijit_plan::record;
use gijit_repository::Namespace;
use gijit_typelib::{Interface, Object};
use gobject_sys as gobject;
use pyo3::exceptions::PyTypeError;
use pyo3::ffi::{self, PyObject};
use pyo3::prelude::*;

use crate::closure::signature::Signature;
use crate::convert;
use crate::convert::classes;
use crate::info::object;
use crate::info::object::member;
use crate::info::place::{Place, What};
use crate::info::registered;
use crate::invoke::arguments::{self, Function, Given};
use crate::invoke::bind::{self, Bound as BoundPlan};
use crate::invoke::call;
use crate::object::class::origin;
use crate::python::error::{Raised, Result, runtime_error, type_error};

/// One virtual function, made ready once and never freed: their number is bounded by the typelibs'.
struct Virtual {
    bound: OnceLock<&'static BoundPlan>,
    signature: OnceLock<&'static Signature>,
    slot: Slot,
}

/// Where a class has its implementation.
#[derive(Clone, Copy)]
struct Slot {
    /// The GType that the virtual function belongs to.
    owner: usize,
    /// In bytes, in its class struct or interface struct.
    offset: usize,
    is_interface: bool,
}

// SAFETY: what is bound is used under the GIL only.
unsafe impl Send for Virtual {}
// SAFETY: as above.
unsafe impl Sync for Virtual {}

/// The virtual function at a place.
fn known(place: &Place) -> std::result::Result<&'static Virtual, object::Fault> {
    /// By the address of the namespace, which is never unloaded, and the offset in its typelib.
    static KNOWN: OnceLock<Mutex<HashMap<(usize, u32), &'static Virtual>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (Arc::as_ptr(&place.namespace) as usize, place.offset);
    if let Some(found) = lock().get(&key) {
        return Ok(found);
    }
    // Not under the lock: classes may be made on the way.
    let made: &'static Virtual = Box::leak(Box::new(Virtual {
        bound: OnceLock::new(),
        signature: OnceLock::new(),
        slot: slot(place)?,
    }));
    Ok(lock().entry(key).or_insert(made))
}

fn slot(place: &Place) -> std::result::Result<Slot, object::Fault> {
    let unknown = |name: &str| {
        runtime_error(&format!(
            "the typelib does not say where the virtual function {name} is"
        ))
    };
    let name = place.name()?.unwrap_or_default();
    let Some(container) = &place.container else {
        return Err(unknown(name).into());
    };
    let (lib, offset) = (container.typelib(), container.offset);
    let (is_interface, of) = match container.what {
        What::Interface => (true, Interface::at(lib, offset)?.iface_struct()?),
        _ => (false, Object::at(lib, offset)?.class_struct()?),
    };
    let Some(of) = of else {
        return Err(unknown(name).into());
    };
    let offset = record::offset(&container.namespace, of.name()?, &of.info()?, name)?;
    let Some(offset) = offset else {
        return Err(unknown(name).into());
    };
    Ok(Slot {
        owner: registered::gtype_of(container)?,
        offset: offset as usize,
        is_interface,
    })
}

impl Slot {
    /// The address of the slot in the class of a GType. The class is made if need be, and stays for ever.
    fn of(self, gtype: usize) -> Result<*mut *const c_void> {
        // SAFETY: a registered classed type, or 0 and the like, for which GObject says no; a struct of the type has the
        // field, by the typelib's word.
        unsafe {
            if gobject::g_type_is_a(gtype, self.owner) == 0
                || gobject::g_type_test_flags(gtype, gobject::G_TYPE_FLAG_CLASSED) == 0
            {
                return Err(type_error(&format!(
                    "{} does not derive from {}, which has the virtual function",
                    convert::gtype::gtype_name(gtype),
                    convert::gtype::gtype_name(self.owner)
                )));
            }
            let mut class = gobject::g_type_class_peek(gtype).cast::<c_void>();
            if class.is_null() {
                class = classes::class_ref(gtype).cast();
            }
            if self.is_interface {
                class = gobject::g_type_interface_peek(class.cast(), self.owner).cast();
            }
            if class.is_null() {
                return Err(runtime_error("the class has not been made"));
            }
            Ok(class.cast::<u8>().add(self.offset).cast())
        }
    }
}

/// The infos of the virtual functions of an object type, with their names: new references.
pub fn of_class(namespace: &Arc<Namespace>, name: &str) -> Result<Vec<(String, *mut PyObject)>> {
    let all = || -> std::result::Result<_, object::Fault> {
        let mut all = Vec::new();
        let Some(place) = Place::named(namespace, name)?.filter(|place| place.what == What::Object)
        else {
            return Ok(all);
        };
        let view = Object::at(place.typelib(), place.offset)?;
        for (i, vfunc) in view.vfuncs_iter().enumerate() {
            let vfunc = vfunc?;
            let info = member(&place, What::VFunc, Some(vfunc.offset()), i as u16);
            all.push((vfunc.name()?.to_owned(), info.into_python()?));
        }
        Ok(all)
    };
    all().map_err(object::Fault::raise)
}

/// The plan behind an info of a virtual function, bound for calling it; None for any other object.
///
/// # Safety
/// `object` is live.
pub unsafe fn bound(object: *mut PyObject) -> Result<Option<&'static BoundPlan>> {
    // SAFETY: by the caller's word.
    let place = unsafe { object::place(object) }.map_err(object::Fault::raise)?;
    match place {
        Some(place) if place.what == What::VFunc => Ok(Some(bound_at(
            &place,
            known(&place).map_err(object::Fault::raise)?,
        )?)),
        _ => Ok(None),
    }
}

fn bound_at(place: &Place, this: &'static Virtual) -> Result<&'static BoundPlan> {
    if let Some(bound) = this.bound.get() {
        return Ok(bound);
    }
    let plan = place
        .plan()
        .map_err(|error| object::Fault::from(error).raise())?;
    let made: &'static BoundPlan = Box::leak(Box::new(bind::bind_plan(plan, ptr::null())?));
    Ok(this.bound.get_or_init(|| made))
}

/// Calls the implementation of a GType: `info(gtype, instance, *args, **keywords)`. The GType is bound by the class
/// through which the info is reached.
pub unsafe fn call(
    this: *mut PyObject,
    place: &Place,
    args: *mut PyObject,
    keywords: *mut PyObject,
) -> std::result::Result<*mut PyObject, object::Fault> {
    let known = known(place)?;
    let bound = bound_at(place, known)?;
    // SAFETY: called with a live info, a tuple, and a dict or NULL: what is in them is live while they are.
    unsafe {
        let given = ffi::PyTuple_Size(args) as usize;
        let gtype = match given {
            0 => None,
            _ => convert::gtype::lookup(ffi::PyTuple_GetItem(args, 0))?,
        };
        let Some(gtype) = gtype else {
            return Err(type_error(&format!(
                "{} needs a GType before its arguments; a class binds its own",
                bound.plan.full_name()
            ))
            .into());
        };
        let gtype = origin::of_library(gtype);
        let function = known.slot.of(gtype)?.read();
        if function.is_null() {
            return Err(missing(&bound.plan.full_name(), gtype).into());
        }
        let mut objects: Vec<_> = (1..given)
            .map(|i| ffi::PyTuple_GetItem(args, i as isize))
            .collect();
        let n = objects.len();
        let names = Names::of(keywords, &mut objects)?;
        let mut sorted = Vec::with_capacity(bound.n_inputs());
        let extra = arguments::sort(bound, objects.as_ptr(), n, names.0, &mut sorted)?;
        let given = Given {
            args: &sorted,
            extra: std::slice::from_raw_parts(extra.0, extra.1),
            function: Some(Function {
                code: function,
                data: None,
            }),
        };
        Ok(call::call(this, bound, &given)?)
    }
}

/// The names of keyword arguments as the vectorcall protocol has them: NULL or a tuple, a strong reference.
struct Names(*mut PyObject);

impl Names {
    /// Appends the values to `objects`: borrowed from the dict.
    ///
    /// # Safety
    /// `keywords` is NULL or a live dict.
    unsafe fn of(keywords: *mut PyObject, objects: &mut Vec<*mut PyObject>) -> Result<Names> {
        // SAFETY: by the caller's word; a new tuple has room for its items.
        unsafe {
            if keywords.is_null() || ffi::PyDict_Size(keywords) == 0 {
                return Ok(Names(ptr::null_mut()));
            }
            let names = ffi::PyTuple_New(ffi::PyDict_Size(keywords));
            if names.is_null() {
                return Err(Raised);
            }
            let (mut at, mut i) = (0, 0);
            let (mut name, mut value) = (ptr::null_mut(), ptr::null_mut());
            while ffi::PyDict_Next(keywords, &mut at, &mut name, &mut value) != 0 {
                ffi::PyTuple_SET_ITEM(names, i, ffi::Py_NewRef(name));
                objects.push(value);
                i += 1;
            }
            Ok(Names(names))
        }
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        // SAFETY: our own reference, or NULL.
        unsafe { ffi::Py_XDECREF(self.0) }
    }
}

/// A GLib.Error for a slot that is empty.
#[cold]
fn missing(name: &str, gtype: usize) -> Raised {
    let text = format!(
        "virtual function {name} is not implemented by {}",
        convert::gtype::gtype_name(gtype)
    );
    bind::invoke_error(&text)
}

/// Has a Python function be the implementation of a virtual function for a GType that a Python class has.
///
/// TypeError for what is no info of a virtual function, or a GType that has not got it.
#[pyfunction]
pub fn hook_up_vfunc_implementation(
    info: &Bound<'_, PyAny>,
    gtype: &Bound<'_, PyAny>,
    function: &Bound<'_, PyAny>,
) -> PyResult<()> {
    crate::python::stay();
    let py = info.py();
    let run = || -> std::result::Result<bool, object::Fault> {
        // SAFETY: live objects.
        unsafe {
            let Some(place) = object::place(info.as_ptr())? else {
                return Ok(false);
            };
            let Some(gtype) = convert::gtype::lookup(gtype.as_ptr())? else {
                return Ok(false);
            };
            if place.what != What::VFunc {
                return Ok(false);
            }
            let known = known(&place)?;
            let signature = match known.signature.get() {
                Some(signature) => signature,
                None => {
                    let made = Signature::new(place.plan()?)?;
                    known.signature.get_or_init(|| made)
                }
            };
            let slot = known.slot.of(gtype)?;
            slot.write(crate::closure::implementation(
                signature,
                function.as_ptr(),
            )?);
            Ok(true)
        }
    };
    match run() {
        Ok(true) => Ok(()),
        Ok(false) => Err(PyTypeError::new_err(
            "a virtual function's info, a GType and a callable are wanted",
        )),
        Err(fault) => {
            fault.raise();
            Err(PyErr::fetch(py))
        }
    }
}
