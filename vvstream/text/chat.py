"""What people type for what they say; in small letters alone, for capitals may be a name."""

from typing import Final

from vvstream.text.items import Items, words
from vvstream.text.near import Near

_WORDS: Final = {
    "btw": "by the way", "idk": "I don't know", "imo": "in my opinion",
    "imho": "in my humble opinion", "tbh": "to be honest", "pls": "please", "plz": "please",
    "thx": "thanks", "tnx": "thanks", "ty": "thank you", "u": "you", "ur": "your",
    "omg": "oh my god", "brb": "be right back", "np": "no problem", "afaik": "as far as I know",
    "fyi": "for your information", "asap": "as soon as possible", "ppl": "people", "w": "with",
    "gtg": "got to go", "ttyl": "talk to you later", "luv": "love", "jk": "just kidding",
    "ily": "I love you", "smh": "shaking my head", "ngl": "not gonna lie", "lmk": "let me know",
    "tbf": "to be fair", "irl": "in real life", "nvm": "never mind", "rn": "right now",
    "bc": "because", "msg": "message", "mtg": "meeting", "tmrw": "tomorrow", "yw": "you're welcome",
    "hbu": "how about you", "wbu": "what about you", "wyd": "what are you doing",
    "gm": "good morning", "gn": "good night", "bf": "boyfriend", "gf": "girlfriend",
    "ofc": "of course", "iirc": "if I recall correctly", "fwiw": "for what it's worth",
    "ymmv": "your mileage may vary", "icymi": "in case you missed it", "hmu": "hit me up",
    "iykyk": "if you know you know", "otoh": "on the other hand", "istg": "I swear to God",
    "idc": "I don't care", "ikr": "I know right", "omw": "on my way",
    "wym": "what do you mean", "tysm": "thank you so much", "nbd": "no big deal",
    "tfw": "that feeling when", "obv": "obviously", "prolly": "probably",
    "govt": "government", "gov't": "government", "dept": "department", "avg": "average",
    "misc": "miscellaneous", "incl": "including", "univ": "university", "intl": "international",
    "int'l": "international", "assoc": "association", "yrs": "years", "cmon": "come on",
    "youll": "you'll", "youve": "you've", "itll": "it'll", "yall": "y'all", "imma": "I'm gonna",
    "wut": "what", "teh": "the", "upto": "up to", "atleast": "at least", "ofcourse": "of course",
    "infront": "in front", "wwi": "World War one", "wwii": "World War two",
    "ie": "that is", "eg": "for example",
    "dont": "don't", "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "wasnt": "wasn't",
    "arent": "aren't", "werent": "weren't", "couldnt": "couldn't", "wouldnt": "wouldn't",
    "shouldnt": "shouldn't", "havent": "haven't", "hasnt": "hasn't", "hadnt": "hadn't",
    "cant": "can't", "im": "I'm", "ive": "I've", "youre": "you're", "theyre": "they're",
    "thats": "that's", "whats": "what's", "shouldve": "should've", "couldve": "could've",
}  # fmt: skip
_WITH_FIGURES: Final = {
    "l8r": "later", "gr8": "great", "b4": "before", "2nite": "tonight", "2day": "today",
    "2moro": "tomorrow", "m8": "mate", "w8": "wait", "h8": "hate", "str8": "straight",
    "l8": "late", "4ever": "forever", "any1": "anyone", "some1": "someone", "no1": "no one",
    "every1": "everyone", "2gether": "together", "10x": "thanks",
}  # fmt: skip
# Letters and words that mean this only before one of those.
_BEFORE: Final = {
    ("c", "u"): "see", ("c", "ya"): "see", ("r", "u"): "are", ("r", "we"): "are",
    ("r", "they"): "are", ("thx", "u"): "thank", ("y", "not"): "why",
    ("fr", "fr"): "for real",
}  # fmt: skip
_AFTER: Final = {
    ("u", "r"): "are", ("they", "r"): "are", ("we", "r"): "are", ("gonna", "b"): "be",
    ("fr", "fr"): "for real",
    **{(before, "b"): "be" for before in (
        "will", "to", "cant", "can't", "wont", "won't", "i'll", "ill", "u'll", "you'll", "we'll",
        "it'll", "he'll", "she'll", "they'll", "could", "would", "should", "must", "might",
    )},
}  # fmt: skip
_FOR_SOMEBODY: Final = frozenset("u ur ya ever".split())
_FOR: Final = frozenset(
    "me us him her them a an the my your our real free now sure everything that this it".split()
)
_ASKED: Final = frozenset(
    "wait waiting look looking go going up good great work works fine love luv sorry here made "
    "ready best pray vote hope care ask asking time pay paid".split()
)
"""Between them and those a 4 is "for": "wait 4 me"."""
_THANKS: Final = frozenset("thx thanks thank ty tysm thnx tx".split())
_TO: Final = frozenset(
    "be b u ur c know go get see do say tell talk come eat sleep play watch meet hear wait leave "
    "stop".split()
)
_WANTED: Final = frozenset(
    "want wanna need have has had going got try trying talk talking listen like love used able "
    "nice good time back happy ready glad easy hard how what where when way".split()
)
"""Between them and those a 2 is "to": "want 2 go"."""


def chat(text: str, near: Near) -> Items | None:
    """ "idk" -> "I don't know", "r" "u" -> "are" "you"; None for what is no such word.

    Raises:
        NeedMore: the next word decides and has not arrived.
    """
    if text in _WITH_FIGURES:
        return words(_WITH_FIGURES[text])
    if text in ("2", "4"):
        return _figure(text, near)
    if not text.islower() or (near.lead, text) == ("as", "np"):
        return None  # "import numpy as np"
    said = _AFTER.get((near.lead, text))
    if said is None and text in _FIRST:
        following = near.next()
        said = None if following is None else _BEFORE.get((text, following.text.lower()))
    said = said or _WORDS.get(text)
    return None if said is None else words(said)


def _figure(text: str, near: Near) -> Items | None:
    """A figure that stands for a word: "thx 4 coming", "nice 2 c u", "me 2"."""
    if not near.lead:
        return None
    following = near.next()
    behind = "" if following is None else following.text.lower()
    if text == "4":
        asked = behind in _FOR and near.lead in _ASKED
        thanked = bool(behind) and near.lead in _THANKS
        return words("for") if asked or thanked or behind in _FOR_SOMEBODY else None
    if not behind:
        return words("too") if near.lead in ("me", "u") else None
    goes = behind == "the" and near.lead in ("go", "going", "went", "back", "way", "come")
    return words("to") if goes or (behind in _TO and near.lead in _WANTED) else None


_FIRST: Final = frozenset(first for first, _ in _BEFORE)
