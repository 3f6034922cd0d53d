//! The engine's tests. `behaviour` runs thunks in the `world` without Python, with the values of `cases`, `entries` what C
//! calls; `golden` shows their code; `alone` tries code that must be refused; `interface` calls the library as C does; `speed`
//! measures.

mod alone;
mod interface;
mod speed;

// They know how one machine passes arguments.
#[cfg(target_arch = "x86_64")]
mod behaviour;
#[cfg(target_arch = "x86_64")]
mod cases;
#[cfg(target_arch = "x86_64")]
mod entries;
#[cfg(target_arch = "x86_64")]
mod memory;
#[cfg(target_arch = "x86_64")]
mod world;

// Another LLVM makes other code, which is as good.
#[cfg(all(target_arch = "x86_64", feature = "llvm19"))]
mod golden;
