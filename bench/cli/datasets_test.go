package cli

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
)

// From the command line to the last byte of every prompt, picture and clip: the data sets that AIPerf makes for the same options.
// testdata/parity/datasets.py wrote the vectors.
func TestDataSetsOfCommandLines(t *testing.T) {
	file, err := os.Open("testdata/datasets.jsonl")
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	made, refused := 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var want struct {
			Args          []string
			Refused       bool
			Conversations []string
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &want))
		where := strings.Join(want.Args, " ")
		env := System()
		env.Stdout, env.Stderr, env.Environ = io.Discard, io.Discard, nil
		p, _, err := decide(env, Builtin(), want.Args, nil)
		var source dataset.Source
		if err == nil {
			d, failed := makeData(p)
			source, err = d.Source, failed
		}
		if want.Refused {
			require.Error(t, err, where)
			refused++
			continue
		}
		require.NoError(t, err, where)
		made++
		require.Equal(t, len(want.Conversations), source.Len(), where)
		for i, digest := range want.Conversations {
			c, err := source.Materialise(i)
			require.NoError(t, err, where)
			sum := sha256.Sum256([]byte(contentOf(c, p.Model)))
			if got := hex.EncodeToString(sum[:8]); got != digest {
				require.Failf(t, "another conversation than AIPerf's", "%s\nconversation %d: %s, want %s\n%.600s", where, i, got, digest, contentOf(c, p.Model))
			}
		}
	}
	require.Positive(t, refused)
	require.Greater(t, made, 100)
}

// contentOf writes what datasets.py hashes.
func contentOf(c *dataset.Conversation, model string) string {
	out := []string{c.ID, c.System, c.UserContext}
	for _, t := range c.Turns {
		delay := ""
		if t.Delay != dataset.NoTime {
			delay = strconv.FormatInt(int64(t.Delay), 10)
		}
		asked := t.Model
		if asked == "" {
			asked = model
		}
		out = append(out, fmt.Sprintf("turn %s %d %s", asked, t.MaxTokens, delay))
		for _, kind := range [][]dataset.Media{t.Texts, t.Images, t.Audios} {
			for _, m := range kind {
				out = append(out, m.Name)
				for _, content := range m.Contents {
					if strings.HasPrefix(content, "data:image/png") {
						content = "png"
					}
					out = append(out, content)
				}
			}
		}
	}
	return strings.Join(out, "\n")
}
