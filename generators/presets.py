"""The six presets: policies a school may adopt by copying the file to its own records and changing it."""

from functools import cache
from pathlib import Path

from guanai.errors import NotFound
from guanai.model.policy import Policy
from guanai.yamlfile import load

_FOLDER = Path(__file__).with_name("policies")


class NoSuchPreset(NotFound):
    """There is no preset of that name."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"没有名为“{slug}”的制度样本；可以用的有：{'、'.join(preset_slugs())}。")


@cache
def preset_slugs() -> tuple[str, ...]:
    """Return the names of the presets, which are also the names of their files and their ids."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yml")))


def preset_path(slug: str) -> Path:
    """Return the file that adopting copies.

    Raises:
        NoSuchPreset: the name is not in `preset_slugs`.
    """
    if slug not in preset_slugs():
        raise NoSuchPreset(slug)
    return _FOLDER / f"{slug}.yml"


def preset_text(slug: str) -> str:
    """Return the file's text with its comments."""
    return preset_path(slug).read_text(encoding="utf-8")


@cache
def load_preset(slug: str) -> Policy:
    """Return the preset as a record."""
    return Policy.from_mapping(load(preset_path(slug).read_bytes(), f"generators/policies/{slug}.yml").data)
