"""Programs for GStreamer with gst-python's overrides, as people write them: one for each function. Run by
`test_gstreamer.py` on gijit, and on PyGObject where that has gst-python too. Each prints what is the same on both."""

import os
import sys
import tempfile
import wave


def begin(*more):
    import gi

    gi.require_version("Gst", "1.0")
    for name in more:
        gi.require_version(name, "1.0")
    from gi.repository import Gst

    Gst.init(None)
    return Gst


def finish(Gst, pipeline, seconds=20):
    """Waits for the end; prints how it ended."""
    message = pipeline.get_bus().timed_pop_filtered(seconds * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    print("ended by", message.type.first_value_nick if message else None)
    if message and message.type == Gst.MessageType.ERROR:
        print(message.parse_error())
    pipeline.set_state(Gst.State.NULL)


def values():
    Gst = begin()
    caps = Gst.Caps.from_string("video/x-raw, width=(int)[1,100], framerate=(fraction)30/1, format={I420, RGB}")
    structure = caps[0]
    print(structure.get_name(), structure["width"], structure["framerate"], structure["format"])
    print(type(structure["framerate"]).__name__, float(structure["framerate"]), structure["framerate"].num)
    print(structure["width"].range, list(structure["format"]), len(caps))
    other = Gst.Structure("name", number=5, text="t", rate=Gst.Fraction(1, 3), span=Gst.IntRange(range(0, 10, 2)))
    print(other["number"], other["text"], other["rate"], other["span"], other.n_fields())
    other["list"] = Gst.ValueList([1, 2, 3])
    other["array"] = Gst.ValueArray(["a", "b"])
    other["big"] = Gst.Int64Range(range(0, 1 << 40, 1))
    other["double"] = 1.5
    other["bits"] = Gst.Bitmask(0xF0)
    for name in ("list", "array", "big", "double", "bits"):
        print(name, other[name], type(other[name]).__name__)
    print(
        Gst.Fraction(2, 4) == Gst.Fraction(1, 2),
        Gst.Fraction(1, 2) * Gst.Fraction(1, 2),
        Gst.TIME_ARGS(Gst.SECOND * 61),
    )
    made = Gst.Caps("audio/x-raw")
    print(made.to_string(), caps.is_fixed(), caps.fixate().to_string())
    print(Gst.Caps.from_string("a/b") == Gst.Caps.from_string("a/b"), Gst.version()[0])


def appsink_and_map():
    Gst = begin("GstApp")
    from gi.repository import GstApp  # noqa: F401

    pipeline = Gst.parse_launch(
        "audiotestsrc num-buffers=3 samplesperbuffer=100 wave=silence ! audio/x-raw,format=S16LE,channels=1,rate=8000 "
        "! appsink name=sink emit-signals=true sync=false"
    )
    sink = pipeline.get_by_name("sink")
    found = []

    def on_sample(sink):
        sample = sink.emit("pull-sample")
        buffer = sample.get_buffer()
        worked, info = buffer.map(Gst.MapFlags.READ)
        try:
            found.append((worked, info.size, bytes(info.data[:4]), sample.get_caps()[0]["rate"]))
        finally:
            buffer.unmap(info)
        return Gst.FlowReturn.OK

    sink.connect("new-sample", on_sample)
    pipeline.set_state(Gst.State.PLAYING)
    finish(Gst, pipeline)
    print(found)


def map_as_context():
    Gst = begin()
    buffer = Gst.Buffer.new_wrapped(bytes(range(16)))
    with buffer.map(Gst.MapFlags.READ) as info:
        print(info.size, bytes(info.data)[3:6])
    buffer = Gst.Buffer.new_allocate(None, 8, None)
    with buffer.map(Gst.MapFlags.WRITE) as info:
        info.data[0:4] = b"abcd"
    print(buffer.extract_dup(0, 4), buffer.get_size())
    print(buffer.fill(4, b"efgh"), buffer.extract_dup(0, 8))


def appsrc():
    Gst = begin("GstApp")
    from gi.repository import GstApp  # noqa: F401

    pipeline = Gst.parse_launch(
        "appsrc name=source caps=application/x-test format=time ! fakesink name=sink signal-handoffs=true"
    )
    source, sink = pipeline.get_by_name("source"), pipeline.get_by_name("sink")
    sizes = []
    sink.connect("handoff", lambda sink, buffer, pad: sizes.append((buffer.get_size(), buffer.pts, pad.get_name())))
    pipeline.set_state(Gst.State.PLAYING)
    for i in range(3):
        buffer = Gst.Buffer.new_wrapped(b"x" * (i + 1))
        buffer.pts = i * Gst.SECOND
        assert source.emit("push-buffer", buffer) == Gst.FlowReturn.OK
    source.emit("end-of-stream")
    finish(Gst, pipeline)
    print(sizes)


def playbin():
    Gst = begin()
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "sound.wav")
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    player = Gst.ElementFactory.make("playbin", "player")
    sink = Gst.ElementFactory.make("fakesink", None)
    player.set_property("audio-sink", sink)
    player.set_property("uri", Gst.filename_to_uri(path))
    player.set_state(Gst.State.PAUSED)
    print(player.get_state(20 * Gst.SECOND)[1].value_nick)
    print(player.query_duration(Gst.Format.TIME), player.get_property("n-audio"))
    player.set_state(Gst.State.PLAYING)
    finish(Gst, player)
    os.unlink(path)
    os.rmdir(folder)


