//! The engine's tests: `behaviour` runs thunks, `golden` shows their code, `interface` calls the library as C does,
//! `speed` prints how long compiling takes.

#[cfg(target_arch = "x86_64")]
mod behaviour;
#[cfg(target_arch = "x86_64")]
mod cases;
#[cfg(target_arch = "x86_64")]
mod memory;
#[cfg(target_arch = "x86_64")]
mod world;
