"""`sim://cricket`: a pitch, its players, and deliveries whose every number is known."""

from pipeline.simulation.cricket import heels, samples, scene

__all__ = ["heels", "samples", "scene"]
