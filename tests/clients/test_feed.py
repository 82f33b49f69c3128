"""What is given to a session, and what is known of it: against a session that only remembers."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playing import feed as module
from playing.feed import WAITING, Feed


class Remembering:
    """A session that remembers what it was given."""

    def __init__(self) -> None:
        self.text = ""
        self.over = False

    async def send(self, text: str) -> None:
        self.text += text

    async def end(self) -> None:
        self.over = True


async def pieces(*texts: str) -> AsyncIterator[str]:
    for text in texts:
        yield text


def feed_of(session: Remembering) -> Feed:
    given_session: Any = session
    return Feed(given_session)


def word(text: str, offset: int) -> dict[str, Any]:
    return {"type": "word", "text": text, "offset": offset}


async def test_a_book_is_given_only_as_it_is_spoken() -> None:
    book = " ".join(f"word{number}" for number in range(6_000))
    session = Remembering()
    feed = feed_of(session)
    giving = asyncio.create_task(feed.give(pieces(book)))
    spoken = ""
    for number, text in enumerate(book.split()):
        offset = len(spoken) + bool(spoken)
        while len(session.text) < offset + len(text):
            assert not giving.done()
            await asyncio.sleep(0)
        assert len(session.text) - len(spoken) <= WAITING * 2
        assert feed.take(word(text, offset)) == (" " if number else "", text)
        spoken = book[: offset + len(text)]
    await giving
    assert session.text == book
    assert session.over


async def test_a_text_without_words_does_not_wait_for_ever(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    session = Remembering()
    await feed_of(session).give(pieces("\n" * 20_000))
    assert session.text == "\n" * 20_000


async def test_after_silence_the_next_line_is_given() -> None:
    session = Remembering()
    feed = feed_of(session)

    async def coming() -> AsyncIterator[str]:
        yield "one two "
        feed.take(word("one", 0))
        feed.skip_line()
        yield "three "
        yield "four\nfive"

    await feed.give(coming())
    assert session.text == "one two \nfive"
    assert feed.take(word("five", 9)) == ("\n", "five")


@given(st.lists(st.text("ab \n", max_size=9)), st.data())
def test_what_is_shown_is_the_text(texts: list[str], data: st.DataObject) -> None:
    session = Remembering()
    feed = feed_of(session)
    asyncio.run(feed.give(pieces(*texts)))
    text, shown, at = "".join(texts), "", 0
    while (found := next((i for i in range(at, len(text)) if text[i] in "ab"), None)) is not None:
        end = data.draw(st.integers(found + 1, len(text)))
        taken = feed.take(word(text[found:end], found))
        assert taken is not None
        shown += "".join(taken)
        at = end
    assert shown + feed.rest() == text


def test_other_events_are_not_words() -> None:
    feed = feed_of(Remembering())
    assert feed.take({"type": "flushed", "offset": 0}) is None
    assert feed.dry()
