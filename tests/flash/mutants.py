#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Layer E of the power-cut campaign: does it see what it is there to see?

mutants.py [--out DIR] [--only NAME,...] [--jobs N] SOURCES... -- COMPILER AND FLAGS

Each mutant of tests/flash/mutants.txt is the firmware with one flash operation left out,
doubled, or swapped with another, or with one look at the flash left out. It is compiled into a
campaign of its own. Run by run (RUNS, cheap ones first) those that still live are tried, each
until its first finding: then the mutant is caught. One that lives through all runs is a hole in
the campaign, or it is equivalent; the table says why.

The table is held to the source: text that is not there exactly once is an error, and so is a
mutant called equivalent that is caught. Ends with 1 below 95 % caught, or when one across a
barrier of INVARIANTS.md lives.
"""

import argparse
import concurrent.futures
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "tests/flash/mutants.txt"

# What runs, one after the other; cheap ones first.
RUNS = (
    ("cuts", ("--layer", "ab")),
    ("failing part", ("--layer", "t")),
    ("reads", ("--layer", "c")),
    ("second cuts", ("--layer", "ab", "--second", "2", "--part", "3/8")),
    ("failing part, more", ("--layer", "t", "--effort", "1", "--part", "3/16")),
)
SECONDS = 240  # a campaign that takes longer has not caught it; one that hangs ends by itself
WANTED = 95  # per cent


class Mutant:
    def __init__(self, name):
        self.name = name
        self.path = self.barrier = self.equivalent = ""
        self.old, self.new = [], []
        self.found = self.program = ""

    def text(self):
        path = ROOT / self.path
        text = path.read_text() if path.exists() else ""
        old, new = "\n".join(self.old) + "\n", "\n".join(self.new) + "\n"
        if not self.old or text.count(old) != 1:
            sys.exit(f"{TABLE.name}: {self.name}: its text is {text.count(old)} times in {self.path}")
        return text.replace(old, "" if not self.new else new)

    def verdict(self):
        if self.found:
            return "WRONG" if self.equivalent else "caught"
        return "equal" if self.equivalent else "LIVES"


def read_table():
    """`== name`, then `file:`, `barrier:` or `equivalent:` lines, then a hunk as diff has it."""
    mutants = []
    for line in TABLE.read_text().splitlines():
        if line.startswith("== "):
            mutants.append(Mutant(line[3:]))
        elif line.startswith("file: "):
            mutants[-1].path = line[6:]
        elif line.startswith("barrier: "):
            mutants[-1].barrier = line[9:]
        elif line.startswith("equivalent: "):
            mutants[-1].equivalent = line[12:]
        elif line[:1] in (" ", "-", "+") and mutants:
            if line[0] != "+":
                mutants[-1].old.append(line[1:])
            if line[0] != "-":
                mutants[-1].new.append(line[1:])
    return mutants


def choose(mutants, names):
    """Those named, all without names; an unknown name is an error."""
    unknown = set(names) - {m.name for m in mutants}
    if unknown:
        sys.exit(f"{TABLE.name}: no mutant is called {', '.join(sorted(unknown))}")
    return [m for m in mutants if not names or m.name in names]


# ---- Programs ----------------------------------------------------------------------------------


class Builder:
    """The campaign's objects, compiled once; each mutant replaces one."""

    def __init__(self, out, compiler):
        self.out, self.compiler, self.objects = out, compiler, {}

    def compile(self, source, target):
        subprocess.run([*self.compiler, "-w", "-c", str(source), "-o", str(target)], check=True, cwd=ROOT)

    def link(self, objects, program):
        subprocess.run([self.compiler[0], *map(str, objects), "-o", str(program)], check=True)
        return str(program)

    def add(self, source):
        self.objects[source] = self.out / (source.replace("/", "_") + ".o")
        self.compile(source, self.objects[source])

    def unchanged(self):
        return self.link(self.objects.values(), self.out / "unchanged")

    def mutate(self, mutant):
        folder = self.out / mutant.name
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / pathlib.Path(mutant.path).name
        source.write_text(mutant.text())
        self.compile(source, folder / "mutant.o")
        others = [path for name, path in self.objects.items() if name != mutant.path]
        mutant.program = self.link([*others, folder / "mutant.o"], folder / "campaign")


def campaign(program, arguments):
    """What it found, in a word; empty: nothing."""
    try:
        run = subprocess.run(
            [program, *arguments, "--stop", "1"], capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return ""
    if run.returncode == 0:
        return ""
    found = [line for line in run.stdout.splitlines() if line.startswith("FINDING")]
    return found[0][8:100] if found else f"ends with {run.returncode}"


# ---- Runs --------------------------------------------------------------------------------------


def is_sound(name, program, arguments):
    """Only a run that finds nothing in the firmware as it is can tell."""
    finding = campaign(program, arguments)
    if finding:
        print(f"left out: {name}, which finds without a mutant: {finding}", flush=True)
    return not finding


def judge_all(name, arguments, living, pool):
    """One run for each of them; those that live on."""
    work = {pool.submit(campaign, m.program, arguments): m for m in living}
    for number, done in enumerate(concurrent.futures.as_completed(work), 1):
        mutant, mutant.found = work[done], done.result()
        if mutant.found:
            mutant.found = f"{name}: {mutant.found}"
            print(f"[{name} {number}/{len(work)}] {mutant.verdict()} {mutant.name}: {mutant.found}", flush=True)
    return [m for m in living if not m.found]


# ---- Table -------------------------------------------------------------------------------------


def print_alive(mutants):
    for verdict in ("WRONG", "equal", "LIVES"):
        for m in (m for m in mutants if m.verdict() == verdict):
            why = m.equivalent or (f"across a barrier: {m.barrier}" if m.barrier else "no barrier")
            print(f"{verdict:<7} {m.name}: {why}")


def print_table(mutants):
    """What became of them; whether the gate holds."""
    rows = (("in all", mutants), ("across a barrier", [m for m in mutants if m.barrier]))
    holds = True
    print(f"\n{'mutants':<18}{'':>5} {'caught':>7} {'equal':>6} {'lived':>6} {'wrong':>6} {'of those that differ':>21}")
    for (row, chosen), wanted in zip(rows, (WANTED, 100)):
        count = {v: sum(m.verdict() == v for m in chosen) for v in ("caught", "equal", "LIVES", "WRONG")}
        differ = count["caught"] + count["LIVES"]
        share = 100 * count["caught"] / differ if differ else 100
        print(
            f"{row:<18}{len(chosen):>5} {count['caught']:>7} {count['equal']:>6} {count['LIVES']:>6} "
            f"{count['WRONG']:>6} {share:>10.1f} % caught, wanted {wanted} %"
        )
        holds = holds and share >= wanted and count["WRONG"] == 0
    print("passed" if holds else "FAILED")
    return holds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default="build/mutants")
    parser.add_argument("--only", default="", help="names, with commas between")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("sources", nargs="+")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    arguments, compiler = parser.parse_args(sys.argv[1:split]), sys.argv[split + 1 :]
    out = (ROOT / arguments.out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    mutants = choose(read_table(), [name for name in arguments.only.split(",") if name])
    builder = Builder(out, compiler)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        list(pool.map(builder.add, arguments.sources))
        list(pool.map(builder.mutate, mutants))
        living, unchanged = mutants, builder.unchanged()
        for name, options in RUNS:
            if living and is_sound(name, unchanged, options):
                living = judge_all(name, options, living, pool)
                print(f"-- after {name}: {len(living)} of {len(mutants)} live", flush=True)
    print_alive(mutants)
    return 0 if print_table(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
