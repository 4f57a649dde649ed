"""`sim://cricket`: a pitch, its players, and deliveries whose every number is known."""

from pipeline.simulation.cricket import scene

__all__ = ["scene"]
