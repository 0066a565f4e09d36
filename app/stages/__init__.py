"""One step a file, each behind a Protocol of ``protocols``."""
