"""Every message of docs/protocol.md, once.

Times are in seconds on the session's audio clock: sample 0 of frame 0 is 0.0. `seq` is the number
of a frame; `offset` counts the characters (Unicode code points) of the text as the client sent it.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Pace(Enum):
    """How fast audio is sent."""

    REALTIME = "realtime"
    FAST = "fast"


class Markup(Enum):
    """What a session's text is written in."""

    NONE = "none"
    SSML = "ssml"


class EventKind(Enum):
    """The events that a client can ask for."""

    WORD = "word"
    PHONEME = "phoneme"
    VISEME = "viseme"


ALL_EVENTS = frozenset(EventKind)
NO_EVENTS: frozenset[EventKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a client asked for, in range but not yet resolved; None: nothing was said."""

    voice: str | None = None
    language: str | None = None
    cfg: float | None = None
    steps: int | None = None
    speed: float | None = None
    seed: int | None = None


# Client to server.


@dataclass(frozen=True, slots=True)
class Start:
    """The optional first message; `from_seq` resumes, and is called `from` on the wire."""

    wishes: Wishes = Wishes()
    session_id: str | None = None
    from_seq: int | None = None
    pace: Pace | None = None
    markup: Markup | None = None
    events: frozenset[EventKind] | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Append to the running utterance."""

    text: str


@dataclass(frozen=True, slots=True)
class Flush:
    """Speak all that has arrived."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Drop all that was not sent."""


@dataclass(frozen=True, slots=True)
class Ack:
    """Frame `seq`, and all before it, were played."""

    seq: int


@dataclass(frozen=True, slots=True)
class Update:
    """Speak differently from the next clause on."""

    wishes: Wishes


@dataclass(frozen=True, slots=True)
class End:
    """No more text."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you there?"""


ClientMessage: TypeAlias = Start | Text | Flush | Cancel | Ack | Update | End | Ping


# Server to client.


@dataclass(frozen=True, slots=True)
class Ready:
    """The session is there; `received` of the client's messages had arrived in it before."""

    session_id: str
    next_seq: int
    received: int
    voice: str
    engine: str
    sample_rate: int = 16_000
    frame_ms: int = 20


@dataclass(frozen=True, slots=True)
class Word:
    """A word begins in frame `seq`, which is sent next or soon."""

    text: str
    start: float
    end: float
    offset: int
    seq: int


@dataclass(frozen=True, slots=True)
class Phoneme:
    """A speech sound, in the symbols of the phoneme inventory."""

    phoneme: str
    start: float
    end: float
    seq: int


@dataclass(frozen=True, slots=True)
class Viseme:
    """A mouth shape, one of the Oculus 15."""

    viseme: str
    start: float
    end: float
    seq: int


@dataclass(frozen=True, slots=True)
class Flushed:
    """All the text up to `offset` was spoken; `seq` is the frame that comes next."""

    seq: int
    time: float
    offset: int


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the speech came: `time`, and the last word that had begun by then.

    `offset` and `end` are the first character of that word and the one after its last;
    without a word, `word` is "" and both are where this text begins.
    """

    time: float
    word: str
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Nothing after frame `seq - 1` was sent; `heard` is by the listener's clock."""

    seq: int
    sent: Reached
    heard: Reached


@dataclass(frozen=True, slots=True)
class Pong:
    """I am."""


@dataclass(frozen=True, slots=True)
class Done:
    """All was sent; the totals of the session."""

    frames: int
    seconds: float
    characters: int
    words: int


@dataclass(frozen=True, slots=True)
class Warn:
    """Something was changed or skipped; the session goes on."""

    message: str


@dataclass(frozen=True, slots=True)
class Error:
    """A message was refused, or (where a close follows) the session ends."""

    code: int
    message: str
    retry_after: float | None = None


Timed: TypeAlias = Word | Phoneme | Viseme
ServerMessage: TypeAlias = Ready | Timed | Flushed | Cancelled | Pong | Done | Warn | Error

KINDS: dict[type[ServerMessage], EventKind] = {
    Word: EventKind.WORD,
    Phoneme: EventKind.PHONEME,
    Viseme: EventKind.VISEME,
}
