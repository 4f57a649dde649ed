"""The `sightline` command: parse, call one function, print.

Heavy modules are imported by the command that needs them, so that `sightline --help` answers at once.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from pipeline import __version__
from pipeline.errors import InputError, SightlineError

if TYPE_CHECKING:
    from pydantic import BaseModel

app = typer.Typer(
    name="sightline",
    help="Real-time video analytics for surveillance and sports cameras.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
models_app = typer.Typer(help="The model catalogue.", no_args_is_help=True)
eval_app = typer.Typer(help="Measure results against labelled data.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(eval_app, name="eval")

out = Console()
err = Console(stderr=True)

JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")]


def _version(wanted: bool) -> None:
    if wanted:
        out.print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    return


@app.command()
def demo(
    seconds: Annotated[float | None, typer.Option(help="End after this many seconds; default: until Ctrl-C.")] = None,
    port: Annotated[int, typer.Option(help="Port of the dashboard; 0 takes any free one.")] = 8501,
) -> None:
    """Simulated cameras, the pipeline, the API and the dashboard, in one command."""
    from pipeline.config import load_deployment
    from pipeline.supervisor import run as supervise

    deployment = load_deployment(Path(__file__).parents[1] / "configs" / "demo.yaml")
    server = deployment.server.model_copy(update={"port": port})
    _pull(deployment.model.name)
    supervise(deployment.model_copy(update={"server": server}), seconds, out.print)


@app.command()
def run(
    config: Annotated[Path, typer.Option("--config", "-c", help="The deployment's YAML file.")],
    seconds: Annotated[float | None, typer.Option(help="End after this many seconds; default: until Ctrl-C.")] = None,
) -> None:
    """Run a deployment until Ctrl-C, which leaves nothing behind."""
    from pipeline.config import load_deployment
    from pipeline.supervisor import run as supervise

    deployment = load_deployment(config)
    _pull(deployment.model.name)
    supervise(deployment, seconds, out.print)


@app.command()
def analyze(
    clip: Annotated[str, typer.Argument(help="A video file, a folder of images, or a folder of video files.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    overlay: Annotated[bool, typer.Option("--overlay/--no-overlay", help="Also write overlay.mp4.")] = True,
    limit: Annotated[int | None, typer.Option(min=1, help="End after this many frames.")] = None,
    fps: Annotated[
        float | None, typer.Option(min=0.1, max=240, help="For files whose own frame rate is wrong.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="A model of the catalogue, or a file of your own.")] = None,
    config: Annotated[Path | None, typer.Option("--config", "-c", help="Take model and tracking from here.")] = None,
    export: Annotated[str | None, typer.Option(help="Also write tracks as mot, or people as coco.")] = None,
) -> None:
    """Analyse every frame of a clip into a folder: frames.jsonl, events.jsonl, summary.json, overlay.mp4."""
    from pipeline.analyze import Analysis, clips_of
    from pipeline.analyze import analyze as analyse
    from pipeline.config import Deployment, load_deployment
    from pipeline.evaluation.boxes import to_coco, to_mot
    from pipeline.ids import new_id

    deployment = load_deployment(config) if config else Deployment()
    if model is not None:
        deployment = deployment.model_copy(update={"model": deployment.model.model_copy(update={"name": model})})
    exports = {"mot": (to_mot, "tracks.txt"), "coco": (to_coco, "coco.json")}
    if export is not None and export not in exports:
        raise InputError(f"--export {export}: write mot or coco")
    clips = clips_of(clip)
    _pull(deployment.model.name)
    for path in clips:
        folder = out_folder if len(clips) == 1 else out_folder / Path(path).stem
        name = re.sub(r"[^a-z0-9_-]+", "-", Path(path).stem.lower()).strip("-") or "clip"
        analysis = Analysis(path, folder, name, new_id(), deployment, overlay, limit, fps)
        with _Bar(Path(path).name) as bar:
            summary = analyse(analysis, lambda step, bar=bar: bar.show(step.done, step.total, f"{step.fps:.1f} fps"))
        if export is not None:
            convert, name = exports[export]
            convert(folder / "frames.jsonl", folder / name)
        out.print(
            f"{summary['frames']} frames in {summary['seconds']:.1f} s ({summary['fps']:.1f} fps), "
            f"{summary['dropped']} dropped, {summary['tracks']} tracks; results in {folder}",
            highlight=False,
        )


@app.command()
def calibrate(
    source: Annotated[str, typer.Argument(help="A video file, a folder of images, or a camera.")],
    out_file: Annotated[Path, typer.Option("--out", help="The camera file to write (YAML).")],
    picture: Annotated[
        Path | None, typer.Option(help="Also draw the ground grid over the scene here (png, jpg), to see it is right.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(min=1, help="Watch people for so long; cameras need it.")] = None,
    fps: Annotated[
        float | None, typer.Option(min=0.1, max=240, help="For files whose own frame rate is wrong.")
    ] = None,
    fov: Annotated[float | None, typer.Option(help="Degrees that the lens sees across, if known.")] = None,
    focal: Annotated[float | None, typer.Option(min=1, help="Focal length in pixels, if known.")] = None,
    height: Annotated[float | None, typer.Option(min=1, help="Of the camera over the ground in cm, if known.")] = None,
    points: Annotated[Path | None, typer.Option(help="Known points on the ground (YAML), instead of people.")] = None,
    rectangle: Annotated[
        str | None, typer.Option(help='Corners of a rectangle on the ground, "x,y x,y x,y x,y", instead of people.')
    ] = None,
    sides: Annotated[str | None, typer.Option(help="Its sides in cm, first to second corner and on: 300x500.")] = None,
    config: Annotated[Path | None, typer.Option("--config", "-c", help="Take model and tracking from here.")] = None,
    json_file: JsonFile = None,
) -> None:
    """Find a camera's lens, height and tilt, from people who walk by or from known points on the ground."""
    from pipeline import calibrate as work
    from pipeline.config import Deployment, load_deployment
    from pipeline.urls import redact

    if fov is not None and focal is not None:
        raise InputError("--fov and --focal say the same; give one of them")
    if points is not None and rectangle is not None:
        raise InputError("--points and --rectangle say the same; give one of them")
    work.refuse_picture(picture)
    knowledge = work.Knowledge(fov, focal, height)
    if points is not None or rectangle is not None:
        marks = work.read_points(points) if points else work.read_rectangle(rectangle or "", sides)
        done = work.calibrate_from_marks(source, marks, knowledge)
    else:
        deployment = load_deployment(config) if config else Deployment()
        _pull(deployment.model.name)
        with _Bar(Path(redact(source)).name) as bar:
            done = work.calibrate_from_walkers(
                source,
                knowledge,
                deployment,
                seconds,
                fps,
                lambda step: bar.show(step.done, step.total, f"{step.fps:.1f} fps"),
            )
    done.save(out_file, picture)
    found = done.calibration
    out.print(f"{out_file}: {found.quality}: {found.reason}", highlight=False, soft_wrap=True)
    out.print(work.describe(found.camera), highlight=False, soft_wrap=True)
    _write_json(json_file, {"quality": found.quality, "reason": found.reason, "camera": found.camera.content()})


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sim(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="What to simulate: a name that --list shows.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the scenes with their parameters.")] = False,
    out_file: Annotated[Path | None, typer.Option("--out", help="The clip to write (mp4).")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same clip.")] = 1,
    level: Annotated[str, typer.Option(help="How much varies: plain, mild, middle, hard or hostile.")] = "plain",
    seconds: Annotated[float, typer.Option(min=0.1, max=86_400, help="Its length.")] = 10.0,
    fps: Annotated[float, typer.Option(min=1, max=120, help="Frames a second.")] = 25.0,
    size: Annotated[str, typer.Option(help="Width x height in pixels.")] = "1280x720",
    truth: Annotated[Path | None, typer.Option(help="Write the true records here (JSON lines).")] = None,
    camera_out: Annotated[Path | None, typer.Option(help="Write the camera file here (YAML).")] = None,
    preview: Annotated[
        Path | None, typer.Option(help="Write a contact sheet of this and the next seeds here (png, jpg).")
    ] = None,
    tiles: Annotated[int, typer.Option(min=1, max=100, help="How many scenes the sheet shows.")] = 12,
    drawn: Annotated[bool, typer.Option("--drawn/--clean", help="Draw the truth into the sheet.")] = True,
) -> None:
    """Write a simulated clip, with its exact truth. A scene's own parameters (--list) are options too: --people 8."""
    from pipeline.simulation.clip import write_clip
    from pipeline.simulation.preview import write_sheet
    from pipeline.simulation.scene import scene_of, scenes

    if listed:
        _list_parameters("scene", {name: found.Parameters for name, found in scenes().items()})
        return
    width, height = _size(size)
    given: dict[str, object] = {"seed": seed, "level": level, "fps": fps, "width": width, "height": height}
    given |= _extra_options(context.args)
    try:
        scene = scene_of(kind, given)
    except InputError as error:
        raise InputError(f"sim {kind}: {error}") from error
    if out_file is None and preview is None:
        raise InputError(f"sim {kind}: say where to write the clip: --out clip.mp4")
    if preview is not None:
        with _Bar(preview.name, "scenes") as bar:
            seeds = range(seed, seed + tiles)
            write_sheet(
                lambda one: scene_of(kind, given | {"seed": one}), seeds, preview, drawn=drawn, progress=bar.show
            )
        out.print(f"{preview}: {kind}, seeds {seed} to {seed + tiles - 1}", highlight=False)
    if out_file is None:
        return
    with _Bar(out_file.name) as bar:
        write_clip(scene, seconds, out_file, truth, camera_out, bar.show)
    out.print(f"{out_file}: {seconds:g} s at {fps:g} fps", highlight=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def dataset(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="What a sample is: a name that --list shows.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the kinds of sample with their parameters.")] = False,
    out_folder: Annotated[Path | None, typer.Option("--out", help="Folder for the shards.")] = None,
    count: Annotated[int, typer.Option(min=1, help="How many samples.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same samples.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Processes at a time.")] = os.cpu_count() or 1,
) -> None:
    """Write simulated samples for training; the same command again goes on where a killed one stopped."""
    from pipeline.simulation.dataset import kind_of, kinds, write_dataset

    if listed:
        _list_parameters("sample", {name: found.Parameters for name, found in kinds().items()})
        return
    try:
        made = kind_of(kind, {"seed": seed} | _extra_options(context.args))
    except InputError as error:
        raise InputError(f"dataset {kind}: {error}") from error
    if out_folder is None:
        raise InputError(f"dataset {kind}: say where to write it: --out FOLDER")
    with _Bar(out_folder.name, "samples") as bar:
        write_dataset(made, out_folder, count, jobs, bar.show)
    out.print(f"{out_folder}: {count} samples", highlight=False)


