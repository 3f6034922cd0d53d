//! `RegisteredTypeInfo` and its kinds: structs, unions, enumerations, objects and interfaces.

use gijit_typelib::{Entry, Enum, Error, Interface, Object, Struct, Union};
use gobject_sys::G_TYPE_NONE;

use crate::convert::gtype;
use crate::info::object::{Answer, Fault, Methods, Value, member, members, methods, methods_text};
use crate::info::place::{Place, What, of_classed, of_record};
use crate::object::class::registry;

pub fn registered_methods() -> Methods {
    Methods::from(methods! {
        c"get_type_name" => type_name;
        c"get_type_init" => type_init;
        c"get_g_type" => g_type;
    })
}

fn type_name(place: &Place) -> Answer {
    Ok(of_record!(place, view => view.gtype_name()?.into(), else Value::None))
}

fn type_init(place: &Place) -> Answer {
    Ok(of_record!(place, view => view.gtype_init()?.into(), else Value::None))
}

/// The GType, registered now if it has not been; void for a type without.
fn g_type(place: &Place) -> Answer {
    Ok(Value::GType(gtype_of(place)?))
}

/// The GType of a registered type; void for a type without.
pub fn gtype_of(place: &Place) -> Result<usize, Fault> {
    let registered = of_record!(place, view => view.gtype_init()?.is_some(), else false);
    let Some(name) = place.name()?.filter(|_| registered) else {
        return Ok(G_TYPE_NONE);
    };
    let class = registry::class_named(&place.namespace, name)?;
    // SAFETY: the registry keeps the class for ever.
    let gtype = unsafe { gtype::lookup(class)? };
    Ok(gtype.unwrap_or(G_TYPE_NONE))
}

fn all_methods(place: &Place) -> Answer {
    of_record!(place, view => {
        members(place, What::Function, view.methods_iter().map(|method| Ok(method?.offset())))
    }, else Ok(Value::None))
}

fn find_method(place: &Place, name: &str) -> Answer {
    let offset = of_record!(place, view => view.find_method(name)?.map(|f| f.offset()), else None);
    Ok(member(place, What::Function, offset, 0))
}

fn all_fields(place: &Place) -> Answer {
    let (lib, offset) = (place.typelib(), place.offset);
    let offsets: Vec<_> = match place.what {
        What::Struct => offsets(Struct::at(lib, offset)?.fields_iter()),
        What::Union => offsets(Union::at(lib, offset)?.fields_iter()),
        _ => offsets(Object::at(lib, offset)?.fields_iter()),
    };
    members(place, What::Field, offsets.into_iter())
}

fn offsets<'a>(
    fields: impl Iterator<Item = Result<gijit_typelib::Field<'a>, Error>>,
) -> Vec<Result<u32, Error>> {
    fields.map(|field| Ok(field?.offset())).collect()
}

pub fn struct_methods() -> Methods {
    let mut all = Methods::from(methods! {
        c"get_fields" => all_fields;
        c"get_methods" => all_methods;
        c"get_size" => |place| Ok(Struct::at(place.typelib(), place.offset)?.size().into());
        c"get_alignment" => |place| Ok(Struct::at(place.typelib(), place.offset)?.alignment().into());
        c"is_gtype_struct" => |place| Ok(Struct::at(place.typelib(), place.offset)?.is_gtype_struct().into());
        c"is_foreign" => |place| Ok(Struct::at(place.typelib(), place.offset)?.is_foreign().into());
    });
    all.extend(methods_text! {
        c"find_field" => |place, name| {
            for (i, field) in Struct::at(place.typelib(), place.offset)?.fields_iter().enumerate() {
                let field = field?;
                if field.name()? == name {
                    return Ok(member(place, What::Field, Some(field.offset()), i as u16));
                }
            }
            Ok(Value::None)
        };
        c"find_method" => find_method;
    });
    all
}

pub fn union_methods() -> Methods {
    Methods::from(methods! {
        c"get_fields" => all_fields;
        c"get_methods" => all_methods;
        c"get_size" => |place| Ok(Union::at(place.typelib(), place.offset)?.size().into());
        c"get_alignment" => |place| Ok(Union::at(place.typelib(), place.offset)?.alignment().into());
    })
}

pub fn enum_methods() -> Methods {
    Methods::from(methods! {
        c"get_values" => |place| {
            let view = Enum::at(place.typelib(), place.offset)?;
            members(place, What::Value, view.values_iter().map(|value| Ok(value?.offset())))
        };
        c"get_methods" => all_methods;
        c"is_flags" => |place| Ok(Enum::at(place.typelib(), place.offset)?.is_flags().into());
        c"get_storage_type" => |place| {
            Ok(i64::from(Enum::at(place.typelib(), place.offset)?.storage_type() as u8).into())
        };
    })
}

