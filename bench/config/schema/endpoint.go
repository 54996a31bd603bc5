// The keys of the server under test.

package schema

import "github.com/aiperf-go/aiperf/bench/config/doc"

// Endpoint is the server under test.
type Endpoint struct {
	URLs                 []string        `key:"urls" is:"len >= 1" req:"yes" form:"urls" doc:"addresses"`
	URLStrategy          string          `key:"url_strategy" def:"round_robin" enum:"round_robin" doc:"how an address is chosen"`
	Type                 string          `key:"type" def:"chat" enum:"EndpointType" doc:"kind of request"`
	Path                 *string         `key:"path" doc:"path instead of the type's own"`
	APIKey               *string         `key:"api_key" secret:"yes" doc:"bearer token"`
	Timeout              float64         `key:"timeout" is:">= 0" def:"21600" unit:"s" doc:"limit of one request; 0: none"`
	Streaming            bool            `key:"streaming" def:"false" doc:"ask for chunks"`
	Transport            *string         `key:"transport" enum:"http" doc:"unset: told by the address"`
	ConnectionReuse      string          `key:"connection_reuse" def:"pooled" enum:"pooled never sticky-user-sessions" doc:"which connection a request takes"`
	UseLegacyMaxTokens   bool            `key:"use_legacy_max_tokens" def:"false" doc:"send max_tokens instead of max_completion_tokens"`
	UseServerTokenCount  bool            `key:"use_server_token_count" def:"false" doc:"take token counts of the server"`
	PerChunkUsage        bool            `key:"per_chunk_usage" def:"false" doc:"ask for the usage in every chunk"`
	Template             *Template       `key:"template" doc:"body of requests, type template"`
	Headers              Dict[string]    `key:"headers" def:"{}" secret:"yes" doc:"headers of every request"`
	Extra                *doc.Node       `key:"extra" def:"{}" form:"map" doc:"fields merged into every body"`
	DownloadVideoContent bool            `key:"download_video_content" def:"false" doc:"fetch finished videos"`
	RequestContentType   *string         `key:"request_content_type" enum:"application/json multipart/form-data" doc:"encoding of requests"`
	SessionHeader        *string         `key:"session_header" doc:"header that carries the session"`
	UUIDAndStrip         bool            `key:"uuid_and_strip" def:"false" doc:"send a unique id and strip it"`
	WaitForModelTimeout  float64         `key:"wait_for_model_timeout" is:">= 0" def:"0.0" unit:"s" doc:"wait so long for the model; 0: do not"`
	WaitForModelInterval float64         `key:"wait_for_model_interval" is:"> 0" def:"5.0" unit:"s" doc:"between two tries"`
	WaitForModelMode     string          `key:"wait_for_model_mode" def:"inference" in:"models inference both" doc:"how readiness is probed"`
	ResetKVCache         *ResetKVCache   `key:"reset_kv_cache" form:"hook" doc:"clear the server's cache before a run"`
	ServerProfiler       *ServerProfiler `key:"server_profiler" form:"hook" doc:"start and stop the server's profiler"`
}

// Template is the body of requests of type template.
type Template struct {
	Body          string `key:"body" req:"yes" doc:"template of the request body"`
	ResponseField string `key:"response_field" def:"text" doc:"where the answer stands"`
}

// ResetKVCache clears the server's cache before a run.
type ResetKVCache struct {
	TimeoutSeconds  *float64 `key:"timeout_seconds" is:"> 0" form:"finite" unit:"s" doc:"limit of one call"`
	MaxRetrySeconds *float64 `key:"max_retry_seconds" is:">= 0" form:"finite" unit:"s" doc:"try again for so long"`
	Path            *string  `key:"path" doc:"path of the call"`
}

// ServerProfiler starts and stops the server's profiler.
type ServerProfiler struct {
	TimeoutSeconds *float64 `key:"timeout_seconds" is:"> 0" form:"finite" unit:"s" doc:"limit of one call"`
	StartPath      *string  `key:"start_path" doc:"path that starts it"`
	StopPath       *string  `key:"stop_path" doc:"path that stops it"`
}