@app.command()
def check(config: Annotated[Path, typer.Argument(help="The deployment's YAML file.")]) -> None:
    """Validate a configuration: each fault on a line, with its key and the mend."""
    from pipeline.check import check_deployment

    deployment = check_deployment(config)
    cameras = ", ".join(deployment.cameras) or "none"
    out.print(f"{config}: good; cameras: {cameras}", highlight=False)


@app.command()
def doctor(json_file: JsonFile = None) -> None:
    """What was found here: accelerator, engines, decoder, broker, models, disk."""
    from pipeline.doctor import examine

    findings = examine()
    table = Table("part", "", "found", box=None)
    for finding in findings:
        table.add_row(finding.part, "[green]ok[/]" if finding.good else "[red]missing[/]", finding.found)
    out.print(table)
    _write_json(json_file, [{"part": f.part, "good": f.good, "found": f.found} for f in findings])
    if not all(finding.good for finding in findings if finding.needed):
        raise typer.Exit(1)


@models_app.command("list")
def models_list(json_file: JsonFile = None) -> None:
    """Every model of the catalogue: name, task, licence, size, and where it is."""
    from pipeline.inference.catalogue import find, load_catalogue

    table = Table("name", "task", "licence", "MB", "where", "what", box=None)
    rows = []
    for name, model in load_catalogue().items():
        path = find(name)
        size = sum(file.bytes for file in model.files)
        where = str(path) if path else "not here"
        table.add_row(name, model.task, model.licence, f"{size / 1e6:.1f}", where, model.description)
        files = [file.model_dump() for file in model.files]
        rows.append({"name": name, "task": model.task, "licence": model.licence, "files": files, "where": where})
    out.print(table)
    _write_json(json_file, rows)


