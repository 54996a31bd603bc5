// What is measured beside the requests, and where results are sent.
package env

var gpuRows = []Setting{
	{Name: "AIPERF_GPU_COLLECTION_INTERVAL", Type: Float, Default: "0.333", Bounds: ">= 0.01, <= 300", State: Inert, Why: gpuTelemetry,
		Help: "GPU scrape period"},
	{Name: "AIPERF_GPU_DEFAULT_DCGM_ENDPOINTS", Type: StrOrStrs, Default: `["http://localhost:9400/metrics", "http://localhost:9401/metrics"]`, Secret: true, State: Inert, Why: gpuTelemetry,
		Help: "URLs tried when none is given; comma list or JSON list"},
	{Name: "AIPERF_GPU_EXPORT_BATCH_SIZE", Type: Int, Default: "100", Bounds: ">= 1, <= 1000000", State: Inert, Why: gpuTelemetry,
		Help: "JSONL write batch"},
	{Name: "AIPERF_GPU_FINAL_SCRAPE_GRACE_NS", Type: Int, Default: "666000000", Bounds: ">= 0, <= 60000000000", State: Inert, Why: gpuTelemetry,
		Help: "grace added to the window end for counter deltas"},
	{Name: "AIPERF_GPU_REACHABILITY_TIMEOUT", Type: Int, Default: "10", Bounds: ">= 1, <= 300", State: Inert, Why: gpuTelemetry,
		Help: "start-up reachability test, whole seconds"},
	{Name: "AIPERF_GPU_SHUTDOWN_DELAY", Type: Float, Default: "5", Bounds: ">= 1, <= 300", State: Inert, Why: processes,
		Help: "service stop delay"},
}

var serverMetricsRows = []Setting{
	{Name: "AIPERF_SERVER_METRICS_COLLECTION_FLUSH_PERIOD", Type: Float, Default: "2", Bounds: ">= 0, <= 30", State: Inert, Why: serverMetrics,
		Help: "scraping goes on this long after profiling"},
	{Name: "AIPERF_SERVER_METRICS_PROFILE_COMPLETE_RELAY_TIMEOUT", Type: Float, Default: "60", Bounds: ">= 1, <= 600", State: Inert, Why: processes,
		Help: "wait for the final scrape command response"},
	{Name: "AIPERF_SERVER_METRICS_CANCEL_RESULT_WAIT_SEC", Type: Float, Default: "5", Bounds: ">= 0", Finite: true, State: Inert, Why: processes,
		Help: "after Ctrl-C, longest wait for the server-metrics result"},
	{Name: "AIPERF_SERVER_METRICS_COLLECTION_INTERVAL", Type: Float, Default: "0.333", Bounds: ">= 0.001, <= 300", State: Inert, Why: serverMetrics,
		Help: "scrape period"},
	{Name: "AIPERF_SERVER_METRICS_SCRAPE_TIMEOUT", Type: Float, Default: "30", Bounds: ">= 0.1, <= 600", State: Inert, Why: serverMetrics,
		Help: "hard bound of a baseline, warmup-boundary or final scrape"},
	{Name: "AIPERF_SERVER_METRICS_EXPORT_BATCH_SIZE", Type: Int, Default: "100", Bounds: ">= 1, <= 1000000", State: Inert, Why: serverMetrics,
		Help: "JSONL batch"},
	{Name: "AIPERF_SERVER_METRICS_REACHABILITY_TIMEOUT", Type: Int, Default: "10", Bounds: ">= 1, <= 300", State: Inert, Why: serverMetrics,
		Help: "start-up reachability test, whole seconds"},
	{Name: "AIPERF_SERVER_METRICS_REALTIME_PUBLISH_INTERVAL_SECONDS", Type: Float, Default: "1", Bounds: ">= 1e-09, <= 300", State: Inert, Why: serverMetrics,
		Help: "least gap between live snapshots"},
	{Name: "AIPERF_SERVER_METRICS_SHUTDOWN_DELAY", Type: Float, Default: "5", Bounds: ">= 1, <= 300", State: Inert, Why: processes,
		Help: "service stop delay"},
	{Name: "AIPERF_SERVER_METRICS_CR_PROJECTION_MAX_SERIES", Type: Int, Default: "256", Bounds: ">= 1, <= 10000", State: Inert, Why: kubernetes,
		Help: "most series in the status of a custom resource"},
	{Name: "AIPERF_SERVER_METRICS_CR_PROJECTION_MAX_BYTES", Type: Int, Default: "262144", Bounds: ">= 1024, <= 1048576", State: Inert, Why: kubernetes,
		Help: "most bytes of that status"},
	{Name: "AIPERF_SERVER_METRICS_CR_PROJECTION_MAX_LABELS", Type: Int, Default: "16", Bounds: ">= 1, <= 1000", State: Inert, Why: kubernetes,
		Help: "most labels of a series there"},
}

