"""Every name of every namespace on the machine can be named: functions, classes, enumerations, constants."""

import glob
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

PROGRAM = """
import gijit, json, sys, warnings
gijit.install()
warnings.simplefilter("ignore")
import gi
gi.disable_legacy_autoinit()
namespace, version = sys.argv[1:]
gi.require_version(namespace, version)
module = __import__(f"gi.repository.{namespace}", fromlist=["it"])
assert module._version == version and namespace in repr(module)
named, failed = 0, []
for name in gi._gi.namespace_names(namespace):
    try:
        thing = getattr(module, name)
        repr(thing), getattr(thing, "__doc__", None)
        for attribute in vars(thing) if isinstance(thing, type) else ():
            repr(getattr(thing, attribute, None))
            named += 1
        named += 1
    except Exception as error:
        failed.append((name, repr(error)))
print(json.dumps([named, failed]))
"""


def _name_everything(path):
    namespace, version = os.path.basename(path)[: -len(".typelib")].rsplit("-", 1)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, namespace, version],
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode != 0:
        return namespace, 0, [("the process", f"{done.returncode}: {done.stderr[-500:]}")]
    named, failed = json.loads(done.stdout.splitlines()[-1])
    return namespace, named, failed


@pytest.mark.skipif(os.environ.get("GIJIT_TIER", "auto") != "auto", reason="nothing is called: one tier is all")
def test_every_name_of_every_namespace(capsys):
    paths = sorted(glob.glob("/usr/lib/*/girepository-1.0/*.typelib"))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(_name_everything, paths))
    failed = [(namespace, failures) for namespace, _, failures in results if failures]
    with capsys.disabled():
        print(f"\n{len(results)} namespaces, {sum(named for _, named, _ in results)} names")
    assert not failed
    assert len(results) > 5
