"""Files of the configuration, layer by layer, and the tree that each layer makes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

from darklaunch.config.loading.keys import dotted
from darklaunch.config.loading.tree import Branch, KeyPath, Leaf, Node, clashes, overlay
from darklaunch.config.loading.yaml_reader import Reading, read
from darklaunch.errors import UsageError
from darklaunch.text.escape import printable

Layer: TypeAlias = tuple[Path, ...]

BASE: Final = "base"
SUFFIXES: Final = {".yaml", ".yml"}


def layers_of(conf: Path | None, env: str | None) -> tuple[Layer, ...]:
    """Finds the files, the layer that yields first.

    Raises:
        UsageError: the path does not exist or holds no YAML, or there is no such overlay.
    """
    if conf is not None and conf.is_dir():
        return _layers_in(conf, env)
    if env is not None:
        given = "no --conf" if conf is None else f"the file {printable(str(conf))}"
        raise UsageError(f"--env {printable(env)}: found {given}, wanted --conf with a folder that has {BASE}/")
    if conf is None:
        return ()
    if not conf.exists():
        raise UsageError(f"--conf {printable(str(conf))}: found nothing there, wanted a YAML file or a folder of them")
    return ((conf,),)


def _layers_in(folder: Path, env: str | None) -> tuple[Layer, ...]:
    name, base, loose = printable(str(folder)), folder / BASE, _yaml_files(folder)
    if not base.is_dir():
        if env is not None:
            raise UsageError(f"--env {printable(env)}: found no {BASE}/ in {name}, wanted overlays beside it")
        if not loose:
            raise UsageError(f"--conf {name}: found no *.yaml in it, wanted some, or a folder {BASE}/ with them")
        return (loose,)
    if loose:
        raise UsageError(f"--conf {name}: found {BASE}/ and {printable(loose[0].name)}, wanted one; move it to {BASE}/")
    if not (files := _yaml_files(base)):
        raise UsageError(f"--conf {name}: found no *.yaml in {BASE}/, wanted some")
    if env is None:
        return (files,)
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and _visible(entry) and entry != base)
    if env not in names:
        listed = ", ".join(printable(name) for name in names) or f"a folder of that name beside {BASE}/"
        raise UsageError(f"--env {printable(env)}: found no such folder in {name}, wanted one of: {listed}")
    return (files, _yaml_files(folder / env))


def _yaml_files(folder: Path) -> Layer:
    return tuple(
        sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES and _visible(file) and file.is_file())
    )


def _visible(path: Path) -> bool:
    return not path.name.startswith(".")  # editors and Kubernetes leave such beside the real ones


def read_layer(files: Sequence[Path]) -> Reading:
    """Joins the files of one layer, in which nothing may be said twice."""
    tree: Node = Branch()
    findings: list[str] = []
    for path in files:
        reading = _read_file(path)
        findings += reading.findings
        match reading.tree:
            case Branch() as branch:
                findings += [_said_twice(*clash) for clash in clashes(tree, branch)]
                tree = overlay(tree, branch)
            case None | Leaf(value=None):
                pass
            case other:
                findings.append(f"{other.where}: found no mapping at the top, wanted keys such as 'scoring:'")
    return Reading(tree=tree, findings=tuple(findings))


def _said_twice(path: KeyPath, first: Node, second: Node) -> str:
    where = f"{second.where}: {dotted(path)}"
    return f"{where}: found a second time, wanted it in one file only; {first.where} says it too"


def _read_file(path: Path) -> Reading:
    name = printable(str(path))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = f"{name}: found bytes that are not UTF-8 (at {error.start}), wanted UTF-8"
    except OSError as error:
        wrong = f"{name}: found it unreadable ({error.strerror}), wanted a file that can be read"
    else:
        return read(text, lambda line: f"{name}:{line}")
    return Reading(tree=None, findings=(wrong,))
