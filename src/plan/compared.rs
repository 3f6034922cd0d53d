//! Functions that compare objects: their callbacks are of GLib's types for comparisons, which get addresses of anything,
//! and a typelib does not say of what.
//!
//! These are the functions of Gio's and GTK's list models, whose items are objects always.

use crate::{CallPlan, Direction, Job, Transfer, Type, TypeRef};

/// C symbols.
const OF_OBJECTS: [&str; 5] = [
    "g_list_store_find_with_equal_func_full",
    "g_list_store_insert_sorted",
    "g_list_store_sort",
    "gtk_custom_sorter_new",
    "gtk_custom_sorter_set_sort_func",
];

/// Whether the callbacks of a function get objects where their type says addresses.
#[must_use]
pub fn are_objects(function: &CallPlan) -> bool {
    let symbol = function.symbol.as_deref();
    symbol.is_some_and(|symbol| OF_OBJECTS.contains(&symbol))
}

/// The plan of such a callback, as it is.
#[must_use]
pub fn with_objects(mut callback: CallPlan) -> CallPlan {
    for arg in &mut callback.args {
        let is_address = arg.ty == Type::Pointer && arg.job == Job::Value;
        if is_address && arg.direction == Direction::In && arg.transfer == Transfer::None {
            arg.ty = Type::Object(TypeRef {
                namespace: "GObject".into(),
                name: "Object".into(),
            });
        }
    }
    callback
}
