"""What `pip install vvstream` brings: everything that serving needs, and nothing else."""

import re
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The names of the files in the built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=100)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return frozenset(archive.namelist())


def tracked(folder: str) -> set[str]:
    """The files of a folder that are in the repository."""
    command = ["git", "ls-files", folder]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_the_whole_package_is_in_it(wheel: frozenset[str]) -> None:
    assert tracked("vvstream") <= wheel


def test_the_default_configuration_is_in_it(wheel: frozenset[str]) -> None:
    names = {name.replace("config/", "vvstream/default/", 1) for name in tracked("config")}
    assert "vvstream/default/model.yaml" in names
    assert names <= wheel


def test_the_pages_and_what_they_load_are_in_it(wheel: frozenset[str]) -> None:
    names = {name for name in wheel if name.startswith("vvstream/web/")}
    assert {"vvstream/web/console.html", "vvstream/web/avatar.html"} <= names
    # What others wrote travels with its licence.
    assert {"vvstream/web/vendor/three_vrm.min.js", "vvstream/web/vendor/LICENSES.txt"} <= names
    wanted = {f"vvstream/{path}" for name in names for path in loaded(ROOT / name)}
    assert "vvstream/web/console/main.js" in wanted
    assert wanted <= names


def loaded(path: Path) -> set[str]:
    """What a page or a module names to be loaded, as paths from vvstream/."""
    if path.suffix == ".html":
        return set(re.findall(r'(?:src|href)="(web/[^"]+)"', path.read_text()))
    if path.suffix != ".js" or path.parent.name == "vendor":
        return set()
    relative = re.findall(r'(?:from|import\(|URL\() ?"(\.{1,2}/[^"]+)"', path.read_text())
    package = ROOT / "vvstream"
    return {str((path.parent / name).resolve().relative_to(package)) for name in relative}


def test_the_licences_are_in_it_and_the_tests_are_not(wheel: frozenset[str]) -> None:
    names = {Path(name).name for name in wheel if "dist-info" in name}
    assert {"LICENSE", "NOTICE"} <= names
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"vvstream"}


def test_no_required_dependency_is_under_the_gpl() -> None:
    licences: dict[str, str] = {}
    waiting = ["vvstream"]
    while waiting:
        name = waiting.pop()
        try:
            found = distribution(name)
        except PackageNotFoundError:  # for other platforms or interpreters only
            continue
        headers = found.metadata.get_all("License-Expression") or []
        headers += found.metadata.get_all("License") or []
        headers += [x for x in found.metadata.get_all("Classifier") or [] if "License" in x]
        licences[name] = " ".join(headers)
        needed = [line for line in found.requires or [] if "extra ==" not in line]
        names = {re.split(r"[^\w.-]", line)[0] for line in needed}
        waiting += sorted(names - licences.keys())
    assert "torch" in licences
    assert [name for name, licence in licences.items() if "GPL" in licence] == []
