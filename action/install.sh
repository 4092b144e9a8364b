# Installs dedupe from this very checkout into an environment of its own; nothing is imported from the user's tree.
set -euo pipefail

cd "$RUNNER_TEMP"
for python in python3 python python3.14 python3.13 python3.12 python3.11; do
  if "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    "$python" -I -m venv dedupe-venv
    break
  fi
done
if [ ! -d dedupe-venv ]; then
  echo "error: dedupe needs Python 3.11 or newer and found none: put actions/setup-python before it"
  exit 2
fi
python="$RUNNER_TEMP/dedupe-venv/bin/python"
if [ ! -e "$python" ]; then # Windows
  python="$RUNNER_TEMP/dedupe-venv/Scripts/python.exe"
fi
"$python" -I -m pip install --quiet --no-input --disable-pip-version-check "$ACTION"
printf 'python=%s\n' "$python" >> "$GITHUB_OUTPUT"
