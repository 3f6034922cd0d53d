//! The Python object that is called: `gi.FunctionInfo`.
//!
//! One for each function, method and constructor, made when its class or name is touched. It is small and knows only
//! where it stands in its typelib; the plan is built at its first call. Its head is what thunks read
//! (`gijit_shape::abi::callable`).
//!
//! Methods are a type of their own that CPython treats like built-in methods (no bound object is made for
//! `object.method(…)`); constructors ignore the class through which they are reached.

use std::cell::Cell;
use std::ffi::{CString, c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::OnceLock;

use gijit_plan::{Role, python_name};
use gijit_shape::abi;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::cell::TypeCell;
use crate::convert::output::text;
use crate::convert::table::{Runtime, table};
use crate::invoke::PROMOTER;
use crate::invoke::bind;
use crate::invoke::bind::Bound;
use crate::invoke::origin::Origin;
use crate::python::error::{Raised, Result, c_text, str_of, type_error};
use crate::python::reference::not_null;

unsafe extern "C" {
    /// Missing in pyo3's bindings: a bound method, which refers to both.
    fn PyMethod_New(function: *mut PyObject, instance: *mut PyObject) -> *mut PyObject;
}

/// The tier that a callable's next call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Not called yet.
    Cold,
    Ffi,
    Thunk,
}

/// The object itself. Every cell is touched only under the GIL.
#[repr(C)]
pub struct Callable {
    head: PyObject,
    vectorcall: Cell<ffi::vectorcallfunc>,
    target: Cell<*const c_void>,
    runtime: *const Runtime,
    cells: Cell<*const *const TypeCell>,
    fallback: ffi::vectorcallfunc,
    /// Calls over libffi, counted only while `counting`.
    pub calls: Cell<u32>,
    pub counting: Cell<bool>,
    pub tier: Cell<Tier>,
    /// Owned by the callable, freed with it, never replaced.
    bound: Cell<*mut Bound>,
    /// Owned, freed with the callable.
    origin: *mut Origin,
    /// The name as Python sees it: a strong reference.
    name: *mut PyObject,
    weak_references: *mut PyObject,
    /// What the promoter keeps with the callable; it lives for ever.
    pub promotion: Cell<*const c_void>,
}

const _: () = {
    assert!(offset_of!(Callable, vectorcall) == abi::callable::VECTORCALL);
    assert!(offset_of!(Callable, target) == abi::callable::TARGET);
    assert!(offset_of!(Callable, runtime) == abi::callable::RUNTIME);
    assert!(offset_of!(Callable, cells) == abi::callable::CELLS);
    assert!(offset_of!(Callable, fallback) == abi::callable::FALLBACK);
};

/// The Python types of callables.
#[derive(Clone, Copy)]
struct Types {
    function: *mut PyTypeObject,
    method: *mut PyTypeObject,
    constructor: *mut PyTypeObject,
    /// What calls over libffi.
    fallback: ffi::vectorcallfunc,
}

// SAFETY: the types are immortal and written once.
unsafe impl Send for Types {}
// SAFETY: as above.
unsafe impl Sync for Types {}

static TYPES: OnceLock<Types> = OnceLock::new();

/// Makes the types; once, at initialisation, after the table has been published.
///
/// `base` is `CallableInfo`, which has no fields; with `methods` the room of infos completes `FunctionInfo`;
/// `fallback` calls over libffi.
pub fn initialise(
    base: *mut PyTypeObject,
    mut methods: Vec<ffi::PyMethodDef>,
    fallback: ffi::vectorcallfunc,
) -> Result<*mut PyTypeObject> {
    let flags = ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_HAVE_VECTORCALL;
    methods.push(ffi::PyMethodDef::zeroed());
    let function = make_type(flags | ffi::Py_TPFLAGS_BASETYPE, base, None, methods, None)?;
    let method = make_type(
        flags | ffi::Py_TPFLAGS_METHOD_DESCRIPTOR,
        function,
        Some(bind_method),
        vec![],
        None,
    )?;
    let constructor = make_type(
        flags,
        function,
        Some(bind_constructor),
        vec![],
        Some(get_func),
    )?;
    let _ = TYPES.set(Types {
        function,
        method,
        constructor,
        fallback,
    });
    Ok(function)
}

