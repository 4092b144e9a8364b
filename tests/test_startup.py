"""What starting costs: which libraries a check of one story imports."""

import subprocess
import sys

HEAVY = (
    "scipy",
    "datasketch",
    "pyspark",
    "starlette",
    "uvicorn",
    "jinja2",
    "lxml",
    "markdown_it",
    "turbohtml",
    "pathspec",
)
SNIPPET = """
import sys
sys.argv = ["dedupe", "check", {story!r}]
from dedupe.cli import main
try:
    main()
except SystemExit as end:
    status = end.code
loaded = [name for name in sys.modules if name.split(".")[0] in {heavy!r}]
print("LOADED", status, loaded)
"""


def test_a_check_imports_no_heavy_library(seed, tmp_path):
    story = tmp_path / "story.txt"
    story.write_bytes(seed.read_bytes())
    code = SNIPPET.format(story=str(story), heavy=HEAVY)
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.endswith("LOADED 1 []\n")


def test_importing_the_package_imports_no_numpy():
    code = "import sys, dedupe; print('numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
