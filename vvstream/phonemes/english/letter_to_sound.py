"""Phonemes of a word that no dictionary knows, from its letters: a small recurrent network.

An encoder GRU reads the letters, a decoder GRU writes ARPAbet until it is done (256 units each).
Weights: g2p-en 2.1.0 (Apache-2.0), checkpoint20.npz stored as float16; see data/NOTICE. They are
read here directly because that package would bring NLTK and a GPL package with it.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from vvstream.phonemes.english.rules import VOWELS

_END: Final = 3
_START: Final = 2
_UNKNOWN_LETTER: Final = 1
_END_OF_WORD: Final = 2
_LONGEST: Final = 16  # letters read at once: beyond it the decoder loses its place
_MOST_PHONEMES: Final = 24

_ARPABET: Final = (
    "<pad> <unk> <s> </s> AA0 AA1 AA2 AE0 AE1 AE2 AH0 AH1 AH2 AO0 AO1 AO2 AW0 AW1 AW2 AY0 AY1 AY2 "
    "B CH D DH EH0 EH1 EH2 ER0 ER1 ER2 EY0 EY1 EY2 F G HH IH0 IH1 IH2 IY0 IY1 IY2 JH K L M N NG "
    "OW0 OW1 OW2 OY0 OY1 OY2 P R S SH T TH UH0 UH1 UH2 UW UW0 UW1 UW2 V W Y Z ZH"
).split()

_IPA: Final = dict(
    zip(
        "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW "
        "V W Y Z ZH".split(),
        "ɑ æ ʌ ɔ W I b ʧ d ð ɛ ɜɹ A f ɡ h ɪ i ʤ k l m n ŋ O Y p ɹ s ʃ t θ ʊ u v w j z ʒ".split(),
        strict=True,
    )
)
_UNSTRESSED: Final = {"AH": "ə", "ER": "əɹ"}
_STRESS: Final = {"1": "ˈ", "2": "ˌ"}

Vector = NDArray[np.float32]


class LetterToSound:
    """Read-only once built; about a millisecond a word, results of recent words are kept."""

    def __init__(self, weights: Path) -> None:
        tensors = load_file(weights)
        self._weights = {k: np.ascontiguousarray(v, np.float32) for k, v in tensors.items()}
        self.say = lru_cache(maxsize=4096)(self._say)

    def _say(self, word: str) -> str:
        """Phonemes of a word of letters a-z in either case; empty for a word without any."""
        letters = _squeeze(re.sub("[^a-z]", "", word.lower()))
        pieces = (letters[i : i + _LONGEST] for i in range(0, len(letters), _LONGEST))
        return "".join(american(self._arpabet(piece)) for piece in pieces)

    def _arpabet(self, letters: str) -> list[str]:
        w = self._weights
        hidden = np.zeros(256, np.float32)
        for code in [ord(c) - ord("a") + 3 for c in letters] + [_END_OF_WORD]:
            hidden = self._gru("enc", w["enc_emb"][code], hidden)
        said: list[str] = []
        last = _START
        while last != _END and len(said) <= _MOST_PHONEMES:
            hidden = self._gru("dec", w["dec_emb"][last], hidden)
            last = int((w["fc_w"] @ hidden + w["fc_b"]).argmax())
            said.append(_ARPABET[last])
        return said

    def _gru(self, name: str, x: Vector, hidden: Vector) -> Vector:
        w = self._weights
        a = w[f"{name}_w_ih"] @ x + w[f"{name}_b_ih"]  # float[768]: reset, update, new
        b = w[f"{name}_w_hh"] @ hidden + w[f"{name}_b_hh"]
        reset, update = 1 / (1 + np.exp(-(a[:512] + b[:512]))).reshape(2, 256)
        new = np.tanh(a[512:] + reset * b[512:])
        result: Vector = (1 - update) * new + update * hidden
        return result


def _squeeze(letters: str) -> str:
    """No letter more than twice in a row: "sooooo" is "soo"."""
    return re.sub(r"(.)\1{2,}", r"\1\1", letters)


def _sound(symbol: str) -> str:
    base, stress = symbol.rstrip("012"), symbol[-1]
    said = _IPA.get(base, "")  # the network could say "<unk>"
    return _UNSTRESSED.get(base, said) if stress == "0" else _STRESS.get(stress, "") + said


def american(arpabet: list[str]) -> str:
    """ARPAbet with stress ("K AE1 T") -> the symbols of the voices."""
    ipa = "".join(_sound(symbol) for symbol in arpabet)
    # t between vowels, the second one unstressed, is a flap: "wˈɔtəɹ" -> "wˈɔɾəɹ"
    return re.sub(f"(?<=[{''.join(sorted(VOWELS))}ɹ])t(?=[əɪi])", "ɾ", ipa)
