"""Switches and paths that the tests share."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# the same examples every time: a failure is a change of ours, not of the day; --hypothesis-seed looks further
settings.register_profile("suite", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("suite")


# what the tests find out is no business of the cache of whoever runs them
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="dedupe-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="also run the long suite")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="long suite: pytest --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def seed(root):
    return root / "fixtures" / "cases" / "seed-exasperation" / "story.txt"
