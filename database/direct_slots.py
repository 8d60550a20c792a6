"""Frozen data classes that are made nearly as quickly as others, for those of which each command makes many.

The standard library's ``__init__`` of a frozen class sets each field by its name, past the refusal to change
it: half as much again for every field. Here it sets the field's slot, which nobody can do by assignment.
"""

from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

C = TypeVar("C")


def set_directly(made: type[C]) -> type[C]:
    """Give a frozen data class with slots an ``__init__`` of the same signature that sets the slots.

    Raises TypeError for one that has no slots, or fields that are not said by place.
    """
    scope: dict[str, Any] = {"MISSING": MISSING}
    said, done = [], []
    for place, one in enumerate(fields(made)):  # type: ignore[arg-type]
        if not one.init or one.kw_only or one.name not in made.__dict__.get("__slots__", ()):
            raise TypeError(f"{made.__qualname__}.{one.name} is no slot that is said by its place")
        scope[f"set{place}"] = getattr(made, one.name).__set__
        said.append(_parameter(one, place, scope))
        value = one.name
        if one.default_factory is not MISSING:
            scope[f"make{place}"] = one.default_factory
            value = f"make{place}() if {one.name} is MISSING else {one.name}"
        done.append(f"    set{place}(self, {value})")
    if hasattr(made, "__post_init__"):
        done.append("    self.__post_init__()")
    # The words are of a class of ours: the names of its fields, and none of what is in them.
    exec(f"def __init__(self, {', '.join(said)}):\n" + "\n".join(done), scope)  # noqa: S102
    init, before = scope["__init__"], made.__init__
    init.__qualname__, init.__annotations__ = before.__qualname__, before.__annotations__
    init.__module__, init.__doc__ = made.__module__, before.__doc__
    made.__init__ = init  # type: ignore[method-assign]
    return made


def _parameter(one: Field[Any], place: int, scope: dict[str, Any]) -> str:
    if one.default is not MISSING:
        scope[f"default{place}"] = one.default
        return f"{one.name}=default{place}"
    if one.default_factory is not MISSING:
        return f"{one.name}=MISSING"
    return one.name
