"""What an attack by frequencies reads from the indexes of names, without any key: see docs/spec/search.md.

Run: .venv/bin/python -m benchmarks.frequency [persons ...]
"guess" is the share of whoever says the commonest value for everybody; "whole" one tag per value; "8 places" and
"4 places" a tag per value and random place; "cut" our bits without spreading; "ours" is what the store keeps.
"""

from __future__ import annotations

import sys

from tests.core.vault.frequency import People, table


def main(sizes: list[int]) -> None:
    for persons in sizes:
        print(f"{persons:,} persons")
        for index, rates in table(People(persons)).items():
            print(f"    {index:16}" + "".join(f"{form} {rate * 100:.1f} %   " for form, rate in rates.items()).rstrip())


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [1_000, 10_000, 100_000])
