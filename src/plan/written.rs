//! Functions that write into what they are given, of which a typelib says nothing: there, text that goes in is text that
//! is read, and an array does not say whether it is `const`.
//!
//! Found in the GIR files of GLib, Gio, GdkPixbuf, Pango, Graphene, GTK 3 and 4, GStreamer, Soup, WebKit and
//! GtkSourceView: of their parameters without `const`, those whose annotation or documentation says, or whose function is known,
//! to write there. Not every function's C source was read, so that one that writes in silence may be missing.

/// Whether a parameter that is said to be text is a buffer for it. A `str` is none, and nobody knows how large another one
/// is: such a function is not called.
pub fn is_buffer(symbol: &str, argument: &str) -> bool {
    INTO_TEXT.contains(&(symbol, argument))
}

/// Whether text is changed in place and returned, as the caller's own: so what goes in is C's own as well.
pub fn is_changed(symbol: &str, argument: &str) -> bool {
    IN_PLACE.contains(&(symbol, argument))
}

/// Whether items of an array that goes in are replaced.
pub fn is_filled(symbol: &str, argument: &str) -> bool {
    INTO_ARRAYS.contains(&(symbol, argument))
}

/// Whether a function returns what it was given, or a place in it, though its annotation gives that away.
pub fn is_returned(symbol: &str) -> bool {
    let mut buffers = INTO_TEXT.iter();
    symbol == "g_value_reset" || buffers.any(|&(function, _)| function == symbol)
}

/// Text that is changed in place, and returned.
const IN_PLACE: [(&str, &str); 7] = [
    ("g_strcanon", "string"),
    ("g_strchomp", "string"),
    ("g_strchug", "string"),
    ("g_strdelimit", "string"),
    ("g_strdown", "string"),
    ("g_strreverse", "string"),
    ("g_strup", "string"),
];

/// A buffer for text, whose size is another argument, or nobody's affair.
const INTO_TEXT: [(&str, &str); 8] = [
    ("g_ascii_dtostr", "buffer"),
    ("g_ascii_formatd", "buffer"),
    ("g_date_strftime", "s"),
    ("g_io_channel_read", "buf"),
    ("g_stpcpy", "dest"),
    ("g_strlcat", "dest"),
    ("g_strlcpy", "dest"),
    ("g_utf8_strncpy", "dest"),
];

/// Arrays whose items are replaced.
const INTO_ARRAYS: [(&str, &str); 18] = [
    ("g_buffered_input_stream_peek", "buffer"),
    ("g_converter_convert", "outbuf"),
    ("g_hmac_get_digest", "buffer"),
    ("g_pollable_stream_read", "buffer"),
    ("g_unix_open_pipe", "fds"),
    ("gdk_texture_download", "data"),
    ("gst_audio_format_fill_silence", "dest"),
    ("gst_audio_format_info_fill_silence", "dest"),
    ("gst_audio_get_channel_reorder_map", "reorder_map"),
    ("gst_audio_iec61937_payload", "dst"),
    ("gst_audio_reorder_channels", "data"),
    ("gst_audio_ring_buffer_read", "data"),
    ("gst_control_source_get_value_array", "values"),
    ("gst_rtp_header_extension_write", "data"),
    ("gst_rtsp_connection_read", "data"),
    ("gst_rtsp_connection_read_usec", "data"),
    ("pango_glyph_item_get_logical_widths", "logical_widths"),
    ("pango_glyph_string_get_logical_widths", "logical_widths"),
];
