"""Frozen data classes whose slots are set directly are as the standard library makes them."""

from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace

import pytest

from database.direct_slots import set_directly


@set_directly
@dataclass(frozen=True, slots=True)
class Point:
    """With every way in which a field is said."""

    x: int
    y: int = 2
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Refuse what a point can't have."""
        if self.x < 0:
            raise ValueError(self.x)


def test_fields_are_said_by_place_by_name_or_not_at_all() -> None:
    assert asdict(Point(1)) == {"x": 1, "y": 2, "names": []}
    assert Point(1, 3, names=["a"]) == replace(Point(1, 3), names=["a"])
    assert Point(1).names is not Point(1).names
    assert repr(Point(1)) == "Point(x=1, y=2, names=[])"


def test_nothing_can_be_changed_or_left_out() -> None:
    with pytest.raises(FrozenInstanceError):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(TypeError, match="required positional argument: 'x'"):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        Point(1, z=1)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="-1"):
        Point(-1)


def test_a_class_without_slots_is_refused() -> None:
    @dataclass(frozen=True)
    class Loose:
        x: int

    with pytest.raises(TypeError, match=r"Loose\.x is no slot"):
        set_directly(Loose)
