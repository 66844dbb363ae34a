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
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib.metadata import version
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any, Final

import jinja2
import mkdocs
from mkdocs.commands.build import get_context
from mkdocs.config.base import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url, templates

from guanai import resources
from guanai.errors import Invalid
from guanai.pages.theme import MAIN, stylesheet
from guanai.pages.trees import Addresses, Tree
from guanai.pages.trees.page import BLOCK

#: What a build remembers of its pages; a name with a dot is never served.
PAGES: Final = ".pages.json"
_ASSETS: Final = "assets"
#: Inline scripts of the theme, which become files: a page has none, and the policy of the site allows none.
_SCRIPTS: Final = ("base", "palette", "content")
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
#: What no page may hold: a script of its own that would run, a style of its own.
_INLINE: Final = re.compile(
    r'<script(?![^>]*(?:\bsrc=|type="application/json"))|<style\b|\sstyle="', re.IGNORECASE
)
#: Markdown of our own making needs no more; the guide is written by hand and has all of `mkdocs.yml`.
_EXTENSIONS: Final = ("attr_list",)
#: Where the theme writes the pages of a section, one call of a large macro each: more than half of a page's time in a
#: class of fifty. Pages that are not the open one are written by us.
_ITEMS: Final = "partials/nav-item.html"
_SLOW: Final = """{{ render(item, path ~ "_" ~ loop.index, level + 1, nav_item) }}"""
_FAST: Final = (
    f"{{% if item.is_page and item != page %}}{{{{ leaf(item, page) }}}}{{% else %}}{_SLOW}{{% endif %}}"
)
_SEARCHING: Final = ("search.",)


class UnsafePage(Invalid):
    """A page came out with a script or style that its policy forbids; nothing of the site is published."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"网页 {url or '首页'} 里出现了不该有的脚本或样式，网站没有更新；请把这句话报告给开发者。"
        )


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


class SiteMaker:
    """Makes sites one after another."""

    def __init__(self, addresses: Addresses | None = None) -> None:
        """``addresses``: of the gateway; None for the usual ones."""
        self._addresses = addresses or Addresses()

    @cached_property
    def key(self) -> str:
        """Hash of everything but the tree that decides how a page looks: part of each build's name."""
        told = [mkdocs.__version__, version("mkdocs-material"), MAIN, _settings_text()]
        told += [
            json.dumps(vars_of(self._addresses)),
            *(text for _, text in sorted(self._own_assets.items())),
        ]
        told.append(Path(__file__).read_text(encoding="utf-8"))
        return hashlib.sha256("\0".join(map(str, told)).encode()).hexdigest()[:16]

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
        target = sites / _ASSETS / self.key
        if target.is_dir():
            return target
        half = target.with_name(f".{self.key}.{os.getpid()}")
        shutil.copytree(Path(str(package_files("material"))) / "templates" / _ASSETS, half)
        for name, text in self._own_assets.items():
            place = half / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")
        try:
            half.rename(target)
        except OSError:
            # Another process was first: its files are the same.
            shutil.rmtree(half, ignore_errors=True)
        return target

    # -- one build

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
        template = self._env.get_template("main.html")
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
        config = _loaded()
        config.markdown_extensions = ["toc", *_EXTENSIONS]
        config.extra["gateway"] = self._gateway
        return config

    @cached_property
    def _written(self) -> MkDocsConfig:
        config = _loaded()
        config.extra["gateway"] = self._gateway
        return config

    @property
    def _gateway(self) -> list[tuple[str, str]]:
        where = self._addresses
        return [("我的首页", where.home), ("查找学生", where.search), ("职责与时限", where.duties)]

    @cached_property
    def _env(self) -> jinja2.Environment:
        env = self._ours.theme.get_env()
        own = {"main.html": MAIN}
        for name in _SCRIPTS:
            own[_partial(name)] = f"""<script src="{{{{ '{_ASSETS}/guanai/{name}.js' | url }}}}"></script>"""
        theme = env.loader or jinja2.DictLoader({})
        own[_ITEMS] = theme.get_source(env, _ITEMS)[0].replace(_SLOW, _FAST)
        env.globals["leaf"] = _leaf
        env.loader = jinja2.ChoiceLoader([jinja2.DictLoader(own), theme])
        env.filters["url"] = self._url
        return env

    @property
    def _url(self) -> Any:
        shared = f"../{_ASSETS}/{self.key}/"

        @jinja2.pass_context
        def url(context: Any, value: str) -> str:
            """Return an address relative to a page; what all sites share lies beside them."""
            if not value.startswith(f"{_ASSETS}/"):
                return str(templates.url_filter(context, value))
            inner = value.removeprefix(f"{_ASSETS}/")
            base = templates.url_filter(context, ".")
            return f"{base.rstrip('/')}/{shared}{inner}"

        return url

    @cached_property
    def _own_assets(self) -> dict[str, str]:
        site = resources.sample_dir() / "site"
        return {
            "guanai/site.css": (site / "stylesheets/site.css").read_text(encoding="utf-8"),
            "guanai/records.css": stylesheet(),
            "favicon.svg": (site / "assets/favicon.svg").read_text(encoding="utf-8"),
            **{f"guanai/{name}.js": text for name, text in _scripts(self._ours).items()},
        }


