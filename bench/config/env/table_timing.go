// Pacing, records, thresholds of metrics, what the screen shows, and developers' switches.
package env

var timingRows = []Setting{
	{Name: "AIPERF_TIMING_CANCEL_DRAIN_TIMEOUT", Type: Float, Default: "10", Bounds: ">= 1, <= 300", State: Refused, Why: "cancelled requests have 10 s to end",
		Help: "longest wait for cancelled requests after the grace period"},
	{Name: "AIPERF_TIMING_RATE_RAMP_UPDATE_INTERVAL", Type: Float, Default: "0.1", Bounds: ">= 0.01, <= 10", State: Inert, Why: ramps,
		Help: "step of continuous rate ramps"},
	{Name: "AIPERF_TIMING_HIGH_RES_TIMER", Type: Bool, Default: "true", State: Inert, Why: "pacing is always as precise as the platform allows",
		Help: "high-resolution pacing of the rate loop"},
	{Name: "AIPERF_TIMING_MAX_CATCHUP_SECONDS", Type: Float, Default: "0.01", Bounds: ">= 0, <= 10", State: Refused, Why: "a schedule more than 10 ms late starts anew",
		Help: "how late the schedule of arrivals may be and still be caught up; later than that it starts anew from now"},
}

var recordRows = []Setting{
	{Name: "AIPERF_RECORD_CHECKPOINT_INTERVAL", Type: Float, Default: "30", Bounds: ">= 0, <= 3600", State: Inert, Why: kubernetes,
		Help: "partial-result checkpoint period"},
	{Name: "AIPERF_RECORD_EXPORT_BATCH_SIZE", Type: Int, Default: "100", Bounds: ">= 1, <= 1000000", State: Inert, Why: "files are written through buffers of bytes",
		Help: "records JSONL batch"},
	{Name: "AIPERF_RECORD_COMPLETION_STALL_TIMEOUT", Type: Float, Default: "300", Bounds: ">= 0, <= 86400", State: Inert, Why: "records do not travel between processes and cannot go missing there",
		Help: "all credits done but records missing with no progress for this long: finalise as degraded; 0 = off"},
	{Name: "AIPERF_RECORD_COMPLETION_STALL_CHECK_INTERVAL", Type: Float, Default: "10", Bounds: "> 0, <= 3600", State: Inert, Why: "records do not travel between processes and cannot go missing there",
		Help: "period of that check"},
	{Name: "AIPERF_RECORD_RAW_EXPORT_BATCH_SIZE", Type: Int, Default: "10", Bounds: ">= 1, <= 1000000", State: Inert, Why: "files are written through buffers of bytes",
		Help: "raw JSONL batch"},
	{Name: "AIPERF_RECORD_PROCESSOR_SCALE_FACTOR", Type: Int, Default: "4", Bounds: ">= 1, <= 100", State: Inert, Why: processes,
		Help: "workers per record processor"},
	{Name: "AIPERF_RECORD_PROGRESS_REPORT_INTERVAL", Type: Float, Default: "2", Bounds: ">= 0.1, <= 600", State: Inert, Why: processes,
		Help: "records progress message period"},
	{Name: "AIPERF_RECORD_PROCESS_RECORDS_TIMEOUT", Type: Float, Default: "300", Bounds: ">= 1, <= 100000", State: Inert, Why: processes,
		Help: "bound on final record processing"},
	{Name: "AIPERF_RECORD_STRIP_PAYLOAD_BYTES", Type: Bool, Nullable: true, Default: "null", State: Refused, Also: "false", Why: "input metrics are always taken from the bytes sent",
		Help: "forget the bytes of a request once sent, when set and also when nothing needs them"},
}

