// The dataset of a document from flags: which kind it is, and under which key of that kind each flag stands.
package config

import (
	"fmt"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/files"
)

// mainDataset is the name of the dataset of a command line, and of a flat file.
const mainDataset = "main"

// The kinds of a dataset.
const (
	synthetic  = "synthetic"
	fileData   = "file"
	publicData = "public"
)

// dataCell says where a field stands in a dataset of another kind than its row's; "-" is nowhere: it has nothing to act on there.
type dataCell struct{ synthetic, file, public string }

var dataCells = map[string]dataCell{
	"prompt_output_tokens_mean":      {"prompts.osl.mean", "osl.mean", "osl.mean"},
	"prompt_output_tokens_stddev":    {"prompts.osl.stddev", "osl.stddev", "osl.stddev"},
	"cache_bust":                     {"prompts.cache_bust.target", "cache_bust.target", "cache_bust.target"},
	"prompt_input_tokens_block_size": {"prompts.block_size", "block_size", "block_size"},
	"prompt_batch_size":              {"prompts.batch_size", "prompt_batch_size", "-"},
	"image_batch_size":               {"images.batch_size", "image_batch_size", "-"},
	"audio_batch_size":               {"audio.batch_size", "audio_batch_size", "-"},
	"video_batch_size":               {"video.batch_size", "video_batch_size", "-"},
}

// replayOnly are keys that only recorded conversations have; mediaKeys are keys that only made-up ones have.
var (
	replayOnly = []string{"synthesis.", "ignore_trace_delays", "use_think_time_only", "inter_turn_delay_cap_seconds", "trace_idle_gap_cap_seconds"}
	mediaKeys  = []string{"images.", "audio.", "video.", "rankings."}
)

// shapes are the fields that ask for one image, recording or film in every prompt when no batch size is given.
var shapes = []struct{ batch, key, fields string }{
	{"audio_batch_size", "audio", "audio_length_mean audio_length_stddev"},
	{"image_batch_size", "images", "image_width_mean image_width_stddev image_height_mean image_height_stddev image_source image_source_sampling"},
	{"video_batch_size", "video", "video_duration video_fps video_width video_height video_synth_type"},
}

// madeOf are fields of a dataset with a function of their own.
var madeOf = fieldSet("conversation_num request_count conversation_num_dataset_entries dataset_filters prompt_sequence_distribution public_dataset hf_weka_dataset")

// kind decides what the flags ask for.
func (b *builder) kind() string {
	switch {
	case b.given("public_dataset") || b.given("hf_weka_dataset"):
		return publicData
	case b.given("input_file"):
		return fileData
	}
	return synthetic
}

// dataset makes the one dataset of a command line.
func (b *builder) dataset() error {
	b.dataKind = b.kind()
	b.data = doc.NewMap("name", b.dataName, "type", b.dataKind)
	if b.dataKind == publicData {
		name := doc.Of("weka_hf")
		if b.given("public_dataset") {
			name = b.value("public_dataset")
		}
		b.data.Set("dataset", name)
		if b.given("hf_weka_dataset") {
			b.data.Set("hf_weka_dataset", b.value("hf_weka_dataset"))
		}
	}
	if got := b.s.among(batchFields); len(got) > 0 && b.dataKind == fileData {
		if files.IsDir(b.file(b.s.str("input_file"))) {
			return usagef("%s cannot stand with a directory as %s: each of its files is a pool of its own", b.s.names(got), b.s.name("input_file"))
		}
	}
	if err := b.dataFields(); err != nil {
		return err
	}
	b.entries()
	if b.dataKind == synthetic {
		b.fillSynthetic()
	}
	b.body.Set("datasets", doc.Of([]*doc.Node{b.data}))
	return nil
}

