// What people see: hints, places, secrets, the list of keys, and the JSON schema beside the released one.

package schema_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

const start = "benchmark:\n  model: m\n  endpoint: {url: h}\n  dataset: {isl: 4}\n  phases: {type: concurrency, requests: 1}\n"

func TestMistakesAreHelpful(t *testing.T) {
	for _, c := range []struct{ name, doc, want string }{
		{"misspelt", start + "  endpoimt: 1\n", `f.yaml:6:3: benchmark.endpoimt: unknown key; did you mean endpoint?`},
		{"another type's key", strings.Replace(start, "requests: 1", "requests: 1, smoothness: 2", 1), `benchmark.phases.0.smoothness: unknown key; smoothness exists for type gamma only, not for concurrency`},
		{"another place's key", start + "  concurrency: 4\n", `benchmark.concurrency: unknown key; concurrency belongs under benchmark.phases[]`},
		{"top level", start + "swep: {}\n", `f.yaml:6:1: swep: unknown key; did you mean sweep?`},
		{"bound", strings.Replace(start, "requests: 1", "requests: 0", 1), `f.yaml:5:41: benchmark.phases.0.requests: must be >= 1, not 0`},
		{"type", strings.Replace(start, "requests: 1", "requests: many", 1), `benchmark.phases.0.requests: must be a whole number, not "many"`},
		{"word", strings.Replace(start, "{url: h}", "{url: h, type: caht}", 1), `benchmark.endpoint.type: must be one of the 19 known words, not "caht"; did you mean chat?`},
		{"no type", strings.Replace(start, "type: concurrency, requests", "name: profiling, requests", 1), `benchmark.phases: must be a list of named phases; write a list`},
		{"list", strings.Replace(start, "{url: h}", "{urls: h}", 1), `benchmark.endpoint.urls: must be a list, not "h"; write urls: [h]`},
		{"peaks", strings.Replace(start, "isl: 4", "isl: {peaks: [1, {value: 2}]}", 1), `benchmark.datasets.0.prompts.isl.peaks.0: must be a mapping, not 1; write {value: 1}`},
		{"twice", strings.Replace(start, "{url: h}", "{url: h, api_key: a, apiKey: b}", 1), `benchmark.endpoint.api_key: is given twice, also as apiKey; keep one of api_key and apiKey`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := doc.Parse("f.yaml", []byte(c.doc))
			require.NoError(t, err)
			_, err = schema.Check(n)
			require.Error(t, err)
			require.Contains(t, err.(doc.Errors)[0].Error(), c.want)
		})
	}
}

func TestEveryMistakeIsCollected(t *testing.T) {
	n, err := doc.Parse("f.yaml", []byte("foo: 1\n"+strings.Replace(start, "requests: 1", "requests: 0, concurrency: x", 1)+"  bar: 2\n"))
	require.NoError(t, err)
	_, err = schema.Check(n)
	require.Len(t, err, 4)
	var at []string
	for _, e := range err.(doc.Errors) {
		at = append(at, e.Path)
	}
	require.Equal(t, []string{"foo", "benchmark.phases.0.requests", "benchmark.phases.0.concurrency", "benchmark.bar"}, at)
}

func TestSecretsStaySecret(t *testing.T) {
	for _, keys := range []string{
		"api_key: [hush]", "api_key: {a: hush}", "headers: hush", "headers: {Authorization: [hush]}", "headers: [hush]", "url: \"ftp://u:hush@h\"", "url: \"http://u:hush@h:99999\"",
	} {
		text := strings.Replace(start, "{url: h}", "{"+keys+"}", 1)
		n, err := doc.Parse("f.yaml", []byte(text))
		require.NoError(t, err)
		_, err = schema.Check(n)
		require.Error(t, err, keys)
		for _, e := range err.(doc.Errors) {
			require.NotContains(t, e.Error(), "hush", keys)
		}
	}
}

func TestOriginsOfFlags(t *testing.T) {
	n, err := doc.Parse("f.yaml", []byte(start))
	require.NoError(t, err)
	n.Get("benchmark").Get("phases").Set("concurrency", doc.Of(0).From("--concurrency"))
	_, err = schema.Check(n)
	require.ErrorContains(t, err, "--concurrency: benchmark.phases.0.concurrency: must be >= 1, not 0")
}

