"""Sessions: what was found, stored, summed up and exported. No Qt."""
