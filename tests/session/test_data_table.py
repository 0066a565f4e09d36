from __future__ import annotations

import sys

import numpy as np
import polars as pl
import pytest

from app.core.errors import RoomreadError, TableError
from app.session.data_table import DataTable, table_of
from app.session.dictionary import MARKERS, Column, Table

TABLE = Table(
    "some.csv",
    "one <thing>",
    (
        Column("student", "", "S01, S02 ...", "who"),
        Column("name", "", "text", "typed"),
        Column("frame", "", "0 upwards", "number"),
        Column("faces_read", "faces", "0 upwards", "empty where nobody looked"),
        Column("share", "share", "0 to 1", "empty where nothing was read"),
    ),
)
ROWS = [("S01", "Ada", 1, 3, 0.25), ("S02", None, 2, None, None), ("S01", "<b>", 3, 0, np.nan)]


@pytest.fixture
def table() -> DataTable:
    return table_of(TABLE, ROWS, ["faces_read"])


class TestNumpy:
    def test_columns_by_name(self, table: DataTable) -> None:
        assert table.columns == tuple(table) == TABLE.names
        assert len(table) == 3
        assert table["student"].tolist() == ["S01", "S02", "S01"]
        assert table["name"].tolist() == ["Ada", "", "<b>"]
        assert table["frame"].dtype == np.int64
        np.testing.assert_array_equal(table["faces_read"], [3.0, np.nan, 0.0])
        np.testing.assert_array_equal(table["share"], [0.25, np.nan, np.nan])

    def test_what_columns_mean(self, table: DataTable) -> None:
        assert table.description == "one <thing>"
        assert table.dictionary[4].unit == "share"

    def test_there_is_no_other_column(self, table: DataTable) -> None:
        assert "share" in table
        assert "feeling" not in table
        with pytest.raises(TableError, match="no column 'feeling': choose of student, name, frame"):
            table["feeling"]
        assert issubclass(TableError, RoomreadError)
        assert issubclass(TableError, LookupError)

    def test_columns_can_not_be_written_to(self, table: DataTable) -> None:
        with pytest.raises(ValueError, match="read-only"):
            table["share"][0] = 1.0

    def test_without_rows(self) -> None:
        empty = table_of(TABLE, [])
        assert len(empty) == 0
        assert [empty[name].dtype.kind for name in empty] == ["U", "U", "i", "i", "f"]
        assert list(empty.to_pandas().columns) == list(empty.to_polars().columns) == list(empty)

    def test_columns_are_those_of_the_table(self) -> None:
        with pytest.raises(ValueError, match="timestamp"):
            DataTable(MARKERS, {"timestamp": np.zeros(1)})
        with pytest.raises(ValueError, match="one length"):
            DataTable(MARKERS, {"timestamp": np.zeros(1), "marker": np.array(["a", "b"])})


class TestPandas:
    def test_types_and_what_is_not_known(self, table: DataTable) -> None:
        frame = table.to_pandas()
        assert [str(kind) for kind in frame.dtypes] == [
            "category",
            "string",
            "int64",
            "Int64",
            "float64",
        ]
        assert frame["name"].isna().tolist() == [False, True, False]
        assert frame["faces_read"].isna().tolist() == [False, True, False]
        assert frame["faces_read"].sum() == 3
        assert frame.groupby("student", observed=True)["share"].mean()["S01"] == 0.25

    def test_it_is_the_users_to_change(self, table: DataTable) -> None:
        frame = table.to_pandas()
        frame.loc[0, "share"] = 0.5
        assert table["share"][0] == 0.25

    def test_missing(self, table: DataTable, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pandas", None)
        with pytest.raises(TableError, match="pip install pandas"):
            table.to_pandas()


class TestPolars:
    def test_types_and_what_is_not_known(self, table: DataTable) -> None:
        frame = table.to_polars()
        assert frame.schema.dtypes() == [
            pl.Categorical(),
            pl.String(),
            pl.Int64(),
            pl.Int64(),
            pl.Float64(),
        ]
        assert frame.null_count().row(0) == (0, 1, 0, 1, 2)
        assert frame["faces_read"].to_list() == [3, None, 0]

    def test_missing(self, table: DataTable, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "polars", None)
        with pytest.raises(TableError, match="pip install polars"):
            table.to_polars()


class TestShown:
    def test_in_a_line(self, table: DataTable) -> None:
        assert repr(table).startswith("<3 rows, each one <thing>; columns: student, name, frame")
        assert "\n" not in repr(table)

    def test_in_a_notebook(self, table: DataTable) -> None:
        page = table._repr_html_()
        assert '<th title="number; 0 upwards">frame</th>' in page
        assert "<b>" not in page  # what somebody typed is text
        assert "&lt;b&gt;" in page
        assert "nan" not in page

    def test_of_many_rows_the_first_ones(self) -> None:
        many = table_of(TABLE, [("S01", "", i, 1, 0.5) for i in range(50)])
        assert many._repr_html_().count("<tr>") == 6
        assert "50 rows" in many._repr_html_()
