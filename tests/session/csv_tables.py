"""Tables in memory against the CSVs of the same session."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from app.session.data_table import DataTable


def assert_as_csv(table: DataTable, path: Path) -> None:
    """The columns and rows of ``path``, apart from the CSV's rounding."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert table.columns == tuple(header)
    assert len(table) == len(rows)
    for name, cells in zip(header, zip(*rows, strict=True), strict=False):
        column = table[name]
        if column.dtype.kind == "U":
            assert column.tolist() == list(cells), name
            continue
        told = np.array([float(cell) if cell else np.nan for cell in cells])
        decimals = max(len(cell.partition(".")[2]) for cell in cells)
        np.testing.assert_allclose(
            column, told, rtol=1e-6, atol=0.5 * 10**-decimals + 1e-9, err_msg=name
        )
