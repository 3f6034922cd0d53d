#!/usr/bin/env python3
"""Writes the case file of each namespace: every covered callable with ordinary, extreme and wrong arguments.

    generate.py OUTPUT_FOLDER [NAMESPACE…]

The cases come from the typelib, through PyGObject's info classes, and so do not depend on what is tested with them.
Runs under the peer's Python. Knows nothing of results.
"""

import json
import os
import re
import sys
import tempfile
from pathlib import Path

import drive
import instances
import names
import pools
import surface

NAMESPACES = ["GLib", "GObject", "Gio", "Regress", "GIMarshallingTests", "GijitFixtures"]
HERE = Path(__file__).resolve().parent
# Getters asked of an instance that a call gave or was given.
PROBES = 4
PROBE_RESULTS = {*pools.INTEGER_RANGES, "boolean", "utf8", "filename", "double", "unichar", "enum"}


NUMBERS_OF_THE_PROCESS = {"get_fd", "get_unix_pid"}


class Rules:
    """A file of `pattern -> reason` lines; a pattern is a regular expression for a whole path.

    `never` holds the patterns that an exclamation mark precedes.
    """

    def __init__(self, name):
        self.rules, self.never = [], []
        for line in (HERE / name).read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                pattern, _, reason = line.partition(" -> ")
                if not reason.strip():
                    raise SystemExit(f"{name}: no reason given: {line}")
                rule = re.compile(pattern.strip().removeprefix("! "))
                self.rules.append((rule, reason.strip()))
                if pattern.startswith("! "):
                    self.never.append(rule)
        self.used = set()

    def reason(self, path):
        for pattern, reason in self.rules:
            if pattern.fullmatch(path):
                self.used.add(pattern.pattern)
                return reason
        return None


