//! A world without Python for thunks to run in: objects made by hand in a given layout, a runtime table whose slots
//! write down how they are called, and a C function that takes any signature apart. It knows nothing of what a thunk
//! ought to do.
//!
//! Thunks look into Python objects only; every other pointer is a number to them. So C pointers and new objects are
//! numbers here too, counted up from bases of their own, which makes a failed comparison readable.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use gijit_shape::abi::{self, Slot};
use gijit_shape::layout::Layout;

/// New Python objects: `NEW_OBJECT + n`.
pub const NEW_OBJECT: u64 = 0x0b00_0000;
/// Memory of `boxed_alloc`.
pub const NEW_MEMORY: u64 = 0x3e00_0000;
/// What the `_dup` slots add to a pointer.
pub const DUP: u64 = 0x0d00_0000_0000;
/// The thread state that `save_thread` gives.
pub const THREAD: u64 = 0x7ead;
/// What `frame_fill` writes into the memory that it is given.
const PIECE: u64 = 0x91ec_e000;
/// What `invoke` returns.
pub const HANDED_ON: u64 = 0xfa11;

/// Something that happened: the slot's name (or "call", "invoke") and its arguments without addresses in the frame.
pub type Event = (&'static str, Vec<u64>);

/// How C sees one argument of the callee.
#[derive(Clone, Copy, Debug)]
pub enum CArg {
    Int {
        bits: u32,
        signed: bool,
    },
    F32,
    F64,
    /// The address of a slot of so many bytes, into which the callee writes.
    Out {
        bytes: u32,
        signed: bool,
        write: Option<u64>,
    },
}

/// What the C function does when it is called.
#[derive(Clone, Debug, Default)]
pub struct Callee {
    pub args: Vec<CArg>,
    /// It has a `GError **`, and writes this there unless it is 0.
    pub error: Option<u64>,
    pub ret: u64,
    pub ret_float: u64,
}

/// What the slots know of a `str`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text {
    pub utf8: u64,
    pub filename: u64,
    pub unichar: Option<u32>,
}

#[derive(Default)]
pub struct State {
    pub layout: Option<Layout>,
    pub events: Vec<Event>,
    pub texts: HashMap<u64, Text>,
    /// (derived, base)
    pub subtypes: HashSet<(u64, u64)>,
    pub callee: Callee,
    /// The number (from 0) of the boxing or allocation that fails.
    pub failing_boxing: Option<usize>,
    pub failing_alloc: Option<usize>,
    /// What `frame_fill` writes into the frame, one word for each C argument and the return value.
    pub words: Vec<u64>,
    pub failing_fill: bool,
    pub callable: u64,
    /// What the callable behind an entry returns, and what C gets of it; 0 for a failure.
    pub result: u64,
    pub answer: u64,
    /// Python has ended.
    pub ended: bool,
    boxings: usize,
    allocs: usize,
    objects: u64,
}

thread_local! {
    pub static STATE: RefCell<State> = RefCell::default();
}

fn note(name: &'static str, args: &[u64]) {
    STATE.with_borrow_mut(|state| state.events.push((name, args.to_vec())));
}

/// A new object, or NULL where the boxing is to fail.
fn boxed(name: &'static str, args: &[u64]) -> u64 {
    note(name, args);
    STATE.with_borrow_mut(|state| {
        let number = state.boxings;
        state.boxings += 1;
        if state.failing_boxing == Some(number) {
            return 0;
        }
        state.objects += 1;
        NEW_OBJECT + state.objects
    })
}

/// The value of an object with the layout of an `int`.
fn int_value(object: u64) -> i128 {
    let layout = STATE
        .with_borrow(|state| state.layout)
        .expect("a layout is set");
    // SAFETY: thunks pass objects of this world, and only ints to the slots that come here.
    let word = |offset: u64| unsafe { *((object + offset) as *const u64) };
    let (count, negative) = if layout.long_style == 0 {
        let size = word(16) as i64;
        (size.unsigned_abs(), size < 0)
    } else {
        (word(16) >> 3, word(16) & 3 == 2)
    };
    // Values here have at most 4 digits; more would overflow the i128.
    assert!(count <= 4, "{count} digits");
    let mut value: i128 = 0;
    for i in (0..count).rev() {
        // SAFETY: as above; the object has `count` digits.
        let digit = unsafe { *((object + 24 + 4 * i) as *const u32) };
        value = (value << 30) + i128::from(digit);
    }
    if negative { -value } else { value }
}

