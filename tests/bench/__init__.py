"""The identity bench: scenes with known ids, scored against what Roomread makes of them.

``python -m tests.bench`` prints the table; ``README.md`` says what is counted and how.
"""