fn make_type(
    flags: std::ffi::c_ulong,
    base: *mut PyTypeObject,
    binds: Option<ffi::descrgetfunc>,
    methods: Vec<ffi::PyMethodDef>,
    func: Option<ffi::getter>,
) -> Result<*mut PyTypeObject> {
    // SAFETY: all fields of a PyMemberDef may be zero; a zeroed one ends the list.
    let end: ffi::PyMemberDef = unsafe { std::mem::zeroed() };
    let member = |name: &'static std::ffi::CStr, offset: usize| ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: offset as isize,
        flags: ffi::Py_READONLY,
        doc: ptr::null(),
    };
    let mut members = [
        member(c"__vectorcalloffset__", abi::callable::VECTORCALL),
        member(c"__weaklistoffset__", offset_of!(Callable, weak_references)),
        end,
    ];
    // SAFETY: as for the members.
    let end: ffi::PyGetSetDef = unsafe { std::mem::zeroed() };
    let getter = |name: &'static std::ffi::CStr, get: ffi::getter| ffi::PyGetSetDef {
        name: name.as_ptr(),
        get: Some(get),
        ..end
    };
    // Python keeps the pointer to this list for as long as the type lives, which is for ever.
    let getset = match func {
        None => vec![getter(c"__name__", get_name), end].leak(),
        Some(func) => vec![
            getter(c"__name__", get_name),
            getter(c"__func__", func),
            end,
        ]
        .leak(),
    };
    let mut slots = vec![
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_repr, repr as *mut c_void),
        slot(ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
        slot(ffi::Py_tp_getset, getset.as_mut_ptr().cast()),
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
    ];
    if !methods.is_empty() {
        // As the list of getters.
        slots.push(slot(ffi::Py_tp_methods, methods.leak().as_mut_ptr().cast()));
    }
    if let Some(bind) = binds {
        slots.push(slot(ffi::Py_tp_descr_get, bind as *mut c_void));
    }
    slots.push(slot(0, ptr::null_mut()));
    let mut spec = ffi::PyType_Spec {
        name: c"gi.FunctionInfo".as_ptr(),
        basicsize: size_of::<Callable>() as c_int,
        itemsize: 0,
        flags: flags as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec and what it points to are complete and live through the call, or leaked where Python keeps
    // them.
    unsafe {
        let bases = ffi::PyTuple_Pack(1, base.cast::<PyObject>());
        let made = ffi::PyType_FromSpecWithBases(&mut spec, bases);
        ffi::Py_XDECREF(bases);
        if made.is_null() {
            Err(Raised)
        } else {
            Ok(made.cast())
        }
    }
}

fn slot(slot: c_int, pfunc: *mut c_void) -> ffi::PyType_Slot {
    ffi::PyType_Slot { slot, pfunc }
}

/// A new callable, cold. `name` is what Python sees.
pub fn new(origin: Origin, name: &str) -> Result<*mut PyObject> {
    let types = TYPES.get().expect("the types are made at initialisation");
    let class = match origin.role {
        Role::Method => types.method,
        Role::Constructor => types.constructor,
        _ => types.function,
    };
    let c_name = CString::new(name).unwrap_or_default();
    // SAFETY: the object is allocated by its type and every field behind the head is written before anybody sees
    // it; `ptr::write` does not drop what was there.
    unsafe {
        let name = ffi::PyUnicode_InternFromString(c_name.as_ptr());
        if name.is_null() {
            return Err(Raised);
        }
        let object = ffi::PyType_GenericAlloc(class, 0);
        if object.is_null() {
            ffi::Py_DECREF(name);
            return Err(Raised);
        }
        let callable = object.cast::<Callable>();
        (&raw mut (*callable).vectorcall).write(Cell::new(first_call));
        (&raw mut (*callable).target).write(Cell::new(ptr::null()));
        (&raw mut (*callable).runtime).write(table());
        (&raw mut (*callable).cells).write(Cell::new(ptr::null()));
        (&raw mut (*callable).fallback).write(types.fallback);
        (&raw mut (*callable).calls).write(Cell::new(0));
        (&raw mut (*callable).counting).write(Cell::new(false));
        (&raw mut (*callable).tier).write(Cell::new(Tier::Cold));
        (&raw mut (*callable).bound).write(Cell::new(ptr::null_mut()));
        (&raw mut (*callable).origin).write(Box::into_raw(Box::new(origin)));
        (&raw mut (*callable).name).write(name);
        (&raw mut (*callable).weak_references).write(ptr::null_mut());
        (&raw mut (*callable).promotion).write(Cell::new(ptr::null()));
        Ok(object)
    }
}

