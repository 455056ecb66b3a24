"""Requests that are refused: a status, what is wrong in both languages, and headers that go with it."""

from __future__ import annotations

from collections.abc import Iterable

from graph.errors import StyrgrafError


class RefusalError(StyrgrafError):
    """A request that is not answered."""

    def __init__(self, status: int, sv: str, en: str, **headers: str) -> None:
        super().__init__(sv, en)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class NotAcceptableError(RefusalError):
    """None of the media types that there are is among those that the client takes (RFC 9110 §15.5.7)."""

    def __init__(self, offers: Iterable[str]) -> None:
        told = ", ".join(offers)
        super().__init__(406, f"Svaret kan fås som {told}.", f"This result can be had as {told}.")


class BusyError(RefusalError):
    """More queries are waiting than the service takes."""

    def __init__(self) -> None:
        super().__init__(503, "För många frågor väntar. Försök igen om en stund.", "Too many queries are waiting. Try again in a moment.", Retry_After="2")


class TimeLimitError(RefusalError):
    """The query took longer than it may."""

    def __init__(self, seconds: float) -> None:
        told = f"{round(seconds, 3):g}"
        super().__init__(504, f"Frågan tog längre tid än {told} sekunder och stoppades.", f"The query took longer than {told} seconds and was stopped.")


class WorkerDiedError(RefusalError):
    """The query used more memory than it may, or ended its process."""

    def __init__(self) -> None:
        super().__init__(
            503,
            "Frågan behövde mer minne än en fråga får ha och stoppades. Be om mindre, eller i delar.",
            "The query needed more memory than a query may have and was stopped. Ask for less, or in parts.",
            Retry_After="1",
        )
