"""What people of one language read differently from country to country."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Customs:
    """How figures are read where the reader lives."""

    day_first: bool
    """5/6 is the fifth of June, and "5 June" is "the fifth of June"."""
    and_in_numbers: bool
    """105 is "one hundred and five"."""


AMERICAN: Final = Customs(day_first=False, and_in_numbers=False)
BRITISH: Final = Customs(day_first=True, and_in_numbers=True)
