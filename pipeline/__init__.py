"""Sightline: video in, observations and events out."""

__version__ = "0.1.0"
