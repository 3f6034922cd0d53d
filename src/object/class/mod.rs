//! The classes of a namespace: what `Gio.File` or `GLib.ChecksumType` is.
//!
//! A class is made when its entry is named for the first time, with all its methods as cold callables; each method's
//! plan waits for its first call.

pub mod cells;
pub mod declaration;
pub mod declare;
pub mod doc;
pub mod enumeration;
pub mod gtypes;
mod heap;
pub mod initialisers;
pub mod naming;
pub mod native;
pub mod origin;
pub mod overrides;
pub mod registry;
pub mod subclass;

use std::ffi::{CStr, CString, c_void};
use std::sync::Arc;

use gijit_plan::{Role, TypeRef, builder, python_name};
use gijit_repository::Namespace;
use gijit_typelib::{
    Constant, ConstantValue, Entry, Enum, Field, Function, Info, Object as ObjectInfo,
};
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::cell::{self, Family, RefFunctions, References, TypeCell};
use crate::convert::converter::Converter;
use crate::convert::enumeration as enum_values;
use crate::convert::gtype::gtype_name;
use crate::convert::instance::is_boxed;
use crate::convert::output;
use crate::info::{descriptor, vfunc};
use crate::invoke::bind::repository;
use crate::invoke::callable;
use crate::invoke::origin::Origin;
use crate::object::instance::base;
use crate::object::record::{boxed, field};
use crate::object::{gtype, property, pytype};
use crate::python::error::{Raised, Result, not_implemented, raise, runtime_error};
use crate::python::reference::not_null;

/// The object that an entry of a namespace is: a new reference. AttributeError where there is no such entry.
///
/// Classes are made once and kept by the registry; a function or constant is made anew, and kept by its module.
pub fn entry(namespace: &Arc<Namespace>, name: &str) -> Result<*mut PyObject> {
    let mut found = namespace.typelib().find(name).map_err(broken)?;
    if let (None, Some(raw)) = (found, name.strip_suffix('_')) {
        // A reserved word, escaped for Python.
        if python_name(raw) == name {
            found = namespace.typelib().find(raw).map_err(broken)?;
        }
    }
    let Some(found) = found else {
        // SAFETY: reads a static that the interpreter has initialised.
        return Err(raise(
            unsafe { ffi::PyExc_AttributeError },
            &format!(
                "'gi.repository.{}' object has no attribute '{name}'",
                namespace.name()
            ),
        ));
    };
    let name = found.name().map_err(broken)?;
    let info = found.info().map_err(broken)?;
    match info {
        Info::Function(function) => Maker { namespace, name }.function(function, None),
        Info::Constant(constant) => constant_value(namespace, constant),
        _ => {
            let class = class(namespace, name, info)?;
            // SAFETY: the registry keeps it.
            Ok(unsafe { ffi::Py_NewRef(class) })
        }
    }
}

/// The class that an entry is, made at the first need: borrowed, for ever.
pub fn class_named(namespace: &Arc<Namespace>, name: &str) -> Result<*mut PyObject> {
    if let Some(known) = registry::known_entry(namespace.name(), name)
        && !overrides::waits(namespace.name(), name)
    {
        return Ok(known);
    }
    match namespace.typelib().find(name).map_err(broken)? {
        Some(found) => class(namespace, name, found.info().map_err(broken)?),
        None => Err(runtime_error(&format!(
            "there is no {}.{name}",
            namespace.full_name()
        ))),
    }
}

fn class(namespace: &Arc<Namespace>, name: &str, info: Info<'_>) -> Result<*mut PyObject> {
    overrides::settle(namespace.name(), name)?;
    if let Some(known) = registry::known_entry(namespace.name(), name) {
        return Ok(known);
    }
    let object = make_class(namespace, name, info)?;
    // Making it ran Python code, which may have come here first: one class for each entry.
    let known = registry::known_entry(namespace.name(), name);
    if known.is_none() {
        registry::remember_entry(namespace.name(), name, object);
    }
    // SAFETY: the reference is ours, and the registry holds one of its own.
    unsafe { ffi::Py_DECREF(object) };
    Ok(known.unwrap_or(object))
}

fn broken(error: gijit_typelib::Error) -> Raised {
    runtime_error(&error.to_string())
}

