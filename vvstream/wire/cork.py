"""The writes of one turn of the event loop as one: system calls cost more than all the rest."""

import asyncio
from typing import Any


class Cork:
    """An asyncio transport whose writes wait until the turn is over, and then go out together.

    All but writing and closing is the transport's own.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send this, after all that was written before and before the turn's end."""
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append(data)

    def is_closing(self) -> bool:
        """Asked for each frame."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Send what waits, then close."""
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._waiting.clear()
        self._transport.abort()

    def get_write_buffer_size(self) -> int:
        """Bytes that wait, here and below."""
        return self._transport.get_write_buffer_size() + sum(map(len, self._waiting))

    def flush(self) -> None:
        """Send now what waits."""
        if self._waiting:
            data = b"".join(self._waiting)
            self._waiting.clear()
            # What is written to a connection that was lost meanwhile is lost with it.
            if not self._transport.is_closing():
                self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
