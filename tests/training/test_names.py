"""What the file of names is made of."""

from training.names import entries, lacking

_TEXT = """;;; a comment
michelle M IH0 SH EH1 L
cat K AE1 T
catlike K AE1 T L AY2 K
mary M EH1 R IY0 # a name
fbi EH1 F B IY1 AY1
leonard L EH1 N ER0 D
leonard(2) L EY1 N ER0 D
leonard's L EH1 N ER0 D Z
harrison HH AE1 R IH0 S AH0 N
weyl W EY1 L
hector's-day HH EH1 K
"""


def test_entries_are_in_the_voices_symbols() -> None:
    assert dict(entries(_TEXT))["michelle"] == "mɪʃˈɛl"
    assert [said for word, said in entries(_TEXT) if word == "leonard"] == ["lˈɛnəɹd", "lˈAnəɹd"]
    assert "hector's-day" not in dict(entries(_TEXT))


def test_only_what_nothing_else_says_is_kept() -> None:
    found = lacking(_TEXT)
    assert found["michelle"] == "mɪʃˈɛl"
    assert found["leonard"] == "lˈɛnəɹd"  # the first of its ways
    assert found["fbi"] == "ˌɛfbˌiˈI"  # as letters are spelled
    for known in ("cat", "mary", "leonard's"):
        assert known not in found
