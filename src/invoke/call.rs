//! One call over libffi: convert, call C, convert back.
//!
//! The order is what makes bad input harmless: every argument is converted before C is called, and what was made on
//! the way is known to [`Temps`], which give it back where the call does not happen. What C gives is converted or
//! released, in any case.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::ptr;

use gijit_plan::{Direction, Job, Kind, Output, Role, Transfer, Type};
use glib_sys::GError;
use gobject_sys::GValue;
use libffi::raw as libffi;
use pyo3::ffi::{self, PyObject};

use crate::closure;
use crate::convert::converter::{Converter, length_of};
use crate::convert::table::{hooks, table};
use crate::convert::temps::Temps;
use crate::convert::{errors, foreign, gvalue, instance, output};
use crate::invoke::arguments;
use crate::invoke::arguments::Given;
use crate::invoke::beyond;
use crate::invoke::beyond::Lent;
use crate::invoke::bind::{Bound, Parameter, Place};
use crate::invoke::callable::Callable;
use crate::invoke::operation;
use crate::python::error::{Raised, Result, type_error, value_error};
use crate::python::reference::{Held, not_null};

/// Arguments that fit without an allocation; more are rare.
const INLINE: usize = 10;

/// The entry of every callable that is on libffi, and of every call that a thunk hands on.
pub unsafe extern "C" fn invoke(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: CPython and thunks call this with the callable that holds it, and with arguments as the vectorcall
        // protocol lays them out.
        unsafe {
            let this = &*callable.cast::<Callable>();
            let bound = this.bound()?;
            this.count();
            let n = ffi::PyVectorcall_NARGS(nargsf) as usize;
            if kwnames.is_null() && n == bound.n_inputs() {
                let args = std::slice::from_raw_parts(args, n);
                return call(callable, bound, &Given::new(args, &[]));
            }
            let mut sorted = Vec::with_capacity(bound.n_inputs());
            let extra = arguments::sort(bound, args, n, kwnames, &mut sorted)?;
            let mut held = Held::default();
            if let Some(waiting) = operation::start(callable, bound, &mut sorted, &mut held)? {
                let waiting = held.take(waiting)?;
                ffi::Py_DECREF(call(callable, bound, &Given::new(&sorted, &[]))?);
                return Ok(ffi::Py_NewRef(waiting));
            }
            let extra = std::slice::from_raw_parts(extra.0, extra.1);
            call(callable, bound, &Given::new(&sorted, extra))
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// The slots of one call, on the stack where they fit.
///
/// For argument i: `values[i]` is the C value itself, or for outputs the place that C writes; `addresses[i]` is that
/// place's address; libffi gets the address of one or the other.
struct Frame<'a> {
    values: &'a mut [u64],
    addresses: &'a mut [u64],
    pointers: &'a mut [*mut c_void],
}

/// Calls C with converted arguments and converts what comes back.
///
/// # Safety
/// What is given are live objects or NULL (the default is meant), one for each Python argument; `callable` is the
/// object that errors and result tuples are for.
pub unsafe fn call(
    callable: *mut PyObject,
    bound: &Bound,
    given: &Given<'_>,
) -> Result<*mut PyObject> {
    let n = bound.n_c_arguments();
    // SAFETY: passed on.
    unsafe {
        if n <= INLINE {
            let (mut values, mut addresses) = ([0; INLINE], [0; INLINE]);
            let mut pointers = [ptr::null_mut(); INLINE];
            let frame = Frame {
                values: &mut values,
                addresses: &mut addresses,
                pointers: &mut pointers,
            };
            call_in(callable, bound, given, frame)
        } else {
            let (mut values, mut addresses) = (vec![0; n], vec![0; n]);
            let mut pointers = vec![ptr::null_mut(); n];
            let frame = Frame {
                values: &mut values,
                addresses: &mut addresses,
                pointers: &mut pointers,
            };
            call_in(callable, bound, given, frame)
        }
    }
}

/// # Safety
/// As for [`call`].
unsafe fn call_in(
    callable: *mut PyObject,
    bound: &Bound,
    given: &Given<'_>,
    frame: Frame<'_>,
) -> Result<*mut PyObject> {
    let plan = &bound.plan;
    let Frame {
        values,
        addresses,
        pointers,
    } = frame;
    let mut temps = Temps::new("");

    // 1. What goes in. Lengths are written by the arrays that they belong to, user data and destroy notifications by
    //    the callbacks.
    for (i, parameter) in bound.parameters.iter().enumerate() {
        // SAFETY: what is given is live, and the caller holds it through the call.
        unsafe { pass(bound, i, parameter, given, values, &mut temps)? };
        pointers[i] = ptr::from_mut(&mut values[i]).cast();
    }

    // 2. Where C writes.
    for (i, parameter) in bound.parameters.iter().enumerate() {
        match parameter.place {
            Place::Value => {}
            // What None or a default left empty has no bytes: the function gets zeros.
            Place::Bytes if values[i] == 0 => {
                // SAFETY: plain allocation of the size of the struct.
                let zeros = unsafe { glib_sys::g_malloc0(parameter.converter.size().max(1)) };
                temps.memory(false, zeros);
                pointers[i] = zeros;
            }
            Place::Bytes => pointers[i] = values[i] as *mut c_void,
            Place::Slot => {
                addresses[i] = ptr::from_mut(&mut values[i]) as u64;
                pointers[i] = ptr::from_mut(&mut addresses[i]).cast();
            }
            // SAFETY: the place is memory.
            Place::Memory => unsafe { provide(bound, i, values, &mut temps)? },
        }
    }

    // Not dropped here: the pieces hold it, too, until all is done.
    let mut lent: Option<ManuallyDrop<Lent>> = None;
    if !plan.keeps.is_empty() {
        // SAFETY: what is given is live.
        lent = unsafe { beyond::lend(bound, given, values, &mut temps, make_callback)? };
    }

    // 3. C.
    let mut function = bound.target;
    if let Some(other) = &given.function {
        function = other.code;
        for (i, arg) in plan.args.iter().enumerate() {
            if let Some(data) = other.data
                && arg.job == (Job::UserData { of: i as u16 })
            {
                values[i] = data as u64;
            }
        }
    }
    let mut error: *mut GError = ptr::null_mut();
    let mut error_address = &raw mut error;
    if plan.throws {
        pointers[plan.args.len()] = (&raw mut error_address).cast();
    }
    let mut returned: u64 = 0;
    let mut place: *mut c_void = (&raw mut returned).cast();
    if bound.returns.bytes > 0 {
        // SAFETY: plain allocation; libffi may write a whole word.
        place = unsafe { glib_sys::g_malloc0(bound.returns.bytes.max(8)) };
    }
    temps.commit();
    // SAFETY: the cif describes the function as its typelib does; every pointer leads to a value of the described
    // width in the frame, which outlives the call; the GIL is released only around C and taken again before any
    // Python object is touched.
    unsafe {
        let cif = ptr::from_ref(&bound.cif).cast_mut();
        let target = std::mem::transmute::<*const c_void, unsafe extern "C" fn()>(function);
        let state = match plan.gil {
            gijit_plan::GilPolicy::Release => ffi::PyEval_SaveThread(),
            gijit_plan::GilPolicy::Keep => ptr::null_mut(),
            gijit_plan::GilPolicy::Ask => {
                (table().save_thread_for)(ptr::with_exposed_provenance_mut(values[0] as usize))
            }
        };
        libffi::ffi_call(cif, Some(target), place, pointers.as_mut_ptr());
        if plan.gil != gijit_plan::GilPolicy::Keep {
            crate::python::restore(state);
        }
    }

    // 4. An error: what was written all the same is released.
    let results = Results {
        bound,
        values,
        place,
        lender: if bound.is_method() {
            given.arg(0)
        } else {
            ptr::null_mut()
        },
        lent: lent.as_deref(),
    };
    if bound.keeps_callbacks {
        // SAFETY: C has been called.
        unsafe { keep_callbacks(bound, &results, error.is_null(), &temps) };
    }
    if !error.is_null() {
        // SAFETY: C set the error and gives it to us; the owned values are ours.
        unsafe {
            results.release_from(0);
            results.release_hidden();
            (table().raise_gerror)(callable, error);
        }
        return Err(Raised);
    }

    // 5. The results.
    // SAFETY: the values are what the plan says they are.
    unsafe {
        if let (Some(lent), false) = (results.lent, results.lender.is_null()) {
            beyond::keep_by_instance(bound, results.lender, lent);
        }
        results.release_hidden();
        match plan.outputs.len() {
            0 => Ok(output::none()),
            1 => results.convert(plan.outputs[0]),
            n => {
                let mut objects = Vec::with_capacity(n);
                for (k, output) in plan.outputs.iter().enumerate() {
                    match results.convert(*output) {
                        Ok(object) => objects.push(object),
                        Err(raised) => {
                            results.release_from(k + 1);
                            for object in objects {
                                ffi::Py_DECREF(object);
                            }
                            return Err(raised);
                        }
                    }
                }
                let tuple = (table().result_tuple)(callable, objects.as_mut_ptr(), n);
                not_null(tuple)
            }
        }
    }
}

/// Converts what Python passes for one argument, if anything, into the frame, where `values` has a slot for each
/// argument. What is left out stays zero.
///
/// # Safety
/// What is given are live objects or NULL, held by the caller.
#[inline]
pub unsafe fn pass<'a>(
    bound: &'a Bound,
    i: usize,
    parameter: &'a Parameter,
    given: &Given<'_>,
    values: &mut [u64],
    temps: &mut Temps<'a>,
) -> Result<()> {
    let Some(input) = parameter.input else {
        return Ok(());
    };
    let object = given.arg(input);
    // SAFETY: the object is live and held; the slot has room for every value that stands alone.
    unsafe {
        if parameter.alone && !object.is_null() && object != ffi::Py_None() {
            let to = ptr::from_mut(&mut values[i]).cast();
            temps.name = &bound.plan.args[i].name;
            parameter
                .converter
                .input(object, parameter.transfer, temps, to)?;
        } else if !object.is_null() {
            convert(bound, i, object, given, values, temps)?;
        }
    }
    Ok(())
}

