"""The workspace Analyse: recordings, one after the other."""
