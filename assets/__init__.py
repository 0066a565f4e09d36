"""The demo clip and its truth; drawn by us (see README.md)."""
