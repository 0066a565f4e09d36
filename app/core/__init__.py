"""What flows through the house: frames, faces, expressions, results. numpy only."""