/// The callable behind a Python object, if it is one.
///
/// # Safety
/// `object` is live, and outlives the result.
pub unsafe fn from_object<'a>(object: *mut PyObject) -> Option<&'a Callable> {
    let types = TYPES.get()?;
    // SAFETY: the object is live; an instance of the type has the layout.
    unsafe {
        (ffi::PyObject_TypeCheck(object, types.function) != 0).then(|| &*object.cast::<Callable>())
    }
}

impl Callable {
    /// The plan and all that the executors need, built now if it has not been.
    pub fn bound(&self) -> Result<&Bound> {
        if self.bound.get().is_null() {
            let bound = Box::new(bind::bind(self.origin())?);
            self.target.set(bound.target);
            self.cells.set(bound.cells.as_ptr());
            self.bound.set(Box::into_raw(bound));
            self.tier.set(Tier::Ffi);
            self.vectorcall.set(self.fallback);
            if let Some(promoter) = PROMOTER.get() {
                (promoter.bound)(self);
            }
        }
        // SAFETY: not null any more, and never freed or replaced while the callable lives.
        Ok(unsafe { &*self.bound.get() })
    }

    /// The plan, if there has been a first call.
    pub fn bound_already(&self) -> Option<&Bound> {
        // SAFETY: null or live as above.
        unsafe { self.bound.get().as_ref() }
    }

    pub fn origin(&self) -> &Origin {
        // SAFETY: written at creation, freed with the callable.
        unsafe { &*self.origin }
    }

    /// Moves the callable to a thunk: `entry` is the entry point of code that lives for ever.
    pub fn use_thunk(&self, entry: ffi::vectorcallfunc) {
        self.vectorcall.set(entry);
        self.tier.set(Tier::Thunk);
        self.counting.set(false);
    }

    /// Counts a call over libffi.
    #[inline]
    pub fn count(&self) {
        if self.counting.get() {
            self.calls.set(self.calls.get().saturating_add(1));
            if let Some(promoter) = PROMOTER.get() {
                (promoter.counted)(self);
            }
        }
    }
}

