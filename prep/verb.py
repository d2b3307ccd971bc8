"""What a verb is: a step with its parameters, run on any frame, with a report on request. Knows no single verb.

A verb is a frozen dataclass in `prep/steps/<verb>.py` whose fields are its parameters. From it come three doors:

    prep.cast(frame, ...)          -> the frame; warns when values were set aside
    prep.cast.run(frame, ...)      -> Result: .frame, .change (the report), .step
    prep.step("cast", ...)         -> the step itself: .run(frame), .as_json()

A report is made when it is first asked for, so that a lazy frame stays lazy.
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, ParamSpec, Self

from prep.change import Change
from prep.engines import Schema, Work, map_rows, rows_of, schema_of, whole
from prep.errors import UnusableParameter, nearest
from prep.frames import Frame, columns_of, to_polars
from prep.parameters import check_parameters

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl

P = ParamSpec("P")
OnError = Literal["quarantine", "null", "raise"]
AFTER = "__assay_after_"


class ValuesSetAside(UserWarning):
    """Values that a step could not use are missing in its result; its report holds them."""


@dataclass(frozen=True)
class Failure:
    """When a cell of a computed column could not be made: `when` over the columns of the input and `after(column)`;
    or, kept under no column's name, when the condition by which rows stay could not be reckoned.

    `source` is the column whose value is at fault, `reason` goes on where the value ends: "is no number". `value` is
    what to show, if that is not the value of one column.
    """

    when: pl.Expr
    source: str
    reason: str | pl.Expr
    value: pl.Expr | None = None


@dataclass(frozen=True)
class Plan:
    """What a step does to each row of a frame with a certain schema, and how to tell of it.

    `sources` names, for a column that is new, the one it was made from; `notes` and `facts` go into the report.
    """

    work: Work
    failures: Mapping[str, Failure] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    made_by: tuple[RowStep, Schema] | None = field(default=None, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.made_by is None:
            raise TypeError("a plan is sent elsewhere as the step that made it")
        return planned, self.made_by


def planned(step: RowStep, schema: Schema) -> Plan:
    """The plan of a step, which can be sent to where the rows are: it is made again there."""
    plan = step.plan(schema)
    return replace(plan, work=replace(plan.work, again=partial(_work, step, schema)), made_by=(step, schema))


def _work(step: RowStep, schema: Schema) -> Work:
    return step.plan(schema).work


def after(column: str) -> pl.Expr:
    """The value of a column once the step is done, beside those before."""
    import polars as pl

    return pl.col(AFTER + column)


class Result:
    """What a step gives: the frame, the same kind as went in, and what was done. `frame, change = result` unpacks it."""

    def __init__(self, frame: Frame, step: Step, tell: Callable[[], Change]) -> None:
        self.frame, self.step, self._tell = frame, step, tell

    @cached_property
    def change(self) -> Change:
        """The report; made when first asked for (a lazy frame is run for it)."""
        return self._tell()

    def __iter__(self) -> Iterator[Any]:
        yield self.frame
        yield self.change

    def __repr__(self) -> str:
        return f"<Result of {self.step.verb}: .frame, .change, .step>"


@dataclass(frozen=True)
class Step:
    """A verb with its parameters; subclasses are `RowStep` and `WholeStep`."""

    looks: ClassVar[str] = ""
    """Why it must look at the rows before it can give a frame, and so runs a lazy one; "" when it need not."""

    hides: ClassVar[bool] = False
    """Whether the values before are secret, so that the report must not show them."""

    version: ClassVar[int] = 1
    """Raised when the verb means something else than before, though its parameters are the same."""

    def __post_init__(self) -> None:
        check_parameters(self)
        self.check()

    def check(self) -> None:
        """Raises UnusableParameter for parameters that contradict each other."""

    @property
    def verb(self) -> str:
        """The name of the verb: that of its file."""
        return verb_of(type(self))

    def parameters(self) -> dict[str, Any]:
        """The parameters that are not as they are when not given."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != _default(one)}

    def as_json(self) -> dict[str, Any]:
        """The step as an entry of a pipeline file: {"verb": ..., parameter: value}."""
        from prep.manifest import plain

        return {"verb": self.verb, **{name: plain(value, name) for name, value in self.parameters().items()}}

    def run(self, frame: Frame, *, row_id: str | None = None) -> Result:
        """Do it: the same kind of frame comes out, and `frame` is not altered.

        `row_id` names the column by which the report speaks of rows; without it a row is its place, counted from 0.
        Raises UnusableFrame, UnknownColumn, UnusableParameter, BadValues (with on_error="raise").
        """
        raise NotImplementedError


