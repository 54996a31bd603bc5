// Package env reads AIPerf's own environment variables, all 239 of them.
//
//	environ ─ Read ─┬─ names: setting, group (AIPERF_HTTP={...}), ours, somebody else's ─> Finding
//	.env ───────────┘     └─ values: Python's forms ─ bounds ─ cross checks ─ state ─> Values, Finding, error
//
// One setting is one row of the tables in table_*.go; the reference page is written from them.
package env

// Type is what values a setting takes.
type Type uint8

// The types.
const (
	Bool Type = iota
	Int
	Float
	Str
	Path
	Choice
	Strs       // a JSON list of texts
	StrOrStrs  // a comma list or a JSON list
	Services   // names of AIPerf's services, as a comma list or a JSON list
	IntMap     // a JSON object of whole numbers above 0
	typesCount // how many there are
)

// State is what this program does with a setting.
type State uint8

// The states.
const (
	Works   State = iota // something here reads it
	Inert                // accepted and checked; there is nothing it could act on
	Refused              // it would change what works here, and only its default can be had
)

// Setting is one row.
type Setting struct {
	Name     string
	Type     Type
	Nullable bool   // may be null, which a group can say; unset is not the same for all
	Default  string // as JSON
	Bounds   string // comma list of comparisons: ">= 1, <= 65000"
	Finite   bool   // infinity is refused
	Choices  string // the words of a Choice, the names of Services
	Secret   bool   // its value may hold passwords and is never shown
	State    State
	Also     string // what works beside the default of a refused setting, as JSON or a bare word
	Why      string // why it is inert or refused
	Help     string
}

// group is AIPerf's unit of settings: the variable AIPERF_<name> holds several as one JSON object.
type group struct {
	name, prefix string
	rows         []Setting
}

// groups are all settings; the order is that of the reference page.
var groups = [...]group{
	{"HTTP", "AIPERF_HTTP_", httpRows},
	{"ENDPOINT", "AIPERF_ENDPOINT_", endpointRows},
	{"CHAT", "AIPERF_CHAT_", chatRows},
	{"TIMING", "AIPERF_TIMING_", timingRows},
	{"RECORD", "AIPERF_RECORD_", recordRows},
	{"METRICS", "AIPERF_METRICS_", metricsRows},
	{"UI", "AIPERF_UI_", uiRows},
	{"DEV", "AIPERF_DEV_", devRows},
	{"CLI_RUNNER", "AIPERF_", cliRunnerRows},
	{"LOGGING", "AIPERF_LOGGING_", loggingRows},
	{"GPU", "AIPERF_GPU_", gpuRows},
	{"SERVER_METRICS", "AIPERF_SERVER_METRICS_", serverMetricsRows},
	{"NETWORK_LATENCY", "AIPERF_NETWORK_LATENCY_", networkLatencyRows},
	{"OTEL", "AIPERF_OTEL_", otelRows},
	{"MLFLOW", "AIPERF_MLFLOW_", mlflowRows},
	{"WANDB", "AIPERF_WANDB_", wandbRows},
	{"DATASET", "AIPERF_DATASET_", datasetRows},
	{"TOKENIZER", "AIPERF_TOKENIZER_", tokenizerRows},
	{"COMPRESSION", "AIPERF_COMPRESSION_", compressionRows},
	{"SEARCH_PLANNER", "AIPERF_SEARCH_PLANNER_", searchPlannerRows},
	{"AGENTX", "AIPERF_AGENTX_", agentxRows},
	{"DAG", "AIPERF_DAG_", dagRows},
	{"ACCURACY", "AIPERF_ACCURACY_", accuracyRows},
	{"API_SERVER", "AIPERF_API_SERVER_", apiServerRows},
	{"SERVICE", "AIPERF_SERVICE_", serviceRows},
	{"WORKER", "AIPERF_WORKER_", workerRows},
	{"ZMQ", "AIPERF_ZMQ_", zmqRows},
	{"POD", "AIPERF_POD_", podRows},
	{"OPERATOR", "AIPERF_OPERATOR_", operatorRows},
}

// What settings without effect act on.
const (
	processes  = "it acts between AIPerf's processes, and this program is one process"
	kubernetes = "it acts on Kubernetes pods"
	python     = "it tunes the Python runtime"
	mmap       = "datasets stay in the memory of the one process"
	liveView   = "it paces AIPerf's dashboard and progress bars; this program draws one line"

	missing       = ", which this version does not have"
	accuracy      = "it acts on accuracy benchmarks" + missing
	agentTraces   = "it acts on loaders of agent traces" + missing
	callbacks     = "it acts on steps after the run, such as plots" + missing
	cancellation  = "it acts on simulated request cancellation" + missing
	chats         = "it acts on interactive chats" + missing
	exporters     = "it acts on exports to OpenTelemetry, MLflow and Weights & Biases" + missing
	gpuTelemetry  = "it acts on GPU telemetry" + missing
	graphs        = "it acts on graphs of conversations" + missing
	httpAPI       = "it acts on the HTTP API" + missing
	inlineData    = "it acts on datasets written into the configuration" + missing
	netLatency    = "it acts on network latency probes" + missing
	publicData    = "it acts on public datasets" + missing
	ramps         = "it acts on ramps of the load" + missing
	remoteMedia   = "it acts on media fetched from other servers" + missing
	scenarios     = "it acts on scenarios" + missing
	scraping      = "it acts on scraping metrics from servers and GPUs" + missing
	searches      = "it acts on adaptive searches" + missing
	serverMetrics = "it acts on server metrics" + missing
	video         = "it acts on video generation" + missing
)

// serviceTypes are AIPerf's services.
const serviceTypes = "api dataset_manager gpu_telemetry_manager network_latency_manager record_processor records_manager server_metrics_manager " +
	"system_controller timing_manager worker worker_group_manager worker_manager"

// Each visits every setting with the name of its group.
func Each(visit func(group string, s *Setting)) {
	for i := range groups {
		for k := range groups[i].rows {
			visit(groups[i].name, &groups[i].rows[k])
		}
	}
}

// find looks a setting up by its name in upper case.
func find(name string) *Setting {
	for i := range groups {
		g := &groups[i]
		if len(name) <= len(g.prefix) || name[:len(g.prefix)] != g.prefix {
			continue
		}
		if s := g.member(name[len(g.prefix):]); s != nil {
			return s
		}
	}
	return nil
}

// member looks a setting up by its name within the group, in upper case.
func (g *group) member(name string) *Setting {
	for k := range g.rows {
		if g.rows[k].Name[len(g.prefix):] == name {
			return &g.rows[k]
		}
	}
	return nil
}
