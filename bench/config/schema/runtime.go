// The keys of the program itself.

package schema

// Runtime is how the program runs.
type Runtime struct {
	UI                     string         `key:"ui" def:"dashboard" enum:"dashboard none simple" doc:"what is shown while a run goes on"`
	Workers                *int           `key:"workers" is:">= 1" doc:"processes that send; unset: by the number of CPUs"`
	RecordProcessors       *int           `key:"record_processors" is:">= 1" doc:"processes that read replies"`
	ServiceRunType         string         `key:"service_run_type" def:"multiprocessing" enum:"kubernetes multiprocessing" doc:"where services run"`
	Communication          *Communication `key:"communication" doc:"how services talk"`
	APIPort                *int           `key:"api_port" is:">= 1, <= 65535" doc:"port of the run's own HTTP interface"`
	APIHost                *string        `key:"api_host" doc:"address it listens on"`
	DatasetAPIBaseURL      *string        `key:"dataset_api_base_url" doc:"address of the dataset service"`
	WorkersPerPod          *int           `key:"workers_per_pod" is:">= 1, <= 100" doc:"Kubernetes: workers in a pod"`
	RecordProcessorsPerPod *int           `key:"record_processors_per_pod" is:">= 1, <= 100" doc:"Kubernetes: record processors in a pod"`
	WorkersMin             *int           `key:"workers_min" is:">= 1" doc:"least number of workers"`
	StatsInterval          *float64       `key:"stats_interval" is:">= 0, <= 1000" unit:"s" doc:"between two lines of statistics"`
}

// Logging is the program's log.
type Logging struct {
	Level string `key:"level" def:"INFO" enum:"TRACE DEBUG INFO NOTICE WARNING SUCCESS ERROR CRITICAL" doc:"least severity"`
}

// Communication is how the services of the original program talk.
type Communication struct {
	Type                     string   `key:"type" req:"yes" doc:"kind"`
	Path                     string   `key:"path" for:"ipc" def:"/tmp/aiperf" doc:"folder of the sockets"`
	Host                     string   `key:"host" for:"tcp" def:"127.0.0.1" doc:"address"`
	IPCPath                  string   `key:"ipc_path" for:"dual" def:"/tmp/aiperf" doc:"folder of the sockets"`
	TCPHost                  string   `key:"tcp_host" for:"dual" def:"0.0.0.0" doc:"address"`
	ControllerHost           *string  `key:"controller_host" for:"dual" doc:"address of the controller"`
	RecordsPort              int      `key:"records_port" for:"tcp dual" is:">= 1, <= 65535" def:"5557" doc:"port of records"`
	CreditRouterPort         int      `key:"credit_router_port" for:"tcp dual" is:">= 1, <= 65535" def:"5564" doc:"port of credits"`
	ControlPort              int      `key:"control_port" for:"tcp dual" is:">= 1, <= 65535" def:"5667" doc:"port of control messages"`
	CreditReturnPushPullPort int      `key:"credit_return_push_pull_port" for:"tcp dual" is:">= 1, <= 65535" def:"5669" doc:"port of returned credits"`
	EventBusProxy            TCPProxy `key:"event_bus_proxy" for:"tcp dual" def:"{'frontend_port': 5663, 'backend_port': 5664}" doc:"ports of events"`
	DatasetManagerProxy      TCPProxy `key:"dataset_manager_proxy" for:"tcp dual" def:"{'frontend_port': 5661, 'backend_port': 5662}" doc:"ports of the dataset"`
	RawInferenceProxy        TCPProxy `key:"raw_inference_proxy" for:"tcp dual" def:"{'frontend_port': 5665, 'backend_port': 5666}" doc:"ports of replies"`
}

// TCPProxy is a pair of ports.
type TCPProxy struct {
	FrontendPort int `key:"frontend_port" is:">= 1, <= 65535" req:"yes" doc:"port of senders"`
	BackendPort  int `key:"backend_port" is:">= 1, <= 65535" req:"yes" doc:"port of receivers"`
}
