"""What an installation is made of, and whether another package stands in its way."""

from __future__ import annotations

import os

from dedupe.version import VERSION


def clash() -> str:
    """A plain line if PyPI's `dedupe` is installed in the same place, else nothing."""
    place = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    try:
        found = next((name for name in os.listdir(place) if _is_other(name)), "")
    except OSError:
        return ""
    if not found:
        return ""
    return (
        f"another program named dedupe is installed in {place} ({found.removesuffix('.dist-info')}), with the same "
        "package name; one of the two is broken: pip uninstall dedupe, then pip install --force-reinstall wire-dedupe"
    )


def _is_other(name: str) -> bool:
    return name.startswith("dedupe-") and name.endswith((".dist-info", ".egg-info"))


def examine() -> tuple[list[str], bool]:
    """Lines for a person, and whether all is well."""
    import platform  # noqa: PLC0415  only doctor needs it
    import sys  # noqa: PLC0415  the same
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  the same

    lines = [f"dedupe {VERSION} at {os.path.dirname(os.path.abspath(__file__))}"]
    lines.append(f"Python {platform.python_version()} at {sys.executable} on {platform.platform()}")
    well = True
    for name in ("numpy", "datasketch", "typer", "pathspec"):
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name} is missing: pip install {name}")
            well = False
    other = clash()
    lines.append(other or "no other package named dedupe is in the way")
    return lines, well and not other
