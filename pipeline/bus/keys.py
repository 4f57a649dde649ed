"""The names of everything on the bus; docs/architecture.md says what each holds."""

PREFIX = "sightline:"
EVENTS = PREFIX + "events"
CAMERAS = PREFIX + "cameras"
SYSTEM = PREFIX + "system"
COMMANDS = PREFIX + "commands"
DELIVERIES = PREFIX + "deliveries"
RECORD_FIELD = "record"
DELIVERY_FIELD = "delivery"
EVENT_FIELD = "event"
COMMAND_FIELD = "command"
ALERT_FIELD = "alert"


def frames(camera: str) -> str:
    """The stream of a camera's frame records."""
    return f"{PREFIX}frames:{camera}"


def live(camera: str) -> str:
    """The channel of a camera's live pictures."""
    return f"{PREFIX}live:{camera}"


def alerts(subscription: str) -> str:
    """The stream of a subscription's alerts, for programs."""
    return f"{PREFIX}alerts:{subscription}"
