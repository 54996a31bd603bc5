// aiperf config expand: the variations a sweep stands for, without running any.
package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/expand"
)

// The values of --format.
const (
	formatText = "text"
	formatYAML = "yaml"
	formatJSON = "json"
)

func expandOptions() *config.Table {
	const group = "Options"
	return config.NewTable([]config.Option{
		fileOption(),
		{Group: group, Names: "--full -F", Negative: "--no-full", Field: "full", Type: config.Bool, Argv: config.Flag, Default: "false",
			Help: "print the whole benchmark of each variation, defaults included"},
		{Group: group, Names: "--index -i", Field: "index", Type: config.Int, Argv: config.One, Help: "print the variation of this number alone, counted from 0, whole"},
		{Group: group, Names: "--format -f", Field: "format", Type: config.Enum, Argv: config.One, Default: `"text"`,
			Choices: strings.Join([]string{formatText, formatYAML, formatJSON}, " "), Help: "output format"},
	})
}

// sweepNames are the words for sweep types that AIPerf prints here.
var sweepNames = map[string]string{
	"grid": "GridSweep", "zip": "ZipSweep", "scenarios": "ScenarioSweep", "sobol": "SobolSweep", "latin_hypercube": "LatinHypercubeSweep",
}

func configExpand(_ context.Context, env Env, _ Registry, args []string) error {
	t := expandOptions()
	s, err := t.Parse(fileFirst(t, "--config-file", args), nil)
	if err != nil {
		return err
	}
	f := &configFile{}
	if f.name, err = fileOf(s, "expand"); err != nil {
		return err
	}
	if err := f.read(env); err != nil {
		return f.mistakes(env, err)
	}
	if f.plan.Adaptive {
		return exitf(exitChoose, "%s: an adaptive_search sweep chooses its variations while it runs; grid, zip, scenarios, sobol and latin_hypercube sweeps can be expanded", f.name)
	}
	f.notes(env)
	v := &expansion{file: f, sweep: "none", full: flagValue(s, "full"), first: 0, end: len(f.plan.Variations)}
	if f.checked.Config.Sweep != nil {
		v.sweep = sweepNames[f.checked.Config.Sweep.Type]
	}
	if i, ok := s.Value("index").(int64); ok {
		if i < 0 || i >= int64(v.end) {
			return exitf(exitFailed, "--index %d is out of range; the sweep has %s", i, plural(v.end, "variation"))
		}
		v.full, v.first, v.end = true, int(i), int(i)+1
	}
	var out []byte
	switch textValue(s, "format") {
	case formatYAML:
		out = v.tree().YAML()
	case formatJSON:
		out, err = v.json()
	default:
		out = v.text()
	}
	if err == nil {
		_, err = env.Stdout.Write(out)
	}
	if err != nil {
		return exitf(exitFailed, "writing the variations: %w", err)
	}
	return nil
}

// expansion is what is shown of a plan.
type expansion struct {
	file       *configFile
	sweep      string // the type, as AIPerf calls it
	full       bool
	first, end int
}

// body is one variation's benchmark, secrets hidden.
func (v *expansion) body(i int) *doc.Node {
	return config.RedactDocument(v.file.full[i], v.file.secrets...)
}

// names are folder and label of a variation. Where it varies a secret, its folder has the number in place of the values.
func (v *expansion) names(x expand.Variation) (dir, label string) {
	varied := config.DocumentSecrets(x.Values)
	if len(varied) == 0 {
		return x.Dir, x.Label
	}
	label = x.Label
	slices.SortFunc(varied, func(a, b string) int { return len(b) - len(a) })
	for _, s := range varied {
		label = strings.ReplaceAll(label, s, config.Redacted)
	}
	if x.Dir == x.Label && label == x.Label {
		return x.Dir, label // a name of the user's own
	}
	return fmt.Sprintf("variation_%04d", x.Index), label
}

func (v *expansion) text() []byte {
	var b bytes.Buffer
	total := len(v.file.plan.Variations)
	if v.end-v.first < total {
		fmt.Fprintf(&b, "Sweep type: %s (showing %d of %d)\n\n", v.sweep, v.end-v.first, total)
	} else {
		fmt.Fprintf(&b, "Sweep type: %s (%s)\n\n", v.sweep, plural(total, "variation"))
	}
	for _, x := range v.file.plan.Variations[v.first:v.end] {
		dir, label := v.names(x)
		fmt.Fprintf(&b, "[%d] dir=%s  label=%s\n", x.Index, dir, label)
		if !v.full {
			continue
		}
		for line := range bytes.Lines(v.body(x.Index).YAML()) {
			b.WriteString("    ")
			b.Write(line)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// tree is the same as data.
func (v *expansion) tree() *doc.Node {
	list := &doc.Node{Kind: doc.List}
	for _, x := range v.file.plan.Variations[v.first:v.end] {
		dir, label := v.names(x)
		n := doc.NewMap("index", x.Index, "dir_name", dir, "label", label, "values", config.RedactDocument(x.Values, v.file.secrets...))
		if v.full {
			n.Set("benchmark", v.body(x.Index))
		}
		list.Items = append(list.Items, n)
	}
	return doc.NewMap("sweep_type", v.sweep, "variations", list)
}

func (v *expansion) json() ([]byte, error) {
	var b bytes.Buffer
	err := json.Indent(&b, v.tree().JSON(), "", "  ")
	b.WriteByte('\n')
	return b.Bytes(), err
}
