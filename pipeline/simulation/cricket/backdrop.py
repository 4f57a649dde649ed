"""The picture without anybody in it, drawn once a camera: each pixel's ray meets the ground or what stands around."""

import cv2
import numpy as np

from pipeline.geometry.laws import PITCH_M, PITCH_WIDTH_M
from pipeline.pictures import Pixels
from pipeline.simulation.cricket.cameras import PitchView
from pipeline.simulation.cricket.ground import grass
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.pitch import Ground, laid_strip, painted
from pipeline.simulation.cricket.surroundings import NET_BACK_M, net_sides, netting, stands
from pipeline.simulation.cricket.textures import Noise, Singles
from pipeline.simulation.scene import stream

_MIDDLE = np.array([PITCH_M / 2, 0.0], np.float32)


def backdrop(view: PitchView, look: Look, seed: int) -> Pixels:
    """RGB of shape (height, width, 3)."""
    width, height = view.camera.size
    grid = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1)
    rays = view.camera.rays(grid)
    bearing = np.radians(view.bearing_deg)
    right, ahead = rays[..., 0], rays[..., 1]
    along = (right * np.sin(bearing) + ahead * np.cos(bearing)).astype(np.float32)
    leg = (-right * np.cos(bearing) + ahead * np.sin(bearing)).astype(np.float32)
    up = rays[..., 2].astype(np.float32)
    high = np.float32(view.camera.height_cm / 100)
    with np.errstate(divide="ignore", invalid="ignore"):
        to_ground = np.where(up < -1e-5, -high / up, np.float32(1e9))
    to_ring = _ring(along, leg, view, look)
    # One step in the picture turns a ray by about 1 / focal.
    turn = np.float32(1 / view.camera.fx)
    on_ground = to_ground <= to_ring
    picture = np.empty((height, width, 3), np.float32)
    noise = Noise(stream(seed, "grass"))
    ground = _ground(along, leg, to_ground, view, on_ground)
    colours = grass(ground, look, noise, stream(seed, "field"))
    widest = max(3.2, look.popping_half_m + 0.1, PITCH_WIDTH_M / 2 + look.table_m + 0.6)
    near = (np.abs(ground.leg) < widest) & (ground.along > -5.5) & (ground.along < PITCH_M + 5.5)
    strip = laid_strip(colours[near], ground[near], look, noise)
    colours[near] = painted(strip, ground[near], look, noise)
    distance = to_ground[on_ground]
    picture[on_ground] = _hazed(colours, distance, look)
    away = ~on_ground
    reach = to_ring[away]
    at_along, at_leg = along[away] * reach + view.place_m[0], leg[away] * reach + view.place_m[1]
    facing = np.arctan2(at_leg, at_along - _MIDDLE[0])
    size = np.maximum(reach * np.hypot(np.hypot(along, leg), up)[away] * turn, 1e-4)
    ringed = stands(facing * look.boundary_m, up[away] * reach + high, facing, size, look, stream(seed, "stands"))
    picture[away] = _hazed(ringed, reach, look)
    if look.setting == "nets":
        _hang_nets(picture, (along, leg, up), np.minimum(to_ground, to_ring), high, turn, view, look, seed)
    if look.light == "floodlit":
        picture *= _pools(to_ground, along, leg, view)[..., None]
    picture *= np.array(look.tint, np.float32)
    return np.asarray(cv2.convertScaleAbs(picture), np.uint8)


def _ground(along: Singles, leg: Singles, reach: Singles, view: PitchView, chosen: np.ndarray) -> Ground:
    reach = np.minimum(reach, np.float32(500))
    at_along = along * reach + np.float32(view.place_m[0])
    at_leg = leg * reach + np.float32(view.place_m[1])
    widths = []
    for value in (at_along, at_leg):
        down, across = np.gradient(value)
        widths.append(np.clip(np.abs(down) + np.abs(across), 1e-4, 20.0).astype(np.float32)[chosen])
    return Ground(at_along[chosen], at_leg[chosen], *widths)


def _ring(along: Singles, leg: Singles, view: PitchView, look: Look) -> Singles:
    """How far along each ray the boundary's far side is."""
    start = np.array(view.place_m, np.float32) - _MIDDLE
    square = along**2 + leg**2
    half = start[0] * along + start[1] * leg
    inside = half**2 - square * (start @ start - np.float32(look.boundary_m) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = (-half + np.sqrt(np.maximum(inside, 0))) / square
    return np.where((inside > 0) & (reach > 0), reach, np.float32(900))


def _hazed(colours: Singles, distance: Singles, look: Look) -> Singles:
    haze = look.haze * np.clip(distance / 220, 0, 1)[:, None].astype(np.float32)
    veil = np.array(look.sky, np.float32) if look.light != "floodlit" else np.array((70, 74, 80), np.float32)
    return colours * (1 - haze) + veil * haze


def _hang_nets(
    picture: Singles, rays: tuple[Singles, Singles, Singles], reach: Singles, high: np.float32, turn: np.float32,
    view: PitchView, look: Look, seed: int,
) -> None:  # fmt: skip
    along, leg, up = rays
    noise = Noise(stream(seed, "nets"))
    planes = [
        (leg, along, side - view.place_m[1], view.place_m[0], NET_BACK_M, to, 0.42) for side, to in net_sides(look)
    ]
    planes.append((along, leg, NET_BACK_M - view.place_m[0], view.place_m[1], -2.05, 2.05, 0.8))
    for through, across, offset, start, low, most, opaque in planes:
        with np.errstate(divide="ignore", invalid="ignore"):
            to_net = np.where(np.abs(through) > 1e-6, offset / through, np.float32(-1))
        where = across * to_net + np.float32(start)
        z = up * to_net + high
        hit = (to_net > 0.3) & (to_net < reach + 0.2) & (where > low) & (where < most) & (z >= 0) & (z < 3.5)
        if hit.any():
            size = np.maximum(to_net[hit] * turn, 1e-4)
            picture[hit] = netting(picture[hit], where[hit], z[hit], size, look, noise, opaque)


def _pools(reach: Singles, along: Singles, leg: Singles, view: PitchView) -> Singles:
    """Floodlights light the middle most."""
    distance = np.hypot(along * reach + view.place_m[0] - _MIDDLE[0], leg * reach + view.place_m[1])
    return np.where(reach < 1e8, 0.62 + 0.42 * np.exp(-((distance / 38) ** 2)), 0.9).astype(np.float32)
