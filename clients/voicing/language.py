"""Which language a line is in, as far as its letters say."""

import re

SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff\uff66-\uff9f]")),  # kana: nobody else writes them
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)


def language_of(text: str, latin: str) -> str:
    """The language of a text by its script; `latin` is what Latin letters are taken for."""
    return next((language for language, letters in SCRIPTS if letters.search(text)), latin)


def latin(language: str) -> bool:
    """Whether letters cannot tell this language from others."""
    return language not in {name for name, _ in SCRIPTS}