/// A new reference to the class that an entry describes.
fn make_class(namespace: &Arc<Namespace>, name: &str, info: Info<'_>) -> Result<*mut PyObject> {
    let maker = Maker { namespace, name };
    match info {
        Info::Enum(info) | Info::Flags(info) => maker.enumeration(info),
        Info::Object(info) => maker.object(info),
        Info::Interface(info) => {
            let gtype = maker.gtype(
                info.gtype_init().map_err(broken)?,
                info.gtype_name().map_err(broken)?,
            )?;
            let base = native::base(namespace.name(), name).unwrap_or(base::types().interface);
            let methods = info.methods();
            maker.class(gtype, &[base], methods, &|i| info.method(i), &mut |dict| {
                // No instance has the layout of an interface: it is mixed into classes that have one.
                set(dict, c"__slots__", empty_tuple()?)
            })
        }
        Info::Struct(info) | Info::Boxed(info) => {
            let gtype = maker.gtype(
                info.gtype_init().map_err(broken)?,
                info.gtype_name().map_err(broken)?,
            )?;
            let methods = info.methods();
            maker.record(gtype, methods, &|i| info.method(i), info.fields_iter())
        }
        Info::Union(info) => {
            let gtype = maker.gtype(
                info.gtype_init().map_err(broken)?,
                info.gtype_name().map_err(broken)?,
            )?;
            let methods = info.methods();
            maker.record(gtype, methods, &|i| info.method(i), info.fields_iter())
        }
        Info::Callback(_) => Err(not_implemented(&format!(
            "{}.{name} is a callback type: it has no Python object",
            namespace.name()
        ))),
        _ => Err(runtime_error(&format!(
            "{}.{name} is of a kind that this version does not know",
            namespace.name()
        ))),
    }
}

/// Methods of `GObject.Object` that would break the ownership of wrappers, or that Python does better.
const UNSUPPORTED: [&str; 17] = [
    "bind_property_full",
    "compat_control",
    "force_floating",
    "get_data",
    "get_qdata",
    "interface_find_property",
    "interface_install_property",
    "interface_list_properties",
    "ref",
    "ref_sink",
    "replace_data",
    "replace_qdata",
    "set_data",
    "steal_data",
    "steal_qdata",
    "unref",
    "watch_closure",
];

/// A function that refuses every call: a new reference.
fn unsupported() -> *mut PyObject {
    unsafe extern "C" fn refuse(
        _: *mut PyObject,
        _: *mut PyObject,
        _: *mut PyObject,
    ) -> *mut PyObject {
        runtime_error("This method is currently unsupported.");
        std::ptr::null_mut()
    }
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: c"unsupported".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionWithKeywords: refuse,
        },
        ml_flags: ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        ml_doc: std::ptr::null(),
    }));
    // SAFETY: the definition lives for ever.
    unsafe { ffi::PyCFunction_NewEx(definition, std::ptr::null_mut(), std::ptr::null_mut()) }
}

type MethodAt<'a> = &'a dyn Fn(u16) -> gijit_typelib::Result<Function<'a>>;
type Fill<'a> = &'a mut dyn FnMut(*mut PyObject) -> Result<()>;

/// One entry being made into a Python object.
struct Maker<'a> {
    namespace: &'a Arc<Namespace>,
    name: &'a str,
}

