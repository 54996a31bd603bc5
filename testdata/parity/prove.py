#!/usr/bin/env python3
"""Shows that the comparison can fail: changes one thing at a time in a copy of our output; each change must give a new finding.

    ours -> copy -> one mutation -> compare -> findings that were not there before (none: the proof fails)
"""
import argparse
import json
import os
import re
import shutil
import sys
import tempfile

import compare


def edit(pattern: str, change):
    """A mutation of the first file whose path matches; change maps its bytes."""
    def run(folder: str) -> bool:
        for base, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path = os.path.join(base, name)
                if re.search(pattern, os.path.relpath(path, folder)):
                    with open(path, "rb") as f:
                        before = f.read()
                    after = change(before)
                    with open(path, "wb") as f:
                        f.write(after)
                    return after != before
        return False
    return run


def first_line(change):
    """Changes the first line of a JSONL file."""
    def run(data: bytes) -> bytes:
        head, _, rest = data.partition(b"\n")
        row = json.loads(head)
        change(row)
        return json.dumps(row, ensure_ascii=False).encode() + b"\n" + rest
    return run


def whole(change):
    def run(data: bytes) -> bytes:
        row = json.loads(data)
        change(row)
        return json.dumps(row, ensure_ascii=False, indent=2).encode()
    return run


def body_byte(row):
    body = row["body"]
    at = body.index("content") + 12
    row["body"] = body[:at] + chr(ord(body[at]) ^ 1) + body[at + 1:]


def header(row):
    row["head"] = [x.replace("aiperf/", "aiperg/") for x in row["head"]]


def remove(*path):
    def run(row):
        for key in path[:-1]:
            row = row[key]
        del row[path[-1]]
    return run


def put(value, *path):
    def run(row):
        for key in path[:-1]:
            row = row[key]
        row[path[-1]] = value
    return run


SUMMARY, RECORDS = r"profile_export_aiperf\.json$|cwd/.*my_run\.json$", r"profile_export\.jsonl$"
MUTATIONS = (
    ("one byte of one request body", edit(r"^wire\.jsonl$", first_line(body_byte))),
    ("the User-Agent of one request", edit(r"^wire\.jsonl$", first_line(header))),
    ("one request is missing", edit(r"^wire\.jsonl$", lambda b: b.partition(b"\n")[2])),
    ("the exit code", edit(r"^exit$", lambda b: b"7\n")),
    ("a summary metric is missing", edit(SUMMARY, whole(remove("request_latency")))),
    ("the unit of a summary metric", edit(SUMMARY, whole(put("s", "request_latency", "unit")))),
    ("a token count of the summary by one", edit(SUMMARY, whole(lambda r: put(r["total_isl"]["avg"] + 1, "total_isl", "avg")(r)))),
    ("a time of the summary becomes an integer", edit(SUMMARY, whole(put(1, "request_latency", "avg")))),
    ("a value of the input configuration", edit(SUMMARY, whole(put("other", "input_config", "tokenizer", "name")))),
    ("the order of the keys of the input configuration", edit(SUMMARY, whole(lambda r: r["input_config"].update(models=r["input_config"].pop("models"))))),
    ("a key more in the summary", edit(SUMMARY, whole(put(1, "one_more")))),
    ("a metric of one record is missing", edit(RECORDS, first_line(remove("metrics", "request_latency")))),
    ("the value of a metric of one record", edit(RECORDS, first_line(put(-5, "metrics", "input_sequence_length", "value")))),
    ("the conversation of one record", edit(RECORDS, first_line(put("another", "metadata", "conversation_id")))),
    ("one byte of inputs.json", edit(r"inputs\.json$", lambda b: b.replace(b"role", b"rule", 1))),
    ("a label of the CSV", edit(r"\.csv$", lambda b: b.replace(b"Request Latency", b"Request latency", 1))),
    ("the line ends of the CSV", edit(r"\.csv$", lambda b: b.replace(b"\r\n", b"\n"))),
    ("a label of the console", edit(r"console\.txt$", lambda b: b.replace(b"Request Latency", b"Request latency", 1))),
    ("a column of the console", edit(r"console\.txt$", lambda b: b.replace(b"p99", b"p98", 1))),
    ("a title on the screen", edit(r"^stdout$", lambda b: b.replace(b"LLM Metrics", b"LLM metrics", 1))),
)


def missing_file(folder: str) -> bool:
    for base, _, names in os.walk(folder):
        if "inputs.json" in names:
            os.remove(os.path.join(base, "inputs.json"))
            return True
    return False


def unexpected(real: str, ours: str, o) -> list:
    found = compare.Comparison(compare.Run(real), compare.Run(ours), o.mode).run()
    return [line for line in found if compare.excuse(compare.table(o.deliberate), o.scenario, line) is None]


def main() -> int:
    p = argparse.ArgumentParser()
    p.add_argument("--scenario", required=True)
    p.add_argument("--mode", required=True)
    p.add_argument("--deliberate", required=True)
    p.add_argument("--verbose", action="store_true", help="show what each change is seen by")
    p.add_argument("real")
    p.add_argument("ours")
    o = p.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        # The copy has a path of the same length, because screens fold paths.
        copy = os.path.join(scratch, "ours")
        shutil.copytree(o.ours, copy)
        place(copy, o.ours)
        before = set(unexpected(o.real, copy, o))
        for name, mutate in (*MUTATIONS, ("a file is missing", missing_file)):
            shutil.rmtree(copy)
            shutil.copytree(o.ours, copy)
            place(copy, o.ours)
            if not mutate(copy):
                print(f"    proof: {name}: nothing to change")
                missed += 1
                continue
            new = [line for line in unexpected(o.real, copy, o) if line not in before]
            if not new:
                print(f"    proof: {name}: NOT SEEN")
                missed += 1
            elif o.verbose:
                print(f"    proof: {name}: {new[0][:120]}")
    print(f"proof on {o.scenario}: {len(MUTATIONS) + 1 - missed} of {len(MUTATIONS) + 1} single changes of our output are seen")
    return 1 if missed else 0


def place(copy: str, original: str) -> None:
    """Rewrites the original's folder in the copied texts, so that masking finds it."""
    for base, _, names in os.walk(copy):
        for name in names:
            path = os.path.join(base, name)
            with open(path, "rb") as f:
                data = f.read()
            with open(path, "wb") as f:
                f.write(data.replace(original.encode(), copy.encode()))


if __name__ == "__main__":
    sys.exit(main())
