// Decided runs against AIPerf's: which command lines run, with which phases, datasets and recorded configuration.
package config

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/endpoints"
)

func resolve(t *testing.T, args ...string) (*Profile, error) { return resolveIn(t, "/cwd", args) }

func resolveIn(t *testing.T, dir string, args []string) (*Profile, error) {
	t.Helper()
	s, err := ProfileTable().Parse(args, nil)
	if err != nil {
		return nil, err
	}
	read := func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, name)) }
	return s.Resolve(Place{Dir: dir, ID: "0123456789ab", Seed: 7, Args: args, ReadFile: read})
}

func decided(t *testing.T, args string) *Profile {
	t.Helper()
	p, err := resolve(t, append([]string{"-m", "m"}, words(args)...)...)
	require.NoError(t, err, args)
	return p
}

// words splits a command line with double quotes.
func words(s string) []string {
	var out []string
	var cur strings.Builder
	open, begun := false, false
	for _, r := range s {
		switch {
		case r == '"':
			open, begun = !open, true
		case r == ' ' && !open:
			if begun {
				out = append(out, cur.String())
			}
			cur.Reset()
			begun = false
		default:
			cur.WriteRune(r)
			begun = true
		}
	}
	if begun {
		out = append(out, cur.String())
	}
	return out
}

const unsupported = "not supported in this version"

type capturedRun struct {
	Run         string
	Args        []string
	InputConfig json.RawMessage `json:"input_config"`
	Command     string          `json:"cli_command"`
}

func TestCapturedRuns(t *testing.T) {
	compared := 0
	for _, r := range load[[]capturedRun](t, "testdata/runs.json") {
		t.Run(r.Run, func(t *testing.T) {
			require.Equal(t, r.Command, ProfileTable().Command("profile", r.Args))
			dir := "/cwd"
			if _, err := os.Stat(filepath.Join("testdata/runs", r.Run)); err == nil {
				dir, err = filepath.Abs(filepath.Join("testdata/runs", r.Run))
				require.NoError(t, err)
			}
			p, err := resolveIn(t, dir, r.Args)
			if err != nil {
				require.ErrorContains(t, err, unsupported)
				return
			}
			compared++
			var shown struct{ Artifacts struct{ Dir string } }
			require.NoError(t, json.Unmarshal(r.InputConfig, &shown))
			p.Artifacts.Dir = strings.ReplaceAll(shown.Artifacts.Dir, "<CWD>", dir)
			var want bytes.Buffer
			require.NoError(t, json.Compact(&want, r.InputConfig))
			// Nothing is scraped here, so the record says so even where AIPerf's default is on.
			known := strings.NewReplacer("<CWD>", dir, `"gpu_telemetry":{"enabled":true}`, `"gpu_telemetry":{"enabled":false}`,
				`"server_metrics":{"enabled":true,"urls":[],"formats":["json","csv"]}`, `"server_metrics":{"enabled":false}`)
			require.Equal(t, known.Replace(want.String()), string(p.InputConfig()))
		})
	}
	require.Greater(t, compared, 15)
}

func TestPhases(t *testing.T) {
	type want struct {
		pattern     bench.Pattern
		rate        float64
		concurrency int
		requests    int
		sessions    int
		duration    time.Duration
		grace       time.Duration
	}
	for args, w := range map[string]want{
		"":                 {bench.Burst, 0, 1, 10, 0, 0, bench.Unbounded},
		"--concurrency 32": {bench.Burst, 0, 32, 10, 0, 0, bench.Unbounded},
		"--request-rate 5": {bench.Poisson, 5, 0, 10, 0, 0, bench.Unbounded},
		"--request-rate 5 --arrival-pattern constant --concurrency 3":          {bench.Constant, 5, 3, 10, 0, 0, bench.Unbounded},
		"--request-rate 5 --arrival-pattern concurrency-burst":                 {bench.Poisson, 5, 0, 10, 0, 0, bench.Unbounded},
		"--benchmark-duration 2.5":                                             {bench.Burst, 0, 1, 0, 0, 2500 * time.Millisecond, 30 * time.Second},
		"--benchmark-duration 2 --benchmark-grace-period 0":                    {bench.Burst, 0, 1, 0, 0, 2 * time.Second, 0},
		"--benchmark-duration 2 --benchmark-grace-period inf":                  {bench.Burst, 0, 1, 0, 0, 2 * time.Second, bench.Unbounded},
		"--num-sessions 4 --request-count 9 --benchmark-duration 1":            {bench.Burst, 0, 1, 9, 4, time.Second, 30 * time.Second},
		"--request-rate inf --request-count 3":                                 {bench.Poisson, math.Inf(1), 0, 3, 0, 0, bench.Unbounded},
		"--warmup-concurrency 3 --request-rate-mode constant --num-requests 2": {bench.Burst, 0, 1, 2, 0, 0, bench.Unbounded},
	} {
		p := decided(t, args)
		require.Len(t, p.Phases, 1, args)
		ph := p.Phases[0]
		require.Equal(t, w, want{ph.Pattern, ph.Rate, ph.Concurrency, ph.Requests, ph.Sessions, ph.Duration, ph.Grace}, args)
	}
	p := decided(t, "--warmup-duration 1 --warmup-grace-period 2 --request-rate 9 --warmup-request-rate 3 --warmup-arrival-pattern constant --concurrency 8")
	require.Equal(t, bench.Phase{Name: "warmup", Kind: 1, Pattern: bench.Constant, Rate: 3, Concurrency: 8, Duration: time.Second, Grace: 2 * time.Second}, p.Phases[0])
}

