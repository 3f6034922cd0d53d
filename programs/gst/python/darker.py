"""An element in Python: halves the brightness of grey pictures in place. GStreamer's plugin loader imports it."""

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstBase", "1.0")
from gi.repository import GObject, Gst, GstBase  # noqa: E402

CAPS = Gst.Caps.from_string("video/x-raw,format=GRAY8,width=[1,2000],height=[1,2000],framerate=[0/1,100/1]")


class Darker(GstBase.BaseTransform):
    __gstmetadata__ = ("Darker", "Filter", "Halves the brightness", "gijit")
    __gsttemplates__ = (
        Gst.PadTemplate.new("src", Gst.PadDirection.SRC, Gst.PadPresence.ALWAYS, CAPS),
        Gst.PadTemplate.new("sink", Gst.PadDirection.SINK, Gst.PadPresence.ALWAYS, CAPS),
    )
    divisor = GObject.Property(type=int, nick="Divisor", blurb="How much darker", minimum=1, maximum=255, default=2)

    def do_transform_ip(self, buffer):
        with buffer.map(Gst.MapFlags.READ | Gst.MapFlags.WRITE) as info:
            info.data[:] = bytes(info.data).translate(bytes(i // self.divisor for i in range(256)))
        return Gst.FlowReturn.OK


GObject.type_register(Darker)
__gstelementfactory__ = ("darker", Gst.Rank.NONE, Darker)
