//! What C needs of its arguments beyond the call: memory that a typelib says is lent, but that is read later.
//!
//! Found by scope: what goes with a callback of scope "async" is in use until that has been called, which is how C says
//! that it is done (a `GAsyncReadyCallback`) or that it needs the memory no more (a `GDestroyNotify`). The rest stands in
//! [`KNOWN`], since no typelib says it. For that table, a walk over the installed typelibs listed the functions that take an
//! array of numbers, or that take a text, array or record that stays the caller's and belong to a record or give one. Of the
//! longest of these lists the names were skimmed, and documentation or source was looked up where a name made one
//! suspect that the address is kept; what is known of three other libraries (GExiv2, Gcr, Poppler) was added. So a function may be
//! missing. Functions that copy what they get or take a reference of their own are not in it, nor are those that keep a GObject.

use std::fmt;

use crate::{Arg, Direction, Job, Output, Role, Scope, Transfer, Type, TypeRef};

/// An argument that C needs beyond the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Its C index.
    pub arg: u16,
    pub until: Until,
}

/// What ends the need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The callback at this C index has been called. `always`: C is given one that does nothing if Python gives none.
    Called {
        callback: u16,
        always: bool,
    },
    /// The end of what comes out here.
    Output(Output),
    /// The end of the instance, or the next call of the same function with it.
    Instance,
    /// The end of the instance.
    Whole,
    Never,
}

