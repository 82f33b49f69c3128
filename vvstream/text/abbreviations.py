"""Abbreviations -> words, and whether their full stop also ends a sentence."""

from typing import Final

TITLES: Final = {
    "Mr.": "Mister", "Mrs.": "Missus", "Ms.": "Miz", "Mx.": "Mix", "Dr.": "Doctor",
    "Prof.": "Professor", "Rev.": "Reverend", "Hon.": "Honorable", "Gen.": "General",
    "Col.": "Colonel", "Maj.": "Major", "Capt.": "Captain", "Lt.": "Lieutenant",
    "Sgt.": "Sergeant", "Cpl.": "Corporal", "Pvt.": "Private", "Gov.": "Governor",
    "Sen.": "Senator", "Rep.": "Representative", "Pres.": "President",
    "Supt.": "Superintendent", "Insp.": "Inspector", "Cmdr.": "Commander", "Adm.": "Admiral",
    "Messrs.": "Messers", "Mt.": "Mount", "Ft.": "Fort", "St.": "Saint", "Sr.": "Senior",
    "Jr.": "Junior",
}  # fmt: skip
"""Before a name; their full stop ends no sentence, but for "St.", "Sr." and "Jr." after one."""

UNDOTTED: Final = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Dr": "Doctor", "Prof": "Professor",
    "WWI": "World War one", "WWII": "World War two", "vs": "versus", "Jr": "Junior",
    "Sr": "Senior", "Lt": "Lieutenant", "Sgt": "Sergeant",
    "Apt": "Apartment", "YoY": "year over year", "QoQ": "quarter over quarter",
    "MoM": "month over month",
    "Mt": "Mount", "approx": "approximately", "St": "Saint",
}  # fmt: skip

WAYS: Final = {
    "St": "Street", "Dr": "Drive", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road",
    "Hwy": "Highway", "Pkwy": "Parkway", "Ln": "Lane", "Ct": "Court", "Sq": "Square",
    "Ter": "Terrace", "Pl": "Place",
}  # fmt: skip
"""Behind a name, the ends of addresses."""

SHORT: Final = {
    "etc.": "etc", "vs.": "versus", "Inc.": "Incorporated", "Ltd.": "Limited",
    "Co.": "Company", "Corp.": "Corporation", "Bros.": "Brothers", "Ave.": "Avenue",
    "Blvd.": "Boulevard", "Rd.": "Road", "Hwy.": "Highway", "Dept.": "Department",
    "dept.": "department", "Univ.": "University", "Assn.": "Association",
    "approx.": "approximately", "appt.": "appointment", "apt.": "apartment", "Apt.": "Apartment",
    "est.": "estimated", "Est.": "Established", "p.": "page", "pp.": "pages", "vol.": "volume",
    "Vol.": "Volume", "vols.": "volumes", "Vols.": "Volumes", "ed.": "edition", "Ed.": "Ed",
    "Eds.": "editors", "eds.": "editors", "fig.": "figure", "Fig.": "Figure", "figs.": "figures",
    "Figs.": "Figures", "eq.": "equation", "Eq.": "Equation", "ch.": "chapter", "Ch.": "Chapter",
    "sec.": "second", "Sec.": "Section", "min.": "minute", "max.": "maximum",
    "tel.": "telephone", "Tel.": "Telephone", "ext.": "extension", "Ext.": "Extension",
    "al.": "al", "cf.": "compare", "ca.": "circa", "viz.": "namely", "resp.": "respectively",
    "incl.": "including", "misc.": "miscellaneous", "oz.": "ounces", "tsp.": "teaspoons",
    "tbsp.": "tablespoons", "lb.": "pounds",
    "lbs.": "pounds", "ft.": "feet", "hr.": "hour", "hrs.": "hours", "mins.": "minutes",
    "secs.": "seconds", "yr.": "year", "yrs.": "years", "mi.": "miles", "Esq.": "Esquire",
    "dist.": "district", "Dist.": "District", "govt.": "government", "Govt.": "Government",
    "intl.": "international", "Intl.": "International", "Calif.": "California",
    "Minn.": "Minnesota", "Fla.": "Florida", "Tenn.": "Tennessee", "Mfg.": "Manufacturing",
    "exp.": "expires", "Exp.": "Expires", "Rm.": "Room", "Rte.": "Route", "Pkwy.": "Parkway",
    "Ln.": "Lane", "Tbsp.": "tablespoon", "lg.": "large", "agg.": "aggregate", "avg.": "average",
    "para.": "paragraph", "paras.": "paragraphs", "Bldg.": "Building", "mtg.": "meeting",
    "mgr.": "manager", "Mgr.": "Manager", "asst.": "assistant", "Asst.": "Assistant",
    "attn.": "attention", "Attn.": "Attention", "qty.": "quantity", "Qty.": "Quantity",
    "acct.": "account", "amt.": "amount", "wk.": "week", "wks.": "weeks", "mo.": "month",
    "mos.": "months", "pkg.": "package", "pt.": "part", "sq.": "square", "temp.": "temperature",
    "encl.": "enclosed", "Sc.": "Scene", "ref.": "reference", "intro.": "introduction",
    "Ste.": "Suite", "ea.": "each",
}  # fmt: skip