/// Converts one Python argument into the frame, whatever depends on it.
///
/// # Safety
/// `object` is live and held by the caller.
unsafe fn convert<'a>(
    bound: &'a Bound,
    i: usize,
    object: *mut PyObject,
    given: &Given<'_>,
    values: &mut [u64],
    temps: &mut Temps<'a>,
) -> Result<()> {
    let parameter = &bound.parameters[i];
    let arg = &bound.plan.args[i];
    let converter = &parameter.converter;
    if matches!(arg.job, Job::UserData { .. }) {
        // Its callback takes it from what is given.
        return Ok(());
    }
    temps.name = &arg.name;
    // SAFETY: the object is live in every arm; the slot has room for every value that is no struct's bytes.
    unsafe {
        if object == ffi::Py_None()
            && !matches!(converter, Converter::Scalar(Kind::Bool))
            && (arg.ty.is_pointer() || arg.default.is_none())
        {
            if arg.nullable || arg.optional {
                return Ok(());
            }
            return Err(errors::none_at(i));
        }
        if let Some(site) = &parameter.site {
            return callback(bound, i, site, object, given, values, temps);
        }
        match (parameter.place, converter) {
            (Place::Bytes, Converter::Inline(cell)) => {
                values[i] = instance::pointer(object, cell, temps.name)? as u64;
                return Ok(());
            }
            (Place::Bytes, Converter::ForeignInline(cell)) => {
                values[i] = foreign::input(object, cell, false, temps)? as u64;
                return Ok(());
            }
            (Place::Bytes, Converter::Value { cell, .. }) => {
                values[i] = gvalue::input(object, cell, false, temps)? as u64;
                return Ok(());
            }
            (Place::Memory, Converter::Inline(cell)) => {
                // C changes a copy, which Python gets.
                let from = instance::pointer(object, cell, temps.name)?;
                let copy = instance::boxed_alloc(*cell);
                if copy.is_null() {
                    return Err(Raised);
                }
                ptr::copy_nonoverlapping(from.cast::<u8>(), copy.cast(), cell.size);
                temps.give(copy, release_memory, ptr::from_ref(converter).cast());
                values[i] = copy as u64;
                return Ok(());
            }
            (Place::Memory, Converter::Value { cell, .. }) => {
                let value = gvalue::input(object, cell, true, temps)?;
                values[i] = value as u64;
                return Ok(());
            }
            _ => {}
        }
        let to = ptr::from_mut(&mut values[i]).cast();
        let length = converter.input(object, arg.transfer, temps, to)?;
        if let Some((at, kind)) = parameter.length {
            // The array has seen to it that this fits.
            let bits = length as u64;
            let slot = &mut values[usize::from(at)];
            let is_told = |&other: &u16| {
                let other = bound.parameters[usize::from(other)].input;
                let other = other.map_or(ptr::null_mut(), |input| given.arg(input));
                !other.is_null() && other != ffi::Py_None()
            };
            if *slot != bits && parameter.sharing.iter().any(is_told) {
                return Err(value_error(&format!(
                    "argument '{}' must have as many items as the other arrays that share argument '{}': {}, not {length}",
                    arg.name,
                    bound.plan.args[usize::from(at)].name,
                    length_of(kind, *slot),
                )));
            }
            *slot = bits;
        }
    }
    Ok(())
}

