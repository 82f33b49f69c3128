"""Everything that can go wrong on purpose: one tree, each leaf with its WebSocket close code.

The message of an error is written for the person at the other end: what was wrong, and what would
be right. It never holds the text that was to be spoken.
"""

from typing import ClassVar


class VvstreamError(Exception):
    """The root. `code` is the WebSocket close code of docs/protocol.md."""

    code: ClassVar[int] = 4500

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after
        """Seconds after which trying again makes sense; None: it does not."""


class ConfigError(VvstreamError):
    """The configuration is wrong; the message names the file, the line and the key."""


class Draining(VvstreamError):
    """The server is going down; the session may be resumed elsewhere."""

    code = 1001


class MessageTooBig(VvstreamError):
    """A WebSocket message is over the limit."""

    code = 1009


class BadRequest(VvstreamError):
    """A parameter or a message that cannot be understood."""

    code = 4400


class Unauthorized(VvstreamError):
    """No key, or one that is not ours."""

    code = 4401


class OriginRefused(VvstreamError):
    """A web page of an origin that is not on the list."""

    code = 4403


class NoSuchSession(VvstreamError):
    """The session is gone, or the frames asked for are."""

    code = 4404


class Idle(VvstreamError):
    """Nothing happened for too long."""

    code = 4408


class TakenOver(VvstreamError):
    """Another socket goes on with this session."""

    code = 4409


class TextTooLong(VvstreamError):
    """More text than the limit."""

    code = 4413


class UnknownVoice(VvstreamError):
    """A voice or a language that is not loaded."""

    code = 4422


class RateLimited(VvstreamError):
    """Too much in too short a time; `retry_after` says when it will do."""

    code = 4429


class EngineFailed(VvstreamError):
    """The engine broke while it spoke."""

    code = 4500


class Overloaded(VvstreamError):
    """No free slot; `retry_after` says when to come back."""

    code = 4503
