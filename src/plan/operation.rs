//! Functions that start an operation and return at once: what tells them from others, by the rule of the compat surface,
//! section 5. What the typelib links is a hint, and older ones have no links.

use crate::{Arg, Direction, Job, Return, Scope, Type};

/// The arguments by which such a function is known, as C indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The one callback, which is told of the end.
    pub callback: u16,
    /// The one `GCancellable`.
    pub cancellable: u16,
}

/// What a function with these parts starts, if it does.
pub fn operation_of(args: &[Arg], ret: &Return) -> Option<Operation> {
    let only = |is: fn(&Arg) -> bool| {
        let mut found = (0..).zip(args).filter(|(_, arg)| is(arg));
        let (index, _) = found.next()?;
        found.next().is_none().then_some(index)
    };
    let gives = (ret.ty != Type::Void && !ret.skip)
        || args.iter().any(|arg| arg.direction != Direction::In);
    if gives {
        return None;
    }
    Some(Operation {
        callback: only(|arg| {
            matches!(arg.ty, Type::Callback(_))
                && arg.job == Job::Value
                && arg.scope == Scope::Async
        })?,
        cancellable: only(|arg| match &arg.ty {
            Type::Object(of) => &*of.namespace == "Gio" && &*of.name == "Cancellable",
            _ => false,
        })?,
    })
}
