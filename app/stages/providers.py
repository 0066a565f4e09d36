"""Which of ONNX Runtime's execution providers really compute here; being listed says nothing."""

from __future__ import annotations

import base64
from typing import Final

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

CUDA: Final = "CUDAExecutionProvider"
CPU: Final = "CPUExecutionProvider"
SILENT: Final = 4
"""ONNX Runtime's log level for nothing but the end of the process."""
_ERRORS: Final = 3

ORT_ERRORS: Final = (
    ort_errors.EPFail,
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
    RuntimeError,
    ValueError,
)
"""What ONNX Runtime raises where a model or a provider does not work."""

_CONVOLUTION: Final = base64.b64decode(
    "CAgSADpvCg8KAXgKAXcSAXkiBENvbnYSAWcqHwgBCAEIAggCEAEiEAAAgD8AAIA/AACAPwAAgD9CAXdaGwoBeBIWChQI"
    "ARIQCgIIAQoCCAEKAggECgIIBGIbCgF5EhYKFAgBEhAKAggBCgIIAQoCCAMKAggDQgQKABAN"
)
"""An ONNX model: x (1, 1, 4, 4) convolved with four ones to y (1, 1, 3, 3). A convolution, as
that is what fails where CUDA is there and cuDNN is not."""


def problem_of(provider: str) -> str:
    """Why this provider can't compute, in a few words; "" where it can. Logs nothing."""
    options = ort.SessionOptions()
    options.log_severity_level = SILENT
    ort.set_default_logger_severity(SILENT)
    try:
        session = ort.InferenceSession(_CONVOLUTION, options, providers=[provider])
        if session.get_providers()[0] != provider:
            return "listed, but does not start"
        (found,) = session.run(None, {"x": np.ones((1, 1, 4, 4), np.float32)})
    except ORT_ERRORS as error:
        return " ".join(str(error).split())[:200] or type(error).__name__
    finally:
        ort.set_default_logger_severity(_ERRORS)
    return "" if np.allclose(found, 4.0) else "computes wrong results"
