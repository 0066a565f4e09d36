"""A session opened again: what it shows, plays and lets a person put right."""
