"""The events page in a real browser: what happened is seen, marked, subscribed to and sent again."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page

from pipeline.config.alerts import SubscriptionConfig
from pipeline.config.schedules import Span
from pipeline.data import Event
from pipeline.store.alerts import AlertStore
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.evidence import evidence_of, path_of
from pipeline.store.reviews import ReviewStore
from pipeline.store.subscriptions import SubscriptionStore
from tests.alerts.conftest import end, start
from tests.browser import browser, in_browser
from tests.clips import write_clip
from tests.conftest import wait_for
from tests.server.conftest import Served, served

__all__ = ["served"]

pytestmark = in_browser
SENTENCE = 'Somebody is in the no-pass area "loading bay".'


def happen(folder: Path, count: int = 6) -> list[Event]:
    """Events of two cameras; those of the gate have a snapshot, the first of them a clip."""
    database = Database(folder)
    made = []
    for number in range(count):
        camera = ("gate", "yard")[number % 2]
        severity = ("critical", "alert", "info")[number % 3]
        event = start(f"01J{number}", camera=camera, severity=severity, sentence=SENTENCE, rule="loading-bay")
        pieces = []
        if camera == "gate":
            path = folder / path_of(event, "snapshot")
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), np.full((240, 320, 3), 10 + 20 * number, np.uint8))
            event = replace(event, snapshot=path_of(event, "snapshot"))
            pieces.append(evidence_of(folder, event, "snapshot", "pictures"))
        if number == 0:
            write_clip(folder / path_of(event, "clip"), 20, size=(320, 240))
            event = replace(event, clip=path_of(event, "clip"))
            pieces.append(evidence_of(folder, event, "clip", "packets"))
        EventStore(database).accept_all([event, end(event)] if number else [event], pieces)
        made.append(event)
    return made


@pytest.fixture
def page(served: Served):
    with browser() as chromium:
        opened = chromium.new_page(viewport={"width": 1280, "height": 800})
        opened.set_default_timeout(60_000)
        faults: list[str] = []
        opened.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.goto(served.url)
        opened.click("[data-testid=stTopNavLink]:has-text('Events')")
        yield opened
        assert faults == []


def rows(page: Page):
    return page.locator(".st-key-event-list button")


def test_events_are_seen_filtered_and_marked(page, served):
    page.wait_for_selector("text=Nothing has happened yet")
    happen(served.store)
    wait_for(lambda: rows(page).count() == 6, timeout=60)
    rows(page).nth(5).click()
    page.wait_for_selector("video.evidence")
    wait_for(lambda: page.evaluate("document.querySelector('video.evidence').readyState") >= 1, timeout=30)
    assert abs(page.evaluate("document.querySelector('video.evidence').duration") - 2.0) < 0.2
    rows(page).nth(3).click()
    page.wait_for_selector("img.evidence")
    wait_for(lambda: page.evaluate("document.querySelector('img.evidence').naturalWidth") == 320, timeout=30)
    page.get_by_role("button", name="False", exact=True).click()
    reviews = ReviewStore(Database(served.store))
    wait_for(lambda: reviews.of(["01J2"]), timeout=30)
    assert reviews.of(["01J2"])["01J2"].mark == "false"
    page.get_by_label("Camera").fill("yard")
    page.keyboard.press("Enter")
    wait_for(lambda: rows(page).count() == 3, timeout=30)


def test_somebody_subscribes_and_sends_dead_letters_again(page, served):
    happen(served.store)
    page.get_by_role("radio", name="Subscriptions").click()
    page.get_by_label("Name").fill("guard")
    page.get_by_label("Address").fill("nowhere")
    page.get_by_label("Address").press("Tab")
    page.get_by_role("button", name="Subscribe", exact=True).click()
    page.wait_for_selector("text=write http:// or https:// and where it is")
    page.get_by_label("Address").fill("https://hooks.example.org/key")
    page.get_by_label("Address").press("Tab")
    page.get_by_text("Only at certain hours").click()
    page.wait_for_selector("[aria-label='From']")
    page.get_by_role("button", name="Subscribe", exact=True).click()
    page.wait_for_selector("text=webhook, https://hooks.example.org/…")
    database = Database(served.store)
    (stored,) = SubscriptionStore(database).all()
    assert stored.name == "guard"
    wants = SubscriptionConfig.model_validate_json(stored.body)
    assert wants.schedule == (Span.model_validate({"from": "22:00", "to": "06:00"}),)
    alerts = AlertStore(database)
    alerts.hand_out(lambda _sequence, _event: ["guard"])
    first = alerts.waiting("guard", 1)[0].sequence
    alerts.failed("guard", first, "answered 422", dead=True)
    page.get_by_role("radio", name="Dead letters").click()
    page.wait_for_selector("text=answered 422")
    page.get_by_role("button", name="Send again").click()
    page.wait_for_selector("text=Every alert was delivered")
    assert alerts.waiting("guard", 1)[0].sequence == first