/// Writes to a slot's out parameter.
fn answer<T>(out: *mut T, value: Option<T>) -> i32 {
    match value {
        Some(value) => {
            // SAFETY: thunks pass the address of room in their frame.
            unsafe { out.write(value) };
            1
        }
        None => 0,
    }
}

extern "C" fn save_thread() -> u64 {
    note("save_thread", &[]);
    THREAD
}
extern "C" fn save_thread_for(instance: u64) -> u64 {
    note("save_thread_for", &[instance]);
    THREAD
}
extern "C" fn restore_thread(thread: u64) {
    note("restore_thread", &[thread]);
}
extern "C" fn is_subtype(a: u64, b: u64) -> i32 {
    note("is_subtype", &[a, b]);
    // Any value other than 0 is true.
    STATE.with_borrow(|state| {
        if state.subtypes.contains(&(a, b)) {
            256
        } else {
            0
        }
    })
}
extern "C" fn long_as_i64(object: u64, out: *mut i64) -> i32 {
    note("long_as_i64", &[object]);
    answer(out, int_value(object).try_into().ok())
}
extern "C" fn long_as_u64(object: u64, out: *mut u64) -> i32 {
    note("long_as_u64", &[object]);
    answer(out, int_value(object).try_into().ok())
}
extern "C" fn long_as_f64(object: u64, out: *mut f64) -> i32 {
    note("long_as_f64", &[object]);
    // A real int is too large from 1024 bits on; here, from 100.
    let value = int_value(object);
    answer(out, (value.abs() < 1 << 100).then_some(value as f64))
}
fn text(object: u64) -> Text {
    STATE.with_borrow(|state| state.texts.get(&object).copied().expect("a str"))
}
extern "C" fn utf8_borrow(object: u64) -> u64 {
    note("utf8_borrow", &[object]);
    text(object).utf8
}
extern "C" fn filename_borrow(object: u64) -> u64 {
    note("filename_borrow", &[object]);
    text(object).filename
}
extern "C" fn unichar_get(object: u64, out: *mut u32) -> i32 {
    note("unichar_get", &[object]);
    answer(out, text(object).unichar)
}
/// The value of the largest member of every enumeration; the least has its negative.
pub const MOST: i128 = 100;
extern "C" fn enum_get(object: u64, cell: u64, out: *mut i32) -> i32 {
    note("enum_get", &[object, cell]);
    // SAFETY: cells of this world begin with the class.
    let class = unsafe { *(cell as *const u64) };
    let value = int_value(object);
    let known = class != 0 && (-MOST..=MOST).contains(&value);
    answer(out, if known { value.try_into().ok() } else { None })
}
fn dup(name: &'static str, pointer: u64, cell: u64) -> u64 {
    note(name, &[pointer, cell]);
    assert_ne!(pointer, 0, "{name} of NULL");
    pointer + DUP
}
extern "C" fn string_dup(pointer: u64, cell: u64) -> u64 {
    dup("string_dup", pointer, cell)
}
extern "C" fn object_dup(pointer: u64, cell: u64) -> u64 {
    dup("object_dup", pointer, cell)
}
extern "C" fn boxed_dup(pointer: u64, cell: u64) -> u64 {
    dup("boxed_dup", pointer, cell)
}
extern "C" fn i64_out(value: i64) -> u64 {
    boxed("i64_out", &[value as u64])
}
extern "C" fn u64_out(value: u64) -> u64 {
    boxed("u64_out", &[value])
}
extern "C" fn f64_out(value: f64) -> u64 {
    boxed("f64_out", &[value.to_bits()])
}
extern "C" fn unichar_out(value: u32) -> u64 {
    boxed("unichar_out", &[value.into()])
}
extern "C" fn enum_out(value: i32, cell: u64) -> u64 {
    boxed("enum_out", &[value as i64 as u64, cell])
}
extern "C" fn flags_out(value: u32, cell: u64) -> u64 {
    boxed("flags_out", &[value.into(), cell])
}

macro_rules! plain_slots {
    ($($name:ident($($arg:ident),*) $how:ident;)*) => {
        $(plain_slots!(@ $how $name $($arg)*);)*
    };
    (@ boxes $name:ident $($arg:ident)*) => {
        extern "C" fn $name($($arg: u64),*) -> u64 { boxed(stringify!($name), &[$($arg),*]) }
    };
    (@ drops $name:ident $pointer:ident $($arg:ident)*) => {
        extern "C" fn $name($pointer: u64 $(, $arg: u64)*) {
            assert_ne!($pointer, 0, concat!(stringify!($name), " of NULL"));
            note(stringify!($name), &[$pointer $(, $arg)*]);
        }
    };
}

