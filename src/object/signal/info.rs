//! What is known of a signal: looked up once, and kept for ever, since signals are never unregistered.
//!
//! How a handler gets its arguments follows from a plan: a typelib's, or, for signals that a Python class declares, one
//! made of the GTypes of the parameters. Where there is none they cross as the `GValue`s that they come in.

use std::cell::Cell;
use std::ffi::{CStr, c_uint};
use std::sync::OnceLock;

use gijit_plan::types::{Fundamental, Passing};
use gijit_plan::{CallPlan, Kind, Type, TypeRef};
use gijit_typelib::Info;
use gobject_sys as gobject;
use gobject_sys::{GClosure, GObject};
use pyo3::ffi::{self, PyObject};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::closure::signature::{Signature, Way};
use crate::closure::{compiled, marshaller};
use crate::convert::gtype::gtype_name;
use crate::convert::{gvalue, input};
use crate::invoke::bind::repository;
use crate::object::class::{cells, origin};
use crate::object::pytype;
use crate::python::UnderGil;
use crate::python::error::{Raised, Result};
use crate::python::reference::ByName;

/// Whether this platform's `va_list` is known.
pub const HAS_VA_LIST: bool = cfg!(all(target_arch = "x86_64", not(windows)));

/// GObject's mark of a parameter that is not copied for handlers, `G_SIGNAL_TYPE_STATIC_SCOPE`.
const STATIC_SCOPE: usize = 1;

/// A signal, looked up once and never freed: signals are never unregistered.
pub struct Described {
    pub id: c_uint,
    /// A C string that GObject keeps for ever.
    pub name: &'static CStr,
    pub owner: usize,
    /// Whether a Python class declares it.
    pub is_from_python: bool,
    pub params: Box<[usize]>,
    /// 0 for none.
    pub returned: usize,
    /// How the arguments of handlers cross, where there is a plan of it.
    signature: OnceLock<Option<&'static Signature>>,
    /// Handlers are called as those in C are, by the marshaller that the signal has; until that proves to be a bad one.
    is_native: Cell<bool>,
    /// The marshaller has been tried.
    is_tried: Cell<bool>,
    /// How C passes its parameters, where values do no better.
    passed: Option<Box<[Passed]>>,
    /// The name of the class handler in Python, a strong reference for ever.
    method: OnceLock<usize>,
}

/// What is known of a signal. Called under the GIL.
pub fn described(id: c_uint) -> &'static Described {
    static KNOWN: UnderGil<FxHashMap<c_uint, &Described>> =
        UnderGil::new(FxHashMap::with_hasher(FxBuildHasher));
    // SAFETY: the GIL is held, and a table is touched without more; the signal exists, and what the query points to lives for ever.
    unsafe {
        if let Some(known) = KNOWN.with(|known| known.get(&id).copied()) {
            return known;
        }
        let mut query: gobject::GSignalQuery = std::mem::zeroed();
        gobject::g_signal_query(id, &mut query);
        let params: Box<[usize]> = if query.n_params == 0 {
            Box::default()
        } else {
            std::slice::from_raw_parts(query.param_types, query.n_params as usize)
                .iter()
                .map(|gtype| gtype & !STATIC_SCOPE)
                .collect()
        };
        let returned = query.return_type & !STATIC_SCOPE;
        let answers_simply =
            returned == gobject::G_TYPE_NONE || Passed::of(returned).is_some_and(Passed::is_number);
        let passed = params.iter().map(|gtype| Passed::of(*gtype));
        let passed = passed.collect::<Option<_>>().filter(|_| answers_simply);
        let made: &'static Described = Box::leak(Box::new(Described {
            id,
            name: CStr::from_ptr(query.signal_name),
            owner: query.itype,
            is_from_python: origin::is_from_python(query.itype),
            params,
            returned: if returned == gobject::G_TYPE_NONE {
                0
            } else {
                returned
            },
            signature: OnceLock::new(),
            is_native: Cell::new(true),
            is_tried: Cell::new(false),
            passed,
            method: OnceLock::new(),
        }));
        KNOWN.with(|known| known.insert(id, made));
        made
    }
}