@models_app.command("pull")
def models_pull(name: Annotated[str, typer.Argument(help="A name of the catalogue.")]) -> None:
    """Fetch a model's weights and verify them; nothing is fetched twice."""
    out.print(f"{name}: {_pull(name)}", highlight=False)


@models_app.command("verify")
def models_verify(
    name: Annotated[str | None, typer.Argument(help="One model; default: all that are here.")] = None,
) -> None:
    """Check the sha256 of the weights that are here."""
    from pipeline.inference.catalogue import entry, find, load_catalogue

    for each in [name] if name else load_catalogue():
        entry(each)
        path = find(each)
        out.print(f"{each}: {'verified, ' + str(path) if path else 'not here'}", highlight=False)


@eval_app.command("tracking")
def eval_tracking(
    truth: Annotated[Path, typer.Option(help="Labels: MOT text, or the simulator's truth (JSON lines).")],
    pred: Annotated[Path, typer.Option(help="The folder that `analyze` wrote.")],
    json_file: JsonFile = None,
) -> None:
    """Recall, precision, MOTA, IDF1, HOTA and identity switches."""
    from dataclasses import asdict

    from pipeline.evaluation.tracking import run as evaluate

    scores = asdict(evaluate(truth, pred))
    table = Table("figure", "value", box=None)
    for figure, value in scores.items():
        table.add_row(figure, f"{value:.4f}" if isinstance(value, float) else str(value))
    out.print(table)
    _write_json(json_file, scores)


