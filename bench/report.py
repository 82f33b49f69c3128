"""What every benchmark ends with: a table, the same as JSON, a plot, and the machine's name."""

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vvstream import __version__

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OUT = Path("bench/out")


def machine() -> dict[str, str]:
    """Where and with what this was measured."""
    return {
        "cpu": _first("/proc/cpuinfo", "model name") or platform.processor() or "unknown",
        "cores": str(os.cpu_count()),
        "memory": f"{int(_first('/proc/meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GiB",
        "python": platform.python_version(),
        "torch": version("torch"),
        "vvstream": __version__,
    }


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows as a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def write(
    name: str,
    markdown: str,
    figures: Mapping[str, Any],
    plot: Callable[["Axes"], None],
    folder: Path = OUT,
) -> None:
    """Write `name`.md, .json and .png into `folder`, and print the table.

    `plot` draws on one pair of axes; without matplotlib (the extra `bench`) there is no picture.
    """
    where = machine()
    spoken = (
        f"{where['cpu']}, {where['cores']} cores, {where['memory']}; Python {where['python']}, "
        f"torch {where['torch']}, vvstream {where['vvstream']}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    text = f"{markdown}\n\nMeasured on {spoken}.\n"
    (folder / f"{name}.md").write_text(text)
    (folder / f"{name}.json").write_text(json.dumps({"machine": where, **figures}, indent=1))
    print(text, flush=True)
    if find_spec("matplotlib") is None:
        return
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4.5), layout="constrained")
    plot(axes)
    axes.set_title(spoken, fontsize=8)
    axes.grid(alpha=0.3)
    figure.savefig(folder / f"{name}.png", dpi=120)
    pyplot.close(figure)


def _first(path: str, key: str) -> str:
    """The value of the first `key : value` line of a file of /proc; "" where there is none."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")
