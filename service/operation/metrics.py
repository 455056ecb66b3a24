"""`/metrics`: what Prometheus reads (text exposition format 0.0.4).

https://prometheus.io/docs/instrumenting/exposition_formats/ — each source gives its series by name and labels; here they are put in families and told.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from graph.errors import StyrgrafError
from graph.releases import Release
from service.operation.figures import Series

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BEGAN: Final = time.time()
# What each family is, and what it means; a family that is not here is no metric of ours, and a test compares them.
FAMILIES: Final = {
    "styrgraf_requests_total": ("counter", "Requests, by door, method and class of status (left: the client left before it was answered)."),
    "styrgraf_requests_under_way": ("gauge", "Requests that are being answered."),
    "styrgraf_request_seconds": ("histogram", "Seconds until a request was answered, by door."),
    "styrgraf_queries": ("gauge", "Queries that wait, that are at work quickly, and that are slow."),
    "styrgraf_query_wait_seconds": ("summary", "Seconds that queries stood in line."),
    "styrgraf_query_processes": ("gauge", "Processes that answer queries."),
    "styrgraf_queries_stopped_total": ("counter", "Queries whose process was ended: time, memory, crowded, or the client left."),
    "styrgraf_cache_requests_total": ("counter", "Answers that were looked for among those kept, and whether they were there."),
    "styrgraf_cache_bytes": ("gauge", "Bytes of answers that are kept."),
    "styrgraf_changes_total": ("counter", "Changes, by what became of them."),
    "styrgraf_release_number": ("gauge", "The release that is served."),
    "styrgraf_release_created_timestamp_seconds": ("gauge", "When the release was made."),
    "styrgraf_release_triples": ("gauge", "Triples of the release, asserted and inferred."),
    "styrgraf_log_lines_dropped_total": ("counter", "Lines of the log that nobody took in time."),
    "process_resident_memory_bytes": ("gauge", "Memory of the serving process."),
    "process_cpu_seconds_total": ("counter", "Processor time of the serving process."),
    "process_open_fds": ("gauge", "Open files and connections of the serving process."),
    "process_start_time_seconds": ("gauge", "When the serving process began."),
}
Source = Callable[[], Series]


def exposition(sources: Iterable[Source]) -> str:
    """What the sources tell, in the families that they belong to; several sources of one series add up."""
    found: dict[str, Series] = {name: {} for name in FAMILIES}
    for source in sources:
        for name, value in source().items():
            family = found[_family(name)]
            family[name] = family.get(name, 0) + value
    return "".join(_told(name, series) for name, series in found.items() if series)


def _family(series: str) -> str:
    name = series.partition("{")[0]
    return name if name in FAMILIES else name.rpartition("_")[0]


def _told(name: str, series: Series) -> str:
    kind, meaning = FAMILIES[name]
    rows = "".join(f"{label} {value!r}\n" for label, value in series.items())
    return f"# HELP {name} {meaning}\n# TYPE {name} {kind}\n{rows}"


def release(served: Callable[[], Release]) -> Source:
    """What is told of the release that is served; nothing where there is none."""

    def series() -> Series:
        try:
            manifest = served().manifest
        except StyrgrafError:
            return {}
        return {
            "styrgraf_release_number": int(manifest.id),
            "styrgraf_release_created_timestamp_seconds": datetime.fromisoformat(manifest.created).timestamp(),
            'styrgraf_release_triples{kind="asserted"}': sum(manifest.graphs.values()) - manifest.inferred,
            'styrgraf_release_triples{kind="inferred"}': manifest.inferred,
        }

    return series


def process() -> Series:
    """What is told of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    series: Series = {"process_cpu_seconds_total": round(used.ru_utime + used.ru_stime, 3), "process_start_time_seconds": round(_BEGAN, 3)}
    try:
        series["process_resident_memory_bytes"] = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
        series["process_open_fds"] = sum(1 for _ in Path("/proc/self/fd").iterdir())
    except OSError:  # no /proc on this system
        series["process_resident_memory_bytes"] = used.ru_maxrss
    return series
