"""STN and super-resolution before a classifier (``stn_sr``; after Lim et al., 2017, for EDSR).

A spatial transformer aligns the face, EDSR enlarges it, a residual network reads it. The paper
calls the last part "a traditional classification network" and draws ResNet's block, so here it
is a ResNet of basic blocks. Its table drops the first two parts one by one: Base, +STN, +SR,
+STN+SR. So that only the way of enlarging differs, the classifier always sees the enlarged side:
without super-resolution the face is enlarged bilinearly.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from torch import Tensor, nn

from training.networks.edsr import EDSR, enlarged, scaled
from training.networks.reading import Reading
from training.networks.residual import Depths, ResidualClassifier, Widths
from training.networks.stn import SpatialTransformer
from training.section import Section

SIZE = 48
"""Side of FER2013's pictures, in pixels."""


class StnSrConfig(Section):
    """See ``StnSr``; the defaults are the paper's scale.

    Attributes:
        align, sr: False leaves the part out: the paper's ablation.
        enlarge: factor of super-resolution, or of bilinear enlargement without it.
        sr_features, sr_blocks, sr_scaling, sr_skip: of EDSR.
        stem, widths, depths, dropout: of the classifier, ``residual.ResidualClassifier``; as wide
            and deep as ResNet-18 by default.
    """

    kind: Literal["stn_sr"] = "stn_sr"
    align: bool = True
    sr: bool = True
    enlarge: Literal[2, 4] = 2
    sr_features: int = Field(default=128, gt=0)
    sr_blocks: int = Field(default=16, gt=0)
    sr_scaling: float = Field(default=0.1, gt=0, le=1)
    sr_skip: bool = False
    stem: int = Field(default=64, gt=0)
    widths: Widths = (64, 128, 256, 512)
    depths: Depths = (2, 2, 2, 2)
    dropout: float = Field(default=0.0, ge=0, lt=1)

    @model_validator(mode="after")
    def _fits(self) -> StnSrConfig:
        if len(self.widths) != len(self.depths):
            raise ValueError("widths and depths need one number a stage, both as many")
        return self

    def build(self, classes: int) -> StnSr:
        """The network, with random weights."""
        return StnSr(
            SpatialTransformer(SIZE) if self.align else None,
            EDSR(self.enlarge, self.sr_features, self.sr_blocks, self.sr_scaling, self.sr_skip)
            if self.sr
            else None,
            ResidualClassifier(classes, self.stem, self.widths, self.depths, False, self.dropout),
            self.enlarge,
        )


class StnSr(nn.Module):
    """Align, enlarge, classify.

    Args:
        stn: of 48-pixel pictures; None leaves alignment out.
        sr: enlarges by ``enlarge``; None enlarges bilinearly.
        classifier: (n, 1, 48 * enlarge, 48 * enlarge) pictures, about -2..2, to logits.
        enlarge: how many times larger than the crop the classifier's picture is.
    """

    def __init__(
        self,
        stn: SpatialTransformer | None,
        sr: EDSR | None,
        classifier: nn.Module,
        enlarge: int,
    ) -> None:
        super().__init__()
        self.size = SIZE
        self.enlarge = enlarge
        self.stn = stn
        self.sr = sr
        self.classifier = classifier

    def forward(self, crops: Tensor) -> Reading:
        """(n, 1, 48, 48) float, grey 0..255.

        ``restored`` is super-resolution's picture, (n, 1, 48 * enlarge, 48 * enlarge), about
        -2..2. How to enlarge is learned beforehand, by ``recipes.restore``.
        """
        pictures, theta = crops, None
        if self.stn is not None:
            theta = self.stn.theta(scaled(crops))
            pictures = self.stn.warp(crops, theta)
        if self.sr is None:
            return Reading(self.classifier(scaled(enlarged(pictures, self.enlarge))), None, theta)
        restored = scaled(self.sr(pictures))
        return Reading(self.classifier(restored), restored, theta)

    def target_for(self, sharp: Tensor, crops: Tensor, theta: Tensor | None) -> Tensor:
        """What the areas of ``restored`` should average to: the sharp faces in the same pose.

        No face sharper than the crop's own is known.

        Args:
            sharp: (n, 1, 48, 48) the faces before they were degraded, grey 0..255.
            crops: (n, 1, 48, 48) the degraded ones; of no use here.
            theta: (n, 2, 3) of the forward pass, or None without alignment.
        """
        if self.stn is None or theta is None:
            return scaled(sharp)
        return scaled(self.stn.warp(sharp, theta.detach()))
