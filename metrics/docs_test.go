// The reference page that the definition table writes: docs/metrics-reference.md.
package metrics_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

var update = flag.Bool("update", false, "rewrite the reference page from the definition table")

// TestDocs fails when the page is not what the table says.
func TestDocs(t *testing.T) {
	const name = "../docs/metrics-reference.md"
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(metricsPage()), 0o644))
		return
	}
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, metricsPage(), string(b), "%s is stale: make generate", name)
}

func metricsPage() string {
	var b strings.Builder
	b.WriteString("# Metrics\n\nWritten by `make generate` from the definition table in `metrics/defs*.go`, in its order; do not edit. ")
	b.WriteString("Times are measured in ns and shown in the unit below. What the instants mean: [method.md](method.md).\n\n")
	b.WriteString("Kind: *per request* has a value for each request and statistics over them (*list*: several values for each request), ")
	b.WriteString("*aggregate* combines one contribution of each request, *derived* comes from other results, *run* from the whole run. ")
	b.WriteString("Screen: the table of the console that shows it; - is in files only.\n\n")
	b.WriteString("| metric | name | unit | kind | screen | computed | formula | absent when |\n|---|---|---|---|---|---|---|---|\n")
	for _, d := range metrics.Defs() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s | %s |\n", d.Tag, mdCell(d.Header), mdCell(d.Display), kindCell(d), groupCell(d),
			mdCell(gateCell(d)), mdCell(d.Formula), mdCell(d.AbsentWhen))
	}
	return b.String()
}

func kindCell(d *metrics.Def) string {
	s := [...]string{metrics.PerRecord: "per request", metrics.Aggregate: "aggregate", metrics.Derived: "derived", metrics.Injected: "run"}[d.Shape]
	if d.List() {
		s += ", list"
	}
	if d.Shape == metrics.Aggregate {
		s += ", " + [...]string{metrics.Sum: "sum", metrics.Min: "min", metrics.Max: "max"}[d.Combine]
	}
	return s
}

func groupCell(d *metrics.Def) string {
	if !d.ShownOnConsole() {
		return "-"
	}
	return [...]string{metrics.GroupNone: "-", metrics.GroupEffective: "effective", metrics.GroupActive: "active", metrics.GroupUsage: "usage", metrics.GroupDefault: "main"}[d.Group]
}

// gateCell says in words when a metric is computed and where it is kept out of.
func gateCell(d *metrics.Def) string {
	var words []string
	for _, g := range [...]struct {
		flag metrics.Flags
		text string
	}{
		{metrics.StreamingOnly, "streaming"},
		{metrics.ProducesTokensOnly, "endpoint produces tokens"},
		{metrics.TokenizesInputOnly, "endpoint tokenizes input"},
		{metrics.ErrorOnly, "from failed requests"},
		{metrics.Internal, "internal"},
		{metrics.Experimental, "experimental"},
		{metrics.UsageDiffOnly, "client counts tokens"},
		{metrics.HTTPTraceOnly, "HTTP trace"},
		{metrics.GoodputOnly, "goodput"},
		{metrics.FixedScheduleOnly, "fixed schedule"},
		{metrics.AudioOnly, "audio input"},
		{metrics.ImageOnly, "image input"},
		{metrics.VideoOnly, "video input"},
		{metrics.ProducesVideoOnly, "video output"},
		{metrics.Reasoning, "reasoning output"},
	} {
		if d.Flags&g.flag != 0 {
			words = append(words, g.text)
		}
	}
	if len(words) == 0 {
		return "always"
	}
	return strings.Join(words, ", ")
}

func mdCell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(s)
}