MAY_END: Final = frozenset(
    "etc. al. oz. tsp. tbsp. lb. lbs. ft. hr. hrs. min. mins. secs. yr. yrs. mi. "
    "Calif. Minn. Fla. Tenn. Tbsp. wk. wks. mos. avg. qty. amt. pkg. acct. mtg. mgr. in.".split()
)
"""Their full stop ends a sentence too where a capital follows."""

ENDS_BEFORE_STARTER: Final = frozenset(
    "Inc. Ltd. Co. Corp. Bros. Dept. Esq. Univ. Ave. Blvd. Rd. Hwy. Rte. Pkwy. Ln.".split()
)
"""Their full stop ends a sentence too where a word follows that often begins one."""

NEED_NUMBER: Final = {
    "No.": "Number", "no.": "number", "Nos.": "Numbers", "nos.": "numbers", "p.": "page",
    "pp.": "pages", "ch.": "chapter", "Ch.": "Chapter", "sec.": "section", "Sec.": "Section",
    "ed.": "ed", "fig.": "figure", "min.": "minimum", "ext.": "extension", "art.": "article",
    "Pt.": "Part", "Op.": "Opus", "op.": "opus", "c.": "circa", "b.": "born", "fl.": "flourished",
    "d.": "died", "Art.": "Article", "Fl.": "Floor", "pt.": "part", "l.": "line", "ll.": "lines",
    "temp.": "temperature", "ref.": "reference",
}  # fmt: skip
"""Abbreviations only before a number; elsewhere the word that they look like."""

DOTTED: Final = {
    "e.g": "for example", "i.e": "that is", "a.k.a": "also known as", "p.s": "P S",
    "ph.d": "P H D", "w.r.t": "with respect to",
}  # fmt: skip

ENDS_NO_SENTENCE: Final = frozenset("e.g i.e a.k.a w.r.t".split())

ALSO_WORDS: Final = frozenset(
    "No. no. Nos. nos. Pt. ed. p. ch. fig. art. Op. op. c. b. fl. d. l. ll. Art. Fl. pt. temp. "
    "ref. mo. intro.".split()
)
"""What looks like a sentence's last word where no number follows."""

