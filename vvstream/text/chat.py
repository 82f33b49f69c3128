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
}  # fmt: skip
_AFTER: Final = {
    ("u", "r"): "are", ("they", "r"): "are", ("we", "r"): "are", ("gonna", "b"): "be",
    ("will", "b"): "be", ("to", "b"): "be", ("cant", "b"): "be", ("wont", "b"): "be",
}  # fmt: skip


def chat(text: str, near: Near) -> Items | None:
    """ "idk" -> "I don't know", "r" "u" -> "are" "you"; None for what is no such word.

    Raises:
        NeedMore: the next word decides and has not arrived.
    """
    if text in _WITH_FIGURES:
        return words(_WITH_FIGURES[text])
    if not text.islower():
        return None
    said = _AFTER.get((near.lead, text))
    if said is None and text in _FIRST:
        following = near.next()
        said = None if following is None else _BEFORE.get((text, following.text.lower()))
    said = said or _WORDS.get(text)
    return None if said is None else words(said)


_FIRST: Final = frozenset(first for first, _ in _BEFORE)
