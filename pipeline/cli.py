"""The `sightline` command: parse, call one function, print.

Heavy modules are imported by the command that needs them, so that `sightline --help` answers at once.
"""

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from pipeline import __version__, cli_cricket
from pipeline.cli_events import events_app
from pipeline.cli_people import people
from pipeline.cli_rules import rules
from pipeline.cli_simulation import dataset, sim
from pipeline.cli_training import train_app
from pipeline.errors import InputError, SightlineError
from pipeline.terminal import Bar, JsonFile, err, out, size_of, write_json

if TYPE_CHECKING:
    from pipeline.config import Deployment

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
app.add_typer(events_app, name="events")
app.add_typer(train_app, name="train")
for command in (people, rules, cli_cricket.ball, cli_cricket.creases, cli_cricket.deliveries):
    eval_app.command()(command)


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
    _pull_all(deployment)
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
    _pull_all(deployment)
    say = lambda line: out.print(line, highlight=False, soft_wrap=True)  # noqa: E731
    supervise(deployment, seconds, say, config)


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
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="A deployment: model, tracking, rules of its camera."),
    ] = None,
    camera: Annotated[
        Path | None, typer.Option(help="The clip's camera file: distances, sizes and headings rest on it.")
    ] = None,
    zones: Annotated[
        Path | None,
        typer.Option(help="Zones, lines, rules, masks of the clip (YAML, docs/zones.md), or a simulated clip's truth."),
    ] = None,
    profile: Annotated[str | None, typer.Option(help="What a profile looks for: street, hall or cricket.")] = None,
    export: Annotated[str | None, typer.Option(help="Also write tracks as mot, or people as coco.")] = None,
) -> None:
    """Analyse every frame of a clip into a folder: frames.jsonl, events.jsonl, summary.json, overlay.mp4."""
    from pipeline.analyze import Analysis, clips_of
    from pipeline.analyze import analyze as analyse
    from pipeline.attributes.marks import read_marks
    from pipeline.config import Deployment, MarksFile, clip_camera, load_deployment, profile_file
    from pipeline.evaluation.boxes import to_coco, to_mot
    from pipeline.geometry.camera import Camera
    from pipeline.ids import new_id

    if config is not None and profile is not None:
        raise InputError("--config and --profile both say what to watch for; give one of them")
    deployment = load_deployment(config or profile_file(profile)) if config or profile else Deployment()
    if model is not None:
        deployment = deployment.model_copy(update={"model": deployment.model.model_copy(update={"name": model})})
    exports = {"mot": (to_mot, "tracks.txt"), "coco": (to_coco, "coco.json")}
    if camera is not None:
        Camera.load(camera)
    marks = read_marks(zones) if zones else MarksFile()
    if export is not None and export not in exports:
        raise InputError(f"--export {export}: write mot or coco")
    clips = clips_of(clip)
    _pull_all(deployment)
    for path in clips:
        folder = out_folder if len(clips) == 1 else out_folder / Path(path).stem
        name = re.sub(r"[^a-z0-9_-]+", "-", Path(path).stem.lower()).strip("-") or "clip"
        shown = clip_camera(deployment, name, path, marks)
        clip_deployment = deployment.model_copy(update={"cameras": {name: shown}})
        analysis = Analysis(path, folder, name, new_id(), clip_deployment, overlay, limit, fps, camera_file=camera)
        with Bar(Path(path).name) as bar:
            summary = analyse(analysis, lambda step, bar=bar: bar.show(step.done, step.total, f"{step.fps:.1f} fps"))
        for note in summary["notes"]:
            err.print(note, highlight=False, soft_wrap=True)
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
    creases: Annotated[bool, typer.Option("--creases", help="From a cricket pitch instead of people.")] = False,
    config: Annotated[Path | None, typer.Option("--config", "-c", help="Take model and tracking from here.")] = None,
    json_file: JsonFile = None,
) -> None:
    """Find a camera's lens, height and tilt, from people who walk by, known points, or a pitch's creases."""
    from pipeline import calibrate as work
    from pipeline.config import Deployment, load_deployment
    from pipeline.urls import redact

    if fov is not None and focal is not None:
        raise InputError("--fov and --focal say the same; give one of them")
    if points is not None and rectangle is not None:
        raise InputError("--points and --rectangle say the same; give one of them")
    if creases and (points is not None or rectangle is not None or fov is not None or focal is not None):
        raise InputError("--creases finds the lens and knows its points; give it alone")
    work.refuse_picture(picture)
    knowledge = work.Knowledge(fov, focal, height)
    if points is not None or rectangle is not None:
        marks = work.read_points(points) if points else work.read_rectangle(rectangle or "", sides)
        done = work.calibrate_from_marks(source, marks, knowledge)
    elif creases:
        with Bar(Path(redact(source)).name, "looks") as bar:
            done = work.calibrate_from_creases(source, bar.show)
    else:
        deployment = load_deployment(config) if config else Deployment()
        _pull(deployment.model.name)
        with Bar(Path(redact(source)).name) as bar:
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
    write_json(json_file, {"quality": found.quality, "reason": found.reason, "camera": found.camera.content()})


for command in (sim, dataset):
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(command)


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
    write_json(json_file, [{"part": f.part, "good": f.good, "found": f.found} for f in findings])
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
    write_json(json_file, rows)


@models_app.command("pull")
def models_pull(name: Annotated[str, typer.Argument(help="A name of the catalogue.")]) -> None:
    """Fetch a model's weights and verify them; nothing is fetched twice."""
    out.print(f"{name}: {_pull(name)}", highlight=False)


@models_app.command("export")
def models_export(
    name: Annotated[str, typer.Argument(help="Ultralytics' .pt file, or a name of the catalogue that has one.")],
    format: Annotated[str, typer.Option(help="onnx, openvino, or engine (TensorRT, for this machine's GPU).")],
    size: Annotated[str, typer.Option(help="Width and height of the input.")] = "640x640",
    batch: Annotated[int, typer.Option(min=1, max=32, help="Pictures a pass; TensorRT: the most.")] = 1,
    half: Annotated[bool, typer.Option(help="16 bits instead of 32.")] = False,
    out_folder: Annotated[Path, typer.Option("--out", help="Where to put the file.")] = Path(),
) -> None:
    """Write a network of Ultralytics as another engine's file (needs the extra gpu; AGPL-3.0, docs/gpu.md)."""
    from pipeline.inference.catalogue import resolve
    from pipeline.inference.export import export

    made = export(resolve(name).path, format, size_of(size), batch, half, out_folder)
    out.print(f"{made}: written", highlight=False)


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
    write_json(json_file, scores)


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
    from pipeline.inference.choice import OWN_FILES

    if name.endswith(OWN_FILES):
        return resolve(name).path
    if os.environ.get(FOLDER_VARIABLE) is None and not err.is_terminal:
        return pull(name)
    with Progress(
        TextColumn("fetching {task.description}"), BarColumn(), TimeElapsedColumn(), console=err, transient=True
    ) as bar:
        bar.add_task(name, total=None)
        return pull(name)


def _pull_all(deployment: "Deployment") -> None:
    """The models of a deployment; one that looks at people's crops and cannot be had is no reason to stop,
    and is told by whoever misses it."""
    from pipeline.attributes.people_networks import models_for
    from pipeline.errors import ModelError
    from pipeline.perception.reid import MODEL as REID_MODEL

    _pull(deployment.model.name)
    if deployment.tracking.appearance == "reid":
        _pull(REID_MODEL)
    for name in models_for(deployment.attributes):
        try:
            _pull(name)
        except ModelError as error:
            err.print(str(error), highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
