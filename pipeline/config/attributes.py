"""What is estimated of people beyond where they are."""

from typing import Literal

from pydantic import Field, field_validator

from pipeline.config.section import Section

GenderSource = Literal["off", "face", "body", "both"]
HeadSource = Literal["pose", "face"]


class AttributesConfig(Section):
    """What is estimated of people beyond where they are; see docs/privacy.md."""

    heads: HeadSource = Field(
        default="pose",
        description="What tells where heads are turned: the pose alone; or also the face, where it is seen well. For "
        "faces the model fsanet-1x1 must be in the folder that SIGHTLINE_MODELS names.",
    )
    gender: GenderSource = Field(
        default="off",
        description="Whether the gender that people appear to have is estimated: off; from their face, where it is "
        "seen well; from their body; or from both. It is off until a deployment has a reason for it.",
    )
    gender_confidence: float = Field(
        default=0.85, ge=0.6, lt=1, description="An estimate that is less sure than this is told as unknown (null)."
    )
    gender_crops: int = Field(
        default=2, ge=1, le=20, description="People a frame who are looked at for it, those most in doubt first."
    )

    @field_validator("gender", mode="before")
    @classmethod
    def _off_is_a_word(cls, value: object) -> object:
        """YAML reads an unquoted off as false."""
        return "off" if value is False else value