/// Makes a callback of a callable in the place of the one that Python has left out.
///
/// # Safety
/// As for [`convert`]; the argument is a callback.
pub unsafe fn make_callback(
    bound: &Bound,
    i: usize,
    object: *mut PyObject,
    given: &Given<'_>,
    values: &mut [u64],
    temps: &mut Temps<'_>,
) -> Result<()> {
    match &bound.parameters[i].site {
        // SAFETY: by the caller's word.
        Some(site) => unsafe { callback(bound, i, site, object, given, values, temps) },
        None => Ok(()),
    }
}

/// Makes a callback of a Python object, with its user data and destroy notification.
///
/// # Safety
/// As for [`convert`].
unsafe fn callback(
    bound: &Bound,
    i: usize,
    site: &closure::Site,
    object: *mut PyObject,
    given: &Given<'_>,
    values: &mut [u64],
    temps: &mut Temps<'_>,
) -> Result<()> {
    let arg = &bound.plan.args[i];
    // SAFETY: what is given is live; the tuple is a new reference that the pieces keep.
    unsafe {
        let mut user_data = ptr::null_mut();
        if let Some(at) = arg.closure {
            let single = bound
                .parameters
                .get(usize::from(at))
                .and_then(|data| data.input);
            let single = single.map(|input| given.arg(input));
            if bound.plan.user_data_varargs == Some(at) {
                if !given.extra.is_empty() {
                    user_data = ffi::PyTuple_New(given.extra.len() as isize);
                    if user_data.is_null() {
                        return Err(Raised);
                    }
                    for (k, &extra) in given.extra.iter().enumerate() {
                        ffi::PyTuple_SET_ITEM(user_data, k as isize, ffi::Py_NewRef(extra));
                    }
                }
            } else if let Some(data) = single {
                // A place of its own that is left empty stands for None. Beside a callback that takes all further
                // arguments, a tuple is taken apart, as PyGObject does.
                let data = if data.is_null() { ffi::Py_None() } else { data };
                let apart = bound.plan.user_data_varargs.is_some();
                user_data = if apart && ffi::PyTuple_Check(data) != 0 {
                    ffi::Py_NewRef(data)
                } else {
                    ffi::PyTuple_Pack(1, data)
                };
                if user_data.is_null() {
                    return Err(Raised);
                }
            }
        }
        if !user_data.is_null() {
            temps.keep(user_data);
        }
        let made = closure::callback(site, object, user_data, temps)?;
        values[i] = made.code as u64;
        let served = |at: Option<u16>| at.map(usize::from).filter(|&at| at < values.len());
        let (data, destroy) = (served(arg.closure), served(arg.destroy));
        if let Some(at) = data {
            // Several callbacks may share it.
            values[at] = match values[at] {
                0 => made.data,
                first => closure::share(first as *mut c_void, made.data, temps),
            } as u64;
        }
        if let Some(at) = destroy {
            values[at] = made.destroy as u64;
        }
    }
    Ok(())
}

