"""What a test needs of the machine: it is skipped in plain words without it, or fails where everything is required."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

import dedupe

PACKAGES = str(Path(dedupe.__file__).resolve().parent.parent)
STRANGER = 54321  # a user without a name


def missing(reason):
    if os.environ.get("DEDUPE_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}, and DEDUPE_REQUIRE_ALL=1 says that nothing may be skipped")
    pytest.skip(reason)


def posix():
    if os.name != "posix":
        missing("needs a POSIX system")


def root():
    posix()
    if os.geteuid() != 0:
        missing("needs to run as root")


def command(name):
    found = shutil.which(name)
    if found is None:
        missing(f"needs the command {name}")
    return found


def attributes(path):
    """Extended attributes of the user's own on the file system of `path`."""
    if not hasattr(os, "setxattr"):
        missing("needs extended attributes")
    try:
        os.setxattr(path, "user.dedupe-test", b"1")
        os.removexattr(path, "user.dedupe-test")
    except OSError:
        missing("needs a file system with extended attributes")


@contextlib.contextmanager
def disk(folder, size):
    """A disk of its own on `folder`, of `size` as mount says it: "256k"."""
    root()
    command("mount")
    folder.mkdir(exist_ok=True)
    options = f"size={size},mode=0755"
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
    ).returncode:
        missing("needs to be able to mount a tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def strangers_folder():
    """A folder that belongs to a user without a name or rights, where that user gets to."""
    root()
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        os.chown(name, STRANGER, STRANGER)
        yield Path(name)


def as_stranger(code, *arguments):
    """Run code as that user; `source`, `undo`, `Settings` and `DedupeError` are there. What it printed."""
    become = f"""
import getpass, os, pwd, sys
sys.path.insert(0, {PACKAGES!r})
from dedupe import source, undo
from dedupe.model import DedupeError
from dedupe.settings import Settings
os.setgroups([])
os.setgid({STRANGER})
os.setuid({STRANGER})
"""
    unnamed = {key: value for key, value in os.environ.items() if key not in ("LOGNAME", "USER", "LNAME", "USERNAME")}
    command = [sys.executable, "-P", "-c", become + textwrap.dedent(code), *map(str, arguments)]
    run = subprocess.run(command, env=unnamed, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def multitool():
    """Microsoft's SARIF Multitool, of the npm package that is named; .ci/run installs it."""
    found = os.environ.get("SARIF_MULTITOOL")
    if not found:
        missing("needs SARIF_MULTITOOL, the program of the npm package @microsoft/sarif-multitool-linux")
    return found
