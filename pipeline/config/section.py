"""What every part of the configuration is."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of the configuration: frozen, and refusing what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
