"""The cells of calls: one C function for each that the format allows, the reason for each that it does not.

A cell is family × container × direction × transfer × nullability. This file writes what is particular to a direction;
how values are made, shown and freed it leaves to items and containers.
"""

from containers import NO_OWNER

DIRECTIONS = ("in", "out", "inout", "return", "caller")
TRANSFERS = ("none", "container", "full")
NULLABILITIES = ("required", "nullable", "optional")

# Structs of known size.
STRUCT_POINTERS = ("point", "boxed_union", "struct", "union", "value", "error", "closure", "type_class", "class_struct")
NO_POINTER_NULL = "a value that is no pointer cannot be NULL"
PLAIN_CONTAINER = "nothing but a container has a container to give away"


def why_not(container, item, direction, transfer, nullability):
    """The reason why there is no such function, "" if there is one."""
    plain = container.key == "plain"
    caller = direction == "caller"
    if caller:
        if not container.caller_allocates and not (plain and item.kind == "flat"):
            return (
                "a place that the caller allocates needs a size: structs, arrays with a size and GLib's arrays have one"
            )
        if not plain and transfer == "container":
            return "the caller has the container already"
        if container.array and item.key in STRUCT_POINTERS:
            return "the compiler of typelibs takes the items of an array that the caller allocates for values, not for pointers"
    reason = "" if plain and caller else container.why_not(item)
    if reason:
        return reason
    if container.only_from_c and direction not in ("out", "return"):
        return "what Python makes is Python's to free or C's to take: the destroy functions matter when C gives"
    if transfer not in container.transfers:
        return PLAIN_CONTAINER
    if transfer == "full" and not item.owned and item.kind == "pointer":
        return NO_OWNER
    if plain and transfer == "full" and item.kind in ("number", "wide"):
        return "a value that is no pointer has no owner"
    if plain and direction == "return" and transfer == "full" and item.key in ("struct", "union"):
        return "the metadata's tools leave out what gives away a struct that is not boxed: nothing says how to free it"
    if item.key == "callback" and direction == "return":
        return "the metadata's tools refuse callbacks as return values: nothing says how long they may be called"
    if nullability == "nullable":
        if caller:
            return "the place that the caller allocates is always there"
        if plain and item.kind in ("number", "wide"):
            return NO_POINTER_NULL
        if plain and item.key == "pointer":
            return "a gpointer is nullable by itself: required is the same"
    if nullability == "optional":
        if direction in ("in", "return", "caller"):
            return "only an output that C can do without is optional"
        if transfer == "container":
            return "optional changes the call and not the conversion: tried with transfer none and full"
    return ""


