//! Wrappers of boxed, struct and union values: the base types, and the way from C to Python.
//!
//! A wrapper owns its value or borrows it; how an owned one is given back is written beside it. A value that stands
//! inside another, or that an instance lends, holds a strong reference to the wrapper of that one: its *parent*. Who
//! lends to whom, and for how long, is said in [`lent`]. What fields are, and how they are read, is not known here.

pub mod lent;

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock};

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::cell::TypeCell;
use crate::convert::gtype::gtype_name;
use crate::convert::instance;
use crate::convert::instance::is_boxed;
use crate::convert::output;
use crate::convert::temps::Release;
use crate::info::descriptor;
use crate::invoke::beyond::{self, Lent};
use crate::object::class::registry;
use crate::object::pytype;
use crate::object::source::pysource;
use crate::python::error::{
    Raised, Result, c_text, not_implemented, runtime_error, type_error, type_name,
};
use crate::python::reference::not_null;

/// How the value is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(in crate::object) enum Owner {
    /// It is not ours: C keeps it, or the parent.
    Nobody = 0,
    /// By `g_boxed_free` with the wrapper's GType.
    Boxed = 1,
    /// By `g_free`: memory of ours, which the type's own function must not free, since it may free slices, or count
    /// references. What C put into it stays there, as in PyGObject: no function is known that would empty it.
    Memory = 2,
    /// By `g_variant_unref`.
    Variant = 3,
    /// A source that Python implements: it is destroyed.
    Source = 4,
    // C extensions take the last bit for "it is freed with the wrapper".
    /// C's, for one call: [`lent::settle`] says what becomes of it then.
    Lent = 8,
    /// It was C's, for a call that is over, and nothing could copy it: the wrapper is empty.
    Gone = 16,
}

impl Owner {
    /// Whether the value is the wrapper's.
    fn owns(self) -> bool {
        !matches!(self, Owner::Nobody | Owner::Lent | Owner::Gone)
    }
}

/// The head of every wrapper: the public layout of PyGBoxed, which begins as PyGPointer does.
#[repr(C)]
struct Base {
    head: PyObject,
    value: *mut c_void,
    gtype: usize,
    /// To C extensions this is `free_on_dealloc`.
    owner: Owner,
}

/// What PyGPointer has.
const POINTER_SIZE: usize = offset_of!(Base, owner);

/// The wrapper of a type that a namespace describes.
#[repr(C)]
pub(in crate::object) struct Wrapper {
    base: Base,
    /// NULL, or a box.
    extra: *mut Extra,
}

/// What only few wrappers have.
struct Extra {
    /// A strong reference to the wrapper of what the value is in, or of what lends it; or NULL.
    parent: *mut PyObject,
    /// What Python put into fields of the value.
    given: Vec<Given>,
    /// The wrappers of what is in a value that is lent for a call, or that it lends: they have it as their parent, and
    /// are taken out before they end.
    views: Vec<*mut Wrapper>,
    /// What C has been lent as long as there is the value.
    kept: Vec<(usize, Lent)>,
}

impl Wrapper {
    /// What only few wrappers have, made at the first need.
    ///
    /// # Safety
    /// `this` is a live wrapper; the GIL is held as long as the result is used.
    unsafe fn extra<'a>(this: *mut Wrapper) -> &'a mut Extra {
        // SAFETY: by the caller's word; the box is the wrapper's own.
        unsafe {
            if (*this).extra.is_null() {
                (*this).extra = Box::into_raw(Box::new(Extra {
                    parent: ptr::null_mut(),
                    given: Vec::new(),
                    views: Vec::new(),
                    kept: Vec::new(),
                }));
            }
            &mut *(*this).extra
        }
    }
}

/// What Python put into a field, which nobody else gives back.
struct Given {
    /// The field.
    at: *mut *mut c_void,
    value: *mut c_void,
    release: Release,
    with: *const c_void,
}

