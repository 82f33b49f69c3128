"""Utterances for the engine alone: units of real sentences, and batches that never run dry."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from vvstream.engine.tick import Job, Ticker
from vvstream.options import SpeechOptions
from vvstream.phonemes.inventory import encode

# Pronunciations as the front end gives them; the engine knows nothing of text.
SPOKEN: Final = (
    "ðə fˈɛɹi lˈivz æt ə kwˈɔɹTəɹ pˈæst sˈɪks, wˈɛðəɹ ðə fˈɑɡ hæz lˈɪfTᵻd ɔɹ nˈɑt. ",
    "hˌu lˈɛft ðə wˈɪndO ˈOpən lˈæst nˈIt? ",
    "θɹˈi ʌv ðə nˈIn lˈæmps əlˈɔŋ ðə pˈɪɹ wɜɹ stˈɪl bˈɜɹnɪŋ. ",
    "ʃi fˈOldᵻd ðə lˈɛTəɹ twˈIs, pˈʊt ɪt ɪn hɜɹ pˈɑkət, ænd sˈɛd nˈʌθɪŋ. ",
)
OPTIONS: Final = SpeechOptions("", 2.0, 5, 1.0, 0)


def units_of(seconds: float, seed: int) -> list[int]:
    """Units that last about so long; each seed begins elsewhere and goes on otherwise."""
    chance = random.Random(seed)
    wanted = int(15 * seconds)
    sentences = (encode(chance.choice(SPOKEN)) for _ in itertools.count())
    units: list[int] = []
    while len(units) < wanted:
        units += next(sentences)
    return units[:wanted]


class Crowd:
    """So many listeners of one ticker, each with more to be said when it is through."""

    def __init__(self, ticker: Ticker, listeners: int, seconds: float = 60.0) -> None:
        self.ticker = ticker
        self._seconds = seconds
        self._language = next(iter(ticker.languages))
        self._numbers = itertools.count()
        self.jobs = [self._new() for _ in range(listeners)]

    def due(self) -> Sequence[Job]:
        """Who can be advanced; whoever is through begins anew."""
        for place, job in enumerate(self.jobs):
            if job.track.done:
                self.ticker.free(job)
                self.jobs[place] = self._new()
        return [job for job in self.jobs if not job.waiting]

    def leave(self) -> None:
        """Free every slot."""
        for job in self.jobs:
            self.ticker.free(job)

    def _new(self) -> Job:
        number = next(self._numbers)
        job = self.ticker.job(self._language, 0, replace(OPTIONS, seed=number))
        # Not all at the same place: pushes of different sizes fall together as they do in life.
        job.track.feed(units_of(self._seconds * (0.5 + number % 8 / 8), number))
        job.track.finish()
        return job
