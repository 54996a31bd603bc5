// The options that AIPerf does not have: the clock, strictness and the built-in mock server.
package config

// ourOptions extend `aiperf profile`.
var ourOptions = []Option{
	{Group: "This tool", Names: "--clock", Field: "clock", Type: Enum, Argv: One, Default: `"kernel"`, Choices: "kernel user", Env: "AIPERF_CLOCK", Ours: true,
		Help: "stamp arrivals in the kernel (where the platform can) or when the read returns"},
	{Group: "This tool", Names: "--strict", Field: "strict", Type: Bool, Argv: Flag, Default: "false", Env: "AIPERF_STRICT", Ours: true,
		Help: "exit 98 when the result is not valid: client-limited, load not delivered, too few samples"},
	{Group: "This tool", Names: "--plan", Field: "plan", Type: Str, Argv: Maybe, Ours: true,
		Help: "print what would be sent, contact no server and end; --plan=curl:3 prints the first three requests as curl commands"},
	{Group: "This tool", Names: "--mock", Field: "mock", Type: Bool, Argv: Flag, Default: "false", Ours: true,
		Help: "measure a mock server inside this process; needs neither --url nor --model"},
	{Group: "This tool", Names: "--mock-ttft", Field: "mock_ttft", Type: Str, Argv: One, Default: `"20ms"`, Ours: true, Unit: "ms",
		Help: "mock's time to first token: 20, 20ms, uniform:10ms-30ms, normal:20ms,5ms, exp:20ms"},
	{Group: "This tool", Names: "--mock-itl", Field: "mock_itl", Type: Str, Argv: One, Default: `"5ms"`, Ours: true, Unit: "ms",
		Help: "mock's time between tokens, same forms"},
	{Group: "This tool", Names: "--mock-osl", Field: "mock_osl", Type: Int, Argv: One, Default: "16", Bounds: ">= 1, <= 1048576", Ours: true, Unit: "tokens",
		Help: "mock's answer length when the request sets no limit"},
	{Group: "This tool", Names: "--mock-fault", Field: "mock_faults", Type: Strs, Argv: Repeat, Ours: true,
		Help: "mock's fault, name[:argument][/every], such as status:500/10; aiperf mock --help lists them"},
}

// mockOptions are those of `aiperf mock`.
var mockOptions = []Option{
	{Group: "Mock server", Names: "--addr", Field: "addr", Type: Str, Argv: One, Default: `"127.0.0.1:0"`, Ours: true,
		Help: "address to listen on; port 0 picks a free one"},
	{Group: "Mock server", Names: "--model -m", Field: "model", Type: Str, Argv: One, Default: `"mock-model"`, Ours: true,
		Help: "model name"},
	{Group: "Mock server", Names: "--ttft", Field: "ttft", Type: Str, Argv: One, Default: `"20ms"`, Ours: true, Unit: "ms",
		Help: "time to first token: 20, 20ms, uniform:10ms-30ms, normal:20ms,5ms, exp:20ms, lognormal:20ms,5ms"},
	{Group: "Mock server", Names: "--itl", Field: "itl", Type: Str, Argv: One, Default: `"5ms"`, Ours: true, Unit: "ms",
		Help: "time between tokens, same forms"},
	{Group: "Mock server", Names: "--osl", Field: "osl", Type: Int, Argv: One, Default: "16", Bounds: ">= 1, <= 1048576", Ours: true, Unit: "tokens",
		Help: "answer length when the request sets no limit"},
	{Group: "Mock server", Names: "--ignore-max-tokens", Field: "ignore_max_tokens", Type: Bool, Argv: Flag, Default: "false", Ours: true,
		Help: "answer with --osl tokens even when the request sets a limit"},
	{Group: "Mock server", Names: "--reasoning", Field: "reasoning", Type: Int, Argv: One, Default: "0", Bounds: ">= 0, <= 1048576", Ours: true, Unit: "tokens",
		Help: "so many first tokens are reasoning"},
	{Group: "Mock server", Names: "--usage", Field: "usage", Type: Bool, Argv: Flag, Default: "false", Ours: true,
		Help: "send usage in every stream, asked for or not"},
	{Group: "Mock server", Names: "--max-concurrent", Field: "max_concurrent", Type: Int, Argv: One, Default: "0", Bounds: ">= 0", Ours: true,
		Help: "answers in work at a time, later ones wait; 0 is no limit"},
	{Group: "Mock server", Names: "--fault", Field: "faults", Type: Strs, Argv: Repeat, Ours: true,
		Help: "inject a fault, name[:argument][/every]; may be repeated"},
	{Group: "Mock server", Names: "--seed", Field: "seed", Type: Int, Argv: One, Default: "0", Bounds: ">= 0", Ours: true,
		Help: "seed of drawn times"},
	{Group: "Mock server", Names: "--truth", Field: "truth", Type: Bool, Argv: Flag, Default: "false", Ours: true,
		Help: "put the server's own instants into the chunks, to check a client's stamps"},
}