const _: () = {
    assert!(offset_of!(Base, value) == WRAPPER_POINTER);
    assert!(offset_of!(Base, gtype) == WRAPPER_POINTER + 8);
    assert!(offset_of!(Base, owner) == WRAPPER_POINTER + 16);
    assert!(size_of::<Base>() == WRAPPER_POINTER + 24);
};

/// The base types.
pub struct Types {
    /// For values whose GType is a boxed one.
    pub boxed: *mut PyTypeObject,
    /// For all others.
    pub plain: *mut PyTypeObject,
    /// The base of `boxed`, and for boxed values that no namespace describes.
    pub gboxed: *mut PyTypeObject,
    /// The base of `plain`, and for pointers of GTypes that no namespace describes.
    pub gpointer: *mut PyTypeObject,
}

// SAFETY: the types are immortal and written once.
unsafe impl Send for Types {}
// SAFETY: as above.
unsafe impl Sync for Types {}

static TYPES: OnceLock<Types> = OnceLock::new();

/// Wrappers that hold a value. Counted for `gijit.stats()` and for tests of leaks.
static LIVE: AtomicUsize = AtomicUsize::new(0);

pub fn live() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// The GIL is held, so nobody else counts meanwhile.
fn count(by: isize) {
    let live = LIVE.load(Ordering::Relaxed).wrapping_add_signed(by);
    LIVE.store(live, Ordering::Relaxed);
}

pub fn types() -> &'static Types {
    TYPES.get().expect("the types are made at initialisation")
}

/// Makes the types; once, at initialisation.
pub fn initialise() -> Result<()> {
    let gboxed = pytype::make_static(pytype::Spec {
        name: c"gobject.GBoxed",
        size: size_of::<Base>(),
        flags: ffi::Py_TPFLAGS_BASETYPE,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_new, ffi::PyType_GenericNew as *mut c_void),
            (ffi::Py_tp_init, refuse_boxed as *mut c_void),
            (ffi::Py_tp_dealloc, dealloc_base as *mut c_void),
            (ffi::Py_tp_repr, repr as *mut c_void),
            (ffi::Py_tp_hash, hash as *mut c_void),
            (ffi::Py_tp_richcompare, compare as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![pytype::method_noargs(c"copy", copy)],
    })?;
    let gpointer = pytype::make_static(pytype::Spec {
        name: c"gobject.GPointer",
        size: POINTER_SIZE,
        flags: ffi::Py_TPFLAGS_BASETYPE,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_new, ffi::PyType_GenericNew as *mut c_void),
            (ffi::Py_tp_init, refuse_pointer as *mut c_void),
            (ffi::Py_tp_dealloc, dealloc_pointer as *mut c_void),
            (ffi::Py_tp_repr, repr_pointer as *mut c_void),
            (ffi::Py_tp_hash, hash as *mut c_void),
            (ffi::Py_tp_richcompare, compare as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![],
    })?;
    let make = |name, base, new, init, methods| {
        pytype::make(pytype::Spec {
            name,
            size: size_of::<Wrapper>(),
            flags: ffi::Py_TPFLAGS_BASETYPE | ffi::Py_TPFLAGS_HAVE_GC,
            base,
            slots: vec![
                (ffi::Py_tp_new, new),
                (ffi::Py_tp_init, init),
                (ffi::Py_tp_dealloc, dealloc as *mut c_void),
                (ffi::Py_tp_traverse, traverse as *mut c_void),
                (ffi::Py_tp_clear, clear as *mut c_void),
                (ffi::Py_tp_repr, repr as *mut c_void),
            ],
            offsets: vec![],
            getters: vec![],
            methods,
        })
    };
    let boxed = make(
        c"gi.Boxed",
        gboxed,
        new_boxed as *mut c_void,
        init_boxed as *mut c_void,
        vec![pytype::method_noargs(c"_clear_boxed", clear_boxed)],
    )?;
    let plain = make(
        c"gi.Struct",
        gpointer,
        new_plain as *mut c_void,
        ignore as *mut c_void,
        vec![],
    )?;
    // SAFETY: live types, which take references of their own.
    unsafe {
        let name = c"__gtype__";
        pytype::add(
            gboxed,
            name,
            crate::object::gtype::gtype_out(gobject::G_TYPE_POINTER),
        )?;
        pytype::add(
            gpointer,
            name,
            crate::object::gtype::gtype_out(gobject::G_TYPE_POINTER),
        )?;
    }
    let _ = TYPES.set(Types {
        boxed,
        plain,
        gboxed,
        gpointer,
    });
    Ok(())
}