def probes():
    Gst = begin()
    pipeline = Gst.parse_launch("fakesrc num-buffers=4 sizetype=fixed sizemax=10 ! identity name=middle ! fakesink")
    pad = pipeline.get_by_name("middle").get_static_pad("src")
    seen = []

    def probe(pad, info, name):
        if info.type & Gst.PadProbeType.BUFFER:
            seen.append((name, info.get_buffer().get_size()))
            if len(seen) == 3:
                return Gst.PadProbeReturn.REMOVE
        elif info.type & Gst.PadProbeType.EVENT_DOWNSTREAM:
            seen.append(info.get_event().type.value_nick)
        return Gst.PadProbeReturn.OK

    pad.add_probe(Gst.PadProbeType.BUFFER, probe, "data")
    events = []
    pad.add_probe(
        Gst.PadProbeType.EVENT_DOWNSTREAM,
        lambda pad, info: (events.append(info.get_event().type.value_nick), Gst.PadProbeReturn.OK)[1],
    )
    pipeline.set_state(Gst.State.PLAYING)
    finish(Gst, pipeline)
    print(seen, events)


def messages():
    Gst = begin()
    from gi.repository import GLib

    loop = GLib.MainLoop()
    pipeline = Gst.parse_launch("fakesrc num-buffers=2 name=source ! fakesink")
    bus = pipeline.get_bus()
    bus.add_signal_watch()
    seen = []

    def on_message(bus, message):
        if message.type == Gst.MessageType.STATE_CHANGED and message.src == pipeline:
            old, new, _ = message.parse_state_changed()
            seen.append((old.value_nick, new.value_nick))
        elif message.type == Gst.MessageType.APPLICATION:
            structure = message.get_structure()
            seen.append((structure.get_name(), structure["rate"]))
        elif message.type == Gst.MessageType.EOS:
            loop.quit()

    bus.connect("message", on_message)
    bus.post(Gst.Message.new_application(pipeline, Gst.Structure("mine", rate=Gst.Fraction(5, 2))))
    pipeline.set_state(Gst.State.PLAYING)
    GLib.timeout_add_seconds(20, loop.quit)
    loop.run()
    pipeline.set_state(Gst.State.NULL)
    print(sorted(seen, key=str))
    failing = Gst.parse_launch("filesrc location=/nowhere/at/all ! fakesink")
    failing.set_state(Gst.State.PLAYING)
    message = failing.get_bus().timed_pop_filtered(20 * Gst.SECOND, Gst.MessageType.ERROR)
    error, debug = message.parse_error()
    print(error.matches(Gst.ResourceError.quark(), Gst.ResourceError.NOT_FOUND), type(debug).__name__)
    failing.set_state(Gst.State.NULL)


