"""What GitHub's runner does with a composite action: inputs and outputs filled in, each script run by bash."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]
# the interpreter of an environment of its own, where -I hides no package; it notes what dedupe is called with
STUB = """#!{python}
import json, os, sys
words = sys.argv[2:] if sys.argv[1] == "-I" else exit("not isolated")
if words[:2] == ["-m", "dedupe"] and os.environ.get("NOTED"):
    json.dump(words[2:], open(os.environ["NOTED"], "w"))
    for word in words[: words.index("--") if "--" in words else None]:
        if word.startswith("--output-file="):
            open(word.partition("=")[2].partition("=")[2], "w").write("**noted**\\n")
    exit(0)
os.execv({python!r}, [{python!r}, "-P", *words])
"""


class Runner:
    """A job with one step: this action."""

    def __init__(self, folder, event=None, **inputs):
        self.folder = folder
        self.temporary = folder.parent / f"{folder.name}-runner"
        self.temporary.mkdir()
        self.python = self.temporary / "python"
        self.python.write_text(STUB.format(python=sys.executable))
        self.python.chmod(0o755)
        self.event = self.temporary / "event.json"
        self.event.write_text(json.dumps(event or {}))
        self.summary = self.temporary / "summary.md"
        self.noted = self.temporary / "noted.json"
        self.values = {"github.action_path": str(ROOT), "github.token": "secret"}
        for name, given in ACTION["inputs"].items():
            said = inputs.get(name.replace("-", "_"), given["default"])
            self.values[f"inputs.{name}"] = self.filled(said) if said == given["default"] else said

    def filled(self, text):
        return re.sub(r"\$\{\{ *(.*?) *\}\}", lambda found: self.values.get(found[1], ""), text)

    def run(self, number, **more):
        """The step as a script in bash; its outputs are known to the steps behind it."""
        step = STEPS[number]
        output, script = self.temporary / f"output{number}", self.temporary / f"script{number}.sh"
        output.touch()
        script.write_text(self.filled(step["run"]))
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.temporary),
            "LANG": "C.UTF-8",
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_EVENT_PATH": str(self.event),
            "PYTHONDONTWRITEBYTECODE": "1",
            **{name: self.filled(value) for name, value in step["env"].items()},
            **more,
        }
        if "PYTHONPATH" in os.environ:
            env["PYTHONPATH"] = os.environ["PYTHONPATH"]
        run = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        for line in output.read_text().split("\n")[:-1]:
            name, _, value = line.partition("=")
            self.values[f"steps.{step['id']}.outputs.{name}"] = value
        return run

    def check(self, *, note=False):
        """The check, with the stub for what the first step installs."""
        self.values["steps.install.outputs.python"] = str(self.python)
        return self.run(1, **({"NOTED": str(self.noted)} if note else {}))

    def arguments(self):
        """What dedupe was called with, but for where its reports go."""
        words = json.loads(self.noted.read_text())
        end = words.index("--")
        return [word for word in words[:end] if not word.startswith("--output-")] + words[end:]
