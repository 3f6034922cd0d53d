//! A place in a typelib: what an info object is about.
//!
//! A namespace, the kind of thing, and the offset of its blob: the views of the typelib crate without their lifetime.
//! Reading goes through those views, which check what they touch. Knows nothing of Python.

use std::sync::Arc;

use gijit_plan::{CallPlan, Role, builder, python_name};
use gijit_repository::{Namespace, ResolveError};
use gijit_typelib::{
    Arg, Callback, Constant, Entry, Error, Field, Function, Info, Property, Signal, Signature,
    Type, Typelib, VFunc, Value,
};

use crate::invoke::bind::repository;
use crate::invoke::origin::Origin;

/// The kind of thing at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Function,
    VFunc,
    Signal,
    Callback,
    /// Boxed types without a struct of their own too.
    Struct,
    Union,
    /// Flags too.
    Enum,
    Object,
    Interface,
    Constant,
    Value,
    Field,
    Property,
    Arg,
    Type,
    /// The type of a field that is an anonymous callback; its offset is the callback's.
    CallbackType,
    /// An entry of another namespace that is not loaded, or has no such name; `index` is its number in the directory.
    Unresolved,
}

/// One thing that a typelib describes.
#[derive(Clone)]
pub struct Place {
    pub namespace: Arc<Namespace>,
    pub what: What,
    /// Of its blob, in bytes from the start of the file; it is the identity of the place within its typelib.
    pub offset: u32,
    /// For a member, its number among those of its kind, from 0; for an entry, its number in the directory.
    pub index: u16,
    /// What holds it: None for an entry of the directory.
    pub container: Option<Arc<Place>>,
}

/// Anything that can hold methods, or None where a kind cannot.
macro_rules! of_record {
    ($place:expr, $view:ident => $body:expr, else $other:expr) => {{
        let (lib, offset) = ($place.typelib(), $place.offset);
        match $place.what {
            $crate::info::place::What::Struct => {
                let $view = gijit_typelib::Struct::at(lib, offset)?;
                $body
            }
            $crate::info::place::What::Union => {
                let $view = gijit_typelib::Union::at(lib, offset)?;
                $body
            }
            $crate::info::place::What::Enum => {
                let $view = gijit_typelib::Enum::at(lib, offset)?;
                $body
            }
            $crate::info::place::What::Object => {
                let $view = gijit_typelib::Object::at(lib, offset)?;
                $body
            }
            $crate::info::place::What::Interface => {
                let $view = gijit_typelib::Interface::at(lib, offset)?;
                $body
            }
            _ => $other,
        }
    }};
}
pub(super) use of_record;

/// Anything that can have properties, signals and virtual functions.
macro_rules! of_classed {
    ($place:expr, $view:ident => $body:expr, else $other:expr) => {{
        let (lib, offset) = ($place.typelib(), $place.offset);
        match $place.what {
            $crate::info::place::What::Object => {
                let $view = gijit_typelib::Object::at(lib, offset)?;
                $body
            }
            $crate::info::place::What::Interface => {
                let $view = gijit_typelib::Interface::at(lib, offset)?;
                $body
            }
            _ => $other,
        }
    }};
}
pub(super) use of_classed;

impl PartialEq for Place {
    /// Whether both are the same place of the same file.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.namespace, &other.namespace)
            && self.offset == other.offset
            && self.what == other.what
    }
}

impl Place {
    pub fn typelib(&self) -> &Typelib {
        self.namespace.typelib()
    }

    /// What the directory entry of this number describes.
    ///
    /// # Errors
    /// If there is no such entry, or it is broken.
    pub fn entry(namespace: &Arc<Namespace>, index: u16) -> Result<Self, Error> {
        let entry = namespace.typelib().entry(index)?;
        let (what, offset) = match entry.info()? {
            Info::Function(view) => (What::Function, view.offset()),
            Info::Callback(view) => (What::Callback, view.offset()),
            Info::Struct(view) | Info::Boxed(view) => (What::Struct, view.offset()),
            Info::Enum(view) | Info::Flags(view) => (What::Enum, view.offset()),
            Info::Object(view) => (What::Object, view.offset()),
            Info::Interface(view) => (What::Interface, view.offset()),
            Info::Constant(view) => (What::Constant, view.offset()),
            Info::Union(view) => (What::Union, view.offset()),
            Info::InvalidOrUnknown => (What::Unresolved, entry.offset()),
        };
        Ok(Place {
            namespace: Arc::clone(namespace),
            what,
            offset,
            index,
            container: None,
        })
    }

