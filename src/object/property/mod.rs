//! Properties of GObjects by name: read, written, and given to a new object.
//!
//! Compat surface, section 3.4. A value crosses by way of a `GValue` of the property's type. The accessors of an object
//! may run any code, so the GIL is released around them.

pub mod accessor;
pub mod binding;
pub mod conversion;
pub mod declaration;
pub mod declared;
pub mod paramspec;

use std::ffi::{CStr, c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::OnceLock;

use gobject_sys as gobject;
use gobject_sys::{GObject, GParamSpec, GValue};
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::closure::Outer;
use crate::convert::classes;
use crate::convert::gtype::gtype_name;
use crate::convert::gvalue::{Mode, Owned, load, store};
use crate::convert::instance::gtype_of;
use crate::convert::temps::Temps;
use crate::convert::{gtype as convert_gtype, input};
use crate::object::instance::base;
use crate::object::instance::{construction, wrapper};
use crate::object::property::declaration::Which;
use crate::object::property::declared::Declared;
use crate::object::property::paramspec::wrapped;
use crate::object::pytype;
use crate::python::error::{Raised, Result, c_text, raise, str_of, type_error, type_name};
use crate::python::reference::ByName;
use crate::python::reference::not_null;
use crate::python::{self, UnderGil};

type Getter = unsafe extern "C" fn(*mut GObject, u32, *mut GValue, *mut GParamSpec);

/// A property of a type of objects, looked up once.
#[derive(Clone, Copy)]
struct Property {
    spec: *mut GParamSpec,
    /// For errors.
    name: &'static str,
    /// What GObject calls to read it, with the property's own number. None where only GObject knows: the property is an
    /// interface's, or a class below the one that has it may have taken it over under a number of its own.
    getter: Option<Getter>,
    /// What the Python class has that declares it.
    declared: Option<Declared>,
}

impl Property {
    /// # Safety
    /// The type is one of objects whose class stays, and the property is one of its.
    unsafe fn new(gtype: usize, spec: *mut GParamSpec) -> Property {
        // SAFETY: by the caller's word; the classes of its ancestors stay as long.
        unsafe {
            let getter_of = |gtype| {
                let class = gobject::g_type_class_peek(gtype).cast::<gobject::GObjectClass>();
                class.as_ref().and_then(|class| class.get_property)
            };
            let owner = (*spec).owner_type;
            let is_owned = gobject::g_type_fundamental(owner) == gobject::G_TYPE_OBJECT
                && gobject::g_param_spec_get_redirect_target(spec).is_null();
            let getter = if is_owned { getter_of(owner) } else { None };
            let same = |other: Option<Getter>| {
                other.map(|other| other as usize) == getter.map(|getter| getter as usize)
            };
            Property {
                spec,
                name: CStr::from_ptr((*spec).name).to_str().unwrap_or("value"),
                getter: getter.filter(|_| same(getter_of(gtype))),
                declared: declared::declared(spec),
            }
        }
    }
}

/// Reads a property. What a Python class gives is passed on as it is.
///
/// # Safety
/// The wrapper of the object is live and held, and the property is the object's.
unsafe fn get(
    wrapper: *mut PyObject,
    object: *mut GObject,
    property: Property,
) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; the wrapper holds the object while its accessor runs.
    unsafe {
        let spec = property.spec;
        if (*spec).flags & gobject::G_PARAM_READABLE == 0 {
            let name = c_text((*spec).name);
            return Err(type_error(&format!("property {name} is not readable")));
        }
        if let Some(declared) = &property.declared {
            let accessor = declared.accessor(wrapper, Which::Get);
            return declared::value_of(accessor, wrapper, spec);
        }
        let mut value = Owned::new((*spec).value_type);
        let place = &raw mut value.0;
        python::outer::asking(|| match property.getter {
            Some(getter) => getter(object, (*spec).param_id, place, spec),
            None => gobject::g_object_get_property(object, (*spec).name, place),
        })?;
        match conversion::of(spec) {
            Some(converter) => conversion::load(converter, &value.0),
            None => load::load(&value.0, Mode::Property),
        }
    }
}

