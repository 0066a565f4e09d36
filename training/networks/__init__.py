"""Networks: shared blocks each in a file of its own, and one file a system."""