// ---- Classes ----

/// What making a value of a class needs to know of it.
#[derive(Clone, Copy)]
struct Class {
    cell: &'static TypeCell,
    /// The constructor that `NS.T()` calls, immortal; or NULL.
    constructor: *mut PyObject,
}

// SAFETY: used only under the GIL.
unsafe impl Send for Class {}

/// The classes of namespaces, by address: they live for ever. The lock is held only while the map is touched.
static CLASSES: LazyLock<Mutex<HashMap<usize, Class>>> = LazyLock::new(Default::default);

fn classes() -> MutexGuard<'static, HashMap<usize, Class>> {
    CLASSES
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Says of which type a class is, and what makes its values. `constructor` is NULL or a new reference.
pub fn register(class: *mut PyTypeObject, cell: &'static TypeCell, constructor: *mut PyObject) {
    classes().insert(class as usize, Class { cell, constructor });
}

/// What is known of a class or the first of its bases that a namespace describes.
///
/// # Safety
/// `class` is live.
unsafe fn described(mut class: *mut PyTypeObject) -> Option<Class> {
    let classes = classes();
    while !class.is_null() {
        if let Some(found) = classes.get(&(class as usize)) {
            return Some(*found);
        }
        // SAFETY: by the caller's word; a class keeps its base.
        class = unsafe { (*class).tp_base };
    }
    None
}

// ---- Making and freeing ----

/// A new wrapper of the given class; takes the value in any case.
///
/// # Safety
/// `class` is live and one of the types above, or derives from one; `value` is a live value owned as `owner` says,
/// which in a `GPointer` can only be by nobody.
pub(in crate::object) unsafe fn wrap_as(
    class: *mut PyTypeObject,
    value: *mut c_void,
    gtype: usize,
    owner: Owner,
) -> *mut PyObject {
    // SAFETY: by the caller's word; the fields are written before anybody sees them.
    unsafe {
        let alloc = (*class).tp_alloc.expect("a ready type can allocate");
        let object = alloc(class, 0);
        if object.is_null() {
            give_back(value, gtype, owner);
            return object;
        }
        let this = object.cast::<Base>();
        (*this).value = value;
        (*this).gtype = gtype;
        if owner != Owner::Nobody {
            // A `GPointer` ends before the owner.
            (*this).owner = owner;
        }
        count(1);
        object
    }
}

/// A new wrapper, of a class that derives from that of `object`, for the value of `object`, which is empty afterwards:
/// a new reference.
///
/// # Safety
/// Both are live.
pub unsafe fn moved(class: *mut PyTypeObject, object: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; both have the layout of a wrapper. An owner has one value, a value one owner.
    unsafe {
        let base = types().boxed;
        let of = |class| described(class).map(|known| ptr::from_ref(known.cell));
        let same = ffi::PyObject_TypeCheck(object, base) != 0
            && ffi::PyType_IsSubtype(class, base) != 0
            && of(class) == of(ffi::Py_TYPE(object));
        let this = object.cast::<Wrapper>();
        if !same || (*this).base.value.is_null() || (*this).base.owner == Owner::Lent {
            return Err(type_error("the class cannot hold the value"));
        }
        let alloc = (*class).tp_alloc.expect("a ready type can allocate");
        let new = not_null(alloc(class, 0))?;
        let to = new.cast::<Wrapper>();
        (*to).base.value = std::mem::replace(&mut (*this).base.value, ptr::null_mut());
        (*to).base.gtype = (*this).base.gtype;
        (*to).base.owner = std::mem::replace(&mut (*this).base.owner, Owner::Nobody);
        (*to).extra = std::mem::replace(&mut (*this).extra, ptr::null_mut());
        if (*to).base.owner == Owner::Source {
            pysource::moved((*to).base.value, new);
        }
        Ok(new)
    }
}

