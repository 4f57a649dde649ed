"""What can go wrong, in words for the person who has to act.

A message says in one line what was wrong, where, and what would be right. The command line turns an
`InputError` into exit status 2 and any other `SightlineError` into 1, without a traceback.
"""


class SightlineError(Exception):
    """Anything that Sightline itself reports."""


class InputError(SightlineError):
    """What the user gave is wrong: a file, an option, a configuration, a model."""


class SourceError(InputError):
    """A video source that cannot be read, or is not what it claims to be."""


class ConfigError(InputError):
    """A configuration that does not say what it should. One fault a line, each with its key."""


class ModelError(InputError):
    """A model that is not in the catalogue, cannot be fetched, or is not the one that was promised."""


class EngineError(SightlineError):
    """An inference engine that is not available here or failed."""


class BusError(SightlineError):
    """The broker cannot be started or reached."""
