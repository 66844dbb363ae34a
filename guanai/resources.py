"""Where the program's own data lie: in a wheel below ``guanai/_data``, in a checkout at the root."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def _base() -> Path:
    packed = _PACKAGE / "_data"
    return packed if packed.is_dir() else _PACKAGE.parent


def schemas_dir() -> Path:
    """Return the folder of the ``*.schema.json`` files and taxonomies of the installed program."""
    return _base() / "schemas"


def sample_dir() -> Path:
    """Return the folder that holds the template of a workspace: records, site, mkdocs.yml, .vscode."""
    return _base()


def generators_dir() -> Path:
    """Return the folder of the ``generators`` package: presets, forms and citations."""
    return _PACKAGE.parent / "generators"