/// A TypeError instead of whatever was wrong with a value for a property that a Python class declares; that of a
/// library's property stays.
///
/// # Safety
/// An exception is set.
#[cold]
unsafe fn replace_error(property: Property, text: impl FnOnce(&str) -> Result<String>) -> Raised {
    // SAFETY: by the caller's word; a property lives for ever.
    unsafe {
        if property.declared.is_none() {
            return Raised;
        }
        ffi::PyErr_Clear();
        match text(&c_text((*property.spec).name)) {
            Ok(text) => type_error(&text),
            Err(raised) => raised,
        }
    }
}

/// Stores an object in a value of a property's type; what that points into then belongs to the pieces.
///
/// # Safety
/// All are live; the object is held as long as the pieces.
unsafe fn fill(
    value: &mut GValue,
    property: Property,
    given: *mut PyObject,
    temps: &mut Temps<'_>,
) -> Result<()> {
    // SAFETY: passed on.
    unsafe {
        let spec = property.spec;
        match conversion::of(spec) {
            Some(converter) => conversion::store(converter, value, given, temps),
            None if property.declared.is_some() => store::store(value, given, Mode::Generic),
            None => store::store(value, given, Mode::Property),
        }
    }
}

/// Writes a property.
///
/// # Safety
/// The wrapper of the object is live and held, `given` is live, and the property is the object's.
unsafe fn set(
    wrapper: *mut PyObject,
    object: *mut GObject,
    property: Property,
    given: *mut PyObject,
) -> Result<()> {
    // SAFETY: by the caller's word; the wrapper holds the object while its accessor runs.
    unsafe {
        let spec = property.spec;
        let refused = |why: &str| {
            let name = c_text((*spec).name);
            Err(type_error(&format!("property '{name}' {why}")))
        };
        if (*spec).flags & gobject::G_PARAM_CONSTRUCT_ONLY != 0 {
            return refused("can only be set in constructor");
        }
        if (*spec).flags & gobject::G_PARAM_WRITABLE == 0 {
            return refused("is not writable");
        }
        let mut temps = Temps::new(property.name);
        let mut value = Owned::new((*spec).value_type);
        fill(&mut value.0, property, given, &mut temps).map_err(|Raised| {
            replace_error(property, |name| {
                let shown = not_null(ffi::PyObject_Repr(given))?;
                let text = format!(
                    "could not convert {} to type '{}' when setting property '{}.{name}'",
                    str_of(shown),
                    gtype_name((*spec).value_type),
                    gtype_name(gtype_of(object))
                );
                ffi::Py_DECREF(shown);
                Ok(text)
            })
        })?;
        if let Some(declared) = &property.declared
            && (*spec).flags & gobject::G_PARAM_DEPRECATED == 0
        {
            let accessor = declared.accessor(wrapper, Which::Set);
            if !accessor.is_null() {
                if gobject::g_param_value_validate(spec, &mut value.0) == 0 {
                    return set_by(accessor, wrapper, object, spec, &value.0);
                }
                // GObject says what is wrong with it.
                value = Owned::new((*spec).value_type);
                fill(&mut value.0, property, given, &mut temps)?;
            }
        }
        let place = &raw const value.0;
        python::outer::asking(|| gobject::g_object_set_property(object, (*spec).name, place))
    }
}

