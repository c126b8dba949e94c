"""The handset's line as it travels: JSON lines over a Unix socket, both ends of it.

Rules that hold here: one request, one answer, each one line, in turn on a connection; a line that
is too long or makes no sense is answered ``bad_request`` and ends the connection; the socket is
for its owner alone (mode 0600); nothing that is carried is ever logged or put into an error.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from nsor.web.handset.line import MAX_TEXT, Fault, HandsetLine, LineError, Message

_LINE_LIMIT = 4 * 1024 * 1024
_PATIENCE = 10.0
"""Seconds above a request's own waiting time after which the message centre counts as down."""

_Sender = Annotated[str, msgspec.Meta(pattern="^[0-9]{7,15}$")]


class Send(msgspec.Struct, frozen=True, tag="send"):
    """Ask that a text be sent."""

    sender: _Sender
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TEXT)]


class Read(msgspec.Struct, frozen=True, tag="read"):
    """Ask for the messages above a version, waiting up to ``wait`` seconds for one."""

    sender: _Sender
    after: Annotated[int, msgspec.Meta(ge=0)]
    wait: Annotated[float, msgspec.Meta(ge=0, le=60)]


class Sent(msgspec.Struct, frozen=True, tag="sent"):
    """Answer to ``Send``."""

    id: int


class News(msgspec.Struct, frozen=True, tag="news"):
    """Answer to ``Read``."""

    messages: list[Message]


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Answer to either, where it could not be done."""

    fault: Fault


_request: msgspec.json.Decoder[Send | Read] = msgspec.json.Decoder(Send | Read)
_answer: msgspec.json.Decoder[Sent | News | Refused] = msgspec.json.Decoder(Sent | News | Refused)


class SocketLine:
    """The page's end: a ``HandsetLine`` that asks the message centre at a Unix socket."""

    def __init__(self, path: Path) -> None:
        """Speak to the socket at ``path``; each request makes its own connection."""
        self._path = path

    async def send(self, sender: str, text: str) -> int:
        """See ``HandsetLine.send``."""
        answer = await self._ask(Send(sender, text), _PATIENCE)
        if not isinstance(answer, Sent):
            raise LineError("bad_request")
        return answer.id

    async def messages(self, sender: str, after: int, wait: float = 0.0) -> Sequence[Message]:
        """See ``HandsetLine.messages``."""
        answer = await self._ask(Read(sender, after, wait), wait + _PATIENCE)
        if not isinstance(answer, News):
            raise LineError("bad_request")
        return answer.messages

    async def _ask(self, request: Send | Read, patience: float) -> Sent | News:
        try:
            async with asyncio.timeout(patience):
                line = await self._exchange(msgspec.json.encode(request) + b"\n")
            answer = _answer.decode(line)
        except (OSError, ValueError, TimeoutError):
            # ``from None``: the cause may quote a line, and a line holds a number and a text.
            raise LineError("centre_down") from None
        if isinstance(answer, Refused):
            raise LineError(answer.fault)
        return answer

    async def _exchange(self, line: bytes) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(self._path), limit=_LINE_LIMIT)
        try:
            writer.write(line)
            await writer.drain()
            return await reader.readline()
        finally:
            await _close(writer)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def serve(path: Path, line: HandsetLine) -> AsyncIterator[None]:
    """The message centre's end: answer requests at ``path`` from ``line`` inside the block.

    A stale socket at ``path`` is replaced. Raises ``OSError`` where the socket cannot be made.
    """
    conversations: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            conversations.add(task)
            task.add_done_callback(conversations.discard)
        try:
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await _converse(reader, writer, line)
        finally:
            await _close(writer)

    path.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(accept, str(path), limit=_LINE_LIMIT)
    path.chmod(0o600)
    try:
        yield
    finally:
        server.close()
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
        await server.wait_closed()
        path.unlink(missing_ok=True)


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: HandsetLine
) -> None:
    while True:
        answer = await _answer_to(reader, line)
        if answer is None:
            return
        writer.write(msgspec.json.encode(answer) + b"\n")
        await writer.drain()
        if answer == Refused("bad_request"):
            return


async def _answer_to(
    reader: asyncio.StreamReader, line: HandsetLine
) -> Sent | News | Refused | None:
    """Read one request and carry it out; ``None`` at the end of the connection."""
    try:
        received = await reader.readline()
        if not received:
            return None
        request = _request.decode(received)
    except ValueError:
        return Refused("bad_request")
    try:
        if isinstance(request, Send):
            return Sent(await line.send(request.sender, request.text))
        return News(list(await line.messages(request.sender, request.after, request.wait)))
    except LineError as error:
        return Refused(error.fault)
