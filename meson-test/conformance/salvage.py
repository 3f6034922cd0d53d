"""Rewrites a test module so that it can be imported when a part of it cannot.

A test file of many tests is lost as a whole if one statement at its top asks for what is not there yet. In the
rewritten module each such statement may fail alone: names that it would have bound are missing, and tests that use
them fail. What fails is printed. It must not know how tests are run.
"""

import ast

_FAILED = """
except Exception as _error:
    print(f"salvaged: line {LINE}: {type(_error).__name__}: {_error}")
"""


def _guard(statement):
    """``statement`` inside a ``try`` that prints what went wrong."""
    (guard,) = ast.parse("try:\n    pass" + _FAILED.replace("{LINE}", str(statement.lineno))).body
    guard.body = [statement]
    return guard


def _one_by_one(statement):
    """An import of several names as imports of one name each."""
    for name in statement.names:
        single = ast.ImportFrom(statement.module, [name], statement.level)
        yield ast.copy_location(single, statement)


def _is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _guarded(body):
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__" or _is_docstring(statement):
            yield statement
        elif isinstance(statement, ast.ImportFrom):
            yield from map(_guard, _one_by_one(statement))
        elif isinstance(statement, ast.ClassDef):
            statement.body = list(_guarded(statement.body))
            yield _guard(statement)
        elif isinstance(statement, ast.FunctionDef) and not statement.decorator_list or isinstance(statement, ast.Pass):
            yield statement
        else:
            yield _guard(statement)


def salvage(text):
    """The rewritten text of a module."""
    module = ast.parse(text)
    module.body = list(_guarded(module.body))
    return ast.unparse(ast.fix_missing_locations(module)) + "\n"
