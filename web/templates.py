"""The templates, once in each language: everything shown is escaped, and an unknown name is a defect."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from authz.posts import POSTS
from database.identifiers import new_id
from web import assets, formats, navigation, refusal_texts, texts

FOLDER = Path(__file__).parent / "templates"


@cache
def of(language: str) -> Environment:
    """The environment of a language."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    install: Callable[..., None] = environment.install_gettext_callables  # type: ignore[attr-defined]
    install(
        partial(texts.translate, language),
        partial(texts.translate_number, language),
        newstyle=True,
    )
    environment.globals |= {
        "asset": assets.address,
        "language": language,
        "new_key": new_id,
        "post_name": partial(post_name, language),
        "refusal": partial(refusal_texts.said, language),
        "named": partial(_named, language),
    }
    environment.filters |= formats.FILTERS
    return environment


def render(language: str, template: str | Template, **values: Any) -> str:
    """A template, filled in."""
    return of(language).get_template(template).render(**values)


def post_name(language: str, post: str) -> str:
    """What a post is called; one that isn't known goes by its code."""
    names = POSTS if language == "zh" else navigation.POSTS_EN
    return names.get(post, post)


def _named(language: str, names: Any) -> str:
    """The text of ``{"zh", "en"}``, or of an object with these two, in the person's language."""
    if isinstance(names, dict):
        return str(names[language])
    return str(getattr(names, language))
