// The keys of telemetry and trackers.

package schema

// GPUTelemetry reads metrics of GPUs.
type GPUTelemetry struct {
	Enabled     bool     `key:"enabled" def:"true" doc:"on or off"`
	URLs        []string `key:"urls" def:"[]" doc:"addresses"`
	MetricsFile *string  `key:"metrics_file" form:"path" doc:"CSV file that names further metrics"`
	Collector   string   `key:"collector" def:"dcgm" enum:"dcgm pynvml amdsmi" doc:"where metrics come from"`
	Mode        string   `key:"mode" def:"summary" enum:"summary realtime_dashboard" doc:"when they are shown"`
}

// ServerMetrics reads metrics of the server.
type ServerMetrics struct {
	Enabled   bool      `key:"enabled" def:"true" doc:"on or off"`
	URLs      []string  `key:"urls" def:"[]" doc:"addresses"`
	Formats   []string  `key:"formats" def:"['json', 'csv']" enum:"json csv jsonl parquet" doc:"file formats"`
	Discovery Discovery `key:"discovery" doc:"how endpoints are found"`
}

// Discovery finds the endpoints of metrics.
type Discovery struct {
	Mode           string  `key:"mode" def:"auto" enum:"auto kubernetes disabled" doc:"how"`
	LabelSelector  *string `key:"label_selector" doc:"Kubernetes labels"`
	Namespace      *string `key:"namespace" doc:"Kubernetes namespace"`
	TimeoutSeconds float64 `key:"timeout_seconds" is:"> 0" def:"30.0" unit:"s" doc:"limit of one call"`
}

// NetworkLatency corrects latencies by the round-trip time.
type NetworkLatency struct {
	Enabled      bool     `key:"enabled" def:"false" doc:"on or off"`
	PingInterval float64  `key:"ping_interval" is:"> 0" def:"1.0" unit:"s" doc:"between two pings"`
	MeanMS       *float64 `key:"mean_ms" is:">= 0" unit:"ms" doc:"round-trip time, instead of measuring"`
}

// OTel streams to OpenTelemetry.
type OTel struct {
	MetricsURL               *string      `key:"metrics_url" doc:"address of the collector"`
	StreamMetricsEnabled     bool         `key:"stream_metrics_enabled" def:"true" doc:"send metrics"`
	StreamTimingEnabled      bool         `key:"stream_timing_enabled" def:"true" doc:"send timings"`
	CustomResourceAttributes Dict[string] `key:"custom_resource_attributes" def:"{}" doc:"further attributes"`
	GenAIProvider            *string      `key:"gen_ai_provider" doc:"provider attribute"`
}

// MLflow records a run in MLflow.
type MLflow struct {
	TrackingURI   *string      `key:"tracking_uri" doc:"address of the server"`
	Experiment    string       `key:"experiment" def:"aiperf" doc:"experiment"`
	RunName       *string      `key:"run_name" doc:"name of the run"`
	Tags          Dict[string] `key:"tags" form:"tag map" doc:"tags"`
	ParentRunID   *string      `key:"parent_run_id" doc:"run this one belongs to"`
	ArtifactGlobs []string     `key:"artifact_globs" doc:"files to upload"`
}

// Wandb records a run in Weights & Biases.
type Wandb struct {
	Project *string  `key:"project" form:"trimmed" doc:"project"`
	Entity  *string  `key:"entity" form:"trimmed" doc:"team or user"`
	RunName *string  `key:"run_name" form:"trimmed" doc:"name of the run"`
	Tags    []string `key:"tags" form:"tag list" doc:"tags"`
}
