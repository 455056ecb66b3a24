"""What a test needs of the machine: it is skipped with the reason where that is absent, and fails where CI should have installed it."""

import os
import shutil

import pytest


def need(command: str) -> str:
    """The path of a command."""
    found = shutil.which(command)
    if found is None:
        reason = f"{command} is not installed"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return str(found)
