"""Whether a speaker's name is a woman's or a man's, where that is plain: it chooses a voice."""

import re

WOMEN = frozenset(
    """woman women girl mother mom mum grandma grandmother aunt sister wife daughter queen princess
    lady mrs ms miss madam nun waitress actress her she
    abigail ada agnes aisha alice alicia amanda amelia amy ana andrea angela anita ann anna anne
    annie aoi audrey ava barbara beatrice bella beth betty brenda bridget camila carmen carol
    caroline catherine charlotte chloe christina claire clara deborah diana donna dorothy elena
    eleanor elizabeth ella ellen emily emma erika erin esther eva eve fatima fiona frances gina
    grace hana hannah harper heather helen ida ines ingrid irene iris isabel isabella jane janet
    jenny jennifer jessica joan judith judy julia julie karen kate katherine kathryn katie keiko
    kelly laura lena lily linda lisa lucy luna lydia maggie margaret maria marie martha mary mei
    megan mia michelle mila miriam molly monica nadia nancy naomi natalie nicole nina nora olga
    olivia patricia paula penny rachel rebecca rita rosa rose ruth sakura samantha sandra sara
    sarah sofia sophia sophie stella susan tanya teresa tina ursula vera victoria violet wendy
    yoko yuki yumi zoe""".split()
)
MEN = frozenset(
    """man men boy father dad grandpa grandfather uncle brother husband son king prince sir lord
    mr monk waiter actor his he
    aaron adam adrian ahmed akira alan albert alberto alexander alfred andre andrew anthony antonio
    arthur austin ben benjamin bernard bill bob boris brandon brian bruce carl carlos charles
    chris christian christopher colin daniel david dennis diego donald douglas dylan edgar edward
    eric ethan eugene felix fernando francis francisco frank fred gabriel gary george gerald
    gordon graham greg gregory hans haruto harold harry hassan henry hiroshi howard hugo ian isaac
    ivan jack jacob jake james jason jeff jeremy jerry jesse jim joe john jonathan jose joseph
    joshua juan justin karl keith ken kenji kevin kyle larry lars leo liam logan louis lucas luke
    marco mark martin matthew max michael miguel mike mohammed nathan nicholas nick noah oliver
    oscar otto patrick paul pedro peter philip ralph raymond richard rob robert roger ron ronald
    roy ryan sam samuel scott sean simon stefan stephen steve steven takeshi ted thomas tim
    timothy toby tom tony victor vincent walter wei will william zach""".split()
)
# What people are called where no spaces are: 叔叔, 阿姨, 花子. 先生 is "Mr." in Chinese alone.
MEN_SIGNS = re.compile("男|爸|父|哥|弟|爷|叔|伯|夫|兄|王子|息子|君|郎|彦$|太$")
WOMEN_SIGNS = re.compile("女|妈|母|姐|妹|婆|娘|奶|姨|妻|姫|姉|嬢|[子美香恵]$")


def gender_of(speaker: str, language: str) -> str | None:
    """ "woman", "man", or None where the name does not say: the first of its words that does."""
    for word in re.findall(r"[^\W\d_]+", speaker.casefold()):
        if word in MEN or MEN_SIGNS.search(word) or (language == "zh" and word.endswith("先生")):
            return "man"
        if word in WOMEN or WOMEN_SIGNS.search(word):
            return "woman"
    return None
