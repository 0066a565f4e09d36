"""Detectors measured on labelled pictures."""