var networkLatencyRows = []Setting{
	{Name: "AIPERF_NETWORK_LATENCY_DEFAULT_PROBE_INTERVAL", Type: Float, Default: "1", Bounds: ">= 0.001, <= 300", State: Inert, Why: netLatency,
		Help: "TCP probe period"},
	{Name: "AIPERF_NETWORK_LATENCY_MIN_SAMPLES", Type: Int, Default: "5", Bounds: ">= 1, <= 100000", State: Inert, Why: netLatency,
		Help: "least probe samples"},
	{Name: "AIPERF_NETWORK_LATENCY_CONNECT_TIMEOUT", Type: Float, Default: "5", Bounds: ">= 0.001, <= 300", State: Inert, Why: netLatency,
		Help: "probe connect timeout"},
	{Name: "AIPERF_NETWORK_LATENCY_COMPLETE_TOPUP_TIMEOUT", Type: Float, Default: "3", Bounds: ">= 0, <= 30", State: Inert, Why: netLatency,
		Help: "budget at the end to reach MIN_SAMPLES"},
	{Name: "AIPERF_NETWORK_LATENCY_EXPORT_BATCH_SIZE", Type: Int, Default: "100", Bounds: ">= 1, <= 1000000", State: Inert, Why: netLatency,
		Help: "JSONL batch"},
}

var otelRows = []Setting{
	{Name: "AIPERF_OTEL_FLUSH_INTERVAL_SECONDS", Type: Float, Default: "2", Bounds: ">= 0.1, <= 60", State: Inert, Why: exporters,
		Help: "OTLP flush period"},
	{Name: "AIPERF_OTEL_MAX_BATCH_RECORDS", Type: Int, Default: "500", Bounds: ">= 1, <= 1000000", State: Inert, Why: exporters,
		Help: "records per flush"},
	{Name: "AIPERF_OTEL_MAX_BUFFERED_RECORDS", Type: Int, Default: "10000", Bounds: ">= 1, <= 10000000", State: Inert, Why: exporters,
		Help: "buffer; oldest records dropped beyond it"},
	{Name: "AIPERF_OTEL_REQUEST_TIMEOUT_SECONDS", Type: Float, Default: "10", Bounds: ">= 0.1, <= 300", State: Inert, Why: exporters,
		Help: "collector request timeout"},
}

var mlflowRows = []Setting{
	{Name: "AIPERF_MLFLOW_EXPORT_TIMEOUT_SECONDS", Type: Float, Default: "30", Bounds: ">= 1, <= 600", State: Inert, Why: exporters,
		Help: "bound on the post-run MLflow upload"},
}

var wandbRows = []Setting{
	{Name: "AIPERF_WANDB_EXPORT_TIMEOUT_SECONDS", Type: Float, Default: "30", Bounds: ">= 1, <= 600", State: Inert, Why: exporters,
		Help: "bound of the post-run W&B export"},
}
