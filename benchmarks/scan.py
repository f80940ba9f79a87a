"""Speed of `fengni scan`; how right it is, benchmarks/pii says. Run: .venv/bin/python -m benchmarks.scan

Megabytes are 10^6 bytes of UTF-8 per second of processor time; the peer, run in alternation in the same process, is the
usual way: nine patterns one after another over the whole text, without checks, context, folding or positions in other
spellings. The reading process is measured beside the same readers in the process that asks: its start, and what a file
costs, over 2,000 files of 111 bytes.
"""

from __future__ import annotations

import io
import platform
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fengni.core.documents.apart import Apart
from fengni.core.documents.reading import passages
from fengni.core.pii.scanner import scan_passages, scan_text
from tests.core.pii.corpus import document
from tests.core.pii.making import pdf, saved

ROUNDS = 5
USUAL = [
    re.compile(pattern)
    for pattern in (
        r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z])0[0-9]{2,3}-?[0-9]{7,8}(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z])[1-9][0-9]{15,18}(?![0-9A-Za-z])",
        r"[0-9A-Za-z._%+-]+@[0-9A-Za-z.-]+\.[A-Za-z]{2,}",
        r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z])[EGDSPM][A-Z0-9][0-9]{7}(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z])[CWHM][A-Z0-9][0-9]{7}(?![0-9A-Za-z])",
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]",
    )
]


def usual(text: str) -> int:
    return sum(1 for pattern in USUAL for _ in pattern.finditer(text))


def texts() -> dict[str, str]:
    line = (
        "2026-11-25T02:22:49.{n:06d}Z INFO request_id={r:016d} path=/api/v1/clients/{n} status=200 took={t}ms "
        'agent="Mozilla/5.0 (X11; Linux x86_64)" ip=-\n'
    )
    prose = "受理后三个工作日内登记机关依法审查，材料齐全的当场办结；需要补正的一次告知。本页没有号码，也没有地址。\n"
    papers = "".join(document(seed)[0] for seed in range(100))
    return {
        "server log, no finding": "".join(line.format(n=n, r=n * 7919, t=n % 255) for n in range(12_000)),
        "Chinese prose, no finding": prose * 14_000,
        "one line in ten of client papers": "".join(prose * 9 + paper + "\n" for paper in papers.splitlines()),
        "client papers, a finding in two lines of three": papers * 4,
    }


def speed(scan: Callable[[str], object], text: str) -> float:
    begun = time.process_time()
    scan(text)
    return len(text.encode()) / 1e6 / (time.process_time() - begun)


def reading() -> tuple[float, float, float]:
    """Milliseconds that the reading process takes to start, microseconds per file here and there."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.txt") for number in range(2_000)]
        for path in paths:
            path.write_text("客户 手机15400000001 好的\n" * 3, "utf-8")
        begun = time.perf_counter()
        with Apart() as apart:
            with paths[0].open("rb") as source:
                list(apart.scan(source, "a.txt", refused=_nobody))
            started = time.perf_counter()
            for path in paths:
                with path.open("rb") as source:
                    list(apart.scan(source, path.name, refused=_nobody))
            there = time.perf_counter()
        for path in paths:
            with path.open("rb") as source:
                list(scan_passages(passages(source, path.name, refused=_nobody)))
        here = time.perf_counter()
    each = 1e6 / len(paths)
    return (started - begun) * 1e3, (here - there) * each, (there - started) * each


def pages_per_second() -> float:
    """Pages of a PDF of 500 pages, fifty lines each, per second of processor time."""
    content = saved(pdf(*["\n".join(f"line {n} tel 15400000001 ok" for n in range(50))] * 500))
    begun = time.process_time()
    list(scan_passages(passages(io.BytesIO(content), "a.pdf", refused=_nobody)))
    return 500 / (time.process_time() - begun)


def _nobody(place: str, error: Exception) -> None:
    raise AssertionError(f"{place}: {error}")


def main() -> None:
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {ROUNDS} rounds, medians")
    print(f"\n{'MB per processor second':48} {'fengni':>8} {'patterns':>9} {'ratio':>6}")
    for name, text in texts().items():
        ours, theirs = zip(*((speed(scan_text, text), speed(usual, text)) for _ in range(ROUNDS)), strict=True)
        one, other = statistics.median(ours), statistics.median(theirs)
        print(f"{name:48} {one:8.1f} {other:9.1f} {one / other:6.2f}")
    start, here, there = (statistics.median(values) for values in zip(*(reading() for _ in range(ROUNDS)), strict=True))
    print(f"\n{'reading process':48} start {start:.0f} ms, a file {there:.0f} µs there, {here:.0f} µs here")
    pages = statistics.median(pages_per_second() for _ in range(ROUNDS))
    print(f"{'pages of a PDF per processor second':48} {pages:8.0f}")


if __name__ == "__main__":
    main()
