"""Offline: as fast as the server speaks, no clock anywhere."""

import os
from collections.abc import Callable, Sequence

from playing.wav import WavFile
from voicing.cue import Cue, Problem
from voicing.director import Director, Placed, Policy
from voicing.mixer import Mixer
from voicing.studio import AT_ONCE
from vvstream_client import SpeechError

BAD_TEXT = 4400
Show = Callable[[Placed | Problem], None]


async def render(
    cues: Sequence[Cue],
    director: Director,
    path: str,
    scale: Callable[[bytes], bytes],
    show: Show,
    progress: Callable[[float], None],
) -> None:
    """Write the track of all cues to `path`, which is there once it is whole.

    Raises SpeechError and OSError.
    """
    part = f"{path}.part"
    track = WavFile(part)
    mixer, end = Mixer(), 0.0
    try:
        track.write(b"")  # so that a path that cannot be written is told before anything is spoken
        for number, cue in enumerate(cues):
            for coming in cues[number : number + AT_ONCE + 1]:
                director.prepare(coming)
            placed = await placed_or_refused(director, cue, 0.0)
            track.write(scale(mixer.take(until=cue.start)))
            if isinstance(placed, Placed) and not placed.dropped:
                put(mixer, placed)
                end = max(end, placed.end)
            show(placed)
            progress(cue.end)
        track.write(scale(mixer.take(until=end)))
        track.close()
        os.replace(part, path)
    except BaseException:
        track.close()
        _forget(part)
        raise


def _forget(path: str) -> None:
    if os.path.exists(path):
        os.remove(path)


def put(mixer: Mixer, placed: Placed, origin: float = 0.0) -> None:
    """Put it on a track that begins at `origin` of the subtitles' time."""
    mixer.add(placed.sound, placed.begin - origin, duck=placed.policy is Policy.DUCK)


async def placed_or_refused(director: Director, cue: Cue, now: float) -> Placed | Problem:
    """A cue that the server finds nothing to speak in is a problem, not the end."""
    try:
        return await director.place(cue, now)
    except SpeechError as error:
        if error.code != BAD_TEXT:
            raise
        return Problem(cue.line, error.reason)
