// What --plan shows of the data: where texts come from, what stands before them, images, audio and marker.
package cli

import (
	"fmt"
	"strings"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/synth"
)

// dataRows say what is unusual about the data; a plain run has none of them.
func (r *profileRun) dataRows(w *rows) {
	d := r.p.Data
	o := d.Made
	for _, row := range []struct {
		name, text string
		shown      bool
	}{
		{"corpus", o.Corpus + when(o.Corpus == synth.Random, " tokens, as "+o.Style+" makes them"), o.Corpus != "" && o.Corpus != synth.Sonnet && !o.NoText},
		{"length pairs", fmt.Sprintf("%d, drawn by share for each turn", len(o.Mix)), o.Mix != nil},
		{"texts", fmt.Sprintf("%d a request", o.Texts), o.Texts > 1 && !o.NoText},
		{"prefixes", fmt.Sprintf("%d of %d tokens, one drawn for each first prompt", o.PrefixPool, o.PrefixLength), o.PrefixPool > 0 && o.PrefixLength > 0},
		{"system message", fmt.Sprintf("%d tokens, the same in all sessions", o.SystemLength), o.SystemLength > 0},
		{"system message", fmt.Sprintf("word for word, %d characters", len([]rune(d.System))), d.System != ""},
		{"user context", fmt.Sprintf("%d tokens, of its own in every session", o.ContextLength), o.ContextLength > 0},
		{"cache marker", strings.ReplaceAll(d.Bust, "_", " "), d.Bust != ""},
		{"images", r.imageText(), o.Images != nil},
		{"audio", r.audioText(), o.Audio != nil},
	} {
		if row.shown {
			w.row(row.name, row.text)
		}
	}
}

func (r *profileRun) imageText() string {
	o := r.p.Data.Made.Images
	if o == nil {
		return ""
	}
	source := o.Source
	if source != "noise" && source != "assets" {
		source = "from " + source
	}
	return fmt.Sprintf("%d a request, %s by %s px, %s, %s", o.Batch, spreadText(o.Width), spreadText(o.Height), o.Format, source)
}

func (r *profileRun) audioText() string {
	o := r.p.Data.Made.Audio
	if o == nil {
		return ""
	}
	return fmt.Sprintf("%d a request, %s s, %s, %s kHz, %s bits", o.Batch, spreadText(o.Length), o.Format, listText(o.SampleRates), listText(o.Depths))
}

func spreadText(s dataset.Spread) string {
	return fmt.Sprint(s.Mean) + when(s.Stddev > 0, fmt.Sprintf(" (stddev %g)", s.Stddev))
}

func listText[T any](list []T) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = fmt.Sprint(v)
	}
	return strings.Join(parts, " or ")
}
