"""Who speaks with which voice."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import urlsplit, urlunsplit

from playing.command import Failure
from voicing.names import gender_of
from vvstream_client import SpeechError

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of the server."""

    name: str
    language: str
    aliases: tuple[str, ...] = ()
    gender: str = ""
    accent: str = ""


@dataclass(frozen=True, slots=True)
class Voices:
    """All of them."""

    all: tuple[Voice, ...]
    default: str
    usual: Mapping[str, str] = field(default_factory=dict)
    """Language -> the voice that speaks it where nobody is named."""

    def named(self, name: str) -> Voice:
        """By its name or another name of it. Raises Failure."""
        for voice in self.all:
            if name == voice.name or name in voice.aliases:
                return voice
        names = [voice.name for voice in self.all]
        near = (get_close_matches(name, names, 1, 0) or names)[0]
        raise Failure(f"unknown voice {name!r}; one is {near}, all are at /api/voices")


class Cast:
    """Gives each speaker a voice, and keeps it.

    Who is a woman or a man by name gets such a voice; women and men take turns else. All voices
    have one accent, that of the language's usual voice, until those are taken.
    """

    def __init__(self, voices: Voices, given: Mapping[str, str], unnamed: str | None) -> None:
        """`given`: voices by speaker; `unnamed`: that of cues without one. Raises Failure."""
        self._voices = voices
        self._given = {who.casefold(): voices.named(name) for who, name in given.items()}
        self._given[""] = voices.named(unnamed or voices.default)
        self._chosen: dict[tuple[str, str], str] = {}

    def languages(self) -> frozenset[str]:
        """Those that some voice speaks."""
        return frozenset(voice.language for voice in self._voices.all)

    def voice(self, speaker: str, language: str) -> str:
        """The voice of a speaker in a language that some voice speaks."""
        who = speaker.casefold()
        given = self._given.get(who)
        if given and given.language == language:
            return given.name
        if (who, language) not in self._chosen:
            self._chosen[who, language] = self._free(speaker, language).name
        return self._chosen[who, language]

    def _free(self, speaker: str, language: str) -> Voice:
        """The one of this language that suits best, of these the one that the fewest have."""
        able = [voice for voice in self._voices.all if voice.language == language]
        usual = self._usual(language, able)
        if not speaker:
            return usual
        names = [voice.name for voice in self._given.values()] + list(self._chosen.values())
        taken = [voice for voice in able for name in names if voice.name == name]
        wanted = gender_of(speaker, language)

        def cost(voice: Voice) -> tuple[bool, int, bool, int]:
            return (
                wanted is not None and voice.gender != wanted,
                taken.count(voice),
                voice.accent != usual.accent,
                sum(other.gender == voice.gender for other in taken),
            )

        return min(able, key=cost)

    def _usual(self, language: str, able: Sequence[Voice]) -> Voice:
        """Who speaks it where nobody is named."""
        unnamed = self._given[""]
        if unnamed.language == language:
            return unnamed
        name = self._voices.usual.get(language)
        return next((voice for voice in able if voice.name == name), able[0])


def assignments(given: Sequence[str]) -> dict[str, str]:
    """`ANNA=en-Heart_woman,BEN=en-Eric_man`, any number of times. Raises Failure."""
    found = {}
    for item in ",".join(given).split(",") if given else ():
        who, equals, voice = item.partition("=")
        if not (equals and who.strip() and voice.strip()):
            raise Failure(f"--voices: expected SPEAKER=VOICE, got {item!r}")
        found[who.strip()] = voice.strip()
    return found


async def voices_of(url: str, key: str | None) -> Voices:
    """Ask the server whose /stream this is. Raises SpeechError, Failure."""
    parts = urlsplit(url)
    if parts.scheme not in {"ws", "wss"} or not parts.netloc:
        raise Failure(f"{url} is not a WebSocket address (ws://host:port/stream)")
    scheme = {"ws": "http", "wss": "https"}[parts.scheme]
    path = parts.path.rstrip("/").removesuffix("/stream") + "/api/voices"
    address = urlunsplit((scheme, parts.netloc, path, "", ""))
    request = urllib.request.Request(address)
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    return await asyncio.to_thread(_ask, request, parts.hostname or "")


def _language(name: str) -> str:
    """The name that subtitle files have for a language of the server."""
    return {"jp": "ja", "cn": "zh", "cmn": "zh"}.get(name, name)


def _ask(request: urllib.request.Request, host: str) -> Voices:
    local = host in {"localhost", "127.0.0.1", "::1"}
    handlers = [urllib.request.ProxyHandler({})] if local else []
    where = request.full_url
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=SECONDS) as answer:
            told = json.load(answer)
        return Voices(
            tuple(
                Voice(
                    voice["name"],
                    _language(voice["language"]),
                    tuple(voice.get("aliases", ())),
                    voice.get("gender", ""),
                    voice.get("accent", ""),
                )
                for voice in told["voices"]
            ),
            told["default"],
            {_language(name): voice for name, voice in told.get("languages", {}).items()},
        )
    except urllib.error.HTTPError as error:
        code = 4401 if error.code == 401 else 4000 + error.code
        with error:
            raise SpeechError(code, f"{where} answered {error.code} {error.reason}") from None
    except (OSError, TimeoutError) as error:
        cause = getattr(error, "reason", error)
        detail = getattr(cause, "strerror", None) or str(cause)
        raise SpeechError(0, f"cannot reach {where}: {detail}") from None
    except (ValueError, KeyError, TypeError):
        raise Failure(f"{where} is no vvstream server") from None
