#!/usr/bin/env python3
"""Compares what two programs did in one scenario; prints every difference, one line each.

    folder of a run (exit, stdout, stderr, wire.jsonl, cwd/) x 2 -> findings "scenario: where: what" -> the table of deliberate differences

    compare.py --scenario NAME --mode serial|ordered|any --deliberate TABLE REAL OURS     exit 1: a difference that is not in the table

Modes: serial, one request at a time (everything in order, connections too); ordered, open loop (requests in order, arrival instants
compared); any, several at a time (requests and their figures as multisets). What depends on time is compared by presence and type,
everything else exactly, by bytes where the file is a contract of bytes. Machine paths and drawn ids are masked, and nothing else.
"""
import argparse
import csv
import difflib
import io
import json
import os
import re
import sys
from collections import Counter

import screen

# Units and metrics whose values depend on time, and therefore on the run.
TIMED_UNIT = re.compile(r"(ns|us|ms|sec|.*/sec|.*/sec/user|.*/user)$")
TIMED_TAG = {"effective_concurrency", "effective_decode_concurrency", "effective_prefill_concurrency", "tokens_in_flight",
             "http_req_chunks_received"}
TIMED_LABEL = {"Effective Concurrency", "Effective Decode Concurrency", "Effective Prefill Concurrency", "Tokens In Flight",
               "HTTP Chunks Received"}
INVERSE = {"output_token_throughput_per_user": "inter_token_latency"}  # absent where the other is 0
ANY_ORDER = re.compile(r"\(error-adjusted\)")  # rows that AIPerf prints in the order of a set
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MARKER = re.compile(r"\[rid:([0-9a-f]{12})\]")  # against caches; drawn from the run's own id
# Token counts of a prompt with a marker: a marker's text decides how many tokens it has.
MARKED_TAG = {"input_sequence_length", "total_isl", "error_isl", "total_error_isl", "usage_prompt_tokens_diff_pct"}
MARKED_LABEL = re.compile(r"Input Sequence Length|Total ISL|Input Tokens|Usage Prompt Diff")
WORKER = re.compile(r"(worker|record_processor)_[0-9a-f]{8}")
ARRIVAL_TOLERANCE = 0.015  # seconds, of the median deviation: well above the timers of both, well below a drawn gap
SHOWN = 60                 # findings shown of one scenario: a lost request alone changes every count
LONGEST = 220              # characters of a value shown in a finding


def short(v) -> str:
    s = v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)
    return s if len(s) <= LONGEST else s[:LONGEST] + "..."


class Run:
    """One program's run of one scenario."""

    def __init__(self, folder: str):
        self.folder, self.cwd, self.markers = folder, os.path.join(folder, "cwd"), {}

    def text(self, name: str) -> str:
        with open(os.path.join(self.folder, name), encoding="utf-8", newline="") as f:
            return self.mask(f.read())

    def bytes(self, rel: str) -> bytes:
        with open(os.path.join(self.cwd, rel), "rb") as f:
            return f.read()

    def mask(self, text: str) -> str:
        """Replaces the run's folder, also where a screen folded it, and numbers the markers against caches, so that equal ones stay equal."""
        text = MARKER.sub(lambda m: f"[rid:<{self.markers.setdefault(m[1], len(self.markers))}>]", text)
        return text.replace(os.path.realpath(self.cwd), "<CWD>").replace(self.cwd, "<CWD>")

    def files(self) -> dict:
        found = {}
        for folder, dirs, names in os.walk(self.cwd):
            if folder == self.cwd and "input" in dirs:
                dirs.remove("input")  # what the scenario put there
            for name in names:
                path = os.path.join(folder, name)
                found[os.path.relpath(path, self.cwd)] = path
        return found

    def lines(self, rel: str) -> list:
        return [json.loads(line) for line in self.mask(self.bytes(rel).decode()).splitlines()]


