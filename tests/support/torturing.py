"""A service that is killed again and again while clients write and read: what was acknowledged stays, what was refused never comes, nobody sees halves."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from running import STYRGRAF, free_port, pids, wait_until_ready

from graph import changes
from graph.namespaces import INFERRED_GRAPH
from graph.releases import Home
from service.web.access import Access

HALVES = "ASK { { GRAPH <urn:a> { ?s <urn:in> ?k } FILTER NOT EXISTS { GRAPH <urn:b> { ?s <urn:in> ?k } } } UNION " + (
    "{ GRAPH <urn:b> { ?s <urn:in> ?k } FILTER NOT EXISTS { GRAPH <urn:a> { ?s <urn:in> ?k } } } }"
)


@dataclass
class Seen:
    """What clients saw: writes that were acknowledged and refused, those of which nothing was heard, and how often a reader saw half of one."""

    kept: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    unheard: set[int] = field(default_factory=set)
    reads: int = 0
    halves: int = 0
    wrong: Counter[str] = field(default_factory=Counter)


@dataclass
class Torture:
    """A service over an empty instance, its clients, and who kills."""

    folder: Path
    seed: int = 1
    seen: Seen = field(default_factory=Seen)
    kills: dict[str, int] = field(default_factory=lambda: {"writer": 0, "server": 0, "all": 0})

    def run(self, kills: int) -> None:
        """Kills so often, and stops the service. The clients go on all the while."""
        self._chance, self._stop, self.port = random.Random(self.seed), threading.Event(), free_port()
        self.home = Home(self.folder / "home")
        self._token = Access(self.home.path).create("torture", "editor")
        self._start()
        clients = [threading.Thread(target=self._writing, args=(n,)) for n in range(2)] + [threading.Thread(target=self._reading) for _ in range(2)]
        for client in clients:
            client.start()
        try:
            for _ in range(kills):
                self._heard()
                time.sleep(self._chance.uniform(0, 0.1))
                self._kill(self._chance.choices(list(self.kills), (8, 1, 1))[0])
            self._heard()
        finally:
            self._stop.set()
            for client in clients:
                client.join()
            self._end()

    def _heard(self) -> None:
        """Waits until a write is acknowledged: the service is well."""
        before = len(self.seen.kept)
        for _ in range(1200):
            if len(self.seen.kept) > before:
                return
            time.sleep(0.05)
        raise TimeoutError(f"no write was acknowledged after {self.kills}")

    def _start(self) -> None:
        environ = {"PATH": os.environ["PATH"], "PORT": str(self.port), "STYRGRAF_HOME": str(self.home.path)}
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([*STYRGRAF, "serve", "--empty"], env=environ, cwd=self.folder, stdout=quiet, stderr=quiet, text=True)
        wait_until_ready(self.port, self._process)

    def _kill(self, what: str) -> None:
        """Kills the process that writes; or the server, the one that writes with it ("all") or not, and starts it again."""
        self.kills[what] += 1
        writers = pids(f"service.processes.writer 8192 {self.home.path}")
        if what == "writer":
            _kill_all(writers)
            return
        tree = children(self._process.pid)
        _kill_all([pid for pid in tree if what == "all" or pid not in writers])
        self._process.wait()
        self._start()

    def _end(self) -> None:
        _kill_all(children(self._process.pid))
        self._process.wait()

    def _writing(self, client: int) -> None:
        """Writes that change two facts that belong together; each fifth of them also touches what may not be written."""
        number = client
        while not self._stop.is_set():
            number += 2
            fact = f"<urn:w:{number}> <urn:in> {number}"
            text = f"INSERT DATA {{ GRAPH <urn:a> {{ {fact} }} GRAPH <urn:b> {{ {fact} }} }}"
            text += f" ; INSERT DATA {{ GRAPH <{INFERRED_GRAPH}> {{ {fact} }} }}" if number % 5 == 0 else ""
            self._note(number, self._sent(text))

    def _note(self, number: int, status: int) -> None:
        if status == 204:
            self.seen.kept.add(number)
        elif 400 <= status < 500:
            self.seen.refused.add(number)
        elif status in (0, 503):
            self.seen.unheard.add(number)
            time.sleep(0.1)
        else:
            self.seen.wrong[f"write: {status}"] += 1

    def _sent(self, text: str) -> int:
        """The status, or 0 where the connection broke."""
        told = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/sparql-update"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/update", text.encode(), told)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 500:
                    self.seen.wrong[error.read(500).decode()] += 1
                return error.code
        except (OSError, HTTPException):
            return 0

    def _reading(self) -> None:
        while not self._stop.is_set():
            try:
                half = self.asked(HALVES)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code != 503:
                        self.seen.wrong[f"read: {error.code}"] += 1
            except (OSError, HTTPException):
                time.sleep(0.02)
            else:
                self.seen.reads += 1
                self.seen.halves += half

    def asked(self, query: str) -> bool:
        """The answer of an ASK."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sparql?{urllib.parse.urlencode({'query': query})}", timeout=30) as answer:
            return bool(json.loads(answer.read())["boolean"])

    def verdict(self) -> list[str]:
        """What is wrong with what is left, once the service has ended; nothing where all is well."""
        release = changes.apply(self.home, lambda ledger: ledger.make_graph("urn:after"))
        store, seen = release.open(), self.seen
        first, second = ({int(str(q.subject)[7:-1]) for q in store.graph(g)} for g in ("urn:a", "urn:b"))
        told = {
            "acknowledged and lost": seen.kept - first,
            "refused and there": seen.refused & first,
            "there by halves": first ^ second,
            "there and never sent": first - seen.kept - seen.unheard,
            "seen by halves": seen.halves,
            "unexpected answers": dict(seen.wrong),
            "left over": [p.name for p in self.home.releases.iterdir() if p.name.startswith(".")],
        }
        return [f"{what}: {found}" for what, found in told.items() if found]


def children(pid: int) -> list[int]:
    """A process and all that descend from it."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(c for child in listed for c in children(int(child)))]


def _kill_all(processes: list[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
