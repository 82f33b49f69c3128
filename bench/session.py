"""How does a conversation feel? `python -m bench.session` writes bench/out/session.{md,json,png}.

Five questions, each put to a server in a process of its own over loopback:

* a text comes word by word: how long after the word that makes it speak is something heard?
* a text comes at an LLM's pace: is there ever a gap inside a clause?
* `cancel`: how long until nothing comes any more?
* the socket is lost: how long from connecting again to the first frame?
* an hour of speech in one session, in real time (`--minutes`): is a frame late, does memory grow?
"""

import argparse
import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from bench.listener import Heard, first_audible, lateness, percentile
from bench.report import OUT, table, write
from bench.server import Server, running
from bench.talk import Event, talk
from bench.texts import text_of
from vvstream.audio import FRAME_SECONDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WARM_UP = 3  # of each measurement, not counted
BUFFER_SECONDS = 0.1
WORD_PAUSE = 0.2  # between words; what comes within it is the last word's doing
TOKENS_A_SECOND = 15
EARLY_SECONDS = 300.0
PARTS = ("first", "cancel", "resume", "llm", "long")
AHEAD = 3_000  # characters given and not yet begun, in the long session
MIB = 2**20
# An LLM's tokens are a word with the space before it, or four letters of a longer one.
TOKEN = re.compile(r"\s*\S{1,4}(?:\S(?=\s|$))?")
CLAUSE_END = re.compile("[,.;:!?—…]")


