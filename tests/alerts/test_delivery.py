"""Every alert arrives at least once, in order per camera, and one sink's trouble is nobody else's."""

import json
from datetime import datetime

import pytest

from pipeline.alerts.addresses import may_be_reached
from pipeline.alerts.matching import wants
from pipeline.alerts.sinks.webhook import key_of, signature
from pipeline.config.alerts import SubscriptionConfig
from tests.alerts.conftest import Office, end, start
from tests.alerts.receivers import Hook
from tests.conftest import wait_for

SECRET = "whsec_" + "c2lnaHRsaW5lLXNlY3JldA=="


def hook_sink(hook: Hook) -> dict[str, str]:
    return {"kind": "webhook", "url": hook.url, "secret": SECRET}


def order(hook: Hook, camera: str) -> list[tuple[str, int]]:
    events = [alert["event"] for alert in hook.alerts]
    return [(event["id"], event["revision"]) for event in events if event["camera"] == camera]


def test_a_webhook_gets_what_happened_signed(office):
    hook = Hook()
    office.accept(start("before"))
    office.subscribe("guard", hook_sink(hook))
    first = start("a")
    office.accept(first, end(first))
    office.settled("guard", 2)
    assert order(hook, "gate") == [("a", 0), ("a", 1)]
    headers, body = hook.taken[0]
    assert headers["webhook-id"] == "a.0"
    assert headers["webhook-signature"] == signature(key_of(SECRET), "a.0", headers["webhook-timestamp"], body)
    assert abs(int(headers["webhook-timestamp"]) - datetime.now().timestamp()) < 60
    assert json.loads(body)["event"]["sentence"] == "Somebody is there."
    hook.close()


def test_what_fails_comes_again_and_holds_up_its_own_camera_only(office):
    failures = {"gate": 3}

    def answer(_headers, alert):
        camera = alert["event"]["camera"]
        failures[camera] = failures.get(camera, 0) - 1
        return 503 if failures[camera] >= 0 else 204

    hook = Hook(answer=answer)
    office.subscribe("guard", hook_sink(hook))
    for number in range(5):
        office.accept(start(f"g{number}"), start(f"y{number}", camera="yard"))
    office.settled("guard", 10)
    assert order(hook, "gate") == [(f"g{number}", 0) for number in range(5)]
    assert order(hook, "yard") == [(f"y{number}", 0) for number in range(5)]
    assert hook.alerts[0]["event"]["camera"] == "yard"
    hook.close()


def test_a_dead_sink_holds_up_no_other_and_gets_everything_when_it_is_back(office):
    away, hook = Hook(), Hook()
    away.close()
    office.subscribe("away", hook_sink(away))
    office.subscribe("there", hook_sink(hook))
    office.accept(*(start(f"e{number}") for number in range(20)))
    office.settled("there", 20)
    progress = wait_for(lambda: office.alerts.progress()["away"].error and office.alerts.progress()["away"])
    assert (progress.waiting, progress.error) == (20, "connection refused")
    back = Hook(away.port)
    office.settled("away", 20)
    assert order(back, "gate") == [(f"e{number}", 0) for number in range(20)]
    hook.close()
    back.close()


def test_what_is_refused_for_good_is_a_dead_letter_and_can_be_sent_again(office):
    refused = {"b"}
    hook = Hook(answer=lambda _headers, alert: 422 if alert["event"]["id"] in refused else 204)
    office.subscribe("guard", hook_sink(hook))
    office.accept(start("a"), start("b"), start("c"))
    office.settled("guard", 2)
    (letter,) = office.alerts.dead()
    assert (letter.event.id, letter.error) == ("b", "answered 422")
    refused.clear()
    assert office.alerts.again("guard", [letter.sequence], "operator") == 1
    office.settled("guard", 3)
    assert [event for event, _ in order(hook, "gate")] == ["a", "c", "b"]
    hook.close()


def test_what_could_not_be_delivered_for_too_long_is_a_dead_letter(tmp_path):
    office = Office(tmp_path, give_up_hours=0.3 / 3600)
    away = Hook()
    away.close()
    office.subscribe("away", hook_sink(away))
    office.accept(start("a"))
    wait_for(lambda: office.alerts.progress()["away"].dead == 1)
    office.dispatcher.close()


def test_redirects_are_not_followed_and_private_addresses_not_reached(tmp_path):
    office = Office(tmp_path, allow=[])
    hook, sent_on = Hook(), Hook(answer=lambda *_: 302)
    office.subscribe("inside", hook_sink(hook))
    office.accept(start("a"))
    wait_for(lambda: "alerts.allow" in (office.alerts.progress()["inside"].error or ""))
    assert hook.taken == []
    allowing = Office(tmp_path / "other")
    allowing.subscribe("on", hook_sink(sent_on))
    allowing.accept(start("a"))
    wait_for(lambda: "redirect" in (allowing.alerts.progress()["on"].error or ""))
    for each in (office, allowing):
        each.dispatcher.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address, public):
    from ipaddress import ip_address, ip_network

    assert may_be_reached(ip_address(address)) is public
    assert not may_be_reached(ip_address("10.1.2.3"), [ip_network("10.1.2.4/32")])
    assert may_be_reached(ip_address("10.1.2.3"), [ip_network("10.1.0.0/16")])


NIGHT = {"schedule": [{"days": ["mon"], "from": "22:00", "to": "06:00"}], "time_zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("said", "more", "wanted"),
    [
        ({}, {}, True),
        ({"cameras": ["gate"], "rules": ["yard"], "kinds": ["zone_entered"]}, {}, True),
        ({"cameras": ["yard"]}, {}, False),
        ({"rules": ["other"]}, {}, False),
        ({"zones": ["loading bay"]}, {}, False),
        ({"zones": ["loading bay"]}, {"zone": "loading bay"}, True),
        ({}, {"severity": "info"}, False),
        ({"severities": ["info"]}, {"severity": "info"}, True),
        ({"steps": ["end"]}, {}, False),
        # 10:00 UTC of a Monday; the night of Monday reaches into Tuesday.
        (NIGHT, {}, False),
        (NIGHT, {"started_at": "2026-01-05T21:30:00.000Z"}, True),
        (NIGHT, {"started_at": "2026-01-06T04:59:00.000Z"}, True),
        (NIGHT, {"started_at": "2026-01-06T05:01:00.000Z"}, False),
    ],
)
def test_whom_an_event_is_told(said, more, wanted):
    sink = {"kind": "webhook", "url": "https://example.org/x", "secret": "s"}
    assert wants(SubscriptionConfig.model_validate({"sink": sink, **said}), start("a", **more)) is wanted


def test_a_subscription_that_is_removed_forgets_what_waited(office):
    away = Hook()
    away.close()
    office.subscribe("away", hook_sink(away))
    office.accept(start("a"))
    assert office.subscriptions.remove("away", "operator")
    office.dispatcher.reload()
    assert office.alerts.progress() == {}
    office.accept(start("b"))
