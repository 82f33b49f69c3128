"""Names and borrowed words that the dictionaries lack or spell out of their letters, as Americans
say them. Keys are in small letters and without accents."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

NAMES: Final[Mapping[str, str]] = MappingProxyType({
    # people
    "sean": "ʃˈɔn", "siobhan": "ʃəvˈɔn", "niamh": "nˈiv", "saoirse": "sˈɪɹʃə", "aoife": "ˈifə",
    "joaquin": "wɑkˈin", "jorge": "hˈɔɹhA", "jose": "hOzˈA", "javier": "hɑvjˈɛɹ",
    "guillermo": "ɡijˈɛɹmO", "xi": "ʃˈi", "ng": "ˈɪŋ", "nguyen": "wˈɪn", "chloe": "klˈOi",
    "zoe": "zˈOi", "leila": "lˈAlə", "anais": "ˌɑnɑˈis", "renee": "ɹənˈA", "imogen": "ˈɪməʤən",
    "hermione": "həɹmˈIəni", "o'brien": "ObɹˈIən", "xavier": "zˈAvjəɹ", "joaquim": "ʒwɑkˈim",
    "goethe": "ɡˈɜɹtə", "nietzsche": "nˈiʧə", "mozart": "mˈOtsˌɑɹt", "wagner": "vˈɑɡnəɹ",
    "bach": "bˈɑk", "chopin": "ʃˈOpæn", "dvorak": "dvˈɔɹʒɑk", "tchaikovsky": "ʧIkˈɔfski",
    "debussy": "dˌɛbjusˈi", "camus": "kæmˈu", "sartre": "sˈɑɹtɹə", "foucault": "fukˈO",
    "monet": "mOnˈA", "renoir": "ɹɛnwˈɑɹ", "rousseau": "ɹusˈO", "euler": "ˈYləɹ", "jung": "jˈʊŋ",
    "gogh": "ɡˈO", "schrodinger": "ʃɹˈOdɪŋəɹ", "huygens": "hˈYɡənz",
    "freud": "fɹˈYd", "descartes": "dAkˈɑɹt", "nabokov": "nəbˈɔkəf", "chekhov": "ʧˈɛkɔf",
    "beyonce": "biˌɑnsˈA", "mig": "mˈɪɡ", "migs": "mˈɪɡz",
    # places
    "yosemite": "jOsˈɛməTi", "moines": "mˈYn", "phuket": "pˌukˈɛt", "jolla": "hˈYə",
    "schuylkill": "skˈukᵊl", "marseille": "mɑɹsˈA", "lyon": "liˈOn", "kyiv": "kˈiv",
    "gloucester": "ɡlˈɑstəɹ", "edinburgh": "ˈɛdənbˌɜɹə", "tijuana": "tiwˈɑnə", "oaxaca": "wəhˈɑkə",
    "guadalajara": "ɡwˌɑdələhˈɑɹə", "kyoto": "kiˈOTO", "versailles": "vəɹsˈI",
    # things
    "hermes": "ɛɹmˈɛz", "givenchy": "ʒˌivɑnʃˈi", "moet": "mOˈɛt", "versace": "vəɹsˈɑʧi",
    "hyundai": "hˈʌndA", "ikea": "Ikˈiə", "acai": "ˌɑsIˈi", "jalapeno": "hˌɑləpˈAnjO",
    "jalapenos": "hˌɑləpˈAnjOz", "quesadilla": "kˌAsədˈijə", "charcuterie": "ʃɑɹkˈuTəɹi",
    "nginx": "ˈɛnʤənˌɛks", "gnu": "ɡnˈu", "postgresql": "pˈOstɡɹɛskjˌuˈɛl", "pho": "fˈʌ",
    "kubernetes": "kˌubəɹnˈɛTiz", "macos": "mˈækOˌɛs", "quinoa": "kˈinwˌɑ",
})  # fmt: skip
