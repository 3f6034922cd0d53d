//! `CallableInfo` and its kinds: functions, virtual functions, signals and callback types.
//!
//! Only functions can be called through their info: theirs is the callable itself. A virtual function binds to the
//! GType whose implementation is meant.

use std::ffi::c_void;
use std::ptr;

use gijit_typelib::{Function, Signal, Transfer, VFunc};
use pyo3::ffi::{self, PyObject};

use crate::info::object::{Answer, Methods, Value, answer, member, members, methods, methods_text};
use crate::info::place::{Place, What, of_classed, of_record};
use crate::info::{python, vfunc};
use crate::python::error::{Raised, raise};
use crate::python::reference::not_null;

unsafe extern "C" {
    /// Missing in pyo3's bindings: a bound method, which refers to both.
    fn PyMethod_New(function: *mut PyObject, instance: *mut PyObject) -> *mut PyObject;
}

/// The numbers of girepository's `GITransfer`.
pub fn transfer(transfer: Transfer) -> i64 {
    match transfer {
        Transfer::None => 0,
        Transfer::Container => 1,
        Transfer::Full => 2,
    }
}

pub fn callable_methods() -> Methods {
    let mut all = Methods::from(methods! {
        c"get_arguments" => |place| {
            let signature = place.signature()?;
            members(place, What::Arg, signature.args().map(|arg| Ok(arg?.offset())))
        };
        c"get_return_type" => |place| Ok(place.type_of(place.signature()?.return_type()?)?.into());
        c"get_caller_owns" => |place| Ok(transfer(place.signature()?.caller_owns()).into());
        c"may_return_null" => |place| Ok(place.signature()?.may_return_null().into());
        c"skip_return" => |place| Ok(place.signature()?.skip_return().into());
        c"can_throw_gerror" => |place| Ok(place.can_throw()?.into());
    });
    all.extend(methods_text! {
        c"get_return_attribute" => |place, key| {
            match place.signature()?.attribute(key)? {
                Some(value) => Ok(value.into()),
                None => Err(attribute_error(&format!(
                    "the result of {} has no attribute {key:?}",
                    place.escaped_name()?
                ))),
            }
        };
    });
    all.push(ffi::PyMethodDef {
        ml_name: c"invoke".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionWithKeywords: invoke,
        },
        ml_flags: ffi::METH_VARARGS | ffi::METH_KEYWORDS,
        ml_doc: ptr::null(),
    });
    all
}

fn attribute_error(text: &str) -> super::object::Fault {
    // SAFETY: reads a static that the interpreter has initialised.
    raise(unsafe { ffi::PyExc_AttributeError }, text).into()
}

/// Calls the info itself: the same as `info(*args, **keywords)`.
unsafe extern "C" fn invoke(
    this: *mut PyObject,
    args: *mut PyObject,
    keywords: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: Python calls a method with an instance, a tuple, and a dict or NULL.
    unsafe { ffi::PyObject_Call(this, args, keywords) }
}

/// Calls a virtual function, and refuses for what is no function.
pub unsafe extern "C" fn call(
    this: *mut PyObject,
    args: *mut PyObject,
    keywords: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called with a live info object, a tuple, and a dict or NULL.
    unsafe {
        answer(this, |place| {
            if place.what == What::VFunc {
                return Ok(Value::Object(vfunc::call(this, place, args, keywords)?));
            }
            let name = place.escaped_name()?;
            let text = match place.what {
                What::Signal => format!("{name} is a signal: it is emitted, and not called"),
                _ => format!("{name} is a callback type: there is nothing to call"),
            };
            Err(raise(ffi::PyExc_TypeError, &text).into())
        })
    }
}

/// The `inspect.Signature`, made of the plan.
pub unsafe extern "C" fn get_signature(this: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    crate::guard(|| python::signature(this)).unwrap_or(ptr::null_mut())
}

pub fn function_methods() -> Methods {
    Methods::from(methods! {
        c"is_constructor" => |place| Ok(Function::at(place.typelib(), place.offset)?.is_constructor().into());
        c"is_method" => |place| Ok(Function::at(place.typelib(), place.offset)?.is_method().into());
        c"get_symbol" => |place| Ok(Function::at(place.typelib(), place.offset)?.symbol()?.into());
        c"get_flags" => |place| {
            // girepository 2.0 has no bit for errors, and has given its place to asynchronous functions.
            let function = Function::at(place.typelib(), place.offset)?;
            let kept = function.flags() & 0b1_1111;
            Ok((kept | u32::from(function.is_async()) << 5).into())
        };
        c"get_property" => property;
        c"get_vfunc" => called;
        c"get_finish_func" => finish;
    })
}

