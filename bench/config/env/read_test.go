// States, findings and messages: what the user hears.
package env

import (
	"errors"
	"io/fs"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMessages(t *testing.T) {
	own := []string{"AIPERF_CLOCK", "AIPERF_STRICT"}
	for _, c := range []struct {
		name     string
		environ  []string
		findings []Finding
		err      string
	}{
		{"nothing", []string{"HOME=/", "PATH=/bin", "AIPERF", "AIPER_X=1"}, nil, ""},
		{"ours", []string{"AIPERF_CLOCK=user", "AIPERF_STRICT=1"}, nil, ""},
		{"number", []string{"AIPERF_HTTP_CONNECTION_LIMIT=many"}, nil,
			`AIPERF_HTTP_CONNECTION_LIMIT="many": takes a whole number >= 1 and <= 65000; the default is 2500`},
		{"empty", []string{"AIPERF_DEV_MODE="}, nil,
			`AIPERF_DEV_MODE="": takes true or false (also 1, 0, yes, no, on, off); the default is false`},
		{"spelled as typed", []string{"aiperf_http_ip_version=5"}, nil, `aiperf_http_ip_version="5": takes one of: 4, 6, auto; the default is "4"`},
		{"nullable", []string{"AIPERF_API_SERVER_PORT=null"}, nil, `AIPERF_API_SERVER_PORT="null": takes a whole number >= 1 and <= 65535; leave it unset for none`},
		{"group", []string{`AIPERF_HTTP={"CONNECTION_LIMIT":0,"KEEPALIVE_TIMEOUT":"x"}`}, nil,
			`AIPERF_HTTP={"CONNECTION_LIMIT": 0}: takes a whole number >= 1 and <= 65000; the default is 2500` + "\n" +
				`AIPERF_HTTP={"KEEPALIVE_TIMEOUT": "x"}: takes a whole number >= 0 and <= 10000; the default is 300`},
		{"group's member", []string{`AIPERF_HTTP={"CONNECTION_LIMITS":5}`}, nil, `AIPERF_HTTP has no member "CONNECTION_LIMITS"; did you mean "CONNECTION_LIMIT"?`},
		{"group's shape", []string{`AIPERF_HTTP=5`}, nil, `AIPERF_HTTP="5": takes a JSON object, such as {"CONNECTION_LIMIT": 2500}`},
		{"secret", []string{`AIPERF_GPU_DEFAULT_DCGM_ENDPOINTS=["http://me:hunter2@gpu", 5]`, `AIPERF_ENDPOINT=x`}, nil,
			`AIPERF_ENDPOINT="x": takes a JSON object, such as {"FORCE_CONTENT_PARTS": false}` + "\n" +
				`AIPERF_GPU_DEFAULT_DCGM_ENDPOINTS=(hidden): takes texts, as a comma list or a JSON list; the default is ["http://localhost:9400/metrics", "http://localhost:9401/metrics"]`},
		{"secret in a group", []string{`AIPERF_GPU={"DEFAULT_DCGM_ENDPOINTS":"http://me:hunter2@gpu"`}, nil,
			`AIPERF_GPU: takes a JSON object, such as {"COLLECTION_INTERVAL": 0.333}`},
		{"inert", []string{"AIPERF_ZMQ_RCVTIMEO=5"}, []Finding{{Note, "AIPERF_ZMQ_RCVTIMEO", "AIPERF_ZMQ_RCVTIMEO has no effect: it acts between AIPerf's processes, and this program is one process"}}, ""},
		{"inert in a group", []string{`AIPERF_ZMQ={"RCVTIMEO":5}`}, []Finding{{Note, "AIPERF_ZMQ_RCVTIMEO",
			"AIPERF_ZMQ_RCVTIMEO (set by AIPERF_ZMQ) has no effect: it acts between AIPerf's processes, and this program is one process"}}, ""},
		{"inert at its default", []string{"AIPERF_ZMQ_RCVTIMEO=300000"}, nil, ""},
		{"refused at its default", []string{"AIPERF_API_SERVER={\"PORT\":null}", "AIPERF_DATASET_PREFORMAT_PAYLOADS=off"}, nil, ""},
		{"refused", []string{"AIPERF_DATASET_PREFORMAT_PAYLOADS=on"}, nil,
			"AIPERF_DATASET_PREFORMAT_PAYLOADS=true is not supported: input metrics are always taken from the bytes sent; unset it or set it to false"},
		{"refused unless unset", []string{"AIPERF_API_SERVER_PORT=80"}, nil, "AIPERF_API_SERVER_PORT=80 is not supported: this version has no HTTP API; unset it"},
		{"also accepted", []string{"AIPERF_RECORD_STRIP_PAYLOAD_BYTES=no"}, nil, ""},
		{"developers' switch alone", []string{"AIPERF_DEV_SHOW_INTERNAL_METRICS=1"}, []Finding{{Warning, "AIPERF_DEV_SHOW_INTERNAL_METRICS",
			"AIPERF_DEV_SHOW_INTERNAL_METRICS has no effect without AIPERF_DEV_MODE=true"}}, ""},
		{"unknown", []string{"AIPERF_HTTP_CONNECTION_LIMITS=5", "AIPERF_COLOUR_OF_THE_SKY=blue", "AIPERF_CLOK=user"}, []Finding{
			{Warning, "AIPERF_HTTP_CONNECTION_LIMITS", "AIPERF_HTTP_CONNECTION_LIMITS is not known and has no effect; did you mean AIPERF_HTTP_CONNECTION_LIMIT?"},
			{Warning, "AIPERF_COLOUR_OF_THE_SKY", "AIPERF_COLOUR_OF_THE_SKY is not known and has no effect"},
			{Warning, "AIPERF_CLOK", "AIPERF_CLOK is not known and has no effect; did you mean AIPERF_CLOCK?"},
		}, ""},
		{"others", []string{"AIPERF_JOB_ID=7", "AIPERF_K8S_ANYTHING=1", "AIPERF_INJECTED_API_KEY=hunter2"}, []Finding{
			{Note, "AIPERF_JOB_ID", "AIPERF_JOB_ID has no effect: it acts on Kubernetes pods"},
			{Note, "AIPERF_K8S_ANYTHING", "AIPERF_K8S_ANYTHING has no effect: it acts on Kubernetes pods"},
			{Note, "AIPERF_INJECTED_API_KEY", "AIPERF_INJECTED_API_KEY has no effect: AIPerf's processes hand it to each other"},
		}, ""},
		{"rule", []string{"AIPERF_DATASET_CONFIGURATION_TIMEOUT=601"}, nil,
			"AIPERF_DATASET_CONFIGURATION_TIMEOUT=601: must be at most AIPERF_SERVICE_PROFILE_CONFIGURE_TIMEOUT, which is 600"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, findings, err := Read(c.environ, own)
			if c.err == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, c.err)
			}
			require.Equal(t, c.findings, findings)
		})
	}
}