class Cases:
    """The cases of one callable."""

    def __init__(self, callable_, made, reached):
        self.callable, self.made = callable_, made
        self.defaults = [self.default(argument) for argument in callable_.arguments]
        # Without an instance of some argument C is never reached; nor is it where the skip list forbids it.
        self.reached = reached and None not in self.defaults
        self.specs = [spec or "None" for spec in self.defaults]
        self.offset = 1 if callable_.kind == "method" else 0
        self.names = [argument.name for argument in callable_.arguments]
        self.found, self.seen = [], set()

    def default(self, argument):
        return self.made.ordinary(argument, self.callable.path)

    def add(self, args, kwargs=None, older=None, **more):
        case = {"args": args}
        if kwargs:
            case["kwargs"] = kwargs
        if older and older != {"args": args, "kwargs": kwargs or {}}:
            case["older"] = older
        case.update(more)
        key = json.dumps(case, sort_keys=True)
        if key not in self.seen:
            self.seen.add(key)
            self.found.append(case)

    def all(self):
        if self.reached:
            self.add(self.specs)
            self.keywords()
            self.left_out()
            if self.callable.kind == "method" and names.plain(
                names.walk(self.made.names[self.callable.path.split(".")[0]], self.callable.path.split(".")[1:])
            ):
                self.add(self.specs, bound=True)
        for index, argument in enumerate(self.callable.arguments):
            self.vary(index, argument)
        self.add([*self.specs, "5"], arity=True)
        self.add([*self.specs, "5", "'x'"], arity=True)
        self.add(self.specs, {"no_such": "1"}, arity=True)
        if self.names[self.offset :]:
            name = self.names[self.offset]
            self.add(self.specs, {name: self.specs[self.offset]}, arity=True)
            both = f"{self.callable.name}() got multiple values for keyword argument '{name}'"
            self.add(
                self.specs[: self.offset + 1], {name: "5", "no_such": "1"}, arity=True, refused=("TypeError", both)
            )
        return self.found

    def keywords(self):
        rest = dict(zip(self.names[self.offset :], self.specs[self.offset :]))
        if not rest:
            return
        self.add(self.specs[: self.offset], rest)
        self.add(self.specs[: self.offset], dict(reversed(rest.items())))
        self.add(self.specs[:-1], {self.names[-1]: self.specs[-1]})

    def left_out(self):
        """Every number of trailing arguments left out, and each other one alone with the rest by keyword."""
        count = len(self.specs)
        for kept in range(count):
            self.add(self.specs[:kept], older=self.filled(self.specs[:kept], {}))
        for index in range(self.offset, count - 1):
            args = self.specs[:index]
            kwargs = dict(zip(self.names[index + 1 :], self.specs[index + 1 :]))
            self.add(args, kwargs, older=self.filled(args, kwargs))

    def filled(self, args, kwargs):
        """The call with the defaults of 3.58 written out, None if one of the missing arguments has none."""
        kwargs = dict(kwargs)
        for argument in self.callable.arguments[len(args) :]:
            if argument.name in kwargs:
                continue
            if argument.optional and argument.direction == "inout":
                kwargs[argument.name] = pools.zero(argument.type.family)
            elif argument.type.family == "boolean":
                kwargs[argument.name] = "False"
            elif argument.nullable:
                kwargs[argument.name] = "None"
            else:
                return None
        return {"args": args, "kwargs": kwargs}

    def vary(self, index, argument):
        for value in self.values(argument):
            if value.runs and not self.reached:
                continue
            args = [*self.specs]
            args[index] = value.spec
            older = None
            if value.older is not None:
                older = {"args": [*args], "kwargs": {}}
                older["args"][index] = value.older
            self.add(args, older=older, **self.refusal(index, argument, value))

    def refusal(self, index, argument, value):
        """What 3.58 says to a value, unless it comes upon a missing instance before."""
        refused = value.refused
        if (
            value.spec == "None"
            and argument.optional
            and argument.direction == "inout"
            and argument.type.family in pools.NUMBERS
        ):
            refused = ("TypeError", "Must be number, not NoneType")
        if refused is None or any(spec is None for spec in self.defaults[:index]):
            return {}
        return {"refused": refused}

    def values(self, argument):
        type_ = argument.type
        if type_.family in ("enum", "flags"):
            members = self.made.members(type_.path)
            found = (pools.enums if type_.family == "enum" else pools.flags)(type_, members) if members else []
        elif type_.items:
            items = [self.made.ordinary(surface.Argument("item", item, "in"), "") for item in type_.items]
            found = [] if None in items else pools.containers(type_, items, self.callable.path)
        elif type_.path is None:
            found = pools.scalar(type_.family)
            if pools.careful(argument) and not argument.is_self and not self.own():
                small = ("0", "1", "True") if "index" in argument.name else ("-1", "0", "1", "True")
                found = [v for v in found if not v.runs or v.spec in small]
        else:
            found = [pools.wrong("None"), *pools.NOT_AN_OBJECT]
            # An instance of something else of the same kind.
            others = (
                ["GijitFixtures.Shape", "GijitFixtures.Thing"]
                if type_.family in ("object", "interface")
                else ["GijitFixtures.Point", "GijitFixtures.BoxedUnion"]
            )
            found += [
                pools.wrong(f"make({other!r})")
                for other in others
                if other != type_.path and not self.made.fits(other, type_.path)
            ]
        if argument.nullable or (argument.type.family == "boolean"):
            found = [pools.Value(v.spec) if v.spec == "None" else v for v in found]
        return found

    def own(self):
        return self.callable.path.startswith(("GijitFixtures.", "Regress.", "GIMarshallingTests."))


def probes_of(namespace, callables, skip, by_type):
    """For each class the getters that can be asked without consequence."""
    found = {}
    for callable_ in callables:
        name = callable_.path.rsplit(".", 1)[1]
        if (
            callable_.kind != "method"
            or len(callable_.arguments) != 1
            or callable_.outputs
            or callable_.throws
            or callable_.deprecated
        ):
            continue
        if callable_.result is None or callable_.result.family not in PROBE_RESULTS or callable_.arguments[0].owned:
            continue
        if (
            name in NUMBERS_OF_THE_PROCESS
            or not name.startswith(("get_", "is_", "has_", "to_string"))
            or skip.reason(callable_.path)
            or by_type.reason(callable_.path)
        ):
            continue
        found.setdefault(callable_.path.rsplit(".", 1)[0], []).append(name)
    return {path: sorted(getters)[:PROBES] for path, getters in found.items()}


