"""How wire types are made: settings that all share, and what stands at the bottom of them."""

from pydantic import ConfigDict

WIRE = ConfigDict(extra="forbid", ser_json_inf_nan="null", use_attribute_docstrings=True)

Box = tuple[float, float, float, float]
"""[left, top, right, bottom] or [x0, y0, x1, y1] in pixels."""
