"""JSON and URLs: what is understood, and the words of each refusal."""

import json
import math
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vvstream.errors import BadRequest
from vvstream.protocol import messages as m
from vvstream.protocol.codec import (
    REASON_BYTES,
    Call,
    close_reason,
    dump,
    parse_message,
    parse_query,
)


def test_a_url_and_a_start_message_say_the_same() -> None:
    fields = {
        "voice": "en-Heart_woman",
        "language": "en",
        "cfg": 2.5,
        "steps": 6,
        "speed": 1.5,
        "seed": 7,
        "session_id": "a-b_1",
        "from": 12,
        "pace": "fast",
        "key": "secret",
    }
    query = "&".join(f"{name}={value}" for name, value in fields.items())
    url = parse_query(f"{query}&events=word,viseme").start
    message = parse_message(json.dumps({"type": "start", **fields, "events": ["word", "viseme"]}))
    assert url == message
    assert message == m.Start(
        wishes=m.Wishes("en-Heart_woman", "en", 2.5, 6, 1.5, 7),
        session_id="a-b_1",
        from_seq=12,
        pace=m.Pace.FAST,
        events=frozenset({m.EventKind.WORD, m.EventKind.VISEME}),
        key="secret",
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('{"type":"text","text":"Hel"}', m.Text("Hel")),
        ('{"type":"flush"}', m.Flush()),
        ('{"type":"cancel"}', m.Cancel()),
        ('{"type":"ack","seq":3}', m.Ack(3)),
        ('{"type":"update","speed":2}', m.Update(m.Wishes(speed=2.0))),
        ('{"type":"end"}', m.End()),
        ('{"type":"ping"}', m.Ping()),
        ('{"type":"start"}', m.Start()),
        ('{"type":"start","events":[]}', m.Start(events=m.NO_EVENTS)),
    ],
)
def test_messages_of_the_client(data: str, message: m.ClientMessage) -> None:
    assert parse_message(data) == message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "JSON object"),
        ("hello", "character 0"),
        ("[1]", "JSON object, got [1]"),
        ("null", "JSON object"),
        ("[" * 100_000, "JSON object"),
        ('{"type":"text","text":NaN}', "JSON object"),
        ('{"type":1' + "0" * 5000 + "}", "JSON object"),
        ("{}", "type: expected one of start, text"),
        ('{"type":["text"]}', "got ['text']"),
        ('{"type":"dance"}', "got 'dance'"),
        ('{"type":"text"}', "text: expected a string"),
        ('{"type":"text","text":5}', "text: expected a string"),
        (
            '{"type":"text","text":"a","colour":"red"}',
            "unknown field of text 'colour'; known: text",
        ),
        ('{"type":"flush","now":true}', "known: none"),
        ('{"type":"ack"}', "expected seq"),
        ('{"type":"ack","seq":-1}', "whole number from 0"),
        ('{"type":"ack","seq":1.0}', "whole number"),
        ('{"type":"ack","seq":true}', "whole number"),
        ('{"type":"update","cfg":true}', "cfg: expected a number from 0 to 10, got true"),
        ('{"type":"update","cfg":1e999}', "cfg: expected a number from 0 to 10, got inf"),
        ('{"type":"start","voice":5}', "voice: expected a string, got a number"),
        ('{"type":"start","voice":["a"]}', "got a list"),
        ('{"type":"start","voice":{}}', "got an object"),
        ('{"type":"start","events":"word"}', "events: expected a list of word or phoneme"),
        ('{"type":"start","events":["word","smell"]}', "got 'smell'"),
        ('{"type":"start","events":[[]]}', "events: expected word or"),
        ('{"type":"start","pace":"slow"}', "pace: expected realtime or fast, got 'slow'"),
        ('{"type":"start","session_id":"a b"}', "session_id: expected 1 to 64"),
        ('{"type":"start","session_id":""}', "session_id: expected 1 to 64"),
        ('{"type":"start","from":1}', "expected a session_id"),
    ],
)
def test_refused_messages(data: str, words: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parse_message(data)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("cfg=abc", "cfg: expected a number from 0 to 10, got 'abc'"),
        ("cfg=", "cfg: expected a number"),
        ("cfg=11", "got 11"),
        ("cfg=-0.1", "got -0.1"),
        ("cfg=nan", "got 'nan'"),
        ("cfg=inf", "got 'inf'"),
        ("cfg=1_0", "got '1_0'"),
        ("cfg=%D9%A1", "got '\\u0661'"),
        ("steps=0", "steps: expected a whole number from 1 to 50, got 0"),
        ("steps=1000", "got 1000"),
        ("steps=1.5", "got 1.5"),
        ("speed=0", "speed: expected a number from 0.5 to 2"),
        ("seed=-1", "seed: expected a whole number"),
        ("session_id=a&from=x", "from: expected a whole number from 0"),
        ("session_id=a&from=-1", "from: expected a whole number from 0"),
        ("events=2", "events: expected word or phoneme or viseme, got '2'"),
        ("txt=a", "unknown parameter 'txt'; known: text, voice, language, cfg, steps"),
        ("text=a&text=b", "text: given twice"),
        ("text=%ff", "text: expected UTF-8, percent-encoded; byte 0 is 0xff"),
        ("text=ab%ed%a0%80", "byte 2 is 0xed"),
        ("%ff=1", "a name: expected UTF-8"),
        ("x" * 500 + "=1", "unknown parameter 'xxxxxxxxxxxxxxxxxxxxxxx...;"),
    ],
)
def test_refused_urls(query: str, words: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parse_query(query)
    assert words in caught.value.message


def test_urls() -> None:
    assert parse_query("") == Call(None, m.Start(), bare=True)
    assert parse_query("&&") == Call(None, m.Start(), bare=True)
    assert parse_query("text") == Call("", m.Start(), bare=False)
    assert parse_query("text=a+b%20c%2B&cfg=.5").text == "a b c+"
    assert parse_query("cfg=2.&steps=6").start.wishes == m.Wishes(cfg=2.0, steps=6)
    assert parse_query("events=1").start.events == m.ALL_EVENTS
    assert parse_query("events=0").start.events == m.NO_EVENTS
    assert parse_query("text=100% sure").text == "100% sure"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_the_url(text: str) -> None:
    assert parse_query(f"text={quote(text, safe='')}").text == text


REACHED = m.Reached(1.0, "you", 6, 9)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            m.Ready("id", 0, 0, "v", "e"),
            {
                "type": "ready",
                "session_id": "id",
                "next_seq": 0,
                "received": 0,
                "sample_rate": 16000,
                "frame_ms": 20,
                "voice": "v",
                "engine": "e",
            },
        ),
        (
            m.Word("Hello", 0.12, 0.43, 0, 6),
            {"type": "word", "text": "Hello", "start": 0.12, "end": 0.43, "offset": 0, "seq": 6},
        ),
        (
            m.Phoneme("h", 0.1, 0.2, 5),
            {"type": "phoneme", "phoneme": "h", "start": 0.1, "end": 0.2, "seq": 5},
        ),
        (
            m.Viseme("aa", 0.1, 0.2, 5),
            {"type": "viseme", "viseme": "aa", "start": 0.1, "end": 0.2, "seq": 5},
        ),
        (m.Flushed(5, 0.1, 3), {"type": "flushed", "seq": 5, "time": 0.1, "offset": 3}),
        (
            m.Cancelled(60, REACHED, m.Reached(0.5, "", 0, 0)),
            {
                "type": "cancelled",
                "seq": 60,
                "time": 1.0,
                "word": "you",
                "offset": 6,
                "end": 9,
                "heard": {"time": 0.5, "word": "", "offset": 0, "end": 0},
            },
        ),
        (m.Pong(), {"type": "pong"}),
        (
            m.Done(10, 0.2, 5, 1),
            {"type": "done", "frames": 10, "seconds": 0.2, "characters": 5, "words": 1},
        ),
        (m.Warn("ü"), {"type": "warning", "message": "ü"}),
        (m.Error(4400, "no"), {"type": "error", "code": 4400, "message": "no"}),
        (
            m.Error(4429, "no", 1.5),
            {"type": "error", "code": 4429, "message": "no", "retry_after": 1.5},
        ),
    ],
)
def test_messages_of_the_server(message: m.ServerMessage, expected: dict[str, object]) -> None:
    assert json.loads(dump(message)) == expected


@given(st.text())
@example("é" * 100)
@example("short")
def test_a_reason_fits_into_a_close_frame(message: str) -> None:
    reason = close_reason(message)
    data = reason.encode("utf-8")
    assert len(data) <= REASON_BYTES
    if len(message.encode("utf-8", "replace")) > REASON_BYTES:
        assert reason.endswith("...")
        assert len(data) >= REASON_BYTES - 3


@given(st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_any_json_is_a_message_or_refused(value: object) -> None:
    for data in (json.dumps(value), json.dumps({"type": "start", "cfg": value, "voice": value})):
        with suppress(BadRequest):
            message = parse_message(data)
            assert isinstance(message, m.Start)
            cfg = message.wishes.cfg
            assert cfg is None or math.isfinite(cfg)
