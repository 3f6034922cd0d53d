"""Every way in which a program gets asyncio to run on GLib's main loop, each in a process of its own."""

import sys
import textwrap

import pytest

PREAMBLE = """
import asyncio, sys, threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from gi.events import GLibEventLoop, GLibEventLoopPolicy
from gi.repository import Gio, GLib

async def main():
    # An operation of Gio's, a timer, a thread and another task, all in one loop.
    info = await Gio.File.new_for_path("/").query_info_async("standard::type", 0, GLib.PRIORITY_DEFAULT)
    task = asyncio.ensure_future(asyncio.sleep(0.01, "slept"))
    thread = await asyncio.get_running_loop().run_in_executor(None, lambda: "thread")
    return type(asyncio.get_running_loop()).__name__, info.get_file_type().value_nick, await task, thread

def show(result):
    print(*result)
"""
DONE = "GLibEventLoop directory slept thread"

WAYS = {
    "the policy, set": (
        (3, 10),
        """
        policy = GLibEventLoopPolicy()
        asyncio.set_event_loop_policy(policy)
        show(policy.get_event_loop().run_until_complete(main()))
        show(asyncio.get_event_loop().run_until_complete(main()))
        assert asyncio.get_event_loop() is policy.get_event_loop()
        """,
        2,
    ),
    "the policy, entered": (
        (3, 10),
        """
        with GLibEventLoopPolicy() as policy:
            show(policy.get_event_loop().run_until_complete(main()))
            loop = asyncio.get_event_loop()
        assert loop.is_closed() and not isinstance(asyncio.get_event_loop_policy(), GLibEventLoopPolicy)
        """,
        1,
    ),
    "a main loop": (
        (3, 10),
        """
        with GLibEventLoopPolicy() as policy:
            loop = GLib.MainLoop()
            task = policy.get_event_loop().create_task(main())
            task.add_done_callback(lambda _: loop.quit())
            loop.run()
            show(task.result())
        """,
        1,
    ),
    "an application": (
        (3, 10),
        """
        class Application(Gio.Application):
            def do_activate(self):
                self.task = self.create_asyncio_task(main())

        with GLibEventLoopPolicy():
            application = Application(flags=Gio.ApplicationFlags.NON_UNIQUE)
            application.run()
        show(application.task.result())
        """,
        1,
    ),
    "run in a thread": (
        (3, 10),
        """
        asyncio.set_event_loop_policy(GLibEventLoopPolicy())
        thread = threading.Thread(target=lambda: show(asyncio.run(main())))
        thread.start()
        thread.join()
        """,
        1,
    ),
    "a loop": (
        (3, 10),
        """
        loop = GLibEventLoop(GLib.MainContext.default())
        show(loop.run_until_complete(main()))
        show(loop.run_until_complete(main()))
        loop.close()
        """,
        2,
    ),
    "a loop, entered": (
        (3, 10),
        """
        def work():
            with GLibEventLoop(GLib.MainContext()) as loop:
                show(loop.run_until_complete(main()))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        """,
        1,
    ),
    "a runner": (
        (3, 11),
        """
        with asyncio.Runner(loop_factory=GLibEventLoop) as runner:
            show(runner.run(main()))
            show(runner.run(main()))
        """,
        2,
    ),
    "run with a factory": (
        (3, 12),
        """
        show(asyncio.run(main(), loop_factory=GLibEventLoop))
        show(asyncio.run(main(), loop_factory=GLibEventLoop, debug=True))
        """,
        2,
    ),
    "run with a factory in a thread": (
        (3, 12),
        """
        def work():
            # A context of its own, on which operations end that this thread begins.
            context = GLib.MainContext()
            context.push_thread_default()
            show(asyncio.run(main(), loop_factory=lambda: GLibEventLoop(context)))
            context.pop_thread_default()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        """,
        1,
    ),
    "a test case": (
        (3, 13),
        """
        import unittest
        class Test(unittest.IsolatedAsyncioTestCase):
            loop_factory = GLibEventLoop
            async def test(self):
                show(await main())
        assert unittest.TextTestRunner(stream=sys.stderr).run(unittest.makeSuite(Test)
            if hasattr(unittest, "makeSuite") else unittest.defaultTestLoader.loadTestsFromTestCase(Test)).wasSuccessful()
        """,
        1,
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_way_to_install_the_loop(run, way):
    since, program, times = WAYS[way]
    if sys.version_info < since:
        pytest.skip(f"came with Python {since[0]}.{since[1]}")
    if way == "run in a thread" and sys.version_info >= (3, 16):
        pytest.skip("there are no policies any more")
    found = run(PREAMBLE + textwrap.dedent(program))
    assert found.splitlines() == [DONE] * times


def test_the_main_thread_has_a_loop_already(run):
    """asyncio.run makes a new loop, and in the main thread a policy has one for the default context: an error, as in
    PyGObject, and no loop is left."""
    program = """
    asyncio.set_event_loop_policy(GLibEventLoopPolicy())
    coroutine = main()
    try:
        asyncio.run(coroutine)
    except RuntimeError as error:
        print("already has a main context" in str(error))
    coroutine.close()
    """
    assert run(PREAMBLE + textwrap.dedent(program)) == "True\n"


def test_keyboard_interrupt_in_a_task_ends_the_run(run):
    """PyGObject 3.58.1 hangs here."""
    program = """
    async def interrupted():
        raise KeyboardInterrupt
    loop = GLibEventLoop(GLib.MainContext.default())
    try:
        loop.run_until_complete(interrupted())
    except KeyboardInterrupt:
        print("interrupted", loop.is_running())
    loop.close()
    """
    assert run(PREAMBLE + textwrap.dedent(program)) == "interrupted False\n"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.TaskGroup came with Python 3.11")
def test_groups_timeouts_and_children(run):
    program = """
    async def all():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(main()) for _ in range(3)]
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(10)
        except TimeoutError:
            print("timeout")
        child = await asyncio.create_subprocess_exec("echo", "child", stdout=asyncio.subprocess.PIPE)
        print((await child.communicate())[0].decode().strip(), child.returncode)
        try:
            async with asyncio.timeout(0.05):
                await Gio.Subprocess.new(["sleep", "10"], 0).wait_async()
        except TimeoutError:
            print("operation cancelled")
        return {task.result() for task in tasks}
    with asyncio.Runner(loop_factory=GLibEventLoop) as runner:
        for result in runner.run(all()):
            show(result)
    """
    assert run(PREAMBLE + textwrap.dedent(program)).splitlines() == ["timeout", "child 0", "operation cancelled", DONE]