// dataPath is where a field stands in a dataset of the builder's kind; "" when it is no field of a dataset or has nothing to act on.
func (b *builder) dataPath(o *Option) string {
	const prefix = "benchmark.datasets[main]."
	path, ok := "", false
	for p := range strings.FieldsSeq(o.YAML) {
		if path, ok = strings.CutPrefix(p, prefix); ok {
			break
		}
	}
	if !ok || madeOf[o.Field] {
		return ""
	}
	if c, ok := dataCells[o.Field]; ok {
		path = map[string]string{synthetic: c.synthetic, fileData: c.file, publicData: c.public}[b.dataKind]
	}
	switch {
	case path == "-", b.dataKind == synthetic && hasAnyPrefix(path, replayOnly), b.dataKind != synthetic && hasAnyPrefix(path, mediaKeys):
		return ""
	case b.dataKind != synthetic && o.Field == "prompt_output_tokens_stddev" && !b.given("prompt_output_tokens_mean") && !b.over:
		return "" // a spread around nothing
	}
	return path
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// dataFields places every given field of the dataset.
func (b *builder) dataFields() error {
	b.s.table.Each(func(o *Option) {
		path := ""
		if b.given(o.Field) && (o.Field != "prompt_random_range_ratio" || b.s.str(o.Field) != "") {
			path = b.dataPath(o)
		}
		if path == "" {
			return
		}
		n := b.value(o.Field)
		if o.Field == "video_audio_sample_rate" {
			n = b.mark(kilohertz(n), o.Field)
		}
		if o.Field == "audio_sample_rates" {
			for i := range n.Items {
				n.Items[i] = b.mark(kilohertz(n.Items[i]), o.Field)
			}
		}
		put(b.data, path, b.first(o.Field, "datasets."+b.dataName+"."+path, n))
	})
	if b.given("dataset_filters") {
		m := doc.NewMap()
		for _, kv := range b.s.strs("dataset_filters") {
			k, v, ok := strings.Cut(kv, "=")
			if k = strings.TrimSpace(k); !ok || k == "" || v == "" {
				return usagef("%s %s: must be key=value, neither of them empty", b.s.name("dataset_filters"), quote(kv))
			}
			if m.Get(k) != nil {
				return usagef("%s: key %s is given twice", b.s.name("dataset_filters"), quote(k))
			}
			m.Set(k, doc.Of(v))
		}
		b.data.Set("filters", b.mark(m, "dataset_filters"))
	}
	if text := b.s.str("prompt_sequence_distribution"); text != "" {
		name := b.s.name("prompt_sequence_distribution")
		n, between, err := sequenceDistribution(text)
		if err != nil {
			return usagef("%s: %s", name, err)
		}
		if between != "" {
			b.warnings = append(b.warnings, fmt.Sprintf("%s: %s is no pair and has no effect; pairs in brackets are (ISL[|STDDEV],OSL[|STDDEV]):PERCENT", name, quote(between)))
		}
		put(b.data, "prompts.sequence_distribution", b.mark(n, "prompt_sequence_distribution"))
	}
	if f := "prompt_random_range_ratio"; b.s.str(f) != "" {
		if err := rangeRatio(b.s.str(f)); err != nil {
			return usagef("%s %s: %s", b.s.name(f), quote(b.s.str(f)), err)
		}
	}
	return nil
}

// kilohertz reads a sample rate: what no recording has in kHz is meant in Hz.
func kilohertz(n *doc.Node) *doc.Node {
	const highest = 96 // kHz
	if v := number(n.Value); v > highest {
		return doc.Of(v / 1000)
	}
	return n
}

// entries sizes the dataset: its own flag, else as many conversations as the run takes.
func (b *builder) entries() {
	for _, f := range []string{"conversation_num_dataset_entries", "conversation_num", "request_count"} {
		if b.given(f) {
			b.data.Set("entries", b.mark(most(b.value(f)).Clone(), f))
			return
		}
	}
}

// fillSynthetic writes what AIPerf decides for prompts it makes up.
func (b *builder) fillSynthetic() {
	if !b.given("prompt_input_tokens_mean") && !noText[b.s.str("endpoint_type")] {
		put(b.data, "prompts.isl.mean", doc.Of(b.s.int("prompt_input_tokens_mean")))
	}
	for _, d := range []struct {
		key, field string
		mean, dev  any
	}{
		{"turns", "conversation_turn_", 1, 0},
		{"turn_delay", "conversation_turn_delay_", 0.0, 0.0},
	} {
		n := b.data.Get(d.key)
		if n == nil {
			continue
		}
		if n.Get("mean") == nil {
			n.Set("mean", doc.Of(d.mean))
		}
		if n.Get("stddev") == nil {
			n.Set("stddev", doc.Of(d.dev))
		}
	}
	b.fillBatches()
}

// fillBatches asks for one of each medium that has a shape.
func (b *builder) fillBatches() {
	for _, m := range shapes {
		n := b.data.Get(m.key)
		if n == nil || n.Get("batch_size") != nil {
			continue
		}
		for f := range strings.FieldsSeq(m.fields) {
			if b.given(f) {
				n.Set("batch_size", doc.Of(1))
				break
			}
		}
	}
}
