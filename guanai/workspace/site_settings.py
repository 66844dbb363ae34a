"""The settings that MkDocs gets for our sites: those of `mkdocs.yml`, without what needs a plugin."""

from typing import Any, Final

from mkdocs.config.base import load_config
from mkdocs.config.defaults import MkDocsConfig

from guanai import resources
from guanai.workspace.site_places import ASSETS

#: Markdown of our own making needs no more; the guide is written by hand and has all of `mkdocs.yml`.
EXTENSIONS: Final = ("attr_list",)
_SEARCHING: Final = ("search.", "navigation.instant")


def loaded() -> MkDocsConfig:
    """Return the settings of `mkdocs.yml` of the installed program, without plugin, hook, search or instant loading."""
    folder = resources.sample_dir()
    config: MkDocsConfig = load_config(
        config_file=str(folder / "mkdocs.yml"),
        docs_dir=str(folder / "site"),
        plugins=[],
        strict=False,
        validation={"nav": {"absolute_links": "ignore", "omitted_files": "ignore"}},
        extra_css=[f"{ASSETS}/guanai/site.css", f"{ASSETS}/guanai/records.css"],
    )
    config.theme["features"] = [each for each in config.theme["features"] if not each.startswith(_SEARCHING)]
    # One scope for all sites: who chose dark pages gets them everywhere.
    config.extra.update({"generator": False, "scope": "/", "homepage": "/"})
    return config


def settings(name: str, nav: list[Any]) -> dict[str, Any]:
    """Return the settings of a tree as a `mkdocs.yml` of its own would have them: for other builders, and tests.

    Args:
        name: of the site.
        nav: its navigation.
    """
    config = loaded()
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
        "markdown_extensions": [{"toc": dict(config.mdx_configs["toc"])}, *EXTENSIONS],
        "nav": nav,
    }


def settings_text() -> str:
    """Return `mkdocs.yml` as it is written."""
    return (resources.sample_dir() / "mkdocs.yml").read_text(encoding="utf-8")
