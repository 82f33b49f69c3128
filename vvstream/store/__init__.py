"""Where snapshots of sessions wait for a server to come back: text by id, no more than that."""

from pathlib import Path
from typing import Protocol

from vvstream.config import Sessions
from vvstream.errors import ConfigError


class StoreDown(Exception):
    """The store does not answer, or cannot do what it was asked."""


class Store(Protocol):
    """Snapshots by session id. All of it raises StoreDown."""

    async def save(self, session_id: str, snapshot: str, seconds: float) -> None:
        """Keep a snapshot in place of the one before; after so many seconds it may be forgotten."""

    async def load(self, session_id: str) -> str | None:
        """The last snapshot that was saved."""

    async def forget(self, session_id: str) -> None:
        """The session is over."""

    async def close(self) -> None:
        """Let go of whatever is open."""


def open_store(config: Sessions, folder: Path) -> Store | None:
    """The store of the configuration; its file lies in `folder`. Connects when first used.

    Raises ConfigError where a package is missing.
    """
    match config.store:
        case "none":
            return None
        case "file":
            from vvstream.store.file import FileStore

            return FileStore(folder / config.file)
        case "redis":
            try:
                from vvstream.store.redis import RedisStore
            except ImportError:
                raise ConfigError(
                    "sessions.store: redis needs a package; pip install 'vvstream[redis]'"
                ) from None
            return RedisStore(config.url)
