//! Runs entries as C calls them, through a stub that says what they are called for. What must happen stands in the tests;
//! what did happen is what the slots of the world wrote down.

use gijit_shape::entry::Entry;
use gijit_shape::layout::Layout;

use super::memory::Executable;
use super::world::{Event, NEW_OBJECT, REFERENCES, STATE, World};
use crate::codegen;
use crate::lower::Unit;

/// An entry in a world of its own.
struct Running {
    world: World,
    cells: Vec<u64>,
    /// The address of what it is called for.
    entered: u64,
    /// What the callable returns: nothing that an entry opens.
    result: u64,
    /// It stays mapped while the stub leads there.
    _code: Executable,
    stub: Executable,
}

fn running(text: &str, minor: u32) -> Running {
    let entry: Entry = text.parse().unwrap_or_else(|error| panic!("{error}"));
    let layout = Layout::of_python(minor).expect("a known version");
    let n = entry.params.len();
    let code =
        codegen::compile(&[Unit::Entry(entry)], &layout).unwrap_or_else(|error| panic!("{error}"));
    let code = Executable::new(&code.bytes, &code.thunks);
    let mut world = World::new(layout);
    let cells: Vec<u64> = (0..n).map(|_| world.cell(0)).collect();
    let entered = world.callable(&cells);
    let class = world.class();
    let result = world.object(class, &[0, 0]);
    STATE.with_borrow_mut(|state| state.result = result);
    // mov r10, entered; mov r11, code; jmp r11
    let mut stub = vec![0x49, 0xba];
    stub.extend(entered.to_le_bytes());
    stub.extend([0x49, 0xbb]);
    stub.extend(code.address(0).to_le_bytes());
    stub.extend([0x41, 0xff, 0xe3]);
    let len = stub.len() as u32;
    Running {
        world,
        cells,
        entered,
        result,
        _code: code,
        stub: Executable::new(&stub, &[(0, len)]),
    }
}

impl Running {
    fn events(&self) -> Vec<Event> {
        STATE.with_borrow_mut(|state| std::mem::take(&mut state.events))
    }
}

/// The stub as a function of C.
macro_rules! function {
    ($running:expr, ($($arg:ty),*) $(-> $ret:ty)?) => {
        // SAFETY: the code behind the stub is of an entry with this signature.
        unsafe { std::mem::transmute::<u64, extern "C" fn($($arg),*) $(-> $ret)?>($running.stub.address(0)) }
    };
}

type Many = extern "C" fn(u64, i32, u64, f64, u8, i32, i64, u32, i32, f32, u16, u64, i8) -> i8;

const MANY: &str =
    "back (obj, i32, str, f64, u8, bool, i64, flags, enum, f32, u16, #any, i8) -> i8";

fn call_many(running: &Running) -> i8 {
    // More than there are registers for; what is narrow lies in what is not extended.
    let function: Many = function!(
        running,
        (u64, i32, u64, f64, u8, i32, i64, u32, i32, f32, u16, u64, i8) -> i8
    );
    function(
        0xccc0,
        -3,
        0xccc1,
        -2.5,
        0xfe,
        7,
        -9,
        0x8000_0001,
        -4,
        1.25,
        0xfffd,
        0xdead,
        -6,
    )
}

/// The objects that are made of those arguments.
fn many(running: &Running) -> Vec<Event> {
    let cell = |index: usize| running.cells[index];
    let minus = |n: i64| n as u64;
    vec![
        ("entry_begin", vec![0xdead]),
        ("object_argument", vec![0xccc0, cell(0)]),
        ("i64_out", vec![minus(-3)]),
        ("utf8_out_none", vec![0xccc1]),
        ("f64_out", vec![(-2.5f64).to_bits()]),
        ("i64_out", vec![0xfe]),
        ("i64_out", vec![minus(-9)]),
        ("flags_out", vec![0x8000_0001, cell(7)]),
        ("enum_out", vec![minus(-4), cell(8)]),
        ("f64_out", vec![1.25f64.to_bits()]),
        ("i64_out", vec![0xfffd]),
        ("i64_out", vec![minus(-6)]),
    ]
}

#[test]
fn arguments_become_objects_and_the_result_what_c_wants() {
    for minor in [11, 12, 14] {
        let running = running(MANY, minor);
        STATE.with_borrow_mut(|state| state.answer = 0xffff_ff80);
        assert_eq!(call_many(&running), -128);
        let mut expected = many(&running);
        let mut objects: Vec<u64> = (1..=11).map(|n| NEW_OBJECT + n).collect();
        objects.insert(5, running.world.true_);
        expected.extend([
            ("entry_call", objects),
            ("entry_give", vec![running.result]),
            ("entry_end", vec![]),
        ]);
        assert_eq!(running.events(), expected);
        // Where singletons are counted, the callable got a reference.
        let more = running.world.references(running.world.true_) - REFERENCES;
        assert_eq!(more, u64::from(minor == 11));
    }
}

