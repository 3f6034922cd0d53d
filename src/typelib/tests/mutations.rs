//! 100,000 broken typelibs: each either reads as sound or gives errors that say file, place and reason.
//! None makes the reader panic, or takes long.
//!
//! Every case has a number, and everything random in it comes from that number: `GIJIT_MUTATION=n` runs one alone.

mod support;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gijit_typelib::{Error, ErrorKind, Typelib};
use support::builder::synth;
use support::mutate::{Rng, mutate};
use support::touch::Touch;

/// `GIJIT_MUTATIONS` sets another number, for a long run.
const CASES: u64 = 100_000;
/// A sound Gtk-4.0 takes a few milliseconds; the rest is for busy machines and builds without optimisation.
const LONGEST_CASE: Duration = Duration::from_secs(5);
const BUDGET: u32 = 5_000;
const NAME: &str = "broken/Case-1.0.typelib";

/// What is broken: small files most of the time, since in large ones single changes hit little.
struct Corpus {
    small: Vec<Vec<u8>>,
    large: Vec<Vec<u8>>,
}

impl Corpus {
    fn new() -> Self {
        let mut small = vec![synth(0).data, synth(8).data];
        let mut large = Vec::new();
        let folders = std::fs::read_dir("/usr/lib")
            .into_iter()
            .flatten()
            .flatten();
        for folder in folders.map(|dir| dir.path().join("girepository-1.0")) {
            for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let wanted = |names: &[&str]| names.iter().any(|&n| file.file_name() == *n);
                let small_one = [
                    "GModule-2.0.typelib",
                    "cairo-1.0.typelib",
                    "xlib-2.0.typelib",
                    "GdkPixdata-2.0.typelib",
                    "DBusGLib-1.0.typelib",
                    "GstAllocators-1.0.typelib",
                ];
                let large_one = [
                    "GObject-2.0.typelib",
                    "Gio-2.0.typelib",
                    "Gtk-3.0.typelib",
                    "Gtk-4.0.typelib",
                ];
                if wanted(&small_one) {
                    small.push(std::fs::read(file.path()).expect("read a typelib"));
                } else if wanted(&large_one) {
                    large.push(std::fs::read(file.path()).expect("read a typelib"));
                }
            }
        }
        // The order of a folder is not the same everywhere; that of sizes nearly is.
        small.sort_by_key(Vec::len);
        large.sort_by_key(Vec::len);
        Corpus { small, large }
    }

    fn case(&self, number: u64) -> Vec<u8> {
        let mut rng = Rng::new(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let pick = |files: &[Vec<u8>], rng: &mut Rng| files[rng.below(files.len())].clone();
        let mut data = if rng.one_in(10) && !self.large.is_empty() {
            let mut data = pick(&self.large, &mut rng);
            if !rng.one_in(4) {
                // The first part of a large file: its directory, and blobs that lead behind the end.
                data.truncate(2048 + rng.below(data.len() - 2048));
            }
            data
        } else {
            pick(&self.small, &mut rng)
        };
        let other = pick(&self.small, &mut rng);
        mutate(&mut data, &other, &mut rng);
        data
    }
}

#[derive(Default)]
struct Outcome {
    sound: u64,
    refused: BTreeMap<ErrorKind, u64>,
    errors: u64,
    slowest: Duration,
    failures: Vec<String>,
}

fn run(number: u64, data: Vec<u8>, outcome: &mut Outcome) {
    let started = Instant::now();
    let mut unclear = Vec::new();
    let mut errors = 0;
    let mut clear = |e: &Error| {
        errors += 1;
        let text = e.to_string();
        let place = e.offset().map(|offset| format!("offset {offset:#x}: "));
        let says_place = place.is_some_and(|place| text.contains(&place));
        if !text.starts_with(NAME) || !says_place || e.reason().len() < 10 || text.contains('\n') {
            unclear.push(text);
        }
    };
    let result = catch_unwind(AssertUnwindSafe(|| {
        let lib = match Typelib::from_bytes(data, NAME) {
            Ok(lib) => lib,
            Err(e) => {
                clear(&e);
                return Some(e.kind());
            }
        };
        let verdict = lib.validate();
        if let Err(e) = &verdict {
            clear(e);
        }
        let mut later = None;
        Touch::all(&lib, BUDGET, &mut |e| {
            clear(e);
            // Asking for a member that does not exist is an error of the one who asks, not of the file.
            if e.kind() != ErrorKind::Index {
                later.get_or_insert_with(|| e.to_string());
            }
        });
        if let (Ok(_), Some(later)) = (&verdict, later) {
            panic!("validate found no fault, but an accessor did: {later}");
        }
        verdict.err().map(|e| e.kind())
    }));
    let took = started.elapsed();
    outcome.slowest = outcome.slowest.max(took);
    outcome.errors += errors;
    match result {
        Ok(None) => outcome.sound += 1,
        Ok(Some(kind)) => *outcome.refused.entry(kind).or_default() += 1,
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or(panic.downcast_ref::<&str>().copied())
                .unwrap_or("?");
            outcome
                .failures
                .push(format!("case {number} panicked: {text}"));
        }
    }
    if took > LONGEST_CASE {
        outcome
            .failures
            .push(format!("case {number} took {took:?}"));
    }
    if let Some(text) = unclear.first() {
        outcome
            .failures
            .push(format!("case {number}: unclear error: {text}"));
    }
}

