"""Every network that a config can name."""

from __future__ import annotations

from training.networks.fsr import FsrConfig
from training.networks.psr import PsrConfig
from training.networks.resnet_transfer import ResnetTransferConfig
from training.networks.roomread import RoomreadConfig
from training.networks.stn_cnn import StnCnnConfig
from training.networks.stn_sr import StnSrConfig

NetworkConfig = (
    RoomreadConfig | StnSrConfig | StnCnnConfig | ResnetTransferConfig | FsrConfig | PsrConfig
)
"""Told apart by ``kind``; each has ``build(classes) -> nn.Module``."""
