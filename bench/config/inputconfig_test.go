// input_config: options that no captured run sets, with what the real program shows for them.
package config

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInputConfigShowsWhatWasSet(t *testing.T) {
	type shown struct {
		Models, Endpoint, Tokenizer, Runtime json.RawMessage
		Datasets                             []json.RawMessage
	}
	models := func(s *shown) json.RawMessage { return s.Models }
	endpoint := func(s *shown) json.RawMessage { return s.Endpoint }
	tokenizer := func(s *shown) json.RawMessage { return s.Tokenizer }
	runtime := func(s *shown) json.RawMessage { return s.Runtime }
	dataset := func(s *shown) json.RawMessage { return s.Datasets[0] }
	tests := []struct {
		args string
		part func(*shown) json.RawMessage
		want string
	}{
		{"", models, `{"items":[{"name":"m"}]}`},
		{"--model-selection-strategy round_robin", models, `{"strategy":"round_robin","items":[{"name":"m"}]}`},
		{"--request-content-type application/json --wait-for-model-timeout 0", endpoint,
			`{"urls":["http://localhost:8000"],"request_content_type":"application/json","wait_for_model_timeout":0.0}`},
		{"--tokenizer builtin", tokenizer, `{"name":"builtin"}`},
		{"--tokenizer-revision main --tokenizer-trust-remote-code", tokenizer, `{"name":"builtin","revision":"main","trust_remote_code":true}`},
		{"--apply-chat-template=false", tokenizer, `{"name":"builtin","apply_chat_template":false}`},
		{"--ui none --zmq-host h --record-processors 1 --workers-max 2", runtime,
			`{"ui":"none","workers":2,"record_processors":1,"communication":{"type":"tcp","host":"h"}}`},
		{"--ui none --zmq-ipc-path p", runtime, `{"ui":"none","communication":{"type":"ipc","path":"p"}}`},
		{"--isl 5 --batch-size 1 --cache-bust none --prompt-corpus sonnet --session-turns-mean 1 --session-turn-delay-stddev 0 --session-delay-ratio 1.0 --request-count 1", dataset,
			`{"name":"main","type":"synthetic","entries":1,"prompts":{"isl":{"mean":5.0},"batch_size":1,"cache_bust":{"target":"none"},"corpus":"sonnet"},` +
				`"turns":{"mean":1.0,"stddev":0.0},"turn_delay":{"mean":0.0,"stddev":0.0},"turn_delay_ratio":1.0}`},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			var got shown
			require.NoError(t, json.Unmarshal(decided(t, tt.args).InputConfig(), &got))
			require.Equal(t, tt.want, string(tt.part(&got)))
		})
	}
}