/// Makes memory for what C fills, if there is none yet. Until C is called it belongs to the pieces.
///
/// # Safety
/// The parameter's place is memory.
pub unsafe fn provide(
    bound: &Bound,
    i: usize,
    values: &mut [u64],
    temps: &mut Temps<'_>,
) -> Result<()> {
    if values[i] == 0 {
        // SAFETY: by the caller's word.
        let memory = unsafe { allocate(bound, i, values)? };
        let converter = ptr::from_ref(&bound.parameters[i].converter);
        temps.give(memory, release_memory, converter.cast());
        values[i] = memory as u64;
    }
    Ok(())
}

/// # Safety
/// As for [`provide`].
unsafe fn allocate(bound: &Bound, i: usize, values: &[u64]) -> Result<*mut c_void> {
    let parameter = &bound.parameters[i];
    let memory = match &parameter.converter {
        // SAFETY: a cell is never freed.
        Converter::Inline(cell) if cell.size > 0 => unsafe { instance::boxed_alloc(*cell) },
        Converter::Array(array) => {
            // Nobody else tells the length but an array that goes in and shares it.
            let args = &bound.plan.args;
            let told = |at: u16| match args[usize::from(at)].job {
                Job::Length { of } => args[usize::from(of)].direction != Direction::Out,
                _ => false,
            };
            let length = parameter
                .length
                .filter(|&(at, _)| told(at))
                .map(|(at, kind)| length_of(kind, values[usize::from(at)]));
            let memory = array.allocate(length);
            if memory.is_null() {
                let own = args.iter().filter(|arg| arg.job == Job::Instance).count();
                return Err(type_error(&format!(
                    "Could not caller allocate argument {} of callable {}",
                    i - own,
                    bound.plan.full_name(),
                )));
            }
            memory
        }
        // SAFETY: plain allocation.
        Converter::ForeignInline(_) | Converter::Value { .. } if parameter.converter.size() > 0 => unsafe {
            glib_sys::g_malloc0(parameter.converter.size().max(8))
        },
        _ => {
            let arg = &bound.plan.args[i];
            return Err(type_error(&format!(
                "{}(): the caller must allocate argument '{}', and the size of this {} is not known",
                bound.plan.full_name(),
                arg.name,
                arg.ty
            )));
        }
    };
    not_null(memory)
}

