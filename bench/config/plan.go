// The plan of a decided run: what bench is handed, but for the data.
package config

import (
	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config/env"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/metrics"
)

// Plan is the run without its data: the caller adds source, sampler and tokenizer.
func (p *Profile) Plan(kind *endpoints.Kind) (*bench.Plan, error) {
	e := &p.Config.Benchmark.Endpoint
	t := bench.Target{
		Kind: kind, Model: p.Model, Streaming: p.Streaming(kind), Extra: p.Extra, Timeout: p.Timeout,
		ServerTokens: e.UseServerTokenCount, LegacyMaxTokens: e.UseLegacyMaxTokens, UserAgent: userAgent, Affinity: affinity(p.vars),
	}
	for _, u := range p.URLs {
		full, err := endpoints.URL(u, kind.SubPath(t.Streaming, e.Path))
		if err != nil {
			return nil, err
		}
		t.URLs = append(t.URLs, full)
	}
	for _, h := range p.Headers {
		t.Headers = append(t.Headers, [2]string{h.Name, h.Value})
	}
	seed := p.Seed
	return &bench.Plan{
		Target: t, Phases: p.Phases, Seed: p.Seed, Clock: p.Clock, KeepRaw: p.Artifacts.Level == "raw",
		Scope: metrics.Scope{
			EndpointTitle: kind.Title, Streaming: t.Streaming, ProducesTokens: kind.ProducesTokens,
			TokenizesInput: kind.TokenizesInput, Audio: kind.Media&endpoints.Audio != 0, ServerTokens: t.ServerTokens, Thresholds: thresholds(p.vars),
		},
		Run: metrics.RunInfo{
			BenchmarkID: p.id, Seed: &seed, SeedDrawn: !p.SeedGiven, CLICommand: knownSecrets(p.Secrets()).hide(p.command), InputConfig: p.InputConfig(), Model: p.Model,
		},
	}, nil
}

// affinity lists the headers that carry a session's id for routers; nil when nothing was said.
func affinity(v *env.Values) []string {
	names := []string{}
	for _, h := range []struct {
		on   bool
		name string
	}{
		{v.Bool("AIPERF_HTTP_X_SESSION_ID_FROM_CORRELATION_ID"), endpoints.HeaderSessionID},
		{v.Bool("AIPERF_HTTP_X_SESSION_AFFINITY_FROM_CORRELATION_ID"), endpoints.HeaderSessionAffinity},
		{v.Bool("AIPERF_HTTP_X_SMG_ROUTING_KEY_FROM_CORRELATION_ID"), endpoints.HeaderSMGRoutingKey},
		{v.Bool("AIPERF_HTTP_X_DYNAMO_SESSION_ID_FROM_CORRELATION_ID"), endpoints.HeaderDynamoSessionID},
	} {
		if h.on {
			names = append(names, h.name)
		}
	}
	return names
}

// thresholds are the limits from which token counts that disagree are reported.
func thresholds(v *env.Values) *metrics.Thresholds {
	return &metrics.Thresholds{
		UsageDiffPercent:   v.Float("AIPERF_METRICS_USAGE_PCT_DIFF_THRESHOLD"),
		OSLMismatchPercent: v.Float("AIPERF_METRICS_OSL_MISMATCH_PCT_THRESHOLD"),
		OSLMismatchTokens:  float64(v.Int("AIPERF_METRICS_OSL_MISMATCH_MAX_TOKEN_THRESHOLD")),
	}
}

// ConsoleWidth is the width of the captured console text, in columns.
func (p *Profile) ConsoleWidth() int { return int(p.vars.Int("AIPERF_UI_CONSOLE_EXPORT_WIDTH")) }

// Streaming tells whether responses are streamed: asked for, and possible.
func (p *Profile) Streaming(kind *endpoints.Kind) bool {
	return p.Config.Benchmark.Endpoint.Streaming && kind.Streams
}
