"""Views made for the service: in a process of their own, few at a time; and what is kept of them."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graph import views
from graph.errors import NotFoundError, StyrgrafError
from graph.releases import PUBLIC, Home, Release
from graph.views import Period, View
from service.cli import app
from service.processes.viewing import Making
from service.views.keeping import ByView, Kept, Line
from service.web.problems import status
from service.web.refusals import BusyError, RefusalError


@pytest.fixture
def view(home: Home) -> View:
    """The view of the real graph on a day, not yet made."""
    release = home.current()
    assert release
    found = views.on(release, date(1990, 1, 1))
    shutil.rmtree(found.path, ignore_errors=True)
    return found


def test_a_process_makes_the_view(home: Home, view: View) -> None:
    """It is there to be read afterwards, smaller than all of the release."""
    Making(home.path, 4096, 60)(view)
    assert 0 < len(view.open()) < len(view.release.open())


def test_a_refusal_is_told_as_it_is(tmp_path: Path, view: View) -> None:
    """A release that is not there is not found, by whichever process looks for it."""
    (tmp_path / "releases").mkdir()
    missing = View(Release(tmp_path / "releases" / "000009", view.release.manifest), Period())
    with pytest.raises(NotFoundError):
        Making(tmp_path, 4096, 60)(missing)


def test_it_may_not_take_for_ever(tmp_path: Path, view: View) -> None:
    """A process that takes too long is stopped, and 504 tells so."""
    with pytest.raises(RefusalError) as refused:
        Making(tmp_path, 4096, 0.001)(View(Release(tmp_path, view.release.manifest), Period()))
    assert refused.value.status == 504


def test_it_may_not_take_all_memory(home: Home, view: View) -> None:
    """A process that needs more than it may have is no view, and 503."""
    with pytest.raises(StyrgrafError) as refused:
        Making(home.path, 1, 60)(view)
    assert status(refused.value) == 503
    assert not view.made


def test_a_full_line_takes_nobody() -> None:
    """One is served, the others wait; beyond those the answer comes at once."""
    line, inside, done = Line(1), threading.Event(), threading.Event()

    def serve() -> None:
        with line:
            inside.set()
            done.wait(30)

    thread = threading.Thread(target=serve)
    thread.start()
    inside.wait(30)
    with pytest.raises(BusyError), line:
        pass
    done.set()
    thread.join()
    with line:
        pass


def test_the_least_recently_used_goes() -> None:
    """What is asked for stays."""
    made: list[str] = []
    kept = Kept[str](2, 10)
    for key in ("a", "b", "a", "c", "a", "b"):
        kept.get(key, lambda key=key: made.append(key) or key)  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]


def test_other_views_do_not_push_out_the_served_one(home: Home) -> None:
    """However many days are asked for, what is served to all is not made anew; nor is it by what those with a token are served."""
    release = home.current()
    assert release
    public = View(Release(release.path / "public", replace(release.manifest, audience=PUBLIC)))
    kept: ByView[object] = ByView()
    served = [kept.get(view, False, object) for view in (View(release), public)]
    for n in range(20):
        kept.get(View(release, Period(date(2000 + n, 1, 1))), True, object)
    assert [kept.get(view, False, object) for view in (View(release), public)] == served
    assert served[0] is not served[1]


def test_the_command_line_asks_for_a_day(home: Home, tmp_path: Path) -> None:
    """The same on the command line, which says on standard error what it shows."""
    query = tmp_path / "q.rq"
    query.write_text("ASK { <https://w3id.org/styrgraf/id/statement/frame-forfattningsnamn-1982-norra> ?p ?o }", "utf-8")
    told = {"STYRGRAF_HOME": str(home.path)}
    answers = [CliRunner().invoke(app, ["query", str(query), "--as-of", day], env=told) for day in ("2017-03-31", "2017-04-01")]
    assert ["true" in answer.stdout for answer in answers] == [True, False]
    assert "2017-03-31" in answers[0].stderr
    assert CliRunner().invoke(app, ["questions", "--release", "999"], env=told).exit_code
