"""The first three stages of the front end: text -> what is said for it, in words."""

from vvstream.text.ahead import Ahead
from vvstream.text.customs import AMERICAN, Customs
from vvstream.text.items import Items, Reading, spoken_form
from vvstream.text.normalize import Normalizer
from vvstream.text.scanner import Chunk, Scanner
from vvstream.text.written import Writer, Written


def no_opinion(word: str) -> Items | None:
    return None


def written(text: str, *, pictures: bool = False) -> list[Written]:
    """The written words of a whole text."""
    scanner, chunks, writer = Scanner(), Ahead[Chunk](), Writer(pictures=pictures)
    for chunk in scanner.push(text) + scanner.finish():
        chunks.add(chunk)
    chunks.end()
    words: list[Written] = []
    while (step := writer.next(chunks)) is not None:
        words += step[0]
    return words


def readings(text: str, *, pictures: bool = False, customs: Customs = AMERICAN) -> list[Reading]:
    """The readings of a whole text."""
    ahead = Ahead[Written]()
    for word in written(text, pictures=pictures):
        ahead.add(word)
    ahead.end()
    normalizer = Normalizer(ahead, no_opinion, customs=customs)
    found: list[Reading] = []
    while (reading := normalizer.next()) is not None:
        found.append(reading)
    return found


def spoken(text: str, *, pictures: bool = False, customs: Customs = AMERICAN) -> str:
    """What is said, in words, with its punctuation; spelled letters stand alone in capitals."""
    return " ".join(
        r.before.strip() + spoken_form(r.items) + r.after
        for r in readings(text, pictures=pictures, customs=customs)
        if r.items
    )