/// A new wrapper of the cell's class; takes the value in any case.
///
/// # Safety
/// `value` is a live value of the cell's type, owned as `owner` says.
unsafe fn wrap(value: *mut c_void, cell: &'static TypeCell, owner: Owner) -> *mut PyObject {
    // SAFETY: passed on.
    unsafe {
        match cell.class() {
            Ok(class) => wrap_as(class, value, cell.gtype(), owner),
            Err(Raised) => {
                give_back(value, cell.gtype(), owner);
                ptr::null_mut()
            }
        }
    }
}

/// # Safety
/// `value` is owned as `owner` says.
unsafe fn give_back(value: *mut c_void, gtype: usize, owner: Owner) {
    // SAFETY: by the caller's word.
    unsafe {
        match owner {
            Owner::Nobody | Owner::Lent | Owner::Gone => {}
            Owner::Boxed => gobject::g_boxed_free(gtype, value),
            Owner::Memory => glib_sys::g_free(value),
            Owner::Variant => glib_sys::g_variant_unref(value.cast()),
            Owner::Source => pysource::give_back(value),
        }
    }
}

/// How memory of ours with a value of this type is given back.
fn owner_of_memory(gtype: usize) -> Owner {
    // SAFETY: plain function.
    if gtype != 0 && gtype == unsafe { gobject::g_value_get_type() } {
        // Which empties it, and is known to free the memory with `g_free`.
        Owner::Boxed
    } else {
        Owner::Memory
    }
}

/// Gives back the value and what was put into it, and forgets the parent.
///
/// # Safety
/// `object` is a live wrapper of ours.
unsafe fn empty(object: *mut PyObject) {
    // SAFETY: by the caller's word; every part is taken out before it is released, since that may run Python code.
    unsafe {
        let this = object.cast::<Wrapper>();
        let value = std::mem::replace(&mut (*this).base.value, ptr::null_mut());
        let owner = std::mem::replace(&mut (*this).base.owner, Owner::Nobody);
        let extra = std::mem::replace(&mut (*this).extra, ptr::null_mut());
        let gtype = (*this).base.gtype;
        let mut parent = ptr::null_mut();
        let mut lent = Vec::new();
        if !extra.is_null() {
            let Extra {
                parent: held,
                given,
                views,
                kept,
            } = *Box::from_raw(extra);
            parent = held;
            lent = kept;
            lent::forget(this, parent);
            lent::end(&views);
            // What the type's own function frees, it frees with its fields.
            if owner == Owner::Memory && is_boxed(gtype) {
                for given in given {
                    given.release();
                }
            }
        }
        if !value.is_null() {
            count(-1);
            give_back(value, gtype, owner);
        }
        drop(lent);
        ffi::Py_XDECREF(parent);
    }
}

impl Given {
    /// # Safety
    /// The record that the field is in is live.
    unsafe fn release(self) {
        // SAFETY: what stands in the field is that which was put there.
        unsafe {
            if self.at.read_unaligned() == self.value {
                (self.release)(self.value, self.with);
            }
        }
    }
}