/// Gives back memory that C has not seen.
unsafe extern "C" fn release_memory(memory: *mut c_void, converter: *const c_void) {
    // SAFETY: memory from `allocate` for this converter, which the callable keeps.
    unsafe {
        match &*converter.cast::<Converter>() {
            Converter::Array(array) => array.release(memory, Transfer::Container, 0),
            _ => glib_sys::g_free(memory),
        }
    }
}

/// Has what a constructor or setter made of callables end with the object that they are for.
///
/// # Safety
/// C has been called, with what the results and the pieces say.
#[cold]
unsafe fn keep_callbacks(bound: &Bound, results: &Results<'_>, is_done: bool, temps: &Temps<'_>) {
    let plan = &bound.plan;
    let is_constructor = plan.role == Role::Constructor;
    let (ty, word, setter) = if is_constructor {
        (&plan.ret.ty, results.place, 0)
    } else {
        let instance = ptr::from_ref(&results.values[0]).cast_mut().cast();
        (&plan.args[0].ty, instance, bound.target as usize)
    };
    // SAFETY: by the caller's word; what is no GObject is not taken for one.
    unsafe {
        if !is_done {
            return closure::kept::give_up(temps);
        }
        if !matches!(ty, Type::Object(_) | Type::Interface(_)) {
            return;
        }
        let object = word.cast::<*mut gobject_sys::GObject>().read();
        let is_object = !object.is_null()
            && gobject_sys::g_type_fundamental(instance::gtype_of(object))
                == gobject_sys::G_TYPE_OBJECT;
        if is_object {
            closure::kept::keep(object, setter, temps);
        }
    }
}

/// What C left behind.
pub struct Results<'a> {
    pub bound: &'a Bound,
    /// One for each argument.
    pub values: &'a [u64],
    /// The return value.
    pub place: *mut c_void,
    /// The instance of a method, borrowed: what C lends is its. NULL where there is none.
    pub lender: *mut PyObject,
    /// What a result is to keep.
    pub lent: Option<&'a Lent>,
}

/// One value that C left: where it stands, and what it is.
struct Left<'a> {
    converter: &'a Converter,
    at: *const c_void,
    transfer: Transfer,
    length: usize,
    memory: bool,
}

