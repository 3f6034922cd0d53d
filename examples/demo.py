#!/usr/bin/env python3
"""A tour of GLib and Gio from Python: a folder, a key file, dates, checksums, URIs, text and a few odds and ends.

An ordinary `gi` program, with nothing in it of the implementation that runs it. Usage: demo.py [FOLDER]
"""

import contextlib
import locale
import sys

import gi

gi.require_version("GLib", "2.0")
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

SETTINGS = """\
[window]
title=A small editor
width=960
scale=1.25
maximized=true
"""


def heading(text):
    print(f"\n{text}")
    print("─" * GLib.utf8_strlen(text, -1))


def line(label, value):
    print(f"  {label:<22} {value}")


def folder(path):
    """What is in a folder, in alphabetical order, with each file's type, icon and size."""
    directory = Gio.File.new_for_path(path)
    heading(f"The folder {directory.get_basename()}")
    children = directory.enumerate_children("standard::*", Gio.FileQueryInfoFlags.NONE, None)
    found = []
    while (info := children.next_file(None)) is not None:
        found.append(info)
    children.close(None)
    found.sort(key=lambda info: GLib.utf8_collate_key(info.get_display_name(), -1))
    for info in found:
        if info.get_is_hidden():
            continue
        if info.get_file_type() == Gio.FileType.DIRECTORY:
            print(f"  {info.get_display_name() + '/':<30}")
        else:
            kind = Gio.content_type_get_description(info.get_content_type())
            print(f"  {info.get_display_name():<30} {GLib.format_size(info.get_size()):>10}  {kind}")


def settings():
    """A key file: written to a temporary file, read back, and asked for something that it does not hold."""
    heading("A key file")
    handle, path = GLib.file_open_tmp("gijit-demo-XXXXXX.ini")
    with open(handle, "w", encoding="utf-8") as file:
        file.write(SETTINGS)
    keys = GLib.KeyFile.new()
    keys.load_from_file(path, GLib.KeyFileFlags.NONE)
    line("title", keys.get_string("window", "title"))
    line("width", keys.get_integer("window", "width"))
    line("scale", keys.get_double("window", "scale"))
    line("maximized", keys.get_boolean("window", "maximized"))
    try:
        keys.get_string("window", "colour")
    except GLib.Error as error:
        line("colour", f"no: {error.message}")
    Gio.File.new_for_path(path).delete(None)


def dates():
    """One fixed moment in three places, and how far it is from another one."""
    heading("A date")
    launch = GLib.DateTime.new_utc(1969, 7, 16, 13, 32, 0.0)
    line("in UTC", launch.format("%A %e %B %Y, %H:%M"))
    for place in ("America/New_York", "Asia/Tokyo"):
        zone = GLib.TimeZone.new_identifier(place)
        if zone is not None:
            line(f"in {place}", launch.to_timezone(zone).format("%c %Z"))
    landing = launch.add_days(4).add_hours(6).add_minutes(45)
    year, month, day = landing.get_ymd()
    line("the landing", f"{landing.format_iso8601()} (day {landing.get_day_of_year()} of {year}, {day}.{month}.)")
    line("hours in between", landing.difference(launch) // GLib.TIME_SPAN_HOUR)
    line("a leap year?", GLib.Date.is_leap_year(1969))


def checksums():
    heading("Checksums of “hello”")
    for kind in (GLib.ChecksumType.MD5, GLib.ChecksumType.SHA1, GLib.ChecksumType.SHA256):
        digest = GLib.compute_checksum_for_string(kind, "hello", -1)
        line(f"{GLib.checksum_type_get_length(kind)} bytes", digest if len(digest) < 48 else digest[:45] + "…")


def addresses():
    """URIs taken apart and put together, and what happens to a bad one."""
    heading("Addresses")
    uri = GLib.Uri.parse("https://user@docs.gtk.org:8443/glib/?q=uri#top", GLib.UriFlags.NONE)
    line("host and port", f"{uri.get_host()} {uri.get_port()}")
    line("path, query, fragment", f"{uri.get_path()} {uri.get_query()} {uri.get_fragment()}")
    line("without the user", uri.to_string_partial(GLib.UriHideFlags.USERINFO))
    line(
        "one file up", GLib.Uri.resolve_relative("https://docs.gtk.org/glib/index.html", "../gio/", GLib.UriFlags.NONE)
    )
    line("escaped", GLib.Uri.escape_string("50 % & naïve", None, False))
    try:
        GLib.Uri.parse("https://[broken", GLib.UriFlags.NONE)
    except GLib.Error as error:
        line("a broken one", error.message)


def kinds():
    """What the desktop knows about kinds of files: description, icon, and which kind is a case of which."""
    heading("Kinds of files")
    for kind in ("application/pdf", "audio/ogg", "text/x-python", "image/jpeg"):
        line(kind, f"{Gio.content_type_get_description(kind)}, icon {Gio.content_type_get_generic_icon_name(kind)}")
    line("is Python text?", Gio.content_type_is_a("text/x-python", "text/plain"))
    icon = Gio.ThemedIcon.new("folder-documents")
    line("an icon as text", icon.to_string())
    line("is it the same again?", icon.equal(Gio.Icon.new_for_string("folder-documents")))


def text():
    heading("Text")
    line("escaped for markup", GLib.markup_escape_text("Fish & <Chips>", -1))
    line("capitals", GLib.utf8_strup("straße, œuvre", -1))
    line("letters in “naïve”", GLib.utf8_strlen("naïve", -1))
    line("title case of \u01c6", GLib.unichar_totitle("\u01c6"))
    line("script of я", "Cyrillic" if GLib.unichar_get_script("я") == GLib.UnicodeScript.CYRILLIC else "another")
    line("value of ٣", GLib.unichar_digit_value("٣"))
    composed, letter = GLib.unichar_compose("e", "\u0301")
    line("e and ´ give", letter if composed else "nothing")
    split, first, second = GLib.unichar_decompose("ñ")
    line("ñ is made of", f"{first} and U+{ord(second):04X}" if split else "itself")
    for flags in (GLib.FormatSizeFlags.DEFAULT, GLib.FormatSizeFlags.IEC_UNITS, GLib.FormatSizeFlags.LONG_FORMAT):
        line("1500000 bytes are", GLib.format_size_full(1_500_000, flags))
    line("does *.py match?", GLib.pattern_match_simple("*.py", "demo.py"))


def machine():
    heading("This program")
    line("user", GLib.get_user_name())
    line("has a host name", GLib.get_host_name() != "")
    line("processors", "several" if GLib.get_num_processors() > 1 else "one")
    identifier = GLib.uuid_string_random()
    line("a random identifier", f"{len(identifier)} characters, valid: {GLib.uuid_string_is_valid(identifier)}")
    line("GLib", f"{GLib.MAJOR_VERSION}.{GLib.MINOR_VERSION}, at least 2.74: {GLib.check_version(2, 74, 0) is None}")


def main():
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")
    folder(sys.argv[1] if len(sys.argv) > 1 else GLib.path_get_dirname(__file__))
    settings()
    dates()
    checksums()
    addresses()
    kinds()
    text()
    machine()
    name = "gijit" if getattr(gi, "_gijit", None) is not None else "PyGObject"
    print(f"\nAll of that ran on {name}: gi {gi.__version__}.")


main()
