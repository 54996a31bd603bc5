// What the figures alone do not say: the error table, the hint on cache reporting, the panels on token counts.
package console

import (
	"fmt"
	"strconv"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/redact"
)

// errorTable lists the errors of the run in order of first sight.
func (p *printer) errorTable() {
	if len(p.s.Errors) == 0 {
		return
	}
	t := table{title: "NVIDIA AIPerf | Error Summary", columns: []column{
		{"Code", right, badStyle}, {"Type", right, badStyle}, {"Message", left, plainStyle}, {"Count", right, badStyle},
	}}
	shown := p.s.Errors
	if p.opt.Terminal && len(shown) > errorRows {
		shown = shown[:errorRows]
	}
	for _, e := range shown {
		code, kind := missing, missing
		if e.Code.Known() && e.Code != 0 {
			code = strconv.FormatInt(int64(e.Code), 10)
		}
		if e.Type != "" {
			kind = clean(e.Type)
		}
		t.rows = append(t.rows, []string{code, kind, clean(redact.Text(e.Message)), grouped(strconv.FormatInt(e.Count, 10))})
	}
	p.WriteString("\n\n")
	t.write(&p.Builder, p.opt.Width, p.p)
	if rest := p.s.Errors[len(shown):]; len(rest) > 0 {
		var n int64
		for _, e := range rest {
			n += e.Count
		}
		p.line(badStyle, "and %d more kinds of errors (%s requests), all in the summary file", len(rest), grouped(strconv.FormatInt(n, 10)))
	}
}

// result finds a result by its tag.
func result(s *metrics.Summary, tag string) *metrics.Result {
	for i := range s.Results {
		if d := s.Results[i].Def; d != nil && d.Tag == tag {
			return &s.Results[i]
		}
	}
	return nil
}

func present(s *metrics.Summary, tags ...string) bool {
	for _, tag := range tags {
		if result(s, tag) != nil {
			return true
		}
	}
	return false
}

func avg(s *metrics.Summary, tag string) metrics.Value {
	if r := result(s, tag); r != nil {
		return r.Avg
	}
	return metrics.Absent
}

// cacheHint tells how to make the server report cached tokens when it reports the others.
func (p *printer) cacheHint() {
	if !present(p.s, "usage_prompt_tokens", "total_usage_prompt_tokens") ||
		present(p.s, "usage_prompt_cache_read_tokens", "total_usage_prompt_cache_read_tokens") {
		return
	}
	p.WriteByte('\n')
	p.line(warnStyle, "Token usage is reported but no prompt-cache read tokens were seen (usage.prompt_tokens_details.cached_tokens absent). "+
		"If your server uses prefix/KV caching, enable cache reporting so AIPerf can populate the prompt-cache metrics: "+
		"vLLM --enable-prompt-tokens-details, SGLang --enable-cache-report (TRT-LLM reports it by default).")
}

// panels warn about token counts that do not agree.
func (p *printer) panels() {
	requests := avg(p.s, "request_count").Float64()
	if requests <= 0 {
		return
	}
	share := func(n float64) string {
		return fmt.Sprintf("%s of %s requests (%.1f%%)", thousands(n), thousands(requests), n/requests*100)
	}
	limits := p.s.Scope.Limits()
	if n := avg(p.s, "usage_discrepancy_count").Float64(); n > 0 {
		p.WriteByte('\n')
		panel(&p.Builder, "Token Count Discrepancy Warning", []string{
			fmt.Sprintf("%s show a difference exceeding %g%% between:", share(n), limits.UsageDiffPercent),
			"  - API-reported usage tokens (from 'usage' field)",
			"  - Client-computed token counts (from tokenization)",
			"",
			"Possible Causes:",
			"  - Different tokenization methods (API vs client)",
			"  - API special tokens or preprocessing",
			"",
			"Investigation Steps:",
			"  1. Review profile_export.jsonl for per-request usage_*_diff_pct values",
			"  2. Verify client tokenizer matches the model's tokenizer",
			"  3. Use server token counts: --use-server-token-count (disables client tokenization and diff metrics)",
			fmt.Sprintf("  4. Adjust threshold: AIPERF_METRICS_USAGE_PCT_DIFF_THRESHOLD=%g", limits.UsageDiffPercent),
		}, p.opt.Width, p.p, warnStyle)
	}
	if n := avg(p.s, "osl_mismatch_count").Float64(); n > 0 {
		p.WriteByte('\n')
		panel(&p.Builder, "Output Sequence Length Mismatch Warning", []string{
			share(n) + " have output length differing from requested by more than the threshold.",
			fmt.Sprintf("Threshold (tokens): min(requested x %g%%, %g)", limits.OSLMismatchPercent, limits.OSLMismatchTokens),
			fmt.Sprintf("Average mismatch: %.1f%%", avg(p.s, "osl_mismatch_diff_pct").Float64()),
			"",
			"Why: Server hit EOS token before reaching requested output length.",
			"",
			"Fix Options:",
			"  - --extra-inputs ignore_eos:true - Generate until max_tokens (vLLM, TensorRT-LLM)",
			"  - --extra-inputs min_tokens:<N> - Set minimum output length (vLLM, TensorRT-LLM, SGLang)",
			"  - --use-server-token-count - Use server-reported token counts if tokenizer mismatch suspected",
			"",
			"Diagnostics:",
			"  - Review profile_export.jsonl -> osl_mismatch_diff_pct for per-request values",
			fmt.Sprintf("  - Adjust: AIPERF_METRICS_OSL_MISMATCH_PCT_THRESHOLD=%g", limits.OSLMismatchPercent),
			fmt.Sprintf("  - Adjust: AIPERF_METRICS_OSL_MISMATCH_MAX_TOKEN_THRESHOLD=%g", limits.OSLMismatchTokens),
		}, p.opt.Width, p.p, warnStyle)
	}
}

func thousands(n float64) string { return grouped(strconv.FormatFloat(n, 'f', 0, 64)) }