class Comparison:
    def __init__(self, real: Run, ours: Run, mode: str):
        self.real, self.ours, self.mode, self.found = real, ours, mode, []

    def say(self, where: str, what: str) -> None:
        self.found.append(f"{where}: {what}")

    def equal(self, where: str, real, ours) -> bool:
        same = type(real) is type(ours) and real == ours
        if not same:
            self.say(where, f"real {short(real)} | ours {short(ours)}")
        return same

    def keys(self, where: str, real, ours, loose=frozenset()) -> list:
        """Reports keys on one side only, but for the loose ones; gives the common ones."""
        for k in real:
            if k not in ours and k not in loose:
                self.say(f"{where}.{k}", "only in real")
        for k in ours:
            if k not in real and k not in loose:
                self.say(f"{where}.{k}", "only in ours")
        return [k for k in real if k in ours]

    def order(self, where: str, real: list, ours: list) -> None:
        a, b = [k for k in real if k in ours], [k for k in ours if k in real]
        if a != b:
            self.say(where, f"order: real {short(a)} | ours {short(b)}")

    # ---- the whole run

    def run(self) -> list:
        self.equal("exit code", self.real.text("exit").strip(), self.ours.text("exit").strip())
        self.wire()
        a, b = self.real.files(), self.ours.files()
        for rel in sorted({*a, *b}):
            if rel in a and rel in b:
                self.file(rel)
            else:
                self.say(f"file {rel}", "only in real" if rel in a else "only in ours")
        for name in ("stdout", "stderr"):
            self.screen(name, self.real.text(name), self.ours.text(name))
        return self.found

    def file(self, rel: str) -> None:
        base = os.path.basename(rel)
        real, ours = self.real.bytes(rel), self.ours.bytes(rel)
        if base == "aiperf.log":
            return  # a log is words for people; that it exists is compared
        if base in ("inputs.json", ".aiperf_results_ready.json") or base.endswith(".txt") and not base.endswith("console.txt"):
            self.same_bytes(base, real, ours)
        elif base.endswith(".jsonl"):
            self.records(base, rel)
        elif base.endswith(".json"):
            self.line_ends(base, real, ours)
            self.summary(rel, json.loads(self.real.mask(real.decode())), json.loads(self.ours.mask(ours.decode())))
        elif base.endswith(".csv"):
            self.line_ends(base, real, ours)
            self.csv(rel, real.decode(), ours.decode())
        elif base.endswith("console.txt"):
            self.screen(base, self.real.mask(real.decode()), self.ours.mask(ours.decode()))
        else:
            self.same_bytes(base, real, ours)

    def line_ends(self, where: str, real: bytes, ours: bytes) -> None:
        def ends(data):
            return {"CRLF": b"\r\n" in data, "bare LF": data.count(b"\n") > data.count(b"\r\n"), "newline at end": data.endswith(b"\n")}
        self.equal(f"{where} line ends", ends(real), ends(ours))

    def same_bytes(self, where: str, real: bytes, ours: bytes) -> None:
        if real == ours:
            return
        at = next((i for i, (x, y) in enumerate(zip(real, ours)) if x != y), min(len(real), len(ours)))
        cut = slice(max(0, at - 40), at + 60)
        self.say(f"{where} bytes", f"differ from byte {at} ({len(real)} and {len(ours)} long): real {real[cut]!r} | ours {ours[cut]!r}")

    # ---- what the server saw

    def wire(self) -> None:
        def load(run):
            with open(os.path.join(run.folder, "wire.jsonl"), encoding="utf-8") as f:
                return [json.loads(run.mask(line)) for line in f]
        real, ours = load(self.real), load(self.ours)
        if not self.equal("wire number of requests", len(real), len(ours)) and self.mode != "any":
            return
        if self.mode == "any":
            self.bag("wire request", [self.request(e) for e in real], [self.request(e) for e in ours])
            self.bag("wire head", [self.head(e) for e in real], [self.head(e) for e in ours])
            return
        for i, (a, b) in enumerate(zip(real, ours)):
            for part in ("method", "path", "query", "status", "outcome"):
                self.equal(f"wire {part}[{i}]", a[part], b[part])
            if a["body"] != b["body"]:
                self.same_bytes(f"wire body[{i}]", a["body"].encode(), b["body"].encode())
            ha, hb = self.head(a), self.head(b)
            self.bag(f"wire head[{i}]", ha, hb)
            if sorted(ha) == sorted(hb):
                self.equal(f"wire head order[{i}]", ha, hb)
        if self.mode == "serial":
            self.equal("wire connections", [e["conn"] for e in real], [e["conn"] for e in ours])
        elif len(real) > 1:
            gaps = sorted(abs((a["arrival_ns"] - real[0]["arrival_ns"]) - (b["arrival_ns"] - ours[0]["arrival_ns"])) / 1e9
                          for a, b in zip(real[1:], ours[1:]))
            if gaps[len(gaps) // 2] > ARRIVAL_TOLERANCE:
                self.say("wire arrivals", f"instants since the first request deviate by {gaps[len(gaps) // 2] * 1e3:.1f} ms in the middle")

    @staticmethod
    def request(e: dict) -> str:
        return " ".join((e["method"], e["path"] + "?" + e["query"], str(e["status"]), e["body"]))

    @staticmethod
    def head(e: dict) -> list:
        """Header lines as sent; drawn ids become their number within the head, so that equal ids stay equal."""
        seen = {}
        return [UUID.sub(lambda m: f"<id{seen.setdefault(m[0], len(seen))}>", line) for line in e["head"][1:]]

    def bag(self, where: str, real: list, ours: list) -> None:
        a, b = (Counter(json.dumps(v, ensure_ascii=False, sort_keys=True) for v in side) for side in (real, ours))
        for side, rest in (("real", a - b), ("ours", b - a)):
            for v, n in rest.items():
                self.say(where, f"{n} only in {side}: {short(v)}")

    def timed(self, tag: str, unit: str) -> bool:
        """Whether a metric depends on time; in an open loop, which connection is free does too."""
        return tag in TIMED_TAG or tag in MARKED_TAG and bool(self.real.markers) or bool(TIMED_UNIT.match(unit)) or self.mode != "serial" and tag == "http_req_connection_reused"

    # ---- summary JSON and whatever else is one JSON document

    def summary(self, rel: str, real, ours) -> None:
        where = os.path.basename(rel) if "/phases/" not in rel else rel.split("/phases/")[1]
        if not isinstance(real, dict) or not isinstance(ours, dict):
            self.value(where, real, ours)
            return
        common = self.keys(where, real, ours)
        a, b = list(real), list(ours)
        # AIPerf's order is fixed up to end_time and from the sweep-line metrics on; between them it follows a hash seed.
        self.order(f"{where} keys", head_and_tail(a), head_and_tail(b))
        for k in common:
            if k == "warmup_metrics":
                for tag in self.keys(f"{where}.{k}", real[k], ours[k]):
                    self.block(f"{where}.{k}.{tag}", tag, real[k][tag], ours[k][tag])
            elif is_block(real[k]):
                self.block(f"{where}.{k}", k, real[k], ours[k])
            else:
                self.value(f"{where}.{k}", real[k], ours[k])

    def block(self, where: str, tag: str, real: dict, ours: dict) -> None:
        if not is_block(ours):
            self.equal(where, real, ours)
            return
        common = self.keys(where, real, ours)
        self.order(f"{where} keys", list(real), list(ours))
        timed = self.timed(tag, real["unit"])
        for k in common:
            if timed and k != "unit" and (k != "count" or tag in INVERSE):
                self.equal(f"{where}.{k} type", kind(real[k]), kind(ours[k]))
            else:
                self.equal(f"{where}.{k}", real[k], ours[k])

    def value(self, where: str, real, ours) -> None:
        """Deep and exact, but for instants, ids and times."""
        if isinstance(real, dict) and isinstance(ours, dict):
            common = self.keys(where, real, ours)
            self.order(f"{where} keys", list(real), list(ours))
            for k in common:
                self.value(f"{where}.{k}", real[k], ours[k])
        elif isinstance(real, list) and isinstance(ours, list) and len(real) == len(ours):
            for i, (a, b) in enumerate(zip(real, ours)):
                self.value(f"{where}[{i}]", a, b)
        elif re.search(r"(_ns|_sec|\.duration|elapsed\w*)$", where):
            self.equal(f"{where} type", kind(real), kind(ours))
        else:
            self.equal(where, masked(where, real), masked(where, ours))

    # ---- lines

    def records(self, base: str, rel: str) -> None:
        real, ours = self.real.lines(rel), self.ours.lines(rel)
        if not self.equal(f"{base} number of lines", len(real), len(ours)):
            return
        def place(r):
            return r["metadata"]["phase_index"], r["metadata"]["session_num"], r["metadata"]["turn_index"]
        self.bag(f"{base} requests", [place(r) for r in real], [place(r) for r in ours])
        if self.mode == "any":
            self.tags(base, real, ours)
        for a, b in zip(sorted(real, key=place), sorted(ours, key=place)):
            where = f"{base}[{'.'.join(map(str, place(a)))}]"
            common = self.keys(where, a, b)
            self.order(f"{where} keys", list(a), list(b))
            for k in common:
                if k == "metrics":
                    self.metrics(f"{where}.metrics", a[k], b[k])
                elif k == "responses":
                    self.responses(f"{where}.responses", a[k], b[k])
                elif k == "request_headers":
                    self.value(f"{where}.{k}", a[k], b[k])
                elif self.mode == "any" and k not in ("metadata", "error"):
                    self.equal(f"{where}.{k} type", kind(a[k]), kind(b[k]))
                else:
                    self.value(f"{where}.{k}", a[k], b[k])

    def tags(self, base: str, real: list, ours: list) -> None:
        """The figures of all records together: with several requests at a time a figure may belong to another record."""
        def figures(rows):
            return [(tag, m["value"]) for r in rows for tag, m in r.get("metrics", {}).items() if not self.timed(tag, m["unit"])]
        self.bag(f"{base} figures", figures(real), figures(ours))

    def metrics(self, where: str, real: dict, ours: dict) -> None:
        for tag in self.keys(where, real, ours, inverse_of_zero(real) | inverse_of_zero(ours)):
            a, b = real[tag], ours[tag]
            self.keys(f"{where}.{tag}", a, b)
            self.equal(f"{where}.{tag}.unit", a["unit"], b["unit"])
            if self.timed(tag, a["unit"]) or self.mode == "any":
                self.equal(f"{where}.{tag} type", shape(a["value"]), shape(b["value"]))
            else:
                self.equal(f"{where}.{tag}.value", a["value"], b["value"])

    def responses(self, where: str, real: list, ours: list) -> None:
        """Raw responses: the packets in order; how many of them share a read depends on time."""
        def packets(rs):
            return [[p["name"], p["value"]] for r in rs for p in r.get("packets", [])]
        for i, (a, b) in enumerate(zip(real, ours)):
            self.order(f"{where}[{i}] keys", list(a), list(b))
            for k in self.keys(f"{where}[{i}]", a, b):
                if k != "packets" and not k.endswith("_ns") and self.mode != "any":
                    self.equal(f"{where}[{i}].{k}", a[k], b[k])
        if self.mode != "any":
            self.equal(f"{where} packets", packets(real), packets(ours))
        self.equal(f"{where} number of packets", len(packets(real)), len(packets(ours)))
        if real and "packets" not in real[0]:
            self.equal(f"{where} number", len(real), len(ours))

    # ---- CSV and screens

    def csv(self, rel: str, real: str, ours: str) -> None:
        where = os.path.basename(rel) if "/phases/" not in rel else rel.split("/phases/")[1]
        a, b = list(csv.reader(io.StringIO(real))), list(csv.reader(io.StringIO(ours)))
        self.rows(where, a, b)

    def rows(self, where: str, real: list, ours: list) -> None:
        """Rows of cells; the first cell is the label."""
        real, ours = settled(real), settled(ours)
        a, b = [(r or [""])[0] for r in real], [(r or [""])[0] for r in ours]
        for op, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            if op != "equal":
                for label in a[i1:i2]:
                    self.say(f"{where} row {label!r}", "only in real, or in another place")
                for label in b[j1:j2]:
                    self.say(f"{where} row {label!r}", "only in ours, or in another place")
                continue
            for x, y in zip(real[i1:i2], ours[j1:j2]):
                self.cells(where, x, y)

    def cells(self, where: str, real: list, ours: list) -> None:
        label = (real or [""])[0]
        if not self.equal(f"{where} row {label!r} number of cells", len(real), len(ours)):
            return
        unit = re.search(r"^(.*?) \(([^()]*)\)$", label)
        name = unit[1] if unit else label
        timed = bool(unit and TIMED_UNIT.match(unit[2])) or name in TIMED_LABEL or bool(self.real.markers and MARKED_LABEL.search(name)) or self.mode != "serial" and name == "HTTP Connection Reused"
        for i, (x, y) in enumerate(zip(real, ours)):
            if timed:
                x, y = cell_shape(x), cell_shape(y)
            self.equal(f"{where} row {label!r} cell {i}", x, y)

    def screen(self, where: str, real: str, ours: str) -> None:
        ta, pa = screen.parse(real)
        tb, pb = screen.parse(ours)
        self.equal(f"{where} tables", [t["title"] for t in ta], [t["title"] for t in tb])
        for t in ta:
            for u in (u for u in tb if u["title"] == t["title"]):
                name = f"{where} table {t['title']!r}"
                self.equal(f"{name} columns", t["columns"], u["columns"])
                self.rows(name, t["rows"], u["rows"])
        for op, i1, i2, j1, j2 in difflib.SequenceMatcher(None, pa, pb, autojunk=False).get_opcodes():
            if op != "equal":
                for p in pa[i1:i2]:
                    self.say(f"{where} text", f"only in real: {short(p)}")
                for p in pb[j1:j2]:
                    self.say(f"{where} text", f"only in ours: {short(p)}")


def settled(rows: list) -> list:
    """Sorts the rows among themselves that come in any order."""
    free = [i for i, r in enumerate(rows) if r and ANY_ORDER.search(r[0])]
    out = list(rows)
    for i, r in zip(free, sorted(rows[i] for i in free)):
        out[i] = r
    return out


def is_block(v) -> bool:
    return isinstance(v, dict) and isinstance(v.get("unit"), str)


def inverse_of_zero(metrics: dict) -> set:
    """Metrics a record lacks because the time they divide by was 0: all chunks in one read."""
    return {tag for tag, by in INVERSE.items() if tag not in metrics and metrics.get(by, {}).get("value") == 0}


def head_and_tail(ks: list) -> list:
    end = ks.index("end_time") + 1 if "end_time" in ks else len(ks)
    tail = next((i for i in range(end, len(ks)) if ks[i].startswith("effective_")), len(ks))
    return ks[:end] + ks[tail:]


def kind(v) -> str:
    return type(v).__name__


def shape(v):
    return [kind(v[0]) if v else "", len(v)] if isinstance(v, list) else kind(v)


def cell_shape(s: str) -> str:
    return re.sub(r"-?[\d,]+\.(\d+)", lambda m: "#." + "#" * len(m[1]), s)


def masked(where: str, v):
    """Ids that are drawn and instants that pass."""
    key = where.rsplit(".", 1)[-1]
    if key in ("start_time", "end_time"):
        return re.sub(r"\d", "#", v) if isinstance(v, str) else v
    if key in ("benchmark_id", "sweep_id"):
        return re.sub(r"[0-9a-f]", "#", v) if isinstance(v, str) else v
    if isinstance(v, str):
        return WORKER.sub(r"\1_<id>", UUID.sub("<id>", v))
    return v


def table(path: str) -> list:
    """Lines "pattern | reason"; the pattern matches a whole finding, the scenario's name included."""
    with open(path, encoding="utf-8") as f:
        return [re.compile(line.rsplit(" | ", 1)[0].strip(), re.S) for line in f if line.strip()]


def excuse(rows: list, scenario: str, line: str):
    """The number of the first row that allows the finding, None without one."""
    return next((i for i, r in enumerate(rows) if r.fullmatch(f"{scenario}: {line}")), None)


def main() -> int:
    p = argparse.ArgumentParser()
    p.add_argument("--scenario", required=True)
    p.add_argument("--mode", choices=("serial", "ordered", "any"), required=True)
    p.add_argument("--deliberate", required=True)
    p.add_argument("--used", required=True, help="file that receives the number of the row of each deliberate difference")
    p.add_argument("real")
    p.add_argument("ours")
    o = p.parse_args()
    rows, bad, excused = table(o.deliberate), [], []
    for line in Comparison(Run(o.real), Run(o.ours), o.mode).run():
        row = excuse(rows, o.scenario, line)
        if row is None:
            bad.append(line)
        else:
            excused.append(row)
    with open(o.used, "a", encoding="utf-8") as f:
        f.writelines(f"{row}\n" for row in excused)
    print(f"{o.scenario:<24} {'DIFFERENT' if bad else 'same'} ({len(excused)} deliberate)")
    for line in bad[:SHOWN]:
        print(f"    DIFFERENT  {line}")
    if len(bad) > SHOWN:
        print(f"    DIFFERENT  {len(bad) - SHOWN} more")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