plain_slots! {
    gtype_out(value) boxes;
    utf8_out_none(value) boxes;
    utf8_out_full(value) boxes;
    filename_out_none(value) boxes;
    filename_out_full(value) boxes;
    object_out_none(value, cell) boxes;
    object_out_full(value, cell) boxes;
    object_argument(value, cell) boxes;
    boxed_out_none(value, cell) boxes;
    boxed_out_full(value, cell) boxes;
    allocated_out(value, cell) boxes;
    string_drop(value, cell) drops;
    object_drop(value, cell) drops;
    boxed_drop(value, cell) drops;
    allocated_drop(value, cell) drops;
    decref(object) drops;
}

extern "C" fn boxed_alloc(cell: u64) -> u64 {
    note("boxed_alloc", &[cell]);
    STATE.with_borrow_mut(|state| {
        let number = state.allocs;
        state.allocs += 1;
        if state.failing_alloc == Some(number) {
            0
        } else {
            NEW_MEMORY + number as u64
        }
    })
}
extern "C" fn raise_gerror(callable: u64, error: u64) -> u64 {
    assert_eq!(callable, STATE.with_borrow(|state| state.callable));
    note("raise_gerror", &[error]);
    0
}
extern "C" fn result_tuple(callable: u64, values: *const u64, n: usize) -> u64 {
    assert_eq!(callable, STATE.with_borrow(|state| state.callable));
    // SAFETY: thunks pass an array of so many objects.
    let values = unsafe { std::slice::from_raw_parts(values, n) };
    note("result_tuple", values);
    STATE.with_borrow_mut(|state| {
        state.objects += 1;
        NEW_OBJECT + state.objects
    })
}
/// The words of a frame.
fn words<'a>(words: *mut u64) -> &'a mut [u64] {
    let n = STATE.with_borrow(|state| state.words.len());
    // SAFETY: thunks pass an array of a word for each C argument and one for the return value.
    unsafe { std::slice::from_raw_parts_mut(words, n) }
}
/// The memory for pieces.
fn pieces<'a>(pieces: *mut u64) -> &'a mut [u64] {
    assert_eq!(pieces as usize % 8, 0, "the pieces are not aligned");
    // SAFETY: thunks pass memory of this size.
    unsafe { std::slice::from_raw_parts_mut(pieces, abi::PIECES / 8) }
}
extern "C" fn frame_fill(
    callable: u64,
    args: u64,
    nargs: u64,
    frame: *mut u64,
    memory: *mut u64,
) -> i32 {
    assert_eq!(callable, STATE.with_borrow(|state| state.callable));
    note("frame_fill", &[args, nargs]);
    let frame = words(frame);
    assert!(frame.iter().all(|word| *word == 0), "the frame: {frame:x?}");
    STATE.with_borrow(|state| {
        frame.copy_from_slice(&state.words);
        if state.failing_fill {
            return 0;
        }
        for (i, word) in pieces(memory).iter_mut().enumerate() {
            *word = PIECE + i as u64;
        }
        1
    })
}
extern "C" fn frame_end(memory: *mut u64) {
    note("frame_end", &[]);
    for (i, word) in pieces(memory).iter().enumerate() {
        assert_eq!(*word, PIECE + i as u64, "something else is in the pieces");
    }
}
/// The words behind the index: what the callable reads there.
fn seen(index: u64, frame: *mut u64) -> Vec<u64> {
    let mut seen = vec![index];
    seen.extend_from_slice(words(frame));
    seen
}
extern "C" fn frame_out(callable: u64, args: u64, frame: *mut u64, index: u64) -> u64 {
    assert_eq!(callable, STATE.with_borrow(|state| state.callable));
    let mut noted = seen(index, frame);
    noted.push(args);
    boxed("frame_out", &noted)
}
extern "C" fn frame_drop(callable: u64, frame: *mut u64, index: u64) {
    assert_eq!(callable, STATE.with_borrow(|state| state.callable));
    note("frame_drop", &seen(index, frame));
}
/// What `entry_begin` writes into the memory that it is given.
const HELD: u64 = 0x57a7_e000;

