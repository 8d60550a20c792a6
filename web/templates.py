"""The templates, once in each language: everything shown is escaped, and an unknown name is a defect."""

from collections.abc import Callable
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from api.signing_in import browsers
from authz.offices.posts import ENGLISH, POSTS
from database.identifiers import new_id
from web import assets, formats, refusal_texts, texts

FOLDER = Path(__file__).parent / "templates"
# About as many as there are.
_TEXTS_KEPT = 4096


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
    said = _said(language)
    environment.globals |= {
        "_": said,
        "gettext": said,
        "asset": assets.address,
        "language": language,
        "new_key": new_id,
        "browser_name": browsers.names,
        "post_name": partial(post_name, language),
        "refusal": partial(refusal_texts.said, language),
        "named": partial(_named, language),
    }
    environment.filters |= formats.FILTERS
    return environment


def render(language: str, template: str | Template, **values: Any) -> str:
    """A template, filled in."""
    return of(language).get_template(template).render(**values)


def _said(language: str) -> Callable[..., Markup]:
    """What templates translate by: as Jinja's own, which makes the same text safe anew for every row."""

    @lru_cache(maxsize=_TEXTS_KEPT)
    def plain(text: str) -> Markup:
        return Markup(texts.translate(language, text)) % {}  # noqa: S704 - a text of the catalogue

    def said(text: str, /, **variables: Any) -> Markup:
        if not variables:
            return plain(text)
        return Markup(texts.translate(language, text)) % variables  # noqa: S704 - likewise; values are escaped

    return said


def post_name(language: str, post: str) -> str:
    """What a post is called; one that isn't known goes by its code."""
    names = POSTS if language == "zh" else ENGLISH
    return names.get(post, post)


def _named(language: str, names: Any) -> str:
    """The text of ``{"zh", "en"}``, or of an object with these two, in the person's language."""
    if isinstance(names, dict):
        return str(names[language])
    return str(getattr(names, language))