#[test]
fn what_has_been_made_is_dropped_where_an_argument_cannot_be() {
    for failing in 0..11 {
        let running = running(MANY, 11);
        STATE.with_borrow_mut(|state| state.failing_boxing = Some(failing));
        assert_eq!(call_many(&running), 0);
        let mut expected = many(&running);
        expected.truncate(failing + 2);
        let mut objects: Vec<u64> = (1..=failing as u64).map(|n| NEW_OBJECT + n).collect();
        if failing >= 5 {
            objects.insert(5, running.world.true_);
        }
        let dropped = objects.iter().rev();
        expected.extend(dropped.map(|object| ("decref", vec![*object])));
        expected.extend([("entry_failed", vec![]), ("entry_end", vec![])]);
        assert_eq!(running.events(), expected, "the boxing {failing} fails");
    }
}

#[test]
fn what_python_keeps_of_records_is_settled_at_the_end() {
    // (the boxing that fails, what the callable returns)
    for (failing, returned) in [
        (None, true),
        (None, false),
        (Some(0), false),
        (Some(1), false),
        (Some(2), false),
    ] {
        let running = running("back (box, obj, box, #box) -> any", 11);
        STATE.with_borrow_mut(|state| {
            state.failing_boxing = failing;
            state.answer = 0x5a;
            if !returned {
                state.result = 0;
            }
        });
        let function = function!(running, (u64, u64, u64, u64) -> u64);
        let answer = function(0xccc0, 0xccc1, 0xccc2, 0xccc3);
        assert_eq!(answer, if returned { 0x5a } else { 0 });
        let cell = |index: usize| running.cells[index];
        let mut expected: Vec<Event> = vec![
            ("entry_begin", vec![0xccc3]),
            ("record_argument", vec![0xccc0, cell(0)]),
            ("object_argument", vec![0xccc1, cell(1)]),
            ("record_argument", vec![0xccc2, cell(2)]),
        ];
        let objects: Vec<u64> = (1..=3).map(|n| NEW_OBJECT + n).collect();
        let made = failing.unwrap_or(3);
        if failing.is_some() {
            expected.truncate(made + 2);
            let dropped = objects[..made].iter().rev();
            expected.extend(dropped.map(|object| ("decref", vec![*object])));
        } else {
            expected.push(("entry_call", objects.clone()));
        }
        expected.push(if returned {
            ("entry_give", vec![running.result])
        } else {
            ("entry_failed", vec![])
        });
        let lent = |n: usize| if n < made { objects[n] } else { 0 };
        expected.extend([
            ("record_settle", vec![lent(0)]),
            ("record_settle", vec![lent(2)]),
            ("entry_end", vec![]),
        ]);
        assert_eq!(running.events(), expected, "{failing:?} {returned}");
    }
}

#[test]
fn what_it_is_called_for_can_be_the_last_argument() {
    // There are six registers for words; the seventh is on the stack.
    for (text, rest) in [
        ("data (obj, f64) -> bool", 0),
        ("data (obj, f64, i32, i32, i32, i32, i32) -> bool", 5),
    ] {
        let running = running(text, 14);
        STATE.with_borrow_mut(|state| state.answer = 1);
        let this = running.entered;
        let answer = if rest == 0 {
            function!(running, (u64, f64, u64) -> i32)(0xccc0, 0.5, this)
        } else {
            function!(running, (u64, f64, i32, i32, i32, i32, i32, u64) -> i32)(
                0xccc0, 0.5, 0, 1, 2, 3, 4, this,
            )
        };
        assert_eq!(answer, 1);
        let mut expected = vec![
            ("entry_begin", vec![0]),
            ("object_argument", vec![0xccc0, running.cells[0]]),
            ("f64_out", vec![0.5f64.to_bits()]),
        ];
        expected.extend((0..rest).map(|n| ("i64_out", vec![n])));
        let n = rest + 2;
        expected.extend([
            ("entry_call", (1..=n).map(|n| NEW_OBJECT + n).collect()),
            ("entry_give", vec![running.result]),
            ("entry_end", vec![]),
        ]);
        assert_eq!(running.events(), expected, "{text}");
    }
}

