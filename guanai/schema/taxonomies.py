"""The taxonomies: each a view over the one list of circumstances, kept as data beside the schemas."""

from functools import cache

from guanai import resources
from guanai.model.taxonomy import Category
from guanai.yamlfile import load

_FILE = "taxonomies.yml"


@cache
def load_taxonomies() -> dict[str, tuple[Category, ...]]:
    """Return the categories by the taxonomy's name, read once from the program's own data."""
    data = load((resources.schemas_dir() / _FILE).read_bytes(), f"schemas/{_FILE}").data
    return {name: tuple(Category.from_mapping(item) for item in items) for name, items in data.items()}
