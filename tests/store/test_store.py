"""A file and a real Redis behave alike as stores; the keeper hides their faults."""

import asyncio
import logging
import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.store.shelf import Shelf
from tests.support.redis import redis_server
from tests.support.server import test_config as make_config
from vvstream.store import Store, StoreDown, open_store
from vvstream.store.file import FileStore
from vvstream.store.keeper import Keeper
from vvstream.store.redis import RedisStore


@pytest.fixture(params=["file", "redis"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """A store that works."""
    if request.param == "file":
        file = FileStore(tmp_path / "sessions.sqlite")
        yield file
        await file.close()
        return
    with redis_server(tmp_path) as url:
        redis = RedisStore(url)
        yield redis
        await redis.close()


async def test_the_last_snapshot_is_found_and_forgotten(store: Store) -> None:
    assert await store.load("a") is None
    await store.save("a", "one", 60.0)
    await store.save("a", "two é", 60.0)
    await store.save("b", "other", 60.0)
    assert (await store.load("a"), await store.load("b")) == ("two é", "other")
    await store.forget("a")
    await store.forget("never there")
    assert (await store.load("a"), await store.load("b")) == (None, "other")


async def test_a_file_is_found_by_the_next_process_and_read_by_its_owner_only(
    tmp_path: Path,
) -> None:
    now = 1_000.0
    path = tmp_path / "sessions.sqlite"
    first = FileStore(path, lambda: now)
    await first.save("a", "one", 60.0)
    second = FileStore(path, lambda: now)
    assert await second.load("a") == "one"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    now = 1_061.0
    assert await second.load("a") is None
    await second.save("b", "two", 60.0)
    await first.close()
    await second.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("select id from sessions").fetchall() == [("b",)]
    connection.close()


async def test_a_redis_forgets_by_itself(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        store = RedisStore(url)
        await store.save("a", "one", 59.5)
        assert await store._redis.ttl("vvstream:session:a") == 60
        await store.close()


async def test_what_cannot_be_used_is_down(tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite").write_text("this is not a database, it is a sentence" * 100)
    for path in (tmp_path / "broken.sqlite", tmp_path / "no folder/sessions.sqlite"):
        store = FileStore(path)
        for asking in (store.load("a"), store.save("a", "one", 1.0), store.forget("a")):
            with pytest.raises(StoreDown):
                await asking
        await store.close()
    with redis_server(tmp_path) as url:
        pass
    redis = RedisStore(url)
    with pytest.raises(StoreDown):
        await redis.load("a")
    await redis.close()


def test_the_configuration_chooses(tmp_path: Path) -> None:
    def opened(kind: str) -> Store | None:
        return open_store(make_config(sessions={"store": kind}).sessions, tmp_path)

    assert opened("none") is None
    assert isinstance(opened("file"), FileStore)
    assert isinstance(opened("redis"), RedisStore)


async def test_a_newer_snapshot_takes_the_place_of_one_that_waits() -> None:
    shelf = Shelf()
    keeper = Keeper(shelf, 60.0)
    shelf.open.clear()
    for number in range(100):
        keeper.keep("a", f"{number}")
        keeper.keep("b", f"{number}")
        await asyncio.sleep(0)
    assert await keeper.load("b") == "99"  # though it is not written yet
    keeper.keep("b", None)
    shelf.open.set()
    await keeper.close()
    assert shelf.kept == {"a": "99"}
    assert shelf.saves <= 3


async def test_a_store_that_is_down_is_told_once_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "vvstream.store")
    shelf = Shelf()
    keeper = Keeper(shelf, 60.0)
    for down in (True, False, True):
        shelf.down = down
        for _ in range(3):
            keeper.keep("a", "one")
            keeper.keep("b", None)
            await keeper.load("c")
            assert keeper._writing is not None
            await keeper._writing
    await keeper.close()
    assert [record.getMessage() for record in caplog.records] == [
        "store down, sessions go on without it",
        "store back",
        "store down, sessions go on without it",
    ]


async def test_a_store_that_hangs_does_not_stop_the_way_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vvstream.store.keeper.CLOSE_SECONDS", 0.01)
    shelf = Shelf()
    keeper = Keeper(shelf, 60.0)
    shelf.open.clear()
    keeper.keep("a", "one")
    await asyncio.sleep(0)
    closing = asyncio.create_task(keeper.close())
    assert keeper._writing is not None
    await asyncio.wait([keeper._writing])
    shelf.open.set()
    await closing
