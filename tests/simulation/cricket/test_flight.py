"""The ball obeys its equations, and does what is published of cricket balls."""

import numpy as np
import pytest

from pipeline.geometry.bounce import Surface, bounced
from pipeline.geometry.flight import Air, State, acceleration, fly, swing_coefficient
from pipeline.geometry.laws import BALL_RADIUS_M, GRAVITY_M_S2
from pipeline.simulation.cricket.delivery import Plan, bowl

NO_SPIN = np.zeros(3)
VACUUM = Air(density_kg_m3=0.0)


def released(kmh: float, up_deg: float = -3.0, spin=NO_SPIN) -> State:
    speed, up = kmh / 3.6, np.radians(up_deg)
    return State(np.array([18.5, -0.5, 2.1]), speed * np.array([-np.cos(up), 0.0, np.sin(up)]), np.asarray(spin))


def test_without_air_the_path_is_a_parabola_and_energy_stays():
    start = released(130)
    path = fly(start, VACUUM, 20.0, 0.0, 0.0)
    t = path.times_s[:, None]
    np.testing.assert_allclose(
        path.places, start.place + start.velocity * t - (0, 0, GRAVITY_M_S2 / 2) * t**2, atol=1e-9
    )
    energy = 0.5 * (path.velocities**2).sum(axis=1) + GRAVITY_M_S2 * path.places[:, 2]
    np.testing.assert_allclose(energy, energy[0], rtol=1e-12)


def test_air_only_takes_energy():
    path = fly(released(130, spin=(20.0, 60.0, 10.0)), Air(), 15.0, 0.0, 0.0)
    energy = 0.5 * (path.velocities**2).sum(axis=1) + GRAVITY_M_S2 * path.places[:, 2]
    assert (np.diff(energy) < 0).all()


def test_the_steps_are_short_enough():
    start = released(140, spin=(20.0, 70.0, 0.0))
    places = [fly(start, Air(), 18.0, 0.0, BALL_RADIUS_M, step).places[-1] for step in (0.008, 0.004, 0.0005)]
    assert np.linalg.norm(places[1] - places[2]) < 1e-5
    assert np.linalg.norm(places[1] - places[2]) <= np.linalg.norm(places[0] - places[2])


@pytest.mark.parametrize("kmh", [90, 115, 145])
def test_a_ball_loses_the_published_share_of_its_speed_on_the_way(kmh):
    path = fly(released(kmh, up_deg=4), Air(), 0.0, 0.0, 0.0)
    speed = -path.velocities[:, 0]
    at_17_m = np.interp(-18.5 + 17, -path.places[:, 0], speed)
    assert 0.09 < 1 - at_17_m / speed[0] < 0.13


def test_swing_is_strongest_at_20_degrees_near_30_m_s_and_gone_at_40():
    air = Air()
    assert swing_coefficient(20, 30, air) > max(swing_coefficient(seam, 30, air) for seam in (5, 10, 30, 40))
    assert swing_coefficient(-20, 30, air) == -swing_coefficient(20, 30, air)
    assert swing_coefficient(20, 41, air) < 0.1 * swing_coefficient(20, 30, air)
    side = acceleration((-30.0, 0.0, 0.0), (0.0, 0.0, 0.0), 20.0, air)[1]
    assert 0.3 < side / GRAVITY_M_S2 < 0.45
    aside = fly(released(108, up_deg=2), air, 20.0, 0.0, 0.0).places[-1][1] + 0.5
    assert 0.4 < aside < 0.95  # Mehta (2005): 0.7 m measured, 0.9 m computed


def test_backspin_holds_a_ball_up_and_topspin_makes_it_dip():
    reach = {
        turns: -fly(released(85, 2, (0.0, 2 * np.pi * turns, 0.0)), Air(), 0.0, 0.0, 0.0).places[-1][0]
        for turns in (-25, 0, 25)
    }
    assert reach[-25] < reach[0] < reach[25]


def test_a_bounce_slides_at_flat_angles_and_rolls_off_steep_ones():
    surface = Surface(restitution=0.5, friction=0.35)
    flat = bounced(State(np.zeros(3), np.array([-35.0, 0.0, -6.0]), NO_SPIN), surface)
    assert flat.velocity == pytest.approx([-35 + 0.35 * 1.5 * 6, 0, 3])
    steep = bounced(State(np.zeros(3), np.array([-4.0, 0.0, -10.0]), NO_SPIN), surface)
    assert steep.velocity == pytest.approx([-4 * 5 / 7, 0, 5])
    slip = steep.velocity[0] - BALL_RADIUS_M * steep.spin[1]
    assert slip == pytest.approx(0, abs=1e-12)


def test_a_bounce_takes_energy_and_side_spin_turns_the_ball():
    spin = np.array([-2 * np.pi * 30, -2 * np.pi * 10, 0.0])
    before = State(np.zeros(3), np.array([-22.0, 0.0, -6.0]), spin)
    after = bounced(before, Surface(0.5, 0.4))
    inertia = 0.4 * BALL_RADIUS_M**2

    def energy(ball: State) -> float:
        return float(ball.velocity @ ball.velocity + inertia * ball.spin @ ball.spin)

    assert energy(after) < energy(before)
    assert after.velocity[1] > 0.5  # an off break: to a right-hander's leg


def test_deliveries_pitch_where_they_are_aimed_at_the_speed_meant_and_obey_their_equations():
    rng = np.random.default_rng(4)
    for _ in range(12):
        plan, air = Plan.drawn(rng, "right"), Air()
        course = bowl(plan, np.array([18.4, 1.3 * plan.aside_m, 2.1]), air, Surface.drawn(rng), rng)
        assert course.bounce_m == pytest.approx(plan.target_m, abs=0.01)
        assert course.release_speed_m_s == pytest.approx(plan.speed_kmh / 3.6)
        first = course.pieces[0]
        times = np.linspace(first.times_s[2], first.times_s[-5], 9)
        h = 2e-3
        second = (course_at(course, times + h) - 2 * course_at(course, times) + course_at(course, times - h)) / h**2
        speed = (course_at(course, times + h) - course_at(course, times - h)) / (2 * h)
        wanted = [acceleration(tuple(v), tuple(first.spin), plan.seam_deg, air) for v in speed]
        np.testing.assert_allclose(second, wanted, atol=0.05)


def course_at(course, times):
    return np.array([course.at(time) for time in times])


def test_what_is_bowled_is_of_every_kind():
    rng = np.random.default_rng(7)
    lengths, lines, fates, margins = set(), set(), set(), []
    for _ in range(160):
        plan = Plan.drawn(rng, "left" if rng.random() < 0.3 else "right")
        course = bowl(plan, np.array([18.4, 1.3 * plan.aside_m, 2.1]), Air(), Surface.drawn(rng), rng)
        lengths.add(course.length)
        lines.add(course.line(plan.batter))
        fates.add(course.fate)
        margins.append(plan.margin_cm)
    assert lengths == {"yorker", "full", "good", "short", "bouncer"}
    assert lines == {"outside off", "off", "middle", "leg", "outside leg"}
    assert fates == {"left", "played", "padded", "bowled"}
    assert np.percentile(margins, [5, 50, 95]) == pytest.approx([-22.5, 0, 22.5], abs=6)