def main() -> None:
    """Run the command: exit status 2 and one line for what the user can mend, 1 for anything else of ours."""
    try:
        app(standalone_mode=True)
    except InputError as error:
        _say(error)
        sys.exit(2)
    except SightlineError as error:
        _say(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _say(error: SightlineError) -> None:
    for line in str(error).splitlines():
        print(f"sightline: {line}", file=sys.stderr)


def _pull(name: str) -> Path:
    """The model's file; fetching it the first time shows a bar."""
    from pipeline.inference.catalogue import FOLDER_VARIABLE, pull, resolve

    if name.endswith((".onnx", ".xml")):
        return resolve(name).path
    if os.environ.get(FOLDER_VARIABLE) is None and not err.is_terminal:
        return pull(name)
    with Progress(
        TextColumn("fetching {task.description}"), BarColumn(), TimeElapsedColumn(), console=err, transient=True
    ) as bar:
        bar.add_task(name, total=None)
        return pull(name)


class _Bar:
    """A progress bar over frames or the like, drawn from the first one on, so that an error before it stands alone."""

    def __init__(self, name: str, what: str = "frames") -> None:
        self._name = name
        self._task: TaskID | None = None
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(what + " {task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=err,
        )

    def show(self, done: int, total: int | None, rate: str = "") -> None:
        """So many frames are done."""
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task(self._name, total=total, rate=rate)
        self._progress.update(self._task, completed=done, total=total, rate=rate)

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._task is not None:
            self._progress.stop()


def _list_parameters(heading: str, kinds: Mapping[str, "type[BaseModel]"]) -> None:
    table = Table(heading, "parameter", "default", "", box=None)
    for name, parameters in kinds.items():
        for parameter, field in parameters.model_fields.items():
            table.add_row(name, parameter, str(field.default), field.description)
            name = ""
    out.print(table)


def _extra_options(arguments: list[str]) -> dict[str, str]:
    """`--people 8 --light=night` as names and values."""
    found: dict[str, str] = {}
    waiting = iter(arguments)
    for argument in waiting:
        name, given, value = argument.removeprefix("--").partition("=")
        if not argument.startswith("--") or not name:
            raise InputError(f"{argument}: is not an option; options are --NAME VALUE")
        found[name.replace("-", "_")] = value if given else next(waiting, "")
    return found


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2,5})x(\d{2,5})", text)
    if not match:
        raise InputError(f"--size {text}: write width x height in pixels, such as 1280x720")
    return int(match[1]), int(match[2])


def _write_json(path: Path | None, content: object) -> None:
    if path is not None:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
