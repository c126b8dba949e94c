"""The follower: the thread that keeps a directory at the end of the feed of publications.

Rules that hold here:

- Until the directory is loaded, this thread owns it. From then on its owner is the thread that
  serves (the gateway's event loop), and every change is handed over as a job for that thread.
- One slice at a time: the next is handed over only when the last was applied, and after a short
  pause, so a burst of any size delays no answer by more than one slice.
- Silences overtake: where the feed goes on behind the page that was read, those who are silenced
  there are silenced before the page is applied. What is listed keeps the feed's order.
- A read that fails is tried again for ever, at least once a second. One that hangs costs nothing
  but freshness, and never holds up ``stop``.
- A feed that ends before what was read of it, ahead of the order or not, is another one (a
  database restored from an older copy). It is read from its beginning, beside the old directory,
  which answers until then.
- A feed of another epoch (a restored backup) is another one too, and so is one in which somebody
  was erased since: whom that silences can't be read any more. While a feed is withheld nothing of
  it is followed, and ``freshness`` says so until another one was read.
- ``last_read`` moves only when a read found nothing left to apply.
"""

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import structlog

from nsor.disclosure.answers import Freshness
from nsor.disclosure.directory import Directory

if TYPE_CHECKING:
    from nsor.register.feed import FeedStanding, Publication

    _Apply = Callable[[Sequence[Publication]], None]

SLICE = 250
"""Publications handed over at once: about 1 ms of the serving thread."""
PAGE = 4 * SLICE
"""Publications read at once, and so applied between two looks for silences."""
MOST_EARLY_SILENCES = 10_000
"""People silenced ahead of the feed's order at a time, some 1 MiB; more wait for their turn."""
POLL_SECONDS = 0.1
_BREATH_SECONDS = 0.001
_LONGEST_BACKOFF_SECONDS = 1.0
_STOP_CHECK_SECONDS = 0.05

_log = structlog.get_logger(__name__)


class FeedReplacedError(Exception):
    """The feed ends before what was read of it."""


class FeedWithheldError(Exception):
    """Nothing of the feed may be answered at present."""


class Feed(Protocol):
    """What is followed; the module ``nsor.register.feed`` is one. Any call may raise or hang."""

    def read(self, after: int, limit: int) -> "Sequence[Publication]":
        """Return the publications that follow number ``after``, ``limit`` at most."""

    def read_silences(self, after: int, limit: int) -> "Sequence[Publication]":
        """Return those that follow number ``after`` and list nobody, ``limit`` at most."""

    def stream(self, after: int) -> "Iterator[Publication]":
        """Yield every publication that follows number ``after``."""

    def last_sequence(self) -> int:
        """Return the number of the last publication there is."""

    def standing(self) -> "FeedStanding":
        """Return whether the public is answered, whether all is withheld, and the epoch."""

    def close(self) -> None:
        """Give up what the calling thread holds of the feed."""