impl Described {
    /// The name of the class handler in Python, `do_` and the signal's: an interned str, borrowed.
    pub fn method(&self) -> Result<*mut PyObject> {
        if let Some(known) = self.method.get() {
            return Ok(*known as *mut PyObject);
        }
        let name = format!("do_{}", self.name.to_string_lossy().replace('-', "_"));
        let mut text = pytype::text(&name);
        if text.is_null() {
            return Err(Raised);
        }
        // SAFETY: a new str, for ever.
        unsafe { ffi::PyUnicode_InternInPlace(&mut text) };
        Ok(*self.method.get_or_init(|| text as usize) as *mut PyObject)
    }

    /// The signature of a handler that is called with values, from a typelib.
    pub fn signature(&self) -> Option<&'static Signature> {
        // What Python declares has no more in its plan than the values say themselves.
        self.any_signature().filter(|_| !self.is_from_python)
    }

    /// The signature of a handler, however it is called.
    pub fn described_signature(&self) -> Option<&'static Signature> {
        self.any_signature()
    }

    /// The signature of a handler. Without an exception: what a typelib has wrong, values may still carry.
    fn any_signature(&self) -> Option<&'static Signature> {
        *self.signature.get_or_init(|| {
            let plan = self.plan().or_else(|| self.declared_plan())?;
            if plan.args.len() != self.params.len() + 1 {
                return None;
            }
            let made = Signature::of_handler(plan, &self.params, self.returned);
            let Ok(signature) = made else {
                // SAFETY: the GIL is held.
                unsafe { ffi::PyErr_Clear() };
                return None;
            };
            self.is_native.set(self.agrees(signature));
            Some(signature)
        })
    }

    /// The signature, if handlers are called with arguments.
    pub fn native(&self) -> Option<&'static Signature> {
        self.any_signature().filter(|_| self.is_native.get())
    }

    /// How it passes its parameters where it is emitted with arguments, as C does it. None where values are better: most
    /// of what is gained is lost again if GObject has to make values for the handlers.
    pub fn passed(&self) -> Option<&[Passed]> {
        let passed = self.passed.as_deref()?;
        (HAS_VA_LIST && compiled::is_compiling() && self.native().is_some()).then_some(passed)
    }

    /// Whether the marshaller that a closure has been connected with is one for our handlers. If not, they are called with
    /// values from here on.
    ///
    /// # Safety
    /// The closure is native, and live; the object is the one that it has been connected to.
    pub unsafe fn suits(&self, closure: *mut GClosure, object: *mut GObject) -> bool {
        if !self.is_tried.replace(true)
            && let Some(signature) = self.native()
        {
            // SAFETY: by the caller's word; `agrees` has seen the types.
            let suits = unsafe {
                marshaller::suits(closure, signature, object, &self.params, self.returned)
            };
            self.is_native.set(suits);
        }
        self.is_native.get()
    }

    /// Whether C's marshaller, which knows GTypes, passes arguments as the signature, which knows the typelib, takes them.
    fn agrees(&self, signature: &Signature) -> bool {
        let plan = &signature.plan;
        let args = plan.args.iter().skip(1);
        signature.params.iter().all(|param| param.way == Way::In)
            && args.zip(&self.params).all(|(arg, gtype)| {
                let passed = Passed::of(*gtype);
                passed.is_some() && passed == Passed::as_type(&arg.ty)
            })
            && match self.returned {
                0 => plan.ret.ty == Type::Void,
                // What is more than a number has an owner, of whom a marshaller thinks as its signal does.
                gtype => {
                    let passed = Passed::of(gtype);
                    passed == Passed::as_type(&plan.ret.ty) && passed.is_some_and(Passed::is_number)
                }
            }
    }

    /// The plan of a signal that Python declares, where its parameters are such that their GTypes say all.
    fn declared_plan(&self) -> Option<CallPlan> {
        if !self.is_from_python || self.returned != 0 {
            return None;
        }
        let params = self.params.iter().map(|gtype| value_type(*gtype));
        Some(gijit_plan::builder::declared_signal(
            known_class(self.owner)?,
            &gtype_name(self.owner),
            self.name.to_str().ok()?,
            params.collect::<Option<_>>()?,
        ))
    }

    /// What a typelib says of a handler.
    fn plan(&self) -> Option<CallPlan> {
        let (namespace, index) = repository().find_by_gtype_name(&gtype_name(self.owner))?;
        let entry = namespace.typelib().entry(index).ok()?;
        let name = self.name.to_str().ok()?;
        let signal = match entry.info().ok()? {
            Info::Object(info) => info.find_signal(name).ok()?,
            Info::Interface(info) => info.find_signal(name).ok()?,
            _ => None,
        };
        let container = entry.name().ok()?;
        gijit_plan::builder::signal(repository(), &namespace, container, signal?).ok()
    }
}

