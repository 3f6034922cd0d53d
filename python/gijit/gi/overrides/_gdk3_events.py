"""Events of GDK 3: a union, whose attributes are those of the member that its type says."""

from ..module import get_introspection_module
from . import override

Gdk = get_introspection_module("Gdk")

EventType = Gdk.EventType
# In C these names begin behind the prefix.
for _number in (2, 3):
    setattr(EventType, f"_{_number}BUTTON_PRESS", getattr(EventType, f"{_number}BUTTON_PRESS"))

_TYPES = {
    "any": "DELETE DESTROY MAP UNMAP",
    "button": "BUTTON_PRESS 2BUTTON_PRESS 3BUTTON_PRESS BUTTON_RELEASE",
    "configure": "CONFIGURE",
    "crossing": "ENTER_NOTIFY LEAVE_NOTIFY",
    "dnd": "DRAG_ENTER DRAG_LEAVE DRAG_MOTION DRAG_STATUS DROP_START DROP_FINISHED",
    "expose": "EXPOSE",
    "focus_change": "FOCUS_CHANGE",
    "key": "KEY_PRESS KEY_RELEASE",
    "motion": "MOTION_NOTIFY",
    "property": "PROPERTY_NOTIFY",
    "proximity": "PROXIMITY_IN PROXIMITY_OUT",
    "scroll": "SCROLL",
    "selection": "SELECTION_CLEAR SELECTION_REQUEST SELECTION_NOTIFY",
    "touch": "TOUCH_BEGIN TOUCH_UPDATE TOUCH_END TOUCH_CANCEL",
    "visibility": "VISIBILITY_NOTIFY",
}

__all__ = ["Event", "EventType"]


@override
class Event(Gdk.Event):
    """What has happened: a union. The attributes of the member that its ``type`` says are its own."""

    __module__ = "gi.overrides.Gdk"

    _UNION_MEMBERS = {getattr(EventType, name): member for member, names in _TYPES.items() for name in names.split()}

    def __getattr__(self, name):
        member = Event._UNION_MEMBERS.get(self.type)
        if member is None:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return getattr(getattr(self, member), name)

    def __setattr__(self, name, value):
        member = Event._UNION_MEMBERS.get(self.type)
        if member is None:
            super().__setattr__(name, value)
        else:
            setattr(getattr(self, member), name, value)

    def __repr__(self):
        return f"{super().__repr__()[:-1]} type={self.type!r}>"
