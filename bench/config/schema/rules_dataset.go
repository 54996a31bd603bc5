// Rules of a dataset and its prompts and media.

package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/files"
)

var datasetRules = []func(*scope){
	rule(systemPrompt), rule(turnsAtLeastOne), rule(traceDelays), rule(poolBatchSizes), rule(wekaContextLength), rule(oneSource), rule(corpusOfTrace), rule(openLoop), rule(wekaHF),
}

// maxSystemPrompt bounds the file of a system prompt, in bytes.
const maxSystemPrompt = 16 << 20

func systemPrompt(s *scope, v *Dataset) {
	switch {
	case v.SystemPrompt != nil && v.SystemPromptFile != nil:
		s.fail("system_prompt_file", "keep one of them", "system_prompt and system_prompt_file are both given")
	case v.SystemPrompt != nil && strings.TrimSpace(*v.SystemPrompt) == "":
		s.fail("system_prompt", "leave it out to send none", "system_prompt is empty")
	case v.SystemPromptFile != nil:
		switch text, err := v.SystemMessage(); {
		case err != nil:
			s.fail("system_prompt_file", "name a readable UTF-8 text file that is no link", "system_prompt_file %v", err)
		case strings.TrimSpace(text) == "":
			s.fail("system_prompt_file", "leave it out to send none", "system_prompt_file %s is empty", strconv.Quote(*v.SystemPromptFile))
		}
	}
}

// SystemMessage is the system message to send word for word, from the configuration or the file it names; "" for none. Line ends of a file
// become LF, as Python reads text.
func (d *Dataset) SystemMessage() (string, error) {
	switch {
	case d.SystemPrompt != nil:
		return *d.SystemPrompt, nil
	case d.SystemPromptFile == nil:
		return "", nil
	}
	name := *d.SystemPromptFile
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s cannot be read", strconv.Quote(name))
	}
	text, err := files.Read(name, maxSystemPrompt)
	if err != nil || !utf8.Valid(text) {
		return "", fmt.Errorf("%s cannot be read", strconv.Quote(name))
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(text)), nil
}

func turnsAtLeastOne(s *scope, v *Dataset) {
	if v.Turns != nil && !(v.Turns.Expected() >= 1) {
		s.fail("turns", "leave turns out for one turn per conversation", "turns must be at least 1 on average, not %g", v.Turns.Expected())
	}
}

func traceDelays(s *scope, v *Dataset) {
	if v.IgnoreTraceDelays && v.UseThinkTimeOnly {
		s.fail("use_think_time_only", "keep one of them", "ignore_trace_delays and use_think_time_only both set the delays")
	}
}

func poolBatchSizes(s *scope, v *Dataset) {
	if v.Type != "file" || v.Format == "random_pool" {
		return
	}
	for _, k := range []string{"prompt_batch_size", "image_batch_size", "audio_batch_size", "video_batch_size"} {
		if s.given(k) {
			s.fail(k, "", "%s needs format: random_pool, not %s", k, v.Format)
			return
		}
	}
}

func wekaContextLength(s *scope, v *Dataset) {
	if v.Type == "public" && v.MaxContextLength != nil && !strings.Contains(v.Dataset, "weka") {
		s.fail("max_context_length", "", "max_context_length filters Weka traces only, not %s", v.Dataset)
	}
}

func oneSource(s *scope, v *Dataset) {
	if v.Type != "file" {
		return
	}
	switch {
	case (v.Path == nil) == (v.Records == nil):
		s.fail("records path", "set path or records", "a file dataset has exactly one of path and records")
	case v.Records == nil:
	case v.Records.Kind == doc.List:
		if len(v.Records.Items) == 0 {
			s.fail("records", "", "records must hold at least one record")
		}
	case v.Format != "random_pool":
		s.fail("records", "write a list, or set format: random_pool", "records as named pools need format: random_pool, not %s", v.Format)
	case len(v.Records.Members) == 0:
		s.fail("records", "", "records must hold at least one record")
	default:
		for _, m := range v.Records.Members {
			if len(m.Value.Items) == 0 {
				s.fail("records", "", "the pool %s of records is empty", m.Key)
				return
			}
		}
	}
}

// corpusKeyed are the trace formats whose prompts are cut from a text by block number.
var corpusKeyed = map[string]bool{"mooncake_trace": true, "bailian_trace": true, "burst_gpt_trace": true, "weka_trace": true, "sagemaker_data_capture": true}

func corpusOfTrace(s *scope, v *Dataset) {
	if v.Type == "file" && v.Prompts != nil && v.Prompts.Corpus != nil && *v.Prompts.Corpus == "random" && corpusKeyed[v.Format] {
		s.fail("prompts", "use corpus sonnet or coding", "format %s cuts its prompts from a text and cannot use the random corpus", v.Format)
	}
}

