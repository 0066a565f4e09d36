#!/usr/bin/env bash
# Builds OpenCV's wheel with the modules that Roomread uses: a quarter of the size, 20 minutes or so.
# Its source is the one in requirements.txt, its tools those in requirements-opencv.txt, all checked by
# their hashes; nothing else is fetched. Usage: opencv.sh FOLDER
set -euo pipefail

out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk '/^opencv-python-headless==/ {on = 1} /^[a-z]/ && !/^opencv-python-headless==/ {on = 0} on' \
    requirements.txt >"$work/only"

# FaceDetectorYN needs dnn, and that one its ONNX importer (Protobuf). PyAV reads recordings and
# streams, OpenCV cameras only.
modules=core,imgproc,imgcodecs,videoio,video,features,calib,geometry,objdetect,dnn,python3
options="-DBUILD_LIST=$modules -DBUILD_TESTS=OFF -DBUILD_PERF_TESTS=OFF"
for part in FFMPEG GSTREAMER LAPACK OPENCL AVIF WEBP TIFF OPENJPEG JASPER OPENEXR ITT VULKAN FLATBUFFERS; do
    options+=" -DWITH_$part=OFF"
done
# OpenCV would fetch IPP from elsewhere while it is built; it was not faster for what Roomread does.
options+=" -DWITH_IPP=OFF -DBUILD_ITT=OFF -DCV_TRACE=OFF"
[ "$(uname -m)" != x86_64 ] || options+=" -DCPU_DISPATCH=SSE4_2,AVX2"

python -m venv "$work/tools"
tools=$work/tools/bin
[ -d "$tools" ] || tools=$work/tools/Scripts # Windows
"$tools/python" -m pip install --disable-pip-version-check --quiet --require-hashes --only-binary :all: \
    -r requirements-opencv.txt
export ENABLE_HEADLESS=1 ENABLE_CONTRIB=0 CMAKE_ARGS="$options" PATH="$tools:$PATH"
# Windows builds with Visual Studio, which finds its compiler by itself.
[ "${OS:-}" = Windows_NT ] || export CMAKE_GENERATOR=Ninja
"$tools/python" -m pip wheel --disable-pip-version-check --require-hashes --no-deps \
    --no-binary opencv-python-headless --no-build-isolation --wheel-dir "$out" -r "$work/only"
