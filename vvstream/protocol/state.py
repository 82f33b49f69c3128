"""What a session waits for."""

from enum import Enum


class State(Enum):
    """The value says what is expected."""

    OPEN = "text, or end"
    ENDING = "the voice to speak the rest"
    OVER = "the listener to take the rest"
    CLOSED = "nothing"
