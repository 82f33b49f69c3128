"""Keys, origins and meters, with a clock that the test turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.config import Access, Key
from vvstream.errors import OriginRefused, RateLimited, Unauthorized
from vvstream.wire.gate import OWNERS, Gate, Meter, bearer, digest, new_key


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def gate(*keys: Key, origins: tuple[str, ...] = (), connections: int = 0) -> Gate:
    access = Access(
        keys=keys, connections_per_minute=connections, characters_per_minute=0, sessions=0
    )
    return Gate(access, origins, Clock())


def test_keys() -> None:
    key, sha256 = new_key()
    assert sha256 == digest(key)
    assert key not in sha256
    door = gate(Key(name="ann", sha256=sha256), Key(name="bob", sha256=digest("b")))
    assert door.locked
    assert door.admit(key, "1.2.3.4") == "ann"
    assert door.admit("b", "1.2.3.4") == "bob"
    for wrong in (None, "", "c", "\ud800", key + " "):
        with pytest.raises(Unauthorized):
            door.admit(wrong, "1.2.3.4")


def test_without_keys_the_address_is_the_owner() -> None:
    assert not gate().locked
    assert gate().admit(None, "1.2.3.4") == "address 1.2.3.4"


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (None, None),
        ("", None),
        ("Bearer", None),
        ("Bearer  ", None),
        ("Basic abc", None),
        ("Bearer abc", "abc"),
        ("bearer abc ", "abc"),
    ],
)
def test_the_header(header: str | None, key: str | None) -> None:
    assert bearer(header) == key


@pytest.mark.parametrize(
    ("origins", "origin", "host", "let_in"),
    [
        ((), None, "h:1", True),
        ((), "http://h:1", "h:1", True),
        ((), "http://H:1", "h:1", True),
        ((), "http://h:2", "h:1", False),
        ((), "null", "h:1", False),
        ((), "null", None, False),
        ((), "", "", False),
        (("https://a.b/",), "https://a.b", "h:1", True),
        (("https://a.b",), "https://a.b.evil", "h:1", False),
        (("*",), "https://anything", "h:1", True),
    ],
)
def test_origins(
    origins: tuple[str, ...], origin: str | None, host: str | None, let_in: bool
) -> None:
    door = gate(origins=origins)
    if let_in:
        door.check_origin(origin, host)
    else:
        with pytest.raises(OriginRefused):
            door.check_origin(origin, host)


@given(st.lists(st.tuples(st.integers(1, 10), st.floats(0, 30)), max_size=40))
def test_no_more_than_the_limit_in_any_minute(steps: list[tuple[int, float]]) -> None:
    meter, now = Meter(10, "things"), 0.0
    taken: list[tuple[float, int]] = []
    for amount, pause in steps:
        now += pause
        refusal: RateLimited | None = None
        try:
            meter.charge("a", amount, now)
        except RateLimited as error:
            refusal = error
        if refusal is not None:
            assert refusal.retry_after
            now += refusal.retry_after
            meter.charge("a", amount, now)
        taken.append((now, amount))
    for start, _ in taken:
        # A full bucket at once, and what flows in during the minute.
        assert sum(amount for at, amount in taken if start <= at < start + 60) <= 20


def test_each_owner_has_a_bucket() -> None:
    meter = Meter(1, "things")
    meter.charge("a", 1, 0.0)
    meter.charge("b", 1, 0.0)
    with pytest.raises(RateLimited, match="1 things a minute are allowed; try again in 60.0 s"):
        meter.charge("a", 1, 0.0)


def test_more_at_once_than_will_ever_be_allowed() -> None:
    with pytest.raises(RateLimited, match="11 things at once, 10 a minute") as caught:
        Meter(10, "things").charge("a", 11, 0.0)
    assert caught.value.retry_after is None


def test_owners_of_long_ago_are_forgotten() -> None:
    meter = Meter(60, "things")
    for n in range(OWNERS):
        meter.charge(str(n), 1, 0.0)
    meter.charge("late", 60, 0.5)
    meter.charge("later", 1, 10.0)
    assert set(meter._buckets) == {"late", "later"}
