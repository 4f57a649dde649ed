"""The dashboard in a real browser: what was published is what is seen."""

import io
import json
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from pipeline.data import Ball, Crease, MarkedZone, Stumps
from pipeline.status import CameraState, Recorded, StreamFigures
from pipeline.store.database import Database
from pipeline.store.deliveries import DeliveryStore
from pipeline.store.jobs import JobStore
from tests.browser import browser, in_browser
from tests.clips import write_clip
from tests.conftest import wait_for
from tests.cricket.test_delivery_files import delivery, written
from tests.server.conftest import BOX, SIZE, Served, served

__all__ = ["served"]

pytestmark = in_browser


@pytest.fixture
def page(served: Served):
    """The live page with one camera, and everything that the browser complained of or asked others for."""
    served.status()
    with browser() as chromium:
        opened = chromium.new_page(viewport={"width": 1280, "height": 800})
        faults: list[str] = []
        opened.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on(
            "request", lambda r: faults.append(r.url) if "127.0.0.1" not in r.url and "://" in r.url[:8] else None
        )
        opened.goto(served.url)
        opened.wait_for_selector(".camera canvas", timeout=30_000)
        yield opened
        assert [fault for fault in faults if not fault.startswith("blob:")] == []


def show(page: Page, served: Served, index: int = 1, **more: Any) -> Image.Image:
    """Publish frames until one is painted, and answer the picture as it is seen."""
    wait_for(lambda: served.publisher.watched(["gate"]))

    def painted() -> bool:
        served.frame(index, **more)
        page.wait_for_timeout(100)
        return f"frame {index}" in page.inner_text(".camera .when")

    wait_for(painted)
    page.wait_for_timeout(200)
    return Image.open(io.BytesIO(page.locator(".camera canvas").screenshot())).convert("RGB")


def at(picture: Image.Image, x: float, y: float) -> tuple[int, int, int]:
    """The colour at a place of the camera's picture, which is shown as large as it fits, in the middle."""
    scale = min(picture.width / SIZE[0], picture.height / SIZE[1])
    left, top = (picture.width - SIZE[0] * scale) / 2, (picture.height - SIZE[1] * scale) / 2
    return picture.getpixel((round(left + x * scale), round(top + y * scale)))


def is_gray(colour: tuple[int, int, int]) -> bool:
    return max(abs(channel - 60) for channel in colour) < 12


def test_the_picture_and_its_boxes_are_painted_and_switched(page, served):
    edge = (BOX[0], (BOX[1] + BOX[3]) / 2 + 20)
    seen = show(page, served)
    assert is_gray(at(seen, 20, 120))
    assert not is_gray(at(seen, *edge))
    page.click("button[data-layer=boxes]")
    assert is_gray(at(show(page, served, 2), *edge))
    page.click("button[data-layer=boxes]")
    assert not is_gray(at(show(page, served, 3), *edge))


def test_zones_are_drawn_and_switched(page, served):
    corners = ((200.0, 60.0), (300.0, 60.0), (300.0, 220.0), (200.0, 220.0))
    served.status(
        zones=(MarkedZone("bay", corners, (), no_pass=True),), marks_fault='line "door": is not in the picture'
    )
    wait_for(lambda: 'line "door": is not in the picture' in page.inner_text(".camera .stream"))
    red, green, _ = at(show(page, served), 250, 150)
    assert red > green + 15
    page.click("button[data-layer=zones]")
    assert is_gray(at(show(page, served, 2), 250, 150))


def test_creases_stumps_and_the_balls_way_are_painted_and_switched(page, served):
    pitch = {
        "creases": (Crease("popping", "striker", (200.0, 200.0, 300.0, 200.0), 0.9),),
        "stumps": (Stumps("striker", (240.0, 120.0, 250.0, 180.0), 0.9),),
    }
    show(page, served, 1, **pitch, ball=Ball(40.0, 50.0, 4.0, 0.9))
    seen = show(page, served, 2, **pitch, ball=Ball(80.0, 50.0, 4.0, 0.9))
    red, green, blue = at(seen, 60, 50)
    assert red > green + 60 < blue + 120  # the way from the one place to the other
    assert not is_gray(at(seen, 250, 200))
    assert not is_gray(at(seen, 240, 150))
    page.click("button[data-layer=ball]")
    page.click("button[data-layer=creases]")
    seen = show(page, served, 3, **pitch, ball=Ball(80.0, 50.0, 4.0, 0.9))
    assert all(is_gray(at(seen, *place)) for place in ((60, 50), (250, 200), (240, 150)))


def test_a_cricket_cameras_deliveries_are_listed_and_mapped(page, served):
    assert not page.is_visible(".side .cricket")
    DeliveryStore(Database(served.store)).accept(delivery("a", 40, camera="gate"))
    show(page, served, 1, ball=Ball(40.0, 50.0, 4.0, 0.9))
    wait_for(lambda: page.inner_text(".side .cricket li") == "130 ± 3 km/h good, off\nfront foot legal")
    assert page.locator(".side .cricket circle").count() == 1


