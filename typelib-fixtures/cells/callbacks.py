"""The cells of callbacks: for each a callback type and a C function that calls one.

The same conversions as in calls, run backwards: C gives what a callback takes, and sees what it gives. It leaves to
items and containers how values are made, and to functions.py which cells there are.

They are a namespace of their own: the compiler of typelibs looks through all of a namespace for every type of its own.
"""

from functions import Function, why_not

DIRECTIONS = ("cb_in", "cb_out", "cb_inout", "cb_return")
LINKS = "the same conversion as in the container's other row or by itself: what links or nests them belongs to the plan, which calls try"


def why_no_callback(container, item, direction, transfer, nullability):
    """The reason why there is no such callback, "" if there is one."""
    if container.lengths in ("before", "shared") or hasattr(container, "inner"):
        return LINKS
    if container.only_from_c and direction != "cb_in":
        return "what Python makes is Python's to free or C's to take: the destroy functions matter when C gives"
    if nullability == "nullable" and container.key != "plain":
        return "whether NULL is allowed is asked before a container is converted: tried in calls, and in callbacks without one"
    if nullability == "optional":
        return "a place that C leaves out is tried by name: what would be written has nowhere to go"
    if item.key == "callback":
        return "a callback that takes or gives callbacks has no scope for them"
    forward = "out" if container.only_from_c else direction.removeprefix("cb_")
    return why_not(container, item, forward, transfer, nullability)


class Callback(Function):
    """The text of one callback type and of the function that calls it."""

    def __init__(self, container, item, direction, transfer, nullability):
        super().__init__(container, item, direction.removeprefix("cb_"), transfer, nullability)
        suffix = "" if nullability == "required" else f"_{nullability}"
        self.name = f"{self.helper}_{direction}_{transfer}{suffix}"
        self.type = "GijitCallbacks" + "".join(word.capitalize() for word in self.name.split("_")) + "Func"

    def parameters(self):
        """Those of the callback; the length of a result is one of its outputs."""
        return [p for p in super().parameters() if p[1] != "after"]

    def typedef(self):
        result = self.container.ctype(self.item) if self.direction == "return" else "void"
        parameters = ", ".join([declared for declared, _, _ in self.parameters()] + ["gpointer user_data"])
        doc = [
            f" * @{name}: {notes}: a value" if notes else f" * @{name}: a value" for _, name, notes in self.parameters()
        ]
        doc.append(" * @user_data: (closure): what came with the callback")
        if self.direction == "return":
            notes = self.notes("n_values")
            doc += [" *", f" * Returns: {notes}: a value" if notes else " * Returns: a value"]
        return "\n".join(
            ["/**", f" * {self.type}:", *doc, " */", f"typedef {result.rstrip()} (*{self.type}) ({parameters});", ""]
        )

    def declaration(self):
        return "void", f"gijit_callbacks_{self.name} ({self.type} func, gpointer user_data)"

    def call(self, value, length):
        arguments = {"in": [value], "out": [f"&{value}"], "inout": [f"&{value}"], "return": []}[self.direction]
        if self.container.lengths:
            arguments.append(length if self.direction == "in" else f"&{length}")
        return f"func ({', '.join([*arguments, 'user_data'])});"

    def n(self, value):
        return "n_values" if self.container.lengths else self.container.length_of(self.item, value)

    def source(self):
        item, container = self.item, self.container
        count = container.count(item)
        sized, alone = bool(container.lengths), container.key == "plain"
        zero = "{ 0 }" if item.kind == "flat" and alone else "0"
        lines = [f"{container.place(item, 'values')} = {zero};"]
        if sized:
            lines.append("gsize n_values = 0;")
        if self.direction in ("in", "inout"):
            lines.append(f"guint n = {count};" if alone or container.fixed else f"guint n = cells_count ({count});")
        lines += ["", "cells_enter ();"]
        if self.direction in ("in", "inout"):
            lines += (
                ["if (cells_mode != GIJIT_CELLS_MODE_NULL)", f"  values = {self.gives(False)};"]
                if self.may_be_null
                else [f"values = {self.gives(False)};"]
            )
            if sized:
                lines.append("n_values = values == NULL ? 0 : n;")
        called = self.call("values", "n_values")
        lines.append(f"values = {called}" if self.direction == "return" else called)
        if self.direction != "in":
            lines += self.see("values") + self.release("values")
        _, rest = self.declaration()
        head = [
            "/**",
            f" * gijit_callbacks_{self.name}:",
            " * @func: (scope call) (closure user_data): what to call",
            " * @user_data: its data",
            " */",
        ]
        return "\n".join([*head, "void", rest, "{", *(f"  {line}" if line else "" for line in lines), "}", ""])

    def record(self):
        return {
            **super().record(),
            "name": self.name,
            "direction": f"cb_{self.direction}",
            "after": False,
            "namespace": "GijitCallbacks",
        }