func TestGetters(t *testing.T) {
	v, _, err := Read([]string{
		"AIPERF_HTTP_CONNECTION_LIMIT=1_000", `AIPERF_TIMING={"HIGH_RES_TIMER":"no"}`, "AIPERF_WORKER_CHECK_INTERVAL=2", `AIPERF_API_SERVER_CORS_ORIGINS=["a","b"]`,
		"AIPERF_METRICS_LIST_BACKEND=tdigest", `AIPERF_SEARCH_PLANNER_SLA_PRECISION_REQUESTS={"tight":5}`, "AIPERF_UI_REALTIME_METRICS_INTERVAL=1.5",
	}, nil)
	require.NoError(t, err)
	require.Equal(t, int64(1000), v.Int("AIPERF_HTTP_CONNECTION_LIMIT"))
	require.True(t, v.Given("AIPERF_HTTP_CONNECTION_LIMIT"))
	require.False(t, v.Given("AIPERF_HTTP_KEEPALIVE_TIMEOUT"))
	require.Equal(t, 300*time.Second, v.Seconds("AIPERF_HTTP_KEEPALIVE_TIMEOUT"))
	require.False(t, v.Bool("AIPERF_TIMING_HIGH_RES_TIMER"))
	require.InDelta(t, 2, v.Float("AIPERF_WORKER_CHECK_INTERVAL"), 0)
	require.Equal(t, []string{"a", "b"}, v.List("AIPERF_API_SERVER_CORS_ORIGINS"))
	require.Equal(t, "tdigest", v.Str("AIPERF_METRICS_LIST_BACKEND"))
	require.Equal(t, map[string]int64{"tight": 5}, v.Map("AIPERF_SEARCH_PLANNER_SLA_PRECISION_REQUESTS"))
	require.Equal(t, 1500*time.Millisecond, v.Seconds("AIPERF_UI_REALTIME_METRICS_INTERVAL"))
	require.False(t, v.Null("AIPERF_UI_REALTIME_METRICS_INTERVAL"))
	require.Equal(t, []string{
		"AIPERF_HTTP_CONNECTION_LIMIT", "AIPERF_TIMING_HIGH_RES_TIMER", "AIPERF_METRICS_LIST_BACKEND", "AIPERF_UI_REALTIME_METRICS_INTERVAL",
		"AIPERF_SEARCH_PLANNER_SLA_PRECISION_REQUESTS", "AIPERF_API_SERVER_CORS_ORIGINS", "AIPERF_WORKER_CHECK_INTERVAL",
	}, v.GivenNames())
	require.Panics(t, func() { v.Int("AIPERF_TYPO") })
	require.Panics(t, func() { v.Int("AIPERF_METRICS_LIST_BACKEND") })

	var none *Values
	require.Equal(t, int64(2500), none.Int("AIPERF_HTTP_CONNECTION_LIMIT"))
	require.True(t, none.Null("AIPERF_API_SERVER_PORT"))
	require.Zero(t, none.Int("AIPERF_API_SERVER_PORT"))
	require.Empty(t, none.GivenNames())

	v, _, err = Read([]string{"AIPERF_CHAT_READ_TIMEOUT=inf"}, nil)
	require.NoError(t, err)
	require.Equal(t, time.Duration(math.MaxInt64), v.Seconds("AIPERF_CHAT_READ_TIMEOUT"))
}