CAPITALS: Final = frozenset(
    "acl aclu adhd afc afp ai aoe api asl asr atf atm bbc bmi ceo cfa cfo cia cio cpa cpi cpu "
    "crm cto dhs diy dna doj ecb edm edt emt eoy epa epl erp espn etf eu eur faq fbi fda fha "
    "fifa fsa gbp gdp gmat gmo gop gpa gpu gta gui hbo hdmi hipaa hiv hoa hr hvac iaea icc icu "
    "id ide ied imdb imf ioc iot ipl ipo irc irl irs isp ivf kpi lgbt lgbtq lsat lsu lte mba mc "
    "mcu mfa mla mlb mri mrna msu nasa nascar nato nba ncaa ncis nda nea nfl nhl nih nlp nra "
    "nsa nyc nyt nyu ocd ocr oem okc okr osha osu otc pci pda pov psa pta ptsd qa rna roi rsa "
    "sdk seo suv tba tcu tsa tts uae uav uc ucf ucl ucla uefa ufc ufo uhf ui uk unesco unicef "
    "url usa usaf usaid usb usc usd usgs usps utc uti uw ux vip voip vpn vr wnba wto wwe yc "
    "ymca".split()
)
"""Abbreviations that people also write in small letters, read as if in capitals."""

STATES: Final = dict(
    zip(
        "AL AK AZ AR CA CO CT DE FL GA ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
        "NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split(),
        (name.replace("_", " ") for name in (
            "Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida "
            "Georgia Idaho Illinois Indiana Iowa Kansas Kentucky Louisiana Maine Maryland "
            "Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada "
            "New_Hampshire New_Jersey New_Mexico New_York North_Carolina North_Dakota Ohio "
            "Oklahoma Oregon Pennsylvania Rhode_Island South_Carolina South_Dakota Tennessee "
            "Texas Utah Vermont Virginia Washington West_Virginia Wisconsin Wyoming"
        ).split()),
        strict=True,
    )
)  # fmt: skip

SPECIAL: Final = {
    "C++": "C plus plus", "C#": "C sharp", "F#": "F sharp", ".NET": "dot net", "w/": "with",
    "w/o": "without", "c/o": "care of", "b/c": "because", "A#": "A sharp",
    "G#": "G sharp", "D#": "D sharp",
}  # fmt: skip

SYMBOLS: Final = {
    "&": "and", "%": "percent", "+": "plus", "=": "equals", "@": "at", "#": "number",
    ">": "is greater than", "<": "is less than", "<=": "is at most", ">=": "is at least",
    "!=": "is not", "==": "equals", "->": "to", "=>": "to", "^": "to the power of",
    "*": "times", "/": "per", "-": "minus", "−": "minus", "–": "to", "°": "degrees", "×": "times",
    "÷": "divided by", "±": "plus or minus", "≤": "at most",
    "≥": "at least", "≠": "is not equal to", "≈": "about", "∞": "infinity", "√": "square root of",
    "→": "to", "←": "from", "↑": "up", "↓": "down",
    "⇒": "so", "§": "section", "¶": "", "©": "copyright", "®": "",
    "™": "", "$": "dollars", "£": "pounds", "€": "euros", "¥": "yen", "₹": "rupees",
    "₩": "won", "₿": "bitcoin", "¢": "cents", "μ": "micro", "½": "one half", "♭": "flat",
    "♯": "sharp", "·": "times", "∅": "the empty set", "∈": "in", "∉": "not in", "∋": "contains",
    "∩": "intersection", "∪": "union", "⊂": "subset of", "⊆": "subset of", "⊃": "superset of",
    "⊇": "superset of", "∀": "for all", "∃": "there exists", "∑": "the sum of",
    "∏": "the product of", "∫": "the integral of", "∂": "partial", "∇": "nabla",
    "∝": "is proportional to", "≡": "is equivalent to", "¬": "not", "∧": "and", "∨": "or",
    "⊕": "plus", "⊗": "times", "∴": "therefore", "∠": "angle", "⊥": "is perpendicular to",
    "∥": "is parallel to", "≪": "is much less than", "≫": "is much greater than",
    "!": "factorial", "&&": "and", "||": "or", "+=": "plus equals",
    "-=": "minus equals", "*=": "times equals", "/=": "divide equals",
    "↔": "to and from", "⇔": "if and only if", "∘": "of",
}  # fmt: skip

GREEK: Final = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
        "sigma tau upsilon phi chi psi omega".split(),
        strict=True,
    )
) | {"ς": "sigma"}

ELISIONS: Final = {"'n": "and"}
