//! The properties that a Python class declares, and what GObject calls to read and write them.
//!
//! Compat surface, section 3.4. An entry of `__gproperties__` is a tuple `(type, nick, blurb, [minimum, maximum,]
//! [default,] flags)`. C reads and writes a property through its accessor, an object with `fget(instance)` and
//! `fset(instance, value)`; without one through the instance's `do_get_property(pspec)` and
//! `do_set_property(pspec, value)`.

use std::ffi::{CStr, CString, c_char};
use std::ptr;
use std::sync::OnceLock;

use gijit_plan::Kind;
use gijit_plan::types::Fundamental;
use gobject_sys as gobject;
use gobject_sys::{GObject, GParamSpec, GValue};
use pyo3::ffi::{self, PyObject};

use crate::closure::Outer;
use crate::convert::cell::Family;
use crate::convert::classes;
use crate::convert::gvalue::{self, Mode, load};
use crate::convert::instance::gtype_name;
use crate::convert::{enumeration, gtype, input, output};
use crate::object::class::declaration::{Declaration, flags, items};
use crate::object::class::subclass;
use crate::object::instance::wrapper;
use crate::object::property;
use crate::python::error::{Raised, Result, type_error, type_name};
use crate::python::reference::Name;
use crate::python::reference::not_null;
use crate::python::{self, Gil};

/// One property of a declaration.
pub struct Property {
    pub name: CString,
    /// A floating reference, which installing sinks. What an interface of the class demands has one of its own, too: the
    /// class may say more of it than the interface, such as that it can be written.
    spec: *mut GParamSpec,
    /// A strong reference for ever, or NULL.
    accessor: *mut PyObject,
}

/// Reads one entry of `__gproperties__`.
///
/// # Safety
/// The objects are live; the types are registered.
pub unsafe fn read(
    key: *mut PyObject,
    value: *mut PyObject,
    accessors: *mut PyObject,
) -> Result<Property> {
    // SAFETY: by the caller's word; the accessor lives for ever by the reference that is taken at the end.
    unsafe {
        let name = CStr::from_ptr(input::utf8(key)?);
        // As GObject writes it.
        let name = CString::new(name.to_string_lossy().replace('_', "-")).unwrap_or_default();
        let spec = make(&name, value)?;
        let accessor = if accessors.is_null() {
            ptr::null_mut()
        } else {
            ffi::PyDict_GetItemString(accessors, name.as_ptr())
        };
        Ok(Property {
            name,
            spec,
            accessor: ffi::Py_XNewRef(accessor),
        })
    }
}

impl Property {
    /// # Safety
    /// The class is being initialised.
    pub unsafe fn install(&self, class: *mut gobject::GObjectClass, id: u32) {
        // SAFETY: by the caller's word; the class takes the floating reference.
        unsafe { gobject::g_object_class_install_property(class, id, self.spec) };
    }
}

/// The GParamSpec that a tuple describes: floating.
///
/// # Safety
/// `value` is live.
unsafe fn make(name: &CStr, value: *mut PyObject) -> Result<*mut GParamSpec> {
    let shown = name.to_string_lossy();
    // SAFETY: by the caller's word; texts live as long as the tuple, and GObject copies them.
    unsafe {
        let Some(items) = items(value) else {
            return Err(type_error(&format!(
                "__gproperties__ values must be tuples, not {}: property '{shown}'",
                type_name(value)
            )));
        };
        let [of, nick, blurb, middle @ .., last] = &items[..] else {
            return Err(type_error(&format!(
                "property '{shown}' needs at least a type, a nick, a blurb and flags"
            )));
        };
        if !gobject::g_param_spec_is_valid_name(name.as_ptr()).eq(&1) {
            return Err(type_error(&format!("'{shown}' is no name for a property")));
        }
        let of = gtype::value(*of)? as usize;
        let made = Making {
            name: name.as_ptr(),
            shown: &shown,
            nick: optional_text(*nick)?,
            blurb: optional_text(*blurb)?,
            gtype: of,
            middle,
            flags: flags(*last, &shown)?,
        }
        .make()?;
        if made.is_null() {
            return Err(type_error(&format!(
                "could not create param spec for type {}",
                gtype_name(of)
            )));
        }
        Ok(made)
    }
}

/// # Safety
/// `object` is live and longer than the text is used.
unsafe fn optional_text(object: *mut PyObject) -> Result<*const c_char> {
    // SAFETY: by the caller's word.
    unsafe {
        if object == ffi::Py_None() {
            Ok(ptr::null())
        } else {
            input::utf8(object)
        }
    }
}

