"""Words that their part of speech alone does not tell apart: "a lead pipe", "a bass guitar".

The dictionary's entries by part of speech come first in number; what stands here are the few words
whose two readings share one, and a hint for the tagger where a pronoun gives a verb away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_NONE: Final[frozenset[str]] = frozenset()


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class _Rule:
    """One reading and the neighbours that call for it; a condition left out always holds."""

    said: str
    behind: frozenset[str] = _NONE
    """The next word, "" for a pause."""
    before: frozenset[str] = _NONE
    """The word before, in small letters."""
    earlier: frozenset[str] = _NONE
    """The word before that one."""
    beyond: frozenset[str] = _NONE
    """The word after the next one, or that after it."""


_PRONOUNS: Final = _set("i you he she it we they who")
_SUBJECTS: Final = _set("i we they people")
_OBJECTS: Final = _set("it them him me us")
_OWNERS: Final = _set("my your his her our their the a this that whose")
_HAVE: Final = _set(
    "have has had having i've you've we've they've i'd he'd she'd haven't hasn't hadn't"
)
_PIECES: Final = _set("apart down up off out into away through open")
_TORN: Final = _set(
    "shirt jeans pants trousers fabric dress sleeve skirt jacket coat cloth curtain curtains seam "
    "paper page sail sails painting canvas net tent muscle ligament tendon cartilage retina skin "
    "seat sofa couch roof bag map balloon screen universe cornea meniscus"
)
_RIP, _RIPS = "tˈɛɹ", "tˈɛɹz"

_RULES: Final[dict[str, tuple[_Rule, ...]]] = {
    "lead": (
        _Rule(
            "lˈɛd",
            behind=_set(
                "pipe pipes paint paints poisoning acid mine mines bullet bullets shot weight "
                "weights pencil pencils crystal glass ore battery batteries content exposure apron "
                "solder ions oxide levels"
            ),
        ),
        _Rule("lˈɛd", before=_set("but and because that if when"), behind=_set("is was melts")),
        _Rule(
            "lˈɛd",
            before=_set("molten heavy metallic liquid leaked contain contains containing"),
        ),
        _Rule("lˈɛd", before=_set("of"), earlier=_set("made lump sheet sheets traces block tons")),
    ),
    "live": (
        _Rule(
            "lˈIv",
            before=_set(
                "broadcast broadcasts broadcasting streamed streaming stream perform performed "
                "performing recorded aired shown go going goes went playing play played"
            ),
            behind=_set("on from at tonight now today") | {""},
        ),
        _Rule(
            "lˈIv",
            behind=_set(
                "streaming streams stream streamed music show shows chat blog updates update audio "
                "video concert concerts demo demos data coverage broadcast server servers"
            ),
        ),
        _Rule("lˈIv", before=_OBJECTS, earlier=_set("see saw seen watch watched hear heard"),
              behind=frozenset({""})),
    ),
    "graduate": (
        _Rule("ɡɹˈæʤəwət", behind=_set("student students school schools degree degrees program")),
    ),
    "protest": (
        _Rule(
            "pɹətˈɛst",
            before=_set("i we they people who to will would can could must should may might"),
        ),
    ),
    "number": (_Rule("nˈʌməɹ", before=_set("grew grow grows growing felt feel feels went")),),
    "bass": (
        _Rule("bˈæs", behind=_set("fishing boat boats swam swims fillet fillets")),
        _Rule(
            "bˈæs",
            before=_set("sea striped largemouth smallmouth black white rock grilled chilean"),
            behind=_set("and or in from with is was swam") | {""},
        ),
        _Rule("bˈæs", earlier=_set("caught catch catching catches hooked fish fishing eat ate")),
        _Rule("bˈæs", before=_set("caught catch catching catches hooked fish fishing eat ate")),
        _Rule("bˈAs"),
    ),
    "tear": (
        _Rule("tˈɪɹ", behind=_set("gas duct ducts drop drops")),
        _Rule(_RIP, before=_set("and"), earlier=_set("wear")),
        _Rule(_RIP, behind=_PIECES),
        _Rule(_RIP, behind=_set("in"), beyond=_TORN),
        _Rule(_RIP, before=_set("ligament muscle meniscus rotator acl")),
    ),
    "sow": (
        _Rule(
            "sˈO",
            before=_set("i you we they to will would can could must should shall may might not"),
        ),
        _Rule("sˈO", behind=_set("seeds seed wheat corn grain discord doubt confusion chaos")),
    ),
    "tears": (_Rule(_RIPS, behind=_PIECES, before=_PRONOUNS),),
    "does": (
        _Rule("dˈOz", before=_set("two three four five many several some")),
        _Rule("dˈOz", before=_set("the"), behind=_set("and in were are with") | {""}),
        _Rule("dˈOz", before=_set("and"), earlier=_set("bucks stags")),
    ),
    "row": (
        _Rule("ɹˈW", before=_set("a"), earlier=_set("had have having has")),
        _Rule("ɹˈW", before=_set("terrible dreadful awful violent bitter"), earlier=_set("a")),
        _Rule("ɹˈW", before=_set("blazing furious angry almighty")),
    ),
    "resume": (_Rule("ɹˈɛzəmˌA", before=_OWNERS),),
    "résumé": (_Rule("ɹˈɛzəmˌA"),),
    "content": (
        _Rule("kəntˈɛnt", behind=_set("with")),
        _Rule(
            "kəntˈɛnt",
            before=_set("am is are was were be feel felt quite perfectly seem seemed not i'm"),
            behind=_set("to and") | {""},
        ),
    ),
    "minute": (
        _Rule(
            "mInˈut",
            behind=_set(
                "detail details amount amounts quantity quantities particle particles traces "
                "difference differences changes variations organisms fraction"
            ),
        ),
        _Rule("mInˈut", before=_set("very extremely so too")),
    ),
    "dove": (
        _Rule("dˈOv", before=_PRONOUNS),
        _Rule("dˈOv", behind=_set("into in down under off headfirst deep")),
    ),
    "bow": (
        _Rule("bˈW", before=_set("a final deep low"), earlier=_set("take took takes taking his a")),
        _Rule("bˈW", behind=_set("of")),
        _Rule("bˈO", behind=_set("tie ties")),
    ),
    "wind": (
        _Rule(
            "wˈInd",
            before=_set("road roads path paths river rivers trail trails street streets stairs"),
            behind=_set("through around round along down up past into between its their"),
        ),
        _Rule("wˈInd", behind=_set("up"), before=_set("to will would and i you we they could may")),
    ),
    "read": (
        _Rule("ɹˈɛd", before=_HAVE | _set("been be was were")),
        _Rule("ɹˈɛd", before=_PRONOUNS, earlier=_set("have has had")),
        _Rule("ɹˈɛd", before=_set("never ever already just only also since not"), earlier=_HAVE),
        _Rule("ɹˈɛd", before=_set("letter note sign message headline caption label inscription")),
        _Rule("ɹˈid", before=_set("always often usually never rarely sometimes still"),
              earlier=_PRONOUNS - _set("he she it")),
        _Rule("ɹˈid", behind=_set("every"), before=_set("i you we they")),
        _Rule("ɹˈid", behind=_set("more less")),
    ),
    "polish": (_Rule("pˈɑlɪʃ", behind=_set("the your my it his her a up off")),),
    "mobile": (
        _Rule("mObˈil", behind=_set("alabama bay")),
        _Rule("mˈObᵊl"),
    ),
}  # fmt: skip


def by_neighbours(
    word: str, before: tuple[str, str], behind: Callable[[int], str]
) -> str | None:
    """The phonemes of a word whose neighbours decide, None for any other.

    `before` are the two words before it, the nearest first; `behind(1)` gives the one after it, ""
    where a pause comes first, and so on.

    Raises:
        NeedMore: from `behind`, where the next word matters and has not arrived.
    """
    rules = _RULES.get(word.lower())
    if rules is None:
        return None
    near, earlier = (w.lower() for w in before)
    for rule in rules:
        if (
            (not rule.before or near in rule.before)
            and (not rule.earlier or earlier in rule.earlier)
            and (not rule.behind or behind(1).lower() in rule.behind)
            and (not rule.beyond or any(behind(i).lower() in rule.beyond for i in (2, 3)))
        ):
            return rule.said
    return None


def hint(tag: str, tag_before: str, before: str, behind: str) -> str:
    """The tag, corrected to a verb before an object pronoun ("attribute it to him") and after
    those who do something ("we protest against it")."""
    if tag == "NN" and before.lower() in _SUBJECTS:
        return "VBP"
    noun = tag in ("NN", "JJ") and tag_before not in ("DT", "PRP$", "JJ", "NN", "CD", "IN")
    return "VB" if noun and behind.lower() in _OBJECTS else tag
