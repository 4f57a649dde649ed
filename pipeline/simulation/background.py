"""A place without its people, drawn once a camera: ground and walls by casting a ray through every pixel, things by
their faces, everything under the light and through the air of its environment; and what must be known to put people
between the things.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.pictures import Pixels
from pipeline.simulation.environment import GAMMA, Environment
from pipeline.simulation.furniture import Item
from pipeline.simulation.places import Place
from pipeline.simulation.scene import stream
from pipeline.simulation.solids import Face, Leaves, Prism, cut, faces_of
from pipeline.simulation.textures import Field, Surface
from pipeline.simulation.walls import SKY, ceiling

Floats = npt.NDArray[np.float64]

MASK_SCALE = 2
"""Masks of what hides people are drawn this much larger than the picture."""
_FAR_CM = 6e4
_CEILING = -2
_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """A thing as the camera sees it: `mask` of its silhouette (255 inside), MASK_SCALE times as large as the picture,
    from the mask's pixel `origin` (x, y) on; `box` in pixels of the picture, whole numbers."""

    item: Item
    mask: Pixels
    origin: tuple[int, int]
    box: tuple[int, int, int, int]
    small_mask: Pixels
    """The same at the size of the picture, of its box."""

    def put(self, source: Pixels, target: Pixels) -> None:
        """Draw the thing anew over a picture (height, width, 3), as `source` shows it."""
        left, top, right, bottom = self.box
        region = (slice(top, bottom), slice(left, right))
        cv2.copyTo(source[region], self.small_mask, target[region])


@dataclass(frozen=True, slots=True)
class Background:
    """RGB (height, width, 3) with and without what people's shadows take, which is `lost`; `sunlit` (height, width) is
    False where a shadow lies already."""

    lit: Pixels
    shaded: Pixels
    lost: Pixels
    sunlit: npt.NDArray[np.bool_]


def background(camera: Camera, place: Place, environment: Environment, seed: int) -> Background:
    """Draw a place."""
    rays, places, distance, albedo, normals, ground = _cast(camera, place, seed)
    sunlit = ~(_shadows(camera, place, environment) & ground)
    if environment.wetness and not place.indoors:
        albedo = _wet(albedo, ground, environment.wetness)
    sky = np.isinf(distance)
    distance = np.minimum(distance, _FAR_CM)
    clear = environment.clear(distance)[..., None]
    air = np.asarray(environment.air, np.float32)
    no_sun = albedo * environment.lit(places, normals, sunlit=False) ** (1 / GAMMA)
    in_sun = albedo * environment.lit(places, normals) ** (1 / GAMMA) if environment.direct else no_sun
    lit = np.where(sunlit[..., None], in_sun, no_sun)
    pictures = []
    # Where no light throws hard shadows, people still darken the ground about their feet; lamps' shadows are deep.
    shade = no_sun if environment.direct > 0.1 else no_sun * (0.55 if environment.lamps else 0.78)
    for shown in (lit, shade):
        shown = np.where(sky[..., None], air + 0.25 * (np.asarray(SKY) - 190), shown)
        pictures.append(np.clip(shown * clear + air * (1 - clear), 0, 255).astype(np.uint8))
    rgb, shaded = pictures
    if environment.wetness:
        rgb, shaded = (_mirrored(picture, ground, rays, environment.wetness) for picture in (rgb, shaded))
    rng = stream(seed, "things")
    for item in place.items:
        for picture in (rgb, shaded):
            _draw(picture, item, camera, environment, np.random.default_rng(rng.integers(1 << 31)))
    for lamp in environment.lamps:
        for picture in (rgb, shaded):
            _glow(picture, camera, lamp.position, environment.darkness)
    shaded = np.minimum(rgb, shaded)
    return Background(rgb, shaded, rgb - shaded, sunlit)


def standing(camera: Camera, items: tuple[Item, ...]) -> list[Standing]:
    """Things as masks, without those out of the picture."""
    found = []
    width, height = camera.size
    for item in items:
        outlines = [face.outline for solid in item.solids for face in faces_of(solid, camera)]
        if not outlines:
            continue
        points = np.concatenate(outlines)
        left, top = np.maximum(np.floor(points.min(axis=0)).astype(int) - 1, 0).tolist()
        right, bottom = np.minimum(np.ceil(points.max(axis=0)).astype(int) + 1, (width, height)).tolist()
        if left >= right or top >= bottom:
            continue
        mask = np.zeros(((bottom - top) * MASK_SCALE, (right - left) * MASK_SCALE), np.uint8)
        for outline in outlines:
            _fill(mask, (outline - (left, top)) * MASK_SCALE, 255, cv2.LINE_8)
        small = cv2.resize(mask, (right - left, bottom - top), interpolation=cv2.INTER_AREA) >= 128
        found.append(
            Standing(
                item,
                mask,
                (left * MASK_SCALE, top * MASK_SCALE),
                (left, top, right, bottom),
                255 * small.astype(np.uint8),
            )
        )
    return found


