"""Plays a file with playbin, seeks in it, and writes its tags and how far it came. play.py FILE OUTPUT"""

import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

Gst.init(sys.argv)
playbin = Gst.ElementFactory.make("playbin")
playbin.props.uri = Gst.filename_to_uri(sys.argv[1])
playbin.props.audio_sink = Gst.ElementFactory.make("fakesink")
playbin.props.audio_sink.props.sync = True
loop = GLib.MainLoop()
found = {}


def on_tags(_bus, message):
    tags = message.parse_tag()
    for i in range(tags.n_tags()):
        name = tags.nth_tag_name(i)
        found[name] = tags.get_value_index(name, 0)


def on_error(_bus, message):
    print(*message.parse_error(), file=sys.stderr)
    loop.quit()


def seek():
    found["length"] = playbin.query_duration(Gst.Format.TIME)[1] // Gst.SECOND
    playbin.seek_simple(Gst.Format.TIME, Gst.SeekFlags.FLUSH | Gst.SeekFlags.KEY_UNIT, 19 * Gst.SECOND)
    GLib.timeout_add(300, look)


def look():
    found["position"] = playbin.query_position(Gst.Format.TIME)[1] // Gst.SECOND


bus = playbin.get_bus()
bus.add_signal_watch()
bus.connect("message::tag", on_tags)
bus.connect("message::error", on_error)
bus.connect("message::eos", lambda *_: loop.quit())
playbin.set_state(Gst.State.PLAYING)
GLib.timeout_add(300, seek)
loop.run()
playbin.set_state(Gst.State.NULL)
with open(sys.argv[2], "w") as file:
    for name, value in sorted(found.items()):
        print(name, value, sep="=", file=file)
