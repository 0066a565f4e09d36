from __future__ import annotations

import argparse

import pytest

from app.arguments import PROVIDERS, add_provider
from app.engine.settings import AUTO, RecognizerSettings
from app.stages import providers


def test_providers_are_those_that_there_are_and_that_settings_take() -> None:
    assert set(PROVIDERS) == {AUTO, *(one.name for one in providers.PROVIDERS)}
    assert [RecognizerSettings(provider=name).provider for name in PROVIDERS] == [*PROVIDERS]


@pytest.mark.parametrize("given", ["CUDA", " cuda", "Cuda"])
def test_case_does_not_matter(given: str) -> None:
    parser = argparse.ArgumentParser()
    add_provider(parser)
    assert parser.parse_args(["--provider", given]).provider == "cuda"
