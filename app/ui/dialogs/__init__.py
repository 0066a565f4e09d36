"""Windows that ask and tell: first start, settings, privacy, help."""
