"""Times as subtitle files write them."""

import re

STAMP = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?")
ARROW = "-->"


def seconds(text: str) -> float | None:
    """`1:02:03,456`, `02:03.4` or `0:02:03.45` in seconds; None where it is no time."""
    if not (match := STAMP.fullmatch(text.strip())):
        return None
    hours, minutes, whole, fraction = match.groups()
    if int(minutes) > 59 or int(whole) > 59:
        return None
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(whole) + float(f"0.{fraction or 0}")


def span(line: str) -> tuple[float, float] | None:
    """`START --> END settings`; None where either is no time."""
    left, _, right = line.partition(ARROW)
    start = seconds(left)
    end = seconds(right.split()[0]) if right.split() else None
    return None if start is None or end is None else (start, end)


def clock(at: float) -> str:
    """Seconds as `1:02:03.456`."""
    total = round(at * 1000)
    minutes, seconds = total // 60_000, total // 1000 % 60
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}.{total % 1000:03}"