func TestFlatDocumentsWarn(t *testing.T) {
	n, err := doc.Parse("f.yaml", []byte("model: m\nendpoint: {url: h}\ndataset: {isl: 4}\nphases: {type: concurrency, requests: 1}\n"))
	require.NoError(t, err)
	got, err := schema.Check(n)
	require.NoError(t, err)
	require.Len(t, got.Warnings, 1)
	require.Equal(t, "main", got.Config.Benchmark.Datasets[0].Name)
}

func TestDefaultsAreTyped(t *testing.T) {
	n, err := doc.Parse("f.yaml", []byte(strings.Replace(start, "{isl: 4}", "{isl: 4, images: {}, video: {}}", 1)))
	require.NoError(t, err)
	got, err := schema.Check(n)
	require.NoError(t, err)
	b := got.Config.Benchmark
	require.Equal(t, 21600.0, b.Endpoint.Timeout)
	require.Equal(t, "fixed", b.Datasets[0].Prompts.ISL.Type)
	require.Equal(t, 4.0, b.Datasets[0].Prompts.ISL.Value)
	require.Equal(t, 512.0, b.Datasets[0].Images.Width.Value)
	require.Equal(t, 44.1, b.Datasets[0].Video.Audio.SampleRate)
	require.Equal(t, 100, *b.Datasets[0].Entries)
	require.Equal(t, 1, *b.Phases[0].Concurrency)
	require.Equal(t, []string{"json", "csv"}, b.ServerMetrics.Formats)
	require.Equal(t, []string{"json"}, b.Artifacts.Summary)
	require.Equal(t, 1, got.Config.MultiRun.NumRuns)
	require.Nil(t, got.Config.RandomSeed)
}

func TestKeysAreDocumented(t *testing.T) {
	keys := schema.Keys()
	require.Greater(t, len(keys), 400)
	seen := map[string]bool{}
	for _, k := range keys {
		require.NotEmpty(t, k.Doc, k.Path)
		require.NotEmpty(t, k.Type, k.Path)
		id := k.Path + strings.Join(k.Types, ",")
		require.False(t, seen[id], "%s twice", id)
		seen[id] = true
	}
}

// refNames are the names the released schema has for ours.
var refNames = map[string]string{
	"Benchmark": "BenchmarkConfig", "Models": "ModelsAdvanced", "Model": "ModelItem", "Endpoint": "EndpointConfig", "Template": "TemplateConfig", "ResetKVCache": "ResetKvCacheConfig", "ServerProfiler": "ServerProfilerConfig",
	"SyntheticPrompts": "PromptConfig", "FilePrompts": "PromptSelectionConfig", "CacheBust": "CacheBustConfig", "PrefixPrompts": "PrefixPromptConfig", "SequenceShare": "SequenceDistributionEntry", "Images": "ImageConfig", "Audio": "AudioConfig",
	"Video": "VideoConfig", "VideoAudio": "VideoAudioConfig", "Rankings": "RankingsConfig", "Synthesis": "SynthesisConfig", "Ramp": "RampConfig", "Cancellation": "CancellationConfig", "RateSeries": "RateSeriesConfig", "RatePoint": "RateSeriesPoint",
	"Artifacts": "ArtifactsConfig", "Tokenizer": "TokenizerConfig", "GPUTelemetry": "GpuTelemetryConfig", "ServerMetrics": "ServerMetricsConfig", "Discovery": "ServerMetricsDiscoveryConfig", "NetworkLatency": "NetworkLatencyConfig", "OTel": "OTelConfig",
	"MLflow": "MLflowConfig", "Wandb": "WandbConfig", "Runtime": "RuntimeConfig", "TCPProxy": "TcpProxyConfig", "Logging": "LoggingConfig", "Metrics": "MetricsConfig", "Accuracy": "AccuracyConfig", "PostProcess": "PostProcessSpec",
	"SearchDimension": "SearchSpaceDimension", "MultiRun": "MultiRunConfig", "Convergence": "ConvergenceConfig", "Peak": "PeakEntry", "DistPoint": "EmpiricalPoint", "FixedDist": "FixedDistribution", "NormalDist": "NormalDistribution",
	"LognormalDist": "LogNormalDistribution", "MultimodalDist": "MultimodalDistribution", "EmpiricalDist": "EmpiricalDistribution", "IpcCommunication": "IpcCommunicationConfig", "TcpCommunication": "TcpCommunicationConfig",
	"DualCommunication": "DualBindCommunicationConfig", "ScenariosSweep": "ScenarioSweep",
	"SyntheticDataset": "SyntheticDataset", "FileDataset": "FileDataset", "PublicDataset": "PublicDataset", "ConcurrencyPhase": "ConcurrencyPhase", "PoissonPhase": "PoissonPhase", "GammaPhase": "GammaPhase", "ConstantPhase": "ConstantPhase",
	"UserCentricPhase": "UserCentricPhase", "FixedSchedulePhase": "FixedSchedulePhase", "GridSweep": "GridSweep", "ZipSweep": "ZipSweep", "AdaptiveSearchSweep": "AdaptiveSearchSweep", "SobolSweep": "SobolSweep",
	"LatinHypercubeSweep": "LatinHypercubeSweep", "SLAFilter": "SLAFilter", "Objective": "Objective", "OutcomeConstraint": "OutcomeConstraint", "SLOTier": "SLOTier", "SamplingDimension": "SamplingDimension", "UserFile": "UserFile",
	"TokenizerOverride": "TokenizerOverride",
}

