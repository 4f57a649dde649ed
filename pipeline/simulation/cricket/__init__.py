"""`sim://cricket`: a pitch, its players, and deliveries whose every number is known."""

from pipeline.simulation.cricket import samples, scene

__all__ = ["samples", "scene"]