def _cast(camera: Camera, place: Place, seed: int):
    """What each pixel's ray meets first: rays and places (..., 3), distances, albedo, normals, and whether ground."""
    width, height = camera.size
    grid = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1)
    rays = camera.rays(grid).astype(np.float32)
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        nearest = np.where(rays[..., 2] < -1e-5, -camera.height_cm / rays[..., 2], np.inf).astype(np.float32)
        hit = np.where(np.isinf(nearest), -1, 0)
        for number, wall in enumerate(place.walls, 1):
            towards = rays[..., :2] @ np.asarray(wall.normal, np.float32)
            to_wall = np.where(towards > 1e-5, wall.distance_cm / towards, np.inf).astype(np.float32)
            hit = np.where(to_wall < nearest, number, hit)
            nearest = np.minimum(nearest, to_wall)
    if place.ceiling_cm is not None and place.ceiling_cm > camera.height_cm:
        with np.errstate(divide="ignore"):
            up = np.where(rays[..., 2] > 1e-5, (place.ceiling_cm - camera.height_cm) / rays[..., 2], np.inf)
        hit = np.where(up < nearest, _CEILING, hit)
        nearest = np.minimum(nearest, up.astype(np.float32))
    places = rays * np.minimum(nearest, _FAR_CM)[..., None] + np.array([0, 0, camera.height_cm], np.float32)
    # What a pixel spans across the ray, and more along a surface that it meets at a slant.
    span = np.minimum(nearest, _FAR_CM) / np.float32(camera.fx)
    albedo = np.empty((height, width, 3), np.float32)
    normals = np.zeros((height, width, 3), np.float32)
    normals[..., 2] = 1
    albedo[hit == -1] = SKY
    ground = hit == 0
    if ground.any():
        rows = _rows(ground)
        steep = np.sqrt(np.clip(-rays[rows][..., 2], 0.03, 1))
        surface = Surface(places[rows][..., 0], places[rows][..., 1], span[rows] / steep)
        albedo[rows] = np.where(ground[rows][..., None], place.ground(surface, stream(seed, "ground")), albedo[rows])
    over = hit == _CEILING
    if over.any():
        rows = _rows(over)
        slant = np.sqrt(np.clip(rays[rows][..., 2], 0.05, 1))
        surface = Surface(places[rows][..., 0], places[rows][..., 1], span[rows] / slant)
        albedo[rows] = np.where(over[rows][..., None], ceiling(surface, stream(seed, "ceiling")), albedo[rows])
    for number, wall in enumerate(place.walls, 1):
        on = hit == number
        if on.any():
            rows = _rows(on)
            normal = np.asarray(wall.normal, np.float32)
            along = places[rows][..., :2] @ np.array([normal[1], -normal[0]], np.float32)
            slant = np.sqrt(np.clip(rays[rows][..., :2] @ normal, 0.05, 1))
            surface = Surface(along, places[rows][..., 2], span[rows] / slant)
            drawn = wall.texture(surface, stream(seed, "wall", number))
            albedo[rows] = np.where(on[rows][..., None], drawn, albedo[rows])
            normals[on] = (-normal[0], -normal[1], 0)
            # Sky seen over a low wall is air, not stone.
            over = on.copy()
            over[on] = (albedo[on] == SKY).all(axis=-1)
            nearest[over] = np.inf
    return rays, places, nearest, albedo, normals, ground


def _rows(mask: npt.NDArray[np.bool_]) -> slice:
    """The rows in which a mask holds anything."""
    rows = np.flatnonzero(mask.any(axis=1))
    return slice(int(rows[0]), int(rows[-1]) + 1)


def _shadows(camera: Camera, place: Place, environment: Environment) -> npt.NDArray[np.bool_]:
    """Where things throw shadows on the ground, of the sun alone."""
    width, height = camera.size
    mask = np.zeros((height, width), np.uint8)
    if not environment.direct:
        return mask > 0
    for item in place.items:
        for solid in item.solids:
            for outline in _shadow_outlines(solid, environment.sun):
                pixels, depths = camera.project(np.column_stack([outline, np.zeros(len(outline))]))
                if (depths > 30).all():
                    _fill(mask, np.asarray(cv2.convexHull(pixels.astype(np.float32))).reshape(-1, 2), 255, cv2.LINE_AA)
    return mask > 127


def _shadow_outlines(solid: Prism | Leaves, sun: tuple[float, float, float]) -> list[Floats]:
    """Hulls on the ground (N, 2) of what a solid shades."""
    slope = -np.array(sun[:2]) / sun[2]
    if isinstance(solid, Leaves):
        feet = solid.blobs[:, :2] + solid.blobs[:, 2:3] * slope
        circle = np.stack([np.cos(np.arange(0, 6.28, 0.8)), np.sin(np.arange(0, 6.28, 0.8))], axis=1)
        return [foot + radius * circle for foot, radius in zip(feet, solid.blobs[:, 3], strict=True)]
    ends = solid.footprint + solid.low_cm * slope, solid.top + solid.high_cm * slope
    hull = np.asarray(cv2.convexHull(np.vstack(ends).astype(np.float32)), np.float32).reshape(-1, 2)
    return [cut(hull, 6)]


