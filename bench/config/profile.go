// Resolve turns settings into a decided run: what is asked of whom, with which data, under which load, written where.
package config

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/metrics"
)

// Tunables of the package.
const (
	DefaultRequests = 10               // requests of a run without any stop condition, as AIPerf sends
	defaultEntries  = 100              // size of a synthetic dataset nothing else decides
	defaultGrace    = 30 * time.Second // grace after a duration
	userAgent       = "aiperf/0.13.0"  // AIPerf's: servers and proxies may branch on it
	defaultModel    = "mock-model"     // model of a mock run
	builtin         = "builtin"        // the tokenizer that is part of the program
)

// Place is what resolving needs to know of the process and the run.
type Place struct {
	Dir      string // working directory
	Terminal bool   // progress can be drawn
	ID       string // 12 hex digits
	Seed     uint64 // used when the user gave none
	Args     []string
}

// Profile is one decided run of `aiperf profile`.
type Profile struct {
	Settings *Settings

	Model        string
	EndpointType string
	URLs         []string // base URLs
	Headers      []Header // the user's, authorization from the API key included
	Extra        []dataset.Field
	Data         Data
	Phases       []bench.Phase
	Seed         uint64
	SeedGiven    bool
	Timeout      time.Duration

	Artifacts Artifacts
	UI        string // "simple" or "none"
	LogLevel  string
	Strict    bool
	Clock     bench.ClockKind
	Mock      *Mock // nil without --mock

	Notices  []string // worth a line on the screen
	Warnings []string
	Inert    []string // what was given without anything to act on: worth a line in the log

	id      string
	command string
}

// Data says which conversations to make.
type Data struct {
	File         string // "" for synthetic prompts
	Format       string // "" when the file's format is to be detected
	Sampling     string // "sequential", "random" or "shuffle"
	Entries      int
	EntriesGiven bool // decided by an option, not by the default
	ISLMean      int64
	ISLStddev    float64
	OSLMean      int64 // 0 sends no limit
	OSLStddev    float64
}

// Artifacts says what is written where.
type Artifacts struct {
	Base     string // as the user or the default says, absolute
	Explicit bool   // the user chose Base, so the run gets no folder of its own below it
	Dir      string // the run's folder, absolute; the caller names it before asking for the plan
	Prefix   string // "" for the default names
	Level    string // "summary", "records" or "raw"
}

// Mock is the mock server to start, values as written.
type Mock struct {
	TTFT, ITL string
	OSL       int
	Faults    []string
}

// Resolve checks the rules and decides the run.
func (s *Settings) Resolve(at Place) (*Profile, error) {
	for _, r := range rules {
		if msg := r.check(s); msg != "" {
			return nil, usagef("%s", msg)
		}
	}
	p := &Profile{
		Settings: s, EndpointType: s.str("endpoint_type"), Model: defaultModel,
		Seed: at.Seed, SeedGiven: s.Given("random_seed"), Strict: s.bool("strict"),
		id: at.ID, command: s.table.Command("profile", at.Args),
	}
	if m := s.strs("model_names"); len(m) > 0 {
		p.Model = m[0]
	}
	if p.SeedGiven {
		p.Seed = uint64(s.int("random_seed"))
	}
	if s.str("clock") == "user" {
		p.Clock = bench.ClockUser
	}
	if err := p.target(s); err != nil {
		return nil, err
	}
	if err := p.load(s); err != nil {
		return nil, err
	}
	p.data(s)
	p.output(s, at)
	if s.bool("mock") {
		p.Mock = &Mock{TTFT: s.str("mock_ttft"), ITL: s.str("mock_itl"), OSL: int(s.int("mock_osl")), Faults: s.strs("mock_faults")}
	}
	for _, a := range advices {
		if msg := a.say(s); msg != "" {
			p.Warnings = append(p.Warnings, msg)
		}
	}
	p.Inert = inert(s)
	p.tokenizer(s)
	return p, nil
}

