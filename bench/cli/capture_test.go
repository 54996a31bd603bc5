// The program against captured runs of AIPerf: the same command line must send the same bytes and record the same configuration.
package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/endpoints/mock"
)

// capturedURL is the server of the captured runs.
const capturedURL = "http://127.0.0.1:18765"

func TestCapturedInputs(t *testing.T) {
	server, err := mock.Start(mock.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Close()) }()

	var runs []struct {
		Run         string
		Args        []string
		InputConfig json.RawMessage `json:"input_config"`
		Command     string          `json:"cli_command"`
	}
	b, err := os.ReadFile(filepath.Join("..", "config", "testdata", "runs.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &runs))
	file, err := os.ReadFile(filepath.Join("testdata", "single.jsonl"))
	require.NoError(t, err)
	inputs, err := filepath.Abs(filepath.Join("testdata", "inputs"))
	require.NoError(t, err)

	compared := 0
	for _, r := range runs {
		want, err := os.ReadFile(filepath.Join(inputs, r.Run+".json"))
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		compared++
		t.Run(r.Run, func(t *testing.T) {
			args := append([]string{"profile"}, slices.Clone(r.Args)...)
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], capturedURL, server.URL())
			}
			bed := newBed(t, args...)
			dir, err := bed.env.Getwd()
			require.NoError(t, err)
			t.Chdir(dir)
			require.NoError(t, os.Mkdir("input", 0o755))
			require.NoError(t, os.WriteFile(filepath.Join("input", "single.jsonl"), file, 0o644))
			require.Equal(t, exitOK, bed.run(), bed.err)

			names, err := filepath.Glob(filepath.Join("artifacts", "*", "inputs.json"))
			require.NoError(t, err)
			require.Len(t, names, 1)
			got, err := os.ReadFile(names[0])
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))

			var summary struct {
				InputConfig json.RawMessage `json:"input_config"`
				RunInfo     struct {
					Command string `json:"cli_command"`
				} `json:"run_info"`
			}
			written, err := os.ReadFile(filepath.Join(filepath.Dir(names[0]), "profile_export_aiperf.json"))
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(written, &summary))
			here := strings.NewReplacer(capturedURL, server.URL(), "<CWD>", dir)
			require.JSONEq(t, here.Replace(string(r.InputConfig)), string(summary.InputConfig))
			require.Equal(t, here.Replace(r.Command), summary.RunInfo.Command)
		})
	}
	require.Equal(t, 11, compared)
}
