#!/usr/bin/env python3
"""Writes the C of the cells: CONTAINER by CONTAINER cells_ and fields_ for one library, callbacks_ for the other.

With the first comes items_numbers.h, and cells.json for the tests: it holds the axes, a record for every function and a reason for every cell without one.
Usage: generate.py cells|callbacks OUTPUT_DIRECTORY
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import lengths
from callbacks import DIRECTIONS as CALLBACK_DIRECTIONS
from callbacks import Callback, why_no_callback
from containers import CONTAINERS
from families import FAMILIES, NUMBERS
from fields import DIRECTIONS as FIELD_DIRECTIONS
from fields import Fields, why_no_field
from functions import DIRECTIONS, NULLABILITIES, TRANSFERS, Function, why_not

NOTE = "/* Written by generate.py: change that. */"


def cells(container, directions, kind, reason_against):
    """(functions, items that they need, [family, direction, transfer, nullability, reason] of each empty cell)."""
    functions, items, empty = [], [], []
    for item in FAMILIES:
        for direction in directions:
            for transfer in TRANSFERS:
                for nullability in NULLABILITIES:
                    reason = reason_against(container, item, direction, transfer, nullability)
                    if reason:
                        empty.append([item.key, direction, transfer, nullability, reason])
                    else:
                        functions.append(kind(container, item, direction, transfer, nullability))
                        if item not in items:
                            items.append(item)
    return functions, items, empty


def write(out, name, container, functions, items):
    """NAME.h and NAME.c."""
    header = [NOTE, "#pragma once", "", '#include "cells.h"', '#include "classes.h"', '#include "enums.h"']
    header += ['#include "records.h"', "", "G_BEGIN_DECLS", ""]
    header += [f.typedef() for f in functions if hasattr(f, "typedef")]
    header += [*(f.header() for f in functions), "", "G_END_DECLS", ""]
    source = [NOTE, f'#include "{name}.h"', '#include "items_numbers.h"', "", "#include <string.h>"]
    source += [container.helpers(item) for item in items if container.why_not(item) == ""]
    source += [f.source() for f in functions]
    (out / f"{name}.h").write_text("\n".join(header))
    (out / f"{name}.c").write_text("\n".join(source))


def tables():
    """Everything: (what is written into which library under which name, the records and reasons of all cells)."""
    texts = {"cells": [], "callbacks": []}
    table = {"axes": {}, "cells": [], "empty": {}}
    for container in CONTAINERS:
        table["empty"][container.key] = []
        for library, directions, kind, reason in (
            ("cells", DIRECTIONS, Function, why_not),
            ("callbacks", CALLBACK_DIRECTIONS, Callback, why_no_callback),
        ):
            functions, items, empty = cells(container, directions, kind, reason)
            table["cells"] += [f.record() for f in functions]
            table["empty"][container.key] += empty
            if functions:
                texts[library].append((f"{library}_{container.key}", container, functions, items))
        _, items, empty = cells(container, FIELD_DIRECTIONS, lambda *cell: cell, why_no_field)
        table["empty"][container.key] += empty
        if items:
            fields = Fields(container, items)
            table["cells"] += fields.records()
            texts["cells"].append((f"fields_{container.key}", container, [fields], items))
    table["axes"] = {
        "families": {item.key: {"kind": item.kind, "texts": item.texts, "null": item.null} for item in FAMILIES},
        "containers": {container.key: container.label for container in CONTAINERS},
        "directions": [*DIRECTIONS, *CALLBACK_DIRECTIONS, *FIELD_DIRECTIONS],
        "transfers": TRANSFERS,
        "nullabilities": NULLABILITIES,
    }
    # Reasons are few, empty cells many.
    reasons = sorted({cell[-1] for empty in table["empty"].values() for cell in empty})
    table["reasons"] = reasons
    table["empty"] = {
        key: [[*cell[:-1], reasons.index(cell[-1])] for cell in empty] for key, empty in table["empty"].items()
    }
    return texts, table


def main():
    library, out = sys.argv[1], Path(sys.argv[2])
    texts, table = tables()
    for text in texts[library]:
        write(out, *text)
    if library == "cells":
        numbers = [NOTE, "#pragma once", '#include "items.h"', *(item.definitions() for item in NUMBERS)]
        lengths.write(out, NOTE)
        (out / "items_numbers.h").write_text("\n".join(numbers))
        (out / "cells.json").write_text(json.dumps(table, ensure_ascii=False))


main()
