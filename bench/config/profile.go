// Resolve turns settings into a decided run: what is asked of whom, with which data, under which load, written where.
package config

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/env"
	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/metrics"
)

// Tunables of the package.
const (
	mostCurl     = 1000            // requests that --plan=curl prints: more is a script, not a look
	userAgent    = "aiperf/0.13.0" // AIPerf's: servers and proxies may branch on it
	defaultModel = "mock-model"    // model of a mock run
	builtin      = "builtin"       // the tokenizer that is part of the program
)

// Place is what resolving needs to know of the process and the run.
type Place struct {
	Dir      string // working directory
	Terminal bool   // progress can be drawn
	ID       string // 12 hex digits
	Seed     uint64 // used when the user gave none
	Args     []string
	Environ  []string // "NAME=value": what ${NAME} in a configuration file stands for
	ReadFile func(path string) ([]byte, error)
	Config   *Source     // a configuration at hand, instead of the file that --config names
	Vars     *env.Values // the AIPERF_ settings
}

// Profile is one decided run of `aiperf profile`.
type Profile struct {
	Settings *Settings
	Config   *schema.Config // the whole configuration, defaults filled

	Model        string
	EndpointType string
	URLs         []string // base URLs
	Headers      []Header // the user's, authorization from the API key included
	Extra        []dataset.Field
	Data         Data
	Phases       []bench.Phase
	Seed         uint64
	SeedGiven    bool
	Timeout      time.Duration // 0 is none

	Artifacts Artifacts
	UI        string // "simple" or "none"
	LogLevel  string
	Strict    bool
	Clock     bench.ClockKind
	Mock      *Mock    // nil without --mock
	Preview   *Preview // nil without --plan

	Notices  []string // worth a line on the screen
	Warnings []string
	Inert    []string // what was given without anything to act on: worth a line in the log

	id      string
	command string
	dir     string
	environ []string
	vars    *env.Values
	written *doc.Node // the configuration file as written; nil without one
	set     *doc.Node // what the configuration sets, normalised
	source  *Source
}

// Artifacts says what is written where.
type Artifacts struct {
	Base      string // as the user or the default says, absolute
	Explicit  bool   // the user chose Base, so the run gets no folder of its own below it
	Dir       string // the run's folder, absolute; the caller names it before asking for the plan
	Prefix    string // "" for the default names
	Level     string // "summary", "records" or "raw"
	NoSummary bool   // leave out the summary JSON
}

// Mock is the mock server to start, values as written.
type Mock struct {
	TTFT, ITL string
	OSL       int
	Faults    []string
}

// Preview is what --plan shows.
type Preview struct {
	Curl int // so many requests as commands; 0 shows the numbers of the run
}

// Resolve loads the configuration, checks it and decides the run.
func (s *Settings) Resolve(at Place) (*Profile, error) {
	l, err := s.Load(at)
	if err != nil {
		return nil, err
	}
	if err := l.single(); err != nil {
		return nil, err
	}
	c := l.Checked.Config
	p := &Profile{
		Settings: s, Config: c, EndpointType: c.Benchmark.Endpoint.Type, Model: c.Benchmark.Models.Items[0].Name,
		Seed: at.Seed, SeedGiven: c.RandomSeed != nil, Strict: s.bool("strict"), Warnings: l.Warnings, Inert: l.Inert,
		id: at.ID, command: s.table.Command("profile", at.Args), dir: at.Dir, environ: at.Environ, vars: at.Vars, written: l.written, set: l.Checked.Node, source: l.source,
	}
	if p.SeedGiven {
		p.Seed = uint64(*c.RandomSeed)
	}
	if s.str("clock") == "user" {
		p.Clock = bench.ClockUser
	}
	if err := p.unrecorded(p.set, ""); err != nil {
		return nil, err
	}
	for _, step := range []func() error{p.target, p.load, p.data, func() error { return p.output(at) }, p.preview} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if s.bool("mock") {
		p.Mock = &Mock{TTFT: s.str("mock_ttft"), ITL: s.str("mock_itl"), OSL: int(s.int("mock_osl")), Faults: s.strs("mock_faults")}
	}
	for _, a := range advices {
		if msg := a.say(p); msg != "" {
			p.Warnings = append(p.Warnings, msg)
		}
	}
	p.tokenizer()
	return p, nil
}

