// The summary as CSV: distributions first, scalars after an empty line, rows by tag.
package artifact

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/metrics"
)

// csv writes the summary CSV of the run.
func (o *outcome) csv() ([]byte, error) { return appendCSV([]byte{}, o.s.Scope, o.s.Results), nil }

// appendCSV appends both sections; one without rows is left out.
func appendCSV(b []byte, scope metrics.Scope, results []metrics.Result) []byte {
	var full, scalar []*metrics.Result
	for i := range results {
		r := &results[i]
		switch {
		case r.Def == nil || !r.Def.Shown(scope):
		case slices.ContainsFunc(r.Percentiles[:], metrics.Value.Present):
			full = append(full, r)
		default:
			scalar = append(scalar, r)
		}
	}
	byTag := func(a, b *metrics.Result) int { return cmp.Compare(a.Def.Tag, b.Def.Tag) }
	slices.SortFunc(full, byTag)
	slices.SortFunc(scalar, byTag)
	if len(full) > 0 {
		b = append(b, "Metric,avg,min,max,sum"...)
		for _, q := range metrics.Percentiles {
			b = strconv.AppendInt(append(b, ",p"...), int64(q), 10)
		}
		b = append(b, ",std\r\n"...)
	}
	for _, r := range full {
		b = appendField(b, label(r.Def))
		for _, v := range [...]metrics.Value{r.Avg, r.Min, r.Max, r.Sum} {
			b = appendCell(b, v)
		}
		for _, v := range r.Percentiles {
			b = appendCell(b, v)
		}
		b = append(appendCell(b, r.Std), "\r\n"...)
	}
	if len(scalar) > 0 {
		if len(full) > 0 {
			b = append(b, "\r\n"...)
		}
		b = append(b, "Metric,Value\r\n"...)
	}
	for _, r := range scalar {
		b = append(appendCell(appendField(b, label(r.Def)), r.Avg), "\r\n"...)
	}
	return b
}

// label is a metric's name with its unit, unless the unit says nothing.
func label(d *metrics.Def) string {
	switch strings.ToLower(d.Display) {
	case "", "count", "requests":
		return d.Header
	}
	return d.Header + " (" + d.Display + ")"
}

// appendCell appends a comma and a number: two decimals, integers as they are, nothing when absent.
func appendCell(b []byte, v metrics.Value) []byte {
	b = append(b, ',')
	switch {
	case !v.Present():
		return b
	case v.IsInt():
		return strconv.AppendInt(b, v.Int64(), 10)
	}
	return strconv.AppendFloat(b, v.Float64(), 'f', 2, 64)
}

// appendField appends a text, quoted only when it must be.
func appendField(b []byte, s string) []byte {
	if !strings.ContainsAny(s, ",\"\r\n") {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}
