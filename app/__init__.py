"""Roomread: reads the expressions in a room, on the user's own machine."""

import os

# ONNX Runtime keeps a queue of usage events for its maker unless told not to before its import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
