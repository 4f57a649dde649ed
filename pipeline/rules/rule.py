"""What a rule is: it says at each moment what holds; `episodes` makes events of that."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pipeline.config.rules import RuleConfig
from pipeline.rules.moment import Moment, Stamp

C = TypeVar("C", bound=RuleConfig)
Direction = Literal["to_left", "to_right"]


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that holds at a moment."""

    who: tuple[int, ...] = ()
    """The people whom it is about, as `Somebody.who`."""
    key: tuple[object, ...] | None = None
    """Claims of the same key are one happening; None where the people are the key."""
    since: Stamp | None = None
    """When it began, if not now."""
    weak: bool = False
    """It holds enough to go on, and not enough to begin."""
    at_once: bool = False
    """It is over as soon as it is told."""
    words: Mapping[str, object] = field(default_factory=dict)
    """What the sentence says beside who and where."""
    direction: Direction | None = None
    count: int | None = None


class Rule(ABC, Generic[C]):
    """One rule of one camera. A subclass with `kinds` registers itself.

    Args:
        name: the rule's, as the configuration has it.
        config: what it was told.
    """

    kinds: ClassVar[tuple[str, ...]] = ()
    """The values of `kind` that it serves."""
    needs_view: ClassVar[bool] = False
    """Whether it looks at the picture's statistics."""

    _known: ClassVar[dict[str, "type[Rule[Any]]"]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Rule._known.update(dict.fromkeys(cls.__dict__.get("kinds", ()), cls))

    def __init__(self, name: str, config: C) -> None:
        self.name = name
        self.config = config

    @property
    def kind(self) -> str:
        """Of the events that it raises."""
        return str(getattr(self.config, "kind"))  # noqa: B009 - every subclass of RuleConfig has one

    @property
    def place(self) -> str | None:
        """The zone or line that it is about."""
        return None

    @abstractmethod
    def look(self, moment: Moment) -> Iterable[Claim]:
        """What holds at this moment. Called for every frame, in their order, whatever the schedule says."""

    def forget(self, gone: set[int]) -> None:
        """These people are not coming back."""
        return


@cache
def registry() -> dict[str, type[Rule[Any]]]:
    """Every rule there is, by its kind."""
    import pipeline.rules as here

    for module in pkgutil.iter_modules(here.__path__, f"{here.__name__}."):
        importlib.import_module(module.name)
    return dict(Rule._known)


def rule_of(name: str, config: RuleConfig) -> Rule[Any]:
    """The rule that a configuration means."""
    return registry()[str(getattr(config, "kind"))](name, config)  # noqa: B009
