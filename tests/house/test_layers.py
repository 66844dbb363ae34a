"""Every part of the program has its place among the layers; import-linter passes over what none names."""

import re
import tomllib
from pathlib import Path

#: What only starts the commands, above all layers.
_STARTERS = {"guanai.__init__", "guanai.__main__"}


def test_every_module_and_package_stands_in_a_layer(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (rows,) = (each["layers"] for each in settings["contracts"] if each["type"] == "layers")
    named = [name for row in rows for name in re.split(r" \| ", row)]
    modules = {f"guanai.{path.stem}" for path in (root / "guanai").glob("*.py")} - _STARTERS
    packages = {f"guanai.{path.parent.name}" for path in (root / "guanai").glob("*/__init__.py")}
    assert sorted(named) == sorted(modules | packages | {"generators"})
