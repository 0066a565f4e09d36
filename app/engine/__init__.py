"""The pure pipeline and the runners that feed it. No Qt."""
