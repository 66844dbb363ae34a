"""Pages of the site as Markdown, made from schemas, presets and forms.

``python -m guanai.pages site`` writes the public ones below a folder; they are committed, and a test fails when
they are stale.
"""

from collections.abc import Mapping
from types import MappingProxyType

from generators.citations import load_citations
from generators.context import Context
from guanai.model.school import School
from guanai.pages.forms import form_pages
from guanai.pages.glossary import glossary
from guanai.pages.policies import policy_pages
from guanai.schema import load_schemas, load_taxonomies

__all__ = ["public_pages"]


def public_pages() -> Mapping[str, str]:
    """Return the generated pages of the public site: path below ``site/`` → Markdown."""
    schemas = load_schemas()
    context = Context(school=School(), taxonomies=load_taxonomies(), citations=load_citations())
    return MappingProxyType(
        {"glossary.md": glossary(schemas), **policy_pages(context), **form_pages(schemas, context)}
    )
