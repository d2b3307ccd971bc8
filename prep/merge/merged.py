"""What merging gives: the frame, the report, and what was left over. Knows no single way of merging.

Each way of merging is a function `merge(left, right, ...)` that gives the frame, and `merge.run(left, right, ...)`
that gives all of it: `.frame`, `.change` (the report, as that of a verb) and more, such as `.unmatched_left`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypeVar, get_origin, get_type_hints

from prep.change import Change
from prep.errors import UnusableParameter, nearest
from prep.frames import Frame
from prep.parameters import fits, said
from prep.verb import unknown_parameter

if TYPE_CHECKING:
    import inspect

P = ParamSpec("P")


class Merged:
    """What merging gives: the frame, the same kind as the first that went in, and the report.

    `frame, change = result` unpacks it. Subclasses hold what was left over as well.
    """

    def __init__(self, frame: Frame, tell: Callable[[], Change]) -> None:
        self.frame, self._tell = frame, tell

    @cached_property
    def change(self) -> Change:
        """The report; of lazy frames, counts that need the result are made when first asked for."""
        return self._tell()

    def warn(self) -> None:
        """Says aloud what is not in the frame, to one who asked for the frame alone."""

    def __iter__(self) -> Iterator[Any]:
        yield self.frame
        yield self.change

    def __repr__(self) -> str:
        own = [name for name, one in vars(type(self)).items() if isinstance(one, cached_property)]
        return f"<{type(self).__name__}: {', '.join(f'.{name}' for name in ['frame', 'change', *own])}>"


M = TypeVar("M", bound=Merged)


class Merge(Generic[P, M]):
    """A way of merging as a function that gives the frame; `.run(...)` gives all of it."""

    def __init__(self, work: Callable[P, M]) -> None:
        self.work = work
        functools.update_wrapper(self, work)

    def run(self, *args: P.args, **kwargs: P.kwargs) -> M:
        """The merged frame, the report, and what was left over. Raises as the function, and UnusableParameter."""
        self._check(args, kwargs)
        return self.work(*args, **kwargs)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Frame:
        """The merged frame: the same kind as the first; the inputs are not altered."""
        merged = self.run(*args, **kwargs)
        merged.warn()
        return merged.frame

    @property
    def __signature__(self) -> inspect.Signature:
        import inspect

        return inspect.signature(self.work).replace(return_annotation=Any)

    def _check(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Raises UnusableParameter for one there is not, one that is missing, or a value of another type."""
        name, known = self.work.__name__, self.__signature__.parameters
        strange = next((one for one in kwargs if one not in known), None)
        if strange is not None:
            raise UnusableParameter(unknown_parameter(name, strange, list(known)))
        try:
            self.__signature__.bind(*args, **kwargs)
        except TypeError as error:
            raise UnusableParameter(f"{name}: {error}. It takes {self.__signature__}.") from error
        hints = get_type_hints(self.work)
        for one, value in kwargs.items():
            hint = hints[one]
            if get_origin(hint) is not Literal and not fits(value, hint):
                raise UnusableParameter(f"{name}: {one}={value!r} is not known. Give {said(hint)}.")

    def __repr__(self) -> str:
        return f"<merge {self.work.__name__}{self.__signature__}>"


def one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    """Raises UnusableParameter, naming the nearest, for a word that is not known.

    >>> one_of("how", "outer", ("left", "inner", "full"))
    Traceback (most recent call last):
    prep.errors.UnusableParameter: how='outer' is not known. Say one of: left, inner, full.
    """
    if value not in known:
        near = nearest(value, known) if isinstance(value, str) else None
        cure = f"Did you mean {near!r}?" if near else f"Say one of: {', '.join(known)}."
        raise UnusableParameter(f"{name}={value!r} is not known. {cure}")


def given(parameters: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that are not as they are when not given, for the report.

    >>> given({"how": "left", "on": "id"}, {"how": "left", "on": None})
    {'on': 'id'}
    """
    return {name: value for name, value in parameters.items() if value != defaults.get(name)}


def counted(number: int, noun: str) -> str:
    """A number and its noun.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
