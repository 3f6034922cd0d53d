//! The memory that a thunk reads: the callable it was called with, its type cells, and the runtime table.
//!
//! A thunk's code has no relocations. All it knows is its first argument, the callable, from which it loads
//! everything else at the offsets given here. The extension asserts at compile time that its structs agree.

/// Offsets in bytes inside a callable, for 64-bit targets. Behind `PyObject_HEAD` (16 bytes).
pub mod callable {
    /// `vectorcallfunc`: the entry of the tier that the callable is on.
    pub const VECTORCALL: usize = 16;
    /// `void *`: the C function.
    pub const TARGET: usize = 24;
    /// `const Runtime *`: see [`super::Slot`].
    pub const RUNTIME: usize = 32;
    /// `TypeCell *const *`: one pointer for each C argument in order, then one for the return value. Never NULL
    /// for kinds that have a cell: gtype, enum, flags, obj, box; NULL for the others.
    pub const CELLS: usize = 40;
    /// `vectorcallfunc`: `invoke`, which takes every call that a thunk hands on. It is called with the thunk's
    /// own four arguments.
    pub const FALLBACK: usize = 48;
}

/// Offsets in bytes inside what an entry is called for.
pub mod entered {
    /// `void *`: where C's calls go on: the entry, or what does without one. It is called with C's own arguments, and
    /// the address of this in the register of nested functions.
    pub const CODE: usize = 0;
    /// As in a callable.
    pub const RUNTIME: usize = super::callable::RUNTIME;
    /// As in a callable, without one for the return value.
    pub const CELLS: usize = super::callable::CELLS;
}

/// Size in bytes of the memory in an entry's frame, aligned for a pointer, that belongs to `entry_begin` and what follows
/// it.
pub const ENTRY_STATE: usize = 64;

/// How many free places there are behind the objects that an entry makes, for what the callable gets besides.
pub const ENTRY_MORE: usize = 2;

/// Offsets in bytes inside a type cell: what a conversion must know of one class.
pub mod cell {
    /// `PyTypeObject *`: the Python class, NULL until it has been made.
    pub const PYTYPE: usize = 0;
    /// `GType`, 0 where there is none.
    pub const GTYPE: usize = 8;
}

/// Size in bytes of the memory in a thunk's frame, aligned for a pointer, in which the callable keeps what it made for
/// C until the call is over: from `frame_fill` to `frame_end`.
pub const PIECES: usize = 256;
/// Offset of the C pointer in a wrapper of an object, interface, boxed, struct or union value; of the `GType`
/// value in a GType object.
pub const WRAPPER_POINTER: usize = 16;
/// Offset of `tp`, the type, in any Python object, and of the value in a `float`.
pub const OB_TYPE: usize = 8;
/// Offset of the C double in a `float`.
pub const FLOAT_VALUE: usize = 16;

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The runtime table: an array of pointer-sized slots, in this order. `T` below is `TypeCell *`, `C` the
        /// callable, `F` the frame: a `uint64_t *` to one word for each C argument (those that the thunk opens itself
        /// stay 0) and one for the return value behind them. Functions follow the C ABI. Those that return `PyObject *`
        /// return a new reference, or NULL with an exception set. All are called with the GIL held.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        #[allow(non_camel_case_types)]
        pub enum Slot { $($(#[$doc])* $name,)* }

        impl Slot {
            /// All slots with their names, in table order.
            pub const ALL: &'static [(Slot, &'static str)] = &[$((Slot::$name, stringify!($name)),)*];

            /// Offset in bytes inside the table.
            pub const fn offset(self) -> usize { self as usize * 8 }
        }
    };
}

