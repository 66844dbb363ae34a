"""The forms that come with the program."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from generators.form.language import Form
from generators.form.node import BadForm
from generators.form.reader import read_form
from guanai.resources import generators_dir
from guanai.yamlfile import load


@cache
def load_forms() -> Mapping[str, Form]:
    """Return all forms by kind, read once."""
    forms = (_read(file) for file in sorted((generators_dir() / "forms").glob("*.yml")))
    return {form.kind: form for form in forms}


def _read(file: Path) -> Form:
    loaded = load(file.read_bytes(), file.name)
    for problem in loaded.problems:
        raise BadForm(file.name, f"第 {problem.line} 行", problem.message)
    return read_form(loaded.data, file.name)
