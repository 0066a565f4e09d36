"""Recordings analysed from end to end: one of them, and the queue of many."""
