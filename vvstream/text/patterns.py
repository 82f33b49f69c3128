"""What can stand in a chunk of text, as one regular expression with a named group for each kind.

The order matters: the first kind that matches wins. No kind reaches beyond its chunk and none
backtracks over more than it, so time stays linear.
"""

import re
from typing import Final

from vvstream.text.formulas import LOGIC, SUPERSCRIPTS
from vvstream.text.items import GIVEN

TOP_LEVEL: Final = (
    "com|org|net|edu|gov|mil|int|info|biz|io|ai|dev|app|me|tv|co|us|uk|eu|de|fr|jp|cn|in|au|ca|nl|"
    "se|no|ch|it|es|pl|ru|br|kr|nz|xyz|tech|cloud|online|store|site|blog|shop|ly|gg|sh|to|fm|be|at"
)

_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_EUROPEAN: Final = r"\d{1,3}(?:\.\d{3})*,\d\d(?!\d)"
_END: Final = r"(?![A-Za-z0-9])"
_AM_PM: Final = r"(?:[AaPp]\.[Mm]\.?|[AaPp][Mm])"
_CURRENCY: Final = r"(?:(?:US|AU|CA|NZ|HK|A|C|S|R)?\$|[£€¥₹₩₿])"
_SCALE: Final = r"(?:[kK]|[mM]{1,2}|[bB]n?|bn|tn|T)"
_FRACTION: Final = r"[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]"
_CALENDAR: Final = (
    "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|August|September|"
    "October|November|December|"
    "Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec"
)
_TITLES: Final = (
    "Mr|Mrs|Ms|Mx|Dr|Prof|Sr|Jr|St|Rev|Hon|Gen|Col|Maj|Capt|Lt|Sgt|Cpl|Pvt|Gov|Sen|Rep|Pres|Supt|"
    "Insp|Cmdr|Adm|Messrs|Mt|Ft"
)
_SHORT: Final = (
    "etc|vs|Inc|Ltd|Co|Corp|Bros|Ave|Blvd|Rd|Hwy|Dept|Univ|Assn|approx|appt|apt|Apt|dept|est|Est|"
    "No|Nos|no|nos|pp|p|vol|Vol|Vols|vols|ed|Ed|eds|fig|Fig|figs|Figs|Eq|eq|ch|Ch|sec|Sec|min|max|"
    "tel|Tel|ext|Ext|al|cf|ca|viz|resp|incl|misc|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|"
    "Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun|oz|tsp|tbsp|lb|lbs|ft|hr|hrs|mins|secs|yr|yrs|mi|Esq|Ph\\.D|"
    "M\\.D|B\\.Sc|M\\.Sc|Mfg|dist|Dist|govt|Govt|intl|Intl|Calif|Minn|Fla|Tenn|"
    "Rm|Pt|exp|Exp|Rte|Pkwy|Ln|Op|op|c|b|fl|Fl|d|v|ll?|Art|Tbsp|lg|agg|avg|paras?|Bldg|mtg|mgr|Mgr|"
    "asst|Asst|attn|Attn|qty|Qty|acct|amt|wks?|mos?|pkg|pt|sq|temp|encl|ref|intro|Ste|in|Sc|ea"
)

