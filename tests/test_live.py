"""What can be changed while the server runs: all of it or nothing, and each refusal in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import server
from vvstream.live import CHANGEABLE, NotChanged, changed, settings, values

CONFIG = server.test_config()


def test_each_name_is_there_with_its_limits() -> None:
    described = settings(CONFIG)
    assert described.keys() == CHANGEABLE.keys()
    assert all(each["type"] in {"number", "integer", "string"} for each in described.values())
    steps = described["steps"]
    assert (steps["value"], steps["minimum"], steps["maximum"]) == (5, 1, 50)
    assert "debug" in described["log_level"]["choices"]
    assert described["session.lead_seconds"]["above"] == 0


@given(st.fixed_dictionaries({}, optional={
    "steps": st.integers(1, 50),
    "cfg": st.floats(0, 10),
    "log_level": st.sampled_from(("debug", "error")),
    "session.sessions": st.integers(1, 10**6),
    "access.sessions": st.integers(0, 10**6),
}))  # fmt: skip
def test_a_change_is_in_force_and_touches_nothing_else(change: dict[str, Any]) -> None:
    after = changed(CONFIG, change)
    assert values(after) == {**values(CONFIG), **change}
    assert changed(after, values(CONFIG)) == CONFIG


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("steps", 0, "greater than or equal to 1, got 0"),
        ("steps", 5.5, "valid integer, got 5.5"),
        ("steps", True, "valid integer"),
        ("cfg", "2", "valid number, got '2'"),
        ("cfg", float("nan"), "got nan"),
        ("log_level", "loud", "got 'loud'"),
        ("session.text_characters", 10**9, "server.request_bytes"),
        ("server.port", 80, "cannot be changed while the server runs"),
        ("engine.slots", 1, "cannot be changed while the server runs"),
        ("engine", {}, "cannot be changed while the server runs"),
        ("speech.steps", 5, "cannot be changed while the server runs"),
        ("step", 5, "unknown"),
        ("", 5, "unknown"),
        ("session.", 5, "unknown"),
        ("steps.x", 5, "unknown"),
    ],
)
def test_a_refusal_names_what_is_wrong(name: str, value: object, words: str) -> None:
    with pytest.raises(NotChanged) as caught:
        changed(CONFIG, {"seed": 3, name: value})
    assert list(caught.value.faults) == [name]
    assert words in caught.value.message
