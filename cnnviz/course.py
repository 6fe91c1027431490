"""The course: its parts, its lessons and the question of each."""

from dataclasses import dataclass
from pathlib import Path

from cnnviz.i18n import _

PAGES = Path(__file__).parent.parent / "pages"


@dataclass(frozen=True)
class Lesson:
    """One lesson: the name is the page's file, its address and the same in every language."""

    name: str
    title: str
    question: str

    @property
    def page(self) -> str:
        """The page's file, as Streamlit's links want it."""
        return f"pages/{self.name}.py"


def parts() -> dict[str, list[Lesson]]:
    """Every part of the course with those of its lessons that exist, in teaching order."""
    planned = {
        _("Part 1: Why"): [
            Lesson("flatten", _("Flatten"), _("What is lost when a picture becomes a list?")),
            Lesson("parameters", _("Parameters"), _("How many weights does it take?")),
        ],
        _("Part 2: See"): [
            Lesson("convolution", _("Convolution"), _("What does a kernel do at each stop?")),
            Lesson(
                "padding_stride",
                _("Padding and stride"),
                _("How big is the result, and who is left out?"),
            ),
            Lesson("channels", _("Channels"), _("What does one kernel do with three colours?")),
            Lesson("pooling", _("Pooling"), _("What survives when four become one?")),
            Lesson("shift", _("Shift"), _("What if the picture moves?")),
        ],
        _("Part 3: Reach"): [
            Lesson("receptive_field", _("Receptive field"), _("How far can one number see?")),
            Lesson("dilation", _("Dilation"), _("Holes: what do they buy, what do they cost?")),
        ],
    }
    found = {
        part: [x for x in lessons if (PAGES / f"{x.name}.py").exists()]
        for part, lessons in planned.items()
    }
    return {part: lessons for part, lessons in found.items() if lessons}


def lesson(name: str) -> Lesson:
    """The lesson of this name."""
    return next(x for lessons in parts().values() for x in lessons if x.name == name)
