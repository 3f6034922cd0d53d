//! `BaseInfo`: what all infos have in common.

use pyo3::ffi::PyObject;

use crate::info::object::{Methods, equal, methods, methods_text};
use crate::object::pytype;

pub fn methods() -> Methods {
    let mut all = Methods::from(methods! {
        c"get_name" => |place| Ok(place.escaped_name()?.into());
        c"get_name_unescaped" => |place| match place.name()? {
            Some(name) => Ok(name.into()),
            None => Ok(place.escaped_name()?.into()),
        };
        c"get_namespace" => |place| Ok(place.namespace_name()?.into());
        c"get_container" => |place| Ok(place.container.as_deref().cloned().into());
        c"is_deprecated" => |place| Ok(place.is_deprecated()?.into());
    });
    all.extend(methods_text! {
        c"get_attribute" => |place, key| Ok(place.attribute(key)?.into());
    });
    all.push(pytype::method_one(c"equal", is_equal, false));
    all
}

unsafe extern "C" fn is_equal(this: *mut PyObject, other: *mut PyObject) -> *mut PyObject {
    // SAFETY: Python calls a method with an instance of its class and a live argument.
    unsafe { equal(this, other, true) }
}
