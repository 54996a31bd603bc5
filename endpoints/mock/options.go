// Options: what a caller may choose, its defaults and its bounds.
package mock

import (
	"fmt"
	"time"
)

// Tunables of the package.
const (
	defaultAddr  = "127.0.0.1:0"
	defaultModel = "mock-model"
	defaultOSL   = 16 // tokens

	maxTokens  = 1 << 20  // tokens an answer may be asked for; bounds what a misspelt limit can cost
	maxRequest = 64 << 20 // bytes of one request, head and body

	readBuffer = 4 << 10 // bytes per connection: 10,000 connections stay under 50 MB

	maxPending   = 256 << 10            // bytes kept for a client that does not read before its stream is held back
	blockedRetry = 5 * time.Millisecond // pause of a stream that is held back
	endlessGap   = time.Millisecond     // least gap of an endless answer, so that zero gaps do not occupy the timer

	wheelBatch = 64 // events written before new requests are looked at

	spinLead = 50 * time.Microsecond // a thread with timer slack 1 ns wakes about 25 µs late; the rest is spun

	spawnQueue   = 1024            // connections waiting for a goroutine that finishes their partial write
	closeTimeout = 5 * time.Second // Close gives up waiting for its goroutines after this

	maxArrivalAge = time.Second // kernel stamps older than this are distrusted (clock step)
)

// Options configure a Server. The zero value answers at once with 16 tokens on a free loopback port.
type Options struct {
	Addr  string // address to listen on; default 127.0.0.1 and a free port
	Model string // model that /v1/models lists and that answers requests naming none; default "mock-model"

	TTFT Distribution // request complete → first content chunk
	Gap  Distribution // content chunk → next content chunk

	OSL             int  // output tokens (= content chunks) of an answer; default 16
	IgnoreMaxTokens bool // answer with OSL tokens even when the request names a limit
	Reasoning       int  // the first N content chunks are reasoning
	OmitRole        bool // no role-only chunk in front; the response head still leaves at once
	Usage           bool // usage chunk in every stream, else only with stream_options.include_usage

	MaxConcurrent int     // answers in work at a time, later ones wait in order; 0 is no limit
	Faults        []Fault // injected on every n-th inference request

	Seed  uint64 // seed of the drawn times; the same seed and request number give the same times
	Truth bool   // put "mock_write_ns" into content chunks and "mock_arrival_ns" into the first

	GoTimers bool // use Go timers even where the precise thread is available
}

// withDefaults checks the options and fills what was left out.
func (o Options) withDefaults() (Options, error) {
	if o.Addr == "" {
		o.Addr = defaultAddr
	}
	if o.Model == "" {
		o.Model = defaultModel
	}
	if o.OSL == 0 {
		o.OSL = defaultOSL
	}
	for _, c := range []struct {
		name     string
		v        int
		from, to int
	}{
		{"osl", o.OSL, 1, maxTokens},
		{"reasoning", o.Reasoning, 0, maxTokens},
		{"max concurrent", o.MaxConcurrent, 0, 1 << 30},
	} {
		if c.v < c.from || c.v > c.to {
			return o, fmt.Errorf("mock server: %s is %d, want %d to %d", c.name, c.v, c.from, c.to)
		}
	}
	for _, f := range o.Faults {
		if err := f.check(); err != nil {
			return o, fmt.Errorf("mock server: %w", err)
		}
	}
	return o, nil
}