/// Gives a value to a setter in Python as GObject would, without going through GObject: who listens hears of it when the
/// setter has done all that it does.
///
/// # Safety
/// All are live; the wrapper, which is held, is that of the object; the value is one for the property.
unsafe fn set_by(
    accessor: *mut PyObject,
    wrapper: *mut PyObject,
    object: *mut GObject,
    spec: *mut GParamSpec,
    value: *const GValue,
) -> Result<()> {
    // SAFETY: by the caller's word.
    unsafe {
        let given = load::load(value, Mode::Generic)?;
        let stored = accessor::stores(accessor, wrapper, given);
        let calls = matches!(stored, Ok(false));
        if calls {
            gobject::g_object_freeze_notify(object);
            declared::write_by(accessor, wrapper, given);
        } else if stored.is_err() {
            python::print();
        }
        ffi::Py_DECREF(given);
        let readable = gobject::G_PARAM_READABLE;
        let notifies = (*spec).flags & (readable | gobject::G_PARAM_EXPLICIT_NOTIFY) == readable;
        python::outer::asking(|| {
            if notifies {
                gobject::g_object_notify_by_pspec(object, spec);
            }
            if calls {
                gobject::g_object_thaw_notify(object);
            }
        })
    }
}

/// Makes an object of a type with the properties that `kwargs`, NULL or a dict, names. The reference is the caller's.
///
/// TypeError for a property that the type does not have, or a value that it cannot. `waiting` is the wrapper that waits
/// for the object, or NULL. The GIL is kept where nothing that makes the object can wait for another thread.
///
/// # Safety
/// The type is an instantiatable object type.
pub unsafe fn construct(
    gtype: usize,
    kwargs: *mut PyObject,
    waiting: *mut PyObject,
    keeps_gil: bool,
) -> Result<*mut GObject> {
    // SAFETY: by the caller's word; a property that is found lives for ever, and so does its name; the values live until
    // the object has been made.
    unsafe {
        let mut names = Vec::new();
        let mut values: Vec<Owned> = Vec::new();
        let mut temps = Temps::new("value");
        let mut result = Ok(());
        if !kwargs.is_null() {
            let (mut at, mut key, mut given) = (0, ptr::null_mut(), ptr::null_mut());
            while result.is_ok() && ffi::PyDict_Next(kwargs, &mut at, &mut key, &mut given) != 0 {
                result = named(gtype, key).and_then(|property| {
                    let Some(property) = property else {
                        return Err(type_error(&format!(
                            "gobject `{}' doesn't support property `{}'",
                            gtype_name(gtype),
                            str_of(key)
                        )));
                    };
                    let spec = property.spec;
                    let mut value = Owned::new((*spec).value_type);
                    fill(&mut value.0, property, given, &mut temps).map_err(|Raised| {
                        replace_error(property, |name| {
                            Ok(format!(
                                "could not convert value for property `{name}' from {} to {}",
                                type_name(given),
                                gtype_name((*spec).value_type)
                            ))
                        })
                    })?;
                    names.push((*spec).name);
                    values.push(value);
                    Ok(())
                });
            }
        }
        let mut made = ptr::null_mut();
        let result = result.and_then(|()| {
            let (n, names, values) = (names.len() as u32, names.as_mut_ptr(), values.as_ptr());
            let to = &raw mut made;
            let make = || {
                *to = gobject::g_object_new_with_properties(gtype, n, names, values.cast());
            };
            let has_hook =
                !waiting.is_null() && construction::hook(ffi::Py_TYPE(waiting)).is_some();
            python::outer::making(waiting, gtype, has_hook, keeps_gil, make)
        });
        if !waiting.is_null() && !base::pointer(waiting).is_null() {
            // C may have made another of the type first, or may give another than it has made.
            if base::object_of(waiting) != made {
                wrapper::part(waiting);
            }
        }
        match result {
            Ok(()) => Ok(made),
            Err(raised) => {
                // A wrapper that has got it keeps it until it goes itself.
                let is_kept = !waiting.is_null() && base::object_of(waiting) == made;
                if !made.is_null() && !is_kept {
                    drop_half_made(made);
                }
                Err(raised)
            }
        }
    }
}

