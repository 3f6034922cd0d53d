"""A call plan as Python sees it: what signatures and documentation are made of.

The native module gives plain tuples (their form is in ``src/info/describe.rs``); here they get names.
"""

from collections import namedtuple

from . import _gi

#: ``type`` is a tuple; ``direction`` and ``job`` are texts, ``nullable`` and ``optional`` booleans.
Argument = namedtuple("Argument", "name type direction job nullable optional")

Result = namedtuple("Result", "type nullable")


class Plan(namedtuple("Plan", "namespace container name role throws args ret inputs user_data outputs")):
    """``container`` and ``user_data`` may be None; ``args`` are Arguments, ``ret`` is a Result, ``inputs`` and ``outputs``
    are indices of arguments, None standing for the return value."""

    __slots__ = ()

    def parameters(self):
        """The arguments that Python passes, or gets where Python is called: without the instance, with user data."""
        shown = {*self.inputs, self.user_data}
        return [
            arg
            for i, arg in enumerate(self.args)
            if arg.job != "instance"
            and (i in shown or (arg.job == "user_data" and self.role in ("callback", "vfunc", "signal")))
        ]

    def is_optional_data(self, arg):
        """Whether it is the user data of a callback that Python passes, which can always be left out."""
        return arg.job == "user_data" and self.role in ("function", "method", "constructor")

    def results(self):
        """What the caller gets: name (None for the return value), type, and whether it may be None."""
        for i in self.outputs:
            if i is None:
                yield None, self.ret.type, self.ret.nullable
            else:
                arg = self.args[i]
                yield arg.name, arg.type, arg.nullable


def plan_of(info):
    """The plan of a CallableInfo. RuntimeError if its typelib contradicts itself there."""
    fields = _gi._describe(info)
    plan = Plan._make(fields)
    return plan._replace(args=tuple(map(Argument._make, plan.args)), ret=Result._make(plan.ret))
