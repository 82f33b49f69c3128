"""What a session needs of others, so that it imports neither the engine nor the front end."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from vvstream.audio import AudioChunk
from vvstream.options import SpeechOptions, VoiceInfo
from vvstream.text.spoken import SpokenWord


class Utterance(Protocol):
    """One text being spoken, from its units to its samples; it has one consumer.

    Back-pressure: an utterance whose queue of chunks is full is not advanced, so the consumer sets
    the pace by pulling.
    """

    def feed(self, units: Sequence[int]) -> None:
        """Append units (ids of the inventory). Never blocks."""

    def finish(self) -> None:
        """Say that no more units come."""

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


class Engine(Protocol):
    """What makes the sound, shared by all sessions."""

    def voices(self) -> tuple[VoiceInfo, ...]:
        """The voices that are loaded."""

    async def warm_up(self) -> None:
        """Make the first utterance as fast as the second; before this nothing is opened."""

    def open(self, options: SpeechOptions) -> Utterance:
        """Take a slot. Raises Overloaded, with `retry_after`, when there is none."""

    async def close(self) -> None:
        """Stop all utterances and free everything."""