TOKEN: Final = re.compile(
    rf"""
      (?P<given> {GIVEN} )
    | (?P<markup> (?<![A-Za-z0-9_])_+(?=[A-Za-z']+(?:_*(?![A-Za-z0-9_'-])|-))
               | </?[A-Za-z][^<>{GIVEN}]*> | \]\([^\s(){GIVEN}]*\)
               | \[\^[A-Za-z0-9_-]+\]:?
               | (?:(?<=[.,;:!?"”)\]])|(?<=[A-Za-z]{{4}}))\[[1-9]\d{{0,2}}\] )
    | (?P<url> (?:https?|ftps?|sftp|wss?|ssh|git|file)://[^\s<>"“”{GIVEN}]+
            | www\.[^\s<>"“”{GIVEN}]+ )
    | (?P<email> (?:mailto:)?[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]* )
    | (?P<domain> localhost(?::\d+)?(?:/[^\s<>"“”{GIVEN}]*)?(?![A-Za-z0-9])
                | (?:[A-Za-z0-9-]+\.)+(?:{TOP_LEVEL})(?![A-Za-z0-9_-]|\.[A-Za-z0-9])
                  (?::\d+)?(?:/[^\s<>"“”{GIVEN}]*)? )
    | (?P<path> [A-Za-z]:\\[^\s"“”<>|{GIVEN}]+
              | (?<![A-Za-z0-9).])(?:~|\.{{1,2}})?/(?=[A-Za-z0-9_.@-]*[A-Za-z])
                [A-Za-z0-9_.@-]+(?:/[A-Za-z0-9_.@-]+)*/?
              | (?!{_AM_PM}/)[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*/[A-Za-z0-9_-]+
                \.[A-Za-z][A-Za-z0-9]{{0,4}}{_END}(?::\d+)*
              | ^\.[a-z][a-z0-9_]*(?![A-Za-z0-9_]) )
    | (?P<hashtag> \#[0-9]*[A-Za-z_][A-Za-z0-9_]* )
    | (?P<mention> @(?![0-9])[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)* )
    | (?P<hex> (?=[A-Fa-f:]*[0-9])(?=[0-9:]*[A-Fa-f]|[0-9A-Fa-f]*::)
               (?:[0-9A-Fa-f]{{0,4}}:){{2,7}}[0-9A-Fa-f]{{1,4}}(?![A-Za-z0-9:]) )
    | (?P<isodate> \d{{4}}/[01]\d/[0-3]\d(?![\d/]) | \d{{4}}-\d{{2}}-\d{{2}}(?:T(?=\d)|(?![\d-])) )
    | (?P<date> \d{{1,2}}/\d{{1,2}}/(?:\d{{4}}|\d{{2}})(?![\d/])
              | \d{{1,2}}\.\d{{1,2}}\.\d{{4}}(?![\d.]\d) )
    | (?P<times> \d{{1,2}}:\d{{2}}{_AM_PM}?[-–]\d{{1,2}}(?::\d{{2}})?{_AM_PM}?{_END}
               | \d{{1,2}}{_AM_PM}?[-–]\d{{1,2}}(?::\d{{2}}{_AM_PM}?|{_AM_PM}){_END} )
    | (?P<time> \d{{1,2}}:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:{_AM_PM}|[ap]{_END}|ish{_END})?
                 (?:Z{_END})?(?![\d:]|[A-Za-z])
              | \d{{1,2}}{_AM_PM}{_END} )
    | (?P<phone> (?:\+?\d{{1,3}}[-. ]?)?\(\d{{3}}\)[-.]?\d{{3}}[-.]\d{{4}}{_END}
               | (?:\+?\d{{1,3}}[-.])?\d{{3}}[-.]\d{{3}}[-.]\d{{4}}{_END}
               | \+(?=[1-9](?:[-.]?\d){{6,}})\d{{1,3}}(?:[-.]?\d{{2,}})+{_END} | \+\d{{1,3}}(?=$)
               | (?<![\d.,])\d{{3}}-(?:\d\d-)?\d{{4}}{_END} )
    | (?P<money> {_CURRENCY}{_EUROPEAN} | {_EUROPEAN}(?:[€£])
               | [-~≈<>≤≥]?{_CURRENCY}{_NUMBER}(?:(?:[-–]|\.\.){_CURRENCY}?{_NUMBER})?
                   {_SCALE}?{_END}
               | (?<!\^)[-~]?{_NUMBER}{_SCALE}?(?:[€£¥₹₩¢]|\$(?!\d)) )
    | (?P<host> \d+(?:\.\d+){{3}}(?::\d+|/\d+)(?![\d.]) )
    | (?P<version> \d+(?:\.\d+)*\.x{_END}
                 | [vV]\d+(?:\.\d+)*(?:-?(?:alpha|beta|rc|dev|a|b)\.?\d*)?{_END}
                 | \d+(?:\.\d+){{2,}}(?:-?(?:alpha|beta|rc|dev|a|b|post)\.?\d*)?{_END} )
    | (?P<ratio> \d{{4,5}}:\d{{2,5}}(?![\d:A-Za-z])
               | \d{{1,3}}:\d{{1,3}}(?:,?\d{{3}})*(?![\d:A-Za-z]) )
    | (?P<scientific> -?\d+(?:\.\d+)?[eE][+-]?\d+{_END} )
    | (?P<angle> \d{{1,3}}°\d{{1,2}}'(?:\d{{1,2}}(?:\.\d+)?")?[NSEW]?{_END} )
    | (?P<feet> \d+'\d+(?:\.\d+)?{_FRACTION}?(?:"|'')?(?![A-Za-z0-9]) )
    | (?P<rate> (?:tok|req|msg|[kcm]?m|m?mol|mi|ft|[kMGT]?i?[bB]|[kmμ]?g|[km]?[lL]|[kM]?W|k?J)
               /(?:h|s|sec|min|hr|day|kg|m|[md]?[lL])(?![A-Za-z0-9]) | (?:[kc]?m|ft|mi)[²³]
            | (?:mol|kg|[kcm]?m|s|L|K|h|min|yr|day)⁻[¹²³]
            | (?:μ[A-Za-z]|[mkM]Ω)(?![A-Za-z0-9]) )
    | (?P<range> {_NUMBER}(?P<same>(?!s[-–~])[A-Za-z]{{1,3}})[-–~]{_NUMBER}(?P=same){_END}
                 (?![-/][A-Za-z0-9])
               | {_NUMBER}(?:%|°|st|nd|rd|th)?[-–~]{_NUMBER}
                 (?P<range_unit>st|nd|rd|th|s|%|°[CF]?|[A-Za-zμ/²³]+)?{_END}
                 (?![-/][A-Za-z0-9]) )
    | (?P<fraction> 24/7/365{_END} | \d+\.\d+/\d+(?![\d/A-Za-z]|\.\d)
                  | ^\d+/(?:2|4|8|16|32|64)"(?![A-Za-z0-9])
                  | (?:\d+-)?\d+/\d+(?:ths?|rds?|nds?)?(?![\d/A-Za-z])
                  | \d*{_FRACTION}(?:['"](?![A-Za-z0-9]))? )
    | (?P<quantity> (?:[-+~≈<>≤≥±]|\+/-)?{_NUMBER}
                    (?P<suffix>st{_END}|nd{_END}|rd{_END}|th{_END}|'?s{_END}|%|‰|°[CFK]{_END}|°
                      |[A-Za-zμΩ]+(?:/[A-Za-z]+)?[²³]?(?![A-Za-z0-9_²³])(?!-[0-9])|''(?![A-Za-z])|['"](?![A-Za-z]))?
                    (?![A-Za-z0-9_]|-[A-Za-z]*[0-9]|\.[0-9]) )
    | (?P<power> (?:\^|(?<=[0-9])\*\*)-?\d{{1,4}}(?![\d*]|\.\d)
               | (?:(?<=[0-9)])|(?<![A-Za-z]{{3}})(?<=[A-Za-z]))[{SUPERSCRIPTS}]+ )
    | (?P<isotope> (?<![A-Za-z0-9)])[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?=[A-Z]) )
    | (?P<footnote> [{SUPERSCRIPTS}]+ )
    | (?P<genitive> 's(?![A-Za-z0-9]) )
    | (?P<decade> '\d\ds?{_END} )
    | (?P<dotted> (?:[A-Za-z]\.){{2,}}[A-Za-z]?(?![A-Za-z]) | Ph\.D\.? | [Ee]\.g\.? | [Ii]\.e\.?
                | (?:eg|ie)\. )
    | (?P<title> (?:{_TITLES})\.(?![A-Za-z.]) )
    | (?P<short> (?:{_SHORT})\.(?![A-Za-z.]) )
    | (?P<initial> [A-Z]\.(?![A-Za-z0-9.]) )
    | (?P<censored> [A-Za-z]+(?:[*\#@$%!]*\*[*\#@$%!]*|[*\#@$%!]{{2,}})[A-Za-z]+
                    (?<=[A-Za-z*\#@$%!]{{4}})(?![A-Za-z0-9*]) )
    | (?P<special> (?<![A-Za-z])[A-Za-z]'?\([A-Za-z](?:\|[A-Za-z])?\)|[Tt][Ll];?[Dd][Rr]{_END}
                 |[A-Za-z]\+\+|[A-Za-z]\#(?![A-Za-z0-9])|\.NET\b|[A-Z]+(?:&[A-Z]+)+{_END}
                 |[ckgw]/o?(?![A-Za-z0-9])
                 |(?:Cl|Br|OH|NO[23]|HCO3)-(?=[\s,.;:!?)]|$)
                 |[A-Z]\+(?![A-Za-z0-9])|[A-F]-(?=[\s,.;:!?)]|$)
                 |[A-Za-z]/[A-Za-z](?![A-Za-z0-9/]) )
    | (?P<elision> '(?:[Tt]is|[Tt]was|[Tt]were|[Tt]ill?|em|[Cc]ause|round|bout|n)(?![A-Za-z]) )
    | (?P<word> (?:{_CALENDAR})–(?:{_CALENDAR})(?![A-Za-z])
              | [A-Za-z]+(?:'[A-Za-z]+)*(?:-[A-Za-z]+(?:'[A-Za-z]+)*)*'?
                (?!_*[A-Za-z0-9]|-[A-Za-z0-9]|\.[a-z]|\(\)|[:\\][A-Za-z:]) )
    | (?P<code> (?:(?<![^("'`\[{{^])(?:--(?=[a-z])|-(?!-)))?[A-Za-z0-9_]+
                (?:(?:[-_./\\:+=]|::|->)(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|[A-Za-z0-9_]+))*
                (?:\(\))? )
    | (?P<greek> [Α-Ωα-ω] )
    | (?P<symbol> [&%+=@#^°×÷±≤≥≠≈∞√→←↑↓⇒§¶©®$£€¥₹₩₿¢μ½♭♯{LOGIC}] | (?<=\d)·(?=\d)
               | (?<=[A-Za-z0-9)])[<>!]=(?=[A-Za-z0-9(]) )
    """,
    re.VERBOSE,
)
