import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstBase", "1.0")
from gi.repository import GObject, Gst, GstBase  # noqa: E402

Gst.init(None)


class Counting(GstBase.BaseTransform):
    __gstmetadata__ = ("Counting", "Transform", "Counts buffers", "tests")
    __gsttemplates__ = (
        Gst.PadTemplate.new("src", Gst.PadDirection.SRC, Gst.PadPresence.ALWAYS, Gst.Caps.new_any()),
        Gst.PadTemplate.new("sink", Gst.PadDirection.SINK, Gst.PadPresence.ALWAYS, Gst.Caps.new_any()),
    )
    count = GObject.Property(type=int)
    who = GObject.Property(type=str, default="gijit" if hasattr(gi, "_gijit") else "PyGObject")

    def do_transform_ip(self, buffer):
        self.count += 1
        return Gst.FlowReturn.OK

    def do_stop(self):
        print(self.count, self.who, self.get_name(), flush=True)
        return True


GObject.type_register(Counting)
__gstelementfactory__ = ("counting", Gst.Rank.NONE, Counting)