#[test]
fn what_the_callable_raises_is_reported_and_c_gets_zero() {
    let running = running("back (i64) -> any", 12);
    STATE.with_borrow_mut(|state| (state.result, state.answer) = (0, 5));
    let function = function!(running, (i64) -> u64);
    assert_eq!(function(4), 0);
    let expected: Vec<Event> = vec![
        ("entry_begin", vec![0]),
        ("i64_out", vec![4]),
        ("entry_call", vec![NEW_OBJECT + 1]),
        ("entry_failed", vec![]),
        ("entry_end", vec![]),
    ];
    assert_eq!(running.events(), expected);
}

#[test]
fn nothing_happens_where_python_has_ended() {
    let running = running("back (i64, f32) -> f64", 12);
    STATE.with_borrow_mut(|state| (state.ended, state.answer) = (true, 5));
    let function = function!(running, (i64, f32) -> f64);
    assert_eq!(function(4, 1.0).to_bits(), 0);
    assert_eq!(running.events(), [("entry_begin", vec![0])]);
}

#[test]
fn a_result_that_c_does_not_want_is_dropped() {
    let running = running("back () -> void", 14);
    function!(running, ())();
    let expected: Vec<Event> = vec![
        ("entry_begin", vec![0]),
        ("entry_call", vec![]),
        ("decref", vec![running.result]),
        ("entry_end", vec![]),
    ];
    assert_eq!(running.events(), expected);
}

#[test]
fn results_of_every_width_arrive() {
    let answer = 0x8182_8384_8586_8788_u64;
    macro_rules! arrives {
        ($kind:literal, $ret:ty, $want:expr) => {{
            let running = running(concat!("back () -> ", $kind), 11);
            STATE.with_borrow_mut(|state| state.answer = answer);
            let got: $ret = function!(running, () -> $ret)();
            assert_eq!(got, $want, $kind);
        }};
    }
    arrives!("bool", i32, answer as i32);
    arrives!("i8", i8, answer as i8);
    arrives!("u8", u8, answer as u8);
    arrives!("i16", i16, answer as i16);
    arrives!("u16", u16, answer as u16);
    arrives!("i32", i32, answer as i32);
    arrives!("u32", u32, answer as u32);
    arrives!("i64", i64, answer as i64);
    arrives!("u64", u64, answer);
    arrives!("gtype", u64, answer);
    arrives!("enum", i32, answer as i32);
    arrives!("str", u64, answer);
    arrives!("obj", u64, answer);
    arrives!("box", u64, answer);
    arrives!("f32", f32, f32::from_bits(answer as u32));
    arrives!("f64", f64, f64::from_bits(answer));
}

#[test]
fn usual_numbers_are_opened_in_place() {
    let made = |world: &mut World, value: i128| {
        let class = world.int;
        world.int_of(class, value)
    };
    macro_rules! opens {
        ($kind:literal, $ret:ty, $object:expr, $want:expr) => {{
            for minor in [11, 12, 14] {
                let mut running = running(concat!("back () -> ", $kind), minor);
                let object = $object(&mut running.world);
                STATE.with_borrow_mut(|state| (state.result, state.answer) = (object, 0x5a));
                let got: $ret = function!(running, () -> $ret)();
                let events = running.events();
                let last = match $want {
                    Some(want) => {
                        let want: $ret = want;
                        assert_eq!(got, want, $kind);
                        ("decref", vec![object])
                    }
                    // The callable's own function says what C gets.
                    None => ("entry_give", vec![object]),
                };
                let expected = [("entry_call", vec![]), last, ("entry_end", vec![])];
                assert_eq!(events[1..], expected, "{} on 3.{minor}", $kind);
            }
        }};
    }
    let int = |value: i128| move |world: &mut World| made(world, value);
    let float = |value: f64| {
        move |world: &mut World| {
            let class = world.float;
            world.float_of(class, value)
        }
    };
    let none = |world: &mut World| world.none;
    opens!("bool", i32, |world: &mut World| world.true_, Some(1));
    opens!("bool", i32, |world: &mut World| world.false_, Some(0));
    opens!("bool", i32, int(1), None::<i32>);
    opens!("i32", i32, int(-7), Some(-7));
    opens!("i32", i32, none, None::<i32>);
    opens!("u32", u32, int(7), Some(7));
    opens!("u32", u32, int(-7), None::<u32>);
    opens!("i8", i8, int(-128), Some(-128));
    opens!("i8", i8, int(128), None::<i8>);
    opens!("u16", u16, int(65535), Some(65535));
    opens!("i64", i64, int(-1), Some(-1));
    opens!("u64", u64, int(0), Some(0));
    opens!("f64", f64, float(-2.5), Some(-2.5));
    opens!("f32", f32, float(0.25), Some(0.25));
    opens!("f32", f32, float(1e300), None::<f32>);
    opens!("enum", i32, int(1), None::<i32>);
}
