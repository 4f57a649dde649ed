"""What grounds and walls look like, as functions of places in centimetres.

A texture knows how many centimetres a pixel spans at each place and fades out detail that is smaller, so that a far
pavement is calm instead of a moiré. Colours are RGB as a display shows them, 0..255, float32.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.floating[Any]]
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Surface:
    """Pixels of one surface (rows, columns): their places along two axes, and what a pixel spans, all in cm."""

    first: Field
    second: Field
    span: Field

    def turned(self, radians: float) -> "Surface":
        """The same places along axes turned by an angle."""
        cos, sin = np.float32(np.cos(radians)), np.float32(np.sin(radians))
        return Surface(cos * self.first + sin * self.second, cos * self.second - sin * self.first, self.span)


Texture = Callable[[Surface, np.random.Generator], Field]
"""RGB (..., 3) of a surface."""


def noise(surface: Surface, rng: np.random.Generator, size_cm: float) -> Field:
    """Smooth noise of unit strength whose blotches are about so large; fades where pixels span more."""
    quarter = np.asarray(cv2.GaussianBlur(rng.standard_normal((128, 128)).astype(np.float32), (0, 0), 1.2))
    # Mirrored, so that it goes on without a seam where it begins again.
    tile = np.block([[quarter, quarter[:, ::-1]], [quarter[::-1], quarter[::-1, ::-1]]]) / quarter.std()
    angle = rng.uniform(0, np.pi)
    turned = surface.turned(angle)
    x, y = turned.first * np.float32(4 / size_cm) % 256, turned.second * np.float32(4 / size_cm) % 256
    drawn = np.asarray(cv2.remap(tile, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), np.float32)
    return drawn * np.clip(size_cm / np.maximum(surface.span, 1e-3) / 2, 0, 1)


def stains(surface: Surface, rng: np.random.Generator, strength: float = 1.0) -> Field:
    """Noise of several sizes, in levels."""
    total = np.zeros(surface.first.shape, np.float32)
    for size, levels in ((900.0, 8.0), (260.0, 7.0), (60.0, 5.0), (14.0, 5.0), (4.0, 7.0)):
        total += np.float32(levels * strength) * noise(surface, rng, size)
    return total


def band(away: Field, width_cm: float, span: Field) -> Field:
    """How much of a pixel lies in a stripe, 0..1, by its signed distance from the middle of the stripe."""
    share = np.clip((width_cm / 2 - np.abs(away)) / np.maximum(span, 0.2) + 0.5, 0, 1)
    return share * np.clip(2.5 * width_cm / np.maximum(span, 0.2), 0, 1)


def lines(along: Field, period_cm: float, width_cm: float, span: Field) -> Field:
    """Stripes again and again, 0..1."""
    return band((along + period_cm / 2) % period_cm - period_cm / 2, width_cm, span)


def mixed(below: Field, above: Field | Colour, share: Field) -> Field:
    """One colour over another."""
    top = np.asarray(above, np.float32)
    return below + share[..., None] * (top - below)


def flat(surface: Surface, colour: Colour) -> Field:
    """One colour everywhere."""
    return np.broadcast_to(np.asarray(colour, np.float32), (*surface.first.shape, 3)).copy()


def littered(ground: Texture, indoors: bool) -> Texture:
    """A ground with what lies on it: worn tracks, manhole covers and drains, leaves and paper."""

    def texture(surface: Surface, rng: np.random.Generator) -> Field:
        colour = ground(surface, rng)
        worn = noise(surface, rng, 1500) * 7 + noise(surface.turned(0.7), rng, 320) * 4
        colour = colour * (1 + worn[..., None] / 160)
        if indoors:
            return colour
        for _ in range(int(rng.integers(0, 4))):
            x, y, size = rng.uniform(-700, 700), rng.uniform(300, 2200), rng.uniform(22, 36)
            away = np.hypot(surface.first - x, surface.second - y)
            cover = np.clip((size - away) / np.maximum(surface.span, 1) + 0.5, 0, 1)
            colour = mixed(colour, tuple(rng.uniform(48, 96, 3).mean().repeat(3).tolist()), 0.85 * cover)
            colour = mixed(colour, (44.0, 43.0, 42.0), 0.7 * band(away - size, 3, surface.span))
        bits = np.clip((noise(surface, rng, 9) - rng.uniform(2.1, 3.2)) * 3, 0, 1) * np.clip(
            9 / (surface.span + 1), 0, 1
        )
        hue = ((150.0, 112.0, 58.0), (206.0, 202.0, 190.0), (98.0, 84.0, 60.0))[rng.integers(3)]
        return mixed(colour, hue, 0.8 * bits)

    return texture


def asphalt(surface: Surface, rng: np.random.Generator) -> Field:
    """A road: speckled, patched, cracked."""
    tone = rng.uniform(74, 142)
    colour = flat(surface, (tone, tone * rng.uniform(0.98, 1.01), tone * rng.uniform(0.96, 1.04)))
    colour += stains(surface, rng, 0.8)[..., None]
    patches = noise(surface, rng, 700) > rng.uniform(1.2, 2.2)
    colour[patches] *= np.float32(rng.uniform(0.78, 0.92))
    cracks = np.abs(noise(surface, rng, rng.uniform(300, 700)))
    crack = np.clip(1 - cracks / 0.02, 0, 1) * np.clip(6 / np.maximum(surface.span, 1), 0, 1) * (rng.random() < 0.7)
    return mixed(colour, (52.0, 52.0, 52.0), (0.6 * crack).astype(np.float32))


def paving(surface: Surface, rng: np.random.Generator) -> Field:
    """Slabs or setts, each a little different, in rows that may be offset."""
    base = np.array([(168, 160, 148), (150, 146, 142), (176, 150, 128), (128, 124, 122)][rng.integers(4)], np.float32)
    long = float(rng.choice([20.0, 30.0, 40.0, 60.0, 90.0]))
    wide = long * float(rng.choice([0.5, 1.0, 1.0]))
    turned = surface.turned(rng.uniform(0, np.pi / 2))
    row = np.floor(turned.second / wide)
    along = turned.first + (row % 2) * (long / 2 if rng.random() < 0.6 else 0)
    slab = (np.floor(along / long) * 127.1 + row * 311.7) % 256
    tones = rng.normal(0, 7, 256).astype(np.float32)[slab.astype(np.uint8)]
    calm = np.clip(2 * wide / np.maximum(surface.span, 1) / 3, 0, 1)
    joints = np.maximum(lines(along, long, 1.2, surface.span), lines(turned.second, wide, 1.2, surface.span))
    colour = base + rng.uniform(-16, 16) + (tones * calm + stains(surface, rng, 0.75))[..., None]
    return mixed(colour.astype(np.float32), (88.0, 84.0, 78.0), (0.55 * joints).astype(np.float32))


def grass(surface: Surface, rng: np.random.Generator) -> Field:
    """A lawn, greener here and browner there."""
    green = np.array([rng.uniform(60, 104), rng.uniform(92, 128), rng.uniform(34, 58)], np.float32)
    brown = np.array([138.0, 124.0, 76.0], np.float32)
    dry = np.clip(0.22 + 0.22 * noise(surface, rng, 500) + 0.12 * noise(surface, rng, 90), 0, 1)
    colour = mixed(flat(surface, tuple(green.tolist())), tuple(brown.tolist()), (dry * rng.uniform(0.3, 1)).astype("f"))
    blades = 12 * noise(surface, rng, 3) + 9 * noise(surface, rng, 9) + 7 * noise(surface, rng, 40)
    return colour + blades[..., None]


def gravel(surface: Surface, rng: np.random.Generator) -> Field:
    """Loose stones, or earth."""
    base = np.array([(176, 158, 128), (150, 142, 132), (146, 118, 88)][rng.integers(3)], np.float32)
    grains = 11 * noise(surface, rng, 4) + 9 * noise(surface, rng, 8) + 9 * noise(surface, rng, 200)
    return (base + grains[..., None]).astype(np.float32)


def tiles(surface: Surface, rng: np.random.Generator) -> Field:
    """A floor indoors: large tiles, linoleum or terrazzo."""
    base = np.array([(204, 198, 186), (180, 182, 184), (168, 150, 130), (120, 126, 132)][rng.integers(4)], np.float32)
    size = float(rng.choice([30.0, 45.0, 60.0, 80.0]))
    checks = rng.uniform(-16, 16) if rng.random() < 0.3 else 0.0
    check = (np.floor(surface.first / size) + np.floor(surface.second / size)) % 2
    calm = np.clip(size / np.maximum(surface.span, 1) / 3, 0, 1)
    joints = np.maximum(lines(surface.first, size, 0.6, surface.span), lines(surface.second, size, 0.6, surface.span))
    worn = 5 * noise(surface, rng, 500) + 3 * noise(surface, rng, 60) + 4 * noise(surface, rng, 3)
    colour = base + (check * checks * calm + worn)[..., None]
    return mixed(colour.astype(np.float32), tuple((0.72 * base).tolist()), (0.8 * joints).astype(np.float32))


def boards(surface: Surface, rng: np.random.Generator) -> Field:
    """A wooden floor."""
    base = np.array([(168, 112, 66), (196, 152, 104), (126, 84, 56)][rng.integers(3)], np.float32)
    wide = rng.uniform(9, 18)
    row = np.floor(surface.first / wide)
    along = surface.second + row % 5 * 57
    board = (row * 127.1 + np.floor(along / 180) * 311.7) % 256
    tones = rng.normal(0, 15, 256).astype(np.float32)[board.astype(np.uint8)]
    grain = Surface(surface.first * 9, surface.second, surface.span)
    streaks = 6 * noise(grain, rng, 60) + 4 * noise(surface, rng, 300)
    calm = np.clip(wide / np.maximum(surface.span, 1) / 2, 0, 1)
    colour = base + (tones * calm + streaks)[..., None] * np.array([1.0, 0.85, 0.65], np.float32)
    return mixed(colour.astype(np.float32), (60.0, 40.0, 26.0), 0.6 * lines(surface.first, wide, 0.5, surface.span))


def concrete(surface: Surface, rng: np.random.Generator) -> Field:
    """A workshop's floor: large fields, stained, with painted lines."""
    tone = rng.uniform(110, 168)
    colour = flat(surface, (tone, tone * 0.97, tone * 0.91)) + 1.3 * stains(surface, rng)[..., None]
    size = rng.uniform(250, 600)
    joints = np.maximum(lines(surface.first, size, 1.5, surface.span), lines(surface.second, size, 1.5, surface.span))
    colour = mixed(colour, (70.0, 68.0, 64.0), 0.6 * joints)
    paint = ((196.0, 160.0, 40.0), (168.0, 40.0, 36.0), (214.0, 212.0, 204.0))[rng.integers(3)]
    marks = lines(surface.first + rng.uniform(0, 900), rng.uniform(500, 900), 8, surface.span)
    worn = np.clip(0.75 + 0.3 * noise(surface, rng, 120), 0, 1)
    return mixed(colour, paint, (marks * worn).astype(np.float32) * np.float32(rng.random() < 0.7))