impl Maker<'_> {
    /// A cold callable: a new reference.
    fn function(
        &self,
        function: Function<'_>,
        container: Option<&Arc<str>>,
    ) -> Result<*mut PyObject> {
        let role = if function.is_constructor() {
            Role::Constructor
        } else if function.is_method() {
            Role::Method
        } else {
            Role::Function
        };
        let origin = Origin {
            namespace: Arc::clone(self.namespace),
            container: container.cloned(),
            offset: function.offset(),
            role,
        };
        callable::new(origin, &python_name(function.name().map_err(broken)?))
    }

    /// The GType of a type with this init function and name; 0 where it has none.
    fn gtype(&self, init: Option<&str>, name: Option<&str>) -> Result<usize> {
        match init {
            None => Ok(0),
            // Registered by GObject itself, without a function.
            Some("intern") => {
                let name = CString::new(name.unwrap_or_default()).unwrap_or_default();
                // SAFETY: a C string.
                Ok(unsafe { gobject::g_type_from_name(name.as_ptr()) })
            }
            Some(symbol) => {
                // Without the library the type is still good for its names and numbers; its functions will say what
                // is missing when they are called.
                let Ok(function) = self.namespace.symbol(symbol) else {
                    return Ok(0);
                };
                // SAFETY: a GType function takes nothing and returns a GType, by the typelib's word. It may add
                // interfaces, which waits for whoever makes a class.
                unsafe {
                    let function = std::mem::transmute::<
                        *mut c_void,
                        unsafe extern "C" fn() -> usize,
                    >(function.as_ptr());
                    Ok(crate::python::in_type_system(|| function()))
                }
            }
        }
    }

    fn object(&self, info: ObjectInfo<'_>) -> Result<*mut PyObject> {
        let gtype = self.gtype(
            info.gtype_init().map_err(broken)?,
            info.gtype_name().map_err(broken)?,
        )?;
        let mut bases = Vec::new();
        match info.parent().map_err(broken)? {
            Some(parent) => bases.push(self.resolved(parent)?),
            None if info.is_fundamental() && gtype != gobject::G_TYPE_OBJECT => {
                let native = native::base(self.namespace.name(), self.name);
                bases.push(native.unwrap_or(base::types().fundamental));
            }
            None => bases.push(base::types().gobject),
        }
        for i in 0..info.interfaces() {
            let interface = self.resolved(info.interface(i).map_err(broken)?)?;
            if !pytype::inherits(&bases, interface) {
                bases.push(interface);
            }
        }
        let methods = info.methods();
        let mut constants = |dict| {
            for constant in info.constants_iter() {
                let constant = constant.map_err(broken)?;
                let name = constant.name().map_err(broken)?;
                set_named(
                    dict,
                    &python_name(name),
                    constant_value(self.namespace, constant)?,
                )?;
            }
            // Those of the root are reached in other ways: see `object::instance::construction`.
            if gtype != gobject::G_TYPE_OBJECT {
                for (name, vfunc) in vfunc::of_class(self.namespace, self.name)? {
                    set_named(dict, &format!("do_{name}"), vfunc)?;
                }
            }
            if let Some(class) = info.class_struct().map_err(broken)? {
                self.class_methods(class, dict)?;
            }
            self.fields(info.fields_iter(), dict, true)
        };
        self.class(gtype, &bases, methods, &|i| info.method(i), &mut constants)
    }

    /// Puts the methods of an object's class struct into its dict, as methods of the class, but for names that it has.
    fn class_methods(&self, entry: Entry<'_>, dict: *mut PyObject) -> Result<()> {
        let Info::Struct(info) = entry.info().map_err(broken)? else {
            return Ok(());
        };
        let container: Arc<str> = entry.name().map_err(broken)?.into();
        for i in 0..info.methods() {
            let function = info.method(i).map_err(broken)?;
            let name = python_name(function.name().map_err(broken)?);
            let name = CString::new(name).unwrap_or_default();
            // SAFETY: a live dict, and a borrowed entry; the method takes a reference of its own.
            unsafe {
                if !ffi::PyDict_GetItemString(dict, name.as_ptr()).is_null() {
                    continue;
                }
                let function = self.function(function, Some(&container))?;
                let method = ffi::PyClassMethod_New(function);
                ffi::Py_DECREF(function);
                set(dict, &name, method)?;
            }
        }
        Ok(())
    }

    /// The class of another entry: borrowed, for ever.
    fn resolved(&self, other: Entry<'_>) -> Result<*mut PyTypeObject> {
        let (namespace, index) = repository()
            .resolve(self.namespace, other)
            .map_err(|error| runtime_error(&error.to_string()))?;
        let found = namespace.typelib().entry(index).map_err(broken)?;
        Ok(class_named(&namespace, found.name().map_err(broken)?)?.cast())
    }

    /// The class of a struct or union. Entries of one GType share it: `GObject.Date` is `GLib.Date`.
    fn record<'a>(
        &self,
        gtype: usize,
        methods: u16,
        method: MethodAt<'_>,
        fields: impl Iterator<Item = gijit_typelib::Result<Field<'a>>>,
    ) -> Result<*mut PyObject> {
        let mut fields = fields.peekable();
        let cell = self.cell()?;
        let is_bare = cell.size == 0 && methods == 0 && fields.peek().is_none();
        if let Some(class) = self.of_same_gtype(gtype, is_bare)? {
            // SAFETY: the registry keeps it.
            return Ok(unsafe { ffi::Py_NewRef(class) });
        }
        let usual = if is_boxed(gtype) {
            boxed::types().boxed
        } else {
            boxed::types().plain
        };
        let base = native::base(self.namespace.name(), self.name).unwrap_or(usual);
        let container: Arc<str> = self.name.into();
        let mut default = std::ptr::null_mut();
        for i in 0..methods {
            let function = method(i).map_err(broken)?;
            let is_new = function.is_constructor() && function.name().map_err(broken)? == "new";
            if is_new {
                let signature = function.signature().map_err(broken)?;
                if signature.n_arguments() == 0 || cell.size == 0 {
                    default = self.function(function, Some(&container))?;
                }
            }
        }
        let mut fields = Some(fields);
        let class = self.class(
            gtype,
            &[base],
            methods,
            method,
            &mut |dict| match fields.take() {
                Some(fields) => self.fields(fields, dict, false),
                None => Ok(()),
            },
        )?;
        boxed::register(class.cast(), cell, default);
        Ok(class)
    }

    /// The cell of the entry, which is the one that plans use.
    fn cell(&self) -> Result<&'static TypeCell> {
        let found = self.namespace.typelib().find(self.name).map_err(broken)?;
        let ty = match found {
            Some(entry) => builder::entry_type(repository(), self.namespace, entry)
                .map_err(|error| runtime_error(&error.to_string()))?,
            None => None,
        };
        let cell = ty.and_then(|ty| cell::of_type(&ty, false));
        cell.ok_or_else(|| runtime_error(&format!("{} is no record", self.name)))
    }

    /// The class that another entry's GType has given to this one, made if that tells more: borrowed, for ever.
    fn of_same_gtype(&self, gtype: usize, is_bare: bool) -> Result<Option<*mut PyObject>> {
        if gtype == 0 || gtype == gobject::G_TYPE_NONE {
            return Ok(None);
        }
        if let Some(class) = registry::known_class(gtype) {
            return Ok(Some(class.cast()));
        }
        if !is_bare {
            return Ok(None);
        }
        let Some((namespace, index)) = repository().find_by_gtype_name(&gtype_name(gtype)) else {
            return Ok(None);
        };
        let entry = namespace.typelib().entry(index).map_err(broken)?;
        let name = entry.name().map_err(broken)?;
        if (namespace.name(), name) == (self.namespace.name(), self.name) {
            return Ok(None);
        }
        class_named(&namespace, name).map(Some)
    }

    /// Puts the fields into a class's dict, but for those that its native base has better; `over` what stands there.
    fn fields<'a>(
        &self,
        fields: impl Iterator<Item = gijit_typelib::Result<Field<'a>>>,
        dict: *mut PyObject,
        over: bool,
    ) -> Result<()> {
        let native = native::base(self.namespace.name(), self.name);
        // SAFETY: a live type.
        let has = |name: &str| native.is_some_and(|base| unsafe { native::has(base, name) });
        // SAFETY: a live dict.
        unsafe { field::install(self.namespace, self.name, fields, dict, over, &has) }
    }

    fn class(
        &self,
        gtype: usize,
        bases: &[*mut PyTypeObject],
        methods: u16,
        method: MethodAt<'_>,
        more: Fill<'_>,
    ) -> Result<*mut PyObject> {
        let container: Arc<str> = self.name.into();
        let module = format!("gi.repository.{}", self.namespace.name());
        let native = native::base(self.namespace.name(), self.name);
        // SAFETY: a live type.
        let has = |name: &str| native.is_some_and(|base| unsafe { native::has(base, name) });
        let class = make(
            &python_name(self.name),
            &module,
            gtype,
            bases,
            &mut |dict| {
                set(
                    dict,
                    c"__info__",
                    descriptor::info(self.namespace, self.name)?,
                )?;
                set(dict, c"__doc__", descriptor::documentation()?)?;
                for i in 0..methods {
                    let function = method(i).map_err(broken)?;
                    let name = function.name().map_err(broken)?;
                    if has(name) {
                        continue;
                    }
                    if gtype == gobject::G_TYPE_OBJECT && property::METHODS.contains(&name) {
                        continue;
                    }
                    let method = if gtype == gobject::G_TYPE_OBJECT && UNSUPPORTED.contains(&name) {
                        unsupported()
                    } else {
                        self.function(function, Some(&container))?
                    };
                    set_named(dict, &python_name(name), method)?;
                }
                more(dict)
            },
        )?;
        // SAFETY: nobody has seen the class yet.
        unsafe { native::finish(self.namespace.name(), self.name, class)? };
        // The metaclass puts another in the place of `GObject.Object` at once.
        let is_replaced = registry::known_entry(self.namespace.name(), self.name).is_some();
        if gtype != 0 && gtype != gobject::G_TYPE_NONE && !is_replaced {
            registry::remember_class(gtype, class);
        }
        Ok(class.cast())
    }

    fn enumeration(&self, info: Enum<'_>) -> Result<*mut PyObject> {
        let gtype = self.gtype(
            info.gtype_init().map_err(broken)?,
            info.gtype_name().map_err(broken)?,
        )?;
        // SAFETY: every new reference is given away or dropped; the call's result is ours.
        let class = unsafe {
            let members = ffi::PyList_New(0);
            if members.is_null() {
                return Err(Raised);
            }
            for i in 0..info.values() {
                let value = info.value(i).map_err(broken)?;
                let name = value
                    .name()
                    .map_err(broken)?
                    .to_uppercase()
                    .replace('-', "_");
                let number = value.value();
                let pair =
                    ffi::Py_BuildValue(c"(NL)".as_ptr(), pytype::text(&python_name(&name)), number);
                if pair.is_null() {
                    break;
                }
                ffi::PyList_Append(members, pair);
                ffi::Py_DECREF(pair);
            }
            static MAKE: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
            let make = pytype::import_attribute(&MAKE, c"gi._enum", c"make");
            let class = make.map(|make| {
                ffi::PyObject_CallFunction(
                    make,
                    c"(NNOiN)".as_ptr(),
                    pytype::text(&python_name(self.name)),
                    pytype::text(&format!("gi.repository.{}", self.namespace.name())),
                    members,
                    i32::from(info.is_flags()),
                    if gtype == 0 {
                        output::none()
                    } else {
                        gtype::gtype_out(gtype)
                    },
                )
            });
            ffi::Py_DECREF(members);
            class?
        };
        if class.is_null() {
            return Err(Raised);
        }
        let container: Arc<str> = self.name.into();
        // SAFETY: live objects; the attribute takes its own reference.
        unsafe {
            let info = descriptor::info(self.namespace, self.name)?;
            ffi::PyObject_SetAttrString(class, c"__info__".as_ptr(), info);
            ffi::Py_DECREF(info);
        }
        for i in 0..info.methods() {
            let function = info.method(i).map_err(broken)?;
            let name = CString::new(python_name(function.name().map_err(broken)?));
            let method = self.function(function, Some(&container))?;
            // SAFETY: live objects; the attribute takes its own reference.
            unsafe {
                ffi::PyObject_SetAttrString(class, name.unwrap_or_default().as_ptr(), method);
                ffi::Py_DECREF(method);
            }
        }
        if gtype != 0 {
            registry::remember_class(gtype, class.cast());
        }
        Ok(class)
    }
}

