"""The workspace Review: a session, looked at and corrected."""