/// The parts of a GParamSpec that is being made.
struct Making<'a> {
    name: *const c_char,
    shown: &'a str,
    nick: *const c_char,
    blurb: *const c_char,
    gtype: usize,
    /// What stands between the blurb and the flags.
    middle: &'a [*mut PyObject],
    flags: u32,
}

impl Making<'_> {
    /// Exactly `N` items in the middle.
    fn exactly<const N: usize>(&self) -> Result<[*mut PyObject; N]> {
        self.middle.try_into().map_err(|_| {
            type_error(&format!(
                "property '{}' of type {} takes {N} values between its blurb and its flags, not {}",
                self.shown,
                gtype_name(self.gtype),
                self.middle.len()
            ))
        })
    }

    /// Minimum, maximum and default of a number: None if GObject would not take them.
    ///
    /// # Safety
    /// The items are live.
    unsafe fn range<T: PartialOrd + Copy>(
        &self,
        kind: Kind,
        of: fn(u64) -> T,
    ) -> Result<Option<[T; 3]>> {
        let items = self.exactly::<3>()?;
        let mut range = [of(0); 3];
        for (to, item) in range.iter_mut().zip(items) {
            // SAFETY: by the caller's word.
            *to = of(unsafe { input::scalar(kind, item)? });
        }
        let [minimum, maximum, default] = range;
        Ok((minimum <= maximum && minimum <= default && default <= maximum).then_some(range))
    }

    /// # Safety
    /// The items are live; the texts are C strings.
    unsafe fn make(&self) -> Result<*mut GParamSpec> {
        let Making {
            name,
            nick,
            blurb,
            flags,
            gtype: of,
            ..
        } = *self;
        let Some(fundamental) = gvalue::fundamental(of) else {
            return Ok(ptr::null_mut());
        };
        let kind = fundamental.row().number.unwrap_or(Kind::Any);
        macro_rules! number {
            ($type:ty, $of:expr, $make:ident) => {{
                let of: fn(u64) -> $type = $of;
                match self.range(kind, of)? {
                    Some([minimum, maximum, default]) => {
                        gobject::$make(name, nick, blurb, minimum, maximum, default, flags)
                    }
                    None => ptr::null_mut(),
                }
            }};
        }
        // SAFETY: by the caller's word; each function gets values of its type, and copies what it needs.
        unsafe {
            Ok(match fundamental {
                Fundamental::Char => number!(i8, |bits| bits as i8, g_param_spec_char),
                Fundamental::UChar => number!(u8, |bits| bits as u8, g_param_spec_uchar),
                Fundamental::Int => number!(i32, |bits| bits as i32, g_param_spec_int),
                Fundamental::UInt => number!(u32, |bits| bits as u32, g_param_spec_uint),
                Fundamental::Long => number!(i64, |bits| bits as i64, g_param_spec_long),
                Fundamental::ULong => number!(u64, |bits| bits, g_param_spec_ulong),
                Fundamental::Int64 => number!(i64, |bits| bits as i64, g_param_spec_int64),
                Fundamental::UInt64 => number!(u64, |bits| bits, g_param_spec_uint64),
                Fundamental::Float => {
                    number!(f32, |bits| f32::from_bits(bits as u32), g_param_spec_float)
                }
                Fundamental::Double => {
                    number!(f64, f64::from_bits, g_param_spec_double)
                }
                Fundamental::Boolean => {
                    let [default] = self.exactly()?;
                    let default = ffi::PyObject_IsTrue(default);
                    if default < 0 {
                        return Err(Raised);
                    }
                    gobject::g_param_spec_boolean(name, nick, blurb, default, flags)
                }
                Fundamental::Enum => {
                    let [default] = self.exactly()?;
                    let default = enumeration::number(default, of, Family::Enum)? as i32;
                    let class = classes::class_ref(of);
                    let known = gobject::g_enum_get_value(class.cast(), default);
                    gobject::g_type_class_unref(class.cast());
                    if known.is_null() {
                        return Ok(ptr::null_mut());
                    }
                    gobject::g_param_spec_enum(name, nick, blurb, of, default, flags)
                }
                Fundamental::Flags => {
                    let [default] = self.exactly()?;
                    let default = enumeration::number(default, of, Family::Flags)? as u32;
                    gobject::g_type_class_unref(classes::class_ref(of).cast());
                    gobject::g_param_spec_flags(name, nick, blurb, of, default, flags)
                }
                Fundamental::String => {
                    let [default] = self.exactly()?;
                    let default = optional_text(default)?;
                    gobject::g_param_spec_string(name, nick, blurb, default, flags)
                }
                Fundamental::Param => {
                    self.exactly::<0>()?;
                    gobject::g_param_spec_param(name, nick, blurb, of, flags)
                }
                Fundamental::Boxed => {
                    self.exactly::<0>()?;
                    gobject::g_param_spec_boxed(name, nick, blurb, of, flags)
                }
                Fundamental::Pointer if of == gobject::g_gtype_get_type() => {
                    self.exactly::<0>()?;
                    gobject::g_param_spec_gtype(name, nick, blurb, gobject::G_TYPE_NONE, flags)
                }
                Fundamental::Pointer => {
                    self.exactly::<0>()?;
                    gobject::g_param_spec_pointer(name, nick, blurb, flags)
                }
                Fundamental::Object | Fundamental::Interface => {
                    self.exactly::<0>()?;
                    gobject::g_param_spec_object(name, nick, blurb, of, flags)
                }
                Fundamental::Variant => {
                    let [default] = self.exactly()?;
                    let mut value = gvalue::Owned::new(gobject::G_TYPE_VARIANT);
                    gvalue::set(&mut value.0, default)?;
                    let default = gobject::g_value_get_variant(&value.0);
                    let any = c"*".as_ptr().cast();
                    gobject::g_param_spec_variant(name, nick, blurb, any, default, flags)
                }
            })
        }
    }
}

