"""The tools that keep the house in order, so that the one test command runs them all."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

CODE = ("app", "training", "tests", "models", "assets")
MAX_FILE, MAX_FUNCTION = 400, 60
"""Lines."""


def files() -> Iterator[Path]:
    for folder in CODE:
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy"])
def test_tool(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_and_functions_stay_short() -> None:
    long = []
    for path in files():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") >= MAX_FILE:
            long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = code_lines(node)
                if lines >= MAX_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}: {lines}")
    assert not long


def code_lines(function: ast.AST) -> int:
    """Lines of a function, where a text over several lines (a docstring, a style sheet) is one."""
    texts = {
        line
        for node in ast.walk(function)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for line in range(*span(node))
    }
    first, last = span(function)
    return last - first + 1 - len(texts)


def span(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.end_lineno  # type: ignore[attr-defined]