func (p *Profile) target(s *Settings) error {
	for _, raw := range s.strs("urls") {
		u, err := baseURL(raw)
		if err != nil {
			return usagef("%s", err)
		}
		p.URLs = append(p.URLs, u)
	}
	p.Headers = get[[]Header](s, "headers")
	if key := s.str("api_key"); key != "" {
		if strings.ContainsAny(key, "\r\n\x00") {
			return usagef("%s has a line break", s.name("api_key"))
		}
		kept := make([]Header, 0, len(p.Headers)+1)
		for _, h := range p.Headers {
			if !strings.EqualFold(h.Name, "Authorization") {
				kept = append(kept, h)
			}
		}
		p.Headers = append(kept, Header{"Authorization", "Bearer " + key})
	}
	for _, e := range get[[]Pair](s, "extra_inputs") {
		p.Extra = append(p.Extra, dataset.Field{Key: e.Key, Value: e.JSON})
	}
	var err error
	p.Timeout, err = seconds(s, "timeout_seconds")
	return err
}

// load decides the phases.
func (p *Profile) load(s *Settings) error {
	run := bench.Phase{
		Name: "profiling", Kind: metrics.Profiling, Grace: bench.Unbounded,
		Concurrency: int(s.int("concurrency")), Requests: int(s.int("request_count")), Sessions: int(s.int("conversation_num")),
	}
	var err error
	if run.Duration, err = seconds(s, "benchmark_duration"); err != nil {
		return err
	}
	if run.Duration > 0 {
		run.Grace = defaultGrace
		if s.Given("benchmark_grace_period") {
			if run.Grace, err = seconds(s, "benchmark_grace_period"); err != nil {
				return err
			}
		}
	}
	if !hasStop(s) {
		run.Requests = DefaultRequests
		p.Notices = append(p.Notices, fmt.Sprintf("no stop condition given: sending %d requests (--request-count, --num-sessions or --benchmark-duration set one)", DefaultRequests))
	}
	setPattern(&run, s.float("request_rate"), s.str("arrival_pattern"))

	if warmupTrigger(s) == "" {
		p.Phases = []bench.Phase{run}
		return nil
	}
	warm := bench.Phase{
		Name: "warmup", Kind: metrics.Warmup, Grace: bench.Unbounded, Concurrency: run.Concurrency,
		Requests: int(s.int("warmup_request_count")), Sessions: int(s.int("warmup_num_sessions")),
	}
	if warm.Duration, err = seconds(s, "warmup_duration"); err != nil {
		return err
	}
	if s.Given("warmup_grace_period") {
		if warm.Grace, err = seconds(s, "warmup_grace_period"); err != nil {
			return err
		}
	}
	rate, pattern := s.float("request_rate"), s.str("arrival_pattern")
	if s.has("warmup_request_rate") {
		rate = s.float("warmup_request_rate")
	}
	if s.has("warmup_arrival_pattern") {
		pattern = s.str("warmup_arrival_pattern")
	}
	if !s.has("concurrency") {
		warm.Concurrency = 0
	}
	if s.has("warmup_concurrency") {
		warm.Concurrency = int(s.int("warmup_concurrency"))
	}
	setPattern(&warm, rate, pattern)
	p.Phases = []bench.Phase{warm, run}
	return nil
}

// setPattern decides between open and closed loop: a rate opens it, and only the closed loop needs a concurrency.
func setPattern(ph *bench.Phase, rate float64, pattern string) {
	switch {
	case rate > 0 && pattern == "constant":
		ph.Pattern, ph.Rate = bench.Constant, rate
	case rate > 0:
		ph.Pattern, ph.Rate = bench.Poisson, rate
	default:
		ph.Pattern, ph.Concurrency = bench.Burst, max(ph.Concurrency, 1)
	}
}

func (p *Profile) data(s *Settings) {
	d := Data{
		File: s.str("input_file"), Format: s.str("custom_dataset_type"), Sampling: s.str("dataset_sampling_strategy"), Entries: defaultEntries,
		ISLMean: s.int("prompt_input_tokens_mean"), ISLStddev: s.float("prompt_input_tokens_stddev"),
		OSLMean: s.int("prompt_output_tokens_mean"), OSLStddev: s.float("prompt_output_tokens_stddev"),
	}
	if d.Sampling == "" {
		d.Sampling = "sequential"
	}
	for _, f := range []string{"conversation_num_dataset_entries", "conversation_num", "request_count"} {
		if s.Given(f) {
			d.Entries, d.EntriesGiven = int(s.int(f)), true
			break
		}
	}
	p.Data = d
}

