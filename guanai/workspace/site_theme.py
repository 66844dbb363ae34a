"""The theme of our sites: Material's, its inline scripts made files, what all sites share written once."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any, Final

import jinja2
import mkdocs
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url, templates

from guanai import resources
from guanai.pages.theme import MAIN, stylesheet
from guanai.workspace.site_places import ASSETS
from guanai.workspace.site_settings import settings_text

#: Inline scripts of the theme, which become files: a page has none, and the policy of the site allows none.
_SCRIPTS: Final = ("base", "palette", "content")
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
#: Where the theme writes the pages of a section, one call of a large macro each: more than half of a page's time in a
#: class of fifty. Pages that are not the open one are written by us.
_ITEMS: Final = "partials/nav-item.html"
_SLOW: Final = """{{ render(item, path ~ "_" ~ loop.index, level + 1, nav_item) }}"""
_FAST: Final = (
    f"{{% if item.is_page and item != page %}}{{{{ leaf(item, page) }}}}{{% else %}}{_SLOW}{{% endif %}}"
)
#: The modules whose code decides how a page comes out.
_MODULES: Final = ("site_maker.py", "site_settings.py", "site_theme.py")


class Theme:
    """Templates, scripts and styles, read once."""

    def __init__(self, config: MkDocsConfig, addresses: Mapping[str, str]) -> None:
        """Keep what the pages are made for.

        Args:
            config: settings with the theme.
            addresses: of the gateway, by name: pages hold them.
        """
        self._config = config
        self._addresses = addresses

    @cached_property
    def key(self) -> str:
        """Hash of everything but the tree that decides how a page looks: part of each build's name."""
        told = [mkdocs.__version__, version("mkdocs-material"), MAIN, settings_text()]
        told += [json.dumps(dict(self._addresses)), *(text for _, text in sorted(self._own_assets.items()))]
        told += [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _MODULES]
        return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]

    @cached_property
    def env(self) -> jinja2.Environment:
        """Where the template `main.html` is found, and all that it takes in."""
        env = self._config.theme.get_env()
        own = {"main.html": MAIN}
        for name in _SCRIPTS:
            own[_partial(name)] = f"""<script src="{{{{ '{ASSETS}/guanai/{name}.js' | url }}}}"></script>"""
        theme = env.loader or jinja2.DictLoader({})
        own[_ITEMS] = theme.get_source(env, _ITEMS)[0].replace(_SLOW, _FAST)
        env.globals["leaf"] = _leaf
        env.loader = jinja2.ChoiceLoader([jinja2.DictLoader(own), theme])
        env.filters["url"] = self._url
        return env

    def write_assets(self, sites: Path) -> Path:
        """Put the files that all sites share below ``sites`` once, and return their folder."""
        target = sites / ASSETS / self.key
        if target.is_dir():
            return target
        half = target.with_name(f".{self.key}.{os.getpid()}")
        shutil.copytree(Path(str(package_files("material"))) / "templates" / ASSETS, half)
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

    @property
    def _url(self) -> Any:
        shared = f"../{ASSETS}/{self.key}/"

        @jinja2.pass_context
        def url(context: Any, value: str) -> str:
            """Return an address relative to a page; what all sites share lies beside them."""
            if not value.startswith(f"{ASSETS}/"):
                return str(templates.url_filter(context, value))
            inner = value.removeprefix(f"{ASSETS}/")
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
            **{f"guanai/{name}.js": text for name, text in _scripts(self._config).items()},
        }


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