pub unsafe extern "C" fn boxed_out_none(
    value: *mut c_void,
    cell: *const TypeCell,
) -> *mut PyObject {
    // SAFETY: the contract of the slot. The class is made first: only then is the GType known.
    unsafe {
        let cell: &'static TypeCell = &*cell;
        if value.is_null() {
            return cell.null().unwrap_or(ptr::null_mut());
        }
        if cell.class().is_err() {
            return ptr::null_mut();
        }
        if is_boxed(cell.gtype()) {
            // C may free its value at any time, so Python gets one of its own.
            wrap(
                gobject::g_boxed_copy(cell.gtype(), value),
                cell,
                Owner::Boxed,
            )
        } else {
            wrap(value, cell, Owner::Nobody)
        }
    }
}

pub unsafe extern "C" fn boxed_out_full(
    value: *mut c_void,
    cell: *const TypeCell,
) -> *mut PyObject {
    // SAFETY: the contract of the slot.
    unsafe {
        let cell: &'static TypeCell = &*cell;
        if value.is_null() {
            return cell.null().unwrap_or(ptr::null_mut());
        }
        if cell.class().is_err() {
            return ptr::null_mut();
        }
        let owner = if is_boxed(cell.gtype()) {
            Owner::Boxed
        } else {
            Owner::Memory
        };
        wrap(value, cell, owner)
    }
}

pub unsafe extern "C" fn allocated_out(value: *mut c_void, cell: *const TypeCell) -> *mut PyObject {
    // SAFETY: the contract of the slot: memory from `boxed_alloc`, which is g_malloc's.
    unsafe {
        let cell: &'static TypeCell = &*cell;
        cell.settle();
        wrap(value, cell, owner_of_memory(cell.gtype()))
    }
}

/// A wrapper of a variant; takes the reference in any case.
///
/// # Safety
/// `variant` is live and one reference is ours.
pub unsafe fn variant_new(variant: *mut c_void, cell: &'static TypeCell) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe { wrap(variant, cell, Owner::Variant) }
}

// ---- Values of any GType ----

/// A wrapper of a boxed value of any GType, described by a namespace or not: a new reference. With `ours` it owns the
/// value; else the value must live longer.
///
/// # Safety
/// `value` is NULL, or live and, with `ours`, ours.
pub unsafe fn of_gtype(value: *mut c_void, gtype: usize, ours: bool) -> *mut PyObject {
    let owner = if ours { Owner::Boxed } else { Owner::Nobody };
    // SAFETY: by the caller's word; a class of another family cannot hold the value.
    unsafe {
        if value.is_null() {
            return output::none();
        }
        match registry::class_of(gtype) {
            Ok(class) if ffi::PyType_IsSubtype(class, types().gboxed) != 0 => {
                wrap_as(class, value, gtype, owner)
            }
            Ok(class) => {
                give_back(value, gtype, owner);
                let name = c_text((*class).tp_name);
                runtime_error(&format!("{name} isn't a GBoxed"));
                ptr::null_mut()
            }
            Err(Raised) => {
                give_back(value, gtype, owner);
                ptr::null_mut()
            }
        }
    }
}

/// Whether an object wraps a boxed value of just this GType.
///
/// # Safety
/// `object` is live.
pub unsafe fn is_of_gtype(object: *mut PyObject, gtype: usize) -> bool {
    // SAFETY: by the caller's word; only wrappers are read as such.
    unsafe {
        ffi::PyObject_TypeCheck(object, types().gboxed) != 0
            && (*object.cast::<Base>()).gtype == gtype
    }
}

/// A wrapper of a pointer of any GType, which nobody owns: a new reference.
///
/// # Safety
/// `pointer` is NULL or of that type.
pub unsafe fn pointer_of_gtype(pointer: *mut c_void, gtype: usize) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe {
        if pointer.is_null() {
            return output::none();
        }
        match registry::class_of(gtype) {
            Ok(class) if ffi::PyType_IsSubtype(class, types().gpointer) != 0 => {
                wrap_as(class, pointer, gtype, Owner::Nobody)
            }
            Ok(_) => wrap_as(types().gpointer, pointer, gtype, Owner::Nobody),
            Err(Raised) => ptr::null_mut(),
        }
    }
}

