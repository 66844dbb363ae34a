"""What our pages add to the theme: a style sheet, and a main template that leads back to the gateway."""

from importlib.resources import files
from typing import Final

#: The main template: the theme's own with a line of links above.
MAIN: Final = """\
{% extends "base.html" %}
{% block announce %}
<nav class="g-gateway" aria-label="关爱">
{% for name, address in config.extra.gateway %}<a href="{{ address }}">{{ name }}</a>{% endfor %}
</nav>
{% endblock %}
"""


def stylesheet() -> str:
    """Return the style of pages of records."""
    return files(__name__).joinpath("records.css").read_text(encoding="utf-8")