/// That it is as `entry_begin` has left it.
fn assert_held(entered: u64, memory: *const u64) {
    assert_eq!(entered, STATE.with_borrow(|state| state.callable));
    for i in 0..abi::ENTRY_STATE / 8 {
        // SAFETY: entries pass memory of this size.
        assert_eq!(unsafe { *memory.add(i) }, HELD + i as u64);
    }
}
extern "C" fn entry_begin(entered: u64, memory: *mut u64, data: u64) -> i32 {
    assert_eq!(memory as usize % 8, 0, "the state is not aligned");
    for i in 0..abi::ENTRY_STATE / 8 {
        // SAFETY: as above.
        unsafe { memory.add(i).write(HELD + i as u64) };
    }
    assert_held(entered, memory);
    note("entry_begin", &[data]);
    // Any value other than 0 is true.
    STATE.with_borrow(|state| if state.ended { 0 } else { 256 })
}
extern "C" fn entry_call(entered: u64, memory: *const u64, args: *mut u64, n: usize) -> u64 {
    assert_held(entered, memory);
    // SAFETY: entries pass room for one and so many objects.
    let args = unsafe { std::slice::from_raw_parts_mut(args, n + 1) };
    note("entry_call", &args[1..]);
    args.fill(0x2bad_2bad);
    STATE.with_borrow(|state| state.result)
}
extern "C" fn entry_give(entered: u64, memory: *const u64, result: u64, room: *mut u64) {
    assert_held(entered, memory);
    note("entry_give", &[result]);
    // SAFETY: entries pass a zeroed word.
    unsafe {
        assert_eq!(*room, 0);
        *room = STATE.with_borrow(|state| state.answer);
    }
}
extern "C" fn entry_failed(entered: u64, memory: *const u64) {
    assert_held(entered, memory);
    note("entry_failed", &[]);
}
extern "C" fn entry_end(entered: u64, memory: *const u64) {
    assert_held(entered, memory);
    note("entry_end", &[]);
}
extern "C" fn record_argument(value: u64, cell: u64, lent: *mut u64) -> u64 {
    let object = boxed("record_argument", &[value, cell]);
    // SAFETY: entries pass the address of a zeroed word.
    unsafe {
        assert_eq!(*lent, 0);
        *lent = object;
    }
    object
}
extern "C" fn record_settle(lent: u64) {
    note("record_settle", &[lent]);
}
/// What C has put first into a value.
fn first(value: *const u64) -> u64 {
    assert_eq!(value as usize % 8, 0, "the value is not aligned");
    // SAFETY: thunks pass the address of a value, of which nobody but C has touched the rest.
    let value = unsafe { std::slice::from_raw_parts(value, 3) };
    assert_eq!(value[1..], [0, 0]);
    value[0]
}
extern "C" fn value_out(value: *const u64) -> u64 {
    boxed("value_out", &[first(value)])
}
extern "C" fn value_drop(value: *const u64) {
    note("value_drop", &[first(value)]);
}
extern "C" fn invoke(callable: u64, args: u64, nargsf: u64, kwnames: u64) -> u64 {
    assert_eq!(callable, STATE.with_borrow(|state| state.callable));
    note("invoke", &[args, nargsf, kwnames]);
    HANDED_ON
}

/// The registers that carry arguments, as `callee` finds them, and those that carry the result.
#[repr(C)]
struct Registers {
    int: [u64; 6],
    float: [u64; 8],
    ret: u64,
    ret_float: u64,
}

/// The C function: hands everything that a caller of any signature can pass to [`take_apart`].
#[unsafe(naked)]
extern "C" fn callee() {
    core::arch::naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, 128",
        "mov [rsp], rdi",
        "mov [rsp + 8], rsi",
        "mov [rsp + 16], rdx",
        "mov [rsp + 24], rcx",
        "mov [rsp + 32], r8",
        "mov [rsp + 40], r9",
        "movsd [rsp + 48], xmm0",
        "movsd [rsp + 56], xmm1",
        "movsd [rsp + 64], xmm2",
        "movsd [rsp + 72], xmm3",
        "movsd [rsp + 80], xmm4",
        "movsd [rsp + 88], xmm5",
        "movsd [rsp + 96], xmm6",
        "movsd [rsp + 104], xmm7",
        "mov rdi, rsp",
        "lea rsi, [rbp + 16]",
        "call {take_apart}",
        "mov rax, [rsp + 112]",
        "movsd xmm0, [rsp + 120]",
        "leave",
        "ret",
        take_apart = sym take_apart,
    )
}

