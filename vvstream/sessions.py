"""All sessions of the server, by id."""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from vvstream.config import Config
from vvstream.errors import (
    BadRequest,
    Draining,
    NoSuchSession,
    Overloaded,
    RateLimited,
    UnknownVoice,
)
from vvstream.options import SpeechOptions
from vvstream.ports import Elsewhere
from vvstream.protocol.machine import Machine, State
from vvstream.protocol.messages import Start, Wishes
from vvstream.protocol.snapshot import Snapshot
from vvstream.session import Session, rules
from vvstream.speaker import Tools
from vvstream.store.keeper import Keeper
from vvstream.voices import Catalogue

# 128 bits: nobody guesses one.
ID_BYTES: Final = 16
RETRY_SECONDS: Final = 1.0

log = logging.getLogger("vvstream.sessions")


def new_id() -> str:
    """An id for a session whose client names none."""
    return secrets.token_urlsafe(ID_BYTES)


@dataclass(frozen=True, slots=True)
class Listener:
    """Who opens a session, and how."""

    owner: str
    """The key's name, or the address; a session is found by its owner only."""
    charge: Callable[[int], None]
    """Called with the number of characters of each text; may raise RateLimited."""
    plain: bool = False
    call: bool = False


class Nowhere:
    """There are no other processes."""

    sessions = sockets = 0

    def sessions_of(self, owner: str) -> int:
        """See Elsewhere."""
        return 0


class Sessions:
    """The registry; `engine` is the name that `ready` tells. The limits are the whole server's:
    `elsewhere` says what its other processes hold."""

    def __init__(
        self,
        config: Config,
        catalogue: Catalogue,
        tools: Tools,
        engine: str,
        keeper: Keeper | None = None,
        make_id: Callable[[], str] = new_id,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._limit = config.session.sessions
        self._per_owner = config.access.sessions
        self._stall = config.session.stall_seconds
        self._rules = rules(config)
        self._catalogue = catalogue
        self._tools = tools
        self._engine = engine
        self._keeper = keeper
        self._make_id = make_id
        self._elsewhere = elsewhere or Nowhere()
        self._draining = False
        self._sessions: dict[str, tuple[Session, str]] = {}
        self._owned: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._sessions)

    @property
    def owned(self) -> Mapping[str, int]:
        """How many there are here, by owner; none where they have no limit."""
        return self._owned if self._per_owner else {}

    def apply(self, config: Config, default: SpeechOptions) -> None:
        """Other limits and other defaults, for the sessions that are opened from now on."""
        self._limit = config.session.sessions
        self._per_owner = config.access.sessions
        self._stall = config.session.stall_seconds
        self._rules = rules(config)
        self._catalogue = replace(self._catalogue, default=default)

    def open(self, start: Start, listener: Listener) -> Session:
        """A new session. Raises UnknownVoice, Overloaded, RateLimited, NoSuchSession."""
        session_id = start.session_id or self._make_id()
        if start.from_seq is not None or session_id in self._sessions:
            raise NoSuchSession("session_id: no such session, or it is over")
        options = self._catalogue.resolve(start.wishes, self._catalogue.default)
        resumable = not listener.plain or start.session_id is not None
        session = self._make(session_id, options, listener, resumable=resumable)
        session.machine.listen(start)
        return session

    def _make(
        self, session_id: str, options: SpeechOptions, listener: Listener, *, resumable: bool
    ) -> Session:
        self._make_room(listener.owner)
        machine = Machine(
            session_id,
            options,
            self._rules,
            self._resolve,
            asyncio.get_running_loop().time(),
            charge=listener.charge,
            engine=self._engine,
            plain=listener.plain,
            call=listener.call,
            # Nobody knows the id of a plain call but the one who chose it.
            resumable=resumable,
        )
        keep = self._keep if resumable else lambda _: None
        session = Session(machine, self._tools, self._stall, self._forget, keep)
        self._sessions[session_id] = (session, listener.owner)
        self._owned[listener.owner] += 1
        return session

    def find(self, session_id: str, owner: str) -> Session | None:
        """The owner's session of this id."""
        session, whose = self._sessions.get(session_id, (None, ""))
        return session if whose == owner else None

    async def restore(
        self, session_id: str, from_seq: int | None, listener: Listener
    ) -> Session | None:
        """The owner's session of this id, as another server left it in the store.

        Raises NoSuchSession, BadRequest, Overloaded, RateLimited.
        """
        data = None if self._keeper is None else await self._keeper.load(session_id)
        if session_id in self._sessions or data is None:
            return self.find(session_id, listener.owner)
        try:
            snapshot = Snapshot.load(data)
        except ValueError as error:
            log.warning("snapshot not read", extra={"record": {"reason": str(error)}})
            return None
        voices = {snapshot.options.voice, *(place.options.voice for place in snapshot.places)}
        if snapshot.owner != listener.owner or not voices <= self._catalogue.voices.keys():
            return None
        if from_seq is None:
            raise BadRequest("from: expected the number of frames that you have, got nothing")
        snapshot.place(from_seq)
        listener = replace(listener, plain=snapshot.plain, call=snapshot.call)
        session = self._make(session_id, snapshot.options, listener, resumable=True)
        machine = session.machine
        machine.pace, machine.kinds, machine.markup = (
            snapshot.pace,
            snapshot.kinds,
            snapshot.markup,
        )
        session.go_on(snapshot, from_seq)
        log.info("restored", extra={"record": {"session": session_id, "frame": from_seq}})
        return session

    def drain(self) -> None:
        """Close all of them: the server goes down."""
        for session, _ in list(self._sessions.values()):
            self._keep(session)
        self._draining = True
        for session, _ in list(self._sessions.values()):
            session.end(Draining("the server is going down; come back with session_id"))

    def _resolve(self, wishes: Wishes, now: SpeechOptions, fresh: bool) -> SpeechOptions:
        options = self._catalogue.resolve(wishes, now)
        language = self._catalogue.language
        if not fresh and language(options.voice) != language(now.voice):
            raise UnknownVoice(
                f"voice: expected one that speaks {language(now.voice)}, as this session began"
            )
        return options

    def _make_room(self, owner: str) -> None:
        held = self._owned[owner] + self._elsewhere.sessions_of(owner)
        if self._per_owner and held >= self._per_owner:
            raise RateLimited(
                f"{self._per_owner} sessions are open already", retry_after=RETRY_SECONDS
            )
        if len(self._sessions) + self._elsewhere.sessions < self._limit:
            return
        for session, _ in self._sessions.values():
            # It said all it had to; it is kept only for a close that may have been lost.
            if session.machine.state is State.OVER and not session.machine.attached:
                session.end(NoSuchSession("made room"))
                return
        raise Overloaded("all sessions are taken", retry_after=RETRY_SECONDS)

    def _keep(self, session: Session) -> None:
        if self._keeper is not None:
            _, owner = self._sessions[session.machine.session_id]
            self._keeper.keep(session.machine.session_id, session.snapshot(owner).dump())

    def _forget(self, session: Session) -> None:
        _, owner = self._sessions.pop(session.machine.session_id)
        self._owned[owner] -= 1
        if not self._owned[owner]:
            del self._owned[owner]
        if self._keeper is not None and not self._draining:
            self._keeper.keep(session.machine.session_id, None)
