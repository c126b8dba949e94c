"""A message centre that is only memory: a test double for the handset's line.

It answers like the real one as far as the page can tell: the wording is the product's own, the
numbers known to it are those that a test lists. It can be down, silent, or without a gateway.
"""

import asyncio
import time
from collections.abc import Sequence

import msgspec

from nsor.disclosure import wording
from nsor.web.handset.line import Fault, LineError, Message


class FakeLine:
    """A ``HandsetLine`` whose replies come at once from a table of texts by CNIC."""

    def __init__(self, replies: dict[str, str] | None = None) -> None:
        """Know ``replies``; any other number is not listed."""
        self.replies = replies or {}
        self.fault: Fault | None = None
        self.silent = False
        self.waiting = 0
        self.sent: list[tuple[str, str]] = []
        self._messages: dict[str, dict[int, Message]] = {}
        self._version = 0
        self._news = asyncio.Condition()

    async def send(self, sender: str, text: str) -> int:
        """Take a text, and reply unless silent."""
        if self.fault:
            raise LineError(self.fault)
        self.sent.append((sender, text))
        question = self._put(sender, "question", text, "taken", 2.4)
        if not self.silent:
            self._change(sender, question, state="answered")
            self._put(sender, "reply", self._reply(text), "received", 11.7)
        async with self._news:
            self._news.notify_all()
        return question.id

    async def messages(self, sender: str, after: int, wait: float = 0.0) -> Sequence[Message]:
        """Return what changed, as a ``HandsetLine`` does."""
        if self.fault:
            raise LineError(self.fault)
        if wait and not self._since(sender, after):
            await self._wait_for_news(sender, after, wait)
        return self._since(sender, after)

    async def _wait_for_news(self, sender: str, after: int, wait: float) -> None:
        self.waiting += 1
        try:
            async with asyncio.timeout(wait), self._news:
                await self._news.wait_for(lambda: self._since(sender, after))
        except TimeoutError:
            pass
        finally:
            self.waiting -= 1

    def _since(self, sender: str, after: int) -> list[Message]:
        known = self._messages.get(sender, {}).values()
        return [message for message in known if message.version > after]

    def _put(self, sender: str, kind: str, text: str, state: str, milliseconds: float) -> Message:
        self._version += 1
        message = msgspec.convert(
            {
                "id": self._version,
                "version": self._version,
                "kind": kind,
                "text": text,
                "at": time.time(),
                "parts": 1 if len(text) <= 70 else -(-len(text) // 67),
                "encoding": "gsm7" if text.isascii() else "ucs2",
                "state": state,
                "milliseconds": milliseconds,
            },
            Message,
        )
        self._messages.setdefault(sender, {})[message.id] = message
        return message

    def _change(self, sender: str, message: Message, state: str) -> None:
        self._version += 1
        changed = msgspec.structs.replace(message, state=state, version=self._version)
        self._messages[sender][message.id] = changed

    def _reply(self, text: str) -> str:
        language: wording.Language = "en" if text.upper().startswith("EN") else "ur"
        cnic = "".join(character for character in text if character.isdigit())
        if len(cnic) != 13:
            return wording.unreadable(language, "7000")
        return self.replies.get(f"{language} {cnic}") or wording.not_listed(language, cnic)
