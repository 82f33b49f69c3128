"""Chunks between white space, with what the line breaks around them mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.text.scanner import LONGEST, Chunk, Scanner


def chunks(text: str) -> list[Chunk]:
    scanner = Scanner()
    return scanner.push(text) + scanner.finish()


def closed(text: str) -> list[str]:
    return [c.text for c in chunks(text) if c.closes]


@given(st.text(st.sampled_from("ab1-*. \t\r\n\v\u2028\x00é"), max_size=60))
def test_chunks_are_what_stands_between_white_space(text: str) -> None:
    found = chunks(text)
    assert [c.text for c in found] == text.split()
    assert all(text[c.start : c.start + len(c.text)] == c.text for c in found)
    assert [c.following for c in found] == [c.text[0] for c in found[1:]] + [""] * bool(found)


@given(st.text(st.sampled_from("ab-* \r\n"), max_size=40), st.lists(st.integers(0, 40)))
def test_pieces_make_no_difference(text: str, cuts: list[int]) -> None:
    ends = sorted({min(c, len(text)) for c in cuts} | {len(text)})
    scanner, found = Scanner(), []
    for begin, end in zip([0, *ends], ends, strict=False):
        found += scanner.push(text[begin:end])
    assert found + scanner.finish() == chunks(text)


def test_a_chunk_waits_for_the_beginning_of_the_next() -> None:
    scanner = Scanner()
    assert scanner.push("one") == []
    assert scanner.push(" ") == []
    assert [c.text for c in scanner.push("t")] == ["one"]
    assert [c.text for c in scanner.finish()] == ["t"]
    assert scanner.finish() == []


def test_a_chunk_without_end_is_cut() -> None:
    found = chunks("x" * (2 * LONGEST + 5) + " y")
    assert [len(c.text) for c in found] == [LONGEST, LONGEST, 5, 1]
    assert [c.start for c in found] == [0, LONGEST, 2 * LONGEST, 2 * LONGEST + 6]
    assert [c.following for c in found] == ["x", "x", "y", ""]
    assert [c.opens_line for c in found] == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("one two", ["two"]),
        ("one\n\ntwo", ["one", "two"]),
        ("one\r\n\r\ntwo", ["one", "two"]),
        ("one\r\ntwo", ["two"]),  # one break, and a small letter behind it
        ("One\nTwo", ["One", "Two"]),
        ("one\n- two", ["one", "two"]),
        ("x " * 30 + "one\nTwo", ["Two"]),  # as wide as a page: a wrapped line
        ("x " * 30 + "one\n\nTwo", ["one", "Two"]),
    ],
)
def test_where_lines_end_something(text: str, ends: list[str]) -> None:
    assert closed(text) == ends


def test_which_chunk_opens_a_line() -> None:
    assert [c.text for c in chunks(" one two\n three\nfour") if c.opens_line] == [
        "one",
        "three",
        "four",
    ]
