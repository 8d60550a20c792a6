"""What is waited for: the conclusion of the appraisal board, of a prefecture at least."""

from typing import Literal

from engine import process
from engine.process import IsoDate, Names, text

LEVELS = {
    "prefecture": Names("地级市", "prefecture"),
    "province": Names("省", "province"),
}


class MedicalConclusion(process.Message):
    """The capacity to work is lost completely (完全丧失劳动能力)."""

    NAMES = Names("劳动能力鉴定结论（完全丧失）", "Conclusion: capacity lost completely")
    MATERIALS = ("appraisal",)

    conclusion_no: str = text("结论编号", "Number of the conclusion", min_length=1, max_length=60)
    concluded_on: IsoDate = text("结论日期", "Concluded on")
    board: str = text("鉴定委员会", "Board", min_length=2, max_length=100)
    board_level: Literal["prefecture", "province"] = text(
        "鉴定级别", "Level of the board", choices=LEVELS
    )


class NegativeConclusion(process.Message):
    """The capacity is not lost completely: the case ends."""

    NAMES = Names("劳动能力鉴定结论（未完全丧失）", "Conclusion: capacity not lost completely")
    MATERIALS = ("appraisal",)
    NEEDED = False

    conclusion_no: str = text("结论编号", "Number of the conclusion", min_length=1, max_length=60)
    concluded_on: IsoDate = text("结论日期", "Concluded on")
    degree: str = text(
        "鉴定结论", "What was concluded", min_length=1, max_length=200, personal=True
    )
