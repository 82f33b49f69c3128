"""The dictionaries' files say what they were made of."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from training.pronunciations import beyond_american, table
from vvstream.phonemes.english.british import british_entry
from vvstream.phonemes.english.dictionary import Dictionary, Entry

_SOUNDS = st.text(st.sampled_from("ˈˌæOɑɹəɪitdnsl"), min_size=1, max_size=8)
_ENTRIES = st.dictionaries(
    st.text(st.sampled_from("abcdeo'-É"), min_size=1, max_size=4),
    st.builds(
        Entry,
        _SOUNDS,
        st.dictionaries(st.sampled_from(["VERB", "NOUN", "None"]), st.one_of(st.just(""), _SOUNDS)),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40)
@given(_ENTRIES, _ENTRIES, st.booleans())
def test_british_is_what_it_was(
    american: dict[str, Entry], british: dict[str, Entry], follow: bool
) -> None:
    if follow:  # some words that follow from the American ones
        british |= {word: british_entry(word, entry) for word, entry in american.items()}
    with TemporaryDirectory() as folder:
        us_file, gb_file = Path(folder, "us.tsv"), Path(folder, "gb.tsv")
        us_file.write_bytes(table(american))
        gb_file.write_bytes(table(beyond_american(british, american)))
        us = Dictionary(us_file)

        def beyond(word: str) -> Entry | None:
            entry = us.exact(word)
            return None if entry is None else british_entry(word, entry)

        gb = Dictionary(gb_file, beyond)
        for word in (*american, *british, "zz"):
            assert us.exact(word) == american.get(word)
            assert gb.exact(word) == british.get(word)