class Function:
    """The text of one function, part by part, and what its record says to the tests."""

    def __init__(self, container, item, direction, transfer, nullability):
        self.container, self.item = container, item
        self.direction, self.transfer, self.nullability = direction, transfer, nullability
        suffix = "" if nullability == "required" else f"_{nullability}"
        self.helper = container.name(item)
        self.name = f"{self.helper}_{direction}_{transfer}{suffix}"
        self.shared = container.lengths == "shared"

    # Annotations

    def notes(self, length, direction=None):
        direction = self.direction if direction is None else direction
        words = {
            "in": "(in)",
            # A single star before a name that hides another would be taken for a place to fill.
            "out": "(out callee-allocates)",
            "inout": "(inout)",
            "return": "",
            "caller": "(out caller-allocates)",
        }[direction]
        if self.container.key != "plain" or self.item.kind not in ("number", "wide"):
            words += f" (transfer {self.transfer})"
        if self.nullability != "required":
            words += f" ({self.nullability})"
        if self.item.key == "callback" and direction != "return":
            words += " (scope call)" if direction == "in" else " (scope forever)"
        return f"{words} {self.container.annotation(self.item, length)}".strip()

    def length_notes(self):
        return {"in": "(in)", "out": "(out)", "inout": "(inout)", "return": "(out)", "caller": "(in)"}[self.direction]

    # Parameters

    def parameters(self):
        """(declaration, name, annotation), in the order of the C function."""
        container, item, direction = self.container, self.item, self.direction
        by_pointer = direction in ("out", "inout")
        if direction == "caller":
            declared = f"{item.ctype} *values" if container.key == "plain" else container.place(item, "values")
        elif by_pointer:
            ctype = container.ctype(item)
            declared = f"{ctype}*values" if ctype.endswith("*") else f"{ctype} *values"
        elif container.key == "plain" and item.key in ("utf8", "filename") and self.transfer == "none":
            declared = "const gchar *values"
        else:
            declared = container.place(item, "values")
        values = [] if direction == "return" else [(declared, "values", self.notes("n_values"))]
        if self.shared:
            ctype = container.ctype(item)
            if direction == "return":
                values = [(f"{ctype}*more", "more", self.notes("n_values", "out"))]
            else:
                values.append((declared.replace("values", "more"), "more", self.notes("n_values")))
        by_pointer = direction in ("out", "inout", "return")
        length = (f"gsize {'*' if by_pointer else ''}n_values", "n_values", self.length_notes())
        if container.lengths == "before":
            values = [length, *values]
        elif container.lengths:
            values = [*values, length]
        if values and values[-1][0].startswith("GError **") and not values[-1][0].startswith("GError ***"):
            # At the end this would be what the function throws.
            return [*values, ("gint after", "after", "(in)")]
        return values

    # Bodies

    def n(self, value):
        """A C expression for the number of items of `value`, which came in."""
        if not self.container.lengths:
            return self.container.length_of(self.item, value)
        return "*n_values" if self.direction == "inout" else "n_values"

    def see(self, value):
        shown = (
            f"(gchar *) {value}" if self.item.key in ("utf8", "filename") and self.container.key == "plain" else value
        )
        lines = [f"{self.helper}_show ({shown}, {self.n(value)});"]
        if self.container.key != "plain" or self.item.kind == "pointer":
            lines.insert(0, f"cells_address = (gconstpointer) {value};")
        return lines

    def release(self, value):
        """What a callee does in the end with what it was given."""
        if self.transfer == "none":
            return []
        return [f"{self.helper}_free ({value}, {self.n(value)}, {str(self.transfer == 'full').upper()});"]

    def gives(self, backwards):
        if self.transfer == "none":
            return f"{self.helper}_kept (n, {str(backwards).upper()})"
        return f"{self.helper}_new (n, {str(backwards).upper()}, {str(self.transfer == 'full').upper()})"

    @property
    def may_be_null(self):
        return self.container.key != "plain" or self.item.kind == "pointer"

    def null_mode(self, place, length, ending):
        """What is given in the mode without values: also where the metadata promises a value, as C code does."""
        if not self.may_be_null:
            return []
        lines = ["if (cells_mode == GIJIT_CELLS_MODE_NULL)", "  {"]
        if place:
            lines.append(f"    {place} = NULL;")
        if length:
            lines.append(f"    {length} = 0;")
        return [*lines, f"    {ending};", "  }"]

    def result(self, place, ending, backwards):
        """Lines that fill `place`."""
        length = "*n_values" if self.container.lengths else ""
        count = self.container.count(self.item)
        lines = self.null_mode(place, length, ending)
        if self.container.fixed or self.container.key == "plain":
            lines.append(f"n = {count};")
        else:
            lines.append(f"n = cells_count ({count});")
        if length:
            lines.append(f"{length} = n;")
        return lines, self.gives(backwards)

    def body(self):
        return getattr(self, f"body_{self.direction}")()

    def body_in(self):
        lines = self.see("values") + (self.see("more") if self.shared else [])
        if self.container.key == "plain" and self.transfer == "none":
            return lines
        return lines + self.release("values") + (self.release("more") if self.shared else [])

    def body_out(self):
        lines = ["guint n;", ""]
        if self.nullability == "optional":
            lines += ["if (values == NULL)", "  return;"]
        filled, given = self.result("*values", "return", False)
        lines += filled + [f"*values = {given};"]
        if self.shared:
            lines.insert(2, "*more = NULL;")
            lines.append(f"*more = {self.gives(True)};")
        return lines

    def body_inout(self):
        lines = ["guint n;", ""]
        if self.nullability == "optional":
            lines += ["if (values == NULL)", "  return;"]
        lines += self.see("*values") + (self.see("*more") if self.shared else [])
        lines += ["if (cells_mode == GIJIT_CELLS_MODE_KEEP)", "  return;"]
        lines += self.release("*values") + (self.release("*more") if self.shared else [])
        if self.shared:
            lines.append("*more = NULL;")
        filled, given = self.result("*values", "return", True)
        lines += filled + [f"*values = {given};"]
        if self.shared:
            lines.append(f"*more = {self.gives(False)};")
        return lines

    def body_return(self):
        filled, given = self.result("", "return NULL", False)
        lines = ["guint n;", "", *filled]
        if self.shared:
            lines.insert(2, "*more = NULL;")
            lines.append(f"*more = {self.gives(True)};")
        return [*lines, f"return {given};"]

    def body_caller(self):
        item, full = self.item, self.transfer == "full"
        give = item.make if full or self.container.key == "plain" else item.kept
        if self.container.key == "plain":
            return [f"*values = {give(0)};"]
        if self.container.array:
            count = "n_values" if self.container.lengths else item.count
            return [f"for (gsize i = 0; i < {count}; i++)", f"  values[i] = {give('i')};"]
        lines = [f"for (guint i = 0; i < cells_count ({item.count}); i++)", "  {"]
        lines.append(f"    {item.place('value')} = {give('i')};")
        if self.container.key == "garray":
            lines.append("    g_array_append_val (values, value);")
        elif self.container.key == "gptrarray":
            lines.append("    g_ptr_array_add (values, (gpointer) value);")
        else:
            lines.append("    g_byte_array_append (values, &value, 1);")
        return [*lines, "  }"]

    # The whole

    def declaration(self):
        result = self.container.ctype(self.item) if self.direction == "return" else "void"
        if self.direction == "return" and self.transfer == "none" and self.helper in ("plain_utf8", "plain_filename"):
            result = "const gchar *"
        parameters = ", ".join(declared for declared, _, _ in self.parameters()) or "void"
        return result.rstrip(), f"gijit_cells_{self.name} ({parameters})"

    def header(self):
        result, rest = self.declaration()
        return f"{result} {rest};"

    def source(self):
        result, rest = self.declaration()
        doc = [f" * @{name}: {notes}: a value" for _, name, notes in self.parameters()]
        if self.direction == "return":
            notes = self.notes("n_values")
            doc += [" *", f" * Returns: {notes}: a value" if notes else " * Returns: a value"]
        body = self.body()
        # Declarations come first, then the common start.
        if body and body[0] == "guint n;":
            body = [body[0], "", "cells_enter ();", *body[2:]]
        else:
            body = ["cells_enter ();", *body]
        lines = ["/**", f" * gijit_cells_{self.name}:", *doc, " */", result, rest, "{"]
        return "\n".join([*lines, *(f"  {line}" if line else "" for line in body), "}", ""])

    def record(self):
        container, item = self.container, self.item
        nested = getattr(container, "inner", None)
        return {
            "name": self.name,
            "family": item.key,
            "container": container.key,
            "direction": self.direction,
            "transfer": self.transfer,
            "nullability": self.nullability,
            "outer": container.outer.key if nested else container.key,
            "inner": nested.key if nested else "",
            "after": any(name == "after" for _, name, _ in self.parameters()),
            "namespace": "GijitCells",
        }