/// `registers` are the caller's, `stack` is where its stack arguments begin.
extern "C" fn take_apart(registers: &mut Registers, stack: *const u64) {
    assert_eq!(
        std::ptr::from_ref(registers) as usize % 16,
        0,
        "the stack was not aligned at the call"
    );
    let callee = STATE.with_borrow(|state| state.callee.clone());
    let (mut ints, mut floats, mut on_stack) = (0, 0, 0);
    let mut stacked = || {
        on_stack += 1;
        // SAFETY: the signature says that the caller has put one more there.
        unsafe { *stack.add(on_stack - 1) }
    };
    let mut next = |float: bool| {
        let (file, used): (&[u64], &mut usize) = if float {
            (&registers.float, &mut floats)
        } else {
            (&registers.int, &mut ints)
        };
        if *used < file.len() {
            *used += 1;
            file[*used - 1]
        } else {
            stacked()
        }
    };
    let mut values = Vec::new();
    for arg in &callee.args {
        values.push(match *arg {
            CArg::F64 => next(true),
            CArg::F32 => next(true) & 0xffff_ffff,
            CArg::Int { bits, signed } => {
                let raw = next(false);
                let value = extend(raw, bits, signed);
                if bits < 32 {
                    assert_eq!(raw as u32, value as u32, "not extended to 32 bits");
                }
                value
            }
            CArg::Out {
                bytes,
                signed,
                write,
            } => {
                let place = next(false) as *mut u8;
                let mut content = [0; 8];
                // SAFETY: the thunk passes the address of a slot of so many bytes.
                let slot = unsafe { std::slice::from_raw_parts_mut(place, bytes as usize) };
                content[..slot.len()].copy_from_slice(slot);
                if let Some(value) = write {
                    slot.copy_from_slice(&value.to_ne_bytes()[..bytes as usize]);
                }
                extend(u64::from_ne_bytes(content), 8 * bytes, signed)
            }
        });
    }
    if let Some(error) = callee.error {
        let place = next(false) as *mut u64;
        // SAFETY: the thunk passes the address of a pointer.
        let place = unsafe { &mut *place };
        assert_eq!(*place, 0, "the error must be NULL before the call");
        if error != 0 {
            *place = error;
        }
    }
    registers.ret = callee.ret;
    registers.ret_float = callee.ret_float;
    note("call", &values);
}

/// The lowest `bits` of a value, extended to 64.
pub fn extend(value: u64, bits: u32, signed: bool) -> u64 {
    let shift = 64 - bits;
    if signed {
        ((value << shift) as i64 >> shift) as u64
    } else {
        value << shift >> shift
    }
}

/// Everything that a callable points to, and the objects of one test.
pub struct World {
    layout: Layout,
    objects: Vec<Box<[u64]>>,
    table: Vec<u64>,
    pub none: u64,
    pub true_: u64,
    pub false_: u64,
    pub int: u64,
    pub float: u64,
    pub string: u64,
    pub gtype: u64,
}

/// The reference count that all objects are made with.
pub const REFERENCES: u64 = 0xffff_fff0;

impl World {
    pub fn new(layout: Layout) -> World {
        STATE.with_borrow_mut(|state| {
            *state = State {
                layout: Some(layout),
                ..State::default()
            };
        });
        let mut world = World {
            layout,
            objects: Vec::new(),
            table: vec![0; Slot::ALL.len()],
            none: 0,
            true_: 0,
            false_: 0,
            int: 0,
            float: 0,
            string: 0,
            gtype: 0,
        };
        world.int = world.class();
        world.float = world.class();
        world.string = world.class();
        world.gtype = world.class();
        let bool_class = world.class();
        let none_class = world.class();
        world.none = world.object(none_class, &[]);
        world.true_ = world.int_of(bool_class, 1);
        world.false_ = world.int_of(bool_class, 0);
        for (slot, _) in Slot::ALL {
            world.table[*slot as usize] = world.slot(*slot);
        }
        world
    }

