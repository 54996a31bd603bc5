// JSON values of flags as document nodes, keys in the order written.
package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// jsonNode turns compact JSON, which a flag's reader made, into a node.
func jsonNode(src []byte) *doc.Node {
	n, err := parseJSON(src)
	if err != nil {
		return doc.Of(string(src))
	}
	return n
}

// errTooLarge refuses what would be rounded.
var errTooLarge = errors.New("holds a whole number beyond 64 bits, which cannot be sent as it stands")

// exact refuses pairs that a document cannot hold exactly.
func exact(ps []Pair, err error) ([]Pair, error) {
	for _, p := range ps {
		if _, bad := parseJSON(p.JSON); errors.Is(bad, errTooLarge) {
			return nil, bad
		}
	}
	return ps, err
}

// parseJSON reads one JSON value.
func parseJSON(src []byte) (*doc.Node, error) {
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	n, err := readJSON(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the value")
	}
	return n, nil
}

func readJSON(dec *json.Decoder) (*doc.Node, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch v := tok.(type) {
	case json.Delim:
		n := &doc.Node{Kind: doc.List}
		if v == '{' {
			n.Kind = doc.Map
		}
		for dec.More() {
			key := ""
			if v == '{' {
				k, err := dec.Token()
				if err != nil {
					return nil, err
				}
				key = k.(string)
			}
			x, err := readJSON(dec)
			if err != nil {
				return nil, err
			}
			if v == '{' {
				n.Set(key, x)
			} else {
				n.Items = append(n.Items, x)
			}
		}
		_, err := dec.Token()
		return n, err
	case json.Number:
		if !strings.ContainsAny(v.String(), ".eE") {
			i, err := v.Int64()
			if err != nil {
				return nil, errTooLarge
			}
			return doc.Of(i), nil
		}
		f, err := v.Float64()
		if err != nil && !math.IsInf(f, 0) {
			return nil, err
		}
		return doc.Of(f), nil
	default:
		return doc.Of(v), nil
	}
}