class FeedFollower:
    """Loads a directory in a daemon thread, then follows the feed and keeps ``freshness``."""

    def __init__(
        self,
        feed: Feed,
        directory: Directory,
        freshness: Freshness,
        *,
        deliver: Callable[[Callable[[], None]], object],
        on_loaded: Callable[[], None],
        on_progress: Callable[[int], None],
        interval: float = POLL_SECONDS,
    ) -> None:
        """Prepare to follow ``feed``, polling every ``interval`` seconds.

        ``deliver`` has the thread that serves run a job soon, such as
        ``loop.call_soon_threadsafe``; ``on_loaded`` is the first job it is given. ``on_progress``
        is called in the follower's thread with the number of the publication last loaded.
        """
        self._feed = feed
        self._directory = directory
        self._freshness = freshness
        self._deliver = deliver
        self._on_loaded = on_loaded
        self._on_progress = on_progress
        self._interval = interval
        self._looked_to = 0  # the number up to which silences were looked for
        self._stopping = threading.Event()
        self._failure: str | None = None
        self._epoch: int | None = None
        self._is_another = False
        self._thread = threading.Thread(target=self._run, name="feed-follower", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Have the thread end as soon as the feed lets it. Returns at once; no job follows."""
        self._stopping.set()

    def join(self, timeout: float) -> bool:
        """Wait ``timeout`` seconds at most for the thread to end; tell whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        pause = self._interval
        while not self._stopping.is_set():
            try:
                self._turn()
            except Exception as error:
                self._note(type(error).__name__)
                pause = min(2 * pause, _LONGEST_BACKOFF_SECONDS)
            else:
                self._note(None)
                pause = self._interval
            self._stopping.wait(pause)
        self._feed.close()

    def _turn(self) -> None:
        serving = self._freshness.loaded
        if self._is_another or (self._failure and self._feed.last_sequence() < self._read_to()):
            began = self._begin_anew(serving)
        elif serving:
            began = self._catch_up(self._directory, self._apply_by_owner, self._overtake)
        else:
            began = self._load()
        if began is None or self._stopping.is_set():
            return
        self._freshness.last_read = began
        self._freshness.withheld = self._is_another = False
        if not serving:
            self._freshness.loaded = True
            self._deliver(self._on_loaded)

    def _load(self) -> float | None:
        stream = self._feed.stream(self._directory.sequence)
        while not self._stopping.is_set() and (part := list(islice(stream, SLICE))):
            self._directory.apply_many(part)
            self._on_progress(self._directory.sequence)
        began = self._catch_up(self._directory, self._directory.apply_many)
        # What was loaded is never garbage; to look through it would hold up the thread that
        # serves for some 10 ms each time.
        gc.collect()
        gc.freeze()
        return began

    def _begin_anew(self, serving: bool) -> float | None:
        """Follow another feed (an older copy, restored); until it is read, the old one answers."""
        _log.warning("feed_is_another_one", sequence=self._directory.sequence)
        fresh = Directory()
        began = self._catch_up(fresh, fresh.apply_many)
        if began is None:
            return None
        if serving:
            self._have_owner_do(lambda: self._directory.become(fresh))
        else:
            self._directory.become(fresh)
        self._looked_to = 0
        return began

    def _catch_up(
        self,
        directory: Directory,
        apply: "_Apply",
        look_ahead: Callable[[int], None] = lambda after: None,
    ) -> float | None:
        """Read and ``apply`` all that ``directory`` lacks; ``look_ahead`` of each page before.

        Returns when the read began that found nothing more; None if told to stop before.
        """
        while not self._stopping.is_set():
            began = self._freshness.clock()
            self._look_at_standing(directory)
            page = self._feed.read(directory.sequence, PAGE)
            self._look_for_erased(directory, page)
            if not page:
                return began
            look_ahead(page[-1].sequence)
            for start in range(0, len(page), SLICE):
                apply(page[start : start + SLICE])
                self._stopping.wait(_BREATH_SECONDS)
        return None

    def _look_at_standing(self, directory: Directory) -> None:
        standing = self._feed.standing()
        if standing.withheld:
            self._freshness.withheld = True
            raise FeedWithheldError
        self._freshness.public_open = standing.public_open
        known, self._epoch = self._epoch, standing.epoch
        if known not in (None, standing.epoch) and directory.sequence:
            self._is_another = True
            raise FeedReplacedError

    def _look_for_erased(self, directory: Directory, page: "Sequence[Publication]") -> None:
        """Have the feed read anew where a publication tells of nobody that may be held here."""
        serving = directory is self._directory and self._freshness.loaded
        if serving and any(not publication.cnic for publication in page):
            self._is_another = True
            raise FeedReplacedError

    def _overtake(self, after: int) -> None:
        """Have those silenced whose silence is further in the feed than ``after``."""
        end = self._feed.last_sequence()
        if end < self._looked_to:
            raise FeedReplacedError
        after = max(after, self._looked_to)
        limit = min(SLICE, MOST_EARLY_SILENCES - self._directory.early_silences)
        if end <= after or limit <= 0:
            return
        silences = self._feed.read_silences(after, limit)
        if silences:
            self._have_owner_do(lambda: self._directory.silence_many(silences))
        self._looked_to = silences[-1].sequence if len(silences) == limit else end

    def _read_to(self) -> int:
        return max(self._directory.sequence, self._looked_to)

    def _apply_by_owner(self, part: "Sequence[Publication]") -> None:
        self._have_owner_do(lambda: self._directory.apply_many(part))

    def _have_owner_do(self, change: Callable[[], None]) -> None:
        """Have the thread that serves make a change, and wait for it. Raises what it raised."""
        done = threading.Event()
        failures: list[Exception] = []

        def job() -> None:
            try:
                change()
            except Exception as error:
                failures.append(error)
            finally:
                done.set()

        if self._stopping.is_set():
            return
        self._deliver(job)
        while not done.wait(_STOP_CHECK_SECONDS):
            if self._stopping.is_set():
                return
        if failures:
            raise failures[0]

    def _note(self, failure: str | None) -> None:
        """Log when the feed begins to fail, fails in another way, and is back."""
        if failure == self._failure:
            return
        self._failure = failure
        if failure:
            _log.warning("feed_cannot_be_followed", error=failure)
        else:
            _log.info("feed_is_followed_again", sequence=self._directory.sequence)