// ---- What objects and interfaces share ----

fn all_properties(place: &Place) -> Answer {
    of_classed!(place, view => {
        members(place, What::Property, view.properties_iter().map(|property| Ok(property?.offset())))
    }, else Ok(Value::None))
}

fn all_signals(place: &Place) -> Answer {
    of_classed!(place, view => {
        members(place, What::Signal, view.signals_iter().map(|signal| Ok(signal?.offset())))
    }, else Ok(Value::None))
}

fn all_vfuncs(place: &Place) -> Answer {
    of_classed!(place, view => {
        members(place, What::VFunc, view.vfuncs_iter().map(|vfunc| Ok(vfunc?.offset())))
    }, else Ok(Value::None))
}

fn all_constants(place: &Place) -> Answer {
    of_classed!(place, view => {
        members(place, What::Constant, view.constants_iter().map(|constant| Ok(constant?.offset())))
    }, else Ok(Value::None))
}

fn find_signal(place: &Place, name: &str) -> Answer {
    let offset = of_classed!(place, view => view.find_signal(name)?.map(|s| s.offset()), else None);
    Ok(member(place, What::Signal, offset, 0))
}

fn find_vfunc(place: &Place, name: &str) -> Answer {
    let offset = of_classed!(place, view => view.find_vfunc(name)?.map(|v| v.offset()), else None);
    Ok(member(place, What::VFunc, offset, 0))
}

fn linked(place: &Place, entry: Option<Entry<'_>>) -> Answer {
    Ok(entry.map(|entry| place.resolved(entry)).transpose()?.into())
}

fn all_linked<'a>(
    place: &Place,
    entries: impl Iterator<Item = Result<Entry<'a>, Error>>,
) -> Answer {
    let resolved = entries.map(|entry| place.resolved(entry?));
    Ok(resolved.collect::<Result<Vec<_>, Error>>()?.into())
}

pub fn object_methods() -> Methods {
    let mut all = Methods::from(methods! {
        c"get_parent" => |place| linked(place, Object::at(place.typelib(), place.offset)?.parent()?);
        c"get_class_struct" => |place| linked(place, Object::at(place.typelib(), place.offset)?.class_struct()?);
        c"get_interfaces" => |place| {
            let view = Object::at(place.typelib(), place.offset)?;
            all_linked(place, (0..view.interfaces()).map(|i| view.interface(i)))
        };
        c"get_methods" => all_methods;
        c"get_fields" => all_fields;
        c"get_properties" => all_properties;
        c"get_signals" => all_signals;
        c"get_vfuncs" => all_vfuncs;
        c"get_constants" => all_constants;
        c"get_abstract" => |place| Ok(Object::at(place.typelib(), place.offset)?.is_abstract().into());
        c"get_fundamental" => |place| Ok(Object::at(place.typelib(), place.offset)?.is_fundamental().into());
        c"get_type_name" => type_name;
        c"get_type_init" => type_init;
        c"get_ref_function" => |place| Ok(Object::at(place.typelib(), place.offset)?.ref_func()?.into());
        c"get_unref_function" => |place| Ok(Object::at(place.typelib(), place.offset)?.unref_func()?.into());
        c"get_set_value_function" => |place| {
            Ok(Object::at(place.typelib(), place.offset)?.set_value_func()?.into())
        };
        c"get_get_value_function" => |place| {
            Ok(Object::at(place.typelib(), place.offset)?.get_value_func()?.into())
        };
    });
    all.extend(methods_text! {
        c"find_method" => find_method;
        c"find_vfunc" => find_vfunc;
    });
    all
}

pub fn interface_methods() -> Methods {
    let mut all = Methods::from(methods! {
        c"get_iface_struct" => |place| linked(place, Interface::at(place.typelib(), place.offset)?.iface_struct()?);
        c"get_prerequisites" => |place| {
            let view = Interface::at(place.typelib(), place.offset)?;
            all_linked(place, (0..view.prerequisites()).map(|i| view.prerequisite(i)))
        };
        c"get_methods" => all_methods;
        c"get_properties" => all_properties;
        c"get_signals" => all_signals;
        c"get_vfuncs" => all_vfuncs;
        c"get_constants" => all_constants;
    });
    all.extend(methods_text! {
        c"find_method" => find_method;
        c"find_signal" => find_signal;
        c"find_vfunc" => find_vfunc;
    });
    all
}
