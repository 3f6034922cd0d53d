"""The cases of a cell: with what it is called, and with what its callback answers.

Knows how a cell's values are made and nothing of how calls are run, watched or judged.
"""

from containers import HASHES, Mapped, Sequence, make, shown
from values import FAMILIES


def cases_of(cell, axes, notes):
    """{name: (the mode that C is in, what makes the arguments)}. Callbacks write what they get into `notes`."""
    kinds = {"cb": cases_of_callback, "field": cases_of_field}
    cases = kinds.get(cell["direction"].partition("_")[0], cases_of_call)
    return cases(cell, len(axes["families"][cell["family"]]["texts"]), notes)


def wrong_values(cell, count):
    """{name: maker} of what no conversion takes: the value itself, an item in the middle, the container."""
    family, outer = cell["family"], cell["outer"]

    def samples():
        return make(cell, count)

    if outer == "plain":
        return {f"wrong {name}": maker for name, maker in FAMILIES[family].wrong.items()}
    wrong = {
        f"wrong item {name}": lambda maker=maker: make(cell, count, (1, maker()))
        for name, maker in FAMILIES[family].wrong.items()
        # A list is no key of any mapping.
        if (outer, name) != ("ghash_key", "items")
    }
    wrong["wrong item none"] = lambda: make(cell, count, (1, None))
    wrong["wrong number"] = lambda: 5
    wrong["wrong object"] = object
    wrong["wrong text"] = lambda: "text"
    if outer in HASHES:
        wrong["wrong list"] = lambda: [1, 2, 3]
    else:
        wrong["wrong set"] = set
        wrong["wrong iterator"] = lambda: iter(samples())
        wrong["wrong mapping"] = dict
    if outer == "fixed":
        wrong["wrong length short"] = lambda: samples()[:-1]
        wrong["wrong length long"] = lambda: [*samples(), samples()[0]]
    return wrong


def empty(cell):
    return {} if cell["outer"] in HASHES else b"" if cell["outer"] == "gbytearray" else []


def cases_of_field(cell, count, notes):
    if cell["direction"] == "field_get":
        return {"samples": ("SAMPLES", list), "null out": ("NULL", list)}

    def given(maker):
        return lambda: [maker()]

    cases = {"samples": ("SAMPLES", given(lambda: make(cell, count))), "null in": ("SAMPLES", given(lambda: None))}
    for name, maker in wrong_values(cell, count).items():
        cases[name] = ("SAMPLES", given(maker))
    return cases


def cases_of_call(cell, count, notes):
    outer, direction = cell["outer"], cell["direction"]
    after = [3] if cell["after"] else []
    plain, twice = outer == "plain", outer == "shared"
    takes = direction in ("in", "inout")

    def given(maker):
        return lambda: [*([maker(), maker()] if twice else [maker()]), *after]

    def samples():
        return make(cell, count)

    arguments = given(samples) if takes else lambda: list(after)
    cases = {"samples": ("SAMPLES", arguments), "too many": ("SAMPLES", lambda: [*arguments(), 1])}
    if direction in ("out", "inout", "return"):
        cases["null out"] = ("NULL", arguments)
        if not plain:
            cases["empty out"] = ("EMPTY", arguments)
    if direction == "inout":
        cases["keep"] = ("KEEP", arguments)
    if not takes:
        return cases
    cases["null in"] = ("KEEP", given(lambda: None))
    if not after:
        cases["missing"] = ("KEEP", list)
    if not plain:
        cases["empty in"] = ("KEEP", given(lambda: empty(cell)))
        if outer in HASHES:
            cases["as a mapping"] = ("KEEP", given(lambda: Mapped(samples())))
        elif outer != "gbytearray":
            cases["as a tuple"] = ("KEEP", given(lambda: tuple(samples())))
            cases["as a sequence"] = ("KEEP", given(lambda: Sequence(samples())))
    for name, maker in wrong_values(cell, count).items():
        cases[name] = ("SAMPLES", given(maker))
    if twice:
        cases["wrong length differs"] = ("SAMPLES", lambda: [samples(), samples()[:-1]])
    return cases


class Boom(Exception):
    """Raised in a callback."""


def cases_of_callback(cell, count, notes):
    outer, direction = cell["outer"], cell["direction"]
    sized, plain = outer == "sized", outer == "plain"
    takes, gives = direction in ("cb_in", "cb_inout"), direction != "cb_in"
    # What a callback gives without giving it away has to live on somewhere.
    lasting = make(cell, count) if gives else None

    def note(values):
        texts = [shown(outer, cell["family"], values[0], cell["inner"]), *(repr(value) for value in values[1:])]
        notes.got.append(" | ".join(texts))

    def answering(maker):
        def callback(*values):
            if takes:
                note(values)
            elif values:
                notes.got.append(repr(values))
            answer = maker(*values)
            if gives:
                # The number of items is an output of its own.
                return (answer, len(answer) if hasattr(answer, "__len__") else 0) if sized else answer

        return lambda: [callback]

    def raises(*values):
        raise Boom("in a callback")

    def samples(*values):
        return lasting

    cases = {"samples": ("SAMPLES", answering(samples)), "raises": ("SAMPLES", answering(raises))}
    cases["no callable"] = ("SAMPLES", lambda: [5])
    if takes:
        cases["null out"] = ("NULL", answering(samples))
        if not plain:
            cases["empty out"] = ("EMPTY", answering(samples))
    if not gives:
        return cases
    cases["fresh"] = ("SAMPLES", answering(lambda *values: make(cell, count)))
    if takes:
        cases["keep"] = ("SAMPLES", answering(lambda *values: values[0]))
    cases["null in"] = ("SAMPLES", answering(lambda *values: None))
    if not plain:
        cases["empty in"] = ("SAMPLES", answering(lambda *values: empty(cell)))
    for name, maker in wrong_values(cell, count).items():
        cases[name] = ("SAMPLES", answering(lambda *values, maker=maker: maker()))
    return cases
