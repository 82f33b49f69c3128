"""XML in pieces: the same tags and text, in the same places, and clear words for what is broken."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.markup.reader import (
    LONGEST_TAG,
    Characters,
    Closed,
    Event,
    MarkupError,
    Opened,
    Reader,
)

_PIECES = st.sampled_from(
    ["<a>", "</a>", "<b x='1'/>", '<é y="&lt;ü">', "</é>", "text", " ", "é", "🎉", "&amp;",
     "&#233;", "&#x1F389;", "<!-- no -->", "<?pi x?>", "<![CDATA[a & b]]>", "<![CDATA[&]]>",
     "\r\n", "\r", "\n", '<?xml version="1.0"?>', "<", "&", "&nbsp;", "<!DOCTYPE a>",
     "</speech>", "]]>", "\ud800", ">"]
)  # fmt: skip


def events(pieces: Iterable[str]) -> tuple[list[Event], str]:
    """What is read of a text in pieces, its characters put together, and what was wrong."""
    reader, found = Reader(), list[Event]()
    try:
        for piece in pieces:
            found += reader.push(piece)
    except MarkupError as error:
        return joined(found), f"{error} at {error.place}"
    return joined(found), ""


def joined(found: list[Event]) -> list[Event]:
    """Each character by itself; expat gives as many at once as it happens to have."""
    single: list[Event] = []
    for event in found:
        if isinstance(event, Characters) and event.end - event.start == len(event.text):
            places = range(event.start, event.end)
            single += [Characters(c, i, i + 1) for c, i in zip(event.text, places, strict=True)]
        else:
            single.append(event)
    return single


@given(st.lists(_PIECES, max_size=12).map("".join), st.lists(st.integers(0, 200), max_size=12))
def test_cut_anywhere_it_reads_the_same(text: str, cuts: list[int]) -> None:
    ends = sorted({min(c, len(text)) for c in cuts} | {len(text)})
    parts = [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    assert events(parts) == events(text) == events([text])


@given(st.text(max_size=40).filter(lambda text: not set("<&]\r\ud800") & set(text)))
def test_text_without_markup_is_itself(text: str) -> None:
    found, wrong = events([text])
    if not wrong:  # a character that XML does not allow
        assert "".join(e.text for e in found if isinstance(e, Characters)) == text
        assert [e.start for e in found] == list(range(len(text)))


def test_places() -> None:
    text = "é<a x='1'>b&amp;c</a><b/>\r\nd"
    found, _ = events([text])
    assert found == [
        Characters("é", 0, 1),
        Opened("a", {"x": "1"}, 1),
        Characters("b", 10, 11),
        Characters("&", 11, 16),
        Characters("c", 16, 17),
        Closed("a", 17),
        Opened("b", {}, 21),
        Closed("b", 25),
        Characters("\n", 25, 27),
        Characters("d", 27, 28),
    ]


def test_a_prologue_is_open_and_not_counted() -> None:
    reader = Reader(7, "<p><voice name='x'>")
    assert list(reader.push("hi</voice></p>")) == [
        Opened("p", {}, 7),
        Opened("voice", {"name": "x"}, 7),
        Characters("hi", 7, 9),
        Closed("voice", 9),
        Closed("p", 17),
    ]


def test_several_documents_follow_one_another() -> None:
    one = '<?xml version="1.0" encoding="UTF-8"?><speak>a</speak>\n'
    found, wrong = events([one, one])
    assert wrong == ""
    assert [e.start for e in found if isinstance(e, Opened)] == [38, 38 + len(one)]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("ab<i>c</b>", "mismatched tag inside <i> at 8"),
        ("a &nbsp; b", "expected one of &lt; &gt; &amp; &quot; &apos;, or a number like &#233;"),
        ("a < b", "expected a tag, or &lt; for < and &amp; for & at 3"),
        ("<i>a & b", "expected a tag, or &lt; for < and &amp; for & inside <i> at 6"),
        ("hi <!DOCTYPE x [<!ENTITY a 'b'>]>", "document types and entities are not read at 5"),
        ("</speech>", "</speech> closes nothing at 0"),
        ("<i><?xml version='1.0'?>", "XML or text declaration not at start of entity inside <i>"),
        ("<i " + "x" * LONGEST_TAG, f"a tag of more than {LONGEST_TAG} bytes at 0"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, wrong: str) -> None:
    for parts in ([text], list(text)):
        assert events(parts)[1].startswith(wrong)


def test_nothing_is_fetched_and_nothing_expands() -> None:
    bomb = '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><b>&a;&b;</b>'
    found, wrong = events([bomb])
    assert found == []
    assert "document types" in wrong


def test_a_tag_that_is_not_complete_waits() -> None:
    reader = Reader()
    assert list(reader.push("a<em")) == [Characters("a", 0, 1)]
    assert reader.pending == "<em"
    assert reader.place == 1
    assert list(reader.push("phasis>")) == [Opened("emphasis", {}, 1)]
    assert reader.pending == ""


def test_a_tag_may_have_begun_in_the_prologue() -> None:
    reader = Reader(9, "<p><em")
    assert list(reader.push("phasis>é")) == [
        Opened("p", {}, 9),
        Opened("emphasis", {}, 6),
        Characters("é", 16, 17),
    ]