def settings(name: str, nav: list[Any]) -> dict[str, Any]:
    """Return the settings of a tree as a `mkdocs.yml` of its own would have them: for other builders, and tests.

    Args:
        name: of the site.
        nav: its navigation.
    """
    config = _loaded()
    theme = {
        "name": "material",
        "language": "zh",
        "font": False,
        "features": list(config.theme["features"]),
        "palette": config.theme["palette"],
    }
    return {
        "site_name": name,
        "site_url": "",
        "use_directory_urls": True,
        "theme": theme,
        "extra": {"generator": False},
        "plugins": [],
        "markdown_extensions": [{"toc": dict(config.mdx_configs["toc"])}, *_EXTENSIONS],
        "nav": nav,
    }


def vars_of(addresses: Addresses) -> dict[str, str]:
    """Return the addresses by name."""
    return {name: str(getattr(addresses, name)) for name in addresses.__slots__}


def guide() -> Leaves:
    """Return the public pages of the installed program: guide, policies, blank forms, glossary."""
    folder = resources.sample_dir() / "site"
    config = _loaded()
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


def _loaded() -> MkDocsConfig:
    folder = resources.sample_dir()
    config: MkDocsConfig = load_config(
        config_file=str(folder / "mkdocs.yml"),
        docs_dir=str(folder / "site"),
        plugins=[],
        strict=False,
        validation={"nav": {"absolute_links": "ignore", "omitted_files": "ignore"}},
        extra_css=[f"{_ASSETS}/guanai/site.css", f"{_ASSETS}/guanai/records.css"],
    )
    config.theme["features"] = [
        each for each in config.theme["features"] if not each.startswith((*_SEARCHING, "navigation.instant"))
    ]
    # One scope for all sites: who chose dark pages gets them everywhere.
    config.extra.update({"generator": False, "scope": "/", "homepage": "/"})
    return config


def _files(leaves: Leaves, config: MkDocsConfig) -> Iterator[File]:
    for path, text in leaves.pages.items():
        file = File(path, None, config.site_dir, config.use_directory_urls)
        file.content_string = text
        yield file
    for path, source in leaves.files.items():
        folder = str(source)[: -len(path) - 1]
        yield File(path, folder, config.site_dir, config.use_directory_urls)


def _settings_text() -> str:
    return (resources.sample_dir() / "mkdocs.yml").read_text(encoding="utf-8")


def _partial(name: str) -> str:
    return f"partials/javascripts/{name}.html"


def _scripts(config: MkDocsConfig) -> dict[str, str]:
    """Return what the theme would write into each page, as files."""
    env = config.theme.get_env()
    told = {"config": config, "base_url": "/", "features": list(config.theme["features"])}
    return {
        name: "\n".join(_SCRIPT.findall(env.get_template(_partial(name)).render(told))) for name in _SCRIPTS
    }


def _leaf(item: Page, page: Page) -> str:
    """Return an item of the navigation that is not the open page, as the theme writes it."""
    return (
        f'<li class="md-nav__item"><a href="{get_relative_url(item.url, page.url)}" class="md-nav__link">'
        f'<span class="md-ellipsis">{item.title}</span></a></li>'
    )


def _put_by(kept: list[str], found: re.Match[str]) -> str:
    kept.append(found.group())
    return f"<!--g{len(kept) - 1}-->"


def _put_back(content: str, kept: list[str]) -> str:
    return re.sub(r"<!--g(\d+)-->", lambda found: kept[int(found[1])], content) if kept else content


def _known(before: Path | None) -> Mapping[str, str]:
    """Return the keys of the pages of an earlier build."""
    return {url: note["key"] for url, note in notes_of(before).items()} if before else {}


def notes_of(build: Path) -> Mapping[str, Any]:
    """Return what a build remembers of its pages, by file; nothing where it cannot be read."""
    try:
        found: Mapping[str, Any] = json.loads((build / PAGES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


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
