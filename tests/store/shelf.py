"""A store in memory, whose faults the test chooses."""

import asyncio

from vvstream.store import StoreDown


class Shelf:
    """A store in memory, that can be down, and slow."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.saves = 0
        self.down = False
        self.open = asyncio.Event()
        self.open.set()

    async def _answer(self) -> None:
        await self.open.wait()
        if self.down:
            raise StoreDown("the lights are out")

    async def save(self, session_id: str, snapshot: str, seconds: float) -> None:
        self.saves += 1
        await self._answer()
        self.kept[session_id] = snapshot

    async def load(self, session_id: str) -> str | None:
        await self._answer()
        return self.kept.get(session_id)

    async def forget(self, session_id: str) -> None:
        await self._answer()
        self.kept.pop(session_id, None)

    async def close(self) -> None:
        await self._answer()
