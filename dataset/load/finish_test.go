// What loading adds to the rows of a file: names, models and output lengths, as AIPerf draws them.
package load

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
)

func TestFinishOfAIPerf(t *testing.T) {
	var file struct {
		Rows  []string
		Cases []struct {
			Seed     uint64 `json:",string"`
			Models   []string
			Strategy string
			OSL      [2]float64
			Want     [][3]any // name, model, output length of every turn
		}
	}
	b, err := os.ReadFile("testdata/finish.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &file))
	require.NotEmpty(t, file.Cases)
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(file.Rows, "\n")), 0o644))
	for _, c := range file.Cases {
		t.Run(fmt.Sprintf("%s of %v, OSL %v, seed %d", c.Strategy, c.Models, c.OSL, c.Seed), func(t *testing.T) {
			s, err := Open(path, Options{
				Models:  dataset.Models{Names: c.Models, Random: c.Strategy == "random"},
				OSLMean: c.OSL[0], OSLStddev: c.OSL[1], Seed: c.Seed, IDs: dataset.CountedIDs,
			})
			require.NoError(t, err)
			require.Equal(t, len(c.Want), s.Len())
			for i, want := range c.Want {
				got, err := s.Materialise(i)
				require.NoError(t, err)
				require.Len(t, got.Turns, 1)
				model := got.Turns[0].Model
				if len(c.Models) == 1 {
					require.Empty(t, model)
					model = c.Models[0] // the run's
				}
				require.Equal(t, want, [3]any{got.ID, model, float64(got.Turns[0].MaxTokens)}, "row %d", i)
			}
		})
	}
}

// A turn with a model and a length of its own keeps both and draws neither.
func TestFinishKeepsOwn(t *testing.T) {
	opts := Options{Models: dataset.Models{Names: []string{"a", "b"}}, OSLMean: 50, OSLStddev: 20, Seed: 42}
	plain := []dataset.Conversation{{ID: "x", Turns: make([]dataset.Turn, 4)}}
	finish(plain, opts)
	mixed := []dataset.Conversation{{ID: "x", Turns: []dataset.Turn{{}, {Model: "own", MaxTokens: 7}, {}, {Model: "own"}, {}}}}
	finish(mixed, opts)
	var models []string
	var lengths []int
	for _, t := range plain[0].Turns {
		models, lengths = append(models, t.Model), append(lengths, t.MaxTokens)
	}
	require.Equal(t, []string{"a", "b", "a", "b"}, models)
	for i, want := range []dataset.Turn{
		{Model: "a", MaxTokens: lengths[0]}, {Model: "own", MaxTokens: 7}, {Model: "b", MaxTokens: lengths[1]}, {Model: "own", MaxTokens: lengths[2]}, {Model: "a", MaxTokens: lengths[3]},
	} {
		require.Equal(t, want, mixed[0].Turns[i], "turn %d", i)
	}
}

// Names are counted or not whatever seeds the draws.
func TestNamesWithoutSeed(t *testing.T) {
	for _, row := range []struct {
		ids  dataset.IDs
		want string
	}{
		{dataset.CountedIDs, `^session_00000[01]$`},
		{dataset.RandomIDs, `^[0-9a-f-]{36}$`},
	} {
		made := []dataset.Conversation{{Turns: make([]dataset.Turn, 1)}, {ID: "own"}, {Turns: make([]dataset.Turn, 1)}}
		finish(made, Options{Seed: 987654321, IDs: row.ids})
		require.Regexp(t, row.want, made[0].ID)
		require.Equal(t, "own", made[1].ID)
		require.Regexp(t, row.want, made[2].ID)
		require.NotEqual(t, made[0].ID, made[2].ID)
	}
}
