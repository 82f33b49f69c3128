"""A few words read by themselves, outside the running text: an alias, a figure in a tag."""

from typing import Final

from vvstream.text.ahead import Ahead
from vvstream.text.items import PAUSE, Item, Items
from vvstream.text.normalize import Normalizer
from vvstream.text.scanner import Chunk, Scanner
from vvstream.text.written import PAUSES, Writer, Written

LONGEST: Final = 1000
"""Characters; what is beyond is left out."""


def read(text: str) -> Items:
    """What is said for `text`; its punctuation becomes pauses between its words."""
    scanner, writer = Scanner(), Writer(pictures=False)
    chunks, written = Ahead[Chunk](), Ahead[Written]()
    for chunk in scanner.push(text[:LONGEST]) + scanner.finish():
        chunks.add(chunk)
    chunks.end()
    while (step := writer.next(chunks)) is not None:
        for word in step[0]:
            written.add(word)
    written.end()
    normalizer = Normalizer(written, lambda _: None)
    said: Items = ()
    pause = False
    while (reading := normalizer.next()) is not None:
        if pause and said:
            *head, last = said
            said = (*head, Item(last.text, last.how, tag=PAUSE))
        said += reading.items
        pause = bool(PAUSES & frozenset(reading.after))
    return said
