"""What a test needs of the machine: it is skipped with the reason where that is absent, and fails where CI should have installed it."""

import os
import shutil
from typing import NoReturn

import pytest


def need(command: str) -> str:
    """The path of a command."""
    return shutil.which(command) or lack(f"{command} is not installed")


def lack(reason: str) -> NoReturn:
    """Ends a test that cannot run on this machine."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