/// How C passes an argument: in which registers, and how much of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// A C `int`, or unsigned.
    Int,
    /// A whole word.
    Word,
    Pointer,
    Float,
    Double,
}

impl Passed {
    /// What the values of a GType hold; None for those that only values carry well.
    pub fn of(gtype: usize) -> Option<Passed> {
        Passed::carried(gvalue::fundamental(gtype)?, None)
    }

    /// What a typelib says of an argument.
    fn as_type(ty: &Type) -> Option<Passed> {
        let row = ty.row();
        Passed::carried(row.value?, Some(row.passed))
    }

    /// `passed` is how C passes it, where that is not said by the fundamental type.
    fn carried(of: Fundamental, passed: Option<Passing>) -> Option<Passed> {
        match of {
            Fundamental::Char
            | Fundamental::UChar
            | Fundamental::Pointer
            | Fundamental::Boxed
            | Fundamental::Variant => None,
            _ => Passed::in_c(passed.unwrap_or(of.row().passed)),
        }
    }

    fn in_c(passed: Passing) -> Option<Passed> {
        match passed {
            Passing::Number(Kind::F32) => Some(Passed::Float),
            Passing::Number(Kind::F64) => Some(Passed::Double),
            Passing::Number(kind) if kind.size() == 4 => Some(Passed::Int),
            Passing::Number(kind) if kind.size() == 8 => Some(Passed::Word),
            Passing::Address => Some(Passed::Pointer),
            _ => None,
        }
    }

    fn is_number(self) -> bool {
        self != Passed::Pointer
    }
}

/// The type of a parameter that its GType says all of.
fn value_type(gtype: usize) -> Option<Type> {
    Passed::of(gtype)?;
    match gvalue::fundamental(gtype)? {
        Fundamental::Object => Some(Type::Object(known_class(gtype)?)),
        of => of.as_type(),
    }
}

/// The nearest class above a type, or itself, that a typelib describes.
fn known_class(mut gtype: usize) -> Option<TypeRef> {
    while gtype != 0 {
        if let Some(ty) = cells::described(gtype).ok()? {
            return ty.row().named.map(|named| named.of.clone());
        }
        // SAFETY: a registered type.
        gtype = unsafe { gobject::g_type_parent(gtype) };
    }
    None
}

/// The signal that a type has under a name, with the detail behind `::`, if that may have one.
///
/// # Safety
/// The class of the type is initialised.
pub unsafe fn find(gtype: usize, name: &CStr) -> Option<(&'static Described, u32)> {
    let (mut id, mut detail) = (0, 0);
    // SAFETY: by the caller's word.
    let found = unsafe {
        gobject::g_signal_parse_name(name.as_ptr(), gtype, &mut id, &mut detail, glib_sys::GTRUE)
    };
    (found != 0).then(|| (described(id), detail))
}

/// The same for a `str`, found once. TypeError for anything else, which names `function`.
///
/// # Safety
/// As for [`find`]; the name is live.
pub unsafe fn find_named(
    gtype: usize,
    name: *mut PyObject,
    function: &str,
) -> Result<Option<(&'static Described, u32)>> {
    static KNOWN: ByName<(&Described, u32)> = ByName::new();
    // SAFETY: by the caller's word.
    unsafe {
        KNOWN.get(gtype, name, || {
            Ok(find(gtype, input::name(name, function)?))
        })
    }
}
