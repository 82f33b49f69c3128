"""Who can speak: the voices that are loaded, their other names, and the options asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from vvstream.config import Config
from vvstream.errors import ConfigError, UnknownVoice
from vvstream.options import SpeechOptions, VoiceInfo
from vvstream.protocol.fields import show
from vvstream.protocol.messages import Wishes


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What `GET /api/voices` shows."""

    voices: Mapping[str, VoiceInfo]
    aliases: Mapping[str, str]
    """Other name -> canonical name."""
    speakers: Mapping[str, str]
    """Language -> the voice that speaks it when none is asked for."""
    default: SpeechOptions

    def aliases_of(self, voice: str) -> list[str]:
        """The other names of a voice."""
        return [alias for alias, name in self.aliases.items() if name == voice]

    def language(self, voice: str) -> str:
        """The language of a canonical name."""
        return self.voices[voice].language

    def resolve(self, wishes: Wishes, now: SpeechOptions) -> SpeechOptions:
        """The options `now`, changed as wished. Raises UnknownVoice."""
        return SpeechOptions(
            voice=self._voice(wishes, now),
            cfg=now.cfg if wishes.cfg is None else wishes.cfg,
            steps=now.steps if wishes.steps is None else wishes.steps,
            speed=now.speed if wishes.speed is None else wishes.speed,
            seed=now.seed if wishes.seed is None else wishes.seed,
        )

    def _voice(self, wishes: Wishes, now: SpeechOptions) -> str:
        if wishes.language is not None and wishes.language not in self.speakers:
            known = ", ".join(self.speakers)
            raise UnknownVoice(f"unknown language {show(wishes.language)}; loaded: {known}")
        if wishes.voice is None:
            if wishes.language in (None, self.language(now.voice)):
                return now.voice
            return self.speakers[wishes.language]
        name = self.aliases.get(wishes.voice, wishes.voice)
        if name not in self.voices:
            names = [*self.voices, *self.aliases]
            near = get_close_matches(wishes.voice, names, n=1, cutoff=0.0)[0]
            raise UnknownVoice(
                f"unknown voice {show(wishes.voice)}; one is {near}, all are at /api/voices"
            )
        if wishes.language not in (None, self.language(name)):
            raise UnknownVoice(f"voice {name} speaks {self.language(name)}, not {wishes.language}")
        return name


def catalogue(voices: tuple[VoiceInfo, ...], config: Config) -> Catalogue:
    """What the engine has, under the names of the configuration. Raises ConfigError."""
    loaded = {voice.name: voice for voice in voices}
    aliases: dict[str, str] = {}
    for language, block in config.languages.items():
        for place, name in (
            (f"languages.{language}.voice", block.voice),
            *((f"languages.{language}.aliases.{alias}", to) for alias, to in block.aliases.items()),
        ):
            if name not in loaded or loaded[name].language != language:
                known = ", ".join(voice.name for voice in voices if voice.language == language)
                raise ConfigError(f"{place}: no voice {name}; {language} has {known}")
        aliases.update(block.aliases)
    speakers = {language: block.voice for language, block in config.languages.items()}
    speech = config.speech
    default = SpeechOptions(
        next(iter(speakers.values())), speech.cfg, speech.steps, speech.speed, speech.seed
    )
    return Catalogue(loaded, aliases, speakers, default)
