"""Compares what a cell did with what the specification says and, where that is silent, with what PyGObject does.

What is meant to differ from PyGObject is in differences.txt, each line with its reason; a line that fits nothing is an
error. Runs nothing itself.
"""

import gzip
import json
import re
import sys
from pathlib import Path

from specification import Cell

HERE = Path(__file__).resolve().parent
NO_REFUSALS = {"MemoryError", "SystemError", "AttributeError", "AssertionError"}


def recorded(file=HERE / "pygobject.json.gz"):
    """What PyGObject 3.58.1 answers where the specification is silent, by cell and case; written by record.py."""
    data = json.loads(gzip.decompress(file.read_bytes()))
    ends = data["ends"]
    return {cell: {case: ends[index] for case, index in cases.items()} for cell, cases in data["cells"].items()}


class Differences:
    """Lines `container family direction case | ours -> reason` of regular expressions."""

    def __init__(self, file=HERE / "differences.txt"):
        self.rules, self.used = [], set()
        for line in file.read_text().splitlines() if file.exists() else ():
            if line.strip() and not line.startswith("#"):
                rule, arrow, reason = line.partition(" -> ")
                where, bar, ours = rule.partition(" | ")
                if not (arrow and bar and reason.strip()):
                    raise SystemExit(f"{file.name}: not `where | ours -> reason`: {line}")
                self.rules.append((line, re.compile(where.strip()), re.compile(ours.strip())))

    def fits(self, where, ours):
        for line, place, result in self.rules:
            if place.fullmatch(where) and result.search(ours):
                self.used.add(line)
                return True
        return False

    def stale(self):
        return [line for line, _, _ in self.rules if line not in self.used]


def representative(cell, names):
    """The cell whose answers in PyGObject count for this one: what is wrong with a value does not depend on the transfer."""
    base = cell["name"]
    for transfer in ("none", "container", "full"):
        name = re.sub(rf"_{cell['transfer']}(?=$|_nullable$|_optional$)", f"_{transfer}", base)
        if name in names:
            return name
    return base


ITEM = re.compile(r"(?:Item \d+: )+")


def whole(error):
    """An error's text without the places of the items in it: only before Python 3.12 does PyGObject name them."""
    return ITEM.sub("", error)


def place_of(cell, case, kind):
    """What stands before the text of an error in the second item, by row if there are rows; None where any may."""
    if not case.startswith("wrong item ") or cell["direction"].startswith("field_"):
        return None
    # An error that is no text, or comes from Python code, has nothing added to it.
    if sys.version_info >= (3, 12) or kind in ("UnicodeEncodeError", "ZeroDivisionError"):
        return ""
    return "Item 1: " * (2 if cell["inner"] else 1)


def text_of(record):
    """What happened, in one line."""
    end = " ".join(map(str, record["end"][:3]))
    extra = [f"{name} {record[name]}" for name in ("seen", "got", "hook") if record.get(name)]
    return "; ".join([end, *extra])


