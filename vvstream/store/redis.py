"""Snapshots in Redis, for several servers that share it."""

import math
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from vvstream.store import StoreDown

T = TypeVar("T")

PREFIX: Final = "vvstream:session:"
# Nobody waits for a write; a client that resumes waits so long for a read.
TIMEOUT_SECONDS: Final = 1.0


class RedisStore:
    """Keys of its own prefix, each with its expiry."""

    def __init__(self, url: str) -> None:
        self._redis: Any = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
        )

    async def save(self, session_id: str, snapshot: str, seconds: float) -> None:
        """See Store."""
        await _ask(self._redis.set(PREFIX + session_id, snapshot, ex=math.ceil(seconds)))

    async def load(self, session_id: str) -> str | None:
        """See Store."""
        snapshot: str | None = await _ask(self._redis.get(PREFIX + session_id))
        return snapshot

    async def forget(self, session_id: str) -> None:
        """See Store."""
        await _ask(self._redis.delete(PREFIX + session_id))

    async def close(self) -> None:
        """See Store."""
        await _ask(self._redis.aclose())


async def _ask(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except (RedisError, OSError) as error:
        raise StoreDown(str(error)) from error
