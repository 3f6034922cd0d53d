"""What Python adds to Gio."""

from types import GenericAlias

from .. import _ossighelper
from ..module import get_introspection_module
from . import override

__all__ = ["Application", "FileEnumerator", "ListStore"]

GLib = get_introspection_module("GLib")
Gio = get_introspection_module("Gio")


@override
class Application(Gio.Application):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.Application)["__doc__"]

    def run(self, *args, **kwargs):
        """Runs until the application ends; returns its exit status. Ctrl-C ends it too, with KeyboardInterrupt, unless
        the program handles that itself."""
        with (
            _ossighelper.register_sigint_fallback(self.quit) as fallback,
            _ossighelper.get_event_loop(GLib.MainContext.default()).running(self.quit),
        ):
            # Nobody can quit an application that does not run yet.
            return 0 if fallback.interrupted else super().run(*args, **kwargs)

    def create_asyncio_task(self, coro):
        """A task of asyncio's for a coroutine, until whose end the application is held."""
        import asyncio

        self.hold()
        try:
            task = asyncio.get_event_loop().create_task(coro)
        except BaseException:
            self.release()
            raise
        task.add_done_callback(lambda _: self.release())
        return task


@override
class FileEnumerator(Gio.FileEnumerator):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.FileEnumerator)["__doc__"]

    def __iter__(self):
        return self

    def __next__(self):
        info = self.next_file(None)
        if info is None:
            raise StopIteration
        return info


@override
class ListStore(Gio.ListStore):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.ListStore)["__doc__"]

    #: ``Gio.ListStore[Type]``, for type checkers.
    __class_getitem__ = classmethod(GenericAlias)