slots! {
    /// data: `PyLong_Type`
    long_type,
    /// data: `PyFloat_Type`
    float_type,
    /// data: `PyUnicode_Type`
    unicode_type,
    /// data: the type of GType objects
    gtype_type,
    /// data: `Py_None`
    none,
    /// data: `Py_True`
    true_,
    /// data: `Py_False`
    false_,
    /// `PyThreadState *(void)`: releases the GIL
    save_thread,
    /// `void (PyThreadState *)`: takes it; NULL is ignored
    restore_thread,
    /// `int (PyTypeObject *a, PyTypeObject *b)`: whether a is b or derives from it; cannot fail
    is_subtype,
    /// `int (PyObject *int_or_member, int64_t *out)`: 1 if it fits, else 0; never leaves an exception. The object is
    /// an exact `int`, or a member of an enum or flags class, which derives from `int`
    long_as_i64,
    /// `int (PyObject *exact_int, uint64_t *out)`: likewise
    long_as_u64,
    /// `int (PyObject *exact_int, double *out)`: likewise, rounding as Python does
    long_as_f64,
    /// `const char *(PyObject *exact_str)`: UTF-8, borrowed from the object; NULL without an exception if it has none
    utf8_borrow,
    /// `const char *(PyObject *exact_str)`: file name, borrowed from the object, where its bytes are the same in the
    /// file system's encoding and hold no NUL; else NULL without an exception
    filename_borrow,
    /// `int (PyObject *any, uint32_t *out)`: the code of a `str` of one whole character: 1; anything else: 0 without an
    /// exception
    unichar_get,
    /// `void *(const void *, T)`: what to give to C for transfer full: a copy of a string (T is NULL, here and
    /// in `string_drop`)
    string_dup,
    /// `void *(void *, T)`: an object with one more reference
    object_dup,
    /// `void *(void *, T)`: a copy of a boxed value
    boxed_dup,
    /// `PyObject *(int64_t)`
    i64_out,
    /// `PyObject *(uint64_t)`
    u64_out,
    /// `PyObject *(double)`
    f64_out,
    /// `PyObject *(uint32_t)`: unichar
    unichar_out,
    /// `PyObject *(size_t)`: GType
    gtype_out,
    /// `PyObject *(const char *)`: NULL is None; borrowed
    utf8_out_none,
    /// `PyObject *(char *)`: the same, and frees it in any case
    utf8_out_full,
    /// `PyObject *(const char *)`
    filename_out_none,
    /// `PyObject *(char *)`
    filename_out_full,
    /// `PyObject *(int32_t, T)`
    enum_out,
    /// `PyObject *(uint32_t, T)`
    flags_out,
    /// `PyObject *(void *, T)`: NULL is None; borrowed
    object_out_none,
    /// `PyObject *(void *, T)`: takes the reference in any case
    object_out_full,
    /// `PyObject *(void *, T)`
    boxed_out_none,
    /// `PyObject *(void *, T)`: takes the value in any case
    boxed_out_full,
    /// `void (char *, T)`: releases an owned string that Python will not get (NULL is ignored)
    string_drop,
    /// `void (void *, T)`: likewise an object
    object_drop,
    /// `void (void *, T)`: likewise a boxed value
    boxed_drop,
    /// `void *(T)`: zeroed memory for a caller-allocated value, or NULL with an exception set; given back by
    /// `allocated_out` or `allocated_drop`
    boxed_alloc,
    /// `PyObject *(void *, T)`: a value in memory from `boxed_alloc`; takes the memory in any case
    allocated_out,
    /// `void (void *, T)`: releases memory from `boxed_alloc`
    allocated_drop,
    /// `PyObject *(C, GError *)`: raises it, takes it, returns NULL
    raise_gerror,
    /// `PyObject *(C, PyObject **values, size_t n)`: the result tuple; takes the references in any case
    result_tuple,
    /// `void (PyObject *)`: drops a reference
    decref,
    /// `int (C, PyObject *const *args, size_t nargs, F, void *pieces)`: makes what C gets in the zeroed frame of the
    /// positional arguments that the thunk does not open: inputs, memory, and what goes hidden with them. Called when
    /// all other arguments have passed, before anything of them is made C's. 1, and `frame_end` must follow; or 0
    /// with an exception set
    frame_fill,
    /// `void (void *pieces)`: the call is over, its results have been converted
    frame_end,
    /// `PyObject *(C, PyObject *const *args, F, size_t index)`: the value of that word; takes what is owned in any
    /// case. The arguments are those of the call: what C lends may be the first one's
    frame_out,
    /// `void (C, F, size_t index)`: releases what is owned of that word, which Python will not get
    frame_drop,
    /// `int (PyObject *exact_int, T, int32_t *out)`: 1 if the number is the value of a member of the enumeration, else
    /// 0 without an exception
    enum_get,
    /// `int (E, void *state, void *data)`, without the GIL: begins a call from C, under the GIL; `E` is what an entry is
    /// called for, `data` its last hidden argument, or NULL. 0 if Python has ended, or nothing is to be called, and then
    /// nothing must follow
    entry_begin,
    /// `PyObject *(void *, T)`: as `object_out_none`, for an argument that stays its caller's also if it floats
    object_argument,
    /// `PyObject *(E, void *state, PyObject **args, size_t n)`: calls the callable with `args[1]` to `args[n]`, whose
    /// references it takes in any case; `args[0]` and what is behind `args[n]` ([`ENTRY_MORE`]) are free room
    entry_call,
    /// `void (E, void *state, PyObject *result, void *room)`: writes what C gets of a result, whose reference it takes,
    /// into zeroed room of at least a word; says itself what goes wrong
    entry_give,
    /// `void (E, void *state)`: an argument, or the callable, has left an exception: says so
    entry_failed,
    /// `void (E, void *state)`: the call is over; releases the GIL
    entry_end,
    /// `PyObject *(void *, T, PyObject **lent)`: as `boxed_out_none`, for a record that C lends for the call: `lent` gets
    /// a reference of its own, for `record_settle`, or stays NULL
    record_argument,
    /// `void (PyObject *lent)`: the call is over, and the arguments have been dropped: takes the reference. NULL is ignored
    record_settle,
    /// `PyObject *(GValue *)`: what C has put into a zeroed value, which is emptied in any case
    value_out,
    /// `void (GValue *)`: empties a value that Python will not get
    value_drop,
    /// `PyThreadState *(void *instance)`: releases the GIL, unless the instance answers at once: then NULL
    save_thread_for,
}
