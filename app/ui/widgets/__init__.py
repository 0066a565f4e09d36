"""What more than one workspace shows."""