#[test]
fn broken_typelibs_give_clear_errors_and_nothing_worse() {
    let corpus = Corpus::new();
    let number = |name: &str| {
        std::env::var(name).ok().map(|n| {
            n.parse::<u64>()
                .unwrap_or_else(|_| panic!("{name} is a number"))
        })
    };
    let only = number("GIJIT_MUTATION");
    let cases = only.map_or(0..number("GIJIT_MUTATIONS").unwrap_or(CASES), |n| n..n + 1);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let next = AtomicU64::new(cases.start);
    let total = Mutex::new(Outcome::default());
    let started = Instant::now();
    // A case that does not end cannot report itself.
    let watchdog_limit = LONGEST_CASE * 12;
    let running: Vec<_> = (0..threads)
        .map(|_| Mutex::new(None::<(u64, Instant)>))
        .collect();
    let done = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for slot in &running {
            scope.spawn(|| {
                let mut outcome = Outcome::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= cases.end {
                        break;
                    }
                    *slot.lock().unwrap() = Some((number, Instant::now()));
                    run(number, corpus.case(number), &mut outcome);
                    *slot.lock().unwrap() = None;
                }
                let mut total = total.lock().unwrap();
                total.sound += outcome.sound;
                total.errors += outcome.errors;
                total.slowest = total.slowest.max(outcome.slowest);
                total.failures.extend(outcome.failures);
                for (kind, n) in outcome.refused {
                    *total.refused.entry(kind).or_default() += n;
                }
                done.fetch_add(1, Ordering::Release);
            });
        }
        scope.spawn(|| {
            while done.load(Ordering::Acquire) < threads as u64 {
                std::thread::sleep(Duration::from_millis(100));
                for slot in &running {
                    if let Some((number, since)) = *slot.lock().unwrap()
                        && since.elapsed() > watchdog_limit
                    {
                        eprintln!("case {number} does not end");
                        std::process::abort();
                    }
                }
            }
        });
    });
    let total = total.into_inner().unwrap();
    let refused: u64 = total.refused.values().sum();
    println!(
        "{} cases from {} small and {} large typelibs in {:.1?}: {} still sound, {refused} refused, \
         {} errors in all, slowest case {:?}",
        cases.end - cases.start,
        corpus.small.len(),
        corpus.large.len(),
        started.elapsed(),
        total.sound,
        total.errors,
        total.slowest,
    );
    for (kind, n) in &total.refused {
        println!("  {kind:?}: {n}");
    }
    assert!(
        total.failures.is_empty(),
        "{} failures: {:#?}",
        total.failures.len(),
        &total.failures[..total.failures.len().min(10)]
    );
    assert_eq!(total.sound + refused, cases.end - cases.start);
    if only.is_none() {
        // If nearly all were refused, or nearly none, the damage would test nothing but the header, or nothing.
        assert!(refused > cases.end / 4 && total.sound > cases.end / 100);
    }
}

/// All truncations of a file, and each with its announced size repaired.
#[test]
fn no_truncation_passes_for_the_whole() {
    let whole = synth(0).data;
    for len in 0..whole.len() {
        let mut part = whole[..len].to_vec();
        assert!(Typelib::from_bytes(part.clone(), NAME).is_err(), "{len}");
        if len >= 112 {
            part[40..44].copy_from_slice(&(len as u32).to_le_bytes());
            if let Ok(lib) = Typelib::from_bytes(part, NAME) {
                Touch::all(&lib, 100_000, &mut |_| ());
                // The last thing in the file is the attribute table, which opening checks; padding follows it.
                assert!(len + 4 > whole.len(), "{len}");
                lib.validate().unwrap();
            }
        }
    }
}

#[test]
fn a_missing_file_is_an_error_of_its_own_kind() {
    let path = Path::new("no/such/Thing-1.0.typelib");
    let error = Typelib::open(path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(error.offset(), None);
    assert!(
        error
            .to_string()
            .starts_with("no/such/Thing-1.0.typelib: cannot open: ")
    );
}