    /// The entry of this name, if the namespace has one.
    pub fn named(namespace: &Arc<Namespace>, name: &str) -> Result<Option<Self>, Error> {
        let found = namespace.typelib().find(name)?;
        found
            .map(|entry| Self::entry(namespace, entry.index()))
            .transpose()
    }

    /// What an entry of this place's directory refers to, here or in another namespace.
    pub fn resolved(&self, entry: Entry<'_>) -> Result<Self, Error> {
        match repository().resolve(&self.namespace, entry) {
            Ok((namespace, index)) => Self::entry(&namespace, index),
            Err(ResolveError::Typelib(error)) => Err(error),
            Err(ResolveError::Missing { .. }) => Ok(Place {
                namespace: Arc::clone(&self.namespace),
                what: What::Unresolved,
                offset: entry.offset(),
                index: entry.index(),
                container: None,
            }),
        }
    }

    /// The place of a function, method or constructor.
    pub fn of_callable(origin: &Origin) -> Result<Self, Error> {
        let container = match &origin.container {
            None => None,
            Some(name) => Self::named(&origin.namespace, name)?,
        };
        let place = Place {
            namespace: Arc::clone(&origin.namespace),
            what: What::Function,
            offset: origin.offset,
            index: 0,
            container: container.map(Arc::new),
        };
        Ok(place)
    }

    /// What a callable is made from. `self` is a function.
    pub fn origin(&self) -> Result<Origin, Error> {
        let function = Function::at(self.typelib(), self.offset)?;
        let role = match &self.container {
            _ if function.is_constructor() => Role::Constructor,
            Some(_) if function.is_method() => Role::Method,
            _ => Role::Function,
        };
        Ok(Origin {
            namespace: Arc::clone(&self.namespace),
            container: self.container_name()?.map(Into::into),
            offset: self.offset,
            role,
        })
    }

    /// A member of this place, which `container` is.
    pub fn member(container: &Arc<Place>, what: What, offset: u32, index: u16) -> Self {
        Place {
            namespace: Arc::clone(&container.namespace),
            what,
            offset,
            index,
            container: Some(Arc::clone(container)),
        }
    }

    /// A type, as `self` has it.
    pub fn type_of(&self, ty: Type<'_>) -> Result<Self, Error> {
        let what = if ty.embedded_callback()?.is_some() {
            What::CallbackType
        } else {
            What::Type
        };
        let container = Arc::new(self.clone());
        Ok(Self::member(&container, what, ty.offset(), 0))
    }

    /// The name as the typelib has it; None for a type, which has none.
    pub fn name(&self) -> Result<Option<&str>, Error> {
        let (lib, offset) = (self.typelib(), self.offset);
        Ok(Some(match self.what {
            What::Function => Function::at(lib, offset)?.name()?,
            What::VFunc => VFunc::at(lib, offset)?.name()?,
            What::Signal => Signal::at(lib, offset)?.name()?,
            What::Callback => Callback::at(lib, offset)?.name()?,
            What::Constant => Constant::at(lib, offset)?.name()?,
            What::Value => Value::at(lib, offset)?.name()?,
            What::Field => Field::at(lib, offset)?.name()?,
            What::Property => Property::at(lib, offset)?.name()?,
            What::Arg => Arg::at(lib, offset)?.name()?,
            What::Unresolved => lib.entry(self.index)?.name()?,
            What::Type | What::CallbackType => return Ok(None),
            _ => of_record!(self, view => view.name()?, else return Ok(None)),
        }))
    }

    /// The name with an underscore where it is a reserved word of Python.
    pub fn escaped_name(&self) -> Result<String, Error> {
        // PyGObject's name for what has none.
        let name = self.name()?.unwrap_or("type_type_instance");
        Ok(escaped(name))
    }

    /// Name of the namespace that it belongs to.
    pub fn namespace_name(&self) -> Result<&str, Error> {
        match self.what {
            What::Unresolved => self.typelib().entry(self.index)?.namespace(),
            _ => Ok(self.namespace.name()),
        }
    }

