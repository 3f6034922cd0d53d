"""asyncio on GLib's main loop, and what can be awaited of a library's operations."""

import asyncio
import gc
import os
import signal
import socket
import threading

import pytest
from gi._gi import Async
from gi.events import GLibEventLoop, GLibEventLoopPolicy, GLibTask
from gi.repository import Gio, GLib

ROOT = Gio.File.new_for_path("/")
MISSING = Gio.File.new_for_path("/no/such/file")


@pytest.fixture
def loop():
    """The loop of the default main context, on which operations of this thread end."""
    with GLibEventLoopPolicy() as policy:
        yield policy.get_event_loop()


def ask(file=ROOT, *more):
    return file.query_info_async("standard::*", Gio.FileQueryInfoFlags.NONE, GLib.PRIORITY_DEFAULT, *more)


def test_operations_are_awaited(loop):
    async def main():
        info = await ask()
        assert isinstance(info, Gio.FileInfo)
        first, second = await asyncio.gather(ask(), ask(ROOT, None))
        assert first.get_name() == second.get_name()
        # Better than PyGObject, whose Async has no cancelled(): gather and wait_for ask for it.
        assert isinstance(await asyncio.wait_for(ask(), 10), Gio.FileInfo)
        with pytest.raises(GLib.Error) as caught:
            await ask(MISSING)
        assert caught.value.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND)

    loop.run_until_complete(main())


def test_static_functions_are_awaited_too(loop):
    async def main():
        with pytest.raises(GLib.Error):
            await Gio.DBusConnection.new_for_address("unix:path=/no/such/socket", 0, None)

    loop.run_until_complete(main())


def test_an_operation_knows_its_state(loop):
    async def main():
        waiting = ask()
        assert type(waiting) is Async
        assert repr(waiting) == "gi._gi.Async(finish_func=Gio.File.query_info_finish, done=False)"
        assert isinstance(waiting.cancellable, Gio.Cancellable)
        assert waiting._loop is waiting.get_loop() is loop
        assert not waiting.done()
        for method in (waiting.result, waiting.exception):
            with pytest.raises(asyncio.InvalidStateError):
                method()
        called = []
        waiting.add_done_callback(called.append)
        waiting.add_done_callback(print)
        assert waiting.remove_done_callback(print) == 1
        info = await waiting
        assert called == [waiting]
        assert waiting.done()
        assert waiting.result() is info
        assert waiting.exception() is None
        assert await waiting is info

    loop.run_until_complete(main())


def test_there_is_nothing_to_await_without_a_loop_that_waits(loop):
    assert ask() is None

    async def main():
        # A callback, were it None, is one.
        assert ask(ROOT, None, None) is None
        own = GLib.MainContext()
        own.push_thread_default()
        assert ask() is None
        own.pop_thread_default()

    loop.run_until_complete(main())
    other = asyncio.SelectorEventLoop()
    other.run_until_complete(_elsewhere())
    other.close()


async def _elsewhere():
    assert ask() is None


def test_cancelling(loop):
    cancelled = Gio.IOErrorEnum.CANCELLED

    async def main():
        waiting = ask()
        assert waiting.cancel("why") is None
        with pytest.raises(GLib.Error) as caught:
            await waiting
        assert caught.value.matches(Gio.io_error_quark(), cancelled)

        mine = Gio.Cancellable()
        waiting = ask(ROOT, mine)
        assert waiting.cancellable is mine
        mine.cancel()
        with pytest.raises(GLib.Error):
            await waiting

    loop.run_until_complete(main())


def test_cancelling_a_task_cancels_what_it_awaits(loop):
    started = []

    async def work():
        process = Gio.Subprocess.new(["sleep", "60"], Gio.SubprocessFlags.NONE)
        started.append(process)
        await process.wait_async()

    async def main():
        task = asyncio.ensure_future(work())
        await asyncio.sleep(0.05)
        task.cancel("enough")
        with pytest.raises(asyncio.CancelledError):
            await task
        started[0].force_exit()

    loop.run_until_complete(main())


def test_an_exception_that_nobody_asks_for_is_reported(loop):
    reports = []
    loop.set_exception_handler(lambda loop, context: reports.append(context))
    gc.disable()
    try:

        async def main():
            ask(MISSING)
            while not reports:
                await asyncio.sleep(0.01)

        loop.run_until_complete(asyncio.wait_for(main(), 10))
    finally:
        gc.enable()
    assert [context["message"] for context in reports] == ["Async exception was never retrieved"]
    assert isinstance(reports[0]["exception"], GLib.Error)


def test_files_by_object_and_by_number(loop):
    one, other = socket.socketpair()
    one.setblocking(False)

    async def main():
        got = asyncio.Event()
        loop.add_reader(one, got.set)
        other.send(b"x")
        await asyncio.wait_for(got.wait(), 5)
        writable = asyncio.Event()
        loop.add_writer(one.fileno(), writable.set)
        await asyncio.wait_for(writable.wait(), 5)
        assert loop.remove_reader(one.fileno())
        assert loop.remove_writer(one)
        assert not loop.remove_writer(one)

    loop.run_until_complete(main())
    one.close()
    other.close()


def test_streams_timers_and_threads(loop):
    async def main():
        async def serve(reader, writer):
            writer.write((await reader.readline()).upper())
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1")
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"text\n")
        assert await reader.readline() == b"TEXT\n"
        writer.close()
        server.close()
        assert await loop.run_in_executor(None, lambda: 5) == 5
        begun = loop.time()
        await asyncio.sleep(0.05)
        assert 0.05 <= loop.time() - begun < 5
        process = await asyncio.create_subprocess_exec("echo", "out", stdout=asyncio.subprocess.PIPE)
        assert (await process.communicate())[0] == b"out\n"

    loop.run_until_complete(asyncio.wait_for(main(), 30))


