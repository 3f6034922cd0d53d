//! What is inside entries: constants, values, fields, properties, arguments and types.

use std::sync::Arc;

use gijit_plan::{Kind, python_name};
use gijit_repository::Namespace;
use gijit_typelib::{
    Arg, Constant, Direction, Field, Property, Scope, TypeTag, Value as EnumValue,
};
use pyo3::ffi::{self, PyMethodDef, PyObject};

use crate::convert::input;
use crate::info::callables::transfer;
use crate::info::object;
use crate::info::object::{Answer, Fault, Methods, Value, answer, methods};
use crate::info::place::{Place, What};
use crate::object::class::registry;
use crate::object::pytype;
use crate::object::record::field;
use crate::python::error::{Raised, Result, runtime_error};

pub fn constant_methods() -> Methods {
    Methods::from(methods! {
        c"get_value" => |place| {
            let name = Constant::at(place.typelib(), place.offset)?.name()?;
            // The class of an object has its constants.
            let value = match place.container_name()? {
                None => registry::entry(&place.namespace, name)?,
                Some(container) => {
                    let class = registry::class_named(&place.namespace, container)?;
                    let name = pytype::text(&python_name(name));
                    if name.is_null() {
                        return Err(Fault::Raised);
                    }
                    // SAFETY: live objects; the name is dropped after it has been used.
                    unsafe {
                        let value = ffi::PyObject_GetAttr(class, name);
                        ffi::Py_DECREF(name);
                        value
                    }
                }
            };
            Ok(Value::Object(value))
        };
    })
}

pub fn value_methods() -> Methods {
    Methods::from(methods! {
        c"get_value" => |place| Ok(EnumValue::at(place.typelib(), place.offset)?.value().into());
    })
}

pub fn property_methods() -> Methods {
    Methods::from(methods! {
        c"get_flags" => |place| Ok(Property::at(place.typelib(), place.offset)?.flags().into());
        c"get_type_info" => |place| {
            Ok(place.type_of(Property::at(place.typelib(), place.offset)?.type_info()?)?.into())
        };
        c"get_ownership_transfer" => |place| {
            Ok(transfer(Property::at(place.typelib(), place.offset)?.transfer_ownership()).into())
        };
    })
}

pub fn arg_methods() -> Methods {
    Methods::from(methods! {
        c"get_direction" => |place| {
            Ok(match Arg::at(place.typelib(), place.offset)?.direction() {
                Direction::In => 0,
                Direction::Out => 1,
                Direction::InOut => 2,
            }.into())
        };
        c"is_caller_allocates" => |place| Ok(Arg::at(place.typelib(), place.offset)?.caller_allocates().into());
        c"is_return_value" => |place| Ok(Arg::at(place.typelib(), place.offset)?.return_value().into());
        c"is_optional" => |place| Ok(Arg::at(place.typelib(), place.offset)?.optional().into());
        c"may_be_null" => |place| Ok(Arg::at(place.typelib(), place.offset)?.nullable().into());
        c"get_ownership_transfer" => |place| {
            Ok(transfer(Arg::at(place.typelib(), place.offset)?.transfer_ownership()).into())
        };
        c"get_scope" => |place| {
            Ok(match Arg::at(place.typelib(), place.offset)?.scope() {
                Scope::Invalid => 0,
                Scope::Call => 1,
                Scope::Async => 2,
                Scope::Notified => 3,
                Scope::Forever => 4,
            }.into())
        };
        c"get_closure_index" => |place| Ok(number(Arg::at(place.typelib(), place.offset)?.closure()).into());
        c"get_destroy_index" => |place| Ok(number(Arg::at(place.typelib(), place.offset)?.destroy()).into());
        c"get_type_info" => |place| {
            Ok(place.type_of(Arg::at(place.typelib(), place.offset)?.type_info()?)?.into())
        };
    })
}

/// girepository's form of a number that may be absent.
fn number(number: Option<u16>) -> i64 {
    number.map_or(-1, i64::from)
}

// ---- Types ----

pub fn type_methods() -> Methods {
    let mut all = Methods::from(methods! {
        c"is_pointer" => |place| Ok((place.what == What::Type && place.ty()?.is_pointer()).into());
        c"get_tag" => |place| Ok(i64::from(tag(place)? as u8).into());
        c"get_tag_as_string" => |place| Ok(tag_name(tag(place)?).into());
        c"get_interface" => interface;
        c"get_array_length_index" => |place| {
            Ok(number(if place.what == What::Type { place.ty()?.length_index() } else { None }).into())
        };
        c"get_array_fixed_size" => |place| {
            Ok(number(if place.what == What::Type { place.ty()?.fixed_size() } else { None }).into())
        };
        c"is_zero_terminated" => |place| {
            Ok((place.what == What::Type && place.ty()?.zero_terminated()).into())
        };
        c"get_array_type" => |place| {
            let form = if place.what == What::Type { place.ty()?.array_type() } else { None };
            Ok(form.map_or(-1, |form| i64::from(form as u8)).into())
        };
    });
    all.push(pytype::method_one(c"get_param_type", param_type, false));
    all
}

