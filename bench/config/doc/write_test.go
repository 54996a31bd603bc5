// What JSON and YAML write, the latter held against PyYAML's own output.
package doc

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fromJSON reads a value of the test tables; Python's Infinity is written as a name.
func fromJSON(t testing.TB, text string) *Node {
	t.Helper()
	text = strings.NewReplacer("-Infinity", `"-Infinity!"`, "Infinity", `"Infinity!"`).Replace(text)
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	n, err := jsonNode(dec)
	require.NoError(t, err)
	return n
}

func jsonNode(dec *json.Decoder) (*Node, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch x := tok.(type) {
	case json.Delim:
		n := &Node{Kind: Map}
		if x == '[' {
			n.Kind = List
		}
		for dec.More() {
			key := ""
			if n.Kind == Map {
				k, err := dec.Token()
				if err != nil {
					return nil, err
				}
				key = k.(string)
			}
			v, err := jsonNode(dec)
			if err != nil {
				return nil, err
			}
			if n.Kind == Map {
				n.Set(key, v)
			} else {
				n.Items = append(n.Items, v)
			}
		}
		_, err := dec.Token()
		return n, err
	case json.Number:
		if i, err := x.Int64(); err == nil {
			return Of(i), nil
		}
		f, err := x.Float64()
		return Of(f), err
	case string:
		switch x {
		case "Infinity!":
			return Of(math.Inf(1)), nil
		case "-Infinity!":
			return Of(math.Inf(-1)), nil
		}
		return Of(x), nil
	}
	return Of(tok), nil
}

func TestYAMLAsPyYAML(t *testing.T) {
	for _, c := range readCases[struct{ JSON, YAML string }](t, "dump.json") {
		n := fromJSON(t, c.JSON)
		require.Equal(t, c.YAML, string(n.YAML()), "%s", c.JSON)
		back, err := Parse("f.yaml", n.YAML())
		require.NoError(t, err, "%s", c.YAML)
		require.Equal(t, string(n.JSON()), string(back.JSON()), "%s", c.YAML)
	}
}

// TestFloats holds the floats of JSON against orjson's, and those of YAML against Python's.
func TestFloats(t *testing.T) {
	for _, c := range []struct {
		f          float64
		json, yaml string
	}{
		{1e-5, "0.00001", "1.0e-05"},
		{-1e-5, "-0.00001", "-1.0e-05"},
		{1.2345e-5, "0.000012345", "1.2345e-05"},
		{9.99e-6, "9.99e-6", "9.99e-06"},
		{1e-6, "1e-6", "1.0e-06"},
		{1.5e-7, "1.5e-7", "1.5e-07"},
		{1e-9, "1e-9", "1.0e-09"},
		{1e-100, "1e-100", "1.0e-100"},
		{5e-324, "5e-324", "5.0e-324"},
		{0.00012345, "0.00012345", "0.00012345"},
		{1e15, "1000000000000000.0", "1000000000000000.0"},
		{1e16, "1e+16", "1.0e+16"},
		{1.2345678901234568e17, "1.2345678901234568e+17", "1.2345678901234568e+17"},
		{1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"},
		{64, "64.0", "64.0"},
	} {
		require.Equal(t, c.json, string(Of(c.f).JSON()))
		require.Equal(t, c.yaml+"\n", strings.TrimSuffix(string(Of(c.f).YAML()), "...\n"))
	}
}

func TestJSON(t *testing.T) {
	n, err := Parse("f.yaml", []byte("a: 64.0\nb: 64\nc: [yes, ~, .inf, .nan, 1.0e-7, 1.0e+16, -0.0]\nd: {}\ne: []\nf: \"é\\n\\\"\\\\ \\x01\\x7f</a>\\u2028\"\ng:\n  h: [1]\n"))
	require.NoError(t, err)
	require.Equal(t, "{\"a\":64.0,\"b\":64,\"c\":[true,null,null,null,1e-7,1e+16,-0.0],\"d\":{},\"e\":[],\"f\":\"é\\n\\\"\\\\ \\u0001\x7f</a>\u2028\",\"g\":{\"h\":[1]}}", string(n.JSON()))
	require.Equal(t, "{\n  \"h\": [\n    1\n  ]\n}", string(n.Get("g").Indent()))
	require.Equal(t, "{}", string(n.Get("d").Indent()))
	require.True(t, json.Valid(n.JSON()))
}