/// The property that a function gets or sets.
fn property(place: &Place) -> Answer {
    let function = Function::at(place.typelib(), place.offset)?;
    let (Some(container), Some(index)) = (&place.container, function.property_index()) else {
        return Ok(Value::None);
    };
    let offset = of_classed!(container, view => Some(view.property(index)?.offset()), else None);
    Ok(member(container, What::Property, offset, index))
}

/// The virtual function that a method calls. Compilers say it at the virtual function only.
fn called(place: &Place) -> Answer {
    let Some(container) = &place.container else {
        return Ok(Value::None);
    };
    of_classed!(container, view => {
        for (i, method) in view.methods_iter().enumerate() {
            if method?.offset() != place.offset {
                continue;
            }
            for (n, vfunc) in view.vfuncs_iter().enumerate() {
                let vfunc = vfunc?;
                if vfunc.invoker().map(usize::from) == Some(i) {
                    return Ok(member(container, What::VFunc, Some(vfunc.offset()), n as u16));
                }
            }
        }
        Ok(Value::None)
    }, else Ok(Value::None))
}

/// The function that takes the result of an operation that this one starts.
fn finish(place: &Place) -> Answer {
    let plan = place.plan()?;
    if plan.operation.is_none() {
        return Ok(Value::None);
    }
    let stem = plan.name.strip_suffix("_async").unwrap_or(&plan.name);
    let name = format!("{stem}_finish");
    let Some(container) = &place.container else {
        let found = Place::named(&place.namespace, &name)?;
        return Ok(found.filter(|found| found.what == What::Function).into());
    };
    let offset =
        of_record!(container, view => view.find_method(&name)?.map(|f| f.offset()), else None);
    Ok(member(container, What::Function, offset, 0))
}

pub fn vfunc_methods() -> Methods {
    Methods::from(methods! {
        c"get_flags" => |place| {
            // As for functions: girepository 2.0 has no bit for errors.
            Ok((VFunc::at(place.typelib(), place.offset)?.flags() & 0b111).into())
        };
        c"get_offset" => |place| {
            let offset = VFunc::at(place.typelib(), place.offset)?.struct_offset();
            Ok(offset.unwrap_or(crate::info::UNKNOWN_OFFSET).into())
        };
        c"get_signal" => |place| {
            let index = VFunc::at(place.typelib(), place.offset)?.signal();
            let (Some(container), Some(index)) = (&place.container, index) else {
                return Ok(Value::None);
            };
            let offset = of_classed!(container, view => Some(view.signal(index)?.offset()), else None);
            Ok(member(container, What::Signal, offset, index))
        };
        c"get_invoker" => |place| {
            let index = VFunc::at(place.typelib(), place.offset)?.invoker();
            let (Some(container), Some(index)) = (&place.container, index) else {
                return Ok(Value::None);
            };
            let offset = of_classed!(container, view => Some(view.method(index)?.offset()), else None);
            Ok(member(container, What::Function, offset, index))
        };
    })
}

/// A virtual function belongs to the GType of the class through which it is reached, and is called with it.
pub unsafe extern "C" fn bind_vfunc(
    vfunc: *mut PyObject,
    instance: *mut PyObject,
    class: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the descriptor protocol: live objects or NULL, not both of them; the bound method holds what it
        // needs.
        unsafe {
            let class = if class.is_null() {
                ffi::Py_TYPE(instance).cast()
            } else {
                class
            };
            let gtype = ffi::PyObject_GetAttrString(class, c"__gtype__".as_ptr());
            if gtype.is_null() {
                return Err(Raised);
            }
            let bound = PyMethod_New(vfunc, gtype);
            ffi::Py_DECREF(gtype);
            not_null(bound)
        }
    })
    .unwrap_or(ptr::null_mut())
}

pub fn signal_methods() -> Methods {
    Methods::from(methods! {
        c"get_flags" => |place| Ok(Signal::at(place.typelib(), place.offset)?.flags().into());
        c"get_class_closure" => |place| {
            let index = Signal::at(place.typelib(), place.offset)?.class_closure();
            let (Some(container), Some(index)) = (&place.container, index) else {
                return Ok(Value::None);
            };
            let offset = of_classed!(container, view => Some(view.vfunc(index)?.offset()), else None);
            Ok(member(container, What::VFunc, offset, index))
        };
        c"true_stops_emit" => |place| Ok(Signal::at(place.typelib(), place.offset)?.true_stops_emit().into());
    })
}
