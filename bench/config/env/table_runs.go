// Whole features: searches, scenarios, graphs of agents, accuracy, the HTTP API.
package env

var searchPlannerRows = []Setting{
	{Name: "AIPERF_SEARCH_PLANNER_SLA_PRECISION_DEFAULT", Type: Float, Default: "0.05", Bounds: "> 0, < 1", State: Inert, Why: searches,
		Help: "relative bracket width at which 1-D SLA search stops"},
	{Name: "AIPERF_SEARCH_PLANNER_DEFAULT_WARMUP_SECONDS", Type: Float, Default: "30", Bounds: "> 0, <= 100000", State: Inert, Why: searches,
		Help: "smooth_isotonic: injected warmup"},
	{Name: "AIPERF_SEARCH_PLANNER_FIRST_PROBE_WARMUP_FLOOR", Type: Float, Default: "60", Bounds: "> 0, <= 100000", State: Inert, Why: searches,
		Help: "smooth_isotonic: warmup floor of the first probe at a value"},
	{Name: "AIPERF_SEARCH_PLANNER_REPLICATE_WARMUP_FLOOR", Type: Float, Default: "15", Bounds: "> 0, <= 100000", State: Inert, Why: searches,
		Help: "smooth_isotonic: warmup floor of a repeat probe"},
	{Name: "AIPERF_SEARCH_PLANNER_SLA_PRECISION_REQUESTS", Type: IntMap, Default: `{"tight": 10000, "normal": 1000, "coarse": 300}`, State: Inert, Why: searches,
		Help: "requests injected per precision preset; JSON map, replaces the whole map"},
}

var agentxRows = []Setting{
	{Name: "AIPERF_AGENTX_CONTEXT_OVERFLOW_SUBSTRINGS", Type: Strs, Default: `["context length", "maximum context", "context_length_exceeded", "prompt is too long"]`, State: Inert, Why: scenarios,
		Help: "words in an error body that mean that the context overflowed, in any case; an empty list turns this off"},
	{Name: "AIPERF_AGENTX_CONTEXT_OVERFLOW_RATE_LIMIT", Type: Float, Default: "0.01", Bounds: ">= 0, <= 1", State: Inert, Why: scenarios,
		Help: "share of overflows above which a scenario run is not valid for submission"},
	{Name: "AIPERF_AGENTX_RECYCLE_GUARD_MAX_WINDOW", Type: Int, Default: "1000000", Bounds: ">= 1", State: Inert, Why: scenarios,
		Help: "recycled sessions remembered to notice a final turn that returns twice"},
}

var dagRows = []Setting{
	{Name: "AIPERF_DAG_FAIL_FAST", Type: Bool, Default: "false", State: Inert, Why: graphs,
		Help: "DAG mode: one child error aborts parent and siblings"},
}

var accuracyRows = []Setting{
	{Name: "AIPERF_ACCURACY_CANCEL_RESULT_WAIT_SEC", Type: Float, Default: "5", Bounds: ">= 0", Finite: true, State: Inert, Why: processes,
		Help: "after Ctrl-C, longest wait for the graded accuracy summary before export; 0 skips the wait"},
	{Name: "AIPERF_ACCURACY_LCB_GRADE_TIMEOUT_MAX_S", Type: Float, Default: "300", Bounds: "> 0", State: Inert, Why: accuracy,
		Help: "ceiling of the per-problem wall clock of the LiveCodeBench code grader"},
	{Name: "AIPERF_ACCURACY_LCB_RELEASE_TAG", Type: Str, Default: `"v4_v5"`, State: Inert, Why: accuracy,
		Help: "which LiveCodeBench subset the loader asks for"},
}

var apiServerRows = []Setting{
	{Name: "AIPERF_API_SERVER_HOST", Type: Str, Default: `"127.0.0.1"`, State: Inert, Why: httpAPI,
		Help: "bind host of the HTTP/WS API when --api-host is absent"},
	{Name: "AIPERF_API_SERVER_PORT", Type: Int, Nullable: true, Default: "null", Bounds: ">= 1, <= 65535", State: Refused, Why: "this version has no HTTP API",
		Help: "port of the HTTP API; setting it starts the API"},
	{Name: "AIPERF_API_SERVER_CORS_ORIGINS", Type: Strs, Default: "[]", State: Inert, Why: httpAPI,
		Help: "origins that browsers may call the API from"},
	{Name: "AIPERF_API_SERVER_SHUTDOWN_RESPONSE_DELAY_SECONDS", Type: Float, Default: "0.5", Bounds: ">= 0, <= 60", State: Inert, Why: httpAPI,
		Help: "delay between accepting POST /api/shutdown and stopping"},
	{Name: "AIPERF_API_SERVER_SHUTDOWN_TIMEOUT", Type: Float, Default: "5", Bounds: ">= 1, <= 300", State: Inert, Why: httpAPI,
		Help: "grace for the API server stop before a forced cancel"},
	{Name: "AIPERF_API_SERVER_GET_POD_STATES_TIMEOUT", Type: Float, Default: "2", Bounds: ">= 0.1, <= 60", State: Inert, Why: processes,
		Help: "timeout of API worker-state queries to the controller"},
	{Name: "AIPERF_API_SERVER_POST_COMPLETE_GRACE", Type: Float, Default: "5", Bounds: ">= 0, <= 300", State: Inert, Why: httpAPI,
		Help: "seconds the listener stays up after the run; 0 = stop at once; ignored under Kubernetes"},
	{Name: "AIPERF_API_SERVER_WEBSOCKET_MAX_CONNECTIONS", Type: Int, Default: "100", Bounds: ">= 1, <= 100000", State: Inert, Why: httpAPI,
		Help: "most simultaneous WebSocket clients"},
}