func (p *Profile) output(s *Settings, at Place) {
	base := s.str("artifact_directory")
	if !filepath.IsAbs(base) {
		base = filepath.Join(at.Dir, base)
	}
	p.Artifacts = Artifacts{
		Base: filepath.Clean(base), Explicit: s.Given("artifact_directory"),
		Prefix: s.str("profile_export_prefix"), Level: s.str("export_level"),
	}
	p.LogLevel = s.str("log_level")
	p.UI = "none"
	if at.Terminal {
		p.UI = "simple"
	}
	if s.Given("ui_type") {
		p.UI = s.str("ui_type")
	}
	switch {
	case s.bool("extra_verbose"):
		p.LogLevel, p.UI = "TRACE", "simple"
	case s.bool("verbose"):
		p.LogLevel, p.UI = "DEBUG", "simple"
	}
}

// tokenizer says which tokenizer counts, since that changes every token figure.
func (p *Profile) tokenizer(s *Settings) {
	if s.Given("tokenizer_name") || p.Mock != nil {
		return
	}
	if standIn(p.Model) {
		p.Notices = append(p.Notices, fmt.Sprintf("model %q looks like a stand-in: tokens are counted with the builtin tokenizer", p.Model))
		return
	}
	if !s.bool("use_server_token_count") {
		p.Warnings = append(p.Warnings, fmt.Sprintf("tokens are counted with the builtin tokenizer (o200k), not with that of %q: token figures are approximate; --use-server-token-count takes the server's, --tokenizer builtin silences this", p.Model))
	}
}

// standIn tells model names that no hub knows.
func standIn(model string) bool {
	m := strings.ToLower(strings.ReplaceAll(model, "_", "-"))
	for _, word := range []string{"mock", "test", "fake", "dummy"} {
		if m == word || strings.HasPrefix(m, word+"-") || strings.HasSuffix(m, "-"+word) {
			return true
		}
	}
	return false
}

// Plan is the run without its data: the caller adds source, sampler and tokenizer.
func (p *Profile) Plan(kind *endpoints.Kind) (*bench.Plan, error) {
	s := p.Settings
	var custom *string
	if s.Given("custom_endpoint") {
		path := s.str("custom_endpoint")
		custom = &path
	}
	t := bench.Target{
		Kind: kind, Model: p.Model, Streaming: p.Streaming(kind), Extra: p.Extra, Timeout: p.Timeout,
		ServerTokens: s.bool("use_server_token_count"), LegacyMaxTokens: s.bool("use_legacy_max_tokens"), UserAgent: userAgent,
	}
	for _, u := range p.URLs {
		full, err := endpoints.URL(u, kind.SubPath(t.Streaming, custom))
		if err != nil {
			return nil, err
		}
		t.URLs = append(t.URLs, full)
	}
	for _, h := range p.Headers {
		t.Headers = append(t.Headers, [2]string{h.Name, h.Value})
	}
	seed := p.Seed
	return &bench.Plan{
		Target: t, Phases: p.Phases, Seed: p.Seed, Clock: p.Clock, KeepRaw: p.Artifacts.Level == "raw",
		Scope: metrics.Scope{
			EndpointTitle: kind.Title, Streaming: t.Streaming, ProducesTokens: kind.ProducesTokens,
			TokenizesInput: kind.TokenizesInput, ServerTokens: t.ServerTokens,
		},
		Run: metrics.RunInfo{
			BenchmarkID: p.id, Seed: &seed, SeedDrawn: !p.SeedGiven, CLICommand: p.command, InputConfig: p.InputConfig(), Model: p.Model,
		},
	}, nil
}

// Streaming tells whether responses are streamed: asked for, and possible.
func (p *Profile) Streaming(kind *endpoints.Kind) bool {
	return p.Settings.bool("streaming") && kind.Streams
}

// seconds reads a field in seconds; unset is 0, inf is bench.Unbounded.
func seconds(s *Settings, field string) (time.Duration, error) {
	v := s.Value(field)
	if v == nil {
		return 0, nil
	}
	f := number(v)
	if math.IsInf(f, 1) {
		return bench.Unbounded, nil
	}
	if f > float64(math.MaxInt64/2)/float64(time.Second) {
		return 0, usagef("%s %v: is longer than a run can last", s.name(field), v)
	}
	return time.Duration(math.Round(f * float64(time.Second))), nil
}
