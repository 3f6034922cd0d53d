"""What the specification says of the cases of a cell: what C sees and what comes out.

Made of the families' texts alone, without any ``gi``. What it does not answer (wrong values above all) is PyGObject's
to answer.
"""

HASHES = ("ghash_key", "ghash_value", "owning_ghash")
LINKED = ("glist", "gslist")
# Where guint8 items come out as a bytes object.
BYTES = ("fixed", "zero", "sized", "before", "shared", "garray", "owning_garray", "gbytearray")
SIZED = ("sized", "before", "shared", "garray", "gptrarray")
LIKE_SAMPLES = ("samples", "as a tuple", "as a sequence", "as a mapping", "keep")
REFUSED = "Could not caller allocate argument {} of callable GijitCells.{}"


def listed(texts):
    return f"[{', '.join(texts)}]"


def mapped(pairs):
    return "{" + ", ".join(sorted(f"{key}: {value}" for key, value in pairs)) + "}"


class Cell:
    """The texts of one cell."""

    def __init__(self, cell, axes):
        self.cell, self.axes = cell, axes
        self.family, self.outer, self.inner = cell["family"], cell["outer"], cell["inner"]
        self.texts = axes["families"][self.family]["texts"]

    def row(self, container, texts):
        if container not in HASHES:
            return listed(texts)
        if container == "ghash_key":
            return mapped(zip(texts, self.axes["families"]["int32"]["texts"]))
        return mapped(zip(self.axes["families"]["utf8"]["texts"], texts))

    def whole(self, backwards=False):
        """The whole value, as C shows it."""
        texts = list(self.texts)
        if self.outer == "plain":
            return texts[-1] if backwards else texts[0]
        if self.inner:
            texts = [self.row(self.inner, texts[: i + 1]) for i in range(len(texts))]
        if self.outer == "ghash_key" and backwards:
            # The first key with the last value.
            return mapped(zip(texts, reversed(self.axes["families"]["int32"]["texts"][: len(texts)])))
        return self.row(self.outer, texts[::-1] if backwards else texts)

    def in_python(self, text):
        """The same as Python shows it."""
        return f"b{text}" if self.family == "uint8" and self.outer in BYTES else text

    def empty(self):
        return "{}" if self.outer in HASHES else "[]"

    def null_in_c(self):
        if self.outer == "plain":
            return self.axes["families"][self.family]["null"]
        return "[]" if self.outer in LINKED else "NULL"

    def null_in_python(self):
        if self.outer == "plain":
            return "0" if self.family == "pointer" else "None"
        return "None" if self.outer in HASHES else self.in_python("[]")

    def left(self):
        """What C shows of what a callback left whose answer did not fit: its own value, unless Python had taken it over."""
        stays = self.cell["direction"] == "cb_inout" and self.cell["transfer"] == "none"
        return self.whole() if stays else self.zero()

    def zero(self):
        """What C shows of what a callback that raised left."""
        if self.outer in LINKED:
            return "[]"
        if self.outer != "plain":
            return "NULL"
        numbers = {"boolean": "False", "unichar": "U+0", "gtype": "(null)"}
        if self.axes["families"][self.family]["kind"] in ("number", "wide"):
            return numbers.get(self.family, "0")
        return self.null_in_c()

    def answer(self, case):
        """{"end": how the call ends, "seen": what C saw, "got": what a callback got, "hook": what nobody caught}, or None.

        "seen" is a set of texts where more than one is right.
        """
        direction = self.cell["direction"]
        if direction.startswith("cb_"):
            answer = self.answer_of_callback(case, direction)
        elif direction.startswith("field_"):
            answer = self.answer_of_field(case, direction)
        else:
            answer = self.answer_of_call(case, direction)
        if answer is None:
            return None
        end, seen, *rest = answer
        got, hook = rest or ([], [])
        # An empty array is a pointer to nothing, or none.
        seen = {seen, seen.replace("[]", "NULL")} if case.startswith("empty") and self.outer in SIZED else {seen}
        return {"end": end, "seen": seen, "got": got, "hook": hook}

    def answer_of_field(self, case, direction):
        number = self.axes["families"][self.family]["kind"] in ("number", "wide")
        if self.outer == "plain" and self.family in ("union_flat", "boxed_union_flat"):
            return None
        if case == "samples" and direction == "field_get":
            return ["ok", self.in_python(self.whole())], ""
        if case == "samples" and number and self.outer == "plain":
            return ["ok", "None"], self.whole()
        if case == "null out" and self.outer not in ("plain", "fixed") and self.family != "uint8":
            return ["ok", self.null_in_python()], ""
        return None

    def answer_of_callback(self, case, direction):
        sized, number = self.outer == "sized", self.axes["families"][self.family]["kind"] in ("number", "wide")
        plain = self.outer == "plain"
        takes, gives = direction in ("cb_in", "cb_inout"), direction != "cb_in"
        if case == "keep" and self.family == "class_struct":
            # A class comes as a struct, and goes as a class.
            return None
        mode = case if case in ("null out", "empty out") else ""
        if plain and number or self.outer == "fixed" and mode == "empty out":
            mode = ""
        got = {"null out": self.null_in_python(), "empty out": self.in_python(self.empty())}.get(mode)
        count = "0" if mode else str(len(self.texts))
        if got is None:
            got = self.in_python(self.whole())
        got = [f"{got} | {count}" if sized else got] if takes else []
        if case == "raises":
            return ["ok", "None"], self.zero() if gives else "", got, [["Boom", "in a callback"]]
        if case in ("samples", "null out", "empty out") or (case in ("fresh", "keep") and gives):
            return ["ok", "None"], self.whole() if gives else "", got, []
        if case == "null in" and self.cell["nullability"] == "nullable":
            return ["ok", "None"], self.null_in_c(), got, []
        if case == "empty in" and self.outer != "fixed":
            return ["ok", "None"], self.empty(), got, []
        return None

    def answer_of_call(self, case, direction):
        cell = self.cell
        twice = self.outer == "shared"
        number = self.outer == "plain" and self.axes["families"][self.family]["kind"] in ("number", "wide")
        forward, backward = self.in_python(self.whole()), self.in_python(self.whole(True))

        def out(first, second):
            return ["ok", f"{first} | {second}" if twice else first]

        def seen(text):
            return text * 2 if twice else text

        if direction == "caller":
            if case != "samples":
                return None
            if self.outer == "sized":
                return ["raise", "TypeError", REFUSED.format(0, cell["name"])], ""
            return ["ok", forward], ""
        if direction in ("out", "return"):
            if case == "samples" or (case == "null out" and number) or (case == "empty out" and self.outer == "fixed"):
                return out(forward, backward), ""
            if case == "null out":
                return out(self.null_in_python(), self.null_in_python()), ""
            if case == "empty out":
                return out(self.in_python(self.empty()), self.in_python(self.empty())), ""
            return None
        inout = direction == "inout"
        given = seen(self.whole())
        if case in LIKE_SAMPLES:
            if not inout:
                return ["ok", "None"], given
            return (out(backward, forward) if case == "samples" else out(forward, forward)), given
        if inout and (case == "empty out" and self.outer == "fixed" or case == "null out" and number):
            return out(backward, forward), given
        if case == "empty out":
            return out(self.in_python(self.empty()), self.in_python(self.empty())), given
        if case == "null out":
            return out(self.null_in_python(), self.null_in_python()), given
        if case == "empty in" and self.outer != "fixed":
            result = out(self.in_python(self.empty()), self.in_python(self.empty())) if inout else ["ok", "None"]
            return result, seen(self.empty())
        if case in ("null in", "missing"):
            if self.outer == "plain" and self.family == "boolean":
                # No argument and None are false.
                return (["ok", "False"] if inout else ["ok", "None"]), "False"
            if cell["nullability"] == "nullable":
                result = out(self.null_in_python(), self.null_in_python()) if inout else ["ok", "None"]
                return result, seen(self.null_in_c())
        return None
