"""Kills and failing disks: every call of a command that touches its folder is made to fail once, in every way.

    case = Case(prepare, lambda folder: [sys.executable, "-m", "dedupe", "clean", "--write", "."])
    sweep(case, shim, tmp_path)
    kills(case, tmp_path, times=200)

`prepare` fills an empty folder, the command runs in it. What must hold after each run: `sound` and what follows it.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import needs
import pytest

from dedupe import evidence, restoring, undo

MODES = ("kill", "enospc", "eio", "eperm", "short")
DONE = (0, 1)


class Case(NamedTuple):
    prepare: Callable[[Path], None]
    command: Callable[[Path], list[str]]
    environment: dict[str, str] = {}  # noqa: RUF012  never changed


class Expected(NamedTuple):
    old: dict[str, bytes]
    new: dict[str, bytes]
    calls: int
    seconds: float


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    """The compiled injector."""
    gcc = needs.command("gcc")
    needs.posix()
    built = tmp_path_factory.mktemp("shim") / "inject.so"
    code = Path(__file__).parent / "fault" / "inject.c"
    subprocess.run([gcc, "-shared", "-fPIC", "-O1", "-o", built, code, "-ldl"], check=True)
    return built


def sweep(case, shim, tmp_path, modes=MODES):
    """Fail every call in every mode; the number of runs that were looked at."""
    expected = expect(case, tmp_path / "expected", shim)
    assert expected.calls
    assert expected.old != expected.new
    every = [(number, mode) for mode in modes for number in range(1, expected.calls + 1)]

    def one(at):
        number, mode = at
        folder = tmp_path / f"{mode}-{number}"
        run = start(case, folder, shim, FAULT_N=str(number), FAULT_MODE=mode)
        said = run.communicate()[1]
        examine(case, folder, expected, run.returncode, said, f"{mode} at call {number}")
        shutil.rmtree(folder)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, every))
    return len(every)


def kills(case, tmp_path, times, seed=2):
    """Kill the command at random moments."""
    expected = expect(case, tmp_path / "expected")
    draw = random.Random(seed)
    for count in range(times):
        folder = tmp_path / f"killed-{count}"
        run = start(case, folder)
        time.sleep(draw.uniform(0, expected.seconds))
        run.send_signal(signal.SIGKILL)
        said = run.communicate()[1]
        examine(case, folder, expected, run.returncode, said, f"random kill {count}")
        shutil.rmtree(folder)


def expect(case, folder, shim=None):
    """What the command does when nothing fails, and in how many calls."""
    folder.mkdir(parents=True)
    case.prepare(folder)
    old = contents(folder)
    shutil.rmtree(folder)
    count = folder.with_suffix(".count")
    before = time.monotonic()
    run = start(case, folder, shim, FAULT_COUNT=str(count))
    said = run.communicate()[1]
    seconds = time.monotonic() - before
    assert run.returncode in DONE, said
    return Expected(old, {name: contents(folder)[name] for name in old}, int(count.read_text()) if shim else 0, seconds)


def start(case, folder, shim=None, **settings):
    if not folder.exists():
        folder.mkdir(parents=True)
        case.prepare(folder)
    environment = {**os.environ, **case.environment, "PYTHONPATH": needs.PACKAGES, "PYTHONDONTWRITEBYTECODE": "1"}
    if shim is not None:
        environment |= {"LD_PRELOAD": str(shim), "FAULT_UNDER": str(folder), **settings}
    return subprocess.Popen(
        case.command(folder), cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def examine(case, folder, expected, status, said, where):
    killed = status == -signal.SIGKILL
    sound(folder, expected, where)
    if not killed:
        assert "Traceback" not in said, f"{where}: {said}"
        assert status in (*DONE, 2), f"{where}: {status} {said}"
        assert temporaries(folder) == [], where
        done = all(contents(folder)[name] == data for name, data in expected.new.items())
        assert done or status == 2, f"{where}: exit {status} though not everything was written"
        assert status != 2 or said.strip(), f"{where}: exit 2 without a word"
    again = start(case, folder)
    told = again.communicate()[1]
    assert again.returncode in DONE, f"{where}, then again: {told}"
    sound(folder, expected, f"{where}, then again")
    assert {name: contents(folder)[name] for name in expected.new} == expected.new, where
    assert temporaries(folder) == [], f"{where}: left behind"
    for manifest in sorted(manifests(folder), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        if readable(manifest):
            assert not [each for each in restoring.restore(str(manifest)) if each.failed], where
    assert {name: contents(folder)[name] for name in expected.old} == expected.old, f"{where}: not restored"


def sound(folder, expected, where):
    """Every file has its old bytes or its new ones, and then a record that leads back to the old ones."""
    records = [record for path in manifests(folder) if readable(path) for record in recorded(path)]
    found = contents(folder)
    for name, old in expected.old.items():
        assert found.get(name) in (old, expected.new[name]), f"{where}: {name} is neither old nor new"
        if found[name] != old:
            mine = [record for record in records if Path(record.path).name == Path(name).name]
            assert any(rebuilt(found[name], record) == old for record in mine), (
                f"{where}: no record leads back to {name}"
            )


def recorded(manifest):
    """The files that a manifest speaks of."""
    contents = evidence.scan(str(manifest))
    return [evidence.file_record(contents, at) for at in contents.files]


def rebuilt(data, record):
    try:
        return undo.rebuild(data, record)
    except undo.DedupeError:
        return None


def readable(manifest):
    """Whether a manifest came as far as its header; a run that is killed before that has changed nothing."""
    return b"\n" in manifest.read_bytes()


def contents(folder):
    inside = (path for path in folder.rglob("*") if path.is_file() and ".dedupe" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in inside if not temporary(path)}


def temporaries(folder):
    return [path for path in folder.rglob("*") if temporary(path)]


def temporary(path):
    return re.search(r"\.dedupe-\d+-.*\.tmp$", path.name) is not None


def manifests(folder):
    return list((folder / ".dedupe" / "undo").glob("*.jsonl"))
