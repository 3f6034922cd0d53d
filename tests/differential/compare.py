#!/usr/bin/env python3
"""Compares the results of two runs of a case file, the first being the peer's.

    compare.py CASES.json PEER.json RESULTS.json [--show N]

What is not compared, and why, is all here: cases in which the peer crashed, hung or failed in a way that is its own bug;
values, where the case file asks for types only; what PyGObject before 3.58 does otherwise than the version that gijit
follows (`as_of_3_58`). Everything else is equal or a difference, and a difference is expected only if a line of
expected_differences.txt says so, with a reason; a line that fits nothing is an error too.
"""

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
UNDEFINED = ("crash", "timeout", "left out", "setup", "unresolved")


@dataclass
class Difference:
    path: str
    case: dict
    expected: list
    got: list

    def __str__(self):
        if "expression" in self.case:
            return f"{self.case['expression']}\n    expected {shown(self.expected)}\n    got      {shown(self.got)}"
        kwargs = "".join(f", {name}={value}" for name, value in self.case.get("kwargs", {}).items())
        bound = " (bound)" if self.case.get("bound") else ""
        return f"{self.path}({', '.join(self.case.get('args', ()))}{kwargs}){bound}\n    expected {shown(self.expected)}\n    got      {shown(self.got)}"


@dataclass
class Outcome:
    functions: int = 0
    cases: int = 0
    reached: int = 0
    excluded: Counter = field(default_factory=Counter)
    differences: list = field(default_factory=list)
    expected: list = field(default_factory=list)

    def summary(self):
        left = ", ".join(f"{count} {why}" for why, count in sorted(self.excluded.items()))
        return (
            f"{self.cases} cases of {self.functions} functions compared, {self.reached} of these functions returned or raised an error of their own; "
            f"not compared: {left or 'none'}; expected differences: {len(self.expected)}; differences: {len(self.differences)}"
        )


def shown(result):
    text = json.dumps(result, ensure_ascii=False)
    return text if len(text) < 400 else text[:400] + "…"


NEWER = "3.58: "


class Expected:
    """Lines `path | result -> reason` of regular expressions: the path must match as a whole, the shown result somewhere.

    `3.58: ` before a line says that only PyGObject 3.58 and newer differ so.
    """

    def __init__(self, file=HERE / "expected_differences.txt"):
        self.rules, self.used = [], set()
        for line in file.read_text().splitlines() if file else ():
            if line.strip() and not line.startswith("#"):
                rule, arrow, reason = line.removeprefix(NEWER).partition(" -> ")
                path, bar, result = rule.partition(" | ")
                if not (arrow and bar and reason.strip()):
                    raise SystemExit(f"{file.name}: not `path | result -> reason`: {line}")
                self.rules.append((line, re.compile(path.strip()), re.compile(result.strip())))

    def fits(self, difference):
        for line, path, result in self.rules:
            if path.fullmatch(difference.path) and result.search(json.dumps(difference.got, ensure_ascii=False)):
                self.used.add(line)
                return True
        return False

    def stale(self, newer):
        """The lines that fitted nothing; `newer`: the peer is 3.58 or newer."""
        return [line for line, _, _ in self.rules if line not in self.used and (newer or not line.startswith(NEWER))]


def as_of_3_58(function, case, result):
    """What PyGObject 3.58 answers where an older one answered `result`, which ended in "ok" or "raise"."""
    if "refused" in case and result[3:4] != ["g-invoke-error-quark"]:
        return ["raise", *case["refused"], *result[-2:]]
    if result[0] == "raise":
        unknown = re.fullmatch(r"invalid enum value: (-?\d+)", result[2])
        if unknown:
            # Values that no member of an unregistered enumeration has: integers now.
            return ["ok", ["int", unknown[1]], *result[-2:]]
    if (
        function.get("unsigned_enum")
        and result[0] == "ok"
        and result[1][0] in ("int", "enum")
        and int(result[1][-1]) < 0
    ):
        # The older ones read any enumeration as signed.
        return [
            "raise",
            "OverflowError",
            f"Value {int(result[1][-1]) & 0xFFFFFFFF} is not in integer range",
            *result[-2:],
        ]
    # The domain's name follows the version of the girepository library, which gijit does without.
    text = json.dumps(result)
    return (
        json.loads(text.replace('"g-invoke-error-quark', '"gi-invoke-error-quark'))
        if '"g-invoke-error-quark' in text
        else result
    )


def skeleton(value):
    """A result without the values in it."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        if value[0] == "tuple":
            return ["tuple", value[1], [skeleton(v) for v in value[2]]]
        if value[0] in ("list", "dict"):
            return value[:1]
        if value[0] in ("instance", "raise"):
            return value[:2]
        return value[:1]
    return value


def comparable(function, result):
    """The part of a result that is to be equal."""
    if function.get("by_type"):
        return ["ok", skeleton(result[1])] if result[0] == "ok" else result[:2]
    return result[:-1] if result[0] in ("ok", "raise") else result


def compare(cases, peer, other, expected, exact=False):
    """The Outcome for one namespace. `exact`: both are the same implementation, nothing is to be mapped."""
    older = not exact and tuple(peer["implementation"]["gi"]) < (3, 58)
    outcome = Outcome()
    for function in cases["functions"]:
        path = function["path"]
        if path not in other["functions"]:
            continue
        compared, reached = 0, False
        warned = set(), set()
        for case, before, got in zip(function["cases"], peer["functions"][path], other["functions"][path], strict=True):
            if before[0] in UNDEFINED:
                outcome.excluded[f"because the peer's case ended as {before[0]}"] += 1
                continue
            if before[:2] == ["raise", "SystemError"]:
                outcome.excluded["because the peer broke its own rules (SystemError)"] += 1
                continue
            compared += 1
            for messages, result in zip(warned, (before, got)):
                if result[0] in ("ok", "raise"):
                    messages.update(result[-1])
            reached = reached or before[0] == "ok" or len(before) > 5
            wanted = as_of_3_58(function, case, before) if older else before
            if comparable(function, wanted) != comparable(function, got):
                note(outcome, expected, Difference(path, case, comparable(function, wanted), comparable(function, got)))
        if compared and warned[0] != warned[1]:
            note(
                outcome,
                expected,
                Difference(path, {"args": ["all cases: deprecation warnings"]}, sorted(warned[0]), sorted(warned[1])),
            )
        outcome.functions += bool(compared)
        outcome.cases += compared
        outcome.reached += reached
    return outcome


def note(outcome, expected, difference):
    (outcome.expected if expected.fits(difference) else outcome.differences).append(difference)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--show", type=int, default=40, help="how many differences to print")
    parser.add_argument("--exact", action="store_true", help="both are runs of the same implementation")
    parser.add_argument("cases")
    parser.add_argument("peer")
    parser.add_argument("results")
    options = parser.parse_args()
    cases, peer, other = (json.loads(Path(path).read_text()) for path in (options.cases, options.peer, options.results))
    outcome = compare(cases, peer, other, Expected(), options.exact)
    for difference in outcome.differences[: options.show]:
        print(difference)
    print(f"{cases['namespace']}: {outcome.summary()}")
    return 1 if outcome.differences else 0


if __name__ == "__main__":
    sys.exit(main())
