#!/usr/bin/env bash
# Builds OpenCV's wheel with the modules that Roomread uses: a quarter of the size, 20 minutes or so.
# Its source is the one in requirements.txt, checked by its hash. Usage: opencv.sh FOLDER
set -euo pipefail

out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
only=$(mktemp)
trap 'rm -f "$only"' EXIT
awk '/^opencv-python-headless==/ {on = 1} /^[a-z]/ && !/^opencv-python-headless==/ {on = 0} on' \
    requirements.txt >"$only"

# FaceDetectorYN needs dnn. PyAV reads recordings and streams, OpenCV cameras only.
modules=core,imgproc,imgcodecs,videoio,video,features,calib,geometry,objdetect,dnn,python3
options="-DBUILD_LIST=$modules -DBUILD_TESTS=OFF -DBUILD_PERF_TESTS=OFF"
for part in FFMPEG GSTREAMER LAPACK OPENCL AVIF WEBP TIFF OPENJPEG JASPER OPENEXR ITT VULKAN; do
    options+=" -DWITH_$part=OFF"
done
export ENABLE_HEADLESS=1 ENABLE_CONTRIB=0 CMAKE_ARGS="$options -DBUILD_ITT=OFF -DCV_TRACE=OFF"
python -m pip wheel --require-hashes --no-deps --no-binary opencv-python-headless \
    --wheel-dir "$out" -r "$only"
