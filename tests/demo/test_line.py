"""The handset's line over a real Unix socket: both ends, and what no honest end would send."""

import asyncio
import contextlib
import stat
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.demo.line import SocketLine, serve
from nsor.web.handset.line import MAX_TEXT, Fault, LineError
from tests.web.doubles import FakeLine

SIM = "923990000001"
DEADLINE = 10.0


def run(scenario: Coroutine[Any, Any, None]) -> None:
    """Run a scenario in an event loop of its own, at most for the deadline."""
    asyncio.run(asyncio.wait_for(scenario, DEADLINE))


@contextlib.asynccontextmanager
async def a_line(folder: Path) -> AsyncIterator[tuple[SocketLine, FakeLine, Path]]:
    """Serve a double at a socket; give the page's end, the double and the socket."""
    path, double = folder / "line.sock", FakeLine()
    async with serve(path, double):
        yield SocketLine(path), double, path


async def raw(path: Path, octets: bytes) -> bytes:
    """Send octets and return all that comes back until the other end closes."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(octets)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def test_a_text_goes_and_its_reply_comes(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_line(tmp_path) as (line, double, _):
            question = await line.send(SIM, "۳۵۲۰۱ نمبر\n")
            kinds = [(message.id, message.kind) for message in await line.messages(SIM, 0)]

        assert double.sent == [(SIM, "۳۵۲۰۱ نمبر\n")]
        assert kinds == [(question, "question"), (3, "reply")]

    run(scenario())


def test_who_waits_for_news_gets_them_when_they_come(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_line(tmp_path) as (line, _, _):
            waiting = asyncio.create_task(line.messages(SIM, 0, wait=DEADLINE))
            await line.send(SIM, "3520112345671")
            news = await waiting

        assert [message.kind for message in news] == ["question", "reply"]

    run(scenario())


def test_who_waits_in_vain_gets_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_line(tmp_path) as (line, _, _):
            assert await line.messages(SIM, 0, wait=0.01) == []

    run(scenario())


@pytest.mark.parametrize("fault", ["centre_down", "gateway_away"])
def test_a_fault_of_the_message_centre_reaches_the_page(tmp_path: Path, fault: Fault) -> None:
    async def scenario() -> None:
        async with a_line(tmp_path) as (line, double, _):
            double.fault = fault
            with pytest.raises(LineError) as sending:
                await line.send(SIM, "3520112345671")
            with pytest.raises(LineError) as reading:
                await line.messages(SIM, 0)

        assert sending.value.fault == reading.value.fault == fault

    run(scenario())


@pytest.mark.parametrize(
    ("sender", "text"),
    [("", "x"), ("+923990000001", "x"), ("NADRA", "x"), (SIM, ""), (SIM, "x" * (MAX_TEXT + 1))],
)
def test_what_no_page_would_send_is_refused(tmp_path: Path, sender: str, text: str) -> None:
    async def scenario() -> None:
        async with a_line(tmp_path) as (line, double, _):
            with pytest.raises(LineError) as refused:
                await line.send(sender, text)

        assert refused.value.fault == "bad_request"
        assert double.sent == []

    run(scenario())


def test_without_a_message_centre_the_error_names_it_and_nothing_else(tmp_path: Path) -> None:
    async def scenario() -> None:
        with pytest.raises(LineError) as down:
            await SocketLine(tmp_path / "none.sock").send(SIM, "3520112345671")

        assert (down.value.fault, str(down.value)) == ("centre_down", "centre_down")
        assert down.value.__cause__ is None

    run(scenario())


def test_a_centre_that_answers_nonsense_counts_as_down(tmp_path: Path) -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"{}\n")
        writer.close()
        await writer.wait_closed()

    async def scenario() -> None:
        path = tmp_path / "line.sock"
        server = await asyncio.start_unix_server(nonsense, str(path))
        with pytest.raises(LineError) as down:
            await SocketLine(path).messages(SIM, 0)
        server.close()
        await server.wait_closed()

        assert down.value.fault == "centre_down"

    run(scenario())


def test_a_centre_that_ends_lets_go_of_those_who_wait(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_line(tmp_path) as (line, double, path):
            waiting = asyncio.create_task(line.messages(SIM, 0, wait=60))
            while not double.waiting:
                await asyncio.sleep(0)
        with pytest.raises(LineError) as down:
            await waiting

        assert down.value.fault == "centre_down"
        assert not path.exists()

    run(scenario())


def test_the_socket_is_its_owners_alone_and_replaces_a_stale_one(tmp_path: Path) -> None:
    (tmp_path / "line.sock").touch()

    async def scenario() -> None:
        async with a_line(tmp_path) as (line, _, path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert await line.messages(SIM, 0) == []

    run(scenario())


@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=5))
def test_no_octets_stop_the_message_centre(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    async def scenario() -> None:
        async with a_line(tmp_path_factory.mktemp("line")) as (line, double, path):
            for octets in lines:
                answer = await raw(path, octets + b"\n")
                assert answer == b'{"type":"refused","fault":"bad_request"}\n'
            assert await line.messages(SIM, 0) == []
        assert double.sent == []

    run(scenario())


def test_a_line_that_never_ends_is_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_line(tmp_path) as (line, _, path):
            reader, writer = await asyncio.open_unix_connection(str(path))
            with contextlib.suppress(ConnectionError):
                for _ in range(80):
                    writer.write(b"x" * 65536)
                    await writer.drain()
            with contextlib.suppress(ConnectionError):
                assert await reader.read() in (b'{"type":"refused","fault":"bad_request"}\n', b"")
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            assert await line.messages(SIM, 0) == []

    run(scenario())
