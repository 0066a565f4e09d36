"""A table in memory, column by column, for scripts and notebooks: numpy, pandas or polars.

It knows what its columns mean: the words are those of the data dictionary.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.errors import TableError
from app.session.dictionary import Column, Table, words
from app.session.rows import CATEGORIES, INTEGERS, TEXTS, Row

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

SHOWN: Final = 5
"""Rows that a notebook shows of a table."""


class DataTable:
    """One table of a session.

    ``table["happiness"]`` is a column, ``len(table)`` the number of rows, ``list(table)`` and
    ``table.columns`` the names. It stays as it is when the session is closed or edited.

    A column is a numpy array (n,): text as ``str``, "" where nothing is known; numbers as floats,
    NaN where they are not known; whole numbers that are always known as int64. The arrays can't be
    written to; copy one to change it.

    Args:
        table: what the columns are.
        columns: one for each of them, all of one length.
    """

    def __init__(self, table: Table, columns: Mapping[str, NDArray[Any]]) -> None:
        if tuple(columns) != table.names or len({len(one) for one in columns.values()}) != 1:
            raise ValueError(f"expected columns of one length for {table.names}")
        self._table = table
        self._columns = dict(columns)
        for column in self._columns.values():
            column.setflags(write=False)

    @property
    def description(self) -> str:
        """What one row is, in words."""
        return self._table.rows

    @property
    def columns(self) -> tuple[str, ...]:
        """The names, in the order of the CSV file."""
        return self._table.names

    @property
    def dictionary(self) -> tuple[Column, ...]:
        """What each column means: its name, unit, range and meaning."""
        return self._table.columns

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The column of this name; TableError where there is none."""
        try:
            return self._columns[name]
        except KeyError:
            raise TableError(
                f"there is no column {name!r}: choose of {', '.join(self.columns)}"
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def to_pandas(self) -> pd.DataFrame:
        """A pandas DataFrame: few different texts as categories, unknown whole numbers as <NA>.

        Raises TableError where pandas is not installed.
        """
        try:
            import pandas as pd  # noqa: PLC0415
        except ImportError as error:
            raise TableError("to_pandas needs pandas: pip install pandas") from error
        series = {}
        for name, column in self._columns.items():
            if name in CATEGORIES:
                series[name] = pd.Series(pd.Categorical(_texts(column)))
            elif column.dtype.kind == "U":
                series[name] = pd.Series(_texts(column), dtype="string")
            elif name in INTEGERS and column.dtype.kind == "f":
                series[name] = pd.Series(column).astype("Int64")
            else:
                series[name] = pd.Series(column)
        return pd.DataFrame(series, copy=True)

    def to_polars(self) -> pl.DataFrame:
        """A polars DataFrame: few different texts as categories; null where nothing is known.

        Raises TableError where polars is not installed.
        """
        try:
            import polars as pl  # noqa: PLC0415
        except ImportError as error:
            raise TableError("to_polars needs polars: pip install polars") from error
        series = []
        for name, column in self._columns.items():
            if column.dtype.kind == "U":
                kind = pl.Categorical() if name in CATEGORIES else pl.String()
                series.append(pl.Series(name, _texts(column), dtype=kind))
                continue
            one = pl.Series(name, column)
            if column.dtype.kind == "f":
                one = one.fill_nan(None)
            series.append(one.cast(pl.Int64) if name in INTEGERS else one)
        return pl.DataFrame(series)

    def __repr__(self) -> str:
        return f"<{_rows(len(self))}, each {self.description}; columns: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        """The first rows, as notebooks show them."""
        head = "".join(
            f'<th title="{escape(words(one))}">{escape(one.name)}</th>' for one in self.dictionary
        )
        shown = zip(*(one[:SHOWN].tolist() for one in self._columns.values()), strict=True)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(_cell(value))}</td>' for value in row)}</tr>"
            for row in shown
        )
        more = f"; the first {SHOWN} are shown" if len(self) > SHOWN else ""
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>{_rows(len(self))}, each {escape(self.description)}{more}</p>"
        )


def table_of(table: Table, rows: Iterable[Row], may_lack: Iterable[str] = ()) -> DataTable:
    """A table of these rows.

    Args:
        table: what the columns are.
        rows: with a value for each column; what is not known is None or NaN.
        may_lack: columns of whole numbers that are not always known.
    """
    values: list[list[Any]] = [[] for _ in table.names]
    for row in rows:
        for column, value in zip(values, row, strict=True):
            column.append(value)
    lacking = frozenset(may_lack)
    named = zip(table.names, values, strict=True)
    return DataTable(table, {name: _array(name, these, name in lacking) for name, these in named})


def _array(name: str, values: list[Any], lacks: bool) -> NDArray[Any]:
    if name in CATEGORIES | TEXTS:
        return np.array([value or "" for value in values], np.str_)
    if name in INTEGERS and not lacks:
        return np.array(values, np.int64)
    return np.array(values, np.float64)  # None is NaN


def _texts(column: NDArray[np.str_]) -> list[str | None]:
    return [text or None for text in column.tolist()]


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"


def _cell(value: str | float) -> str:
    """A value as a notebook shows it; nothing where it is not known."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{round(value, 4):.9g}"
    return str(value)