func TestEntries(t *testing.T) {
	for args, want := range map[string]int{
		"": 100, "--request-count 7": 7, "--num-sessions 5 --request-count 7": 5, "--num-prompts 3 --num-sessions 5": 3, "--benchmark-duration 2": 100,
	} {
		require.Equal(t, want, decided(t, args).Data.Made.Conversations, args)
	}
}

func TestArtifacts(t *testing.T) {
	require.Equal(t, Artifacts{Base: "/cwd/artifacts", Level: "records"}, decided(t, "").Artifacts)
	require.Equal(t, Artifacts{Base: "/cwd/out", Explicit: true, Prefix: "p", Level: "raw"}, decided(t, "--artifact-dir out --profile-export-prefix p --export-level RAW").Artifacts)
	require.Equal(t, "/abs", decided(t, "--output-artifact-dir /abs/").Artifacts.Base)
}

func TestScreen(t *testing.T) {
	for args, want := range map[string][2]string{
		"": {"none", "INFO"}, "--ui simple": {"simple", "INFO"}, "--ui none -v": {"simple", "DEBUG"}, "-vv --log-level error": {"simple", "TRACE"}, "--log-level warning": {"none", "WARNING"},
	} {
		p := decided(t, args)
		require.Equal(t, want, [2]string{p.UI, p.LogLevel}, args)
	}
}

func TestRefusals(t *testing.T) {
	for args, want := range map[string]string{
		"--concurrency 1,2":                               "--concurrency 1,2 asks for a parameter sweep",
		"--concurrency 0":                                 "--concurrency: must be >= 1, not 0",
		"--request-rate 0":                                "--request-rate: must be > 0",
		"--num-requests 0":                                "--num-requests: must be >= 1",
		"--goodput a:1":                                   "--goodput is not supported in this version: it belongs to goodput",
		"--endpoint-type embeddings":                      "--endpoint-type embeddings is not supported in this version: it belongs to endpoint types other than chat (supported: chat)",
		"--tokenizer gpt2":                                "--tokenizer gpt2 is not supported",
		"--ui dashboard":                                  "--ui dashboard is not supported",
		"--audio-length-mean 1 --audio-format mp3":        "--audio-format mp3 is not supported in this version: it belongs to encoders of compressed audio (supported: wav)",
		"--model-selection-strategy weighted":             `strategy weighted: model "m" has no weight`,
		"--video-width 8 --video-height 8":                "--video-width is not supported in this version: it belongs to video inputs",
		"--prefix-prompt-length 4":                        "--prefix-prompt-length: a prefix of 4 tokens has no pool to come from; add --num-prefix-prompts N",
		"--random-range-ratio 0.9 --isl 2 --osl 4":        "--random-range-ratio: 0.9 around an isl of 2 reaches down to prompts of no token",
		"--random-range-ratio 0.9 --osl 4 --isl-stddev 3": "--isl-stddev",
		"--seq-dist 128,64:40;x,3:60":                     `--seq-dist: "x,3:60" is not ISL[|STDDEV],OSL[|STDDEV]:PERCENT`,
		"--seq-dist 128,64:0.4;2,3:0.6":                   "shares sum to 1, must be 100 (percent); write 60, not 0.6",
		"--seq-dist [(128,64):40,(0,3):60]":               `"(0,3):60": both lengths must be at least 1 token`,
		"--image-width-mean 70000":                        "--image-width-mean: a mean of 70000 is not possible; must be from 0 to 65500",
		"--image-width-mean 8 --image-source none/there":  `--image-source: "none/there" is no folder`,
		"--audio-length-mean 0.005":                       "--audio-length-mean: a clip of 0.005 s is too short; must be at least 0.01 s",
		"--audio-length-mean 1 --audio-depths 12":         "--audio-depths: samples of 12 bits are not possible",
		"--isl 0":          "--isl: a prompt of 0 tokens has no text, and there are no images and no audio",
		"--isl 9999999999": "--isl: a mean of 9999999999 is not possible; must be from 0 to 10000000",
		"--session-turns-mean 2 --session-delay-ratio inf --session-turn-delay-mean 5": "--session-delay-ratio: a factor of +Inf on pauses",
		"--arrival-smoothness 2":                          "--arrival-smoothness shapes gamma arrivals",
		"--request-rate 2 --arrival-smoothness inf":       "--arrival-smoothness: inf: must be finite",
		"--mock --url h":                                  "--mock and --url cannot stand together",
		"--mock-ttft 3":                                   "--mock-ttft needs --mock",
		"--benchmark-grace-period 3":                      "--benchmark-grace-period needs --benchmark-duration",
		"--warmup-grace-period 3":                         "has no warm-up to act on",
		"--warmup-grace-period 3 --num-warmup-requests 1": "--warmup-grace-period needs --warmup-duration",
		"--custom-dataset-type single_turn":               "--custom-dataset-type needs --input-file",
		"--input-file f --isl 3":                          "--isl shapes synthetic prompts and cannot stand with --input-file",
		"--osl-stddev 3":                                  "--osl-stddev needs --osl",
		"--endpoint v1":                                   "--endpoint: path must begin with a slash",
		"--url ftp://x":                                   `url "ftp://x" has a scheme other than http and https`,
		"--url http://:80":                                `url "http://:80"`,
		"--url http://:notaport":                          `url "http://:notaport"`,
		"--url http://x:99999":                            `url "http://x:99999"`,
		"--isl -1":                                        "--isl: must be >= 0",
		"--benchmark-duration inf":                        "must be finite",
		"--benchmark-duration 1e300":                      "longer than a run can last",
		"--no-open-loop-replay":                           "--no-open-loop-replay needs --input-file",
	} {
		_, err := resolve(t, append([]string{"-m", "m"}, words(args)...)...)
		require.ErrorContains(t, err, want, args)
	}
	_, err := resolve(t)
	require.ErrorContains(t, err, "no model given")
	for _, fine := range []string{"--apply-chat-template=false", "--num-profile-runs 1", "--connection-reuse-strategy pooled", "--workers-max 4", "--zmq-host x", "--auto-plot=false", "--no-auto-plot", "--session-delay-ratio 1.0"} {
		decided(t, fine)
	}
}

