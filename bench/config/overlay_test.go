// Flags over configuration files, and whole documents behind their check, against what the released program makes of them.
package config

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

type overlayCases struct {
	How   string
	Files map[string]string
	Base  map[string]map[string]any
	Cases []struct {
		convertCase
		File string
	}
}

// overAcceptedHere are argument lists that the release refuses over a file, by a part of its text.
var overAcceptedHere = []struct{ args, why string }{
	{"y --input-file \x00", "an empty name is no file"},
	{"ywr --warmup-request-rate-ramp-duration", "the warm-up of the file has the rate that is ramped"},
	{"ysweep --set-consistent-seed", "the file asks for several runs"},
	{"ysweep --profile-run-cooldown-seconds", "the file asks for several runs"},
	{"ys --arrival-pattern gamma", "the release loses the file's rate series when the pattern changes"},
	{"ys --request-rate-ramp-duration 4 --goodput request_latency:5 --arrival-pattern gamma", "as above"},
}

// overRefusedHere are argument lists that only this program refuses, by a part of the list.
var overRefusedHere = []struct{ args, why string }{
	{"ysweep --search-recipe", "the release mixes the recipe into the file's sweep, and refuses it when it expands"},
	{"yf --arrival-pattern constant --fixed-schedule", "the release drops the pattern without a word"},
}

// overOtherwiseHere are documents that differ, by a part of the list.
var overOtherwiseHere = []struct{ args, why string }{
	{"payload_template:z", "over a file too the template of a body is no field of it"},
	{"y --search-recipe", "a recipe leaves its name over a file as well"},
	{"ygt --no-server-metrics", "the release writes out the defaults of the discovery"},
	{"ygt --server-metrics", "as above"},
	{"yff --osl 4,5", "a list of output lengths over a file is swept where the file's dataset has it; the release fails on every cell"},
}

func overlay(t *testing.T, text string, args []string) (*doc.Node, error) {
	t.Helper()
	t.Chdir("testdata/convert_files")
	defer func() { require.NoError(t, os.Chdir("../..")) }()
	s, err := ProfileTable().Parse(append([]string{"-f", "cfg.yaml"}, args...), nil)
	if err != nil {
		return nil, err
	}
	base, err := doc.Parse("cfg.yaml", []byte(text))
	require.NoError(t, err)
	n, _, err := s.Overlay(base, Place{})
	if err != nil {
		return nil, err
	}
	c, err := schema.Check(n)
	if err != nil {
		return nil, err
	}
	return c.Node, nil
}

func TestOverlayAsReleased(t *testing.T) {
	var c overlayCases
	src, err := os.ReadFile("testdata/overlay.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(src, &c))
	require.NotEmpty(t, c.Cases)
	bad := 0
	for _, x := range c.Cases {
		name := x.File + " " + strings.Join(x.Args, " ")
		n, err := overlay(t, c.Files[x.File], x.Args)
		fail := func(format string, a ...any) {
			bad++
			t.Errorf("%s: %s", name, fmt.Sprintf(format, a...))
		}
		switch {
		case x.Set == nil && err == nil:
			if !listed(overAcceptedHere, name) {
				fail("accepted, released: %s", x.Error)
			}
		case x.Set != nil && err != nil:
			if !listed(overRefusedHere, name) {
				fail("refused: %v", err)
			}
		case err != nil:
			if miss := unnamed(x.Args, x.Error, err.Error()); miss != "" {
				fail("error %q does not name %s (released: %s)", err, miss, x.Error)
			}
			require.NotContains(t, err.Error(), "\n")
		default:
			if x.File == "ygt" && x.Set != nil { // flags keep the network latency that the file measures; the release switches it off
				c.Base[x.File]["benchmark/network_latency/enabled"] = true
			}
			if diff := documentDiff(c.Base[x.File], x.convertCase, n); diff != "" && !listed(overOtherwiseHere, name) {
				fail("%s", diff)
			}
		}
	}
	t.Logf("%d of %d differ", bad, len(c.Cases))
}

func listed(rows []struct{ args, why string }, name string) bool {
	for _, o := range rows {
		if strings.Contains(name+"\x00", o.args) {
			return true
		}
	}
	return false
}

// TestCheckedAsReleased runs every argument list through the document's check as well: accepted and refused as released, and as many cells.
func TestCheckedAsReleased(t *testing.T) {
	c := readConvertCases(t)
	bad := 0
	for _, x := range c.Cases {
		name := strings.Join(x.Args, " ")
		n, err := document(t, x.Args)
		if err != nil {
			continue // TestDocumentAsReleased looks at these
		}
		fail := func(format string, a ...any) {
			bad++
			t.Errorf("%s: %s", name, fmt.Sprintf(format, a...))
		}
		err = Blame(n, checkAt(t, n))
		switch {
		case x.Error == "" && err != nil:
			if !refused(x) {
				fail("refused: %v", err)
			}
		case x.Stage == "config" && err == nil:
			if !listed(checkedAcceptedHere, name) && !listedText(checkedAcceptedHere, x.Error) {
				fail("accepted, released: %s", x.Error)
			}
		case x.Stage == "config":
			require.NotContains(t, err.Error(), "\n")
			if key := lastKey(x.Error); key != "" && !strings.Contains(err.Error(), key) && unnamed(x.Args, x.Error+" "+name, err.Error()) != "" {
				fail("error %q names neither %s nor a flag (released: %s)", err, key, x.Error)
			}
		case x.Stage == "":
			if have := cells(n); have != x.Cells && !otherwise(x) {
				fail("%d cells, released %d", have, x.Cells)
			}
		}
	}
	t.Logf("%d of %d differ", bad, len(c.Cases))
}

// checkedAcceptedHere are mistakes that this program does not find where the release does, by a part of its text.
var checkedAcceptedHere = []struct{ args, why string }{
	{"amdsmi package not installed", "local collectors are looked for when they are used"},
	{"Input should be a valid string", "header values are text, also where they look like numbers"},
	{"Cannot use both", "a switch that is off asks for nothing"},
	{"dictionary update sequence", "a variant reads pairs as the option does"},
	{"synthetic.path", "an empty name is no file"},
}

func listedText(rows []struct{ args, why string }, text string) bool {
	for _, r := range rows {
		if strings.Contains(text, r.args) {
			return true
		}
	}
	return false
}

func checkAt(t *testing.T, n *doc.Node) error {
	t.Helper()
	t.Chdir("testdata/convert_files")
	defer func() { require.NoError(t, os.Chdir("../..")) }()
	_, err := schema.Check(n)
	return err
}

// lastKey is the last key of the path that the released text names.
func lastKey(text string) string {
	_, path, _ := strings.Cut(text, "\n")
	path, _, _ = strings.Cut(path, "\n")
	path = strings.TrimSpace(path)
	if strings.Contains(path, " ") {
		return ""
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

// cells counts the variations of a sweep.
func cells(root *doc.Node) int {
	s := root.Get("sweep")
	if s == nil {
		return 1
	}
	switch s.Get("type").Value {
	case "scenarios":
		return len(s.Get("runs").Items)
	case "grid":
		n := 1
		for _, m := range s.Get("parameters").Members {
			n *= len(m.Value.Items)
		}
		return n
	case "zip":
		return len(s.Get("parameters").Members[0].Value.Items)
	}
	return 1
}