/// Lets go of an object whose construction left an exception, which stays set.
///
/// # Safety
/// The object is live and the reference ours.
unsafe fn drop_half_made(object: *mut GObject) {
    // SAFETY: by the caller's word.
    unsafe {
        let outer = Outer::take();
        if gobject::g_object_is_floating(object) != 0 {
            gobject::g_object_ref_sink(object);
        }
        gobject::g_object_unref(object);
        drop(outer);
    }
}

// ---- Methods of GObject ----

/// The property of a type of objects under a name, found once.
///
/// # Safety
/// `name` is a live str; the type is one of objects.
unsafe fn named(gtype: usize, name: *mut PyObject) -> Result<Option<Property>> {
    static KNOWN: ByName<Property> = ByName::new();
    // SAFETY: by the caller's word; the class of a type whose properties are known is kept for ever.
    unsafe {
        KNOWN.get(gtype, name, || {
            let text = input::utf8(name)?;
            let class = classes::class_ref(gtype);
            let found = gobject::g_object_class_find_property(class.cast(), text);
            if found.is_null() {
                gobject::g_type_class_unref(class.cast());
                return Ok(None);
            }
            Ok(Some(Property::new(gtype, found)))
        })
    }
}

/// The property that a method's argument names. TypeError for what is no str, or for a property that the object has not.
///
/// # Safety
/// The object and the name are live.
unsafe fn of_object(object: *mut GObject, name: *mut PyObject, function: &str) -> Result<Property> {
    // SAFETY: by the caller's word.
    unsafe {
        let text = input::name(name, function)?;
        named(gtype_of(object), name)?.ok_or_else(|| {
            type_error(&format!(
                "object of type `{}' does not have property `{}'",
                gtype_name(gtype_of(object)),
                text.to_string_lossy()
            ))
        })
    }
}

fn count(function: &str, wanted: usize, given: isize) -> Raised {
    let s = if wanted == 1 { "" } else { "s" };
    type_error(&format!(
        "GObject.{function}() takes exactly {wanted} argument{s} ({given} given)"
    ))
}

