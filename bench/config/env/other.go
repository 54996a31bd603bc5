// Variables of AIPerf that are no settings: read one by one, handed from process to process, or Kubernetes' own.
package env

import "strings"

// Other is one such variable. None of them is refused; those that begin with AIPERF_ are named when they have no effect.
type Other struct {
	Name  string
	State State
	Why   string
	Help  string
}

const handedOver = "AIPerf's processes hand it to each other"

var others = []Other{
	{"AIPERF_CONFIG", Inert, handedOver, "the configuration of a service process"},
	{"AIPERF_NAMESPACE", Inert, kubernetes, "namespace of the run"},
	{"AIPERF_JOB_ID", Inert, kubernetes, "id of the run"},
	{"AIPERF_JOB_UID", Inert, kubernetes, "unique id of the run"},
	{"AIPERF_POD_INDEX", Inert, kubernetes, "number of a worker pod"},
	{"AIPERF_OPERATOR_MANAGED", Inert, kubernetes, "says that an operator started the run"},
	{"AIPERF_SWEEP_NAME", Inert, kubernetes, "name of the sweep a run belongs to"},
	{"AIPERF_SWEEP_NAMESPACE", Inert, kubernetes, "namespace of that sweep"},
	{"AIPERF_SWEEP_EPOCH", Inert, kubernetes, "epoch of that sweep"},
	{"AIPERF_SWEEP_UID", Inert, kubernetes, "unique id of that sweep"},
	{"AIPERF_INJECTED_API_KEY", Inert, handedOver, "API key of a run within a sweep"},
	{"AIPERF_INJECTED_HEADERS", Inert, handedOver, "headers of a run within a sweep"},
	{"AIPERF_INJECTED_ENDPOINT_URLS", Inert, handedOver, "URLs of a run within a sweep"},
	{"AIPERF_PRELOAD_TOKENIZERS", Inert, handedOver, "tokenizers that child processes will need"},
	{"OPENAI_API_KEY", Inert, chats, "API key of a chat"},
	{"HF_HUB_OFFLINE", Inert, "tokenizers of the hub are not supported in this version", "never ask the Hugging Face hub"},
	{"TRANSFORMERS_OFFLINE", Inert, "tokenizers of the hub are not supported in this version", "never ask the Hugging Face hub"},
	{"TIKTOKEN_CACHE_DIR", Inert, "the builtin tokenizer is part of the program", "folder with the builtin tokenizer's file"},
	{"DATA_GYM_CACHE_DIR", Inert, "the builtin tokenizer is part of the program", "the same, where TIKTOKEN_CACHE_DIR is unset"},
	{"KUBERNETES_SERVICE_HOST", Inert, kubernetes, "its presence turns the discovery of metric servers in the cluster on"},
	{"HOSTNAME", Inert, kubernetes, "name of a pod"},
}

// kubernetesPrefixes begin variables that only AIPerf's Kubernetes parts read.
var kubernetesPrefixes = []string{
	"AIPERF_OPERATOR_", "AIPERF_OPERATOR_MONITOR_", "AIPERF_OPERATOR_PROGRESS_", "AIPERF_OPERATOR_RECONCILE_", "AIPERF_RESULTS_",
	"AIPERF_SWEEP_CONTROLLER_", "AIPERF_DASHBOARD_", "AIPERF_K8S_",
}

// other tells why a variable of AIPerf's that is no setting has no effect.
func other(name string) (why string, ok bool) {
	for i := range others {
		if others[i].Name == name {
			return others[i].Why, true
		}
	}
	for _, p := range kubernetesPrefixes {
		if strings.HasPrefix(strings.ToUpper(name), p) {
			return kubernetes, true
		}
	}
	return "", false
}
