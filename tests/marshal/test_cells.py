"""Every cell of (type family × container × direction × transfer × nullability): values, ownership, bad input, leaks."""

from collections import Counter

import pytest

pytestmark = pytest.mark.usefixtures("judge")


def test_every_cell_is_filled_or_has_a_reason(cells):
    axes = cells.data["axes"]
    filled = Counter(
        tuple(cell[axis] for axis in ("family", "container", "direction", "transfer", "nullability"))
        for cell in cells.data["cells"]
    )
    for container, empty in cells.data["empty"].items():
        for family, direction, transfer, nullability, reason in empty:
            assert cells.data["reasons"][reason]
            filled[family, container, direction, transfer, nullability] += 1
    every = {
        (family, container, direction, transfer, nullability)
        for family in axes["families"]
        for container in axes["containers"]
        for direction in axes["directions"]
        for transfer in axes["transfers"]
        for nullability in axes["nullabilities"]
    }
    assert {place for place in every if filled[place] != 1} == set()
    assert set(filled) == every


def test_cell(group, cells, records, judge):
    """One group of cells: a family in a container, in all directions, transfers and nullabilities."""
    wrong = {}
    for cell in cells.groups[group]:
        cells.judged.add(cell["name"])
        problems = judge.problems(cell, records[cell["name"]])
        if problems:
            wrong[cell["name"]] = problems
    cells.failed.update(wrong)
    lines = [f"{name}: {case}: {problem}" for name, problems in wrong.items() for case, problem in problems]
    more = f"\nand {len(lines) - 12} more" if len(lines) > 12 else ""
    assert not lines, "\n" + "\n".join(lines[:12]) + more


def test_every_expected_difference_exists(cells, judge):
    if len(cells.judged) < len(cells.data["cells"]):
        pytest.skip("not every cell was run")
    assert judge.differences.stale() == []
