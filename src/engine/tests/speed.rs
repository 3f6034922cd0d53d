//! How long compiling takes. It measures and does not judge, so it is not run by default:
//!
//! ```text
//! cargo test --release -p gijit-engine speed -- --ignored --nocapture
//! ```

use std::time::Duration;

use gijit_shape::Kind;
use gijit_shape::layout::Layout;

use crate::codegen;
use crate::lower::Unit;

/// Time of the processor that this thread has used: other work on the machine does not count.
fn now() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: it writes to our variable.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// 200 different shapes, like those of GTK: mostly methods with an argument or two.
fn shapes() -> Vec<Unit> {
    let mut texts = Vec::new();
    for (_, ret) in Kind::ALL {
        texts.push(format!("rel (obj) -> {ret}"));
        for arg in ["bool", "i32", "str?", "obj?", "enum", "f64", "u32, i32"] {
            texts.push(format!("rel (obj, {arg}) -> {ret}"));
        }
        texts.push(format!("rel (obj, >{ret}) -> bool !").replace(">void", ">i32, >i32"));
        texts.push(format!("rel (str) -> {ret} !"));
    }
    texts.truncate(200);
    assert_eq!(texts.len(), 200);
    texts
        .iter()
        .map(|text| Unit::parse(text).unwrap_or_else(|error| panic!("{error}")))
        .collect()
}

#[test]
#[ignore = "it measures"]
fn speed_of_compiling() {
    let layout = Layout::of_python(11).expect("a known version");
    let shapes = shapes();
    let compile = |shapes: &[Unit]| {
        let start = now();
        let code = codegen::compile(shapes, &layout).expect("all shapes compile");
        (now() - start, code.bytes.len())
    };
    let (first, _) = compile(&shapes[..1]);
    println!("the first thunk of a process: {first:?}");
    let mut alone: Vec<Duration> = shapes
        .iter()
        .map(|shape| compile(std::slice::from_ref(shape)).0)
        .collect();
    alone.sort();
    println!(
        "a thunk alone: median {:?}, slowest {:?}",
        alone[alone.len() / 2],
        alone[alone.len() - 1]
    );
    for n in [10, 50, 200] {
        let (best, bytes) = (0..5)
            .map(|_| compile(&shapes[..n]))
            .min()
            .expect("five times");
        println!(
            "a batch of {n}: {best:?}, each {:?} and {} bytes",
            best / n as u32,
            bytes / n
        );
    }
}