fn tag(place: &Place) -> std::result::Result<TypeTag, gijit_typelib::Error> {
    match place.what {
        What::Type => Ok(place.ty()?.tag()),
        _ => Ok(TypeTag::Interface),
    }
}

/// What a type with a name stands for; None for any other type.
fn interface(place: &Place) -> Answer {
    if place.what == What::CallbackType {
        let container = Arc::new(place.clone());
        return Ok(Place::member(&container, What::Callback, place.offset, 0).into());
    }
    let ty = place.ty()?;
    if ty.tag() != TypeTag::Interface {
        return Ok(Value::None);
    }
    Ok(place.resolved(ty.interface()?)?.into())
}

unsafe extern "C" fn param_type(this: *mut PyObject, argument: *mut PyObject) -> *mut PyObject {
    // SAFETY: Python calls a method with an instance of its class and a live argument.
    unsafe {
        answer(this, |place| {
            let n = input::integer(Kind::I32, argument)? as u32 as i32;
            let Ok(n) = u16::try_from(n) else {
                return Ok(Value::None);
            };
            if place.what != What::Type || n >= place.ty()?.n_params() {
                return Ok(Value::None);
            }
            Ok(place.type_of(place.ty()?.param_type(n)?)?.into())
        })
    }
}

/// GLib's names of the tags.
fn tag_name(tag: TypeTag) -> &'static str {
    match tag {
        TypeTag::Void => "void",
        TypeTag::Boolean => "gboolean",
        TypeTag::Int8 => "gint8",
        TypeTag::UInt8 => "guint8",
        TypeTag::Int16 => "gint16",
        TypeTag::UInt16 => "guint16",
        TypeTag::Int32 => "gint32",
        TypeTag::UInt32 => "guint32",
        TypeTag::Int64 => "gint64",
        TypeTag::UInt64 => "guint64",
        TypeTag::Float => "gfloat",
        TypeTag::Double => "gdouble",
        TypeTag::GType => "GType",
        TypeTag::Utf8 => "utf8",
        TypeTag::Filename => "filename",
        TypeTag::Array => "array",
        TypeTag::Interface => "interface",
        TypeTag::GList => "glist",
        TypeTag::GSList => "gslist",
        TypeTag::GHash => "ghash",
        TypeTag::Error => "error",
        TypeTag::UniChar => "gunichar",
    }
}

// ---- Fields ----

pub fn field_methods() -> Methods {
    let mut all = Methods::from(methods! {
        c"get_flags" => |place| Ok(Field::at(place.typelib(), place.offset)?.flags().into());
        c"get_size" => |place| Ok(Field::at(place.typelib(), place.offset)?.size().into());
        c"get_offset" => |place| {
            let offset = Field::at(place.typelib(), place.offset)?.struct_offset();
            Ok(offset.unwrap_or(crate::info::UNKNOWN_OFFSET).into())
        };
        c"get_type_info" => |place| {
            Ok(place.type_of(Field::at(place.typelib(), place.offset)?.type_info()?)?.into())
        };
    });
    all.push(pytype::method_one(c"get_value", get_value, false));
    all.push(PyMethodDef {
        ml_name: c"set_value".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunction: set_value,
        },
        ml_flags: ffi::METH_VARARGS,
        ml_doc: std::ptr::null(),
    });
    all
}

/// The namespace of a field, and the numbers of its record and of itself.
fn numbers(place: &Place) -> Result<(&Arc<Namespace>, u16, u16)> {
    match &place.container {
        Some(container) => Ok((&place.namespace, container.index, place.index)),
        None => Err(runtime_error("a field without a record")),
    }
}

unsafe extern "C" fn get_value(this: *mut PyObject, instance: *mut PyObject) -> *mut PyObject {
    // SAFETY: Python calls a method with an instance of its class and a live argument.
    unsafe {
        object::answer(this, |place| {
            let (namespace, record, index) = numbers(place)?;
            Ok(Value::Object(field::get_at(
                namespace, record, index, instance,
            )?))
        })
    }
}

unsafe extern "C" fn set_value(this: *mut PyObject, arguments: *mut PyObject) -> *mut PyObject {
    // SAFETY: Python calls a method with an instance of its class and a live tuple, whose items are borrowed.
    unsafe {
        object::answer(this, |place| {
            let (mut instance, mut value) = (std::ptr::null_mut(), std::ptr::null_mut());
            let text = c"OO:FieldInfo.set_value".as_ptr();
            if ffi::PyArg_ParseTuple(arguments, text, &raw mut instance, &raw mut value) == 0 {
                return Err(Raised.into());
            }
            let (namespace, record, index) = numbers(place)?;
            field::set_at(namespace, record, index, instance, value)?;
            Ok(Value::None)
        })
    }
}
