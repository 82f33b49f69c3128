"""Who may come in: origins, keys, and how much in a minute.

Keys are random, so their SHA-256 is as good at rest as a slow hash and costs a caller nothing.
"""

import hmac
import math
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from vvstream.config import Access
from vvstream.errors import OriginRefused, RateLimited, Unauthorized

KEY_BYTES: Final = 24
# What flows in is a float; who waited exactly long enough must not fail by its rounding.
TINY: Final = 1e-6
# So many owners have been seen lately that full buckets are worth forgetting.
OWNERS: Final = 10_000


def new_key() -> tuple[str, str]:
    """A key, and what the configuration keeps of it."""
    key = f"vv_{secrets.token_urlsafe(KEY_BYTES)}"
    return key, digest(key)


def digest(key: str) -> str:
    """The SHA-256 of a key, in hexadecimal."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def bearer(authorization: str | None) -> str | None:
    """The key of an Authorization header."""
    scheme, _, key = (authorization or "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


@dataclass(slots=True)
class Bucket:
    """So much a minute, spent at once or spread."""

    per_minute: int
    left: float
    at: float

    def take(self, amount: int, now: float) -> float:
        """Take `amount`, or return the seconds after which there will be enough."""
        rate = self.per_minute / 60
        self.left = min(float(self.per_minute), self.left + (now - self.at) * rate)
        self.at = now
        if amount <= self.left + TINY:
            self.left -= amount
            return 0.0
        return (amount - self.left) / rate


class Meter:
    """One bucket per owner; 0 per minute: no limit. `shared`: with other processes."""

    def __init__(self, per_minute: int, what: str, *, shared: bool = False) -> None:
        self._per_minute = per_minute
        self._what = what
        self._buckets: dict[str, Bucket] = {}
        self._shared = shared
        self._spent: Counter[str] = Counter()

    def charge(self, owner: str, amount: int, now: float) -> None:
        """Raises RateLimited, with `retry_after`, and takes nothing then."""
        limit = self._per_minute
        if not limit:
            return
        if amount > limit:
            raise RateLimited(f"{amount} {self._what} at once, {limit} a minute are allowed")
        if wait := self._bucket(owner, now).take(amount, now):
            seconds = math.ceil(10 * wait) / 10
            raise RateLimited(
                f"{limit} {self._what} a minute are allowed; try again in {seconds} s",
                retry_after=seconds,
            )
        if self._shared:
            self._spent[owner] += amount

    def elsewhere(self, owner: str, amount: int, now: float) -> None:
        """It was taken in another process of the server: who took too much there waits here."""
        if self._per_minute:
            bucket = self._bucket(owner, now)
            bucket.take(0, now)
            bucket.left = max(-float(self._per_minute), bucket.left - amount)

    def spent(self) -> Mapping[str, int]:
        """What was taken here since this was asked last."""
        spent, self._spent = self._spent, Counter()
        return spent

    def _bucket(self, owner: str, now: float) -> Bucket:
        limit = self._per_minute
        if len(self._buckets) >= OWNERS:
            self._buckets = {
                name: bucket
                for name, bucket in self._buckets.items()
                if bucket.left + (now - bucket.at) * limit / 60 < limit
            }
        return self._buckets.setdefault(owner, Bucket(limit, float(limit), now))


class Gate:
    """The door; `clock` gives seconds. `shared`: there are others, and each tells them what was
    `spent` here."""

    def __init__(
        self,
        access: Access,
        origins: tuple[str, ...],
        clock: Callable[[], float],
        *,
        shared: bool = False,
    ) -> None:
        self._keys = {key.sha256: key.name for key in access.keys}
        self._admins = {key.name for key in access.keys if key.admin}
        self._origins = {origin.lower().rstrip("/") for origin in origins}
        self._shared = shared
        self._clock = clock
        self.limit(access)

    def limit(self, access: Access) -> None:
        """Other limits, from now on."""
        shared = self._shared
        self._connections = Meter(access.connections_per_minute, "connections", shared=shared)
        self._characters = Meter(access.characters_per_minute, "characters", shared=shared)

    def admin(self, key: str | None) -> bool:
        """Whether this key may change the configuration. Raises Unauthorized."""
        return self._owner(key) in self._admins

    @property
    def locked(self) -> bool:
        """A key is needed."""
        return bool(self._keys)

    def check_origin(self, origin: str | None, host: str | None) -> None:
        """Let programs in, pages of our own host, and listed ones. Raises OriginRefused."""
        if origin is None or "*" in self._origins:
            return
        name = origin.lower().rstrip("/")
        ours = bool(host) and urlsplit(name).netloc == (host or "").lower()
        if name not in self._origins and not ours:
            raise OriginRefused("this page's origin is not listed in server.origins")

    def admit(self, key: str | None, address: str) -> str:
        """The owner's name. Raises Unauthorized, RateLimited."""
        owner = self._owner(key) if self.locked else f"address {address}"
        self._connections.charge(owner, 1, self._clock())
        return owner

    def elsewhere(self, owner: str, connections: int, characters: int) -> None:
        """So much was counted in another process of the server."""
        self._connections.elsewhere(owner, connections, self._clock())
        self._characters.elsewhere(owner, characters, self._clock())

    def spent(self) -> Mapping[str, tuple[int, int]]:
        """Connections and characters that were counted here since this was asked last."""
        connections, characters = self._connections.spent(), self._characters.spent()
        owners = dict.fromkeys((*connections, *characters))
        return {name: (connections.get(name, 0), characters.get(name, 0)) for name in owners}

    def charge(self, owner: str, characters: int) -> None:
        """Count the characters of a text. Raises RateLimited."""
        self._characters.charge(owner, characters, self._clock())

    def _owner(self, key: str | None) -> str:
        if key is None:
            raise Unauthorized("a key is needed: Authorization: Bearer KEY, ?key= or start's key")
        given, owner = digest(key), None
        # All are compared, each in constant time: how long it takes tells nothing.
        for known, name in self._keys.items():
            if hmac.compare_digest(given, known):
                owner = name
        if owner is None:
            raise Unauthorized("this key is not one of ours")
        return owner