// unrecorded refuses a configuration whose secrets were taken out, as a recorded one's are.
func (p *Profile) unrecorded(n *doc.Node, path string) error {
	for i, x := range n.Items {
		if err := p.unrecorded(x, join(path, fmt.Sprint(i))); err != nil {
			return err
		}
	}
	for _, m := range n.Members {
		if path == "" && m.Key == "variables" {
			continue // what they feed counts
		}
		if err := p.unrecorded(m.Value, join(path, m.Key)); err != nil {
			return err
		}
	}
	if text, ok := n.Value.(string); ok && strings.Contains(text, Redacted) {
		again := "--config with a file that holds it"
		if o := p.Settings.table.above(path); o != nil {
			again = shortName(o)
		}
		return usagef("the secret in %s is not recorded: give it again (%s)", path, again)
	}
	return nil
}

func (p *Profile) target() error {
	e := &p.Config.Benchmark.Endpoint
	for _, raw := range e.URLs {
		u, err := baseURL(raw)
		if err != nil {
			return p.at("benchmark.endpoint.urls", "%s", err)
		}
		p.URLs = append(p.URLs, u)
	}
	for _, h := range e.Headers {
		p.Headers = append(p.Headers, Header{h.Key, h.Value})
	}
	for _, h := range p.Headers {
		if err := endpoints.ValidateHeader(h.Name, h.Value); err != nil {
			return p.at("benchmark.endpoint.headers", "%s", err)
		}
	}
	if e.APIKey != nil && *e.APIKey != "" {
		if strings.ContainsAny(*e.APIKey, "\r\n\x00") {
			return p.at("benchmark.endpoint.api_key", "has a line break")
		}
		kept := make([]Header, 0, len(p.Headers)+1)
		for _, h := range p.Headers {
			if !strings.EqualFold(h.Name, "Authorization") {
				kept = append(kept, h)
			}
		}
		p.Headers = append(kept, Header{"Authorization", "Bearer " + *e.APIKey})
	}
	if e.Extra != nil {
		for _, m := range e.Extra.Members {
			p.Extra = append(p.Extra, dataset.Field{Key: m.Key, Value: m.Value.JSON()})
		}
	}
	var err error
	if p.Timeout, err = p.seconds("benchmark.endpoint.timeout", e.Timeout); p.Timeout == bench.Unbounded {
		p.Timeout = 0
	}
	return err
}

// load decides the phases.
func (p *Profile) load() error {
	for i, ph := range p.Config.Benchmark.Phases {
		path := fmt.Sprintf("benchmark.phases.%d.", i)
		out := bench.Phase{Name: ph.Name, Kind: metrics.Profiling, Grace: bench.Unbounded}
		if ph.Kind != nil && *ph.Kind == "warmup" {
			out.Kind = metrics.Warmup
		}
		for _, n := range []struct {
			to   *int
			from *int
		}{{&out.Requests, ph.Requests}, {&out.Sessions, ph.Sessions}, {&out.Concurrency, ph.Concurrency}} {
			if n.from != nil {
				*n.to = *n.from
			}
		}
		var err error
		if ph.Duration != nil {
			if out.Duration, err = p.seconds(path+"duration", *ph.Duration); err != nil {
				return err
			}
			if out.Duration == bench.Unbounded {
				return p.at(path+"duration", "inf: must be finite")
			}
			if out.Kind == metrics.Profiling {
				out.Grace = 0 // AIPerf's, where a file says nothing; on the command line it is 30 s
			}
			if ph.GracePeriod != nil {
				if out.Grace, err = p.seconds(path+"grace_period", *ph.GracePeriod); err != nil {
					return err
				}
			}
		}
		switch ph.Type {
		case "constant":
			out.Pattern = bench.Constant
		case "poisson":
			out.Pattern = bench.Poisson
		case "gamma":
			out.Pattern = bench.Gamma
			if ph.Smoothness != nil {
				if out.Smoothness = *ph.Smoothness; math.IsInf(out.Smoothness, 0) {
					return p.at(path+"smoothness", "inf: must be finite; --arrival-pattern constant has no spread at all")
				}
			}
		default:
			out.Pattern, out.Concurrency = bench.Burst, max(out.Concurrency, 1)
		}
		if ph.Rate != nil {
			out.Rate = *ph.Rate
		}
		p.Phases = append(p.Phases, out)
	}
	return p.chain()
}

// chain refuses phases that this version does not run one after the other.
func (p *Profile) chain() error {
	profiling := 0
	for i, ph := range p.Phases {
		path := fmt.Sprintf("benchmark.phases.%d", i)
		switch {
		case ph.Kind == metrics.Profiling:
			profiling++
		case profiling > 0:
			return p.at(path, "warm-up phase %q after a profiling phase is not supported in this version: it belongs to %s", ph.Name, fPhases)
		}
		if profiling > 1 {
			return p.at(path, "a second profiling phase (%q) is not supported in this version: it belongs to %s", ph.Name, fPhases)
		}
	}
	return nil
}

