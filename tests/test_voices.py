"""Who is asked for, by which name."""

import pytest

from tests.support.server import changed
from tests.support.server import test_config as make_config
from tests.support.tone import VOICES
from vvstream.errors import ConfigError, UnknownVoice
from vvstream.options import SpeechOptions, VoiceInfo
from vvstream.protocol.messages import Wishes
from vvstream.voices import catalogue

MANY = (*VOICES, VoiceInfo("jp-Spk0_man", "jp", "man"))
JP: dict[str, object] = {"voice": "jp-Spk0_man", "lexicon": None, "emoji": "skip", "aliases": {}}
TWO = changed(make_config(), languages={"jp": JP})
ALL = catalogue(MANY, TWO)


@pytest.mark.parametrize(
    ("wishes", "voice"),
    [
        (Wishes(), "en-Heart_woman"),
        (Wishes(voice="en-Carter_man"), "en-Michael_man"),
        (Wishes(voice="en-Eric_man", language="en"), "en-Eric_man"),
        (Wishes(language="en"), "en-Heart_woman"),
        (Wishes(language="jp"), "jp-Spk0_man"),
    ],
)
def test_names(wishes: Wishes, voice: str) -> None:
    assert ALL.resolve(wishes, ALL.default).voice == voice


def test_the_rest_is_taken_as_wished() -> None:
    wished = Wishes(cfg=1.5, steps=9, speed=2.0, seed=3)
    assert ALL.resolve(wished, ALL.default) == SpeechOptions("en-Heart_woman", 1.5, 9, 2.0, 3)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        (Wishes(voice="en-Hart_woman"), "unknown voice 'en-Hart_woman'; one is en-Heart_woman"),
        (Wishes(voice=""), "unknown voice ''; one is"),
        (Wishes(voice="\ud800" * 99), "unknown voice"),
        (Wishes(language="xx"), "unknown language 'xx'; loaded: en, jp"),
        (Wishes(voice="en-Eric_man", language="jp"), "voice en-Eric_man speaks en, not jp"),
    ],
)
def test_refusals(wishes: Wishes, words: str) -> None:
    with pytest.raises(UnknownVoice) as caught:
        ALL.resolve(wishes, ALL.default)
    assert caught.value.message.startswith(words)


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({**JP, "voice": "nobody"}, "languages.jp.voice: no voice nobody; jp has jp-Spk0_man"),
        ({**JP, "aliases": {"x": "en-Eric_man"}}, "languages.jp.aliases.x: no voice en-Eric_man"),
    ],
)
def test_a_configuration_of_voices_that_are_not_there(block: object, words: str) -> None:
    config = changed(make_config(), languages={"jp": block})
    with pytest.raises(ConfigError) as caught:
        catalogue(MANY, config)
    assert caught.value.message.startswith(words)