@dataclass(frozen=True)
class RowStep(Step):
    """A verb whose every row of the result follows from one row of the input (and from what was learned, if it learns)."""

    def plan(self, schema: Schema) -> Plan:
        """What to do to the rows of a frame with that schema. Raises UnknownColumn, UnusableFrame."""
        raise NotImplementedError

    def learned(self, frame: Frame, schema: Schema) -> Self:
        """The step with what it must know of all rows: itself, for a verb that learns nothing."""
        del frame, schema
        return self

    def run(self, frame: Frame, *, row_id: str | None = None) -> Result:
        """See `Step.run`."""
        from prep.report import any_bad, change_of

        table = to_polars(frame) if isinstance(frame, Mapping) else frame
        schema = schema_of(table)
        step = self.learned(table, schema)
        plan = planned(step, schema)
        made = map_rows(table, plan.work)
        result = Result(made, step, lambda: change_of(self, table, schema, plan, made, row_id))
        if plan.failures and getattr(step, "on_error", None) == "raise" and any_bad(table, plan, made):
            result.change.raise_if_bad()
        return result

    def has_bad(self, frame: Frame, made: Frame) -> bool:
        """Whether values were set aside. Runs a lazy frame."""
        from prep.report import any_bad

        plan = planned(self, schema_of(frame))
        return bool(plan.failures) and any_bad(frame, plan, made)


@dataclass(frozen=True)
class LearningStep(RowStep):
    """A row step that first learns something small of all rows, and keeps it as its parameter `fitted`.

    `step.fit(train)` gives the step with it; run on other rows, a fitted step does the very same to them.
    """

    looks: ClassVar[str] = "it learns from all rows, unless it is fitted already"

    def learn(self, frame: Frame, schema: Schema) -> Mapping[str, Any]:
        """What must be known of the rows, as JSON values."""
        raise NotImplementedError

    def fit(self, frame: Frame) -> Self:
        """The step with what it learned from these rows, for other rows at another time."""
        table = to_polars(frame) if isinstance(frame, Mapping) else frame
        return replace(self, fitted=self.learn(table, schema_of(table)))  # type: ignore[call-arg] # its subclasses'

    def learned(self, frame: Frame, schema: Schema) -> Self:
        """The step itself when it is fitted; else fitted on the frame."""
        if getattr(self, "fitted", None) is not None:
            return self
        return replace(self, fitted=self.learn(frame, schema))  # type: ignore[call-arg] # its subclasses'


@dataclass(frozen=True)
class WholeStep(Step):
    """A verb that needs all rows at once; written over Narwhals, it runs on the frame's own engine."""

    def whole(self, frame: nw.LazyFrame[Any], columns: Sequence[str]) -> nw.LazyFrame[Any]:
        """The work itself."""
        raise NotImplementedError

    def tell(self, frame: Frame, made: Frame) -> dict[str, Any]:
        """More for the report: fields of `Change` by name."""
        del frame, made
        return {}

    def run(self, frame: Frame, *, row_id: str | None = None) -> Result:
        """See `Step.run`."""
        del row_id
        table = to_polars(frame) if isinstance(frame, Mapping) else frame
        columns = columns_of(table)
        made = whole(table, lambda rows: self.whole(rows, columns))
        return Result(made, self, lambda: self._change(table, columns, made))

    def _change(self, frame: Frame, columns: Sequence[str], made: Frame) -> Change:
        now = columns_of(made)
        facts: dict[str, Any] = {
            "added": tuple(name for name in now if name not in columns),
            "removed": tuple(name for name in columns if name not in now),
        }
        facts |= self.tell(frame, made)
        told = {name: value for name, value in self.as_json().items() if name != "verb"}
        return Change(self.verb, told, rows_in=rows_of(frame), rows_out=rows_of(made), **facts)