class Judge:
    def __init__(self, table, answers, differences=None):
        self.table, self.answers = table, answers
        self.names = {cell["name"] for cell in table["cells"]}
        self.differences = differences or Differences()
        self.compared = self.answered = 0

    def problems(self, cell, record):
        """Every (case, what is wrong with it) of a cell."""
        known = Cell(cell, self.table["axes"])
        found = []
        for case, done in record["cases"].items():
            found += [(case, problem) for problem in self.of_case(cell, known, case, done)]
        for case, grown in record["loops"].items():
            if not self.may_stay_alive(cell, case):
                found.append((case, f"grows with each call: {grown}"))
        where = f"{cell['container']} {cell['family']} {cell['direction']}"
        return [(case, problem) for case, problem in found if not self.differences.fits(f"{where} {case}", problem)]

    def of_case(self, cell, known, case, done):
        end = done["end"]
        if end[0] in ("crash", "missing", "odd"):
            if (
                end[0] == "odd"
                and self.answers.get(representative(cell, self.names), {}).get(case, {}).get("end") == end
            ):
                return
            yield f"{' '.join(map(str, end))}"
            return
        if end[0] == "setup":
            # No such value can be made at all: an unhashable key, say.
            return
        answer = known.answer(case)
        if answer is not None:
            self.answered += 1
            yield from self.against_the_specification(answer, done)
        else:
            yield from self.against_the_peer(cell, known, case, done)
        if end[0] == "raise" and done.get("entered") and not cell["direction"].startswith("field"):
            yield f"C was entered before {text_of(done)}"
        if "again" in done:
            yield f"the first call differs: {text_of(done['again'])}, then {text_of(done)}"
        if "kept" in done:
            yield f"references of the library's own values: {done['kept']}"
        if done.get("alive") and not self.may_stay_alive(cell, case):
            yield f"left alive: {done['alive']}"

    @staticmethod
    def may_stay_alive(cell, case):
        # Nothing says who frees what stands in a field, before or after it is set.
        if cell["direction"] == "field_set":
            return True
        # What stands behind the NULL that ends an array is out of C's sight.
        if cell["outer"] == "zero" and case == "wrong item none":
            return True
        # A scope that never ends.
        if cell["family"] == "callback" and cell["direction"] == "inout":
            return True
        # An object that only the callback knew, and that C does not own: a reference more is the way out, or less.
        lent = cell["direction"].startswith("cb_") and cell["transfer"] != "full" and case == "fresh"
        return lent and cell["family"] in ("object", "interface")

    @staticmethod
    def against_the_specification(answer, done):
        for name in ("end", "got", "hook"):
            if done.get(name, []) != answer[name]:
                yield f"{name} is {done.get(name, [])}, not {answer[name]}; {text_of(done)}"
        if done.get("seen", "") not in answer["seen"]:
            yield f"C saw {done.get('seen', '')!r}, not {' or '.join(map(repr, answer['seen']))}"

    def against_the_peer(self, cell, known, case, done):
        name = representative(cell, self.names)
        answers = self.answers.get(name)
        if answers is None or case not in answers:
            yield "PyGObject was never asked: run record.py"
            return
        other = answers[case]
        callback = cell["direction"].startswith("cb_")
        if other["end"][0] in ("crash", "odd", "missing"):
            yield from self.without_an_answer(case, done, callback, cell["outer"] == "zero")
            return
        self.compared += 1
        wanted = [str(part).replace(name, cell["name"]) for part in other["end"]]
        ours, theirs = [*map(whole, map(str, done["end"]))], [*map(whole, wanted)]
        if ours != theirs:
            yield f"ends as {done['end']}, PyGObject as {wanted}"
        elif done["end"][0] == "ok" and not callback and done.get("seen", "") != other.get("seen", ""):
            yield f"C saw {done.get('seen', '')!r}, with PyGObject {other.get('seen', '')!r}"
        hooks = [[kind, whole(text)] for kind, text in done.get("hook", [])]
        if callback and hooks != [[kind, whole(text)] for kind, text in other.get("hook", [])]:
            yield f"uncaught {done.get('hook', [])}, in PyGObject {other.get('hook', [])}"
        if callback and done.get("hook") and done.get("seen", "") != known.left():
            yield f"after {done['hook']} C saw {done.get('seen', '')!r}, not {known.left()!r}"
        yield from self.named_item(cell, case, done)

    @staticmethod
    def named_item(cell, case, done):
        """Whether the error names the item."""
        raised = [done["end"][1:]] if done["end"][0] == "raise" else []
        for kind, text in [*raised, *done.get("hook", [])]:
            place, found = place_of(cell, case, kind), ITEM.match(text)
            found = found.group() if found else ""
            if place is not None and found != place:
                yield f"names {found!r}, not {place!r}: {text}"

    @staticmethod
    def without_an_answer(case, done, callback, lists_end):
        """PyGObject crashes, or makes something else of it: then a wrong value is refused by an error of the right kind."""
        if not case.startswith("wrong"):
            return
        errors = [kind for kind, _ in done.get("hook", [])] if callback else [done["end"][1]]
        if (
            case == "wrong item none"
            and done["end"][0] == "ok"
            and (re.search("NULL|unset", done.get("seen", "")) or lists_end)
        ):
            # Pointers in containers may be NULL.
            return
        if not callback and done["end"][0] != "raise" or not errors or set(errors) & NO_REFUSALS:
            yield f"not refused: {text_of(done)}"
