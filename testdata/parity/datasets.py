#!/usr/bin/env python3
"""Data sets that AIPerf 0.13.0 makes for command lines, as hashes: the vectors of bench/cli/testdata/datasets.jsonl.

    datasets.py lines COUNT SEED     prints COUNT random command lines, one JSON list a line
    datasets.py make < LINES         runs AIPerf's own composers on each and prints the vectors (in its virtual environment)

A vector holds the arguments and, for each conversation, the first 16 hex digits of the SHA-256 of its description: what describe() writes.
PNG pictures are left out: their pixels are equal, their compression is not.
"""

import contextlib
import hashlib
import io
import json
import random
import sys


def lines(count, seed):
    r = random.Random(seed)

    def any_of(*values):
        return r.choice(values)

    for _ in range(count):
        args = ["-m", "mock-model", "--url", "http://127.0.0.1:9", "--endpoint-type", "chat", "--tokenizer", "builtin"]
        args += ["--num-dataset-entries", str(any_of(1, 2, 5, 9))]
        args += ["--random-seed", str(any_of(0, 1, 7, 42, 999, 123456789, 2**31, 2**32 + 5, 2**40, 2**63 - 1))]
        for name, values in (("--prompt-corpus", ("sonnet", "random", None)), ("--random-corpus-style", (None, "sglang", "vllm"))):
            value = any_of(*values)
            if value:
                args += [name, value]
        kind = any_of("fixed", "normal", "mix", "range")
        if kind in ("fixed", "normal"):
            args += ["--isl", str(any_of(1, 2, 3, 20, 64, 200, 550))]
            if kind == "normal":
                args += ["--isl-stddev", str(any_of(1, 2.7, 5, 40, 0.5))]
            if r.random() < 0.6:
                args += ["--osl", str(any_of(1, 5, 40))]
                if r.random() < 0.5:
                    args += ["--osl-stddev", str(any_of(1, 3, 2.5))]
        elif kind == "mix":
            args += ["--seq-dist", any_of(
                "10,5:50;30|4,9|2:50", "128|16,64|8:75;2048,256:25", "[(12,6):33.3,(20|3.5,7):66.7]", "5,5:0;9|2,3:100;4,4:0",
                '{"pairs":[{"isl":12,"osl":6,"prob":100,"isl_stddev":4}]}')]
            if r.random() < 0.3:
                args += ["--isl", str(any_of(5, 50))]
        else:
            args += ["--isl", str(any_of(1, 5, 20, 128)), "--osl", str(any_of(1, 10, 64))]
            args += ["--random-range-ratio", any_of("0", "0.3", "0.5", "0.9", '{"input":0.2,"output":0.7}')]
        front = any_of(None, None, "pool", "system", "both", "context")
        if front == "pool":
            args += ["--num-prefix-prompts", str(any_of(1, 2, 5, 13)), "--prefix-prompt-length", str(any_of(1, 6, 30))]
        if front in ("system", "both"):
            args += ["--shared-system-prompt-length", str(any_of(1, 9, 100))]
        if front in ("context", "both"):
            args += ["--user-context-prompt-length", str(any_of(1, 5, 60))]
        if r.random() < 0.4:
            args += ["--session-turns-mean", str(any_of(1, 2, 4)), "--session-turns-stddev", str(any_of(0, 1, 2))]
            if r.random() < 0.6:
                args += ["--session-turn-delay-mean", str(any_of(1, 1.9, 500)), "--session-turn-delay-stddev", str(any_of(0, 2.5, 100))]
                args += ["--session-delay-ratio", str(any_of(1, 0.5, 2.25))]
        if r.random() < 0.2:
            args += ["-b", str(any_of(2, 3))]
        if r.random() < 0.3:
            args[1] = any_of("ma,mb", "ma,mb,mc")
            if r.random() < 0.6:
                args += ["--model-selection-strategy", any_of("random", "round_robin")]
        if r.random() < 0.2:
            args += ["--cache-bust", any_of("first_turn_prefix", "first_turn_suffix", "system_prefix", "system_suffix")]
        if r.random() < 0.15:
            args += ["--image-width-mean", str(any_of(4, 9, 33)), "--image-height-mean", str(any_of(3, 16)), "--image-height-stddev", str(any_of(0, 2))]
            if r.random() < 0.6:
                args += ["--image-format", any_of("jpeg", "png", "random")]
        if r.random() < 0.12:
            args += ["--audio-length-mean", str(any_of(0.02, 0.1)), "--audio-length-stddev", str(any_of(0, 0.03)), "--audio-num-channels", str(any_of(1, 2))]
            args += ["--audio-depths", any_of("8", "16", "24,32", "8,16,24,32"), "--audio-sample-rates", any_of("8", "16,44.1")]
        if r.random() < 0.1:
            args += ["--system-prompt", "You are terse."]
        print(json.dumps(args))


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def describe(conversation):
    """One line each: id, system message, context; then for each turn its model, limit, delay in ns, and contents in order."""
    out = [conversation.session_id, conversation.system_message or "", conversation.user_context_message or ""]
    for turn in conversation.turns:
        delay = "" if turn.delay is None else str(round(turn.delay * 1e6))
        out.append(f"turn {turn.model} {turn.max_tokens or 0} {delay}")
        for media in (*turn.texts, *turn.images, *turn.audios):
            out.append(media.name)
            out += ["png" if c.startswith("data:image/png") else c for c in media.contents]
    return "\n".join(out)


def make():
    import logging

    import aiperf.cli as cli
    import aiperf.cli_runner as runner
    from aiperf.common import random_generator as rng
    from aiperf.common.tokenizer import Tokenizer
    from aiperf.config import BenchmarkRun
    from aiperf.dataset.composer.synthetic import SyntheticDatasetComposer
    from aiperf.orchestrator.orchestrator import resolve_run_seed

    logging.disable(logging.CRITICAL)
    tokenizer = Tokenizer.from_pretrained("builtin")
    plans = []
    runner.run_benchmark = lambda plan, **_: plans.append(plan)
    for line in sys.stdin:
        args, vector = json.loads(line), {}
        plans.clear()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit):
            cli.app(["profile", *args])
        try:
            config = plans[0].configs[0]
            seed = resolve_run_seed(plans[0], plans[0].variations[0])
            rng.reset()
            rng.init(seed)
            run = BenchmarkRun(benchmark_id="0" * 12, cfg=config, trial=0, artifact_dir=config.artifacts.dir, random_seed=seed)
            made = SyntheticDatasetComposer(run=run, tokenizer=tokenizer).create_dataset()
            vector = {"conversations": [digest(describe(c)) for c in made]}
        except Exception:  # refused while parsing (no plan), or while composing
            vector = {"refused": True}
        print(json.dumps({"args": args, **vector}, separators=(",", ":")), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["lines"] and len(sys.argv) == 4:
        lines(int(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:] == ["make"]:
        make()
    else:
        sys.exit(__doc__)