def _draw(rgb: Pixels, item: Item, camera: Camera, environment: Environment, rng: np.random.Generator) -> None:
    """Paint a thing over what is there."""
    eye = np.array([0.0, 0.0, camera.height_cm])
    for solid in item.solids:
        for face in faces_of(solid, camera):
            colour = np.asarray(face.colour) * (rng.uniform(0.72, 1.2) if isinstance(solid, Leaves) else 1.0)
            if face.glows and environment.darkness >= 0.5:
                shown = np.array([255.0, 246.0, 222.0])
            else:
                shown = colour * environment.lit(face.middle, face.normal) ** (1 / GAMMA)
            clear = float(environment.clear(np.linalg.norm(face.middle - eye)))
            shown = shown * clear + np.asarray(environment.air) * (1 - clear)
            red, green, blue = np.clip(shown, 0, 255).tolist()
            _fill(rgb, face.outline, (red, green, blue), cv2.LINE_AA)
            if isinstance(solid, Prism) and not face.glows:
                _weathered(rgb, face, rng)


def _weathered(rgb: Pixels, face: Face, rng: np.random.Generator) -> None:
    """A face is never of one colour: dirt, and darker where it meets what stands under it."""
    left, top = np.maximum(np.floor(face.outline.min(axis=0)).astype(int), 0).tolist()
    right, bottom = np.minimum(np.ceil(face.outline.max(axis=0)).astype(int) + 1, (rgb.shape[1], rgb.shape[0])).tolist()
    if right - left < 3 or bottom - top < 3:
        return
    mask = np.zeros((bottom - top, right - left), np.uint8)
    _fill(mask, face.outline - (left, top), 255, cv2.LINE_AA)
    tall, wide = mask.shape
    coarse = rng.normal(0, 6, (max(2, tall // 8), max(2, wide // 8))).astype(np.float32)
    dirt = cv2.resize(coarse, (wide, tall), interpolation=cv2.INTER_CUBIC) + rng.normal(0, 2, mask.shape)
    slope = np.linspace(6, -12, tall)[:, None] if abs(face.normal[2]) < 0.5 else 0.0
    region = rgb[top:bottom, left:right]
    changed = region + ((dirt + slope) * (mask / 255.0) * region.mean(axis=-1) / 160)[..., None]
    region[:] = np.clip(changed, 0, 255).astype(np.uint8)


def _wet(albedo: Field, ground: npt.NDArray[np.bool_], wetness: float) -> Field:
    """Wet ground is darker and its colours are deeper."""
    dark = 255 * (albedo / 255).clip(0, 1) ** (1 + 0.5 * wetness)
    return np.where(ground[..., None], dark, albedo)


def _mirrored(rgb: Pixels, ground: npt.NDArray[np.bool_], rays: Field, wetness: float) -> Pixels:
    """Wet ground mirrors what stands on it: blurred downwards, and more the flatter the view (after Schlick 1994)."""
    upright = np.where(ground[..., None], 0, rgb)
    rows = np.argmax(ground, axis=0)
    height = rgb.shape[0]
    source = np.clip(2 * rows[None] - np.arange(height)[:, None] - 1, 0, height - 1)
    mirrored = np.take_along_axis(upright, source[..., None], axis=0)
    mirrored = cv2.blur(mirrored, (5, max(3, height // 24)))
    flat = 1 - np.clip(-rays[..., 2], 0, 1)
    share = wetness * (0.04 + 0.96 * flat**5) * (mirrored.max(axis=-1) > 0) * ground
    share = cv2.blur(share.astype(np.float32), (9, 9))[..., None]
    return np.clip(rgb * (1 - share) + mirrored * share, 0, 255).astype(np.uint8)


def _glow(rgb: Pixels, camera: Camera, position: tuple[float, float, float], darkness: float) -> None:
    """The halo of a lamp that is lit."""
    pixels, depths = camera.project([position])
    if depths[0] < 100 or darkness < 0.4:
        return
    radius = int(np.clip(90 * camera.fx / depths[0], 6, 160))
    x, y = pixels[0].astype(int).tolist()
    left, top, right, bottom = (
        max(0, x - radius),
        max(0, y - radius),
        min(rgb.shape[1], x + radius),
        min(rgb.shape[0], y + radius),
    )
    if left >= right or top >= bottom:
        return
    away = np.hypot(np.arange(left, right) - x, (np.arange(top, bottom) - y)[:, None]) / radius
    light = 150 * darkness * np.clip(1 - away, 0, 1)[..., None] ** 2.5 * np.array([1.0, 0.92, 0.75])
    region = rgb[top:bottom, left:right]
    region[:] = np.minimum(region + light, 255).astype(np.uint8)


def _fill(target: Pixels, outline: npt.ArrayLike, colour: object, line: int) -> None:
    """Fill a polygon given in pixels whose centres lie at a half."""
    points = np.round((np.asarray(outline, np.float64) - 0.5) * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(target, [points], colour, line, _SHIFT)  # pyright: ignore[reportArgumentType, reportCallIssue]
