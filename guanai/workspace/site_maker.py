"""Makes sites of trees with MkDocs, many in one process: theme, templates and scripts are read once.

MkDocs' own loop would copy the theme into each site and render every page each time. Here the assets are shared,
the blocks that are HTML already pass Markdown by, and a page that has not changed is taken from the build before.
No plugin and no hook runs.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final

from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page

from guanai.errors import Invalid
from guanai.pages.trees import Addresses
from guanai.pages.trees.page import BLOCK
from guanai.workspace.site_leaves import Leaves
from guanai.workspace.site_places import PAGES, notes_of
from guanai.workspace.site_settings import EXTENSIONS, loaded
from guanai.workspace.site_theme import Theme

#: What no page may hold: a script of its own that would run, a style of its own.
_INLINE: Final = re.compile(
    r'<script(?![^>]*(?:\bsrc=|type="application/json"))|<style\b|\sstyle="', re.IGNORECASE
)


class UnsafePage(Invalid):
    """A page came out with a script or style that its policy forbids; nothing of the site is published."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"网页 {url or '首页'} 里出现了不该有的脚本或样式，网站没有更新；请把这句话报告给开发者。"
        )


class SiteMaker:
    """Makes sites one after another."""

    def __init__(self, addresses: Addresses | None = None) -> None:
        """``addresses``: of the gateway; None for the usual ones."""
        self._addresses = addresses or Addresses()

    @property
    def key(self) -> str:
        """Hash of everything but the tree that decides how a page looks: part of each build's name."""
        return self._theme.key

    def make(self, leaves: Leaves, folder: Path, before: Path | None = None) -> int:
        """Write a site and return how many of its pages were made anew.

        Args:
            leaves: what it is made of.
            folder: an empty or missing folder.
            before: an earlier build of the same site; its unchanged pages are taken over.

        Raises:
            UnsafePage: a page holds what its policy forbids.
        """
        config = self._config(leaves, folder)
        files = Files(_files(leaves, config))
        nav = get_navigation(files, config)
        frame = hashlib.sha256(json.dumps([self.key, leaves.name, leaves.nav]).encode()).hexdigest()
        known = _known(before)
        notes: dict[str, dict[str, Any]] = {}
        fresh = []
        for file in files.documentation_pages():
            key = hashlib.sha256(f"{frame}\0{leaves.pages[file.src_uri]}".encode()).hexdigest()
            told = sorted(leaves.records.get(file.src_uri, ()))
            notes[file.dest_uri] = {"key": key, "records": told}
            if not (before and known.get(file.dest_uri) == key and _taken(before, folder, file.dest_uri)):
                fresh.append(file)
        self._render(fresh, files, nav, config)
        for file in files.media_files():
            file.copy_file()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGES).write_text(json.dumps(notes, sort_keys=True), encoding="utf-8")
        return len(fresh)

    def write_assets(self, sites: Path) -> Path:
        """Put the files that all sites share below ``sites`` once, and return their folder."""
        return self._theme.write_assets(sites)

    @cached_property
    def _theme(self) -> Theme:
        return Theme(self._ours, asdict(self._addresses))

    def _render(self, fresh: list[File], files: Files, nav: Navigation, config: MkDocsConfig) -> None:
        pages = []
        for file in fresh:
            page = file.page or Page(None, file, config)
            page.read_source(config)
            blocks: list[str] = []
            page.markdown = BLOCK.sub(partial(_put_by, blocks), page.markdown or "")
            page.render(config, files)
            page.content = _put_back(page.content or "", blocks)
            pages.append(page)
        template = self._theme.env.get_template("main.html")
        for page in pages:
            page.active = True
            output = template.render(get_context(nav, files, config, page))
            page.active = False
            if _INLINE.search(output):
                raise UnsafePage(page.url)
            target = Path(page.file.abs_dest_path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(output, encoding="utf-8", errors="xmlcharrefreplace", newline="\n")

    def _config(self, leaves: Leaves, folder: Path) -> MkDocsConfig:
        config = self._ours if leaves.is_ours else self._written
        config.site_name = leaves.name
        config.nav = leaves.nav
        config.site_dir = str(folder)
        return config

    @cached_property
    def _ours(self) -> MkDocsConfig:
        config = self._loaded()
        config.markdown_extensions = ["toc", *EXTENSIONS]
        return config

    @cached_property
    def _written(self) -> MkDocsConfig:
        return self._loaded()

    def _loaded(self) -> MkDocsConfig:
        where, config = self._addresses, loaded()
        doors = [("我的首页", where.home), ("查找学生", where.search), ("职责与时限", where.duties)]
        config.extra["gateway"] = doors
        return config


def _files(leaves: Leaves, config: MkDocsConfig) -> Iterator[File]:
    for path, text in leaves.pages.items():
        file = File(path, None, config.site_dir, config.use_directory_urls)
        file.content_string = text
        yield file
    for path, source in leaves.files.items():
        folder = str(source)[: -len(path) - 1]
        yield File(path, folder, config.site_dir, config.use_directory_urls)


def _put_by(kept: list[str], found: re.Match[str]) -> str:
    kept.append(found.group())
    return f"<!--g{len(kept) - 1}-->"


def _put_back(content: str, kept: list[str]) -> str:
    return re.sub(r"<!--g(\d+)-->", lambda found: kept[int(found[1])], content) if kept else content


def _known(before: Path | None) -> Mapping[str, str]:
    """Return the keys of the pages of an earlier build."""
    return {url: note["key"] for url, note in notes_of(before).items()} if before else {}


def _taken(before: Path, folder: Path, name: str) -> bool:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(before / name, target)  # pages are never written to again, so both builds may share one
    except OSError:
        try:
            shutil.copyfile(before / name, target)
        except OSError:
            return False
    return True