def elements():
    """A source, a filter and a sink, in Python."""
    Gst = begin("GstBase")
    from gi.repository import GObject, GstBase

    caps = Gst.Caps.from_string("application/x-numbers")

    def template(name, direction):
        return Gst.PadTemplate.new(name, direction, Gst.PadPresence.ALWAYS, caps)

    class Source(GstBase.BaseSrc):
        __gstmetadata__ = ("Source", "Source", "Gives numbers", "tests")
        __gsttemplates__ = (template("src", Gst.PadDirection.SRC),)
        number = GObject.Property(type=int, default=3)

        def __init__(self):
            super().__init__()
            self.given = 0

        def do_create(self, offset, length, buffer):
            if self.given == self.number:
                return Gst.FlowReturn.EOS, None
            self.given += 1
            return Gst.FlowReturn.OK, Gst.Buffer.new_wrapped(bytes([self.given]))

    class Filter(GstBase.BaseTransform):
        __gstmetadata__ = ("Filter", "Transform", "Doubles numbers", "tests")
        __gsttemplates__ = (template("src", Gst.PadDirection.SRC), template("sink", Gst.PadDirection.SINK))

        def do_transform_ip(self, buffer):
            with buffer.map(Gst.MapFlags.READ | Gst.MapFlags.WRITE) as info:
                info.data[0] = 2 * info.data[0]
            return Gst.FlowReturn.OK

    class Sink(GstBase.BaseSink):
        __gstmetadata__ = ("Sink", "Sink", "Keeps numbers", "tests")
        __gsttemplates__ = template("sink", Gst.PadDirection.SINK)
        got = ()

        def do_render(self, buffer):
            self.got = (*self.got, buffer.extract_dup(0, 1))
            return Gst.FlowReturn.OK

    for name, kind in (("numbers", Source), ("doubler", Filter), ("keeper", Sink)):
        GObject.type_register(kind)
        print(Gst.Element.register(None, name, Gst.Rank.NONE, kind))
    pipeline = Gst.parse_launch("numbers number=4 ! doubler ! keeper name=sink")
    pipeline.set_state(Gst.State.PLAYING)
    finish(Gst, pipeline)
    sink = pipeline.get_by_name("sink")
    print(type(sink).__name__, sink.got)


def bins():
    Gst = begin()
    pipeline = Gst.Pipeline(name="all")
    one, other = (Gst.ElementFactory.make("queue", name) for name in ("one", "other"))
    pipeline.add(one, other)
    print(one.link(other), [pad.get_name() for pad in one.pads], pipeline.make_and_add("identity", "third").get_name())
    print(sorted(e.get_name() for e in pipeline.children))
    print(Gst.Element.link_many(other, pipeline.get_by_name("third")))
    try:
        pipeline.add(one)
    except Exception as error:
        print(type(error).__name__)
    elements = pipeline.iterate_elements()
    print(sorted(e.get_name() for e in elements))
    print(Gst.Bin(name="bin").get_name(), Gst.GhostPad("ghost", one.get_static_pad("sink")).get_name())


def editing():
    """GES, whose override module takes its namespace from `gi.importer.modules`."""
    import gi

    try:
        Gst = begin("GES")
    except ValueError:
        print("no GES")
        return
    from gi.repository import GES

    GES.init()
    timeline = GES.Timeline.new_audio_video()
    layer = timeline.append_layer()
    clip = GES.TestClip.new()
    clip.set_start(0)
    clip.set_duration(Gst.SECOND)
    print(layer.add_clip(clip), [type(x).__name__ for x in timeline.get_layers()], len(timeline.get_tracks()))
    print([type(x).__name__ for x in clip.find_track_elements(None, GES.TrackType.VIDEO, GES.VideoSource)])
    print(sorted(type(x).__name__ for x in clip.get_children(True)), type(timeline.get_asset()).__name__)
    print(clip.edit([], 0, GES.EditMode.EDIT_NORMAL, GES.Edge.EDGE_NONE, Gst.SECOND), clip.props.start)
    print("_overrides_module" in vars(GES), hasattr(gi.overrides, "GES"))


if __name__ == "__main__":
    globals()[sys.argv[1]]()
