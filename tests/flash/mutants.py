#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Layer E of the power-cut campaign: does it see what it is there to see?

mutants.py [--out DIR] [--only WORD] SOURCES... -- COMPILER AND FLAGS

Each mutant of tests/flash/mutants.txt is the firmware with one flash operation left out,
doubled, or swapped with another, or with one look at the flash left out. It is compiled into a
campaign of its own, which runs layer after layer until its first finding: then the mutant is
caught. One that lives is a hole in the campaign, or it is equivalent; the table says why.

The table is held to the source: text that is not there exactly once is an error, and so is a
mutant called equivalent that is caught.
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
    ("--layer", "ab"),
    ("--layer", "t"),
    ("--layer", "c"),
    ("--layer", "ab", "--second", "2", "--part", "3/8"),
)
SECONDS = 240  # a campaign that takes longer has not caught it; one that hangs ends by itself
WANTED = 0.95


class Mutant:
    def __init__(self, name):
        self.name = name
        self.path = self.barrier = self.equivalent = ""
        self.old, self.new = [], []

    def apply(self):
        path = ROOT / self.path
        text = path.read_text() if path.exists() else ""
        old, new = "\n".join(self.old) + "\n", "\n".join(self.new) + "\n"
        if not self.old or text.count(old) != 1:
            sys.exit(f"{TABLE.name}: {self.name}: its text is {text.count(old)} times in {self.path}")
        return text.replace(old, "" if not self.new else new)


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


def compile_to(compiler, source, target):
    subprocess.run([*compiler, "-w", "-c", str(source), "-o", str(target)], check=True, cwd=ROOT)


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


def link(compiler, objects, program):
    subprocess.run([compiler[0], *map(str, objects), "-o", str(program)], check=True)


def sound_runs(out, objects, compiler, pool):
    """Those that find nothing in the firmware as it is: only they can tell."""
    program = str(out / "unchanged")
    link(compiler, objects.values(), program)
    found = list(pool.map(lambda run: campaign(program, run), RUNS))
    for run, finding in zip(RUNS, found):
        if finding:
            print(f"left out: {' '.join(run)}, which finds without a mutant: {finding}", flush=True)
    return [run for run, finding in zip(RUNS, found) if not finding]


def judge(mutant, text, out, objects, compiler, runs):
    folder = out / mutant.name
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / pathlib.Path(mutant.path).name
    source.write_text(text)
    compile_to(compiler, source, folder / "mutant.o")
    others = [path for name, path in objects.items() if name != mutant.path]
    program = str(folder / "campaign")
    link(compiler, [*others, folder / "mutant.o"], program)
    for arguments in runs:
        found = campaign(program, arguments)
        if found:
            return f"{arguments[1]}: {found}"
    return ""


def tell(mutant, found):
    if found and mutant.equivalent:
        return f"WRONG   {mutant.name}: called equivalent, and caught by {found}"
    if found:
        return f"caught  {mutant.name}: {found}"
    if mutant.equivalent:
        return f"equal   {mutant.name}: {mutant.equivalent}"
    return f"LIVES   {mutant.name}" + (f", barrier: {mutant.barrier}" if mutant.barrier else "")


def summary(results):
    """The last line, and whether the gate holds."""
    judged = {m: found for m, found in results.items() if not m.equivalent}
    caught = sum(1 for found in judged.values() if found)
    wrong = sum(1 for m, found in results.items() if m.equivalent and found)
    holes = [m.name for m, found in judged.items() if m.barrier and not found]
    barriers = sum(1 for m in judged if m.barrier)
    print(
        f"{len(results)} mutants: {caught} of {len(judged)} caught, {barriers - len(holes)} of "
        f"{barriers} across a barrier; {len(results) - len(judged)} equivalent, {wrong} of them wrongly"
    )
    return caught >= WANTED * len(judged) and not holes and not wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="build/mutants")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("sources", nargs="+")
    split = sys.argv.index("--")
    arguments, compiler = parser.parse_args(sys.argv[1:split]), sys.argv[split + 1 :]
    out = (ROOT / arguments.out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    texts = {m: m.apply() for m in read_table()}
    texts = {m: text for m, text in texts.items() if arguments.only in m.name}
    objects = {}
    for source in arguments.sources:
        objects[source] = out / (source.replace("/", "_") + ".o")
        compile_to(compiler, source, objects[source])
    results = {}
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        runs = sound_runs(out, objects, compiler, pool)
        work = {pool.submit(judge, m, t, out, objects, compiler, runs): m for m, t in texts.items()}
        for done in concurrent.futures.as_completed(work):
            results[work[done]] = done.result()
            print(tell(work[done], done.result()), flush=True)
    return 0 if summary(results) else 1


if __name__ == "__main__":
    sys.exit(main())
