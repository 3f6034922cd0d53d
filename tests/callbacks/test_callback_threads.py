"""C calls from where it likes: threads that Python has never seen, several at once, and when Python has ended."""

import sys
import threading
import time

import pytest
from gi.repository import GijitCells as C

pytestmark = pytest.mark.usefixtures("nothing_printed")


@pytest.fixture(autouse=True)
def _none_left(none_left):
    pass


def test_a_thread_that_python_has_never_seen():
    seen = []

    def callback(value, data):
        seen.append((threading.get_ident(), data))
        return value * 2

    assert C.call_in_thread(callback, "data", 21) == 42
    assert seen[0][0] != threading.get_ident()
    assert seen[0][1] == "data"


def test_many_threads_at_once():
    lock = threading.Lock()
    total = [0]
    idents = set()

    def callback(value, data):
        with lock:
            total[0] += 1
            idents.add(threading.get_ident())
        return value

    count = sys.getrefcount(callback)
    assert C.call_in_threads(callback, None, 8, 500) == 8 * sum(range(500))
    assert total[0] == 8 * 500
    assert 1 <= len(idents) <= 8
    assert sys.getrefcount(callback) == count


def test_threads_of_c_and_of_python_at_once():
    results = []

    def callback(value, data):
        return value if value % 50 else C.call_trailing(value, lambda value: value)

    def work():
        results.append(C.call_in_threads(callback, None, 2, 200))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [2 * sum(range(200))] * 4


def test_an_exception_there(printed):
    def raises(value, data):
        raise LookupError(value)

    assert C.call_in_thread(raises, None, 3) == 0
    assert [error.args for error in printed] == [(3,)]
    printed.forget()


def test_async_there(live):
    seen = []
    C.async_keep(lambda value, data: seen.append((value, data)) or value, "data")
    assert C.async_run_in_thread(4) == 4
    assert seen == [(4, "data")]
    assert live() == 0


def test_notified_there_while_python_works(live):
    ended = threading.Event()

    class Data:
        def __del__(self):
            ended.set()

    C.notified_start(lambda value, held: value, Data(), 1000)
    until = time.monotonic() + 30
    while not ended.is_set() and time.monotonic() < until:
        sum(range(1000))
    assert ended.is_set()
    assert C.notified_join() == sum(range(1000))
    assert live() == 0


def test_nobody_waits_for_the_gil_with_a_lock():
    # Two threads of Python, each with callbacks from threads of C that are still running when the other one ends.
    def work():
        for _ in range(20):
            C.call_in_thread(lambda value, data: value, None, 1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


END = """
import gi, sys
gi.require_version('GijitCells', '1.0')
from gi.repository import GijitCells as C
"""


def test_the_end_of_the_program_with_a_thread_of_c_in_python(run):
    # The thread calls on until the process ends.
    for _ in range(5):
        out = run(END + "C.notified_start(lambda value, data: value, None, 2**31)\nprint('ended')\n")
        assert out == "ended\n"


def test_what_c_calls_when_python_has_ended_is_zero(run):
    out = run(
        END
        + "import ctypes, os\n"
        + "library = ctypes.CDLL('libgijit-cells-1.0.so')\n"
        + "def called(value, *data):\n"
        + "    os.write(1, b'called\\n')\n"
        + "    return value\n"
        + "C.notified_keep(called)\n"
        + "C.forever_keep(called)\n"
        + "print(C.notified_run(5), C.forever_run(6), flush=True)\n"
        # C's own functions for the end of the process run when Python has gone.
        + "libc = ctypes.CDLL(None)\n"
        + "print(libc.on_exit(library.gijit_cells_notified_drop, 0), libc.on_exit(library.gijit_cells_forever_run, 0))\n"
    )
    assert out == "called\ncalled\n5 6\n0 0\n"


def test_a_child_that_was_forked():
    import os

    seen = []

    def callback(value, data):
        seen.append(value)
        return value

    C.notified_keep(callback, None)
    child = os.fork()
    if child == 0:
        ok = C.notified_run(3) == 3 and C.call_in_thread(callback, None, 4) == 4 and seen == [3, 4]
        os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert seen == []
    C.notified_drop()
