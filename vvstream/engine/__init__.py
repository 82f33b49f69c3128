"""Units in, sound out: knows numbers only, never text, sockets or sessions."""

from vvstream.engine.load import load
from vvstream.engine.service import SpeechEngine

__all__ = ["SpeechEngine", "load"]
