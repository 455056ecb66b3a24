"""Where things lie that tests read: the checkout, the source texts and the conformance suites."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = Path(os.environ.get("STYRGRAF_SOURCES") or ROOT / "../shared/sources").resolve()
CONFORMANCE = Path(os.environ.get("STYRGRAF_CONFORMANCE") or ROOT / "../shared/conformance").resolve()