func TestDotEnv(t *testing.T) {
	file := func(text string, err error) Source {
		return Source{Own: []string{"AIPERF_STRICT"}, DotEnv: func() ([]byte, error) { return []byte(text), err }}
	}
	v, findings, err := file("", fs.ErrNotExist).Read()
	require.NoError(t, err)
	require.Empty(t, findings)
	require.Empty(t, v.GivenNames())

	_, _, err = file("", errors.New("no permission")).Read()
	require.EqualError(t, err, "reading the file .env: no permission")

	v, findings, err = file("# ours\nOTHER=1\nAIPERF_ZMQ={\"RCVTIMEO\":5}\nAIPERF_HTTP_CONNECTION_LIMIT=5\nAIPERF_STRICT=1\n", nil).Read()
	require.NoError(t, err)
	require.Equal(t, int64(5), v.Int("AIPERF_ZMQ_RCVTIMEO"))
	require.False(t, v.Given("AIPERF_HTTP_CONNECTION_LIMIT"))
	require.Equal(t, []Finding{
		{Warning, "AIPERF_HTTP_CONNECTION_LIMIT", `AIPERF_HTTP_CONNECTION_LIMIT in the file .env is not read: export it, or write AIPERF_HTTP={"CONNECTION_LIMIT": ...} there`},
		{Warning, "AIPERF_STRICT", "AIPERF_STRICT in the file .env is not read: export it"},
		{Note, "AIPERF_ZMQ_RCVTIMEO", "AIPERF_ZMQ_RCVTIMEO (set by .env: AIPERF_ZMQ) has no effect: it acts between AIPerf's processes, and this program is one process"},
	}, findings)

	_, _, err = file(`AIPERF_HTTP={"CONNECTION_LIMIT":0}`, nil).Read()
	require.EqualError(t, err, `.env: AIPERF_HTTP={"CONNECTION_LIMIT": 0}: takes a whole number >= 1 and <= 65000; the default is 2500`)
}

func FuzzGroup(f *testing.F) {
	for _, seed := range []string{`{"CONNECTION_LIMIT":5}`, `{"connection_limit":"1_0","SSL_VERIFY":0}`, `{"IP_VERSION":null}`, `[]`, `{"":1}`, `{"CONNECTION_LIMIT":1e999}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, _, err := Read([]string{"AIPERF_HTTP=" + text}, nil)
		if err != nil {
			require.Contains(t, err.Error(), "AIPERF_HTTP")
			return
		}
		limit := v.Int("AIPERF_HTTP_CONNECTION_LIMIT")
		require.True(t, limit >= 1 && limit <= 65000, "%d", limit)
	})
}

func FuzzDotEnv(f *testing.F) {
	for _, seed := range []string{"A=1", "export A='x'\nB=${A:-y}", "A=\"b\\\"c\" # d", "'A'=1", "A='", "=\n#"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, v := range parseDotEnv(text, []string{"HOME=/"}) {
			require.NotEmpty(t, v.name)
		}
	})
}

func BenchmarkReadNothing(b *testing.B) {
	environ := []string{"HOME=/home/user", "PATH=/usr/bin:/bin", "TERM=xterm", "LANG=C.UTF-8", "PWD=/home/user", "SHELL=/bin/sh", "USER=user", "OPENAI_API_KEY=x"}
	for range 3 {
		environ = append(environ, environ...)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Read(environ, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadThree(b *testing.B) {
	environ := []string{"HOME=/home/user", "AIPERF_HTTP_CONNECTION_LIMIT=5000", `AIPERF_ZMQ={"RCVTIMEO":5}`, "AIPERF_UI_SPINNER_REFRESH_RATE=0.5"}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Read(environ, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetter(b *testing.B) {
	v, _, err := Read(nil, nil)
	require.NoError(b, err)
	for b.Loop() {
		if v.Int("AIPERF_ZMQ_RCVTIMEO") != 300000 {
			b.Fatal("default")
		}
	}
}