/// A new class: a new reference. `fill` puts what it has into the class's dict.
pub fn make(
    name: &str,
    module: &str,
    gtype: usize,
    bases: &[*mut PyTypeObject],
    fill: Fill<'_>,
) -> Result<*mut PyTypeObject> {
    // SAFETY: every new reference made here is dropped here, but for the class.
    unsafe {
        let dict = ffi::PyDict_New();
        if dict.is_null() {
            return Err(Raised);
        }
        let gtype = if gtype == 0 {
            gobject::G_TYPE_NONE
        } else {
            gtype
        };
        let filled = set(dict, c"__module__", pytype::text(module))
            .and_then(|()| set(dict, c"__gtype__", gtype::gtype_out(gtype)))
            .and_then(|()| fill(dict));
        if filled.is_err() {
            ffi::Py_DECREF(dict);
            return Err(Raised);
        }
        let tuple = ffi::PyTuple_New(bases.len() as isize);
        if tuple.is_null() {
            ffi::Py_DECREF(dict);
            return Err(Raised);
        }
        for (i, base) in bases.iter().enumerate() {
            ffi::PyTuple_SET_ITEM(tuple, i as isize, ffi::Py_NewRef(base.cast()));
        }
        let metaclass = match metaclass(bases) {
            Ok(metaclass) => metaclass,
            Err(Raised) => {
                ffi::Py_DECREF(tuple);
                ffi::Py_DECREF(dict);
                return Err(Raised);
            }
        };
        let name = pytype::text(name);
        let made = if name.is_null() {
            Err(Raised)
        } else if bases[0] != base::types().gobject {
            heap::make(metaclass, name, tuple, dict)
        } else {
            Ok(None)
        };
        let class = match made {
            Ok(Some(class)) => class,
            Ok(None) => {
                let arguments = c"(OOO)".as_ptr();
                ffi::PyObject_CallFunction(metaclass.cast(), arguments, name, tuple, dict).cast()
            }
            Err(Raised) => std::ptr::null_mut(),
        };
        ffi::Py_XDECREF(name);
        ffi::Py_DECREF(tuple);
        ffi::Py_DECREF(dict);
        if class.is_null() {
            Err(Raised)
        } else {
            Ok(class)
        }
    }
}

