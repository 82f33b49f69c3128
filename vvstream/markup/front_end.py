"""SSML in pieces -> spoken words with their manners, pauses and turns, through a plain front end.

The plain front end reads the text of the elements as one running text, so that the tags change
nothing about how words are read; it counts its own characters. Here each of them is remembered
with its place in the client's text and with what holds there, until its word comes out.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, assert_never

from vvstream.errors import VvstreamError
from vvstream.markup import elements, values
from vvstream.markup.elements import Element, changed, element
from vvstream.markup.giving import Giver
from vvstream.markup.reader import Characters, Closed, MarkupError, Opened, Reader
from vvstream.options import PLAIN, Manner
from vvstream.phonemes.english import rules
from vvstream.text.items import GIVEN, Items
from vvstream.text.spoken import Complaint, Pause, Spoken, SpokenWord, Turn

PAUSE_MARKS: Final = frozenset(";:,.!?—…")
_SENTENCE_END: Final = "\n\n"
_SPACES: Final = str.maketrans({"\n": " ", "\t": " ", "\r": " ", GIVEN: "\ufffd"})
"""Lines mean nothing in XML."""
DEEPEST: Final = 32
"""Elements inside each other."""
LONGEST_GIVING: Final = 2000
"""Characters inside an element whose words are given by its tag."""


class Plain(Protocol):
    """A front end for text without tags: see `vvstream.frontend.FrontEnd`."""

    def push(self, text: str) -> Sequence[SpokenWord]:
        """The words that this piece settled."""

    def finish(self) -> Sequence[SpokenWord]:
        """The rest."""


@dataclass(frozen=True, slots=True)
class Voices:
    """What a text may ask for by name."""

    open: Callable[[str | None, Callable[[], Items]], Plain]
    """A plain front end for this voice (None: the session's), which asks for given readings."""
    named: Callable[[str], str]
    """The canonical name of a voice. Raises VvstreamError."""
    speaking: Callable[[str, str | None], str | None]
    """Who speaks a language, where this voice speaks now. Raises VvstreamError."""
    giver: Callable[[str | None], Giver]
    """What reads for the tags, in this voice's language."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Characters [first, end) of the plain text, and where they come from."""

    first: int
    end: int
    start: int
    stop: int
    """[start, stop) in the client's text; as long as the plain stretch, or one whole."""
    manner: Manner
    stress: bool | None
    inside: str

    def place(self, character: int) -> int:
        exact = self.stop - self.start == self.end - self.first
        return self.start + character - self.first if exact else self.start

    def place_after(self, character: int) -> int:
        exact = self.stop - self.start == self.end - self.first
        return self.start + character + 1 - self.first if exact else self.stop


class MarkupFrontEnd:
    """One listener's text with tags. Markup stays open over a `finish`.

    `prologue`: start tags that are open before the text.
    """

    def __init__(self, voices: Voices, prologue: str = "") -> None:
        self._voices = voices
        self._reader = Reader(0, prologue)
        self._broken = False
        self._stack: list[Element] = []
        self._source = self._reader.pending  # the client's text from _source_at on
        self._source_at = self._reader.place
        self._voice: str | None = None
        self._readings: deque[Items] = deque()  # of the places where GIVEN stands
        self._plain = voices.open(None, self._readings.popleft)
        self._count = 0  # characters that it was given
        self._stretches: deque[_Stretch] = deque()
        self._pauses: deque[tuple[int, float]] = deque()
        self._last: SpokenWord | None = None  # waits for the pauses after it
        self._held: list[Characters] = []  # what stands in a giving element
        self._given_from = 0  # where its tag begins
        self._ignored = 0  # elements that are open in it
        self._said: list[Spoken] = []
        self._complained: set[str] = set()

    @property
    def inside(self) -> str:
        """The tags that are open where the text has come to, and what there is of the next."""
        return self._tags + ("" if self._broken else self._reader.pending)

    @property
    def _tags(self) -> str:
        return "".join(one.tag for one in self._stack)

    def push(self, text: str) -> list[Spoken]:
        """What is settled once `text` has followed what was pushed before."""
        self._source += text
        if not self._broken:
            try:
                for event in self._reader.push(text):
                    match event:
                        case Opened():
                            self._open(event)
                        case Closed():
                            self._close(event)
                        case Characters():
                            self._text(event)
                        case _:
                            assert_never(event)
            except MarkupError as error:
                self._broken = True
                self._complain(
                    f"not well-formed at character {error.place}: {error}; what stands before it"
                    " is spoken, what follows is not, up to the next flush",
                    broken=True,
                )
        return self._settled()

    def finish(self) -> list[Spoken]:
        """What is still held back. Elements stay open; broken markup is forgotten."""
        self._end_text()
        if not self._broken and (self._reader.pending or self._giving):
            self._complain("a tag is not complete: what stands in it waits for its end")
        if self._broken:
            end = self._source_at + len(self._source)
            self._reader, self._broken = Reader(end), False
            self._stack.clear()
            self._held.clear()
            self._ignored = 0
            self._take_turn(None)
        self._complained.clear()
        return self._settled()

    def _settled(self) -> list[Spoken]:
        said, self._said = self._said, []
        # What may still become the text of a word is kept.
        place = self._source_at + len(self._source) if self._broken else self._reader.place
        if self._giving:
            place = min(place, self._given_from)
        if self._stretches:
            place = min(place, self._stretches[0].start)
        place = max(place, self._source_at)
        self._source = self._source[place - self._source_at :]
        self._source_at = place
        return said

    # Tags

    def _open(self, tag: Opened) -> None:
        if self._giving:
            self._ignored += 1
            return
        if len(self._stack) == DEEPEST:
            raise MarkupError(f"more than {DEEPEST} elements inside each other", tag.start)
        parent = self._stack[-1] if self._stack else None
        opened, faults = changed(element(tag.name, tag.attributes, parent))
        for fault in faults:
            self._complain(f"<{tag.name}> {fault}")
        if tag.name in ("voice", "lang", "speak"):
            opened = replace(opened, voice=self._who(opened))
        if tag.name == "break":
            self._break(opened, tag.start)
        if tag.name in elements.GIVING:
            self._given_from = tag.start
        if tag.name in elements.SENTENCES:
            self._feed(_SENTENCE_END, tag.start, tag.start, opened)
        self._take_turn(opened.voice)
        self._stack.append(opened)

    def _close(self, tag: Closed) -> None:
        if self._ignored:
            self._ignored -= 1
            return
        closed = self._stack.pop()
        if closed.name in elements.GIVING:
            self._give(closed, tag)
        if closed.name in elements.SENTENCES:
            self._feed(_SENTENCE_END, tag.start, tag.start, closed)
        self._take_turn(self._stack[-1].voice if self._stack else None)

    @property
    def _giving(self) -> bool:
        return bool(self._stack) and self._stack[-1].name in elements.GIVING

    def _break(self, opened: Element, start: int) -> None:
        try:
            seconds = elements.break_seconds(opened.attributes)
        except ValueError as error:
            self._complain(f"<break> {error}")
            seconds = elements.break_seconds({})
        if seconds > values.LONGEST_BREAK:
            self._complain(f"<break> is at most {values.LONGEST_BREAK:g} s")
            seconds = values.LONGEST_BREAK
        # It parts words too.
        self._feed(" ", start, start, opened)
        self._pauses.append((self._count, seconds))

    def _who(self, opened: Element) -> str | None:
        """Who speaks inside `<voice>`, `<lang>` and `<speak>`."""
        name = opened.attributes.get("name" if opened.name == "voice" else "xml:lang")
        if name is None:
            return opened.voice
        try:
            if opened.name == "voice":
                return self._voices.named(name)
            return self._voices.speaking(name, opened.voice)
        except VvstreamError as error:
            self._complain(f"<{opened.name}> {error.message}")
            return opened.voice

    def _take_turn(self, voice: str | None) -> None:
        if voice == self._voice:
            return
        self._end_text()
        self._voice, self._count = voice, 0
        self._plain = self._voices.open(voice, self._readings.popleft)
        self._said.append(Turn(voice))

    # Text

    def _text(self, event: Characters) -> None:
        text = event.text.translate(_SPACES)
        if not self._giving:
            self._feed(text, event.start, event.end, self._stack[-1] if self._stack else None)
            return
        most = (self._held[0] if self._held else event).start + LONGEST_GIVING
        if event.end > most:
            name = self._stack[-1].name
            raise MarkupError(f"<{name}> of more than {LONGEST_GIVING} characters", most)
        self._held.append(replace(event, text=text))

    def _give(self, closed: Element, tag: Closed) -> None:
        """Speak what a giving element says, in the place of what stands in it."""
        held, self._held = self._held, []
        text = "".join(event.text for event in held)
        if held:
            start, end, inside = held[0].start, held[-1].end, closed.tag
        else:
            start, end, inside = self._given_from, tag.start, ""
        said = self._reading(closed, text)
        if said:
            self._readings.append(said)
            text = GIVEN
        self._feed(text, start, end, closed, inside)

    def _reading(self, closed: Element, text: str) -> Items:
        """What a giving element says; nothing where its text is to be read."""
        attributes, giver = closed.attributes, self._voices.giver(self._voice)
        try:
            match closed.name:
                case "sub":
                    return giver.sub(attributes.get("alias", ""))
                case "say-as":
                    way, form = attributes.get("interpret-as", ""), attributes.get("format", "")
                    return giver.say_as(text, way, form)
                case _:
                    ph, alphabet = attributes.get("ph", ""), attributes.get("alphabet", "ipa")
                    return giver.phoneme(ph, alphabet)
        except ValueError as error:
            self._complain(f"<{closed.name}> {error}; its text is read")
            return ()

    def _feed(
        self, text: str, start: int, end: int, holds: Element | None, inside: str = ""
    ) -> None:
        """Plain text that stands at [start, end) of the client's, in `holds`.

        `inside`: a tag that is open there beside those of the stack.
        """
        tags = self._tags + inside
        manner, stress = (PLAIN, None) if holds is None else (holds.manner, holds.stress)
        first = self._count
        self._count += len(text)
        stretch = _Stretch(first, self._count, start, end, manner, stress, tags)
        self._stretches.append(stretch)
        self._words(self._plain.push(text))

    def _end_text(self) -> None:
        """All words of the plain text, whose offsets begin anew."""
        self._words(self._plain.finish())
        self._pass(self._count)
        self._stretches.clear()
        self._readings.clear()

    # Words

    def _words(self, words: Sequence[SpokenWord]) -> None:
        for word in words:
            self._pass(word.start)
            self._last = self._placed(word)
            if not self._pauses:
                self._said.append(self._last)
                self._last = None

    def _pass(self, character: int) -> None:
        """The pauses up to a character belong to the word before it."""
        seconds = None
        while self._pauses and self._pauses[0][0] <= character:
            seconds = (seconds or 0.0) + self._pauses.popleft()[1]
        last, self._last = self._last, None
        if last is not None:
            self._said.append(last if seconds is None else _with_pause(last, seconds))
        elif seconds:
            self._said.append(Pause(min(seconds, values.LONGEST_BREAK)))

    def _placed(self, word: SpokenWord) -> SpokenWord:
        """A word of the plain text, in the client's."""
        stretches = self._stretches
        while stretches[0].end <= word.start:
            stretches.popleft()
        first = stretches[0]
        start, end = first.place(word.start), first.stop
        for stretch in stretches:
            if stretch.first < word.end:
                end = stretch.place_after(min(word.end, stretch.end) - 1)
        source = self._source[start - self._source_at : end - self._source_at]
        phonemes = word.phonemes
        if first.stress is not None and self._voices.giver(self._voice).stresses:
            phonemes = _stressed(phonemes, stressed=first.stress)
        return replace(
            word,
            text=source,
            start=start,
            end=end,
            phonemes=phonemes,
            manner=first.manner,
            inside=first.inside,
        )

    def _complain(self, message: str, *, broken: bool = False) -> None:
        """Once each, up to the next flush."""
        if message not in self._complained:
            self._complained.add(message)
            self._said.append(Complaint(f"ssml: {message}", broken))


def _with_pause(word: SpokenWord, seconds: float) -> SpokenWord:
    after = word.after
    if not PAUSE_MARKS & frozenset(after):
        if not seconds:
            return word
        after = "," + after
    return replace(word, after=after, pause=min(seconds, values.LONGEST_BREAK))


def _stressed(phonemes: str, *, stressed: bool) -> str:
    return rules.emphasise(phonemes, strongly=True) if stressed else rules.weaken(phonemes)
