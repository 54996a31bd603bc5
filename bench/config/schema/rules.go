// Rules that look at several keys of one mapping, in upstream's order; the first broken one is reported.

package schema

// rules are keyed by class name; each runs once the mapping's own keys hold.
var rules = map[string][]func(*scope){
	"Config": {rule(scenarioSweep), rule(dashboardSweep), rule(searchOrScale), rule(consistentSeed), rule(plotImpliesAutoPlot)},
	"Benchmark": {
		rule(uniquePhaseNames), rule(profilingPhase), rule(seamlessFirst), rule(tokenizerUnused), rule(tokenizerDefault), rule(prefillStreaming),
		rule(phaseDataset), rule(cacheBustEndpoint), rule(systemPromptEndpoint), rule(warmupIsolation), rule(agenticCacheWarmup),
	},
	"Models":            {rule(modelWeights)},
	"Endpoint":          endpointRules,
	"Dataset":           datasetRules,
	"Prompts":           {rule(rangeRatio)},
	"PrefixPrompts":     {rule(prefixKinds)},
	"Images":            {rule(imageSampling)},
	"VideoAudio":        {rule(audioCodec)},
	"Dist":              {rule(distRules)},
	"Phase":             phaseRules,
	"RateSeries":        {rule(ratePoints)},
	"Artifacts":         {rule(artifactForms)},
	"UserFile":          {rule(userFilePath), rule(userFileFormat)},
	"GPUTelemetry":      {rule(collectorURLs)},
	"Discovery":         {rule(discoveryOptions)},
	"Wandb":             {rule(wandbProject)},
	"Runtime":           {rule(apiHost), rule(workersMin)},
	"Accuracy":          {rule(accuracyBenchmark)},
	"Sweep":             sweepRules,
	"PostProcess":       {rule(postProcess)},
	"SearchDimension":   {rule(searchDimension)},
	"SamplingDimension": {rule(samplingDimension)},
	"MultiRun":          {rule(convergenceRuns)},
	"Visualization":     {rule(plotsDefined)},
}