/// Who keeps an argument, in the table.
enum By {
    Return,
    Out(&'static str),
    Instance,
    /// As the instance, which keeps all that it has been given.
    Instances,
    Process,
}

/// Namespace, type (empty for a function of the namespace), function, argument, and who keeps it.
#[rustfmt::skip]
const KNOWN: &[(&str, &str, &str, &str, By)] = &[
    ("GExiv2", "Metadata", "open_buf", "data", By::Instance),
    ("GLib", "", "intern_static_string", "string", By::Process),
    ("GLib", "", "quark_from_static_string", "string", By::Process),
    ("GLib", "HashTableIter", "init", "hash_table", By::Instance),
    ("GLib", "MainContext", "add_poll", "fd", By::Process),
    ("GLib", "MarkupParseContext", "new", "parser", By::Return),
    ("GLib", "MarkupParseContext", "push", "parser", By::Instances),
    ("GLib", "MatchInfo", "ref", "self", By::Return),
    ("GLib", "Regex", "match", "string", By::Out("match_info")),
    ("GLib", "Regex", "match_all", "string", By::Out("match_info")),
    ("GLib", "Regex", "match_all_full", "string", By::Out("match_info")),
    ("GLib", "Regex", "match_full", "string", By::Out("match_info")),
    ("GLib", "Scanner", "input_text", "text", By::Instance),
    ("GLib", "Source", "add_poll", "fd", By::Instances),
    ("GLib", "Source", "set_static_name", "name", By::Process),
    ("GLib", "UriParamsIter", "init", "params", By::Instance),
    ("GObject", "", "enum_complete_type_info", "const_values", By::Process),
    ("GObject", "", "enum_register_static", "const_static_values", By::Process),
    ("GObject", "", "flags_complete_type_info", "const_values", By::Process),
    ("GObject", "", "flags_register_static", "const_static_values", By::Process),
    ("GObject", "TypeModule", "register_enum", "const_static_values", By::Process),
    ("GObject", "TypeModule", "register_flags", "const_static_values", By::Process),
    ("GObject", "Value", "set_interned_string", "v_string", By::Process),
    ("GObject", "Value", "set_static_string", "v_string", By::Instance),
    ("Gcr", "SimpleCertificate", "new_static", "data", By::Return),
    ("Gdk", "", "atom_intern_static_string", "atom_name", By::Process),
    ("Gdk", "Atom", "intern_static_string", "atom_name", By::Process),
    ("GdkPixbuf", "Pixbuf", "new_from_inline", "data", By::Return),
    ("Gst", "DeviceProviderClass", "add_static_metadata", "value", By::Process),
    ("Gst", "DeviceProviderClass", "set_static_metadata", "author", By::Process),
    ("Gst", "DeviceProviderClass", "set_static_metadata", "classification", By::Process),
    ("Gst", "DeviceProviderClass", "set_static_metadata", "description", By::Process),
    ("Gst", "DeviceProviderClass", "set_static_metadata", "longname", By::Process),
    ("Gst", "ElementClass", "add_static_metadata", "value", By::Process),
    ("Gst", "ElementClass", "set_static_metadata", "author", By::Process),
    ("Gst", "ElementClass", "set_static_metadata", "classification", By::Process),
    ("Gst", "ElementClass", "set_static_metadata", "description", By::Process),
    ("Gst", "ElementClass", "set_static_metadata", "longname", By::Process),
    ("GstAudio", "", "audio_buffer_map", "gstbuffer", By::Out("buffer")),
    ("GstAudio", "AudioBuffer", "map", "gstbuffer", By::Out("buffer")),
    ("GstBase", "BitReader", "init", "data", By::Instance),
    ("GstBase", "ByteReader", "init", "data", By::Instance),
    ("GstBase", "ByteWriter", "init_with_data", "data", By::Instance),
    ("GstRtp", "", "rtp_buffer_map", "buffer", By::Out("rtp")),
    ("GstRtp", "RTPBuffer", "map", "buffer", By::Out("rtp")),
    ("Gtk", "", "stock_add_static", "items", By::Process),
    ("Pango", "AttrList", "get_iterator", "self", By::Return),
    ("Pango", "GlyphItemIter", "copy", "self", By::Return),
    ("Pango", "GlyphItemIter", "init_end", "glyph_item", By::Instance),
    ("Pango", "GlyphItemIter", "init_end", "text", By::Instance),
    ("Pango", "GlyphItemIter", "init_start", "glyph_item", By::Instance),
    ("Pango", "GlyphItemIter", "init_start", "text", By::Instance),
    ("Poppler", "Document", "new_from_data", "data", By::Return),
    ("Soup", "Message", "set_request", "req_body", By::Instance),
    ("Soup", "Message", "set_response", "resp_body", By::Instance),
    ("Soup", "ServerMessage", "set_response", "resp_body", By::Instance),
];

/// What C keeps of the arguments of a function that Python calls.
#[must_use]
pub fn of(
    namespace: &str,
    container: Option<&str>,
    name: &str,
    role: Role,
    args: &[Arg],
) -> Box<[Keep]> {
    if !matches!(role, Role::Function | Role::Method | Role::Constructor) {
        return Box::default();
    }
    let known = |entry: &&(&str, &str, &str, &str, By)| {
        entry.0 == namespace && entry.1 == container.unwrap_or_default() && entry.2 == name
    };
    let mut keeps: Vec<_> = KNOWN
        .iter()
        .filter(known)
        .filter_map(|(.., arg, by)| {
            let until = match by {
                By::Return => Until::Output(Output::Return),
                By::Out(out) => Until::Output(Output::Arg(find(args, out)?)),
                By::Instance => Until::Instance,
                By::Instances => Until::Whole,
                By::Process => Until::Never,
            };
            let arg = find(args, arg)?;
            Some(Keep { arg, until })
        })
        .collect();
    if keeps.is_empty() {
        keeps = by_scope(args);
    }
    keeps.into()
}

fn find(args: &[Arg], name: &str) -> Option<u16> {
    let at = args.iter().position(|arg| &*arg.name == name)?;
    Some(at as u16)
}

fn by_scope(args: &[Arg]) -> Vec<Keep> {
    let is_one = |arg: &Arg| ready(arg).is_some();
    let is_ready = |arg: &Arg| ready(arg).is_some_and(|of| &*of.name == "AsyncReadyCallback");
    let at = args.iter().rposition(is_ready);
    let Some(callback) = at.or_else(|| args.iter().rposition(is_one)) else {
        return Vec::new();
    };
    let is_notify = ready(&args[callback]).is_some_and(|of| of.name.ends_with("DestroyNotify"));
    let kept = |arg: &&(usize, &Arg)| is_kept(arg.1);
    let lent: Vec<_> = args.iter().enumerate().filter(|arg| kept(&arg)).collect();
    // A text alone is copied by all that is asynchronous, but may be what a notification is about.
    let is_read_later = |arg: &Arg| match &arg.ty {
        Type::Array { item, .. } => !matches!(**item, Type::Utf8 | Type::Filename),
        Type::Utf8 => is_notify,
        _ => false,
    };
    let always =
        (is_notify || is_ready(&args[callback])) && lent.iter().any(|(_, arg)| is_read_later(arg));
    let until = Until::Called {
        callback: callback as u16,
        always,
    };
    lent.iter()
        .map(|&(i, _)| Keep {
            arg: i as u16,
            until,
        })
        .collect()
}

/// The type of a callback that is called once, when C has done what it was asked for. What is run in a child process
/// (`GSpawnChildSetupFunc`) never comes back.
fn ready(arg: &Arg) -> Option<&TypeRef> {
    match &arg.ty {
        Type::Callback(of)
            if arg.job == Job::Value
                && arg.direction == Direction::In
                && arg.scope == Scope::Async
                && !(arg.closure.is_some() && arg.destroy.is_some())
                && &*of.name != "SpawnChildSetupFunc" =>
        {
            Some(of)
        }
        _ => None,
    }
}

/// Whether an argument is memory that stays the caller's. Objects count their references.
fn is_kept(arg: &Arg) -> bool {
    arg.job == Job::Value
        && arg.direction == Direction::In
        && arg.transfer != Transfer::Full
        && matches!(
            arg.ty,
            Type::Utf8
                | Type::Filename
                | Type::Array { .. }
                | Type::List(_)
                | Type::SList(_)
                | Type::Hash(_)
                | Type::Struct { pointer: true, .. }
                | Type::Union { pointer: true, .. }
        )
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Until::Called { .. } => "kept until the callback has been called",
            Until::Output(_) => "kept by the result",
            Until::Instance => "kept by the instance until the next call",
            Until::Whole => "kept by the instance",
            Until::Never => "kept for ever",
        })
    }
}
