"""The deliveries of a clip: what was measured of each, where it pitched, its flight, its pictures."""

from html import escape

import streamlit as st

from dashboard.components.files import address
from dashboard.components.words import moment
from pipeline.cricket.events import sentence_of, verdict_of
from pipeline.data import Delivery
from pipeline.delivery_names import CLIP, FEET, FLIGHT, MAP
from pipeline.evaluation.deliveries import read_deliveries
from pipeline.store.jobs import Job

_COLUMNS = (
    "", "at", "speed, km/h", "length", "line", "pitches, m", "swing, °", "seam, °", "hits stumps",
    *FEET,
)  # fmt: skip


def deliveries(job: Job, fps: float) -> None:
    """Draw them.

    Args:
        job: a cricket clip's, that is done.
        fps: frames a second of the clip.
    """
    found = read_deliveries(job.out)
    st.subheader(f"Deliveries: {len(found)}", anchor=False)
    if not found:
        st.info(
            "No delivery was found in this clip. The camera has to see the pitch's creases or stumps, and the ball on "
            "most of its way; docs/cricket.md says where to stand."
        )
        return
    rows = "".join(_row(number, each, fps) for number, each in enumerate(found, 1))
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    st.html(f'<table class="deliveries"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>')
    chosen = st.segmented_control(
        "Delivery", range(1, len(found) + 1), default=1, key=f"delivery-{job.id}", label_visibility="collapsed"
    )
    _pictures(job, chosen or 1, found[(chosen or 1) - 1], len(found))


def _row(number: int, delivery: Delivery, fps: float) -> str:
    bounce = delivery.bounce_m
    hits = delivery.hitting_stumps
    begins = delivery.frames.release
    cells = (
        str(number),
        "–" if begins is None else moment(begins / fps),
        _measured(delivery.release_speed_kmh, delivery.release_speed_std_kmh, 0),
        delivery.length or "–",
        delivery.line or "–",
        "–" if bounce is None else _measured(bounce[0], None if (std := delivery.bounce_std_m) is None else std[0], 1),
        _measured(delivery.swing_deg, None, 1),
        _measured(delivery.seam_deg, None, 1),
        "–" if hits is None else f"{100 * hits:.0f} %",
        *("–" if (landing := delivery.feet.get(foot)) is None else verdict_of(landing) for foot in FEET),
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _measured(value: float | None, std: float | None, digits: int) -> str:
    """A value with its deviation, where it has one; a dash where it is not known."""
    if value is None:
        return "–"
    return f"{value:.{digits}f}" + ("" if std is None else f" ± {std:.{digits}f}")


def _pictures(job: Job, number: int, delivery: Delivery, count: int) -> None:
    here = f"deliveries/{number:03d}"
    st.caption(sentence_of(delivery))
    flight, clip, pitched = st.columns([5, 5, 4], gap="medium")
    with flight:
        _picture(job, f"{here}/{FLIGHT}", "its flight from above and from the side")
        _picture(job, f"{here}/{FEET['front foot']}", "the front foot's landing")
    with clip:
        if (job.out / here / CLIP).is_file():
            source = address(job, f"{here}/{CLIP}")
            st.html(f'<video class="overlay" src="{source}" controls preload="metadata"></video>')
        _picture(job, f"{here}/{FEET['back foot']}", "the back foot's landing")
    with pitched:
        this, all_of_them = st.columns(2, gap="medium")
        with this:
            _picture(job, f"{here}/{MAP}", "where it pitched")
        if count > 1:
            with all_of_them:
                _picture(job, f"deliveries/{MAP}", "where all pitched")
        reasons: dict[str, list[str]] = {}
        for name, why in delivery.unknown.items():
            reasons.setdefault(why, []).append(name.replace("_", " "))
        told = "".join(f"<li><b>{escape(', '.join(names))}</b>: {escape(why)}</li>" for why, names in reasons.items())
        if told:
            st.html(f'<div class="unknown">Not known<ul>{told}</ul></div>')


def _picture(job: Job, name: str, label: str) -> None:
    if (job.out / name).is_file():
        picture = f'<img src="{address(job, name)}" alt="{label}">'
        st.html(f'<figure class="drawn">{picture}<figcaption>{label}</figcaption></figure>')
