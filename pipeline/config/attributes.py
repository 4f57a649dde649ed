"""What is estimated of people beyond where they are."""

from typing import Literal

from pydantic import Field, field_validator

from pipeline.config.section import Section

GenderSource = Literal["off", "face", "body", "both"]


class AttributesConfig(Section):
    """What is estimated of people beyond where they are; see docs/privacy.md."""

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
