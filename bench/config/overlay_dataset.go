// Flags over the one dataset of a configuration file.
package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// overDataset lays the given dataset flags over the file's dataset.
func (b *builder) overDataset() error {
	list := b.body.Get("datasets")
	if list == nil || list.Kind != doc.List || len(list.Items) != 1 || list.Items[0].Kind != doc.Map {
		return nil // none or several: the document's check says so
	}
	b.data = list.Items[0]
	b.dataName, _ = value(b.data, "name").(string)
	if b.dataName == "" {
		b.dataName = mainDataset
	}
	b.dataKind = kindOf(b.data)
	if msg := b.dataMismatch(); msg != "" {
		return usagef("%s", msg)
	}
	b.writeOut()
	if err := b.dataFields(); err != nil {
		return err
	}
	for _, f := range []string{"conversation_num_dataset_entries", "conversation_num"} {
		if b.given(f) {
			b.data.Set("entries", b.mark(most(b.value(f)).Clone(), f))
			break
		}
	}
	if b.dataKind == synthetic {
		b.fillBatches()
	}
	return nil
}

// kindOf reads the type of a dataset, or what its keys say.
func kindOf(d *doc.Node) string {
	switch t, _ := value(d, "type").(string); {
	case t == fileData || t == publicData || t == synthetic:
		return t
	case d.Get("dataset") != nil:
		return publicData
	case d.Get("path") != nil:
		return fileData
	}
	return synthetic
}

// dataMismatch refuses flags that have nothing to act on in the file's dataset.
func (b *builder) dataMismatch() string {
	format, _ := value(b.data, "format").(string)
	if b.given("custom_dataset_type") {
		format = b.s.str("custom_dataset_type")
	}
	public, _ := value(b.data, "dataset").(string)
	declares := "but the configuration file declares a dataset of type " + b.dataKind
	for _, m := range []struct {
		fields string
		wrong  bool
		why    string
	}{
		{"input_file custom_dataset_type", b.dataKind != fileData, "acts on a file, " + declares},
		{"dataset_filters", b.dataKind != publicData, "acts on a public dataset, " + declares},
		{syntheticOnly, b.dataKind != synthetic, "shapes synthetic prompts, " + declares},
		{batchFields, b.dataKind == publicData || b.dataKind == fileData && format != "random_pool", "acts on synthetic prompts and the format random_pool, " + declares},
		{"max_context_length", format != "weka_trace" && !strings.Contains(public, "weka"), "acts on Weka traces only"},
		{basetenFields, b.dataKind != fileData || format != "" && format != "baseten_trace", "acts on the format baseten_trace of a file only"},
		{"prompt_input_tokens_block_size", b.dataKind == publicData || b.dataKind == fileData && format != "" && !slices.Contains(hashTraces, format),
			"acts on synthetic prompts and on traces of hashed blocks"},
	} {
		var got []string
		for _, f := range b.s.among(m.fields) {
			if b.s.has(f) {
				got = append(got, f)
			}
		}
		if m.wrong && len(got) > 0 {
			return fmt.Sprintf("%s %s", b.s.names(got), m.why)
		}
	}
	return b.inertData()
}

// inertData refuses flags of the other kind of dataset.
func (b *builder) inertData() string {
	var got []string
	b.s.table.Each(func(o *Option) {
		path, ok := strings.CutPrefix(o.YAML, "benchmark.datasets[main].")
		if !ok || !b.given(o.Field) || strings.HasSuffix(o.Field, "_batch_size") {
			return
		}
		if b.dataKind == synthetic && hasAnyPrefix(path, replayOnly) || b.dataKind != synthetic && hasAnyPrefix(path, mediaKeys) {
			got = append(got, o.Field)
		}
	})
	if f := "prompt_output_tokens_stddev"; b.dataKind != synthetic && b.given(f) && !b.given("prompt_output_tokens_mean") && isNull(b.data.Get("osl")) {
		got = append(got, f) // a spread around nothing
	}
	if len(got) == 0 {
		return ""
	}
	return fmt.Sprintf("%s has no effect on a dataset of type %s, which the configuration file declares: drop it", b.s.names(got), b.dataKind)
}

// writeOut turns the short forms that flags reach into: lengths beside the prompts, and bare numbers where a mean gets a spread.
func (b *builder) writeOut() {
	for _, l := range []struct{ key, mean, dev string }{
		{"isl", "prompt_input_tokens_mean", "prompt_input_tokens_stddev"},
		{"osl", "prompt_output_tokens_mean", "prompt_output_tokens_stddev"},
	} {
		if !b.given(l.mean) && !b.given(l.dev) || b.dataKind != synthetic {
			continue
		}
		if n := b.data.Delete(l.key); n != nil {
			put(b.data, "prompts."+l.key, n)
		}
		if p := b.data.Get("prompts"); p != nil {
			asMean(p, l.key)
		}
	}
	for key, fields := range map[string]string{
		"turns": "conversation_turn_mean conversation_turn_stddev", "turn_delay": "conversation_turn_delay_mean conversation_turn_delay_stddev",
		"osl": "prompt_output_tokens_mean prompt_output_tokens_stddev",
	} {
		if len(b.s.among(fields)) > 0 {
			asMean(b.data, key)
		}
	}
}

// asMean writes a bare number, or a fixed value, as a mean. Other distributions stay as they are.
func asMean(n *doc.Node, key string) {
	v := n.Get(key)
	if v == nil {
		return
	}
	if v.Kind == doc.Map {
		if f := v.Delete("value"); f != nil {
			v.Delete("type")
			v.Set("mean", f)
		}
		return
	}
	if v.Kind == doc.Int || v.Kind == doc.Float {
		m := doc.NewMap("mean", v)
		m.Pos, m.Origin = v.Pos, v.Origin
		n.Set(key, m)
	}
}