@dataclass(frozen=True, slots=True)
class Long:
    """One long session."""

    late: list[float]
    """Seconds, per frame, for a player with 100 ms of buffer; negative is early."""
    memory: list[tuple[float, int]]
    """(seconds of sound so far, bytes in use), about once a second of sound."""
    wall_seconds: float

    def settled(self) -> list[int]:
        """The memory from the fifth minute on, or of the second half where it is shorter."""
        half = self.memory[len(self.memory) // 2][0]
        return [used for at, used in self.memory if at >= min(EARLY_SECONDS, half)]

    def growth(self) -> float:
        """The greatest change of memory since then, as a share."""
        first, *_ = settled = self.settled()
        return max(abs(used - first) for used in settled) / first


async def first_word(url: str, number: int) -> float:
    """Seconds from the word that sets the voice off to the first audible sample."""
    async with talk(url, {"events": 0, "pace": "realtime"}) as one:
        for word in re.findall(r"\s*\S+", text_of(200, seed=number)):
            sent = await one.send(type="text", text=word)
            with suppress(TimeoutError):
                async with asyncio.timeout(WORD_PAUSE):
                    while (sounded := first_audible(_since(sent, one.frames))) is None:
                        await one.receive()
                # A session that is left speaking keeps its slot for whoever comes back.
                await one.send(type="cancel")
                await one.until("cancelled")
                return sounded
    raise SystemExit("a text was answered with silence")


def _since(moment: float, frames: Sequence[Heard]) -> list[Heard]:
    return [Heard(frame.at - moment, frame.frame) for frame in frames]


async def llm_gaps(url: str, number: int) -> tuple[float, list[float]]:
    """Of one utterance fed at an LLM's pace: seconds from its first token to its first frame, and
    the gaps inside its clauses."""
    text = text_of(160, seed=number)
    async with talk(url, {"events": "word", "pace": "realtime"}) as one:
        begun = asyncio.get_running_loop().time()
        listening = asyncio.create_task(one.to_the_end())
        for token in TOKEN.findall(text):
            await one.send(type="text", text=token)
            await asyncio.sleep(1 / TOKENS_A_SECOND)
        await one.send(type="end")
        await listening
    pauses = clause_pauses(text, [event for _, event in one.events if event["type"] == "word"])
    late = lateness([frame.at for frame in one.frames], BUFFER_SECONDS)
    return one.frames[0].at - begun, [
        seconds
        for frame, seconds in enumerate(late)
        if seconds > 0 and not any(a <= frame * FRAME_SECONDS <= b for a, b in pauses)
    ]


def clause_pauses(text: str, words: Sequence[Event]) -> list[tuple[float, float]]:
    """When a clause was over and the next had not begun: a gap there is a longer pause."""
    return [
        (one["end"] - FRAME_SECONDS, two["start"] + FRAME_SECONDS)
        for one, two in pairwise(words)
        if CLAUSE_END.search(text[one["offset"] + len(one["text"]) : two["offset"]])
    ]


async def cancels(url: str, count: int) -> list[float]:
    """Seconds from `cancel` to the last thing that came for it, again and again in one session."""
    seconds = []
    async with talk(url, {"events": 0, "pace": "realtime"}, acks=True) as one:
        for number in range(WARM_UP + count):
            await one.send(type="text", text=text_of(300, seed=number))
            for _ in range(5 + number % 20):
                await one.until("audio")
            sent = await one.send(type="cancel")
            await one.until("cancelled")
            came = one.events[-1][0]
            # Whatever is still on its way comes before the answer to this.
            await one.send(type="ping")
            frames = len(one.frames)
            await one.until("pong")
            if len(one.frames) > frames:
                came = one.frames[-1].at
            if number >= WARM_UP:
                seconds.append(came - sent)
    return seconds


async def reconnects(url: str, count: int) -> list[float]:
    """Seconds from connecting again to the first frame, in the midst of speech."""
    seconds = []
    query: dict[str, str | float] = {"events": 0, "pace": "realtime"}
    have = 0
    for number in range(WARM_UP + count + 1):
        async with talk(url, query) as one:
            if number % 20 == 0:
                await one.send(type="text", text=text_of(1_500, seed=number))
            await one.until("audio")
            if number > WARM_UP:
                seconds.append(one.frames[0].at - one.begun)
            for _ in range(10):
                await one.until("audio")
            have += len(one.frames)
        query = {"session_id": one.ready["session_id"], "from": have}
    return seconds


async def long_session(server: Server, seconds: float) -> Long:
    """So much speech in one session, in real time, to a listener that plays what comes."""
    memory: list[tuple[float, int]] = []
    query = {"events": "word", "pace": "realtime"}
    async with talk(server.url, query, keep_sound=False) as one:
        given = begun = number = 0
        while (heard := len(one.frames) * FRAME_SECONDS) < seconds:
            while given - begun < AHEAD:
                number += 1
                piece = text_of(500, seed=number) + " "
                await one.send(type="text", text=piece)
                given += len(piece)
            got = await one.receive()
            if isinstance(got, Heard):
                if len(one.frames) % 50 == 1:
                    memory.append((heard, server.resident()))
            elif got["type"] == "word":
                begun = got["offset"]
            one.events.clear()
        arrivals = [frame.at for frame in one.frames]
    return Long(lateness(arrivals, BUFFER_SECONDS), memory, arrivals[-1] - arrivals[0])


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was asked for, in seconds; the rest is empty."""

    first: list[float] = field(default_factory=list)
    llm: list[list[float]] = field(default_factory=list)
    """The gaps of each utterance."""
    llm_first: list[float] = field(default_factory=list)
    """From the first token of each to its first frame."""
    cancel: list[float] = field(default_factory=list)
    resume: list[float] = field(default_factory=list)
    long: Long | None = None

    @property
    def times(self) -> list[tuple[str, list[float]]]:
        """What is a time, and was measured."""
        every = [
            ("first audible sample after the word that sets it off", self.first),
            ("cancel to silence at the client", self.cancel),
            ("reconnect to first frame", self.resume),
            (f"first token to first frame at {TOKENS_A_SECOND} tokens a second", self.llm_first),
        ]
        return [(what, values) for what, values in every if values]


async def measure(server: Server, args: argparse.Namespace) -> Figures:
    """Put the questions, one after another."""
    url, figures, parts = server.url, Figures(), args.parts
    if "first" in parts:
        for number in range(WARM_UP + args.calls):
            figures.first.append(await first_word(url, number))
        del figures.first[:WARM_UP]
    if "cancel" in parts:
        figures.cancel.extend(await cancels(url, 2 * args.calls))
    if "resume" in parts:
        figures.resume.extend(await reconnects(url, args.calls))
    if "llm" in parts:
        for number in range(args.utterances):
            begun, gaps = await llm_gaps(url, number)
            figures.llm_first.append(begun)
            figures.llm.append(gaps)
    if "long" in parts:
        return replace(figures, long=await long_session(server, 60 * args.minutes))
    return figures


def report(figures: Figures, folder: Path) -> None:
    """Write the table, the figures and the plot."""
    rows = [(what, *_times(values)) for what, values in figures.times]
    shares = []
    if figures.llm:
        whole = sum(not gaps for gaps in figures.llm) / len(figures.llm)
        what = f"utterances at {TOKENS_A_SECOND} tokens a second without a gap inside a clause"
        shares.append((what, f"{whole:.0%} of {len(figures.llm)}"))
    if (long := figures.long) is not None:
        minutes = len(long.late) * FRAME_SECONDS / 60
        late = sum(seconds > 0 for seconds in long.late)
        settled = long.settled()
        shares += [
            (f"one session of {minutes:.1f} minutes: frames late (gaps)", f"{late}"),
            ("its latest frame, counted from when it was due", f"{1000 * max(long.late):+.0f} ms"),
            ("its memory after five minutes, or half of it", f"{settled[0] / MIB:.0f} MiB"),
            ("its memory at the end", f"{settled[-1] / MIB:.0f} MiB"),
            ("the greatest change in between", f"{long.growth():.2%}"),
            ("it took", f"{long.wall_seconds / 60:.1f} minutes"),
        ]
    markdown = (
        table(("what", "times", "p50, ms", "p99, ms", "worst, ms"), rows)
        + "\n\n"
        + table(("what", "measured"), shares)
    )

    def plot(axes: "Axes") -> None:
        for label, values in figures.times:
            ordered = [1000 * value for value in sorted(values)]
            share = [100 * (rank + 1) / len(ordered) for rank in range(len(ordered))]
            axes.step(ordered, share, where="post", label=label)
        axes.set_xlabel("ms")
        axes.set_ylabel("% of times")
        if figures.times:
            axes.legend()

    write("session", markdown, asdict(figures), plot, folder)


def _times(values: Sequence[float]) -> tuple[object, ...]:
    of = (percentile(values, 0.5), percentile(values, 0.99), max(values))
    return len(values), *(f"{1000 * value:.1f}" for value in of)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.session", description=__doc__)
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=PARTS, help="(default: all of them)"
    )
    parser.add_argument("--calls", type=int, default=100, help="of each kind (default: 100)")
    parser.add_argument("--utterances", type=int, default=20, help="at an LLM's pace (default: 20)")
    parser.add_argument("--minutes", type=float, default=60.0, help="of the long session")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    with running() as server:
        figures = asyncio.run(measure(server, args))
    report(figures, args.out)


if __name__ == "__main__":
    main()