    /// Name of the entry that holds this member.
    pub fn container_name(&self) -> Result<Option<&str>, Error> {
        match &self.container {
            None => Ok(None),
            Some(container) => container.name(),
        }
    }

    pub fn is_deprecated(&self) -> Result<bool, Error> {
        let (lib, offset) = (self.typelib(), self.offset);
        Ok(match self.what {
            What::Function => Function::at(lib, offset)?.is_deprecated(),
            What::Signal => Signal::at(lib, offset)?.is_deprecated(),
            What::Callback => Callback::at(lib, offset)?.is_deprecated(),
            What::Constant => Constant::at(lib, offset)?.is_deprecated(),
            What::Value => Value::at(lib, offset)?.is_deprecated(),
            What::Property => Property::at(lib, offset)?.is_deprecated(),
            // The format has no such flag for the others.
            _ => of_record!(self, view => view.is_deprecated(), else false),
        })
    }

    /// The value of the first attribute with this key.
    pub fn attribute(&self, key: &str) -> Result<Option<&str>, Error> {
        let (lib, offset) = (self.typelib(), self.offset);
        match self.what {
            What::Function => Function::at(lib, offset)?.attribute(key),
            What::VFunc => VFunc::at(lib, offset)?.attribute(key),
            What::Signal => Signal::at(lib, offset)?.attribute(key),
            What::Callback | What::CallbackType => Callback::at(lib, offset)?.attribute(key),
            What::Constant => Constant::at(lib, offset)?.attribute(key),
            What::Value => Value::at(lib, offset)?.attribute(key),
            What::Field => Field::at(lib, offset)?.attribute(key),
            What::Property => Property::at(lib, offset)?.attribute(key),
            What::Arg => Arg::at(lib, offset)?.attribute(key),
            What::Type | What::Unresolved => Ok(None),
            _ => of_record!(self, view => view.attribute(key), else Ok(None)),
        }
    }

    /// Arguments and result of something that can be called.
    pub fn signature(&self) -> Result<Signature<'_>, Error> {
        let (lib, offset) = (self.typelib(), self.offset);
        match self.what {
            What::VFunc => VFunc::at(lib, offset)?.signature(),
            What::Signal => Signal::at(lib, offset)?.signature(),
            What::Callback => Callback::at(lib, offset)?.signature(),
            _ => Function::at(lib, offset)?.signature(),
        }
    }

    /// The type itself; `self` is one.
    pub fn ty(&self) -> Result<Type<'_>, Error> {
        Type::at(self.typelib(), self.offset)
    }

    /// Whether C takes a last argument `GError **` that the signature does not list.
    pub fn can_throw(&self) -> Result<bool, Error> {
        let (lib, offset) = (self.typelib(), self.offset);
        match self.what {
            What::Function => Function::at(lib, offset)?.can_throw_gerror(),
            What::VFunc => VFunc::at(lib, offset)?.can_throw_gerror(),
            _ => Ok(self.signature()?.throws()),
        }
    }

    /// The plan of something that can be called.
    ///
    /// # Errors
    /// If the typelib contradicts itself there.
    pub fn plan(&self) -> Result<CallPlan, builder::Error> {
        let (lib, offset) = (self.typelib(), self.offset);
        let container = self.container_name()?;
        match self.what {
            What::VFunc => builder::vfunc(
                repository(),
                &self.namespace,
                container.unwrap_or_default(),
                VFunc::at(lib, offset)?,
            ),
            What::Signal => builder::signal(
                repository(),
                &self.namespace,
                container.unwrap_or_default(),
                Signal::at(lib, offset)?,
            ),
            What::Callback => builder::callback(
                repository(),
                &self.namespace,
                None,
                Callback::at(lib, offset)?,
            ),
            _ => builder::function(
                repository(),
                &self.namespace,
                container,
                Function::at(lib, offset)?,
            ),
        }
    }
}

/// The name of an info: reserved words get an underscore; properties and signals keep their dashes.
pub fn escaped(name: &str) -> String {
    let escaped = python_name(name);
    if escaped.strip_suffix('_') == Some(name) {
        escaped
    } else {
        name.to_owned()
    }
}
