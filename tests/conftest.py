"""Switches and paths that the tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# the same examples every time: a failure is a change of ours, not of the day; --hypothesis-seed looks further
settings.register_profile("suite", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("suite")


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
