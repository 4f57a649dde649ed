"""A network's input made on a device, for many pictures at once: the letterbox of letterbox.py in torch's operations.

Planes are uploaded as the decoder gave them (1.5 bytes a pixel), and scaled, converted and normalised there. What the
CPU does with integers is done in floating point here: the two differ by at most 4 levels of 255 (tests/inference).
"""

# torch is an extra, "gpu".
# pyright: reportMissingImports=false

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)

from pipeline.inference.letterbox import AREA_FROM, Placement
from pipeline.pictures import Picture, PixelFormat, Pixels, plane_bytes


@dataclass(frozen=True, slots=True)
class Layout:
    """What pictures have in common that are made into inputs together; `width` and `height` are the region's."""

    format: PixelFormat
    full_range: bool
    width: int
    height: int
    size: tuple[int, int]
    offset: tuple[int, int]
    scaled: tuple[int, int]

    @classmethod
    def of(cls, picture: Picture, placement: Placement) -> "Layout":
        region = placement.region
        placed = (placement.size, placement.offset, placement.scaled)
        return cls(picture.format, picture.full_range, region.width, region.height, *placed)

    @property
    def bytes(self) -> int:
        """Of one region's planes."""
        return plane_bytes(self.format, self.width, self.height)


def pack(picture: Picture, placement: Placement, target: Pixels) -> None:
    """Copy the placed region's planes to `target` (bytes,), one after another without padding."""
    region = placement.region
    packed = Picture.packed(picture.format, region.width, region.height, target)
    for plane, inside in zip(picture.planes, packed.planes, strict=True):
        step = picture.height // plane.shape[0]
        top, left = region.top // step, region.left // step
        np.copyto(inside, plane[top : top + inside.shape[0], left : left + inside.shape[1]])


def make_inputs(pixels: torch.Tensor, layout: Layout, fill: int, target: torch.Tensor) -> None:
    """Packed regions as inputs.

    Args:
        pixels: uint8 (N, layout.bytes), on the device.
        layout: of all of them.
        fill: the gray value around them.
        target: (N, 3, height, width), RGB from 0 to 1, which is written.
    """
    # Half precision holds a level to 1/8; bfloat16 would not hold it to 1.
    exact = target.dtype if target.dtype is torch.float16 else torch.float32
    planes = [plane.to(exact) for plane in _planes(pixels, layout)]
    if layout.format in (PixelFormat.I420, PixelFormat.NV12):
        # What is darker than black is black, as in OpenCV's conversion.
        luma = scaled(planes[0], layout.scaled).clamp(min=0 if layout.full_range else 16)
        width, height = layout.scaled
        # Each chroma sample serves four pixels, as in OpenCV's conversion.
        chroma = F.interpolate(scaled(planes[1], (width // 2, height // 2)), scale_factor=2, mode="nearest")
        weight, bias = _to_rgb(layout.full_range, exact, pixels.device)
        rgb = F.conv2d(torch.cat([luma, chroma], dim=1), weight, bias)
    else:
        rgb = scaled(planes[0], layout.scaled) / 255
    left, top = layout.offset
    target.fill_(fill / 255)
    target[:, :, top : top + layout.scaled[1], left : left + layout.scaled[0]] = rgb.clamp(0, 1)


def scaled(planes: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Planes (N, C, H, W) at another (width, height): OpenCV's INTER_LINEAR, or INTER_AREA where they shrink much."""
    height, width = planes.shape[2:]
    down, across = height / size[1], width / size[0]
    if max(down, across) <= AREA_FROM:
        return F.interpolate(planes, (size[1], size[0]), mode="bilinear", align_corners=False)
    if down.is_integer() and across.is_integer():
        return F.avg_pool2d(planes, (int(down), int(across)))
    rows = _shares(height, size[1], planes.dtype, planes.device)
    columns = _shares(width, size[0], planes.dtype, planes.device)
    return rows @ planes @ columns.T


def _planes(pixels: torch.Tensor, layout: Layout) -> list[torch.Tensor]:
    """Luma (N, 1, H, W) and chroma (N, 2, H / 2, W / 2), or all channels (N, 1 or 3, H, W)."""
    count, width, height = len(pixels), layout.width, layout.height
    area = width * height
    match layout.format:
        case PixelFormat.I420:
            chroma = pixels[:, area:].reshape(count, 2, height // 2, width // 2)
            return [pixels[:, :area].reshape(count, 1, height, width), chroma]
        case PixelFormat.NV12:
            chroma = pixels[:, area:].reshape(count, height // 2, width // 2, 2).permute(0, 3, 1, 2)
            return [pixels[:, :area].reshape(count, 1, height, width), chroma]
        case PixelFormat.RGB24:
            return [pixels.reshape(count, height, width, 3).permute(0, 3, 1, 2)]
        case PixelFormat.GRAY8:
            return [pixels.reshape(count, 1, height, width)]


@cache
def _to_rgb(full_range: bool, dtype: torch.dtype, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """ITU-R BT.601: the weights (3, 3, 1, 1) and biases (3,) from Y, U and V to R, G and B from 0 to 1."""
    luma, chroma, black = (1.0, 1.0, 0.0) if full_range else (255 / 219, 255 / 224, 16.0)
    red, blue = 1.402 * chroma, 1.772 * chroma
    green_u, green_v = -0.344136 * chroma, -0.714136 * chroma
    matrix = torch.tensor([[luma, 0, red], [luma, green_u, green_v], [luma, blue, 0]], dtype=torch.float64) / 255
    bias = -matrix @ torch.tensor([black, 128, 128], dtype=torch.float64)
    return matrix.reshape(3, 3, 1, 1).to(device, dtype), bias.to(device, dtype)


@cache
def _shares(source: int, target: int, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """How much of each of `source` pixels goes into each of `target`, (target, source): averages over areas."""
    edges = torch.arange(target + 1, dtype=torch.float64) * source / target
    pixel = torch.arange(source, dtype=torch.float64)
    covered = torch.minimum(edges[1:, None], pixel + 1) - torch.maximum(edges[:-1, None], pixel)
    return (covered.clamp(0) * target / source).to(device, dtype)