/// Whether `object` wraps a boxed value, struct or union that a namespace describes.
///
/// # Safety
/// `object` is live.
pub unsafe fn is_wrapper(object: *mut PyObject) -> bool {
    // SAFETY: by the caller's word; the types are immortal.
    unsafe {
        ffi::PyObject_TypeCheck(object, types().boxed) != 0
            || ffi::PyObject_TypeCheck(object, types().plain) != 0
    }
}

/// Has the wrapper of a value keep what C has been lent, in the place of what the function `by` was lent before, unless that
/// is 0. False for other objects.
///
/// # Safety
/// `object` is live.
pub unsafe fn keep(object: *mut PyObject, by: usize, lent: Lent) -> bool {
    // SAFETY: by the caller's word; who owns the value keeps what it needs.
    unsafe {
        let owner = lent::lender(object);
        if !is_wrapper(object) || owner.is_null() || !is_wrapper(owner) {
            return false;
        }
        let old = beyond::replace(&mut Wrapper::extra(owner.cast()).kept, by, lent);
        drop(old);
        true
    }
}

/// Writes an owned pointer to a field, and gives back the one that Python had put there before.
///
/// That is done only in boxed values of ours, whose contents are copied by the type's own function whenever C keeps
/// them. The bytes of a plain struct may have been copied anywhere (as `GOptionEntry`s are): there the old value
/// leaks, as in PyGObject.
///
/// # Safety
/// `object` is a live wrapper; `at` is a field in its value; `value` is NULL or owned, and given back by `release`.
pub unsafe fn put(
    object: *mut PyObject,
    at: *mut *mut c_void,
    value: *mut c_void,
    release: Release,
    with: *const c_void,
) {
    // SAFETY: by the caller's word; the old value is released after the new one stands in its place.
    unsafe {
        let root = lent::lender(object);
        let owned = !root.is_null() && is_wrapper(root) && {
            let Base { owner, gtype, .. } = (*root.cast::<Wrapper>()).base;
            owner.owns() && is_boxed(gtype)
        };
        if !owned {
            at.write_unaligned(value);
            return;
        }
        let given = &mut Wrapper::extra(root.cast()).given;
        let found = given.iter().position(|given| given.at == at);
        let old = found.map(|i| given.swap_remove(i));
        let old = old.filter(|old| at.read_unaligned() == old.value);
        if !value.is_null() {
            given.push(Given {
                at,
                value,
                release,
                with,
            });
        }
        at.write_unaligned(value);
        if let Some(old) = old {
            (old.release)(old.value, old.with);
        }
    }
}

// ---- The types' own functions ----

/// Fails if a call has arguments, as Python's own functions do.
///
/// # Safety
/// `args` is a live tuple, `kwargs` NULL or a live dict.
unsafe fn no_arguments(args: *mut PyObject, kwargs: *mut PyObject) -> Result<()> {
    // SAFETY: by the caller's word.
    let (positional, named) = unsafe {
        (
            ffi::PyTuple_Size(args),
            if kwargs.is_null() {
                0
            } else {
                ffi::PyDict_Size(kwargs)
            },
        )
    };
    match (positional, named) {
        (0, 0) => Ok(()),
        (0, n) => Err(type_error(&format!(
            "function takes at most 0 keyword arguments ({n} given)"
        ))),
        (n, named) => Err(type_error(&format!(
            "function takes at most 0 arguments ({} given)",
            n + named
        ))),
    }
}

/// `NS.T()`: what the class's argument-less constructor makes, or zeroed memory.
unsafe extern "C" fn new_boxed(
    class: *mut PyTypeObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called with a live class, a tuple, and NULL or a dict.
    unsafe { new(class, args, kwargs, "boxed") }
}

unsafe extern "C" fn new_plain(
    class: *mut PyTypeObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: as above.
    unsafe { new(class, args, kwargs, "struct") }
}