var metricsRows = []Setting{
	{Name: "AIPERF_METRICS_EXPORT_FLUSH_INTERVAL", Type: Float, Default: "1", Bounds: ">= 0.05, <= 60", State: Inert, Why: "files are written through buffers of bytes",
		Help: "flush period of buffered JSONL files"},
	{Name: "AIPERF_METRICS_USAGE_PCT_DIFF_THRESHOLD", Type: Float, Default: "10", Bounds: ">= 0, <= 100", State: Works,
		Help: "usage discrepancy advisory threshold in percent"},
	{Name: "AIPERF_METRICS_OSL_MISMATCH_PCT_THRESHOLD", Type: Float, Default: "5", Bounds: ">= 0, <= 100", State: Works,
		Help: "OSL mismatch advisory threshold in percent"},
	{Name: "AIPERF_METRICS_OSL_MISMATCH_MAX_TOKEN_THRESHOLD", Type: Int, Default: "50", Bounds: ">= 1", State: Works,
		Help: "absolute cap: effective threshold = min(requested x pct, this)"},
	{Name: "AIPERF_METRICS_TDIGEST_COMPRESSION", Type: Int, Default: "500", Bounds: ">= 20, <= 10000", State: Inert, Why: "figures are always computed from all values",
		Help: "t-digest compression when LIST_BACKEND=tdigest"},
	{Name: "AIPERF_METRICS_LIST_BACKEND", Type: Choice, Default: `"ragged"`, Choices: "ragged tdigest", State: Inert, Why: "figures are always computed from all values",
		Help: "aggregation of list metrics: exact ragged arrays or t-digest"},
}

var uiRows = []Setting{
	{Name: "AIPERF_UI_CONSOLE_EXPORT_WIDTH", Type: Int, Default: "140", Bounds: ">= 40, <= 10000", State: Works,
		Help: "columns of the captured console text, and of text on what is no terminal"},
	{Name: "AIPERF_UI_LOG_REFRESH_INTERVAL", Type: Float, Default: "0.1", Bounds: ">= 0.01, <= 100000", State: Inert, Why: liveView,
		Help: "dashboard log refresh"},
	{Name: "AIPERF_UI_MIN_UPDATE_PERCENT", Type: Float, Default: "1", Bounds: ">= 0.01, <= 100", State: Inert, Why: liveView,
		Help: "least progress step of simple UI bars"},
	{Name: "AIPERF_UI_REALTIME_METRICS_INTERVAL", Type: Float, Nullable: true, Default: "null", Bounds: ">= 0, <= 1000", State: Inert, Why: liveView,
		Help: "live metrics and stats log period; unset = 5 with dashboard, 30 otherwise; 0 = no log block"},
	{Name: "AIPERF_UI_REALTIME_METRICS_ENABLED", Type: Bool, Default: "false", State: Inert, Why: liveView,
		Help: "force live metrics whatever the UI"},
	{Name: "AIPERF_UI_SPINNER_REFRESH_RATE", Type: Float, Default: "0.1", Bounds: ">= 0.1, <= 100", State: Inert, Why: liveView,
		Help: "spinner refresh"},
}

var devRows = []Setting{
	{Name: "AIPERF_DEV_DEBUG_SERVICES", Type: Services, Nullable: true, Default: "null", Choices: serviceTypes, State: Inert, Why: processes,
		Help: "DEBUG log level for the named services"},
	{Name: "AIPERF_DEV_ENABLE_YAPPI", Type: Bool, Default: "false", State: Inert, Why: python,
		Help: "run Python's profiler"},
	{Name: "AIPERF_DEV_MODE", Type: Bool, Default: "false", State: Inert, Why: "it only allows the AIPERF_DEV_SHOW variables",
		Help: "show a developer notice, and allow the two AIPERF_DEV_SHOW variables"},
	{Name: "AIPERF_DEV_SHOW_EXPERIMENTAL_METRICS", Type: Bool, Default: "false", State: Refused, Why: "the console shows neither internal nor experimental metrics",
		Help: "show experimental metrics on the console; needs AIPERF_DEV_MODE"},
	{Name: "AIPERF_DEV_SHOW_INTERNAL_METRICS", Type: Bool, Default: "false", State: Refused, Why: "the console shows neither internal nor experimental metrics",
		Help: "show internal metrics on the console; needs AIPERF_DEV_MODE"},
	{Name: "AIPERF_DEV_TRACE_SERVICES", Type: Services, Nullable: true, Default: "null", Choices: serviceTypes, State: Inert, Why: processes,
		Help: "TRACE log level for the named services"},
}

var cliRunnerRows = []Setting{
	{Name: "AIPERF_RAISE_ON_CALLBACK_ERROR", Type: Bool, Default: "false", State: Inert, Why: callbacks,
		Help: "fail with the first error of a step after the run instead of logging it"},
}

var loggingRows = []Setting{
	{Name: "AIPERF_LOGGING_QUEUE_MAXSIZE", Type: Int, Default: "1000", Bounds: ">= 1, <= 1000000", State: Inert, Why: processes,
		Help: "size of the inter-process log queue"},
}
