// The metric tables: which metrics stand in which table, in which order, with which columns.
package console

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/metrics"
)

// missing stands where a statistic does not exist.
const missing = "N/A"

// groups are the tables in the order in which they are printed; the default table is last, next to the prompt.
var groups = [...]struct {
	group  metrics.Group
	suffix string
}{
	{metrics.GroupEffective, ": Effective"},
	{metrics.GroupActive, ": Active"},
	{metrics.GroupUsage, ": Usage"},
	{metrics.GroupDefault, ""},
}

// stat is one column of a metric table.
type stat struct {
	name string
	of   func(*metrics.Result) metrics.Value
	drop int // where the line is too short, columns go in this order; 0 stays
}

var stats = [...]stat{
	{"avg", func(r *metrics.Result) metrics.Value { return r.Avg }, 0},
	{"min", func(r *metrics.Result) metrics.Value { return r.Min }, 2},
	{"max", func(r *metrics.Result) metrics.Value { return r.Max }, 3},
	{"p99", percentile(99), 5},
	{"p90", percentile(90), 4},
	{"p50", percentile(50), 6},
	{"std", func(r *metrics.Result) metrics.Value { return r.Std }, 1},
}

func percentile(q int) func(*metrics.Result) metrics.Value {
	at := slices.Index(metrics.Percentiles[:], q)
	return func(r *metrics.Result) metrics.Value { return r.Percentiles[at] }
}

// metricTables writes the group tables one under the other, then the hint that belongs to them.
func (p *printer) metricTables() {
	p.section(func(b *strings.Builder) {
		for _, g := range groups {
			rows := selected(p.s.Results, func(d *metrics.Def) bool { return d.Group == g.group && d.ShownOnConsole() })
			if p.opt.Terminal && g.group != metrics.GroupDefault && allZero(rows) {
				continue
			}
			p.metricTable(b, "NVIDIA AIPerf | "+p.s.Scope.EndpointTitle+g.suffix, rows)
		}
	})
}

// traceTable writes the table of transport times.
func (p *printer) traceTable() {
	p.section(func(b *strings.Builder) {
		rows := selected(p.s.Results, func(d *metrics.Def) bool { return d.Flags&metrics.HTTPTraceOnly != 0 && d.Shown(p.s.Scope) })
		p.metricTable(b, "NVIDIA AIPerf | HTTP Trace Timing", rows)
	})
}

// section sets tables off by two empty lines and adds the hint that belongs to them; nothing when there are no tables.
func (p *printer) section(write func(*strings.Builder)) {
	var b strings.Builder
	write(&b)
	if b.Len() == 0 {
		return
	}
	p.WriteString("\n\n")
	p.WriteString(b.String())
	p.cacheHint()
}

// selected returns the wanted results by console order; those without an order stay last, in result order.
func selected(results []metrics.Result, want func(*metrics.Def) bool) []*metrics.Result {
	var rows []*metrics.Result
	for i := range results {
		if d := results[i].Def; d != nil && want(d) {
			rows = append(rows, &results[i])
		}
	}
	slices.SortStableFunc(rows, func(a, b *metrics.Result) int {
		switch x, y := a.Def.Order, b.Def.Order; {
		case x == y:
			return 0
		case x == 0:
			return 1
		case y == 0:
			return -1
		default:
			return x - y
		}
	})
	return rows
}

func allZero(rows []*metrics.Result) bool {
	for _, r := range rows {
		if r.Avg.Float64() != 0 || r.Max.Float64() != 0 {
			return false
		}
	}
	return true
}

// metricTable writes one table; nothing when it has no rows.
func (p *printer) metricTable(b *strings.Builder, title string, rows []*metrics.Result) {
	if len(rows) == 0 {
		return
	}
	t := grid(title, rows, stats[:], false)
	if p.opt.Terminal && total(t.natural()) > p.opt.Width {
		t = narrowed(title, rows, p.opt.Width)
	}
	t.write(b, p.opt.Width, p.p)
}

// narrowed breaks labels early and gives up columns, the least telling first, until the table fits.
func narrowed(title string, rows []*metrics.Result, width int) *table {
	columns := slices.Clone(stats[:])
	for {
		t := grid(title, rows, columns, true)
		next := -1
		for i, c := range columns {
			if c.drop > 0 && (next < 0 || c.drop < columns[next].drop) {
				next = i
			}
		}
		if next < 0 || total(t.natural()) <= width {
			return t
		}
		columns = slices.Delete(columns, next, next+1)
	}
}

func grid(title string, rows []*metrics.Result, columns []stat, tight bool) *table {
	t := &table{title: title, columns: []column{{"Metric", right, labelStyle}}}
	for _, c := range columns {
		t.columns = append(t.columns, column{c.name, right, valueStyle})
	}
	for _, r := range rows {
		row := []string{label(r.Def, tight)}
		for _, c := range columns {
			row = append(row, number(c.of(r)))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// label is a metric's name with its unit, on a second line under a long name.
func label(d *metrics.Def, tight bool) string {
	if d.Display == "" {
		return d.Header
	}
	unit := "(" + d.Display + ")"
	if tight {
		return strings.Join(wrap(d.Header+" "+unit, labelWidth), "\n")
	}
	if len([]rune(d.Header)) > labelWidth {
		return d.Header + "\n" + unit
	}
	return d.Header + " " + unit
}

// number writes a value with two decimals and thousands separators.
func number(v metrics.Value) string {
	if !v.Present() {
		return missing
	}
	return grouped(strconv.FormatFloat(v.Float64(), 'f', 2, 64))
}

// grouped puts a comma before every three digits of the whole part.
func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, rest := s, ""
	if dot := strings.IndexByte(s, '.'); dot >= 0 {
		whole, rest = s[:dot], s[dot:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + rest
}
