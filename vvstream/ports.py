"""What a session needs of others, so that it imports neither the engine nor the front end."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from vvstream.audio import AudioChunk, Hear
from vvstream.options import PLAIN, Manner, SpeechOptions, VoiceInfo
from vvstream.status import EngineStatus
from vvstream.text.spoken import Spoken, SpokenWord


class Utterance(Protocol):
    """One text being spoken, from its units to its samples; it has one consumer.

    Back-pressure: an utterance whose queue of chunks is full is not advanced, so the consumer sets
    the pace by pulling.
    """

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        """Append units (ids of the inventory), to be spoken so. Never blocks."""

    def finish(self, then: Sequence[int] = ()) -> None:
        """Say that no more units come.

        `then`: units that would follow. They are not spoken, and the last that are sound as if
        they did; without them the utterance ends as a text does.
        """

    def cancel(self) -> None:
        """Stop at once and free the slot; from any state, any number of times."""

    def __aiter__(self) -> AsyncIterator[AudioChunk]:
        """The audio, until the last sample. Raises EngineFailed if the engine broke."""


class FrontEnd(Protocol):
    """Text to words that can be spoken; see vvstream.frontend."""

    def push(self, text: str) -> list[SpokenWord]:
        """The words that this piece settled."""

    def finish(self) -> list[SpokenWord]:
        """The rest."""


class MarkupFrontEnd(Protocol):
    """The same for text with tags; see vvstream.markup."""

    @property
    def inside(self) -> str:
        """The tags that are open where the text has come to."""

    def push(self, text: str) -> list[Spoken]:
        """The words, and what tags ask for beside them, that this piece settled."""

    def finish(self) -> list[Spoken]:
        """The rest."""


class Engine(Protocol):
    """What makes the sound, shared by all sessions."""

    def voices(self) -> tuple[VoiceInfo, ...]:
        """The voices that are loaded."""

    async def warm_up(self) -> None:
        """Make the first utterance as fast as the second; before this nothing is opened."""

    def open(self, options: SpeechOptions, context: Sequence[int] = ()) -> Utterance:
        """Take a slot. Raises Overloaded, with `retry_after`, when there is none.

        `context`: the units that were spoken last, 64 or fewer (`vvstream.context`); rate and
        melody go on from there, as if all were one utterance.
        """

    def status(self) -> EngineStatus:
        """How it is; cheap, from any thread."""

    async def close(self) -> None:
        """Stop all utterances and free everything."""


class Elsewhere(Protocol):
    """What the other processes of the server hold, as they told last."""

    @property
    def sessions(self) -> int:
        """How many, of all owners."""

    @property
    def sockets(self) -> int:
        """How many are open."""

    def sessions_of(self, owner: str) -> int:
        """How many, of one owner."""


class Voicing(Protocol):
    """An utterance without a queue: what is heard goes to its `Hear`. From any thread."""

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        """Append units."""

    def finish(self, then: Sequence[int] = ()) -> None:
        """No more units come; see Utterance."""

    def cancel(self) -> None:
        """Stop at once and free the slot; a little may still be heard."""

    def took(self, samples: int) -> None:
        """So many samples were taken: there is room for as many more."""


class TickingEngine(Engine, Protocol):
    """An engine whose ticks can be listened to from other threads and processes."""

    @property
    def failed(self) -> str | None:
        """Why it can do nothing any more; None: it can."""

    def lateness(self) -> float:
        """As EngineStatus tells it, in seconds; cheap enough to be asked each tick."""

    def begin(
        self, number: int, options: SpeechOptions, context: Sequence[int], hear: Hear
    ) -> Voicing:
        """Take a slot for utterance `number` of a listener; `hear` is called once a tick and
        listener, on the engine's thread. Raises Overloaded, EngineFailed."""
