"""The extractor is installed alone, on machines that have no portal."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import dns
import pytest

from portal import extract

SOURCE = Path(extract.__file__).parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy (building leaves folders behind)."""
    folder = tmp_path_factory.mktemp("extract")
    shutil.copytree(SOURCE, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "pip", *words, str(folder / "source")], check=True
    )
    [built] = folder.glob("*.whl")
    return built


def test_it_holds_itself_and_nothing_of_the_portal(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert names == {f"portal/extract/{file.name}" for file in SOURCE.glob("*.py")}


def test_it_runs_with_its_one_library_alone(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    shutil.copytree(Path(dns.__file__).parent, tmp_path / "dns")
    program = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}]\n"
        "from portal.extract.__main__ import main\n"
        "print('flask' in sys.modules, 'sqlalchemy' in sys.modules); main(['--help'])"
    )
    told = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True
    )

    assert told.stdout.startswith("False False\nusage: portal-extract")


def test_it_is_of_the_version_of_the_portal(wheel: Path) -> None:
    assert version("isp-compliance-portal") in wheel.name