/// What makes a class with these bases: objects and interfaces have a metaclass of their own, and so have records.
fn metaclass(bases: &[*mut PyTypeObject]) -> Result<*mut PyTypeObject> {
    static META: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    static RECORD_META: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    let base::Types {
        gobject,
        interface,
        fundamental,
    } = *base::types();
    if [gobject, interface, fundamental]
        .iter()
        .any(|&known| pytype::inherits(bases, known))
    {
        let class = pytype::import_attribute(&META, c"gi.types", c"GObjectMeta")?;
        return Ok(class.cast());
    }
    let boxed::Types { boxed, plain, .. } = *boxed::types();
    if [boxed, plain]
        .iter()
        .any(|&known| pytype::inherits(bases, known))
    {
        let class: *mut PyTypeObject =
            pytype::import_attribute(&RECORD_META, c"gi.types", c"StructMeta")?.cast();
        // SAFETY: a live class that derives from `type` and calls its instances as that does. Before 3.12 a class of
        // Python's does not say so, and some records are made by way of it.
        unsafe {
            (*class).tp_vectorcall_offset = ffi::PyType_Type.tp_vectorcall_offset;
            (*class).tp_flags |= ffi::Py_TPFLAGS_HAVE_VECTORCALL;
        }
        return Ok(class);
    }
    // SAFETY: classes are live; so is the class of one.
    Ok(unsafe { ffi::Py_TYPE(bases[0].cast()) })
}

