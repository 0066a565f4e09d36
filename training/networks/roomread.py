"""Roomread's own network: spatial transformer, super-resolution, classifier, in one graph.

The line is that of ``stn_sr``: align, enlarge, classify. Two things differ. The
input is always the classroom crop brought to one size, so super-resolution restores what
shrinking took away instead of adding pixels (``edsr.FoldedEDSR``); and all three parts are
trained together on faces of many sizes.
"""

from __future__ import annotations

from typing import Literal

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn

from training.networks.edsr import FoldedEDSR, ResidualBlock, enlarged
from training.networks.efficientnet_lite import EfficientNetLite, load_imagenet
from training.networks.face_resnet import FaceResNet, load_face_weights
from training.networks.reading import Reading
from training.networks.residual import Depths, ResidualClassifier, Widths
from training.networks.stn import SpatialTransformer
from training.section import Section


class RoomreadConfig(Section):
    """See ``RoomreadNet``.

    ``backbone`` names the classifier; ``stem``, ``widths``, ``depths`` and ``excite`` shape the
    ``residual`` one and say nothing to the two that begin with published weights.
    """

    kind: Literal["roomread"] = "roomread"
    size: int = Field(default=48, multiple_of=16, ge=32, le=224)
    backbone: Literal["residual", "face_resnet", "efficientnet_lite"] = "residual"
    pretrained: bool = False
    stem: int = Field(default=48, gt=0)
    widths: Widths = ()
    depths: Depths = ()
    excite: bool = False
    dropout: float = Field(default=0.3, ge=0, lt=1)
    sr_features: int = Field(default=16, ge=0)
    sr_blocks: int = Field(default=3, ge=0)
    sr_fold: int = Field(default=2, ge=1)
    sr_of: Literal["image", "features"] = "image"
    align: bool = True
    enlarge: int = Field(default=1, ge=1, le=4)

    def build(self, classes: int) -> RoomreadNet:
        """The network, with random weights."""
        if self.backbone == "residual":
            classifier: nn.Module = ResidualClassifier(
                classes, self.stem, self.widths, self.depths, self.excite, self.dropout
            )
        else:
            features = FaceResNet() if self.backbone == "face_resnet" else EfficientNetLite()
            classifier = Pooled(features, classes, self.dropout)
        return RoomreadNet(
            self.size, classifier, self._sr(classifier), self.align, self.enlarge, self.pretrained
        )

    def _sr(self, classifier: nn.Module) -> FoldedEDSR | FeatureSR | None:
        if not self.sr_blocks:
            return None
        if self.sr_of == "image":
            return FoldedEDSR(self.sr_features, self.sr_blocks, self.sr_fold, enlarge=self.enlarge)
        assert isinstance(classifier, ResidualClassifier)
        return FeatureSR(classifier.stem_width, self.sr_blocks)

    @model_validator(mode="after")
    def _fits(self) -> RoomreadConfig:
        if self.backbone == "efficientnet_lite" and self.size * self.enlarge % 32:
            raise ValueError("efficientnet_lite needs size times enlarge to be a multiple of 32")
        residual = self.backbone == "residual"
        if self.sr_of == "features" and not residual:
            raise ValueError("sr_of = 'features' needs the residual backbone")
        if self.pretrained and residual:
            raise ValueError("there are no published weights of the residual backbone")
        if residual and (not self.widths or len(self.widths) != len(self.depths)):
            raise ValueError("the residual backbone needs widths, and as many depths")
        if self.size % self.sr_fold:
            raise ValueError("sr_fold must divide size")
        if self.sr_blocks and self.sr_of == "image" and not self.sr_features:
            raise ValueError("sr_features is 0: sr_blocks = 0 leaves super-resolution out")
        return self


class FeatureSR(nn.Module):
    """Super-resolution of the stem's features instead of the picture.

    The idea of feature super-resolution (Tan et al., 2018; Nan et al., 2022, ``fsr``) in its
    cheapest form: residual blocks that bring the features of a small face near those of the same
    face seen large, learned with the classifier and without an adversary.

    Args:
        channels: of the features.
        blocks: residual blocks.
    """

    def __init__(self, channels: int, blocks: int) -> None:
        super().__init__()
        self.body = nn.Sequential(*[ResidualBlock(channels, 1.0) for _ in range(blocks)])

    def forward(self, features: Tensor) -> Tensor:
        """Same shape."""
        return self.body(features)


