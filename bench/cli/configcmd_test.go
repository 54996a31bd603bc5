// The commands around configuration files, in process.
package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/bench/config/templates"
)

// cells are the variations of the templates that sweep.
var cells = map[string]string{
	"scenario_workload_profiles": "ScenarioSweep (5 variations)", "speed_bench_sweep": "GridSweep (11 variations)",
	"sweep_distributions": "GridSweep (9 variations)", "sweep_with_plot": "GridSweep (9 variations)",
}

// Every example holds, as it is and with another model and server, and stands for as many runs as in AIPerf.
func TestTemplatesHold(t *testing.T) {
	for _, x := range templates.All {
		for _, more := range [][]string{nil, {"--model", "my: model", "--url", "https://h:1/x"}} {
			file := filepath.Join(t.TempDir(), "t.yaml")
			b := newBed(t, append([]string{"config", "init", "-t", x.Name, "-o", file}, more...)...)
			require.Equal(t, exitOK, b.run(), b.err)
			b = newBed(t, "config", "validate", file)
			b.env.ReadFile = os.ReadFile
			require.Equal(t, exitOK, b.run(), "%s: %s", x.Name, b.err)
			require.Regexp(t, `^(Note: aiperf profile refuses it: .* not supported in this version.*\n)*$`, b.err.String(), x.Name)
			require.Equal(t, "Configuration valid: "+file+"\n", b.out.String())
			b = newBed(t, "config", "expand", file)
			b.env.ReadFile = os.ReadFile
			require.Equal(t, exitOK, b.run(), "%s: %s", x.Name, b.err)
			want := cells[x.Name]
			if want == "" {
				want = "none (1 variation)"
			}
			require.True(t, strings.HasPrefix(b.out.String(), "Sweep type: "+want+"\n"), "%s: %s", x.Name, b.out)
		}
	}
}

func TestExplainedColumns(t *testing.T) {
	long := strings.Repeat("x", 60)
	for _, c := range []struct {
		in   []config.Entry
		want string
	}{
		{nil, ""},
		{[]config.Entry{{Path: "a", Value: "1", Where: "--a"}, {Path: "bbb", Value: "22", Where: "f.yaml:1:2"}}, "a    1   # --a\nbbb  22  # f.yaml:1:2\n"},
		{[]config.Entry{{Path: "a", Value: "1", Where: "--a"}, {Path: long, Value: "1", Where: "--b"}}, "a  1  # --a\n" + long + "  1  # --b\n"},
		{[]config.Entry{{Path: "ä", Value: "1", Where: "x"}, {Path: "bb", Value: "1", Where: "y"}}, "ä   1  # x\nbb  1  # y\n"},
	} {
		require.Equal(t, c.want, string(explained(c.in)))
	}
}

func TestFileFirst(t *testing.T) {
	for in, want := range map[string]string{
		"":                 "",
		"a.yaml":           "--config-file a.yaml",
		"-F a.yaml":        "--config-file a.yaml -F",
		"-i 3 a.yaml":      "--config-file a.yaml -i 3",
		"--index=3 a.yaml": "--config-file a.yaml --index=3",
		"a.yaml b.yaml":    "--config-file a.yaml b.yaml",
		"-f json":          "-f json",
		"-":                "--config-file -",
	} {
		require.Equal(t, strings.Fields(want), append([]string{}, fileFirst(expandOptions(), "--config-file", strings.Fields(in))...), in)
	}
}

func TestMayShowSecret(t *testing.T) {
	for line, want := range map[string]bool{
		`  api_key: sk`: true, `  apiKey: sk`: true, `    Authorization: Bearer x`: true, `  endpoint: {url: x, api_key: [a]}`: true, `  "X-Api-Key": a`: true,
		`  url: http://user:word@host`: true,
		`  concurrency: 3`:             false, `  url: http://h`: false, ``: false, `   ^`: false,
	} {
		require.Equal(t, want, mayShowSecret(line), line)
	}
}

// A file that cannot be read is named with the reason, whatever reads it.
func TestFilesThatAreNone(t *testing.T) {
	for _, sub := range []string{"validate", "expand"} {
		b := newBed(t, "config", sub, "nowhere.yaml")
		b.env.ReadFile = func(string) ([]byte, error) {
			return nil, &os.PathError{Op: "open", Path: "nowhere.yaml", Err: fmt.Errorf("no such file or directory")}
		}
		require.Equal(t, exitFailed, b.run())
		require.Equal(t, "aiperf: configuration file nowhere.yaml: no such file or directory\n", b.err.String())
	}
}

// A file may be anything; the terminal gets what it can show.
func TestExcerptsShowNoControlCharacters(t *testing.T) {
	for _, text := range []string{"benchmark: \x1b[31mred\n", "\x00\x01\xff\xfe: 1\n", "benchmark:\n  streming: \"\u009b31m\"\n"} {
		file := filepath.Join(t.TempDir(), "c.yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		for _, command := range [][]string{{"profile", "-f", file}, {"config", "validate", file}} {
			b := newBed(t, command...)
			require.Equal(t, exitFailed, b.run())
			require.NotRegexp(t, "[\x00-\x09\x0b-\x1f\x7f\u0080-\u009f]", b.err.String(), "%q", text)
			require.True(t, utf8.ValidString(b.err.String()), "%q", b.err.String())
		}
	}
}