func openLoop(s *scope, v *Dataset) {
	if v.Type == "file" && v.OpenLoopStrict && !v.OpenLoopReplay {
		s.fail("open_loop_strict", "drop one of them", "open_loop_strict needs open_loop_replay")
	}
}

func wekaHF(s *scope, v *Dataset) {
	if v.Type != "public" {
		return
	}
	repo := v.HFWekaDataset != nil && strings.TrimSpace(*v.HFWekaDataset) != ""
	switch {
	case v.Dataset == "weka_hf" && !repo:
		s.fail("dataset", "set hf_weka_dataset: owner/name", "dataset weka_hf needs hf_weka_dataset")
	case v.Dataset != "weka_hf" && v.HFWekaDataset != nil:
		s.fail("hf_weka_dataset", "set dataset: weka_hf", "hf_weka_dataset needs dataset weka_hf, not %s", v.Dataset)
	}
}

// shareTolerance is how far from 100 the shares of a sequence distribution may add up.
const shareTolerance = 1.0

func rangeRatio(s *scope, v *Prompts) {
	if v.RandomRangeRatio == nil {
		return
	}
	switch {
	case v.SequenceDistribution != nil:
		s.fail("random_range_ratio", "keep one of them", "random_range_ratio and sequence_distribution both set the lengths")
		return
	case v.ISL == nil:
		s.fail("random_range_ratio", "set isl", "random_range_ratio needs isl")
		return
	case v.OSL == nil:
		s.fail("random_range_ratio", "set osl", "random_range_ratio needs osl")
		return
	}
	in, out, ok := ReadRatio(*v.RandomRangeRatio)
	switch {
	case !ok:
		s.fail("random_range_ratio", `write 0.5 or {"input": 0.1, "output": 0.2}`, "random_range_ratio is no ratio: %s", strconv.Quote(clip(*v.RandomRangeRatio)))
	case v.RandomCorpusStyle == "sglang" && strings.Contains(*v.RandomRangeRatio, "{"):
		s.fail("random_range_ratio", "write one number", "random_corpus_style sglang takes one ratio for input and output")
	case v.RandomCorpusStyle == "vllm" && !(in >= 0 && in < 1 && out >= 0 && out < 1):
		s.fail("random_range_ratio", "", "random_range_ratio must be >= 0 and < 1")
	case !(in >= 0 && in <= 1 && out >= 0 && out <= 1):
		s.fail("random_range_ratio", "", "random_range_ratio must be >= 0 and <= 1")
	case spread(v.ISL):
		s.fail("isl", "write a plain number", "isl has a stddev, and random_range_ratio already spreads it")
	case spread(v.OSL):
		s.fail("osl", "write a plain number", "osl has a stddev, and random_range_ratio already spreads it")
	}
}

func spread(d *Dist) bool { return d.Type == "normal" && d.Stddev > 0 }

// ReadRatio reads one number for both, or a JSON mapping.
func ReadRatio(s string) (in, out float64, ok bool) {
	if x, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil || math.IsInf(x, 0) {
		return x, x, true
	}
	var both map[string]any
	if json.Unmarshal([]byte(s), &both) != nil || len(both) != 2 {
		return 0, 0, false
	}
	side := func(key string) float64 {
		switch x := both[key].(type) {
		case float64:
			return x
		case bool: // Python's float takes them
			if x {
				return 1
			}
			return 0
		case string:
			if f, err := strconv.ParseFloat(strings.TrimSpace(x), 64); err == nil {
				return f
			}
		}
		ok = false
		return 0
	}
	ok = true
	in, out = side("input"), side("output")
	return in, out, ok
}

func prefixKinds(s *scope, v *PrefixPrompts) {
	if (v.PoolSize != nil || v.Length != nil) && (v.SharedSystemLength != nil || v.UserContextLength != nil) {
		s.fail("shared_system_length user_context_length", "keep one kind", "pool_size/length and shared_system_length/user_context_length exclude each other")
	}
}

func imageSampling(s *scope, v *Images) {
	if v.Source == "noise" && v.SourceSampling != "random-with-replacement" {
		s.fail("source_sampling", "set source to assets or a folder", "source_sampling %s needs a finite source; noise has none", v.SourceSampling)
	}
}

func audioCodec(s *scope, v *VideoAudio) {
	if v.Codec != nil && v.Channels == 0 {
		s.fail("codec", "set channels to 1 or 2", "codec %s has no effect while channels is 0", *v.Codec)
	}
}