def test_a_main_loop_runs_tasks_also_below_a_task(loop):
    steps = []

    async def other(main):
        steps.append("other")
        await asyncio.sleep(0)
        main.quit()

    async def outer():
        main = GLib.MainLoop()
        task = asyncio.ensure_future(other(main))
        main.run()
        steps.append("outer")
        assert asyncio.current_task() is not task
        await task

    loop.run_until_complete(outer())
    assert steps == ["other", "outer"]


def test_iterating_a_context_does_not_run_the_loop(loop):
    called = []
    loop.call_soon(called.append, 1)
    while loop._context.iteration(False):
        pass
    assert called == []
    GLib.idle_add(loop.stop)
    GLib.MainLoop().run()
    assert called == [1]


def test_stop_ends_nested_main_loops(loop):
    def nested():
        GLib.idle_add(loop.stop)
        GLib.MainLoop().run()

    GLib.idle_add(nested)
    GLib.MainLoop().run()


def test_the_end_of_the_program_is_raised_by_who_runs_the_loop(loop):
    def leave():
        raise SystemExit(3)

    loop.call_soon(leave)
    with pytest.raises(SystemExit):
        loop.run_forever()
    assert not loop.is_running()


def test_an_application_is_held_by_its_tasks(loop):
    done = []

    async def work():
        await asyncio.sleep(0.05)
        done.append(True)

    application = Gio.Application()
    application.connect("activate", lambda application: application.create_asyncio_task(work()))
    application.run()
    assert done == [True]


def test_tasks_have_priorities(loop):
    order = []

    async def work(priority):
        for _ in range(3):
            await asyncio.sleep(0)
            order.append(priority)

    async def main():
        tasks = [loop.create_task(work(priority)) for priority in (200, 0, -100)]
        for task, priority in zip(tasks, (200, 0, -100)):
            assert isinstance(task, GLibTask)
            task.set_priority(priority)
            assert task.get_priority() == priority
        await asyncio.wait(tasks)

    loop.run_until_complete(main())
    assert order == [-100] * 3 + [0] * 3 + [200] * 3


def test_signals_and_what_handled_them_before(loop):
    seen = []
    before = signal.getsignal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, lambda *_: seen.append("before"))
    try:

        async def main():
            got = asyncio.Event()
            loop.add_signal_handler(signal.SIGUSR1, lambda: (seen.append("loop"), got.set()))
            os.kill(os.getpid(), signal.SIGUSR1)
            await asyncio.wait_for(got.wait(), 5)
            assert loop.remove_signal_handler(signal.SIGUSR1)
            assert not loop.remove_signal_handler(signal.SIGUSR1)
            os.kill(os.getpid(), signal.SIGUSR1)

        loop.run_until_complete(main())
        assert seen == ["loop", "before"]
        with pytest.raises(RuntimeError, match="sig 9 cannot be caught"):
            loop.add_signal_handler(signal.SIGKILL, print)
        with pytest.raises(TypeError):
            loop.add_signal_handler("x", print)
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_loops_and_threads():
    policy = GLibEventLoopPolicy()
    loop = policy.new_event_loop()
    told = []

    def in_thread():
        with pytest.raises(RuntimeError, match="no main context set for thread"):
            policy.get_event_loop()
        policy.set_event_loop(loop)
        assert policy.get_event_loop() is loop
        with pytest.raises(RuntimeError, match="already has a main context"):
            policy.set_event_loop(policy.new_event_loop())
        loop.run_until_complete(asyncio.sleep(0))
        policy.set_event_loop(None)
        assert GLib.MainContext.get_thread_default() is None
        told.append(True)

    with pytest.warns(ResourceWarning, match="unclosed event loop"):
        thread = threading.Thread(target=in_thread)
        thread.start()
        thread.join()
        gc.collect()
    assert told == [True]
    with pytest.raises(RuntimeError, match="already has a main context"):
        policy.set_event_loop(loop)
    loop.close()


def test_entered_loops():
    loop = GLibEventLoop(GLib.MainContext())
    with loop:
        assert GLib.MainContext.get_thread_default() == loop._context
        other = GLibEventLoop()
        assert other._context == loop._context
        with pytest.raises(RuntimeError), other:
            pass
        with pytest.raises(RuntimeError):
            other.run_until_complete(other.create_future())
        loop.run_until_complete(asyncio.sleep(0))
    with other:
        pass
    loop.close()
    other.close()


def test_each_loop_runs_alone(loop):
    async def main():
        other = GLibEventLoop(GLib.MainContext())
        with pytest.raises(RuntimeError):
            other.run_forever()
        other.close()
        with pytest.raises(RuntimeError):
            loop.close()

    loop.run_until_complete(main())
    loop.close()
    for method in (loop.run_forever, lambda: loop.call_soon(print)):
        with pytest.raises(RuntimeError, match="closed"):
            method()


def test_the_policy_closes_its_loop_at_its_end():
    with GLibEventLoopPolicy() as policy:
        loop = policy.get_event_loop()
    assert loop.is_closed()
    assert GLibEventLoopPolicy._get_event_loop() is None


def test_ctrl_c_ends_a_run(loop):
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(asyncio.sleep(20))
