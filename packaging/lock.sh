#!/usr/bin/env bash
# Writes the lock files of a bundle anew, for all systems at once; needs uv (pip install uv).
set -euo pipefail

cd "$(dirname "$0")"
lock() {
    uv pip compile "$@" --universal --python-version 3.12 --generate-hashes --no-header --quiet
}
lock ../pyproject.toml bundle.in --override overrides.txt --output-file requirements.txt
lock build.in --output-file requirements-build.txt
lock opencv.in --output-file requirements-opencv.txt
