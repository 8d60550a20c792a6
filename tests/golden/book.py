"""The golden figures: read from the YAML files beside this, each with the document it comes from."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from register import parameters
from register.parameter_files import Scalar
from register.parameters import Parameters

HERE = Path(__file__).parent


def golden(name: str) -> dict[Any, Any]:
    """The figures of one file."""
    found: dict[Any, Any] = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def with_values(**values: Scalar) -> Parameters:
    """The shipped parameters, some with another newest value: how another province sets them."""
    known = dict(parameters.shipped())
    for name, value in values.items():
        *older, newest = known[name].values
        known[name] = replace(known[name], values=(*older, replace(newest, value=value)))
    return Parameters(MappingProxyType(known))
