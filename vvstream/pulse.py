"""Waking those who wait for a change."""

import asyncio


class Pulse:
    """Anybody may ring; all who wait at that moment go on. A ring is not kept for later."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake all who wait now."""
        for waiter in self._waiters:
            _wake(waiter)

    async def wait(self, seconds: float) -> None:
        """Return with the next ring, or after `seconds`, which may be inf."""
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        self._waiters.add(waiter)
        timer = None if seconds == float("inf") else loop.call_later(seconds, _wake, waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)
            if timer is not None:
                timer.cancel()


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
