"""The rules of docs/design.md that a linter cannot hold."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "vvstream"
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """The full names of what a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", sorted((PACKAGE / "protocol").glob("*.py")), ids=lambda p: p.stem)
def test_the_protocol_knows_only_the_standard_library(path: Path) -> None:
    foreign = {name.split(".")[0] for name in imports(path)} - {"vvstream"}
    assert foreign <= sys.stdlib_module_names
    # Sans-I/O: it is given the time and the messages.
    assert not foreign & {"asyncio", "socket", "threading", "time"}


def test_only_one_module_touches_the_gpu() -> None:
    touching = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr == "cuda"
        and isinstance(node.value, ast.Name)
        and node.value.id == "torch"
    }
    touching |= {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if any(name.startswith("torch.cuda") for name in imports(path))
    }
    # The second has a kernel compiled.
    assert touching <= {"vvstream/engine/cuda.py", "vvstream/streaming/kernels.py"}


@pytest.mark.parametrize("module", ["session", "wire", "frontend", "text", "phonemes", "protocol"])
def test_what_runs_beside_the_sockets_needs_no_torch(module: str) -> None:
    graph = grimp.build_graph("vvstream", include_external_packages=True, cache_dir=None)
    for name in {f"vvstream.{module}"} | graph.find_descendants(f"vvstream.{module}"):
        assert graph.find_shortest_chain(name, "torch") is None


def test_files_stay_small() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "vvstream/*.py", "clients/*.py", "bench/*.py", "training/*.py"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    lines = {name: len((ROOT / name).read_text().splitlines()) for name in listed.stdout.split()}
    assert {name: count for name, count in lines.items() if count > 400} == {}
    assert statistics.median(lines.values()) < 150


def test_every_dependency_says_why_it_is_there() -> None:
    inside = False
    for line in (ROOT / "pyproject.toml").read_text().splitlines():
        inside = (inside or line in {"dependencies = [", "[project.optional-dependencies]"}) and (
            line != "[project.scripts]"
        )
        if inside and line.startswith('    "') and "vvstream[" not in line:
            requirement, _, reason = line.partition("#")
            assert "==" in requirement, line
            assert reason.strip(), line