/// Puts a new reference into a dict; takes it in any case.
fn set(dict: *mut PyObject, name: &CStr, value: *mut PyObject) -> Result<()> {
    if value.is_null() {
        return Err(Raised);
    }
    // SAFETY: live objects; the dict takes its own reference.
    let status = unsafe {
        let status = ffi::PyDict_SetItemString(dict, name.as_ptr(), value);
        ffi::Py_DECREF(value);
        status
    };
    if status < 0 { Err(Raised) } else { Ok(()) }
}

fn set_named(dict: *mut PyObject, name: &str, value: *mut PyObject) -> Result<()> {
    set(dict, &CString::new(name).unwrap_or_default(), value)
}

fn empty_tuple() -> Result<*mut PyObject> {
    // SAFETY: makes a new tuple.
    let tuple = unsafe { ffi::PyTuple_New(0) };
    not_null(tuple)
}

/// The Python value of a constant: a new reference.
fn constant_value(namespace: &Arc<Namespace>, constant: Constant<'_>) -> Result<*mut PyObject> {
    // SAFETY: plain constructors of Python values.
    let value = unsafe {
        match constant.value().map_err(broken)? {
            ConstantValue::Boolean(value) => ffi::PyBool_FromLong(value.into()),
            ConstantValue::Int8(value) => ffi::PyLong_FromLong(value.into()),
            ConstantValue::UInt8(value) => ffi::PyLong_FromLong(value.into()),
            ConstantValue::Int16(value) => ffi::PyLong_FromLong(value.into()),
            ConstantValue::UInt16(value) => ffi::PyLong_FromLong(value.into()),
            ConstantValue::Int32(value) => ffi::PyLong_FromLong(value.into()),
            ConstantValue::UInt32(value) => ffi::PyLong_FromUnsignedLong(value.into()),
            ConstantValue::Int64(value) => ffi::PyLong_FromLongLong(value),
            ConstantValue::UInt64(value) => ffi::PyLong_FromUnsignedLongLong(value),
            ConstantValue::Float(value) => ffi::PyFloat_FromDouble(value.into()),
            ConstantValue::Double(value) => ffi::PyFloat_FromDouble(value),
            ConstantValue::Utf8(value) => pytype::text(value),
            ConstantValue::Filename(value) => {
                ffi::PyUnicode_DecodeFSDefaultAndSize(value.as_ptr().cast(), value.len() as isize)
            }
            _ => {
                let ty = constant.type_info().map_err(broken)?;
                let ty = gijit_plan::builder::value_type(repository(), namespace, ty)
                    .map_err(|error| runtime_error(&error.to_string()))?;
                // Compilers write the number of a member, or nothing at all.
                let raw = constant.raw().map_err(broken)?;
                let mut bits = [0; 8];
                for (to, from) in bits.iter_mut().zip(raw) {
                    *to = *from;
                }
                match Converter::of(&ty, false) {
                    Converter::Member(cell, storage) => {
                        enum_values::output(u64::from_ne_bytes(bits), cell, storage)
                    }
                    // PyGObject's answer to constants that have no value.
                    _ => output::none(),
                }
            }
        }
    };
    not_null(value)
}

