"""vvstream: speech that starts while the text is still arriving."""

__version__ = "0.1.0"
