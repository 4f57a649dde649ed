"""The recipes that made pipeline/weights/: from simulated data alone, repeatable by seed."""
