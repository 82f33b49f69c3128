"""Pronunciations of words that no dictionary holds, from the weights of g2p-en 2.1.0 (Apache-2.0),
without its dependencies.

A GRU encoder-decoder over letters, run in numpy; its ARPAbet output is written in the teacher's
symbols.
"""

from __future__ import annotations

import importlib.metadata
import re
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]

_ARPABET: Final = (
    "<pad> <unk> <s> </s> AA0 AA1 AA2 AE0 AE1 AE2 AH0 AH1 AH2 AO0 AO1 AO2 AW0 AW1 AW2 AY0 AY1 AY2 "
    "B CH D DH EH0 EH1 EH2 ER0 ER1 ER2 EY0 EY1 EY2 F G HH IH0 IH1 IH2 IY0 IY1 IY2 JH K L M N NG "
    "OW0 OW1 OW2 OY0 OY1 OY2 P R S SH T TH UH0 UH1 UH2 UW UW0 UW1 UW2 V W Y Z ZH"
).split()
_SYMBOLS: Final = dict(
    pair.split(":")
    for pair in (
        "AA:ɑ AE:æ AH:ʌ AO:ɔ AW:W AY:I EH:ɛ ER:ɜɹ EY:A IH:ɪ IY:i OW:O OY:Y UH:ʊ UW:u B:b CH:ʧ D:d "
        "DH:ð F:f G:ɡ HH:h JH:ʤ K:k L:l M:m N:n NG:ŋ P:p R:ɹ S:s SH:ʃ T:t TH:θ V:v W:w Y:j Z:z ZH:ʒ"
    ).split()
)
_START, _END, _LONGEST = 2, 3, 24


class Token(Protocol):
    text: str


class LetterToSound:
    """Callable in the form of a misaki fallback: token -> (symbols, rating), or (None, None)
    for a token without letters.
    """

    def __init__(self) -> None:
        (file,) = (
            f for f in importlib.metadata.files("g2p-en") or () if f.name == "checkpoint20.npz"
        )
        self._weights: dict[str, Vector] = dict(np.load(file.locate()))

    def _step(self, x: Vector, h: Vector, cell: str) -> Vector:
        w = self._weights
        a = x @ w[f"{cell}_w_ih"].T + w[f"{cell}_b_ih"]
        b = h @ w[f"{cell}_w_hh"].T + w[f"{cell}_b_hh"]
        n = h.shape[-1]
        reset, update = (1 / (1 + np.exp(-(a[s] + b[s]))) for s in (slice(n), slice(n, 2 * n)))
        return np.asarray(
            (1 - update) * np.tanh(a[2 * n :] + reset * b[2 * n :]) + update * h, np.float32
        )

    def arpabet(self, word: str) -> list[str]:
        """ARPAbet of a word of lower-case letters."""
        h = np.zeros(256, np.float32)
        for code in [ord(c) - ord("a") + 3 for c in word] + [2]:
            h = self._step(self._weights["enc_emb"][code], h, "enc")
        out: list[str] = []
        last = _START
        for _ in range(_LONGEST):
            h = self._step(self._weights["dec_emb"][last], h, "dec")
            last = int((self._weights["fc_w"] @ h + self._weights["fc_b"]).argmax())
            if last == _END:
                break
            out.append(_ARPABET[last])
        return out

    def symbols(self, word: str) -> str:
        """The teacher's symbols for `word`, "" for one with a digit or without letters; other
        characters are ignored.
        """
        letters = re.sub("[^a-z]", "", word.lower())
        out = ""
        for phone in self.arpabet(letters) if letters and not re.search(r"\d", word) else ():
            base, stress = phone.rstrip("012"), phone[-1]
            if base not in _SYMBOLS:
                continue
            symbol = {"AH0": "ə", "ER0": "əɹ"}.get(phone, _SYMBOLS[base])
            out += {"1": "ˈ", "2": "ˌ"}.get(stress, "") + symbol
        return out

    def __call__(self, token: Token) -> tuple[str, int] | tuple[None, None]:
        symbols = self.symbols(token.text)
        return (symbols, 1) if symbols else (None, None)
