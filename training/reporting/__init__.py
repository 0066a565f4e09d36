"""What is measured, written down: reports, comparisons and the reproduction of the papers."""