/// # Safety
/// `class` is live, `args` a live tuple, `kwargs` NULL or a live dict.
unsafe fn new(
    class: *mut PyTypeObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
    what: &str,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: by the caller's word; the bound constructor is dropped after its call.
        unsafe {
            let known = described(class);
            descriptor::check(class)?;
            if let Some(Class { constructor, .. }) = known
                && !constructor.is_null()
            {
                let bind = (*ffi::Py_TYPE(constructor)).tp_descr_get;
                let bound = match bind {
                    Some(bind) => bind(constructor, ptr::null_mut(), class.cast()),
                    None => ffi::Py_NewRef(constructor),
                };
                if bound.is_null() {
                    return Err(Raised);
                }
                let object = ffi::PyObject_Call(bound, args, kwargs);
                ffi::Py_DECREF(bound);
                return not_null(object);
            }
            if what == "struct" {
                no_arguments(args, kwargs)?;
            }
            let Some(Class { cell, .. }) = known else {
                return Err(type_error("missing introspection information"));
            };
            if cell.size == 0 {
                return Err(type_error(&format!(
                    "{what} cannot be created directly; try using a constructor, see: help({})",
                    cell.of
                )));
            }
            cell.class()?;
            let value = instance::boxed_alloc(cell);
            not_null(wrap_as(
                class,
                value,
                cell.gtype(),
                owner_of_memory(cell.gtype()),
            ))
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn ignore(_: *mut PyObject, _: *mut PyObject, _: *mut PyObject) -> c_int {
    0
}

unsafe extern "C" fn init_boxed(
    object: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> c_int {
    // SAFETY: called with a live wrapper, a tuple, and NULL or a dict.
    unsafe {
        if ffi::PyTuple_Size(args) == 0 && (kwargs.is_null() || ffi::PyDict_Size(kwargs) == 0) {
            return 0;
        }
        let known = described(ffi::Py_TYPE(object));
        if known.is_some_and(|class| !class.constructor.is_null()) {
            // They were the constructor's.
            return 0;
        }
        ffi::PyErr_WarnEx(
            ffi::PyExc_DeprecationWarning,
            c"Passing arguments to gi.types.Boxed.__init__() is deprecated. All arguments passed will be ignored."
                .as_ptr(),
            1,
        )
    }
}

unsafe extern "C" fn refuse_boxed(
    object: *mut PyObject,
    args: *mut PyObject,
    _: *mut PyObject,
) -> c_int {
    // SAFETY: called with a live object and a tuple.
    unsafe { refuse(object, args, "GBoxed") }
}

unsafe extern "C" fn refuse_pointer(
    object: *mut PyObject,
    args: *mut PyObject,
    _: *mut PyObject,
) -> c_int {
    // SAFETY: as above.
    unsafe { refuse(object, args, "GPointer") }
}

/// # Safety
/// `object` is live and `args` a live tuple.
unsafe fn refuse(object: *mut PyObject, args: *mut PyObject, name: &str) -> c_int {
    // SAFETY: by the caller's word.
    unsafe {
        match ffi::PyTuple_Size(args) {
            0 => {
                let class = type_name(object);
                not_implemented(&format!("{class} can not be constructed"));
            }
            n => {
                type_error(&format!(
                    "{name}.__init__() takes exactly 0 arguments ({n} given)"
                ));
            }
        }
    }
    -1
}

/// `GBoxed.copy()`
unsafe extern "C" fn copy(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper; a copy is ours.
        unsafe {
            let Base { value, gtype, .. } = *object.cast::<Base>();
            if !is_boxed(gtype) || value.is_null() {
                return Err(type_error("there is nothing to copy"));
            }
            let copy = not_null(of_gtype(gobject::g_boxed_copy(gtype, value), gtype, true))?;
            // It may need what this one keeps.
            let owner = lent::lender(object);
            if is_wrapper(copy) && !owner.is_null() && is_wrapper(owner) {
                let extra = (*owner.cast::<Wrapper>()).extra;
                if !extra.is_null() && !(*extra).kept.is_empty() {
                    Wrapper::extra(copy.cast()).kept.clone_from(&(*extra).kept);
                }
            }
            Ok(copy)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// Gives the value up at once, for values that must not live longer than something else.
unsafe extern "C" fn clear_boxed(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper of ours.
    unsafe { empty(object) };
    output::none()
}

pub(in crate::object) unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        empty(object);
        pytype::free(object);
    }
}

unsafe extern "C" fn dealloc_base(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone.
    unsafe {
        let this = object.cast::<Base>();
        if !(*this).value.is_null() {
            count(-1);
            give_back((*this).value, (*this).gtype, (*this).owner);
        }
        pytype::free_memory(object);
    }
}

unsafe extern "C" fn dealloc_pointer(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone.
    unsafe {
        if !(*object.cast::<Base>()).value.is_null() {
            count(-1);
        }
        pytype::free_memory(object);
    }
}

unsafe extern "C" fn traverse(
    object: *mut PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the collector's protocol: visit what the object refers to, its type included.
    unsafe {
        let this = object.cast::<Wrapper>();
        if (*this).base.owner == Owner::Source && !(*this).base.value.is_null() {
            pysource::traversed((*this).base.value, object, arg == object.cast());
        }
        let extra = (*this).extra;
        let parent = if extra.is_null() {
            ptr::null_mut()
        } else {
            (*extra).parent
        };
        for referent in [parent, ffi::Py_TYPE(object).cast()] {
            if !referent.is_null() {
                let result = visit(referent, arg);
                if result != 0 {
                    return result;
                }
            }
        }
        0
    }
}

unsafe extern "C" fn clear(object: *mut PyObject) -> c_int {
    crate::python::stay();
    // SAFETY: the collector's protocol. Without its parent the value must not be looked at any more.
    unsafe {
        let extra = (*object.cast::<Wrapper>()).extra;
        if !extra.is_null() && !(*extra).parent.is_null() {
            empty(object);
        }
    }
    0
}

unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    unsafe {
        let class = ffi::Py_TYPE(object);
        let this = object.cast::<Base>();
        let gtype = match (*this).gtype {
            0 | gobject::G_TYPE_NONE => "void".to_owned(),
            gtype => gtype_name(gtype),
        };
        let name = match described(class) {
            // A plain struct is shown by the name of its C type, whatever class was derived from it.
            Some(known) if ffi::PyType_IsSubtype(class, types().plain) != 0 => {
                known.cell.of.to_string()
            }
            _ => pytype::class_name(class),
        };
        // A class that takes the place of a namespace's own is shown as that.
        let name = name.strip_prefix("gi.overrides.").unwrap_or(&name);
        pytype::text(&format!(
            "<{name} object at {object:p} ({gtype} at {:p})>",
            (*this).value
        ))
    }
}

unsafe extern "C" fn repr_pointer(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    unsafe {
        let Base { value, gtype, .. } = *object.cast::<Base>();
        pytype::text(&format!("<{} at {value:p}>", gtype_name(gtype)))
    }
}

unsafe extern "C" fn hash(object: *mut PyObject) -> ffi::Py_hash_t {
    // SAFETY: called with a live wrapper.
    pytype::hash(unsafe { (*object.cast::<Base>()).value } as usize)
}

pub(in crate::object) unsafe extern "C" fn compare(
    a: *mut PyObject,
    b: *mut PyObject,
    operation: c_int,
) -> *mut PyObject {
    // SAFETY: called with a live wrapper and any live object; only wrappers are read as such.
    unsafe {
        if ffi::Py_TYPE(a) != ffi::Py_TYPE(b) {
            return pytype::not_implemented();
        }
        let value = |object: *mut PyObject| (*object.cast::<Base>()).value as usize;
        pytype::compare(value(a), value(b), operation)
    }
}
