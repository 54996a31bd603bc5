// The whole way from bytes to a rendered tree, on the captured configurations, and what it costs.
package doc

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type vector struct {
	Name, YAML, Error, Phases, Models, URLs, Variables string
	Env                                                map[string]string
}

func (v vector) load() (*Node, error) {
	n, err := Parse("vec.yaml", []byte(v.YAML))
	if err == nil {
		err = Substitute(n, func(s string) (string, bool) { x, ok := v.Env[s]; return x, ok })
	}
	if err == nil {
		err = Render(n)
	}
	return n, err
}

func TestVectors(t *testing.T) {
	for _, v := range readCases[vector](t, "vectors.json") {
		t.Run(v.Name, func(t *testing.T) {
			n, err := v.load()
			if v.Error != "" {
				require.Error(t, err)
				var line, column int
				if i := strings.Index(v.Error, "' at line "); i >= 0 {
					_, scanErr := fmt.Sscanf(v.Error[i:], "' at line %d, column %d", &line, &column)
					require.NoError(t, scanErr)
					require.Equal(t, Pos{"vec.yaml", line, column}, err.(*Error).Pos)
				}
				if _, rest, ok := strings.Cut(v.Error, "template error at '"); ok {
					path, _, _ := strings.Cut(rest, "'")
					require.Equal(t, path, err.(Errors)[0].Path)
				}
				return
			}
			require.NoError(t, err)
			vars := n.Get("variables")
			if vars == nil {
				vars = NewMap()
			}
			require.Equal(t, string(fromJSON(t, v.Variables).JSON()), string(vars.JSON()))
			model := n.Find("benchmark.model")
			if model == nil {
				model = n.Find("benchmark.models.0")
			}
			require.Equal(t, fromJSON(t, v.Models).Find("items.0.name").Value, model.Value)
			url := n.Find("benchmark.endpoint.url")
			if url == nil {
				url = n.Find("benchmark.endpoint.urls.0")
			}
			require.True(t, strings.HasSuffix(fromJSON(t, v.URLs).Items[0].Value.(string), url.Value.(string)))
			phases := n.Find("benchmark.phases")
			if phases.Kind == Map {
				phases = &Node{Kind: List, Items: []*Node{phases}}
			}
			for i, want := range fromJSON(t, v.Phases).Items {
				for _, key := range []string{"requests", "concurrency"} {
					require.Equal(t, want.Get(key).Value, phases.Items[i].Get(key).Value, key)
				}
			}
		})
	}
}

// BenchmarkLoad reads, substitutes and renders a configuration of 200 lines with 20 templates.
func BenchmarkLoad(b *testing.B) {
	var s strings.Builder
	s.WriteString("variables: {n: 4, m: '{{ n * 2 }}'}\nbenchmark:\n  model: ${MODEL:m}\n")
	for i := range 98 {
		v := "text of a value"
		if i%5 == 0 {
			v = "'{{ n * 100 // m }}'"
		}
		fmt.Fprintf(&s, "  key%d: %s\n  other%d: {a: 1, b: [2, 3.5], c: yes}\n", i, v, i)
	}
	v := vector{YAML: s.String()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.load(); err != nil {
			b.Fatal(err)
		}
	}
}
