"""What users would pick instead of Roomread, on the same clip and machine; see README.md."""