// ---- Cells ----

/// Fills a type cell: makes its class.
pub fn resolve(cell: &'static TypeCell) -> Result<()> {
    let TypeRef { namespace, name } = &cell.of;
    let Some(namespace) = repository().get(namespace) else {
        return Err(runtime_error(&format!(
            "Namespace '{namespace}' not loaded"
        )));
    };
    let class = class_named(&namespace, name)?;
    let found = namespace.typelib().find(name).map_err(broken)?;
    // SAFETY: a live class; new references are kept by the cell for ever.
    let gtype = unsafe {
        if matches!(cell.family, Family::Enum | Family::Flags) {
            let members = ffi::PyObject_GetAttrString(class, c"_value2member_map_".as_ptr());
            if members.is_null() {
                return Err(Raised);
            }
            let slot = &cell.members;
            slot.store(members, std::sync::atomic::Ordering::Release);
        }
        let gtype = crate::convert::gtype::lookup(class)?.unwrap_or(0);
        if gtype == gobject::G_TYPE_NONE {
            0
        } else {
            gtype
        }
    };
    if let Some(Info::Object(info)) = found.and_then(|entry| entry.info().ok()) {
        let _ = cell.references.set(references(&namespace, info, gtype)?);
    }
    // SAFETY: a live class.
    unsafe { ffi::Py_INCREF(class) };
    cell.set_class(class.cast(), gtype);
    Ok(())
}

/// How instances of an object type are referred to: as its typelib says, or as values of its GType do.
fn references(
    namespace: &Arc<Namespace>,
    info: ObjectInfo<'_>,
    gtype: usize,
) -> Result<References> {
    // SAFETY: any number may be asked for.
    if unsafe { gobject::g_type_fundamental(gtype) } == gobject::G_TYPE_OBJECT {
        return Ok(References::Object);
    }
    if let (Some(acquire), Some(release)) = (
        info.ref_func().map_err(broken)?,
        info.unref_func().map_err(broken)?,
    ) {
        let symbol = |name: &str| {
            namespace
                .symbol(name)
                .map_err(|error| runtime_error(&error.to_string()))
        };
        // SAFETY: by the typelib's word these take an instance; the first returns it.
        return unsafe {
            Ok(References::By(RefFunctions {
                acquire: std::mem::transmute::<
                    *mut c_void,
                    unsafe extern "C" fn(*mut c_void) -> *mut c_void,
                >(symbol(acquire)?.as_ptr()),
                release: std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut c_void)>(
                    symbol(release)?.as_ptr(),
                ),
            }))
        };
    }
    match info.parent().map_err(broken)? {
        None => Ok(cells::references_of_values(gtype)),
        Some(parent) => {
            let (namespace, index) = repository()
                .resolve(namespace, parent)
                .map_err(|error| runtime_error(&error.to_string()))?;
            let entry = namespace.typelib().entry(index).map_err(broken)?;
            match entry.info().map_err(broken)? {
                Info::Object(info) => references(&namespace, info, gtype),
                _ => Ok(cells::references_of_values(gtype)),
            }
        }
    }
}
