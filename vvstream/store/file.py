"""Snapshots in an SQLite file."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from vvstream.store import StoreDown

T = TypeVar("T")

# The log of what was written survives the process that wrote it; only a machine that loses its
# power may lose the last of it, which costs a clause.
SCHEMA: Final = """
pragma journal_mode = wal;
pragma synchronous = normal;
create table if not exists sessions (id text primary key, snapshot text, until real);
create index if not exists sessions_until on sessions (until);
"""


class FileStore:
    """One file, in a thread of its own. The file holds text that was to be spoken: only its owner
    may read it."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, "session-store")
        self._connection: sqlite3.Connection | None = None

    async def save(self, session_id: str, snapshot: str, seconds: float) -> None:
        """See Store."""
        now = self._clock()
        await self._do(self._execute, "delete from sessions where until < ?", now)
        row = (session_id, snapshot, now + seconds)
        await self._do(self._execute, "insert or replace into sessions values (?, ?, ?)", *row)

    async def load(self, session_id: str) -> str | None:
        """See Store."""
        query = "select snapshot from sessions where id = ? and until >= ?"
        rows = await self._do(self._execute, query, session_id, self._clock())
        return None if not rows else str(rows[0][0])

    async def forget(self, session_id: str) -> None:
        """See Store."""
        await self._do(self._execute, "delete from sessions where id = ?", session_id)

    async def close(self) -> None:
        """See Store."""
        await self._do(self._close)
        self._thread.shutdown()

    async def _do(self, work: Callable[..., T], *args: Any) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
        except (sqlite3.Error, OSError) as error:
            raise StoreDown(f"{self._path}: {error}") from error

    def _execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._path.touch(mode=0o600)
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=1.0)
            try:
                connection.executescript(SCHEMA)
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
        return self._connection.execute(statement, values).fetchall()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