class RoomreadNet(nn.Module):
    """Grey crops in, logits out; normalisation is inside.

    Args:
        size: side of the crop in pixels.
        classifier: (n, 1, size * enlarge, size * enlarge) standardised pictures to (n, 8) logits.
        sr: super-resolution of the picture, of the classifier's features, or None.
        align: False leaves the spatial transformer out.
        enlarge: how many times larger than the crop the classifier's picture is.
        pretrained: ``start`` fills the classifier with published weights.
    """

    def __init__(
        self,
        size: int,
        classifier: nn.Module,
        sr: FoldedEDSR | FeatureSR | None,
        align: bool,
        enlarge: int = 1,
        pretrained: bool = False,
    ) -> None:
        super().__init__()
        self.size = size
        self.enlarge = enlarge
        self.stn = SpatialTransformer(size) if align else None
        self.sr = sr
        self.classifier = classifier
        self.pretrained = pretrained

    def start(self, faces: Tensor) -> None:
        """Published weights into the classifier, if it is to begin with them.

        Args:
            faces: (n, 1, s, s) grey 0..255, some hundred training faces.
        """
        features = self.classifier.features if self.pretrained else None
        if isinstance(features, FaceResNet):
            load_face_weights(features, enlarged(standardise(faces), self.enlarge))
        elif isinstance(features, EfficientNetLite):
            load_imagenet(features)

    def forward(self, crops: Tensor) -> Reading:
        """(n, 1, s, s) float, grey 0..255."""
        images = standardise(crops)
        theta = None
        if self.stn is not None:
            images, theta = self.stn(images)
        if isinstance(self.sr, FoldedEDSR):
            restored = self.sr(images)
            return Reading(self.classifier(restored), restored, theta)
        if self.enlarge > 1:
            images = enlarged(images, self.enlarge)
        if self.sr is None:
            return Reading(self.classifier(images), None, theta)
        features = self.sr(self.classifier.see(images))
        return Reading(self.classifier.read(features), features, theta)

    def target_for(self, sharp: Tensor, crops: Tensor, theta: Tensor | None) -> Tensor:
        """What super-resolution should have made of ``crops``: the sharp faces in the same pose.

        Where it also enlarges, its areas must average to them; where it works on features, they
        are the sharp faces' features.

        Args:
            sharp: (n, 1, s, s) the faces before they were degraded, grey 0..255.
            crops: (n, 1, s, s) the degraded ones; their mean and spread are used for both.
            theta: (n, 2, 3) of the forward pass; None without a spatial transformer.
        """
        images = standardise(sharp, like=crops)
        if self.stn is not None and theta is not None:
            images = self.stn.warp(images, theta.detach())
        if not isinstance(self.sr, FeatureSR):
            return images
        if self.enlarge > 1:
            images = enlarged(images, self.enlarge)
        # The statistics of sharp faces are no business of the stem, which sees small ones in use.
        was_training = self.classifier.training
        self.classifier.eval()
        with torch.no_grad():
            target = self.classifier.see(images)
        self.classifier.train(was_training)
        return target


class Pooled(nn.Module):
    """Features averaged over the picture, dropout, one linear layer.

    Args:
        features: (n, 1, s, s) to (n, width, h, w); has an attribute ``width``.
        classes: outputs.
        dropout: before the last layer.
    """

    def __init__(self, features: FaceResNet | EfficientNetLite, classes: int, dropout: float):
        super().__init__()
        self.features = features
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(features.width, classes)

    def forward(self, images: Tensor) -> Tensor:
        """(n, 1, s, s) to (n, classes) logits."""
        return self.head(self.dropout(self.features(images).mean((2, 3))))


def standardise(images: Tensor, like: Tensor | None = None) -> Tensor:
    """Each picture to mean 0 and spread 1, with the statistics of ``like`` (default: its own).

    Classroom light differs by desk; this takes brightness and contrast out before anything is
    learned. The floor under the spread keeps noise from a flat crop small.
    """
    reference = images if like is None else like
    mean = reference.mean((1, 2, 3), keepdim=True)
    spread = (reference - mean).square().mean((1, 2, 3), keepdim=True).sqrt()
    return (images - mean) / (spread + 4.0)
