"""The command that prints the files of service/deploy."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

import service.deploy


class Kind(StrEnum):
    """What the service is put into operation with."""

    SYSTEMD = "systemd"
    CONTAINER = "container"
    COMPOSE = "compose"
    NGINX = "nginx"


FILES: Final = {Kind.SYSTEMD: "styrgraf.service", Kind.CONTAINER: "Containerfile", Kind.COMPOSE: "compose.yaml", Kind.NGINX: "nginx.conf"}


def deploy(kind: Annotated[Kind, typer.Argument(help="systemd, container, compose or nginx.")]) -> None:
    """Print a file to put the service into operation with, to adapt and keep: `styrgraf deploy systemd > styrgraf.service`."""
    sys.stdout.write((Path(service.deploy.__file__).parent / FILES[kind]).read_text("utf-8"))
