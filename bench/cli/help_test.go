// Help: what comes first, what is marked, and that every page fits its width.
package cli

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config"
)

// helpPages are command lines that print help.
var helpPages = []string{"--help", "--help-all", "profile --help", "profile --help-all", "mock --help", "config --help", "config init --help", "config init --list --verbose",
	"completion --help", "--install-completion --help", "rerun --help", "profile --help concurrency", "profile --help tokenizer"}

func helpAt(t *testing.T, width int, args string) string {
	b := newBed(t, strings.Fields(args)...)
	b.env.Width = width
	require.Equal(t, exitOK, b.run(), "%s: %s", args, b.err)
	require.Empty(t, b.err.String())
	return b.out.String()
}

func TestHelpFitsItsWidth(t *testing.T) {
	for _, args := range helpPages {
		words := strings.Fields(helpAt(t, 200, args))
		for _, width := range []int{80, 132, 200} {
			page := helpAt(t, width, args)
			for line := range strings.Lines(page) {
				require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), width, "%s: %s", args, line)
				require.Equal(t, strings.TrimRight(line, " \n")+"\n", line, "%s: blanks at the end", args)
			}
			whole := strings.Fields(strings.ReplaceAll(page, " \\\n", "\n"))
			require.Equal(t, words, whole, "%s at %d: a word was cut or lost", args, width)
		}
	}
}

// The width is used: a wider terminal has fewer lines.
func TestHelpUsesTheWidth(t *testing.T) {
	require.Less(t, strings.Count(helpAt(t, 160, "--help-all"), "\n"), strings.Count(helpAt(t, 80, "--help-all"), "\n")*9/10)
}

func TestMostUsedOptionsComeFirst(t *testing.T) {
	for _, args := range []string{"--help", "profile --help"} {
		page := helpAt(t, 80, args)
		at := strings.Index(page, "The options most runs need:")
		require.Positive(t, at, args)
		for _, f := range mostUsed {
			o := config.ProfileTable().Field(f)
			require.NotNil(t, o, f)
			next := strings.Index(page[at:], "\n  "+ranked(o)[0])
			require.Positive(t, next, "%s: %s is not there, or not in order", args, f)
			at += next
		}
		require.Equal(t, len(examples), strings.Count(page[at:], "\n  # "), args)
		require.Contains(t, page, "--help-all")
	}
}

// What this version refuses is shown where all options are, marked, and nowhere else.
func TestStatesAreShown(t *testing.T) {
	all := strings.Join(strings.Fields(helpAt(t, 160, "profile --help-all")), " ")
	short := strings.Join(strings.Fields(helpAt(t, 160, "profile --help")), " ")
	config.ProfileTable().Each(func(o *config.Option) {
		row := strings.Join(strings.Fields(names(o)+" "+about(o)), " ")
		require.Contains(t, all, row)
		switch o.State {
		case config.Refused:
			require.Contains(t, about(o), "not supported in this version: "+o.Why)
			require.NotContains(t, short, row)
		case config.Inert:
			require.Contains(t, about(o), "accepted without effect: "+o.Why)
		default:
			require.Contains(t, about(o), o.Help)
		}
	})
}

func TestDefaultsAndUnits(t *testing.T) {
	for _, c := range []struct {
		o    config.Option
		want string
	}{
		{config.Option{Default: "550", Unit: "tokens"}, "550 tokens"},
		{config.Option{Default: "5.0", Unit: "/s"}, "5.0/s"},
		{config.Option{Default: `"20ms"`, Unit: "ms"}, "20ms"},
		{config.Option{Default: `["json","csv"]`}, "json,csv"},
		{config.Option{Default: "false"}, ""},
		{config.Option{Default: "[]"}, ""},
		{config.Option{}, ""},
	} {
		require.Equal(t, c.want, defaultOf(&c.o), c.o.Default)
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestColourOnATerminalOnly(t *testing.T) {
	for _, args := range []string{"--help", "profile --help-all"} {
		plain := helpAt(t, 80, args)
		require.NotContains(t, plain, "\x1b")
		b := newBed(t, strings.Fields(args)...)
		b.env.Width, b.env.OutTerminal = 80, true
		require.Equal(t, exitOK, b.run())
		require.Contains(t, b.out.String(), "\x1b[")
		require.Equal(t, plain, escapes.ReplaceAllString(b.out.String(), ""), "colour moves nothing")
		b = newBed(t, strings.Fields(args)...)
		b.env.Width, b.env.OutTerminal, b.env.Environ = 80, true, []string{"NO_COLOR=1"}
		require.Equal(t, exitOK, b.run())
		require.Equal(t, plain, b.out.String())
	}
}

func TestHelpOnATopic(t *testing.T) {
	for args, want := range map[string]string{
		"profile --help concurrency":       "--concurrency NUMBER\n",
		"profile --help --request_rate":    "--request-rate RATE\n",
		"profile --help -m":                "--model, --model-names, -m TEXT\n",
		"profile --help Load\x00Generator": "Load Generator\n",
		"profile --help load-generator":    "Load Generator\n",
		"profile --help strict":            "origin",
		"--help isl":                       "--isl",
		"help profile isl":                 "--isl",
		"mock --help ttft":                 "--ttft MS\n",
		"config init --help template":      "--template, -t TEXT\n",
	} {
		parts := strings.Fields(args)
		for i := range parts {
			parts[i] = strings.ReplaceAll(parts[i], "\x00", " ")
		}
		b := newBed(t, parts...)
		b.env.Width = 80
		require.Equal(t, exitOK, b.run(), "%s %s", args, b.err)
		require.Contains(t, b.out.String(), want, args)
	}
	endpoint := helpAt(t, 80, "profile --help endpoint-type")
	for _, choice := range strings.Fields(config.ProfileTable().Field("endpoint_type").Choices) {
		require.Contains(t, endpoint, choice)
	}
	b := newBed(t, "profile", "--help", "concurency")
	require.Equal(t, exitFailed, b.run())
	require.Contains(t, b.err.String(), "did you mean: aiperf profile --help concurrency")
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two", 7, []string{"one two"}},
		{"one two", 6, []string{"one", "two"}},
		{"a-word-longer-than-that x", 8, []string{"a-word-longer-than-that", "x"}},
		{"äöü äöü", 7, []string{"äöü äöü"}},
	} {
		require.Equal(t, c.want, wrap(c.in, c.width))
	}
}

func TestShellExamplesCanBePasted(t *testing.T) {
	for _, width := range []int{40, 80, 200} {
		p := &page{width: width}
		for _, e := range examples {
			p.b.Reset()
			p.shell(e.command)
			require.Equal(t, strings.Fields(e.command), strings.Fields(strings.ReplaceAll(p.b.String(), "\\\n", " ")))
			for line := range strings.Lines(p.b.String()) {
				require.LessOrEqual(t, len(line)-1, max(width, 44))
			}
		}
	}
}
