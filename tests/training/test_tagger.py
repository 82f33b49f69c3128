"""The tagger's trainer on a toy corpus; spaCy's part is the corpus maker's."""

import numpy as np

from training.tagger import Passage, agreement, train
from vvstream.phonemes.english.tagger import ROWS, TAGS


def passage(text: str) -> Passage:
    pairs = (token.split("/") for token in text.split())
    return [(word, TAGS.index(tag)) for word, tag in pairs]


def test_the_neighbours_tell_a_verb_from_a_noun() -> None:
    corpus = [
        passage("the/DT record/NN broke/VBD ./."),
        passage("they/PRP record/VBP it/PRP ./."),
        passage("a/DT record/NN ,/, they/PRP record/VBP"),
    ]
    weights = train(corpus * 3, epochs=3, seed=1)
    assert weights.shape == (ROWS, len(TAGS))
    assert weights.dtype == np.int8
    unseen = [passage("the/DT record/NN ./."), passage("they/PRP record/VBP")]
    assert agreement(unseen, weights) == 1