def test_a_cricket_clips_results_are_its_deliveries(page, served):
    jobs = JobStore(Database(served.store))
    job = jobs.add("match.mp4", served.store / "uploads" / "m" / "clip.mp4", profile="cricket")
    jobs.take()
    job.out.mkdir(parents=True)
    (job.out / "summary.json").write_text(json.dumps(
        {"tracks": 4, "frames": 100, "clip_seconds": 4.0, "fps": 10.0, "seconds": 10.0, "latency_ms": {}}
    ))  # fmt: skip
    stages = {"stages_ms": {"inference": 30.0, "cricket": 20.0}}
    (job.out / "frames.jsonl").write_text(json.dumps(stages) + "\n")
    (job.out / "events.jsonl").write_text("")
    overlay = write_clip(job.out / "overlay.mp4", 100)
    written(job.out, [delivery("a", 40), delivery("b", 80, release_speed_kmh=None)], overlay)
    jobs.end(job.id, "done")
    page.click("text=Clips")
    page.wait_for_selector("text=Deliveries: 2")
    rows = page.locator("table.deliveries tbody tr")
    first = "1\t0:01.6\t130 ± 3\tgood\toff\t6.0 ± 0.1\t–\t–\t–\tlegal (+5 ± 1 cm)\tlegal (+30 ± 2 cm)"
    both = [first, first.replace("1\t0:01.6\t130 ± 3", "2\t0:03.2\t–")]
    wait_for(lambda: rows.all_inner_texts() == both)
    picture = page.locator("figure.drawn img").first
    wait_for(lambda: picture.evaluate("image => image.naturalWidth") > 100)


def test_the_numbers_beside_it_are_the_records(page, served):
    show(page, served)
    wait_for(lambda: page.inner_text(".figures .total") == "35")  # decode 2, wait 1, inference 30, track 1, publish 0.5
    table = page.inner_text(".figures table")
    assert "inference\t30\t30\t30" in table.replace("\n\t", "\t")
    sidebar = page.inner_text("[data-testid=stSidebar]")
    assert "Running on: CPU" in sidebar
    assert "openvino · movenet-multipose" in sidebar
    assert "Frames dropped: none" in page.inner_text(".figures .drops")


def test_what_the_camera_sends_is_said(page, served):
    served.status(stream=StreamFigures("h264", "cpu", 24.98, 2048.4, 50, -1240.0), drops={"too old": 3, "corrupt": 1})
    words = "h264 · 320×240 · 25.0 frames/s · 2,048 kbit/s · GOP 50 · clock −1.2 s · decoded by cpu"
    wait_for(lambda: page.inner_text(".camera .stream") == words)
    wait_for(lambda: "Frames dropped: 3 too old, 1 corrupt" in page.inner_text(".figures .drops"))
    served.status(recording=Recorded(False, "no space left on device"))
    wait_for(lambda: page.inner_text(".camera .stream") == "not recorded: no space left on device")


def test_a_person_can_be_clicked(page, served):
    show(page, served)
    canvas = page.locator(".camera canvas")
    box = canvas.bounding_box()
    scale = min(box["width"] / SIZE[0], box["height"] / SIZE[1])
    left, top = (box["width"] - SIZE[0] * scale) / 2, (box["height"] - SIZE[1] * scale) / 2
    canvas.click(position={"x": left + 130 * scale, "y": top + 140 * scale})
    page.wait_for_selector(".person:not([hidden])")
    assert "Person 7" in page.inner_text(".person")
    assert "height\n–" in page.inner_text(".person")


def test_a_camera_that_is_away_is_said_in_words(page, served):
    served.status(state=CameraState.RECONNECTING, detail="no route to host", tries=3)
    wait_for(lambda: "Reconnecting, 3rd try: no route to host" in page.inner_text(".camera .note"))


def test_the_other_pages_show_and_the_live_page_comes_back_as_it_was(page, served):
    page.click("text=Clips")
    page.wait_for_selector("text=No clip has been uploaded yet")
    page.click("text=Events")
    page.wait_for_selector("text=Nothing has happened yet")
    page.click("[data-testid=stTopNavLink]:has-text('Live')")
    page.wait_for_selector(".camera canvas")
    show(page, served, 5)


def test_a_camera_that_comes_later_appears_by_itself(page, served):
    served.status("yard")
    page.wait_for_selector(".camera[data-camera=yard]", timeout=10_000)


def test_an_upload_becomes_a_job_with_progress_for_what_was_chosen(page, served, tmp_path):
    clip = write_clip(tmp_path / "match.mp4", 5)
    page.set_input_files("[data-testid=stFileUploaderDropzoneInput]", str(clip))
    page.wait_for_selector("text=match.mp4")
    page.click("[data-testid=stSidebar] [data-testid=stSelectbox] input")
    page.click("text=Cricket: crease and ball detection")
    page.click("[data-testid=stSidebar] button:has-text('Start'):not([disabled])")
    page.wait_for_selector("text=waits for its turn", timeout=15_000)
    assert len(list((served.store / "uploads").iterdir())) == 1
    assert [job.profile for job in JobStore(Database(served.store)).list()] == ["cricket"]