// looser are keys whose limit a rule checks, so that the mistake is told at the mapping around them.
var looser = map[string]string{"RateSeries.points": "two points at least"}

// facts are what a schema says of a value: bounds, choices, lengths, anywhere among its alternatives.
func facts(s any, defs map[string]any, out map[string]any) {
	m, ok := s.(map[string]any)
	if !ok {
		return
	}
	if ref, ok := m["$ref"].(string); ok {
		d, _ := defs[ref[strings.LastIndex(ref, "/")+1:]].(map[string]any)
		if _, isEnum := d["enum"]; isEnum {
			facts(d, defs, out)
		}
		return
	}
	for _, k := range []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "minLength", "minProperties", "enum"} {
		if v, ok := m[k]; ok {
			out[k] = v
		}
	}
	for _, k := range []string{"anyOf", "oneOf"} {
		if l, ok := m[k].([]any); ok {
			for _, x := range l {
				facts(x, defs, out)
			}
		}
	}
}

func TestJSONSchema(t *testing.T) {
	var ours, theirs map[string]any
	require.NoError(t, json.Unmarshal(schema.JSONSchema().JSON(), &ours))
	raw, err := os.ReadFile("testdata/schema.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &theirs))
	ourDefs, theirDefs := ours["$defs"].(map[string]any), theirs["$defs"].(map[string]any)
	covered := map[string]bool{}
	compare := func(name string, o, r map[string]any) {
		op, _ := o["properties"].(map[string]any)
		rp, _ := r["properties"].(map[string]any)
		for key, want := range rp {
			got, ok := op[key].(map[string]any)
			require.True(t, ok, "%s.%s is missing", name, key)
			w := want.(map[string]any)
			fo, fr := map[string]any{}, map[string]any{}
			facts(got, ourDefs, fo)
			facts(w, theirDefs, fr)
			_, single := w["x-singular-alias-of"] // written out in full there, and left open here
			if key == "adaptiveScale" || key == "adaptive_scale" || key == "warmup" || key == "profiling" || single || key == "source" {
				continue
			}
			for k, v := range fr {
				if l, ok := v.([]any); ok {
					v = slices.DeleteFunc(slices.Clone(l), func(x any) bool { return x == nil }) // null is an alternative of its own here
				}
				if why := looser[name+"."+key]; why != "" {
					continue
				}
				require.EqualValues(t, v, fo[k], "%s.%s %s", name, key, k)
			}
			d, given := w["default"]
			if _, isMap := d.(map[string]any); !given || d == nil || isMap || key == "type" || d == "<system temp>/aiperf" {
				continue
			}
			require.EqualValues(t, d, got["default"], "%s.%s default", name, key)
		}
	}
	compare("the document", ours, theirs)
	for name, ref := range refNames {
		o, ok := ourDefs[name].(map[string]any)
		require.True(t, ok, "%s is missing", name)
		r, ok := theirDefs[ref].(map[string]any)
		require.True(t, ok, "%s is not in the released schema", ref)
		covered[ref] = true
		compare(name, o, r)
	}
	for ref, d := range theirDefs {
		if m := d.(map[string]any); m["properties"] != nil && !slices.Contains([]string{"AdaptiveScaleNestedBlock", "DisabledAdaptiveScaleNestedBlock"}, ref) {
			require.True(t, covered[ref], "%s is not compared", ref)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	src, err := os.ReadFile("testdata/templates/sweep_with_plot.skeleton.yaml")
	require.NoError(b, err)
	n, err := doc.Parse("f.yaml", src)
	require.NoError(b, err)
	require.NoError(b, doc.Substitute(n, func(string) (string, bool) { return "", false }))
	require.NoError(b, doc.Render(n))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schema.Check(n); err != nil {
			b.Fatal(err)
		}
	}
}
