"""A cricket ball in the air: gravity, drag, the seam's swing and the Magnus force, integrated in SI units.

Sources:
- Drag: coefficients of 0.4 to 0.5 below the critical Reynolds number. Mehta, Aerodynamics of sports balls, Annu. Rev.
  Fluid Mech. 17 (1985) 151-189; Baker, A calculation of cricket ball trajectories, Proc. IMechE C 224 (2010)
  1947-1958. With 0.45 a ball loses about 11 % of its speed over 17 m.
- Swing: a side force across the line of flight, towards where the seam points. Mehta, An overview of cricket ball
  swing, Sports Engineering 8 (2005) 181-192: at about 30 m/s up to 0.3 to 0.4 of the ball's weight, greatest at a seam
  angle of about 20°, vanishing beyond about 36 to 40 m/s, where the smooth side turns turbulent too. A coefficient of
  0.25 gives 0.35 of the weight at 30 m/s. The shape between these points (a sine of the seam angle, a logistic of
  speed) is ours.
- Magnus: lift coefficient over the spin parameter S = r w / v, 1.5 S up to 0.1 and 0.09 + 0.6 S beyond, as measured on
  a ball of nearly the same size and seam: Sawicki, Hubbard and Stronge, Am. J. Phys. 71 (2003) 1152-1162.
- The equations are those of Robinson and Robinson, The motion of an arbitrarily rotating spherical projectile and its
  application to ball games, Phys. Scr. 88 (2013) 018101.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import BALL_MASS_KG, BALL_RADIUS_M, GRAVITY_M_S2

Floats = npt.NDArray[np.float64]
Vector = tuple[float, float, float]
"""Plain numbers: with arrays of three, the integration takes ten times as long."""

STEP_S = 0.004
_BEST_SEAM_DEG = 20.0
_SWING_ENDS_M_S, _SWING_FADES_M_S = 37.0, 1.6
LONGEST_S = 4.0


@dataclass(frozen=True, slots=True)
class Air:
    """What the air does to a ball."""

    density_kg_m3: float = 1.19
    drag: float = 0.45
    side: float = 0.25
    """The largest side-force coefficient of this ball on this day: 0 for one that does not swing."""


class State(NamedTuple):
    """A ball at a moment: place (3,) in metres, velocity (3,) in m/s, spin (3,) in rad/s, in pitch coordinates."""

    place: Floats
    velocity: Floats
    spin: Floats


@dataclass(frozen=True, slots=True)
class Path:
    """A piece of flight: `times_s` (N,), `places` and `velocities` (N, 3), with the spin that it keeps."""

    times_s: Floats
    places: Floats
    velocities: Floats
    spin: Floats

    def at(self, time_s: npt.ArrayLike) -> Floats:
        """Places (..., 3) at times, by cubic Hermite interpolation."""
        time = np.asarray(time_s, float)
        index = np.clip(np.searchsorted(self.times_s, time, side="right") - 1, 0, len(self.times_s) - 2)
        step = self.times_s[index + 1] - self.times_s[index]
        u = ((time - self.times_s[index]) / step)[..., None]
        step = step[..., None]
        return (
            (1 + 2 * u) * (1 - u) ** 2 * self.places[index]
            + u * (1 - u) ** 2 * step * self.velocities[index]
            + u**2 * (3 - 2 * u) * self.places[index + 1]
            - u**2 * (1 - u) * step * self.velocities[index + 1]
        )

    @property
    def end(self) -> State:
        """The ball at the end of the piece."""
        return State(self.places[-1], self.velocities[-1], self.spin)


def acceleration(velocity: Vector, spin: Vector, seam_deg: float, air: Air) -> Vector:
    """In m/s², of a ball that flies at `velocity` (m/s) with `spin` (rad/s).

    Args:
        seam_deg: of the seam to the line of flight; positive swings to leg (of a right-hander).
    """
    (vx, vy, vz), (sx, sy, sz) = velocity, spin
    speed = math.sqrt(vx * vx + vy * vy + vz * vz)
    pressure = 0.5 * air.density_kg_m3 * math.pi * BALL_RADIUS_M**2 * speed / BALL_MASS_KG
    drag = -pressure * air.drag
    # Across the line of flight on the ground; the ball flies towards negative `along`.
    side = pressure * swing_coefficient(seam_deg, speed, air) * speed / max(math.hypot(vx, vy), 1e-9)
    ax, ay, az = drag * vx + side * vy, drag * vy - side * vx, drag * vz - GRAVITY_M_S2
    rate = math.sqrt(sx * sx + sy * sy + sz * sz)
    if rate == 0 or speed == 0:
        return ax, ay, az
    lift = pressure * lift_coefficient(rate * BALL_RADIUS_M / speed) / rate
    return ax + lift * (sy * vz - sz * vy), ay + lift * (sz * vx - sx * vz), az + lift * (sx * vy - sy * vx)


def swing_coefficient(seam_deg: float, speed_m_s: float, air: Air) -> float:
    """The side-force coefficient, with the sign of the seam angle."""
    angle = math.radians(min(max(seam_deg / _BEST_SEAM_DEG * 90.0, -180.0), 180.0))
    return air.side * math.sin(angle) / (1 + math.exp((speed_m_s - _SWING_ENDS_M_S) / _SWING_FADES_M_S))


def lift_coefficient(spin_parameter: float) -> float:
    """Of the Magnus force."""
    return 1.5 * spin_parameter if spin_parameter < 0.1 else 0.09 + 0.6 * spin_parameter


def fly(
    start: State, air: Air, seam_deg: float, start_s: float, ground_m: float, step_s: float = STEP_S,
    longest_s: float = LONGEST_S,
) -> Path:  # fmt: skip
    """The flight until the ball's centre comes down to `ground_m`, or has flown for `longest_s`; Runge-Kutta of 4th
    order.

    The spin stays: over a delivery the loss is small (Robinson and Robinson 2013).
    """
    spin = _vector(start.spin)

    def slope(velocity: Vector) -> Vector:
        return acceleration(velocity, spin, seam_deg, air)

    times, places, velocities = [start_s], [_vector(start.place)], [_vector(start.velocity)]
    while times[-1] - start_s < longest_s:
        part = step_s
        place, velocity = _step(places[-1], velocities[-1], slope, part)
        lands = place[2] <= ground_m and velocity[2] < 0
        if lands:
            # The last step ends on the ground: Newton's method on its length.
            for _ in range(8):
                part = min(max(part - (place[2] - ground_m) / velocity[2], 1e-9), step_s)
                place, velocity = _step(places[-1], velocities[-1], slope, part)
        times.append(times[-1] + part)
        places.append(place)
        velocities.append(velocity)
        if lands:
            break
    return Path(np.array(times), np.array(places), np.array(velocities), start.spin)


def _step(place: Vector, velocity: Vector, slope: Callable[[Vector], Vector], h: float) -> tuple[Vector, Vector]:
    first = slope(velocity)
    second = slope(_plus(velocity, h / 2, first))
    third = slope(_plus(velocity, h / 2, second))
    fourth = slope(_plus(velocity, h, third))
    early = _plus(_plus(first, 1.0, second), 1.0, third)
    late = _plus(_plus(_plus(first, 2.0, second), 2.0, third), 1.0, fourth)
    return _plus(_plus(place, h, velocity), h * h / 6, early), _plus(velocity, h / 6, late)


def _plus(first: Vector, factor: float, second: Vector) -> Vector:
    return first[0] + factor * second[0], first[1] + factor * second[1], first[2] + factor * second[2]


def _vector(values: Floats) -> Vector:
    x, y, z = values.tolist()
    return x, y, z
