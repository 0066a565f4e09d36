"""Does the exported graph say what torch says?"""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from training.networks.reading import Calibrated

# Torch warns about its own insides while it exports.
exporting = pytest.mark.filterwarnings("ignore:.*treespec.*:FutureWarning")


def exported_difference(net: nn.Module, faces: Tensor) -> float:
    """Largest difference of a probability between torch and ONNX Runtime.

    Args:
        net: gives a ``Reading``.
        faces: (n, 1, 48, 48); n is not the 2 that the export was traced with.
    """
    module = Calibrated(net, 1.0).eval()
    program = torch.onnx.export(
        module, (faces[:2],), input_names=["faces"], dynamo=True, opset_version=18, verbose=False,
        dynamic_shapes=({0: torch.export.Dim("batch", min=1)},),
    )  # fmt: skip
    assert program is not None
    session = onnxruntime.InferenceSession(
        program.model_proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    with torch.inference_mode():
        expected = module(faces).numpy()
    return float(np.abs(session.run(None, {"faces": faces.numpy()})[0] - expected).max())