/// The entry of a cold callable: builds the plan, warns of deprecation, and goes on with the tier that follows.
unsafe extern "C" fn first_call(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    let ready = crate::guard(|| {
        // SAFETY: CPython calls the entry with the callable that holds it.
        let this = unsafe { &*callable.cast::<Callable>() };
        let bound = this.bound()?;
        bind::warn_if_deprecated(&bound.plan)?;
        Ok(this.vectorcall.get())
    });
    match ready {
        // SAFETY: the same arguments, to the entry that replaced this one.
        Some(entry) => unsafe { entry(callable, args, nargsf, kwnames) },
        None => ptr::null_mut(),
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone; each field is released once; a heap type's instance holds a
    // reference to its type.
    unsafe {
        let callable = object.cast::<Callable>();
        if !(*callable).weak_references.is_null() {
            ffi::PyObject_ClearWeakRefs(object);
        }
        if !(*callable).bound.get().is_null() {
            drop(Box::from_raw((*callable).bound.get()));
        }
        drop(Box::from_raw((*callable).origin));
        ffi::Py_DECREF((*callable).name);
        let class = ffi::Py_TYPE(object);
        let free = (*class).tp_free.expect("an allocated type can free");
        free(object.cast());
        ffi::Py_DECREF(class.cast());
    }
}

unsafe extern "C" fn bind_method(
    method: *mut PyObject,
    instance: *mut PyObject,
    _: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the descriptor protocol: live objects or NULL.
    unsafe {
        if instance.is_null() || instance == ffi::Py_None() {
            return ffi::Py_NewRef(method);
        }
        PyMethod_New(method, instance)
    }
}

/// A constructor makes instances of its own class only: reached through a class of another name, it is replaced by
/// something that says so when it is called.
unsafe extern "C" fn bind_constructor(
    constructor: *mut PyObject,
    instance: *mut PyObject,
    class: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the descriptor protocol: live objects or NULL; a class where there is no instance.
        unsafe {
            let class = if class.is_null() {
                ffi::Py_TYPE(instance)
            } else {
                class.cast::<PyTypeObject>()
            };
            let name = c_text((*class).tp_name);
            let Err(message) = makes(constructor, &name) else {
                return Ok(ffi::Py_NewRef(constructor));
            };
            let message = text(&message);
            if message.is_null() {
                return Err(Raised);
            }
            let refusal = ffi::PyCFunction_NewEx(refusal(), message, ptr::null_mut());
            ffi::Py_DECREF(message);
            not_null(refusal)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// Whether a constructor makes instances of the class of this name; if not, what is wrong.
///
/// # Safety
/// A live constructor.
unsafe fn makes(constructor: *mut PyObject, name: &str) -> std::result::Result<(), String> {
    // SAFETY: by the caller's word.
    let origin = unsafe { (*constructor.cast::<Callable>()).origin() };
    let name = name.rsplit('.').next().unwrap_or_default();
    let container = origin.container.as_deref().unwrap_or_default();
    if name == container || name == python_name(container) {
        return Ok(());
    }
    Err(format!(
        "{container} constructor cannot be used to create instances of a subclass {name}"
    ))
}

/// `__func__` of a constructor: a function that takes the class as its first argument.
unsafe extern "C" fn get_func(constructor: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    unsafe extern "C" fn unbound(
        constructor: *mut PyObject,
        args: *mut PyObject,
        kwargs: *mut PyObject,
    ) -> *mut PyObject {
        crate::guard(|| {
            // SAFETY: called with the constructor that it was made with, a tuple, and NULL or a dict.
            unsafe {
                if ffi::PyTuple_Size(args) == 0 {
                    return Err(type_error(
                        "a constructor takes its class as the first argument",
                    ));
                }
                let class = ffi::PyTuple_GetItem(args, 0);
                let name = ffi::PyObject_GetAttrString(class, c"__name__".as_ptr());
                if name.is_null() {
                    return Err(Raised);
                }
                let fits = if ffi::PyUnicode_Check(name) == 0 {
                    Err("attribute is not a string".to_owned())
                } else {
                    makes(constructor, &str_of(name))
                };
                ffi::Py_DECREF(name);
                fits.map_err(|message| type_error(&message))?;
                let rest = ffi::PyTuple_GetSlice(args, 1, ffi::PyTuple_Size(args));
                if rest.is_null() {
                    return Err(Raised);
                }
                let object = ffi::PyObject_Call(constructor, rest, kwargs);
                ffi::Py_DECREF(rest);
                not_null(object)
            }
        })
        .unwrap_or(ptr::null_mut())
    }
    struct Definition(std::cell::UnsafeCell<ffi::PyMethodDef>);
    // SAFETY: Python only reads it.
    unsafe impl Sync for Definition {}
    static DEFINITION: Definition = Definition(std::cell::UnsafeCell::new(ffi::PyMethodDef {
        ml_name: c"constructor".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionWithKeywords: unbound,
        },
        ml_flags: ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        ml_doc: ptr::null(),
    }));
    // SAFETY: a live constructor, to which the function holds a reference.
    unsafe { ffi::PyCFunction_NewEx(DEFINITION.0.get(), constructor, ptr::null_mut()) }
}

/// The definition of a function that raises its own `self` as a TypeError.
fn refusal() -> *mut ffi::PyMethodDef {
    unsafe extern "C" fn refuse(
        message: *mut PyObject,
        _: *mut PyObject,
        _: *mut PyObject,
    ) -> *mut PyObject {
        // SAFETY: called with the message that the function was made with.
        unsafe { ffi::PyErr_SetObject(ffi::PyExc_TypeError, message) };
        ptr::null_mut()
    }
    struct Definition(std::cell::UnsafeCell<ffi::PyMethodDef>);
    // SAFETY: Python only reads it.
    unsafe impl Sync for Definition {}
    static DEFINITION: Definition = Definition(std::cell::UnsafeCell::new(ffi::PyMethodDef {
        ml_name: c"constructor".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionWithKeywords: refuse,
        },
        ml_flags: ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        ml_doc: ptr::null(),
    }));
    DEFINITION.0.get()
}

unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live callable.
    unsafe {
        let name = (*object.cast::<Callable>()).name;
        ffi::PyUnicode_FromFormat(c"gi.FunctionInfo(%U)".as_ptr(), name)
    }
}

unsafe extern "C" fn get_name(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a live callable.
    unsafe { ffi::Py_NewRef((*object.cast::<Callable>()).name) }
}