func TestAdvice(t *testing.T) {
	for args, want := range map[string]string{
		"--arrival-pattern constant": "--arrival-pattern has no effect without --request-rate",
		"--warmup-concurrency 2":     "--warmup-concurrency has no effect",
		"--osl 4":                    "--osl only limits the output",
		"--concurrency 32":           "more than the 10 requests",
	} {
		require.Contains(t, strings.Join(decided(t, args).Warnings, "\n"), want)
	}
	require.Contains(t, strings.Join(decided(t, "").Warnings, "\n"), `not with that of "m"`)
	require.Contains(t, strings.Join(decided(t, "--workers-max 3").Inert, "\n"), "--workers-max has no effect")
	require.Contains(t, strings.Join(decided(t, "").Warnings, "\n"), "sending 10 requests")
	require.Empty(t, decided(t, "--tokenizer builtin --osl 3 --extra-inputs ignore_eos:true --request-count 2").Warnings)
}

func TestSecretsAreHidden(t *testing.T) {
	args := []string{"-m", "m", "--api-key", "hush-1", "-H", "Authorization: hush-2", "X-Api-Key:hush-3", "--header={\"Cookie\":\"hush-4\"}", "--url", "http://u:hush-5@h:1", "--extra-inputs", "password:hush-6", "max_tokens:5", "--api_key=x"}
	_, err := resolve(t, args...)
	require.EqualError(t, err, "Parameter --api_key specified multiple times.")
	args = args[:len(args)-1]
	p, err := resolve(t, args...)
	require.NoError(t, err)
	plan, err := p.Plan(&endpoints.Kind{Path: "/v1/chat/completions"})
	require.NoError(t, err)
	require.NotContains(t, plan.Run.CLICommand, "hush")
	require.NotContains(t, string(plan.Run.InputConfig), "hush")
	require.Contains(t, plan.Run.CLICommand, "'max_tokens:5'")
	require.Equal(t, [][2]string{{"X-Api-Key", "hush-3"}, {"Cookie", "hush-4"}, {"Authorization", "Bearer hush-1"}}, plan.Target.Headers)
	for _, wrong := range [][]string{{"--url", "http://u:hush@h:99999"}, {"-H", "Authorization hush"}} {
		_, err := resolve(t, append([]string{"-m", "m"}, wrong...)...)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hush")
	}
	require.Contains(t, ProfileTable().Command("profile", []string{"--api-key=hush"}), "--api-key="+Redacted)
}

func TestRequestURLs(t *testing.T) {
	chat := &endpoints.Kind{Path: "/v1/chat/completions", StreamingPath: "/stream", Streams: true}
	for args, want := range map[string]string{
		"--url h/v1":                            "http://h/v1/chat/completions",
		"--url javascript:1":                    "http://javascript:1/v1/chat/completions",
		"--url https://h:2/proxy":               "https://h:2/proxy/v1/chat/completions",
		"--url h --endpoint /v2/chat":           "http://h/v2/chat",
		"--url h --streaming":                   "http://h/stream",
		"--url h --streaming --endpoint /other": "http://h/other",
	} {
		plan, err := decided(t, args).Plan(chat)
		require.NoError(t, err, args)
		require.Equal(t, []string{want}, plan.Target.URLs)
	}
	for _, bad := range []string{"http://", "://x", "http://h:0", "http://h:", "http://x: 1", "http:///p", "ws://h"} {
		_, err := resolve(t, "-m", "m", "--url", bad)
		require.ErrorContains(t, err, bad)
	}
}
