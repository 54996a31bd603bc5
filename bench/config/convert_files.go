// What the files that flags name say about the run: whether a trace is timed, how many requests it holds, a series of rates.
package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/files"
)

// Limits of what is read before a run.
const (
	mostSeries = 16 << 20 // bytes of a rate series: a day at one point a second is 3 MiB
)

// traceFormats are the formats that a timed file turns into a fixed schedule.
var traceFormats = []string{"burst_gpt_trace", "bailian_trace", "baseten_trace", "mooncake_trace", "sagemaker_data_capture", "tracelab", "weka_trace"}

// timed tells whether the first record of a trace has a time stamp.
func timed(name string) bool {
	if !files.IsFile(name) {
		return false
	}
	found := false
	err := files.Lines(name, func(line []byte) bool {
		n, err := parseJSON(line)
		if err != nil {
			return false
		}
		if found = hasStamp(n); !found {
			if ev := n.Get("timing_events"); ev != nil && len(ev.Items) > 0 {
				found = hasStamp(ev.Items[0])
			}
		}
		return false
	})
	return err == nil && found
}

func hasStamp(n *doc.Node) bool {
	t := n.Get("timestamp")
	return t != nil && t.Kind != doc.Null
}

// countRecords counts the non-blank lines of a file, or of all .jsonl files below a directory.
func countRecords(name string) (total int64, err error) {
	err = files.EachLine(name, ".jsonl", func([]byte) { total++ })
	return total, err
}

// rootConversations counts the conversations of a forking dataset that no other starts.
func rootConversations(name string) (int64, error) {
	var ids []string
	started := map[string]bool{}
	var bad error
	err := files.Lines(name, func(line []byte) bool {
		var rec struct {
			SessionID string `json:"session_id"`
			Turns     []struct {
				Forks  []offspring `json:"forks"`
				Spawns []offspring `json:"spawns"`
			} `json:"turns"`
		}
		if bad = json.Unmarshal(line, &rec); bad != nil {
			return false
		}
		ids = append(ids, rec.SessionID)
		for _, t := range rec.Turns {
			for _, c := range slices.Concat(t.Forks, t.Spawns) {
				for _, id := range c {
					started[id] = true
				}
			}
		}
		return true
	})
	if err = errors.Join(err, bad); err != nil {
		return 0, err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return started[id] })
	return int64(len(ids)), nil
}

// offspring are the conversations that one entry of forks or spawns starts: a name, {child} or {children}.
type offspring []string

func (c *offspring) UnmarshalJSON(raw []byte) error {
	var name string
	if json.Unmarshal(raw, &name) == nil {
		*c = offspring{name}
		return nil
	}
	var obj struct {
		Child    string   `json:"child"`
		Children []string `json:"children"`
	}
	if err := json.Unmarshal(raw, &obj); err != nil {
		return err
	}
	*c = append(obj.Children, obj.Child)
	return nil
}

// rateSeries reads points of time and rate: a list of them, or an object with the one key "points".
func rateSeries(name string) (*doc.Node, error) {
	src, err := files.Read(name, mostSeries)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	n, err := parseJSON(src)
	if err != nil {
		return nil, fmt.Errorf("is no JSON: %w", err)
	}
	if n.Kind == doc.Map {
		if len(n.Members) != 1 || n.Members[0].Key != "points" {
			return nil, errors.New(`must hold exactly one key, "points"`)
		}
		n = n.Members[0].Value
	}
	if n.Kind != doc.List {
		return nil, errors.New("must be a list of points")
	}
	points := &doc.Node{Kind: doc.List}
	last := -1.0
	for i, p := range n.Items {
		var v [2]float64
		for j, key := range []string{"time_s", "qps"} {
			var ok bool
			if v[j], ok = numeric(p.Get(key)); !ok {
				return nil, fmt.Errorf("point %d needs a number %q", i, key)
			}
		}
		switch {
		case len(p.Members) != 2:
			return nil, fmt.Errorf("point %d has other keys than time_s and qps", i)
		case v[0] < 0 || v[1] <= 0:
			return nil, fmt.Errorf("point %d: time_s must be >= 0 and qps > 0", i)
		case i > 0 && v[0] <= last:
			return nil, errors.New("time_s must grow from point to point")
		}
		last = v[0]
		points.Items = append(points.Items, doc.NewMap("time_s", v[0], "qps", v[1]))
	}
	if len(points.Items) < 2 {
		return nil, errors.New("needs at least two points")
	}
	return doc.NewMap("points", points), nil
}

// numeric reads a number, also one written as text.
func numeric(n *doc.Node) (float64, bool) {
	if n == nil {
		return 0, false
	}
	if s, ok := n.Value.(string); ok {
		v, err := parseFloat(s)
		return v, err == nil
	}
	v := number(n.Value)
	return v, v == v
}