impl Results<'_> {
    fn length(&self, place: Option<(u16, Kind)>) -> usize {
        place.map_or(0, |(at, kind)| {
            length_of(kind, self.values[usize::from(at)])
        })
    }

    fn returned(&self) -> Left<'_> {
        let memory = self.bound.returns.bytes > 0;
        Left {
            converter: &self.bound.returns.converter,
            at: if memory {
                ptr::from_ref(&self.place).cast()
            } else {
                self.place
            },
            transfer: self.bound.plan.ret.transfer,
            length: self.length(self.bound.returns.length),
            memory,
        }
    }

    fn left(&self, output: Output) -> Left<'_> {
        match output {
            Output::Return => self.returned(),
            Output::Arg(index) => {
                let index = usize::from(index);
                let parameter = &self.bound.parameters[index];
                Left {
                    converter: &parameter.converter,
                    at: ptr::from_ref(&self.values[index]).cast(),
                    transfer: self.bound.plan.args[index].transfer,
                    length: match (&parameter.converter, self.bound.plan.args[index].closure) {
                        (Converter::Callback(_), Some(data)) => self
                            .values
                            .get(usize::from(data))
                            .map_or(0, |&data| data as usize),
                        _ => self.length(parameter.length),
                    },
                    memory: parameter.place == Place::Memory,
                }
            }
        }
    }

    /// An output for Python, as a new reference; takes what is owned, in any case.
    ///
    /// # Safety
    /// The values are what the plan says; each output is converted or released once.
    pub unsafe fn convert(&self, output: Output) -> Result<*mut PyObject> {
        if let Some(lent) = self.lent {
            // SAFETY: passed on.
            return unsafe { self.convert_and_keep(output, lent) };
        }
        let left = self.left(output);
        // SAFETY: passed on; memory that was allocated here is given to the wrapper or freed.
        unsafe {
            if !left.memory {
                let (converter, transfer) = (left.converter, left.transfer);
                let object = converter.output(left.at, transfer, left.length)?;
                let lends = transfer != Transfer::Full && converter.may_lend();
                if lends && !self.lender.is_null() {
                    (hooks().boxed_tie)(object, self.lender);
                }
                return Ok(object);
            }
            let memory = left.at.cast::<*mut c_void>().read();
            match left.converter {
                Converter::ForeignInline(cell) => {
                    let object = foreign::output(memory, cell, false);
                    glib_sys::g_free(memory);
                    object
                }
                Converter::Inline(cell) => {
                    let object = (table().allocated_out)(memory, *cell);
                    not_null(object)
                }
                Converter::Array(array) => {
                    array.output(memory, owned_container(left.transfer), left.length)
                }
                // What goes both ways may have been left out, and then C may have left it empty.
                _ if self.is_given(output) && (*memory.cast::<GValue>()).g_type == 0 => {
                    glib_sys::g_free(memory);
                    Ok(output::none())
                }
                _ => gvalue::output(memory.cast(), true),
            }
        }
    }

    /// Whether Python may pass what is left there.
    fn is_given(&self, output: Output) -> bool {
        matches!(output, Output::Arg(index) if self.bound.parameters[usize::from(index)].input.is_some())
    }

    /// The same where the result may have to keep something.
    ///
    /// # Safety
    /// As for [`Results::convert`].
    #[cold]
    unsafe fn convert_and_keep(&self, output: Output, lent: &Lent) -> Result<*mut PyObject> {
        let bare = Results {
            lent: None,
            ..*self
        };
        // SAFETY: by the caller's word.
        unsafe {
            let object = bare.convert(output)?;
            beyond::keep_by_result(self.bound, output, object, lent);
            Ok(object)
        }
    }

    /// Releases an output that Python will not get, as far as it is owned.
    ///
    /// # Safety
    /// As for [`Results::convert`].
    pub unsafe fn release(&self, output: Output) {
        let left = self.left(output);
        // SAFETY: passed on.
        unsafe {
            if !left.memory {
                left.converter.release(left.at, left.transfer, left.length);
                return;
            }
            let memory = left.at.cast::<*mut c_void>().read();
            match left.converter {
                Converter::Array(array) => {
                    array.release(memory, owned_container(left.transfer), left.length);
                }
                Converter::Value { .. } => gvalue::free(memory, ptr::null()),
                _ => glib_sys::g_free(memory),
            }
        }
    }

    /// Releases the outputs from the k-th on.
    ///
    /// # Safety
    /// As for [`Results::convert`].
    unsafe fn release_from(&self, k: usize) {
        for output in &self.bound.plan.outputs[k..] {
            // SAFETY: passed on.
            unsafe { self.release(*output) };
        }
    }

    /// Releases what Python does not see.
    ///
    /// # Safety
    /// As for [`Results::convert`].
    unsafe fn release_hidden(&self) {
        let ret = &self.bound.plan.ret;
        if ret.skip && ret.ty != gijit_plan::Type::Void {
            // SAFETY: passed on.
            unsafe { self.release(Output::Return) };
        }
    }
}

/// The transfer of an array whose container is ours.
fn owned_container(transfer: Transfer) -> Transfer {
    match transfer {
        Transfer::Full => Transfer::Full,
        Transfer::None | Transfer::Container => Transfer::Container,
    }
}
