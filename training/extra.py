"""What training needs beyond the base install."""

from pipeline.errors import InputError


def require() -> None:
    """Make sure that the extra `train` is installed.

    Raises:
        InputError: it is not.
    """
    try:
        import onnx  # noqa: F401  # pyright: ignore[reportUnusedImport]
        import torch  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as error:
        raise InputError(
            f'training needs {error.name}, which is not installed here; pip install "sightline[train]"'
        ) from error