// ---- What GObject calls ----

/// What the class that declares a property has for it. All borrowed, for ever; NULL where there is none.
#[derive(Clone, Copy)]
pub struct Declared {
    accessor: *mut PyObject,
    /// The class's methods when it was registered.
    methods: [*mut PyObject; 2],
}

/// The declaration of a property; None if no Python class declares it.
///
/// # Safety
/// The property is installed.
pub unsafe fn declared(spec: *mut GParamSpec) -> Option<Declared> {
    // SAFETY: by the caller's word; declarations live for ever.
    let (owner, name) = unsafe { ((*spec).owner_type, CStr::from_ptr((*spec).name)) };
    let declaration = subclass::declaration(owner)?;
    let found = declaration.named(name)?;
    Some(Declared {
        accessor: found.accessor,
        methods: [Which::Get, Which::Set].map(|which| declaration.method(which)),
    })
}

impl Declared {
    /// The accessor, borrowed; NULL where the instance's own methods are asked: a class below the one that declares the
    /// property may have taken it over, by a `do_get_property` or `do_set_property` of its own.
    ///
    /// # Safety
    /// The wrapper is live, and its object of the type; the GIL is held.
    pub unsafe fn accessor(&self, wrapper: *mut PyObject, which: Which) -> *mut PyObject {
        // SAFETY: by the caller's word.
        let method = unsafe { wrapper::type_attribute(ffi::Py_TYPE(wrapper), which.name()) };
        if method == self.methods[which as usize] || method == helper(which) {
            self.accessor
        } else {
            ptr::null_mut()
        }
    }
}

/// The accessor of a property, as [`Declared::accessor`].
///
/// # Safety
/// The wrapper is live, and the property is one of its object's type; the GIL is held.
unsafe fn accessor(wrapper: *mut PyObject, spec: *mut GParamSpec, which: Which) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe {
        declared(spec).map_or(ptr::null_mut(), |declared| {
            declared.accessor(wrapper, which)
        })
    }
}

/// Which way a property goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Get,
    Set,
}

impl Which {
    /// The method that an instance without an accessor has for it.
    pub fn name(self) -> &'static Name {
        static NAMES: [Name; 2] = [Name::new(c"do_get_property"), Name::new(c"do_set_property")];
        &NAMES[self as usize]
    }
}

/// The method that classes with Property objects have: borrowed. NULL while there are none.
fn helper(which: Which) -> *mut PyObject {
    static KNOWN: [OnceLock<usize>; 2] = [const { OnceLock::new() }; 2];
    let names = [c"do_get_property", c"do_set_property"];
    let known = crate::object::pytype::import_attribute(
        &KNOWN[which as usize],
        c"gi._propertyhelper",
        names[which as usize],
    );
    known.unwrap_or_else(|_| {
        // SAFETY: the GIL is held.
        unsafe { ffi::PyErr_Clear() };
        ptr::null_mut()
    })
}

