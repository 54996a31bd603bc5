#!/usr/bin/env bash
# Runs AIPerf 0.13.0 and this program with the same options on the same server, and prints every difference.
#
#   venv, rank file, two builds -> scenario: recorder + real, recorder + ours -> compare.py -> differences -> prove.py -> exit code
#
#   run.sh [FILTER]            scenarios whose name matches the pattern FILTER (all when none is given), then the proof
#   run.sh --prove [FILTER]    the proof only, on the first scenario that matches: single changes in our output must be seen
#   run.sh --list              names of the scenarios
#
# Exit code: 0 no difference but the deliberate ones, 1 a difference, or a change that was not seen, 2 could not be run.
#
# Environment: AIPERF_ORACLE_VENV   virtual environment that holds aiperf==0.13.0 (default: made in the cache folder)
#              PARITY_CACHE         cache folder (default: aiperf-parity in the user's cache)
#              PARITY_KEEP          folder that receives both programs' output (default: a temporary one, removed)
set -u -o pipefail

# Deliberate differences, one a row: a pattern for the whole finding ("scenario: where: what") and the reason. Anything else is red, and so is
# a row that no scenario needs.
deliberate() {
	cat <<-'T'
		.*: (profile_export_aiperf|my_run)\.json\.aiperf_go: only in ours | our own figures and the verdict on the measurement, under one key of our own
		.*: (profile_export_console\.txt|my_run_console\.txt|stdout) text: only in ours: Measurement: .* | the verdict on the measurement is part of every result
		.*: file artifacts/logs/aiperf\.log: only in real | the real program logs a few lines before it knows its folder; ours knows the folder first
		.*: file .*_rerun\.json: only in ours | the record of the run, from which it can be repeated
		.*: stderr text: only in ours: (warning|notice|info): .* | our log goes to stderr, where it does not mix with results; the real one's goes to stdout and is not compared
		.*\.jsonl\[.*\]\.request_headers\.authorization: only in real | a raw record shows the headers that were sent; two spellings of one name are sent as one
		dropped: .*error(_details)?\.(message: real ClientPayloadError\(.* \| ours ClientPayloadError\(.*|cause: real <.* \| ours received .*) | error classes are the real program's; its texts are Python's words, ours say what was cut
		dropped: .* table 'NVIDIA AIPerf . Error Summary' row 'N/A' cell 2: real ClientPayloadError\(.* \| ours ClientPayloadError\(.* | the same message on the screen
		all-fail: file .*/(\.aiperf_results_ready\.json|profile_export_aiperf\.(csv|json)|profile_export_console\.txt): only in ours | a summary is written even when every request failed
		all-fail: stdout tables: real \[\] \| ours \["NVIDIA AIPerf . Error Summary"\] | the failures of that run are on the screen too
		all-fail: stdout text: only in (real: .* AIPerf System Exit Errors .*|ours: CLI Command: .*) | a failed run ends with its errors and its files instead of a panel
		yaml-duration: profile_export\.jsonl number of lines: real 9 \| ours 11 | requests that the run cut at its end are kept in the records
		yaml-bare: stderr text: only in real: Config .* uses pre-restructure flat shape .* | a warning in other words
		synth-image-.*: .*[. '](num_images|image_(throughput|latency)|Number of Images .*|Image (Throughput|Latency) .*)'?: only in real.* | figures about images are not computed; a warning names them
		synth-audio-.*: .*[. '](audio_duration|rtfx|Audio Duration .*|Inverse Real-Time Factor .*)'?: only in real.* | figures about audio are not computed; a warning names them
		bad-value: std(out|err) text: only in .* | mistakes are one line with a hint; only the exit code and the missing files are compared
	T
}

# ---------------------------------------------------------------- scenarios, one function each
# mode: see compare.py; rec: flags of the recorder; opt: options of both programs; file: a file in the folder input.
# Answers depend on the arrival number of a request, so only "serial" and "ordered" compare single records exactly.

s_chat_stream() { mode serial; opt --streaming --isl 50 --osl 8 --request-count 10; }
s_chat_concurrent() { mode any; opt --streaming --isl 50 --osl 8 --request-count 12 --concurrency 3; }
s_chat_nonstream() { mode serial; opt --isl 50 --osl 8 --request-count 6; }
s_lengths() { mode serial; rec --output-from-max-tokens; opt --streaming --isl 60 --isl-stddev 20 --osl 12 --osl-stddev 4 --request-count 8 --extra-inputs ignore_eos:true; }
s_no_lengths() { mode serial; opt --streaming --request-count 4; }
s_reasoning() { mode serial; rec --reasoning 3; opt --streaming --isl 30 --osl 8 --request-count 5; }
s_server_tokens() { mode serial; opt --streaming --isl 30 --osl 8 --request-count 5 --use-server-token-count; }
s_legacy_max_tokens() { mode serial; opt --isl 30 --osl 8 --request-count 4 --use-legacy-max-tokens; }
s_warmup() { mode serial; opt --streaming --isl 30 --osl 8 --request-count 5 --warmup-request-count 3; }
s_constant_rate() { mode ordered; opt --isl 20 --osl 4 --request-rate 15 --arrival-pattern constant --request-count 15; }
s_poisson_rate() { mode ordered; opt --streaming --isl 20 --osl 4 --request-rate 15 --request-count 15; }
s_single_turn_file() {
	file single.jsonl <<-'F'
		{"text": "Hello one two three"}
		{"text": "Zweite Frage, etwas länger als die erste — 日本語 too", "output_length": 5}
		{"texts": ["part a", "part b"], "model": "other-model"}
	F
	mode serial; opt --input-file input/single.jsonl --custom-dataset-type single_turn --request-count 6
}
s_single_turn_detected() {
	file single.jsonl <<-'F'
		{"text": "first of two"}
		{"text": "second of two"}
	F
	mode serial; opt --streaming --input-file input/single.jsonl
}
s_extras_and_headers() {
	mode serial
	opt --isl 20 --osl 4 --request-count 4 --extra-inputs temperature:0.5 top_k:5 --extra-inputs '{"nested": {"a": 1}}' --extra-inputs flag:true \
		-H X-One:one -H 'X-Two: two words' -H 'authorization: Basic abc' --api-key secret-key-123 --export-level raw
}
s_export_raw() { mode serial; opt --streaming --isl 20 --osl 4 --request-count 4 --export-level raw; }
s_export_summary() { mode serial; opt --streaming --isl 20 --osl 4 --request-count 4 --export-level summary; }
s_export_prefix() { mode serial; opt --streaming --isl 20 --osl 4 --request-count 4 --profile-export-prefix my_run --artifact-dir out; }
s_errors() { mode serial; rec --fail-every 3; opt --streaming --isl 20 --osl 4 --request-count 9 --export-level raw; }
s_dropped() { mode serial; rec --drop-every 3; opt --streaming --isl 20 --osl 4 --request-count 9 --export-level raw; }
s_all_fail() { mode serial; rec --fail-every 1; opt --streaming --isl 20 --osl 4 --request-count 3; }
s_custom_endpoint() { mode serial; opt --isl 20 --osl 4 --request-count 4 --custom-endpoint /proxy/v1/chat/completions; }
s_duration() { mode ordered; opt --isl 20 --osl 4 --request-rate 8 --arrival-pattern constant --benchmark-duration 1.44; } # between two ticks
s_rate_and_cap() { mode any; rec --ttft 200; opt --isl 20 --osl 4 --request-rate 40 --arrival-pattern constant --concurrency 2 --request-count 8; }
s_two_urls() { mode serial; opt --url "http://localhost:$port" --isl 20 --osl 4 --request-count 5; }
s_model_name() { mode serial; model='org/My Model:v1.0'; opt --isl 20 --osl 4 --request-count 2; }
s_bad_value() { mode serial; opt --isl 20 --request-count 0; }
s_sampling_random() { mode serial; opt --isl 20 --osl 4 --num-dataset-entries 4 --request-count 10 --dataset-sampling-strategy random; }
s_sampling_shuffle() { mode serial; opt --isl 20 --osl 4 --num-dataset-entries 4 --request-count 10 --dataset-sampling-strategy shuffle; }
s_many_options() {
	mode serial
	opt --isl 20 --isl-stddev 3 --osl 4 --request-count 6 --num-dataset-entries 3 --dataset-sampling-strategy sequential --endpoint-type chat --streaming \
		--concurrency 1 --model-selection-strategy round_robin --url-strategy round_robin --request-timeout-seconds 60 --connection-reuse-strategy pooled \
		--transport http --prompt-corpus sonnet --workers-max 2 --record-processors 1 --export-level records --log-level WARNING --artifact-dir my/out \
		--batch-size 1 --session-turns-mean 1 --session-delay-ratio 1.0 --request-content-type application/json --tokenizer-revision main \
		--warmup-request-count 3 --warmup-request-rate 40 --warmup-concurrency 1 --benchmark-duration 30 --benchmark-grace-period 5
}
s_yaml() {
	file bench.yaml <<-'F'
		variables: {conc: 1, count: "{{ conc * 6 }}"}
		benchmark:
		  model: mock-model
		  endpoint: {type: chat, streaming: true, headers: {X-One: one}, extra: {temperature: 0.25, seed: 7}}
		  dataset: {type: synthetic, entries: 4, isl: {mean: 24, stddev: 4}, osl: {value: 6}}
		  warmup: {type: concurrency, requests: 2, concurrency: 1}
		  profiling: {type: concurrency, requests: "{{ count }}", concurrency: "${CONCURRENCY:1}"}
	F
	mode serial; opt --config input/bench.yaml
}
s_yaml_and_options() {
	file bench.yaml <<-'F'
		schemaVersion: "2.0"
		benchmark:
		  models: [other]
		  endpoint: {urls: ["http://127.0.0.1:1"], useLegacyMaxTokens: true}
		  datasets: [{name: main, type: synthetic, entries: 9, prompts: {isl: 40, osl: 9}}]
		  phases: [{name: steady, kind: profiling, type: poisson, rate: 4, requests: 50}]
	F
	mode ordered; opt --config input/bench.yaml --streaming --isl 20 --osl 4 --request-rate 20 --request-count 5
}
s_yaml_bare() {
	file bench.yaml <<-'F'
		model: mock-model
		endpoint: {url: "127.0.0.1:1"}
		dataset: {type: synthetic, isl: 12}
		phases: {type: concurrency, requests: 3}
	F
	mode serial; opt --config input/bench.yaml
}
s_yaml_duration() { # the grace period of a file is 0; no answer ends within 60 ms of it
	file bench.yaml <<-'F'
		benchmark:
		  model: mock-model
		  endpoint: {url: "127.0.0.1:1", streaming: true}
		  dataset: {type: synthetic, entries: 5, isl: 20, osl: 4}
		  phases: {type: constant, rate: 8, duration: 1.44s}
	F
	mode ordered; rec --ttft 240; opt --config input/bench.yaml
}
s_yaml_fixed_lengths() {
	file bench.yaml <<-'F'
		benchmark:
		  model: mock-model
		  endpoint: {url: "127.0.0.1:1"}
		  dataset: {type: synthetic, entries: 4, isl: 20.5, osl: {value: 6.5}}
		  phases: {type: concurrency, requests: 4}
	F
	mode serial; opt --config input/bench.yaml
}
s_yaml_normal_lengths() {
	file bench.yaml <<-'F'
		benchmark:
		  model: mock-model
		  endpoint: {url: "127.0.0.1:1"}
		  dataset: {type: synthetic, entries: 8, isl: {mean: 20.5, stddev: 3.3}, osl: {type: normal, mean: 6.5, stddev: 1.5}}
		  phases: {type: concurrency, sessions: 8}
	F
	mode serial; opt --config input/bench.yaml
}
s_yaml_file() {
	file single.jsonl <<-'F'
		{"text": "Hello one two three"}
		{"text": "Zweite Frage, etwas länger als die erste", "output_length": 5}
		{"text": "third of three"}
	F
	file bench.yaml <<-'F'
		benchmark:
		  model: mock-model
		  endpoint: {url: "127.0.0.1:1", path: /proxy/v1/chat/completions}
		  dataset: {type: file, path: input/single.jsonl, format: single_turn, sampling: shuffle, osl: {mean: 9, stddev: 2}}
		  phases: {type: concurrency, requests: 7}
	F
	mode serial; opt --config input/bench.yaml
}
s_yaml_artifacts() {
	file bench.yaml <<-'F'
		benchmark:
		  models: {strategy: round_robin, items: [{name: mock-model}]}
		  endpoint: {urls: ["127.0.0.1:1"], type: chat, streaming: "${STREAM:true}", useServerTokenCount: true, timeout: 60}
		  datasets: [{name: main, type: synthetic, entries: 6, randomSeed: 42, prompts: {isl: 20, osl: 4}}]
		  phases: [{name: steady, kind: profiling, type: concurrency, requests: 6, concurrency: 1}]
		  artifacts: {dir: out, prefix: my_run, summary: false, records: false}
		  logging: {level: WARNING}
	F
	mode serial; opt --config input/bench.yaml
}
s_yaml_phases() {
	file bench.yaml <<-'F'
		benchmark:
		  model: mock-model
		  endpoint: {url: "127.0.0.1:1", streaming: true}
		  dataset: {type: synthetic, entries: 9, isl: 20, osl: 4}
		  phases:
		  - {name: heat, kind: warmup, type: constant, rate: 40, requests: 3}
		  - {name: steady, kind: profiling, type: poisson, rate: 15, sessions: 6, concurrency: 9}
	F
	mode ordered; opt --config input/bench.yaml
}

# Synthetic data: the same seed gives the same bytes, in inputs.json and on the wire.
s_synth_seqdist() { mode serial; opt --seq-dist '40,6:60;90,3:30;12,9:10' --request-count 12; }
s_synth_seqdist_stddev() { mode serial; opt --seq-dist '[(40|6.5,6|2):60,(90|0.4,3):40]' --request-count 12; }
s_synth_seqdist_json() { mode serial; opt --seq-dist '{"pairs":[{"isl":30,"osl":4,"prob":50,"isl_stddev":3},{"isl":"12","osl":2.9,"prob":50}]}' --request-count 8; seed=7; }
s_synth_prefix_pool() { mode serial; opt --isl 30 --isl-stddev 5 --osl 4 --num-prefix-prompts 3 --prefix-prompt-length 11 --request-count 8; }
s_synth_shared_system() { mode serial; opt --isl 30 --osl 4 --shared-system-prompt-length 25 --request-count 6; }
s_synth_system_and_context() { mode serial; opt --streaming --isl 30 --osl 4 --shared-system-prompt-length 25 --user-context-prompt-length 9 --request-count 6; }
s_synth_system_prompt() {
	file prompt.txt <<-'F'
		Antworte kurz — 日本語 too.

		Be brief.
	F
	mode serial; opt --isl 20 --osl 4 --system-prompt-file input/prompt.txt --user-context-prompt-length 5 --request-count 4
}
s_synth_system_prompt_file_data() {
	file single.jsonl <<-'F'
		{"text": "first of two"}
		{"text": "second of two", "model": "other"}
	F
	mode serial; opt --input-file input/single.jsonl --system-prompt 'You are "brief".' --osl 5 --osl-stddev 2 --request-count 4
}
s_synth_turns() { mode serial; opt --streaming --isl 20 --osl 4 --session-turns-mean 3 --session-turns-stddev 1 --num-sessions 5; }
s_synth_turns_delay() {
	mode serial
	opt --isl 20 --isl-stddev 3 --osl 4 --session-turns-mean 2 --session-turn-delay-mean 60.7 --session-turn-delay-stddev 20.9 --session-delay-ratio 0.5 --num-sessions 4
}
s_synth_turns_context() {
	mode serial
	opt --streaming --isl 20 --osl 4 --session-turns-mean 3 --num-sessions 3 --shared-system-prompt-length 12 --user-context-prompt-length 7 --export-level raw
}
s_synth_range_sonnet() { mode serial; opt --isl 40 --osl 6 --random-range-ratio '{"input": 0.4, "output": 0.2}' --request-count 10; }
s_synth_range_sglang() { mode serial; opt --isl 40 --osl 6 --random-range-ratio 0.3 --random-corpus-style sglang --request-count 10; }
s_synth_random_vllm() { mode serial; opt --prompt-corpus random --isl 40 --osl 6 --random-range-ratio 0.4 --request-count 10; }
s_synth_random_sglang() { mode serial; opt --prompt-corpus random --random-corpus-style sglang --isl 40 --osl 6 --random-range-ratio 0.4 --request-count 10; }
s_synth_random_plain() { mode serial; opt --prompt-corpus random --isl 40 --isl-stddev 6 --osl 6 --request-count 10 --num-prefix-prompts 2 --prefix-prompt-length 8; }
s_synth_random_turns() {
	mode serial
	opt --prompt-corpus random --isl 30 --osl 6 --random-range-ratio 0.4 --session-turns-mean 2 --num-sessions 4 -b 2 --num-prefix-prompts 2 --prefix-prompt-length 8
}
s_synth_batch() { mode serial; opt --isl 20 --isl-stddev 4 --osl 4 --prompt-batch-size 2 --request-count 6; }
s_synth_models_random() { mode serial; opt -m second,third --model-selection-strategy random --isl 20 --osl 4 --request-count 8; }
s_synth_models_in_turn() { mode serial; opt -m 'org/second' --isl 20 --osl 4 --session-turns-mean 3 --num-sessions 3; }
s_synth_models_file() {
	file single.jsonl <<-'F'
		{"text": "first of four"}
		{"text": "second of four", "model": "other"}
		{"text": "third of four", "output_length": 4}
		{"texts": ["fourth", "of four"]}
	F
	mode serial
	opt -m second,third --model-selection-strategy random --input-file input/single.jsonl --osl 9 --osl-stddev 3 --cache-bust first_turn_prefix --request-count 8
}
s_synth_cache_bust() { mode serial; opt --streaming --isl 40 --osl 4 --cache-bust system_prefix --request-count 5 --warmup-request-count 2 --num-dataset-entries 3; }
s_synth_cache_bust_system() {
	mode serial
	opt --isl 40 --osl 4 --cache-bust system_suffix --shared-system-prompt-length 30 --session-turns-mean 2 --num-sessions 3 --num-dataset-entries 2 --export-level raw
}
s_synth_cache_bust_first_turn() { mode serial; opt --isl 40 --osl 4 --cache-bust first_turn_suffix --session-turns-mean 2 --num-sessions 3; }
s_synth_cache_bust_warmup() { mode serial; opt --isl 40 --osl 4 --cache-bust warmup_isolation_first_turn --request-count 3 --warmup-request-count 2; }
s_synth_image_jpeg() { mode serial; opt --isl 20 --osl 4 --image-width-mean 40 --image-width-stddev 6 --image-height-mean 24 --request-count 4; }
s_synth_image_png() { mode serial; opt --isl 20 --osl 4 --image-width-mean 20 --image-height-mean 17 --image-format png --image-batch-size 2 --request-count 3; }
s_synth_image_random() { mode serial; opt --isl 0 --osl 4 --image-width-mean 20 --image-height-mean 17 --image-format random --request-count 4; }
s_synth_image_folder() { # three names, of which one is no picture
	mkdir -p "$input/input/pics"
	base64 -d >"$input/input/pics/a.png" <<<iVBORw0KGgoAAAANSUhEUgAAAAYAAAAFCAIAAADpOgqxAAAAJklEQVR42mNkYGDQQEUsDEYMDAycyAguJARHyELSEIQmpMLAoAIAj/wDCvNC75AAAAAASUVORK5CYII=
	base64 -d >"$input/input/pics/b.png" <<<iVBORw0KGgoAAAANSUhEUgAAAAQAAAAHCAAAAAAKDrMMAAAAFElEQVR42mNksLGxYeLk5OTESQAAJEABmqba7XQAAAAASUVORK5CYII=
	file pics/c.png <<<'not a picture'
	mode serial; opt --isl 20 --osl 4 --image-source input/pics --image-source-sampling shuffle-cycle --image-width-mean 9 --image-width-stddev 3 --image-height-mean 12 --image-format random --request-count 8
}
s_synth_image_none() { mode serial; opt --isl 20 --osl 4 --image-format png --request-count 2; } # a request with an empty list
s_synth_audio_wav() {
	mode serial
	opt --isl 20 --osl 4 --audio-length-mean 0.05 --audio-length-stddev 0.01 --audio-sample-rates 8,16 --audio-depths 8,16,24,32 --audio-num-channels 2 --request-count 5
}
s_synth_gamma() { mode ordered; opt --isl 20 --osl 4 --request-rate 15 --arrival-pattern gamma --arrival-smoothness 3 --request-count 15; }
s_synth_gamma_warmup() { mode any; opt --isl 20 --osl 4 --request-rate 30 --arrival-smoothness 3 --request-count 9 --warmup-request-count 4 --warmup-arrival-pattern gamma; }
s_synth_gamma_alone() { mode ordered; opt --isl 20 --osl 4 --request-rate 15 --arrival-smoothness 1.5 --request-count 12; }
s_synth_seed_zero() { mode serial; opt --isl 20 --isl-stddev 4 --osl 6 --osl-stddev 2 --session-turns-mean 2 --num-sessions 4 --dataset-sampling-strategy shuffle; seed=0; }
s_synth_yaml() {
	file bench.yaml <<-'F'
		benchmark:
		  models: {strategy: random, items: [{name: a}, {name: b}]}
		  endpoint: {url: "127.0.0.1:1"}
		  datasets:
		  - name: main
		    type: synthetic
		    entries: 5
		    random_seed: 9
		    prompts: {isl: {mean: 30.5, median: 12, max: 20}, osl: {points: [{value: 3}, {value: 8, weight: 2}]}, batch_size: 2}
		    turns: {mean: 2, stddev: 0.9}
		    turn_delay: {value: 25.9}
		    turn_delay_ratio: 0.5
		    prefix_prompts: {pool_size: 2, length: 6}
		  phases: {type: gamma, smoothness: 4, rate: 20, sessions: 5}
	F
	mode ordered; model=; opt --config input/bench.yaml
}
s_synth_yaml_mix() {
	file bench.yaml <<-'F'
		benchmark:
		  model: mock-model
		  endpoint: {url: "127.0.0.1:1"}
		  datasets:
		  - name: main
		    type: synthetic
		    entries: 6
		    system_prompt: Be brief.
		    prompts:
		      isl: 7
		      sequence_distribution: [{isl: 20, isl_stddev: 3, osl: {mean: 6, stddev: 1.5}, probability: 60}, {isl: {value: 9.9}, osl: 2, probability: 40}]
		  phases: {type: concurrency, requests: 6}
	F
	mode serial; opt --config input/bench.yaml
}

# ---------------------------------------------------------------- machinery

mode() { compare_mode=$1; }
rec() { recorder_flags=("$@"); }
opt() { options=("$@"); }
file() { mkdir -p "$input/input" && cat >"$input/input/$1"; }

die() { echo "parity: $*" >&2; exit 2; }

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mapfile -t scenarios < <(sed -n 's/^s_\([a-z_]*\)() {.*/\1/p' "$0" | tr _ -)
prove_only=
case ${1:-} in
--list) printf '%s\n' "${scenarios[@]}"; exit ;;
--prove) prove_only=yes; shift ;;
esac
filter=${1:-.}

cache=${PARITY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aiperf-parity}
venv=${AIPERF_ORACLE_VENV:-$cache/venv}
mkdir -p "$cache" || die "cannot make $cache"
if [ ! -x "$venv/bin/aiperf" ]; then
	python3 -m venv "$venv" && "$venv/bin/pip" install --quiet aiperf==0.13.0 || die "cannot install aiperf==0.13.0 into $venv"
fi
installed=$("$venv/bin/aiperf" --version 2>/dev/null | tail -1)
[ "$installed" = 0.13.0 ] || die "$venv holds aiperf $installed, want 0.13.0"

work=${PARITY_KEEP:-$(mktemp -d -t parity.XXXXXX)}
mkdir -p "$work/bin" "$work/home" "$work/tmp" && work=$(cd "$work" && pwd) || die "cannot make $work"
recorder_pid=
cleanup() {
	[ -z "$recorder_pid" ] || kill "$recorder_pid" 2>/dev/null
	[ -n "${PARITY_KEEP:-}" ] || rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 2' INT TERM

(cd "$root" && go run ./testdata/parity/ranks "$cache/ranks") || die "cannot write the rank file"
(cd "$root" && go build -o "$work/bin/recorder" ./testdata/recorder) || die "cannot build the recorder"
(cd "$root" && CGO_ENABLED=0 go build -o "$work/bin/aiperf" .) || die "cannot build this program"
deliberate >"$work/deliberate"
: >"$work/used"

# The address is part of the files, so both programs meet a recorder on the same port.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])') || die "no free port"
common=(--url "http://127.0.0.1:$port" --tokenizer builtin --ui none --no-gpu-telemetry --no-server-metrics)

# run_one FOLDER BINARY: one program, one fresh recorder, an empty current folder, an empty environment.
run_one() {
	local dir=$1 bin=$2 code
	rm -rf "$dir" && mkdir -p "$dir/cwd" && cp -R "$input/." "$dir/cwd/"
	"$work/bin/recorder" --addr "127.0.0.1:$port" --log "$dir/wire.jsonl" "${recorder_flags[@]}" >"$dir/address" & recorder_pid=$!
	for _ in $(seq 100); do [ -s "$dir/address" ] && break; sleep 0.05; done
	[ -s "$dir/address" ] || die "the recorder does not listen on port $port"
	(cd "$dir/cwd" && exec env -i "PATH=$venv/bin:/usr/bin:/bin" "HOME=$work/home" "TMPDIR=$work/tmp" LANG=C.UTF-8 TZ=UTC HF_HUB_OFFLINE=1 \
		TRANSFORMERS_OFFLINE=1 "TIKTOKEN_CACHE_DIR=$cache/ranks" timeout -s KILL 120 "$bin" profile ${model:+-m "$model"} --random-seed "$seed" "${common[@]}" "${options[@]}" \
		>"$dir/stdout" 2>"$dir/stderr" </dev/null)
	code=$?
	kill "$recorder_pid"; wait "$recorder_pid" 2>/dev/null; recorder_pid=
	echo "$code" >"$dir/exit"
}

# describe NAME FOLDER: reads a scenario's row; its files go into FOLDER.
describe() {
	compare_mode=any recorder_flags=() options=() model=mock-model seed=42 input=$2
	mkdir -p "$input"
	"s_${1//-/_}"
}

# both NAME: runs a scenario with both programs and leaves work/NAME/{real,ours}.
both() {
	rm -rf "${work:?}/$1"
	describe "$1" "$work/$1/input"
	run_one "$work/$1/real" "$venv/bin/aiperf"
	run_one "$work/$1/ours" "$work/bin/aiperf"
}

# judge PROGRAM NAME [FLAG...]: runs compare.py or prove.py on a scenario.
judge() { python3 -B "$here/$1" --scenario "$2" --mode "$compare_mode" --deliberate "$work/deliberate" "${@:3}" "$work/$2/real" "$work/$2/ours"; }

red=0 ran=0
for name in "${scenarios[@]}"; do
	[[ $name =~ $filter ]] || continue
	ran=$((ran + 1))
	both "$name"
	if [ -n "$prove_only" ]; then
		judge prove.py "$name" --verbose
		exit
	fi
	judge compare.py "$name" --used "$work/used" || red=$((red + 1))
done
[ "$ran" -gt 0 ] || die "no scenario matches $filter; --list shows the names"

echo
echo "deliberate differences:"
row=0
while IFS= read -r line; do
	count=$(grep -cx "$row" "$work/used")
	row=$((row + 1))
	if [ "$count" -gt 0 ]; then
		printf '%5d x %s\n' "$count" "$line"
	elif [ "$filter" = . ]; then
		printf '    0 x %s\n          NOT NEEDED: remove the row\n' "$line"
		red=$((red + 1))
	fi
done <"$work/deliberate"

echo
for name in "${scenarios[@]}"; do
	# The first scenario serves as proof; a filtered run that left it out makes it now.
	[ -d "$work/$name/ours" ] || both "$name"
	describe "$name" "$work/proof"
	judge prove.py "$name" || red=$((red + 1))
	break
done
echo
if [ "$red" -gt 0 ]; then echo "parity: $ran scenarios, RED"; exit 1; fi
echo "parity: $ran scenarios, no difference but the deliberate ones"
