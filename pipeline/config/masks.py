"""Parts of the picture that nobody is to see, and parts in which nobody is to be found."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from pipeline.config.section import Section

Share = Annotated[float, Field(ge=0, le=1)]
Outline = Annotated[tuple[tuple[Share, Share], ...], Field(min_length=3, max_length=100)]
"""Corners as shares of the picture's width and height: they outlive a change of the stream's size."""


class PrivacyMask(Section):
    """A region that is made unrecognisable before anything is analysed, stored or shown."""

    shares: Outline = Field(description="Its corners as shares of the picture's width and height, from 0 to 1.")
    how: Literal["black", "coarse"] = Field(
        default="black", description="black, or coarse: squares of the region's own colours, a 12th of it wide."
    )


class MasksConfig(Section):
    """Masks of a camera."""

    privacy: tuple[PrivacyMask, ...] = Field(
        default=(),
        description="Regions that nobody is to see: the camera's process blots them out of every picture before it "
        "hands it on, so that neither the network nor live pictures, snapshots, overlays or clips have them. Clips of "
        "such a camera are encoded anew, as its own packets hold the region.",
    )
    detection: tuple[Outline, ...] = Field(
        default=(),
        description="Regions, by their corners in shares of the picture, in which nobody is found: who stands there, "
        "by the middle of the lower edge of the box, is left out. For posters, mirrors and trees, not for privacy.",
    )

    @field_validator("privacy", "detection")
    @classmethod
    def _enclose_something(cls, masks: tuple[object, ...]) -> tuple[object, ...]:
        for mask in masks:
            corners = mask.shares if isinstance(mask, PrivacyMask) else mask
            assert isinstance(corners, tuple)
            if _area(corners) < 1e-5:
                raise ValueError("a region encloses next to nothing; give corners that are farther apart, in order")
        return masks


def _area(corners: tuple[tuple[float, float], ...]) -> float:
    following = corners[1:] + corners[:1]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(corners, following, strict=True))) / 2