    fn slot(&self, slot: Slot) -> u64 {
        macro_rules! functions {
            ($($name:ident)*) => {
                match slot {
                    Slot::long_type => self.int,
                    Slot::float_type => self.float,
                    Slot::unicode_type => self.string,
                    Slot::gtype_type => self.gtype,
                    Slot::none => self.none,
                    Slot::true_ => self.true_,
                    Slot::false_ => self.false_,
                    $(Slot::$name => $name as *const () as u64,)*
                }
            };
        }
        functions!(save_thread restore_thread is_subtype long_as_i64 long_as_u64 long_as_f64 utf8_borrow
            filename_borrow unichar_get string_dup object_dup boxed_dup i64_out u64_out f64_out unichar_out
            gtype_out utf8_out_none utf8_out_full filename_out_none filename_out_full enum_out flags_out
            object_out_none object_out_full boxed_out_none boxed_out_full string_drop object_drop boxed_drop
            boxed_alloc allocated_out allocated_drop raise_gerror result_tuple decref frame_fill frame_end frame_out
            frame_drop enum_get entry_begin object_argument entry_call entry_give entry_failed entry_end
            record_argument record_settle value_out value_drop save_thread_for)
    }

    fn keep(&mut self, words: Vec<u64>) -> u64 {
        let words = words.into_boxed_slice();
        let address = words.as_ptr() as u64;
        self.objects.push(words);
        address
    }

    /// A class is nothing but its address.
    pub fn class(&mut self) -> u64 {
        self.keep(vec![REFERENCES, 0, 0])
    }

    /// An object of a class, with `words` from offset 16 on.
    pub fn object(&mut self, class: u64, words: &[u64]) -> u64 {
        let mut object = vec![REFERENCES, class];
        object.extend(words);
        self.keep(object)
    }

    pub fn references(&self, object: u64) -> u64 {
        // SAFETY: it is one of this world's objects, which live as long as it.
        unsafe { *(object as *const u64) }
    }

    pub fn int_of(&mut self, class: u64, value: i128) -> u64 {
        let mut digits = Vec::new();
        let mut rest = value.unsigned_abs();
        while rest > 0 {
            digits.push((rest & 0x3fff_ffff) as u32);
            rest >>= 30;
        }
        let count = digits.len() as u64;
        let head = if self.layout.long_style == 0 {
            if value < 0 {
                count.wrapping_neg()
            } else {
                count
            }
        } else {
            let sign = match value.signum() {
                1 => 0,
                0 => 1,
                _ => 2,
            };
            // From 3.14 on, small ints of `int` itself have bit 2 set.
            let small = self.layout.python_minor >= 14 && (-5..=256).contains(&value);
            count << 3 | if small { 4 } else { 0 } | sign
        };
        // Nothing is said of the digits of 0.
        digits.resize(digits.len().max(1).next_multiple_of(2), 0x2bad_2bad);
        let mut words = vec![head];
        words.extend(
            digits
                .chunks(2)
                .map(|pair| u64::from(pair[0]) | u64::from(pair[1]) << 32),
        );
        self.object(class, &words)
    }

    pub fn float_of(&mut self, class: u64, value: f64) -> u64 {
        self.object(class, &[value.to_bits()])
    }

    /// A `str`; its characters matter to nobody, since they are never read.
    pub fn string_of(&mut self, class: u64, compact: bool, ascii: bool, text: Text) -> u64 {
        // interned, kind, compact, ascii, and bits above that must not matter.
        let state = 0b01 | 1 << 2 | u64::from(compact) << 5 | u64::from(ascii) << 6 | 0x80;
        let object = self.object(class, &[3, u64::MAX, state | 0xdead_0000_0000_0000, 0, 0]);
        STATE.with_borrow_mut(|state| state.texts.insert(object, text));
        object
    }

    /// A callable with these cells.
    pub fn callable(&mut self, cells: &[u64]) -> u64 {
        let cells = self.keep(cells.to_vec());
        let table = self.table.clone();
        let table = self.keep(table);
        let mut words = vec![0xbad; 7];
        let mut set = |offset: usize, value: u64| words[offset / 8] = value;
        set(abi::callable::TARGET, callee as *const () as u64);
        set(abi::callable::RUNTIME, table);
        set(abi::callable::CELLS, cells);
        set(abi::callable::FALLBACK, invoke as *const () as u64);
        let callable = self.keep(words);
        STATE.with_borrow_mut(|state| state.callable = callable);
        callable
    }

    pub fn cell(&mut self, class: u64) -> u64 {
        let mut words = vec![0xbad; 2];
        words[abi::cell::PYTYPE / 8] = class;
        self.keep(words)
    }

    pub fn array(&mut self, words: &[u64]) -> u64 {
        self.keep(words.to_vec())
    }
}
