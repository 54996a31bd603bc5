// Help: the ten options most runs need and three examples first, every option on request. Nothing is built before it is asked for.
package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/endpoints/mock"
)

// mostUsed are the fields of the options that come first.
var mostUsed = []string{
	"model_names", "urls", "streaming", "concurrency", "request_rate", "request_count", "benchmark_duration",
	"prompt_input_tokens_mean", "prompt_output_tokens_mean", "input_file",
}

var examples = []struct{ about, command string }{
	{"try it without a server", "aiperf profile --mock --streaming --concurrency 4 --request-count 100"},
	{"closed loop: 32 sessions at once, streaming, 500 requests", "aiperf profile --model llama --url localhost:8000 --streaming --concurrency 32 --request-count 500"},
	{"open loop: 20 requests per second for a minute", "aiperf profile --model llama --url localhost:8000 --streaming --request-rate 20 --benchmark-duration 60"},
}

// profileHelp prints help when the arguments ask for it.
func profileHelp(env Env, args []string) bool {
	if slices.Contains(args, "--help-all") {
		printAllOptions(env, env.Stdout)
		return true
	}
	if slices.Contains(args, "--help") || slices.Contains(args, "-h") {
		printHelp(env, env.Stdout)
		return true
	}
	return false
}

func printHelp(env Env, w io.Writer) {
	p := newPage(env, w)
	p.text("aiperf measures how fast a generative AI server answers: latency, tokens and throughput.")
	p.text("")
	p.text("usage: aiperf profile [options]   measure a server")
	p.text("       aiperf mock [options]      run the mock server alone")
	p.text("       aiperf --version")
	p.text("")
	p.text("The options most runs need:")
	table := config.ProfileTable()
	for _, f := range mostUsed {
		p.option(table.Field(f))
	}
	p.text("")
	p.text("Examples:")
	for _, e := range examples {
		p.text("  # " + e.about)
		p.text("  " + e.command)
	}
	p.text("")
	p.text("All options by group: aiperf profile --help-all. The mock server's: aiperf mock --help.")
	p.exitCodes()
	p.flush()
}

func printAllOptions(env Env, w io.Writer) {
	p := newPage(env, w)
	p.text("usage: aiperf profile [options]")
	group := ""
	config.ProfileTable().Each(func(o *config.Option) {
		if o.Group != group {
			group = o.Group
			p.text("")
			p.text(group)
		}
		p.option(o)
	})
	p.exitCodes()
	p.flush()
}

func printMockHelp(env Env, w io.Writer) {
	p := newPage(env, w)
	p.text("usage: aiperf mock [options]")
	p.text("Runs an OpenAI-compatible mock server until it is interrupted, and prints its URL.")
	p.text("")
	config.MockTable().Each(p.option)
	p.text("")
	p.text("Faults:")
	for _, line := range mock.FaultHelp() {
		p.text("  " + line)
	}
	p.exitCodes()
	p.flush()
}

// page lays text out for a width.
type page struct {
	w     io.Writer
	width int
	b     strings.Builder
}

func newPage(env Env, w io.Writer) *page {
	width := helpWidth
	if env.Width > 0 {
		width = max(helpMinWidth, min(env.Width, helpWidth))
	}
	return &page{w: w, width: width}
}

func (p *page) flush() { _, _ = io.WriteString(p.w, p.b.String()) }

func (p *page) text(s string) { p.b.WriteString(s + "\n") }

// option shows one row: its names, and below them what it does.
func (p *page) option(o *config.Option) {
	p.text("  " + names(o))
	p.wrapped("      ", about(o))
}

// names puts the shortest long name first, since that is what people type; then the others.
func names(o *config.Option) string {
	all := o.AllNames()
	slices.SortStableFunc(all, func(a, b string) int { return rank(a) - rank(b) })
	s := strings.Join(all, ", ")
	if o.Negative != "" {
		s += ", " + strings.ReplaceAll(o.Negative, " ", ", ")
	}
	if o.Argv != config.Flag {
		s += " " + strings.ToUpper(valueName(o))
	}
	return s
}

// rank orders names: long ones by length, short ones last.
func rank(name string) int {
	if !strings.HasPrefix(name, "--") {
		return 1000
	}
	return len(name)
}

func valueName(o *config.Option) string {
	switch {
	case o.Unit == "s":
		return "seconds"
	case o.Unit == "/s":
		return "rate"
	case o.Unit != "":
		return o.Unit
	case o.Type == config.Path, o.Type == config.InFile:
		return "path"
	case o.Type == config.KeyValues:
		return "name:value"
	case o.Choices != "":
		return "choice"
	case o.Type == config.Int, o.Type == config.Float, o.Type == config.IntSweep, o.Type == config.FloatSweep:
		return "number"
	default:
		return "text"
	}
}

// about says what an option does, what it takes, and what it is without being given.
func about(o *config.Option) string {
	if o.State == config.Refused {
		return "not supported in this version: " + o.Why
	}
	s := o.Help
	if o.State == config.Inert {
		s = "accepted without effect: " + o.Why
	}
	if choices := strings.Fields(o.Only); o.Choices != "" || len(choices) > 0 {
		if len(choices) == 0 {
			choices = strings.Fields(o.Choices)
		}
		s += " (" + strings.Join(choices, ", ") + ")"
	}
	if d := strings.Trim(o.Default, `"[]`); d != "" && d != "false" && o.State == config.Works && o.Field != "ui_type" {
		s += fmt.Sprintf(" [default %s]", strings.Trim(d, `"`))
	}
	if o.Env != "" {
		s += " [environment " + o.Env + "]"
	}
	return s
}

// wrapped breaks text at blanks.
func (p *page) wrapped(indent, s string) {
	line := indent
	for word := range strings.FieldsSeq(s) {
		if len(line) > len(indent) && len(line)+1+len(word) > p.width {
			p.text(strings.TrimRight(line, " "))
			line = indent
		}
		if len(line) > len(indent) {
			line += " "
		}
		line += word
	}
	p.text(line)
}

func (p *page) exitCodes() {
	p.text("")
	p.text("Exit codes:")
	for _, c := range exitCodes {
		p.text(fmt.Sprintf("  %-4d%s", c.code, c.text))
	}
}