class Verb(Generic[P]):
    """A verb as a function of a frame and its parameters. `verb(frame, ...)` gives the frame, `verb.run(...)` all of it."""

    def __init__(self, step: Callable[P, Step]) -> None:
        self.step = step
        self.__name__ = verb_of(step)
        self.__doc__ = step.__doc__

    @property
    def __signature__(self) -> inspect.Signature:
        own = inspect.signature(self.step)
        first = inspect.Parameter("frame", inspect.Parameter.POSITIONAL_ONLY, annotation=Any)
        return own.replace(parameters=[first, *own.parameters.values()], return_annotation=Any)

    def __call__(self, frame: Frame, /, *args: P.args, **kwargs: P.kwargs) -> Frame:
        """The frame after the verb: the same kind, the input not altered.

        Where values were set aside it warns; for that a lazy frame is looked at once, unless on_error="null".
        """
        result = self.run(frame, *args, **kwargs)
        step = result.step
        if isinstance(step, RowStep) and getattr(step, "on_error", None) == "quarantine":
            table = to_polars(frame) if isinstance(frame, Mapping) else frame
            if step.has_bad(table, result.frame):
                _warn(result.change)
        return result.frame

    def run(self, frame: Frame, /, *args: P.args, **kwargs: P.kwargs) -> Result:
        """The frame and the report of what was done."""
        return built(self.step, *args, **kwargs).run(frame)

    def __repr__(self) -> str:
        return f"<verb {self.__name__}{inspect.signature(self.step)}>"


def verb(step: Callable[P, Step]) -> Verb[P]:
    """The function of a step's class."""
    return Verb(step)


def built(step: Callable[P, Step], *args: P.args, **kwargs: P.kwargs) -> Step:
    """A step with these parameters. Raises UnusableParameter, naming the nearest, for one it does not have."""
    signature = inspect.signature(step)
    for name in kwargs:
        if name not in signature.parameters:
            raise UnusableParameter(unknown_parameter(verb_of(step), name, list(signature.parameters)))
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        wanted = [name for name, one in signature.parameters.items() if one.default is inspect.Parameter.empty]
        cure = f"It needs: {', '.join(wanted)}. " if wanted else ""
        raise UnusableParameter(
            f"{verb_of(step)}: {error}. {cure}It has: {', '.join(signature.parameters)}."
        ) from error
    return step(*args, **kwargs)


def unknown_parameter(verb: str, name: str, known: Sequence[str]) -> str:
    """The sentence on a parameter that a verb does not have.

    >>> unknown_parameter("cast", "colums", ["columns", "to"])
    "cast has no parameter 'colums'. Did you mean 'columns'?"
    """
    near = nearest(name, known)
    cure = f"Did you mean {near!r}?" if near else f"It has: {', '.join(known) or 'none'}."
    return f"{verb} has no parameter {name!r}. {cure}"


def verb_of(step: Callable[..., Any]) -> str:
    """The name of the verb of a step's class.

    >>> class NormalizeText: ...
    >>> verb_of(NormalizeText)
    'normalize_text'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", step.__name__).lower()


def _warn(change: Change) -> None:
    first = change.quarantine.row(0, named=True)
    where = "it is" if change.bad == 1 else "they are"
    warnings.warn(
        f"{change.verb} set aside {change.bad:,} value{'s' * (change.bad != 1)} (row {first['row']}, {first['column']}: "
        f"{first['value']!r} {first['reason']}{'; ...' * (change.bad > 1)}); {where} missing in the frame. "
        f"prep.{change.verb}.run(...) gives {'it' if change.bad == 1 else 'them'} in .change.quarantine.",
        ValuesSetAside,
        stacklevel=3,
    )


def _default(one: Any) -> Any:
    if one.default is not MISSING:
        return one.default
    return one.default_factory() if one.default_factory is not MISSING else MISSING