def main():
    out = Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:] or NAMESPACES
    out.mkdir(parents=True, exist_ok=True)
    os.environ.update(drive.ENVIRONMENT)
    skip, by_type = Rules("skip.txt"), Rules("by_type.txt")
    walked = {namespace: list(surface.walk(namespace, names.VERSIONS[namespace])) for namespace in NAMESPACES}
    callables = {namespace: [c for _, c, _ in found if c is not None] for namespace, found in walked.items()}
    with tempfile.TemporaryDirectory() as scratch:
        drive.prepare(scratch)
        made = instances.Instances(
            NAMESPACES,
            [c for found in callables.values() for c in found],
            lambda path: skip.reason(path) is not None,
            scratch,
        )
        probes = {}
        for namespace, found in callables.items():
            probes.update(probes_of(namespace, found, skip, by_type))
        overridden = []
        files = {
            namespace: functions_of(callables[namespace], made, skip, by_type, overridden) for namespace in NAMESPACES
        }
        os.chdir("/")
    files["GijitFixtures"] += expressions()
    for namespace in wanted:
        functions = files[namespace]
        content = {
            "namespace": namespace,
            "recipes": made.recipes,
            "probes": probes,
            "uncovered": {path: reason for path, callable_, reason in walked[namespace] if callable_ is None},
            "overridden": [path for path in overridden if path.startswith(namespace + ".")],
            "functions": functions,
        }
        (out / f"{namespace}.cases.json").write_text(json.dumps(content, indent=0, ensure_ascii=True))
        print(
            f"{namespace}: {sum(len(f['cases']) for f in functions)} cases of {len(functions)} functions, "
            f"{sum(1 for f in functions if f['reached'])} of them reach C; "
            f"{len(content['uncovered'])} functions are not covered, {len(content['overridden'])} hidden by overrides"
        )
    for rules, name in ((skip, "skip.txt"), (by_type, "by_type.txt")):
        for pattern, _ in rules.rules:
            if pattern.pattern not in rules.used:
                print(f"{name}: nothing here matches {pattern.pattern}", file=sys.stderr)


def expressions():
    """The whole expressions, as functions that have one case each."""
    lines = [
        line
        for line in (HERE / "expressions.txt").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    common = {"kind": "expression", "signature": [], "outputs": [], "result": "None", "reached": True}
    return [{"path": f"GijitFixtures: {line}", **common, "cases": [{"expression": line}]} for line in lines]


def functions_of(callables, made, skip, by_type, overridden):
    found = []
    for callable_ in callables:
        try:
            names.resolve(callable_.path, made.names)
        except AttributeError:
            # Something else has the name, and there is no way to what is below it.
            overridden.append(callable_.path)
            continue
        skipped = skip.reason(callable_.path)
        cases = Cases(callable_, made, skipped is None)
        entry = {
            "path": callable_.path,
            "kind": callable_.kind,
            "signature": [f"{a.direction} {a.type}{'?' if a.nullable else ''} {a.name}" for a in callable_.arguments],
            "outputs": [f"{a.type} {a.name}" for a in callable_.outputs],
            "result": str(callable_.result),
            "reached": cases.reached,
            "cases": [] if any(rule.fullmatch(callable_.path) for rule in skip.never) else cases.all(),
        }
        if any(
            t is not None and t.family == "enum" and t.unsigned
            for t in (callable_.result, *(a.type for a in callable_.outputs))
        ):
            entry["unsigned_enum"] = True
        if skipped:
            entry["skipped"] = skipped
        if reason := by_type.reason(callable_.path):
            entry["by_type"] = reason
        found.append(entry)
    return found


if __name__ == "__main__":
    main()