unsafe extern "C" fn get_property(
    this: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper and `n` live objects.
        unsafe {
            let [name] = *std::slice::from_raw_parts(args, n as usize) else {
                return Err(count("get_property", 1, n));
            };
            let object = base::held(this)?;
            get(
                this,
                object,
                of_object(object, name, "GObject.get_property")?,
            )
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn set_property(
    this: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper and `n` live objects.
        unsafe {
            let [name, value] = *std::slice::from_raw_parts(args, n as usize) else {
                return Err(count("set_property", 2, n));
            };
            let object = base::held(this)?;
            let property = of_object(object, name, "GObject.set_property")?;
            set(this, object, property, value)?;
            Ok(crate::convert::output::none())
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn get_properties(this: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper and a tuple; each value is a new reference that the tuple takes.
        unsafe {
            let object = base::held(this)?;
            let n = ffi::PyTuple_Size(args);
            let values = ffi::PyTuple_New(n);
            if values.is_null() {
                return Err(Raised);
            }
            for i in 0..n {
                let name = ffi::PyTuple_GetItem(args, i);
                let value = of_object(object, name, "GObject.get_properties")
                    .and_then(|property| get(this, object, property));
                match value {
                    Ok(value) => ffi::PyTuple_SET_ITEM(values, i, value),
                    Err(raised) => {
                        ffi::Py_DECREF(values);
                        return Err(raised);
                    }
                }
            }
            Ok(values)
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn set_properties(
    this: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper, a tuple, and NULL or a dict; notifications are held back meanwhile.
        unsafe {
            if ffi::PyTuple_Size(args) > 0 {
                let text = "GObject.set_properties() takes no positional arguments";
                return Err(type_error(text));
            }
            let object = base::held(this)?;
            gobject::g_object_freeze_notify(object);
            let mut result = Ok(());
            if !kwargs.is_null() {
                let (mut at, mut key, mut given) = (0, ptr::null_mut(), ptr::null_mut());
                while result.is_ok() && ffi::PyDict_Next(kwargs, &mut at, &mut key, &mut given) != 0
                {
                    result = input::name(key, "GObject.set_properties").and_then(|name| {
                        let Some(property) = named(gtype_of(object), key)? else {
                            return Err(type_error(&format!(
                                "object `{}' doesn't support property `{}'",
                                gtype_name(gtype_of(object)),
                                name.to_string_lossy()
                            )));
                        };
                        set(this, object, property, given)
                    });
                }
            }
            python::without_gil(|| gobject::g_object_thaw_notify(object));
            result.map(|()| crate::convert::output::none())
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// The names of the methods, which the class of the typelib leaves to the base type.
pub const METHODS: [&str; 5] = [
    "bind_property",
    "get_property",
    "set_property",
    "get_properties",
    "set_properties",
];

/// The methods for the base type.
pub fn methods() -> [ffi::PyMethodDef; 4] {
    let varargs = pytype::method_varargs;
    [
        pytype::method_fast(c"get_property", get_property),
        pytype::method_fast(c"set_property", set_property),
        varargs(c"get_properties", get_properties),
        pytype::method_keywords(c"set_properties", set_properties),
    ]
}

// ---- `props` ----

/// The properties of one object, or of a class.
#[repr(C)]
struct Props {
    head: PyObject,
    /// The wrapper, a strong reference; NULL where it is a class's.
    object: *mut PyObject,
    gtype: usize,
}

/// What makes `props` work on objects and classes: `GObject.props`.
#[repr(C)]
struct Descriptor {
    head: PyObject,
}

static PROPS: OnceLock<usize> = OnceLock::new();

/// The memory of a dead props object, with NULL for its wrapper, or NULL: most live for one expression.
static SPARE: UnderGil<*mut PyObject> = UnderGil::new(ptr::null_mut());

/// Makes the types and gives the base class its `props`; once, at initialisation.
pub fn initialise(gobject_class: *mut PyTypeObject) -> Result<()> {
    let props = pytype::make(pytype::Spec {
        name: c"gi._gi.GProps",
        size: size_of::<Props>(),
        flags: 0,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_dealloc, props_dealloc as *mut c_void),
            (ffi::Py_tp_getattro, props_getattro as *mut c_void),
            (ffi::Py_tp_setattro, props_setattro as *mut c_void),
            (ffi::Py_tp_iter, props_iter as *mut c_void),
            (ffi::Py_sq_length, props_length as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![pytype::method_noargs(c"__dir__", props_dir)],
    })?;
    let _ = PROPS.set(props as usize);
    let descriptor = pytype::make(pytype::Spec {
        name: c"gi._gi.GPropsDescr",
        size: size_of::<Descriptor>(),
        flags: 0,
        base: ptr::null_mut(),
        slots: vec![
            // An instance may have an attribute of the name: then that is what a program wants.
            (ffi::Py_tp_descr_get, props_of as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![],
    })?;
    // SAFETY: live types.
    unsafe {
        pytype::add(
            gobject_class,
            c"props",
            ffi::PyType_GenericAlloc(descriptor, 0),
        )
    }
}

const _: () = assert!(offset_of!(Props, object) == size_of::<PyObject>());

unsafe extern "C" fn props_of(
    _: *mut PyObject,
    object: *mut PyObject,
    class: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the descriptor protocol: live objects or NULL.
    unsafe {
        let has_object = !object.is_null() && object != ffi::Py_None();
        let held = if has_object && wrapper::is_wrapper(object) {
            base::object_of(object)
        } else {
            ptr::null_mut()
        };
        if !held.is_null()
            && let Some(made) = take_spare()
        {
            // Usual, and runs no code of anybody's.
            (*made.cast::<Props>()).object = ffi::Py_NewRef(object);
            (*made.cast::<Props>()).gtype = gtype_of(held);
            return made;
        }
        crate::guard(|| {
            let gtype = if !held.is_null() {
                gtype_of(held)
            } else if has_object {
                convert_gtype::lookup(ffi::Py_TYPE(object).cast())?.unwrap_or(0)
            } else {
                convert_gtype::lookup(class)?.unwrap_or(0)
            };
            let props = *PROPS.get().expect("the type is made at initialisation");
            let made = not_null(ffi::PyType_GenericAlloc(props as *mut PyTypeObject, 0))?;
            let this = made.cast::<Props>();
            if has_object {
                (*this).object = ffi::Py_NewRef(object);
            }
            (*this).gtype = gtype;
            Ok(made)
        })
        .unwrap_or(ptr::null_mut())
    }
}

/// The memory of one that has gone, made one again, whose fields are to be written.
///
/// # Safety
/// The GIL is held.
#[inline]
unsafe fn take_spare() -> Option<*mut PyObject> {
    // SAFETY: by the caller's word; memory of that type's size, which nobody uses.
    unsafe {
        let spare = SPARE.with(|spare| std::mem::replace(spare, ptr::null_mut()));
        if spare.is_null() {
            return None;
        }
        let props = *PROPS.get()?;
        Some(ffi::PyObject_Init(spare, props as *mut PyTypeObject))
    }
}

unsafe extern "C" fn props_dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        let of = &mut (*object.cast::<Props>()).object;
        // Else no code of anybody's runs.
        if !of.is_null() && ffi::Py_REFCNT(*of) == 1 {
            crate::python::stay();
        }
        ffi::Py_CLEAR(of);
        let is_spare = SPARE.with(|spare| {
            let is_free = spare.is_null();
            if is_free {
                *spare = object;
            }
            is_free
        });
        if is_spare {
            ffi::Py_DECREF(ffi::Py_TYPE(object).cast());
        } else {
            pytype::free(object);
        }
    }
}

/// The property of an interface under a name; None for other types and names, without an exception.
///
/// # Safety
/// `name` is a live str.
unsafe fn of_interface(gtype: usize, name: *mut PyObject) -> Result<Option<*mut GParamSpec>> {
    // SAFETY: by the caller's word; the default of an interface keeps its properties.
    unsafe {
        if gobject::g_type_fundamental(gtype) != gobject::G_TYPE_INTERFACE {
            return Ok(None);
        }
        let text = input::utf8(name)?;
        let interface = classes::interface_ref(gtype);
        let found = gobject::g_object_interface_find_property(interface.cast(), text);
        gobject::g_type_default_interface_unref(interface);
        Ok((!found.is_null()).then_some(found))
    }
}

/// The property under a name, of a props object of objects or their classes; None where there is none.
///
/// # Safety
/// `this` is a live props object, `name` a live str.
unsafe fn property_of(this: &Props, name: *mut PyObject) -> Result<Option<Property>> {
    // SAFETY: by the caller's word.
    unsafe {
        if gobject::g_type_fundamental(this.gtype) == gobject::G_TYPE_OBJECT {
            named(this.gtype, name)
        } else {
            Ok(None)
        }
    }
}

unsafe extern "C" fn props_getattro(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live props object and a str.
        unsafe {
            let this = &*object.cast::<Props>();
            if let Some(property) = property_of(this, name)? {
                return if this.object.is_null() {
                    wrapped(property.spec)
                } else {
                    get(this.object, base::held(this.object)?, property)
                };
            }
            match of_interface(this.gtype, name)? {
                Some(spec) => wrapped(spec),
                None => not_null(ffi::PyObject_GenericGetAttr(object, name)),
            }
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn props_setattro(
    object: *mut PyObject,
    name: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    crate::guard(|| {
        // SAFETY: called with a live props object, a str, and a value or NULL.
        unsafe {
            let this = &*object.cast::<Props>();
            if value.is_null() {
                return Err(type_error("properties cannot be deleted"));
            }
            if this.object.is_null() {
                return Err(type_error(
                    "cannot set GOject properties without an instance",
                ));
            }
            match property_of(this, name)? {
                Some(property) => set(this.object, base::held(this.object)?, property, value),
                None => {
                    let text =
                        format!("'gi._gi.GProps' object has no attribute '{}'", str_of(name));
                    Err(raise(ffi::PyExc_AttributeError, &text))
                }
            }
        }
    })
    .map_or(-1, |()| 0)
}

/// All properties of a type.
pub fn list(gtype: usize) -> Vec<*mut GParamSpec> {
    let mut n = 0;
    // SAFETY: only the class of an object or the default of an interface is asked; the array is `n` long and ours.
    unsafe {
        let array = match gobject::g_type_fundamental(gtype) {
            gobject::G_TYPE_OBJECT => {
                let class = classes::class_ref(gtype);
                let array = gobject::g_object_class_list_properties(class.cast(), &mut n);
                gobject::g_type_class_unref(class.cast());
                array
            }
            gobject::G_TYPE_INTERFACE => {
                let interface = classes::interface_ref(gtype);
                let array = gobject::g_object_interface_list_properties(interface.cast(), &mut n);
                gobject::g_type_default_interface_unref(interface);
                array
            }
            _ => ptr::null_mut(),
        };
        let found = if array.is_null() {
            Vec::new()
        } else {
            std::slice::from_raw_parts(array, n as usize).to_vec()
        };
        glib_sys::g_free(array.cast());
        found
    }
}

unsafe extern "C" fn props_length(object: *mut PyObject) -> isize {
    // SAFETY: called with a live props object.
    list(unsafe { (*object.cast::<Props>()).gtype }).len() as isize
}

/// The properties of a type as ParamSpecs in a list: a new reference.
/// TypeError for what is neither a type of objects nor an interface.
pub fn list_of(gtype: usize) -> Result<*mut PyObject> {
    // SAFETY: any number may be asked for.
    let fundamental = unsafe { gobject::g_type_fundamental(gtype) };
    if !matches!(
        fundamental,
        gobject::G_TYPE_OBJECT | gobject::G_TYPE_INTERFACE
    ) {
        return Err(type_error(
            "type must be derived from GObject or an interface",
        ));
    }
    // SAFETY: a class keeps its properties.
    listed(gtype, |spec| unsafe { wrapped(spec) })
}

/// A list made of all properties of a type.
fn listed(
    gtype: usize,
    each: impl Fn(*mut GParamSpec) -> Result<*mut PyObject>,
) -> Result<*mut PyObject> {
    // SAFETY: each entry is a new reference that the list shares.
    unsafe {
        let made = ffi::PyList_New(0);
        if made.is_null() {
            return Err(Raised);
        }
        for spec in list(gtype) {
            let added = each(spec).and_then(|entry| {
                let status = ffi::PyList_Append(made, entry);
                ffi::Py_DECREF(entry);
                if status < 0 { Err(Raised) } else { Ok(()) }
            });
            if let Err(raised) = added {
                ffi::Py_DECREF(made);
                return Err(raised);
            }
        }
        Ok(made)
    }
}

unsafe extern "C" fn props_iter(object: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live props object; the iterator holds the list.
        unsafe {
            let list = list_of((*object.cast::<Props>()).gtype)?;
            let iterator = ffi::PyObject_GetIter(list);
            ffi::Py_DECREF(list);
            if iterator.is_null() {
                Err(Raised)
            } else {
                Ok(iterator)
            }
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn props_dir(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live props object; a property's name is a C string.
        unsafe {
            listed((*object.cast::<Props>()).gtype, |spec| {
                let text = pytype::text(&c_text((*spec).name).replace('-', "_"));
                if text.is_null() {
                    Err(Raised)
                } else {
                    Ok(text)
                }
            })
        }
    })
    .unwrap_or(ptr::null_mut())
}
