"""Front ends for the voices that are loaded: for plain text, and for text with tags."""

from collections.abc import Callable, Mapping
from typing import Literal

from vvstream.errors import UnknownVoice
from vvstream.languages import FrontEnd, Language
from vvstream.markup.front_end import MarkupFrontEnd, Plain, Voices
from vvstream.markup.giving import English, Giver, Native
from vvstream.options import Accent, VoiceInfo
from vvstream.protocol.messages import Wishes
from vvstream.text.items import Items
from vvstream.text.spoken import Skipped
from vvstream.voices import Catalogue

# What people write in xml:lang -> what the configuration calls it.
_OTHER_NAMES: Mapping[str, str] = {"ja": "jp", "jp": "ja", "cmn": "zh"}


class FrontEnds:
    """Makes them; read-only."""

    def __init__(
        self,
        catalogue: Catalogue,
        languages: Mapping[str, Language],
        emoji: Mapping[str, Literal["skip", "name"]],
    ) -> None:
        """`emoji`: by language, what is done with them."""
        self._catalogue = catalogue
        self._languages = languages
        self._emoji = emoji

    def plain(
        self,
        voice: str,
        on_skipped: Callable[[Skipped], None],
        given: Callable[[], Items] = tuple,
    ) -> FrontEnd:
        """A front end for a voice of the catalogue."""
        info = self._catalogue.voices[voice]
        return self._languages[info.language].front_end(
            accent=info.accent,
            emoji=self._emoji[info.language],
            on_skipped=on_skipped,
            given=given,
        )

    def marked(
        self, voice: str, on_skipped: Callable[[Skipped], None], inside: str
    ) -> MarkupFrontEnd:
        """A front end for SSML in which the tags `inside` are open already."""

        def opened(other: str | None, given: Callable[[], Items]) -> Plain:
            return self.plain(other or voice, on_skipped, given)

        def speaking(tag: str, other: str | None) -> str | None:
            return self._speaking(tag, self._catalogue.voices[other or voice], other)

        def giver(other: str | None) -> Giver:
            speaker = other or voice
            match self._catalogue.voices[speaker].language:
                case "ja" | "zh" as language:
                    return Native(language, lambda text: self._aside(speaker, text))
                case _:
                    return English()

        return MarkupFrontEnd(Voices(opened, self._named, speaking, giver), inside)

    def _aside(self, voice: str, text: str) -> str:
        """The sounds of a text that stands by itself, its marks between its words."""
        front_end = self.plain(voice, lambda _: None)
        words = [*front_end.push(text), *front_end.finish()]
        said = "".join(word.before + word.phonemes + word.after for word in words)
        return said.strip().rstrip(";:,.!?—…”)").strip()

    def _named(self, name: str) -> str:
        return self._catalogue.resolve(Wishes(voice=name), self._catalogue.default).voice

    def _speaking(self, tag: str, now: VoiceInfo, other: str | None) -> str | None:
        """Who speaks "en-GB" or "ja": the voice that speaks already, if it can."""
        primary, _, region = tag.lower().replace("_", "-").partition("-")
        names = (primary, _OTHER_NAMES.get(primary, primary))
        if now.language in names:
            return self._with_accent(f"{primary}-{region.upper()}", now, other)
        for name in names:
            if name in self._catalogue.speakers:
                return self._catalogue.speakers[name]
        known = ", ".join(self._catalogue.speakers)
        raise UnknownVoice(f"xml:lang: no voice speaks {ascii(tag[:24])}; loaded: {known}")

    def _with_accent(self, accent: str, now: VoiceInfo, other: str | None) -> str | None:
        """A voice of the same gender with this accent, where there is one and `now` has not."""
        wanted: Accent | str = accent
        if now.accent == wanted:
            return other
        voices = self._catalogue.voices.values()
        same = (v.name for v in voices if v.accent == wanted and v.gender == now.gender)
        return next(same, other)