func (p *Profile) output(at Place) error {
	a, set := &p.Config.Benchmark.Artifacts, p.set.Get("benchmark").Get("artifacts")
	base := a.Dir
	if !filepath.IsAbs(base) {
		base = filepath.Join(at.Dir, base)
	}
	p.Artifacts = Artifacts{Base: filepath.Clean(base), Explicit: set.Get("dir") != nil, Level: "summary", NoSummary: set.Get("summary") != nil && len(a.Summary) == 0}
	if a.Prefix != nil {
		if strings.ContainsAny(*a.Prefix, `/\`) {
			return p.at("benchmark.artifacts.prefix", "export prefix %q must be a plain file name without folders", *a.Prefix)
		}
		p.Artifacts.Prefix = *a.Prefix
	}
	switch {
	case a.Raw:
		p.Artifacts.Level = "raw"
	case len(a.Records) > 0:
		p.Artifacts.Level = "records"
	}
	p.LogLevel = p.Config.Benchmark.Logging.Level
	p.UI = "none"
	if at.Terminal {
		p.UI = "simple"
	}
	if ui := p.set.Get("benchmark").Get("runtime").Get("ui"); ui != nil && (ui.Origin != byDefault) {
		p.UI = p.Config.Benchmark.Runtime.UI
	}
	return nil
}

// preview reads --plan.
func (p *Profile) preview() error {
	s := p.Settings
	if !s.Given("plan") {
		return nil
	}
	p.Preview = &Preview{}
	switch view, n, counted := strings.Cut(s.str("plan"), ":"); {
	case view == "" || view == "true" || view == "numbers":
	case view == "curl" && !counted:
		p.Preview.Curl = 1
	case view == "curl":
		count, err := parseInt(n)
		if err != nil || count < 1 || count > mostCurl {
			return usagef("%s=%s: curl: takes a number of requests from 1 to %d, as in --plan=curl:3", s.name("plan"), s.str("plan"), mostCurl)
		}
		p.Preview.Curl = int(count)
	default:
		return usagef("%s=%s: must be --plan, or --plan=curl:N for the first N requests as curl commands", s.name("plan"), s.str("plan"))
	}
	return nil
}

// tokenizer says which tokenizer counts, since that changes every token figure.
func (p *Profile) tokenizer() {
	if t := p.Config.Benchmark.Tokenizer; t != nil && t.Name != nil || p.Mock != nil {
		return
	}
	var standIns, others []string
	for _, m := range p.Data.Models.Names {
		if standIn(m) {
			standIns = append(standIns, strconv.Quote(m))
		} else {
			others = append(others, strconv.Quote(m))
		}
	}
	switch {
	case len(others) == 0:
		p.Notices = append(p.Notices, fmt.Sprintf("model %s looks like a stand-in: tokens are counted with the builtin tokenizer", strings.Join(standIns, ", ")))
	case !p.Config.Benchmark.Endpoint.UseServerTokenCount:
		p.Warnings = append(p.Warnings, fmt.Sprintf("tokens are counted with the builtin tokenizer (o200k), not with that of %s: token figures are approximate; --use-server-token-count takes the server's, --tokenizer builtin silences this", strings.Join(others, ", ")))
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

// at is an error about a key of the configuration: it names the option or the place that set it.
func (p *Profile) at(path, format string, a ...any) error {
	n := p.set.Find(path)
	for n != nil && n.Origin == "" && n.Pos.Line == 0 && len(n.Members) > 0 {
		n = n.Members[0].Value // options set what is inside
	}
	e := n.At(path, format, a...)
	if strings.HasPrefix(e.Origin, "-") {
		e.Path = ""
		return usagef("%s", e.Error())
	}
	return p.source.excerpts(e)
}

// Where tells who set a key: an option, or a place in a file.
func (p *Profile) Where(path string) string {
	if n := p.set.Find(path); n != nil {
		return n.Where()
	}
	return path
}

// seconds turns a number of seconds into a duration; inf is bench.Unbounded.
func (p *Profile) seconds(path string, v float64) (time.Duration, error) {
	if math.IsInf(v, 1) {
		return bench.Unbounded, nil
	}
	if v > float64(math.MaxInt64/2)/float64(time.Second) {
		return 0, p.at(path, "%v s is longer than a run can last", v)
	}
	return time.Duration(math.Round(v * float64(time.Second))), nil
}