impl Declaration {
    fn named(&self, name: &CStr) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| *property.name == *name)
    }
}

/// Runs an accessor on any thread. The exception of a getter goes to whoever asks for the property from Python on this
/// thread; others are printed, as PyGObject has it.
fn run(which: Which, body: impl FnOnce() -> Result<()>) {
    let Some(gil) = Gil::take() else {
        return;
    };
    // SAFETY: the GIL is held.
    unsafe {
        let outer = Outer::take();
        let is_heard = which == Which::Get && python::outer::is_heard();
        if crate::guard(body).is_none() && !is_heard {
            python::print();
        }
        drop(outer);
    }
    drop(gil);
}

static FGET: Name = Name::new(c"fget");
static FSET: Name = Name::new(c"fset");

/// Calls a method with up to two arguments, all borrowed: a new reference.
///
/// # Safety
/// The objects are live.
unsafe fn call(of: *mut PyObject, name: &Name, args: &[*mut PyObject]) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; the place before the arguments is the callee's.
    unsafe {
        let method = name.of(of)?;
        let mut all = [ptr::null_mut(); 3];
        all[1..=args.len()].copy_from_slice(args);
        let result = python::call(
            method,
            all.as_ptr().add(1),
            args.len() | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
        );
        ffi::Py_DECREF(method);
        not_null(result)
    }
}

/// What the getter of an accessor gives, or the instance's `do_get_property` where that is NULL: a new reference, to what
/// it gives as it is. A getter that misses an attribute gives None, as in PyGObject: objects are asked for their
/// properties before their `__init__` has got to them.
///
/// # Safety
/// All are live, and the wrapper is held.
pub unsafe fn value_of(
    accessor: *mut PyObject,
    wrapper: *mut PyObject,
    spec: *mut GParamSpec,
) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        if !accessor.is_null() {
            let got = call(accessor, &FGET, &[wrapper]);
            if got.is_err() && ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) != 0 {
                ffi::PyErr_Clear();
                return Ok(output::none());
            }
            return got;
        }
        let spec = property::wrapped(spec)?;
        let got = call(wrapper, Which::Get.name(), &[spec]);
        ffi::Py_DECREF(spec);
        got
    }
}

/// Gives a value to the setter of an accessor. An exception is printed: who sets a property hears of none.
///
/// # Safety
/// All are live and held; the GIL is held.
pub unsafe fn write_by(accessor: *mut PyObject, wrapper: *mut PyObject, value: *mut PyObject) {
    // SAFETY: by the caller's word.
    unsafe {
        let done = crate::guard(|| {
            let result = call(accessor, &FSET, &[wrapper, value])?;
            ffi::Py_DECREF(result);
            Ok(())
        });
        if done.is_none() {
            python::print();
        }
    }
}

pub unsafe extern "C" fn get_property(
    object: *mut GObject,
    _: u32,
    value: *mut GValue,
    spec: *mut GParamSpec,
) {
    // SAFETY: GObject calls this with a live object, a value of the property's type, and the property.
    run(Which::Get, || unsafe {
        let wrapper = wrapper::of(object)?;
        let got = value_of(accessor(wrapper, spec, Which::Get), wrapper, spec);
        ffi::Py_DECREF(wrapper);
        let got = got?;
        let stored = gvalue::set(value, got);
        if stored.is_err() && got == ffi::Py_None() {
            // A getter that says nothing is none of C's business, as in PyGObject: the value stays zero.
            ffi::PyErr_Clear();
            ffi::Py_DECREF(got);
            return Ok(());
        }
        ffi::Py_DECREF(got);
        stored
    });
}

pub unsafe extern "C" fn set_property(
    object: *mut GObject,
    _: u32,
    value: *mut GValue,
    spec: *mut GParamSpec,
) {
    // SAFETY: as above.
    run(Which::Set, || unsafe {
        let given = load::load(value, Mode::Generic)?;
        let done = wrapper::of(object).and_then(|wrapper| {
            let accessor = accessor(wrapper, spec, Which::Set);
            let done = if accessor.is_null() {
                property::wrapped(spec).and_then(|spec| {
                    let done = call(wrapper, Which::Set.name(), &[spec, given]);
                    ffi::Py_DECREF(spec);
                    done
                })
            } else {
                call(accessor, &FSET, &[wrapper, given])
            };
            ffi::Py_DECREF(wrapper);
            done
        });
        ffi::Py_DECREF(given);
        ffi::Py_DECREF(done?);
        Ok(())
    });
}
