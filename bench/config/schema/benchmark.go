// One benchmark body, its models, tokenizer and accuracy part.

package schema

// Benchmark is what one run does.
type Benchmark struct {
	Models         Models         `key:"models" req:"yes" doc:"names of the models, or a strategy and items"`
	_              shorthand      `key:"model" of:"models"`
	Endpoint       Endpoint       `key:"endpoint" req:"yes" doc:"the server under test"`
	Datasets       []Dataset      `key:"datasets" is:"len >= 1, len <= 1" req:"yes" doc:"what is sent: one named dataset"`
	_              shorthand      `key:"dataset" of:"datasets"`
	Phases         []Phase        `key:"phases" is:"len >= 1" req:"yes" doc:"the load, in order"`
	_              shorthand      `key:"warmup" of:"phases"`
	_              shorthand      `key:"profiling" of:"phases"`
	Artifacts      Artifacts      `key:"artifacts" doc:"files a run writes"`
	SLOs           Dict[float64]  `key:"slos" doc:"limits a request must keep to count as good, by metric"`
	Tokenizer      *Tokenizer     `key:"tokenizer" doc:"counts tokens on the client"`
	GPUTelemetry   GPUTelemetry   `key:"gpu_telemetry" doc:"metrics of the GPUs"`
	ServerMetrics  ServerMetrics  `key:"server_metrics" doc:"metrics of the server"`
	NetworkLatency NetworkLatency `key:"network_latency" doc:"correction by the round-trip time"`
	OTel           OTel           `key:"otel" doc:"stream to OpenTelemetry"`
	MLflow         MLflow         `key:"mlflow" doc:"record in MLflow"`
	Wandb          Wandb          `key:"wandb" doc:"record in Weights & Biases"`
	Runtime        Runtime        `key:"runtime" doc:"how the program runs"`
	Logging        Logging        `key:"logging" doc:"its log"`
	Metrics        Metrics        `key:"metrics" doc:"reserved, holds no keys"`
	Accuracy       *Accuracy      `key:"accuracy" doc:"grade the answers"`
	Scenario       *string        `key:"scenario" doc:"named scenario with fixed rules"`
	UnsafeOverride bool           `key:"unsafe_override" def:"false" doc:"let keys break the rules of the scenario"`
}

// Models are the models that requests name.
type Models struct {
	Strategy string  `key:"strategy" def:"round_robin" enum:"round_robin random weighted" doc:"how a model is chosen for a request"`
	Items    []Model `key:"items" is:"len >= 1" req:"yes" doc:"the models"`
}

// Model is one model.
type Model struct {
	Name       string             `key:"name" is:"len >= 1" req:"yes" doc:"name sent to the server"`
	Weight     *float64           `key:"weight" is:">= 0, <= 1" doc:"share of the requests, strategy weighted"`
	LoRA       *string            `key:"lora" doc:"adapter"`
	Modalities []string           `key:"modalities" doc:"kinds of input"`
	Tokenizer  *TokenizerOverride `key:"tokenizer" doc:"tokenizer of this model"`
}

// TokenizerOverride names the tokenizer of one model.
type TokenizerOverride struct {
	Name string `key:"name" req:"yes" doc:"name or folder"`
}

// Tokenizer counts tokens on the client.
type Tokenizer struct {
	Name              *string `key:"name" doc:"name, folder or builtin; unset: the model's name"`
	Revision          string  `key:"revision" def:"main" doc:"revision to take"`
	TrustRemoteCode   bool    `key:"trust_remote_code" def:"false" doc:"let a tokenizer run its own code"`
	ApplyChatTemplate bool    `key:"apply_chat_template" def:"false" doc:"count input tokens with the chat template"`
}

// Accuracy grades answers.
type Accuracy struct {
	Benchmark    *string  `key:"benchmark" enum:"AccuracyBenchmarkType" doc:"question set"`
	Tasks        []string `key:"tasks" form:"words" doc:"parts of the question set"`
	NShots       *int     `key:"n_shots" is:">= 0, <= 32" doc:"worked examples before each question"`
	EnableCoT    *bool    `key:"enable_cot" doc:"ask to think step by step"`
	Grader       *string  `key:"grader" enum:"AccuracyGraderType" doc:"how an answer is judged"`
	SystemPrompt *string  `key:"system_prompt" doc:"system message of the questions"`
	Verbose      bool     `key:"verbose" def:"false" doc:"log every answer"`
}

// Metrics is reserved.
type Metrics struct {
}
