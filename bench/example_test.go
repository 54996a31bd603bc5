// The public API in one piece: a run against a server, and what it says.
package bench_test

import (
	"context"
	"fmt"
	"time"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

// question is a data set of one conversation with one turn.
type question string

func (question) Len() int { return 1 }

func (q question) Materialise(int) (*dataset.Conversation, error) {
	turn := dataset.Turn{Texts: []dataset.Media{{Contents: []string{string(q)}}}, MaxTokens: 8}
	return &dataset.Conversation{ID: "question", Turns: []dataset.Turn{turn}}, nil
}

func ExampleRun() {
	server, err := mock.Start(mock.Options{TTFT: mock.Fixed(2 * time.Millisecond)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()

	chat, _ := endpoints.Lookup("chat")
	summary, err := bench.Run(context.Background(), &bench.Plan{
		Target: bench.Target{
			Kind: chat, URLs: []string{server.URL() + chat.Path}, Model: "mock-model", Streaming: true, Timeout: time.Minute, UserAgent: "example",
		},
		Dataset: bench.Dataset{Source: question("Who are you?"), Sampler: dataset.NewSequential(1), Tokenizer: tokenizer.Builtin()},
		Phases: []bench.Phase{
			{Name: "warmup", Kind: metrics.Warmup, Concurrency: 1, Requests: 2},
			{Name: "profiling", Pattern: bench.Constant, Rate: 200, Requests: 10},
		},
		Scope: metrics.Scope{EndpointTitle: chat.Title, Streaming: true, ProducesTokens: true, TokenizesInput: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("succeeded:", summary.Succeeded, "failed:", summary.Failed, "complete:", summary.Complete)
	for _, r := range summary.Results {
		switch r.Def.Tag {
		case "input_sequence_length", "output_sequence_length", "request_count":
			fmt.Println(r.Def.Header+":", r.Avg.Float64())
		case "time_to_first_token":
			fmt.Println(r.Def.Header, "took as long as the server:", r.Min.Float64() > 1.9)
		}
	}
	// Output:
	// succeeded: 10 failed: 0 complete: true
	// Output Sequence Length: 8
	// Input Sequence Length: 4
	// Time to First Token took as long as the server: true
	// Request Count: 10
}
