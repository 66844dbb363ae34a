"""What a site is made of: Markdown by path, its navigation, and which records each page tells of."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guanai import resources
from guanai.pages.trees import Tree
from guanai.workspace.site_settings import loaded, settings


@dataclass(frozen=True, slots=True)
class Leaves:
    """What a site is made of.

    Attributes:
        name: what it is called, safe to print anywhere.
        nav: as in `mkdocs.yml`.
        pages: Markdown by path.
        records: ids of the records that a page tells of, by path.
        files: pictures and the like, by path.
        is_ours: whether all of the Markdown is of our own making.
    """

    name: str
    nav: list[Any]
    pages: Mapping[str, str]
    records: Mapping[str, frozenset[str]] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    is_ours: bool = True

    @classmethod
    def of(cls, tree: Tree) -> "Leaves":
        """Return those of a tree."""
        pages = {page.path: page.text for page in tree.pages}
        return cls(tree.site_name, tree.nav, pages, {page.path: page.records for page in tree.pages})

    def digest(self, maker: str) -> str:
        """Return the hash of all that decides how the site comes out; ``maker``: the builder's key."""
        told = [maker, self.name, self.nav, list(self.pages.items())]
        found = hashlib.sha256(json.dumps(told, ensure_ascii=False).encode())
        for path, source in self.files.items():
            found.update(path.encode() + b"\0" + source.read_bytes())
        return found.hexdigest()


def guide() -> Leaves:
    """Return the public pages of the installed program: guide, policies, blank forms, glossary."""
    folder = resources.sample_dir() / "site"
    config = loaded()
    pages = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.md"))}
    others = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".png", ".svg", ".css", ".jpg", ".webp")
    }
    return Leaves(
        name=config.site_name,
        nav=list(config.nav or []),
        pages={name: path.read_text(encoding="utf-8") for name, path in pages.items()},
        files=others,
        is_ours=False,
    )


def written(leaves: Leaves, folder: Path) -> Iterator[Path]:
    """Write a tree with a `mkdocs.yml` of its own, as any builder takes it, and yield the files."""
    for path, text in leaves.pages.items():
        target = folder / "docs" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
        yield target
    yml = folder / "mkdocs.yml"
    # JSON is YAML.
    yml.write_text(
        json.dumps(settings(leaves.name, leaves.nav), ensure_ascii=False, indent=1), encoding="utf-8"
    )
    yield yml
