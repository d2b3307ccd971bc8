"""Formulas over columns, such as `price * count if count > 0 else 0`: read by an own grammar, never run as Python.

What is allowed is listed here; everything else is refused, naming what was found. The result is a polars expression.

- a column by its name (NaN in it is a missing value); a name that is no word by col("unit price")
- text "...", numbers, True, False, None; lists to the right of `in`
- + - * / // % **; whole numbers stay whole, in 64 bits, and what does not fit is missing (see `outgrown`)
- == != < <= > >= (chained too), `in`, `not in`, `is None`, `is not None`, and, or, not, a if c else b
- the functions of FUNCTIONS
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prep.columns import in_words
from prep.engines import Schema
from prep.errors import UnknownColumn, UnusableParameter, nearest
from prep.patterns import safe_pattern

if TYPE_CHECKING:
    import polars as pl

MAX_LENGTH = 10_000
MAX_DEPTH = 50
MAX_POWERS = 3
_ARITHMETIC: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARED: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def formula(text: str, columns: Collection[str]) -> pl.Expr:
    """The polars expression of a formula. Raises UnusableParameter for what is not allowed, UnknownColumn.

    >>> import polars as pl
    >>> pl.DataFrame({"a": [1, 2]}).select(x=formula("a * 10 if a > 1 else 0", ["a"]))["x"].to_list()
    [0, 20]
    >>> formula("lowr(a)", ["a"])
    Traceback (most recent call last):
    prep.errors.UnusableParameter: In the formula "lowr(a)": there is no function 'lowr'. Did you mean 'lower'?
    """
    if len(text) > MAX_LENGTH:
        raise UnusableParameter(f"The formula has {len(text):,} characters; {MAX_LENGTH:,} are allowed.")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        told = error.msg if isinstance(error, SyntaxError) else str(error)
        raise UnusableParameter(
            f'The formula "{text}" cannot be read: {told}. Write one such as price * 2 > 10.'
        ) from error
    return _Reader(text, columns).read(tree.body, 0)


def outgrown(text: str, schema: Schema) -> pl.Expr | None:
    """Of which rows a calculation with whole numbers has no result in 64 bits; None where there is no such calculation.

    Counted are sums and products that are too large, division by zero, negative powers; not those in the branch of an
    `if`, or behind an `and` or `or`, that is not needed for the row.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"a": [2**40, 7]})
    >>> rows.select(outgrown("a * a if a > 7 else 0", rows.schema)).to_series().to_list()
    [True, False]
    """
    import polars as pl

    reader = _Reader(text, schema)
    reader.read(ast.parse(text.strip(), mode="eval").body, 0)
    return pl.any_horizontal(reader.outgrown).fill_null(False) if reader.outgrown else None


def values_of(columns: Sequence[str]) -> pl.Expr:
    """What a row holds in these columns, as text: "price=2, count=missing"."""
    import polars as pl

    parts = [pl.format("{}={}", pl.lit(one), pl.col(one).cast(pl.String).fill_null("missing")) for one in columns]
    return pl.concat_str(parts, separator=", ")


def type_of(text: str, read: pl.Expr, schema: Schema) -> pl.DataType:
    """The type that a formula gives. Raises UnusableParameter where its parts do not go together ("a" + 1)."""
    import polars as pl

    nothing = pl.DataFrame(schema=dict(schema))
    try:
        return nothing.lazy().select(read.alias("x")).collect().schema["x"]
    except pl.exceptions.PolarsError as error:
        told = str(error).strip().splitlines()[0]
        types = ", ".join(f"{name} holds {in_words(schema[name])}" for name in read.meta.root_names())
        raise UnusableParameter(f'The formula "{text}" does not go with its columns ({types}): {told}.') from error


def may_be_infinite(text: str) -> bool:
    """Whether a formula has a part that can have no finite result for finite values (sums and products aside).

    >>> may_be_infinite("a * 2 + 1"), may_be_infinite("a / b"), may_be_infinite("log(a)")
    (False, True, True)
    """
    for node in ast.walk(ast.parse(text.strip(), mode="eval")):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod | ast.Pow):
            return True
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"log", "exp", "sqrt", "number"}
        ):
            return True
    return False


class _Reader:
    """Makes an expression of a tree."""

    def __init__(self, text: str, columns: Collection[str]) -> None:
        self._text, self._columns = text, columns
        self.outgrown: list[pl.Expr] = []

    def read(self, node: ast.expr, depth: int) -> pl.Expr:
        """The expression of a node. Raises UnusableParameter for one of a kind that is not listed."""
        if depth > MAX_DEPTH:
            raise self._refused(f"it is nested deeper than {MAX_DEPTH}")
        reading = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reading is None:
            raise self._refused(f"{ast.unparse(node)!r} is not allowed")
        found: pl.Expr = reading(node, depth + 1)
        return found

    def _constant(self, node: ast.Constant, _: int) -> pl.Expr:
        import polars as pl

        if not (node.value is None or isinstance(node.value, str | int | float | bool)):
            raise self._refused(f"{node.value!r} is not allowed")
        if isinstance(node.value, int) and not -(2**63) <= node.value < 2**63:
            raise self._refused("a whole number is too large")
        return pl.lit(node.value)

    def _name(self, node: ast.Name, _: int) -> pl.Expr:
        return self._column(node.id)

    def _column(self, name: str) -> pl.Expr:
        import polars as pl

        if name not in self._columns:
            raise UnknownColumn(name, self._columns)
        kind = self._columns[name] if isinstance(self._columns, Mapping) else None
        return pl.col(name).fill_nan(None) if kind is not None and kind.is_float() else pl.col(name)

    def _unaryop(self, node: ast.UnaryOp, depth: int) -> pl.Expr:
        inner = self.read(node.operand, depth)
        if isinstance(node.op, ast.Not):
            return ~inner
        if isinstance(node.op, ast.USub):
            import polars as pl

            is_literal = isinstance(node.operand, ast.Constant)
            return -inner if is_literal else self._whole(operator.sub, pl.lit(0), inner, -inner)
        if isinstance(node.op, ast.UAdd):
            return inner
        raise self._refused("~ is not allowed; write not")

    def _binop(self, node: ast.BinOp, depth: int) -> pl.Expr:
        done = _ARITHMETIC.get(type(node.op))
        if done is None:
            raise self._refused(f"{ast.unparse(node)!r} is not allowed; for conditions write and, or, not")
        if isinstance(node.op, ast.Pow) and _powers(node) > MAX_POWERS:
            raise self._refused(f"powers of powers go {MAX_POWERS} deep at most")
        left, right = self.read(node.left, depth), self.read(node.right, depth)
        return self._whole(done, left, right, done(left, right))

    def _whole(self, done: Callable[[Any, Any], Any], left: pl.Expr, right: pl.Expr, found: pl.Expr) -> pl.Expr:
        """Of whole numbers, the result if 64 bits hold it, else missing; of others what was `found`."""
        import polars as pl

        kinds = [_kind(one, self._columns) for one in (left, right)]
        if done is operator.truediv or not any(one is not None and one.is_integer() for one in kinds):
            return found
        if not all(one is not None and (one.is_integer() or one == pl.Boolean()) for one in kinds):
            return found
        wide, by = left.cast(pl.Int128), right.cast(pl.Int128)
        if done is operator.pow:
            about = left.cast(pl.Float64).abs() ** right.cast(pl.Float64)
            by = pl.when((right >= 0) & (about < 2.0**64)).then(right).cast(pl.UInt32, strict=False)
            # of 0, 1 and -1 a power beyond 32 bits is that of an exponent as even or odd
            by = pl.when(wide.abs() <= 1, right > 1).then(2 - right % 2).otherwise(by)
        made: pl.Expr = done(wide, by).cast(pl.Int64, strict=False)
        self.outgrown.append(left.is_not_null() & right.is_not_null() & made.is_null())
        return made

    def _read_if(self, needed: pl.Expr, node: ast.expr, depth: int) -> pl.Expr:
        """The expression of a node that counts in some rows only."""
        before = len(self.outgrown)
        found = self.read(node, depth)
        self.outgrown[before:] = [needed & one for one in self.outgrown[before:]]
        return found

    def _boolop(self, node: ast.BoolOp, depth: int) -> pl.Expr:
        found = self.read(node.values[0], depth)
        for one in node.values[1:]:
            if isinstance(node.op, ast.And):
                found &= self._read_if(_so_far(found, default=True), one, depth)
            else:
                found |= self._read_if(~_so_far(found, default=False), one, depth)
        return found

    def _ifexp(self, node: ast.IfExp, depth: int) -> pl.Expr:
        import polars as pl

        test = self.read(node.test, depth)
        is_true = _so_far(test, default=False)
        body, other = self._read_if(is_true, node.body, depth), self._read_if(~is_true, node.orelse, depth)
        return pl.when(test).then(body).otherwise(other)

    def _compare(self, node: ast.Compare, depth: int) -> pl.Expr:
        sides = [node.left, *node.comparators]
        parts = [self._compared(op, sides[place], sides[place + 1], depth) for place, op in enumerate(node.ops)]
        found = parts[0]
        for one in parts[1:]:
            found &= one
        return found

    def _compared(self, op: ast.cmpop, left: ast.expr, right: ast.expr, depth: int) -> pl.Expr:
        import polars as pl

        first = self.read(left, depth)
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple | ast.Set) or not all(
                isinstance(e, ast.Constant) for e in right.elts
            ):
                raise self._refused('to the right of `in` stands a list of values: status in ["new", "open"]')
            values = [one.value for one in right.elts if isinstance(one, ast.Constant)]
            found = pl.any_horizontal([first == value for value in values if value is not None] or [pl.lit(False)])
            return ~found if isinstance(op, ast.NotIn) else found
        is_nothing = isinstance(right, ast.Constant) and right.value is None
        if isinstance(op, ast.Is | ast.Eq) and is_nothing:
            return first.is_null()
        if isinstance(op, ast.IsNot | ast.NotEq) and is_nothing:
            return first.is_not_null()
        if type(op) not in _COMPARED:
            raise self._refused("`is` goes with None only; for values write ==")
        compared: pl.Expr = _COMPARED[type(op)](first, self.read(right, depth))
        return compared

    def _call(self, node: ast.Call, depth: int) -> pl.Expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
            raise self._refused(f"{name} takes its values in order, without names")
        if name == "col":
            return self._column(self._words(node, 1)[0])
        if name in _OF_WORDS:
            count, done = _OF_WORDS[name]
            if len(node.args) != count + 1:
                raise self._refused(f"{name} takes {count + 1} values")
            worded: pl.Expr = done(self.read(node.args[0], depth), *self._words(node, count, after=1))
            return worded
        if name not in _OF_VALUES:
            near = nearest(name, FUNCTIONS)
            cure = f"Did you mean {near!r}?" if near else f"There are: {', '.join(FUNCTIONS)}."
            raise self._refused(f"there is no function {name!r}. {cure}".rstrip("."))
        least, most, made = _OF_VALUES[name]
        if not least <= len(node.args) <= most:
            wanted = f"{least}" if least == most else f"{least} or more" if most > 9 else f"{least} to {most}"
            raise self._refused(f"{name} takes {wanted} value{'s' * (wanted != '1')}")
        found: pl.Expr = made(*(self.read(one, depth) for one in node.args))
        return found

    def _words(self, node: ast.Call, count: int, after: int = 0) -> list[str]:
        given = node.args[after:]
        if len(given) != count or not all(
            isinstance(one, ast.Constant) and isinstance(one.value, str) for one in given
        ):
            raise self._refused(f"{ast.unparse(node)} takes text in quotes there")
        return [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]

    def _refused(self, what: str) -> UnusableParameter:
        return UnusableParameter(f'In the formula "{self._text}": {what}{"" if what.endswith("?") else "."}')


def _powers(node: ast.AST) -> int:
    """How deep powers stand in each other there."""
    inner = max((_powers(one) for one in ast.iter_child_nodes(node)), default=0)
    return inner + (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow))


def _kind(read: pl.Expr, columns: Collection[str]) -> pl.DataType | None:
    """The type that an expression gives; None where only the names of the columns are known, or it gives none."""
    import polars as pl

    if not isinstance(columns, Mapping):
        return None
    nothing = pl.LazyFrame(schema={name: columns[name] for name in read.meta.root_names()} or {"x": pl.Null()})
    try:
        return nothing.select(read.alias("x")).collect_schema()["x"]
    except pl.exceptions.PolarsError:
        return None  # `type_of` tells of it, of the whole formula


def _so_far(test: pl.Expr, *, default: bool) -> pl.Expr:
    """A truth without gaps."""
    return test.fill_null(default)


def _days(later: pl.Expr, earlier: pl.Expr) -> pl.Expr:
    return (later - earlier).dt.total_days()


def _joined(*parts: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.concat_str(list(parts))


def _of_all(name: str) -> Callable[..., pl.Expr]:
    def made(*parts: pl.Expr) -> pl.Expr:
        import polars as pl

        found: pl.Expr = getattr(pl, name)(*parts)
        return found

    return made


def _text(value: pl.Expr) -> pl.Expr:
    import polars as pl

    return value.cast(pl.String)


def _number(value: pl.Expr) -> pl.Expr:
    import polars as pl

    return value.cast(pl.Float64, strict=False)


def _round(value: pl.Expr, digits: pl.Expr | None = None) -> pl.Expr:
    import polars as pl

    if digits is None:
        return value.round(0)
    places = pl.select(digits).item() if not digits.meta.root_names() else None
    if not isinstance(places, int) or not 0 <= places <= 15:
        raise UnusableParameter("round takes a whole number of digits from 0 to 15: round(price, 2).")
    return value.round(places)


_OF_WORDS: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "contains": (1, lambda value, part: value.str.contains(part, literal=True)),
    "starts_with": (1, lambda value, part: value.str.starts_with(part)),
    "ends_with": (1, lambda value, part: value.str.ends_with(part)),
    "matches": (1, lambda value, pattern: value.str.contains(safe_pattern(pattern))),
    "extract": (1, lambda value, pattern: value.str.extract(safe_pattern(pattern, groups=1), 1)),
    "replace": (2, lambda value, old, new: value.str.replace_all(old, new, literal=True)),
}
_OF_VALUES: Mapping[str, tuple[int, int, Callable[..., Any]]] = {
    "lower": (1, 1, lambda value: value.str.to_lowercase()),
    "upper": (1, 1, lambda value: value.str.to_uppercase()),
    "strip": (1, 1, lambda value: value.str.strip_chars()),
    "length": (1, 1, lambda value: value.str.len_chars()),
    "join": (1, 99, _joined),
    "text": (1, 1, _text),
    "number": (1, 1, _number),
    "abs": (1, 1, lambda value: value.abs()),
    "round": (1, 2, _round),
    "floor": (1, 1, lambda value: value.floor()),
    "ceil": (1, 1, lambda value: value.ceil()),
    "sqrt": (1, 1, lambda value: value.sqrt()),
    "log": (1, 1, lambda value: value.log()),
    "exp": (1, 1, lambda value: value.exp()),
    "min": (2, 99, _of_all("min_horizontal")),
    "max": (2, 99, _of_all("max_horizontal")),
    "coalesce": (1, 99, _of_all("coalesce")),
    "is_missing": (1, 1, lambda value: value.is_null()),
    "year": (1, 1, lambda value: value.dt.year()),
    "month": (1, 1, lambda value: value.dt.month()),
    "day": (1, 1, lambda value: value.dt.day()),
    "weekday": (1, 1, lambda value: value.dt.weekday()),
    "hour": (1, 1, lambda value: value.dt.hour()),
    "minute": (1, 1, lambda value: value.dt.minute()),
    "days_between": (2, 2, _days),
}
FUNCTIONS: tuple[str, ...] = ("col", *_OF_WORDS, *_OF_VALUES)
