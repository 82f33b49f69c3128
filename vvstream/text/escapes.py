r"""What stands for a character without being one: "&amp;", "\*", "\times", "x^{2}".

Pages, Markdown and LaTeX write so, and so do language models. Each is given the characters that it
stands for, and those are read as if they had been written.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

_GREEK: Final = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
        "sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega "
        "varepsilon varphi vartheta".split(),
        "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩεφθ",
        strict=True,
    )
)
_COMMANDS: Final = _GREEK | {
    "times": "×", "cdot": "×", "div": "÷", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "neq": "≠", "ne": "≠", "approx": "≈", "sim": "≈", "infty": "∞", "sum": "∑", "prod": "∏",
    "int": "∫", "partial": "∂", "nabla": "∇", "sqrt": "√", "to": "→", "rightarrow": "→",
    "longrightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒",
    "implies": "⇒", "Leftrightarrow": "⇔", "iff": "⇔", "in": "∈", "notin": "∉", "subset": "⊂",
    "subseteq": "⊆", "cup": "∪", "cap": "∩", "emptyset": "∅", "forall": "∀", "exists": "∃",
    "land": "∧", "lor": "∨", "neg": "¬", "degree": "°", "circ": "°", "angle": "∠", "perp": "⊥",
    "parallel": "∥", "propto": "∝", "equiv": "≡", "ll": "≪", "gg": "≫", "oplus": "⊕",
    "ldots": "…", "cdots": "…", "dots": "…", "mid": " given ", "lim": " limit",
    **{name: f" {name}" for name in "sin cos tan log ln exp max min".split()},
    **dict.fromkeys(
        "frac dfrac tfrac text textbf textit mathrm mathbf mathit mathbb mathcal operatorname "
        "left right big Big bigg Bigg quad qquad displaystyle boxed hat bar vec underline "
        "overline".split(),
        "",
    ),
}  # fmt: skip
"""LaTeX's names of characters; no character for what only says how they look."""

_ENTITY: Final = r"&(?:#\d{1,6}|#[xX][0-9A-Fa-f]{1,5}|[A-Za-z][A-Za-z0-9]{1,7});"
_NAMES: Final = "|".join(sorted(_COMMANDS, key=len, reverse=True))
_ESCAPE: Final = re.compile(
    rf"(?P<entity>{_ENTITY})"
    r"|(?P<frame>\\(?:begin|end)\{[a-z]+\*?\})"
    rf"|(?P<command>\\(?:{_NAMES})(?![A-Za-z]))"
    r"|(?P<sign>\\[-!\"#$%&'()*+,./:;<=>?@\[\]^_`{|}~])"
    r"|(?P<degree>\^\{?\\circ\}?)"
    r"|(?P<script>[\^_]\{?)"
    r"|(?P<over>\}\{)"
    r"|(?P<brace>[{}])"
    r"|(?P<ordinal>ⁿᵈ)"
)
_MAY: Final = re.compile(r"\\|&[^;]*;|[\^_]\{|\}\{|[∑∏∫]_|ⁿᵈ")
_PATH: Final = re.compile(r"[\"'(`]*(?:[A-Za-z]:\\|\\\\)")
_WORD: Final = re.compile("[A-Za-z]{2}$")
_SILENT: Final = frozenset("()[],:;")
_BOUNDED: Final = {"∑": " sum ", "∏": " product ", "∫": " integral "}


def escapes(text: str) -> Iterator[tuple[int, int, str]]:
    r"""[start, end) of each escape in a chunk, and what it stands for: "\times" -> "×".

    Time linear in the length of `text`.
    """
    if _MAY.search(text) is None or _PATH.match(text) is not None:
        return
    state = _State(text)
    last = 0
    for found in _ESCAPE.finditer(text):
        named = found.lastgroup == "command" and found.start() > last
        if named and _WORD.search(text[last : found.start()][-2:]):
            continue  # a path: "docs\in"
        last = found.end()
        plain = state.plain(found)
        if plain is not None:
            yield found.start(), found.end(), plain


class _State:
    """What has been met in a chunk, as far as it decides about what comes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._numerators: list[bool] = []
        """Of each brace that is open, whether a numerator stands in it."""
        self._bounds: dict[str, str] = {}
        """What marks the bounds of a sum that are still to come."""

    def plain(self, found: re.Match[str]) -> str | None:
        """What an escape stands for; None where it is none."""
        written = found[0]
        match found.lastgroup:
            case "entity":
                said = unescape(written).replace("\xa0", " ")
                return None if said == written else said
            case "frame":
                return ""
            case "command":
                return self._operator(_COMMANDS[written[1:]], found.end())
            case "sign":
                return "" if written[1] in _SILENT else written[1]
            case "degree":
                return "°"
            case "ordinal":
                return "nd"  # an n above the line alone is a power
            case "script":
                return self._script(written)
            case "over":
                opened = self._numerators.pop() if self._numerators else True
                self._numerators.append(False)
                return " over " if opened else None
            case _:
                self._brace(written, found.start())
                return None

    def _operator(self, sign: str, end: int) -> str:
        if sign in _BOUNDED and self._text[end : end + 1] == "_":
            self._bounds = {"_": " from ", "^": " to "}
            return _BOUNDED[sign]
        return sign

    def _script(self, written: str) -> str | None:
        if written.endswith("{"):
            self._numerators.append(False)
        bound = self._bounds.pop(written[0], None)
        return bound or (written[0] if len(written) > 1 else None)

    def _brace(self, written: str, start: int) -> None:
        if written == "{":
            self._numerators.append(self._text.endswith("frac", 0, start))
        elif self._numerators:
            self._numerators.pop()
