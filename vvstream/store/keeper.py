"""Between the sessions and the store: nobody waits for a write, and a store that is down is told
once."""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from vvstream.store import Store, StoreDown

# On the way down, for what is still to be written.
CLOSE_SECONDS: Final = 2.0

log = logging.getLogger("vvstream.store")


class Keeper:
    """Writes the newest snapshot of each session, one after another.

    What waits is bounded: a session has one snapshot waiting, which a newer one replaces.
    """

    def __init__(self, store: Store, seconds: float) -> None:
        self._store = store
        self._seconds = seconds
        self._waiting: dict[str, str | None] = {}
        self._writing: asyncio.Task[None] | None = None
        self._down = False

    def keep(self, session_id: str, snapshot: str | None) -> None:
        """Write this soon; None: forget the session."""
        self._waiting[session_id] = snapshot
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def load(self, session_id: str) -> str | None:
        """The last snapshot; None where there is none, or no answer."""
        if session_id in self._waiting:
            return self._waiting[session_id]
        try:
            snapshot = await self._store.load(session_id)
        except StoreDown as error:
            self._failed(error)
            return None
        self._worked()
        return snapshot

    async def close(self) -> None:
        """Write what waits, for a moment at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                if self._writing is not None:
                    await self._writing
        with suppress(StoreDown):
            await self._store.close()

    async def _write(self) -> None:
        while self._waiting:
            session_id = next(iter(self._waiting))
            snapshot = self._waiting.pop(session_id)
            try:
                if snapshot is None:
                    await self._store.forget(session_id)
                else:
                    await self._store.save(session_id, snapshot, self._seconds)
                    log.debug("kept", extra={"record": {"session": session_id}})
            except StoreDown as error:
                self._failed(error)
            else:
                self._worked()

    def _failed(self, error: StoreDown) -> None:
        if not self._down:
            reason = {"reason": str(error)}
            log.warning("store down, sessions go on without it", extra={"record": reason})
        self._down = True

    def _worked(self) -> None:
        if self._down:
            log.info("store back")
        self._down = False
