"""A delivery as an event of its own kind: revisions for its release, its bounce, where it was met, and its end."""

from collections.abc import Callable

from pipeline.data import Delivery, Event, EventState, FootLanding

RULE = "cricket"
KIND = "delivery"


def events_of(delivery: Delivery, run: str, at: Callable[[int], str]) -> list[Event]:
    """The revisions of a delivery's event, in their order.

    Args:
        delivery: the delivery.
        run: of its camera.
        at: the wall clock of a frame, as ISO 8601.
    """
    frames = delivery.frames
    steps: list[tuple[int | None, str]] = [(frames.release, "A ball is bowled.")]
    if frames.bounce is not None:
        steps.append((frames.bounce, _pitched(delivery)))
    if frames.contact is not None:
        steps.append((frames.contact, "It meets bat or pad."))
    known = [(frame, sentence) for frame, sentence in steps if frame is not None]
    # Of a ball that nobody saw it is not known when it ended.
    known.append((frames.end if frames.end is not None else known[-1][0], sentence_of(delivery)))
    found = []
    for revision, (frame, sentence) in enumerate(known):
        last = revision == len(known) - 1
        state = EventState.END if last else EventState.UPDATE if revision else EventState.START
        found.append(
            Event(
                id=delivery.id,
                revision=revision,
                state=state,
                camera=delivery.camera,
                rule=RULE,
                kind=KIND,
                severity="info",
                started_at=at(known[0][0]),
                run=run,
                sentence=sentence,
                ended_at=at(frame) if last else None,
                frame=frame,
            )
        )
    return found


def sentence_of(delivery: Delivery) -> str:
    """The delivery in a sentence."""
    parts = []
    if delivery.release_speed_kmh is not None:
        parts.append(f"{delivery.release_speed_kmh:.0f} km/h (± {delivery.release_speed_std_kmh or 0:.0f})")
    if delivery.length is not None:
        parts.append(delivery.length)
    if delivery.line is not None:
        parts.append(delivery.line)
    if delivery.hitting_stumps is not None:
        parts.append(f"would hit the stumps: {100 * delivery.hitting_stumps:.0f} %")
    for foot, landing in delivery.feet.items():
        parts.append(f"{foot} {verdict_of(landing)}")
    return f"Delivery: {', '.join(parts) or 'not measured'}."


def verdict_of(landing: FootLanding) -> str:
    """The verdict on a foot, with its margin."""
    return f"{landing.verdict} ({landing.margin_cm:+.0f} ± {landing.std_cm:.0f} cm)"


def _pitched(delivery: Delivery) -> str:
    if delivery.bounce_m is None:
        return "It pitches."
    return f"It pitches {delivery.bounce_m[0]:.1f} m from the stumps: {delivery.length}."
