"""Takes pictures out of a pipeline: maps each buffer of an appsink, and writes what it says of them. frames.py OUTPUT"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
from gi.repository import GLib, Gst, GstApp  # noqa: E402, F401

Gst.init(sys.argv)
pipeline = Gst.parse_launch(
    "videotestsrc num-buffers=25 pattern=white ! video/x-raw,format=RGB,width=64,height=48,framerate=25/1 ! "
    "appsink name=sink emit-signals=true sync=false"
)
loop = GLib.MainLoop()
seen = []


def on_sample(sink):
    sample = sink.emit("pull-sample")
    buffer = sample.get_buffer()
    shape = sample.get_caps().get_structure(0)
    fits, rate = shape.get_fraction("framerate")[0], shape["framerate"]
    with buffer.map(Gst.MapFlags.READ) as info:
        seen.append((buffer.pts, info.size, bytes(info.data[:3]), shape["width"], fits and str(rate)))
    return Gst.FlowReturn.OK


def on_message(_bus, message):
    if message.type == Gst.MessageType.ERROR:
        print(*message.parse_error(), file=sys.stderr)
    if message.type in (Gst.MessageType.EOS, Gst.MessageType.ERROR):
        loop.quit()


pipeline.get_by_name("sink").connect("new-sample", on_sample)
bus = pipeline.get_bus()
bus.add_signal_watch()
bus.connect("message", on_message)
pipeline.set_state(Gst.State.PLAYING)
loop.run()
pipeline.set_state(Gst.State.NULL)
with open(sys.argv[1], "w") as file:
    for frame in seen:
        print(*frame, file=file)
