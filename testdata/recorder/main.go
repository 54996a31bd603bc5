// Recorder is a deterministic mock inference server that writes down every request it receives.
//
//	client -> tap (raw head) -> record (one JSONL line per request, arrival order)
//	                         -> fault? -> answer(shape of the path, n) -> client
//
// AIPerf and this program are driven against it with the same options, and the two logs are compared. The answer depends only on the
// number n of the inference request (0, 1, 2, ... in arrival order), the flags and the request body.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are the flags; see usage texts below.
type options struct {
	addr, log                   string
	ttft, itl                   time.Duration
	chunks, reasoning           int
	failEvery, failStatus, drop int
	usage, fromMaxTokens        bool
}

func main() {
	var o options
	var ttft, itl float64
	flag.StringVar(&o.addr, "addr", "127.0.0.1:0", "address to listen on; a bare number is a port on 127.0.0.1")
	flag.StringVar(&o.log, "log", "", "JSONL file that receives one line per request (empty: none)")
	flag.Float64Var(&ttft, "ttft", 5, "milliseconds before the first content chunk (or the whole answer)")
	flag.Float64Var(&itl, "itl", 2, "milliseconds between content chunks")
	flag.IntVar(&o.chunks, "chunks", 8, "content chunks (= words) per answer")
	flag.IntVar(&o.reasoning, "reasoning", 0, "send the first N chunks as reasoning")
	flag.IntVar(&o.failEvery, "fail-every", 0, "every Nth inference request gets --fail-status (0: none)")
	flag.IntVar(&o.failStatus, "fail-status", 500, "status of a failed request")
	flag.IntVar(&o.drop, "drop-every", 0, "every Nth inference request is cut after half of its chunks (0: none)")
	flag.BoolVar(&o.usage, "usage", false, "always report usage (default: in streams only when the request asks for it)")
	flag.BoolVar(&o.fromMaxTokens, "output-from-max-tokens", false, "as many chunks as the request's token limit")
	flag.Parse()
	o.ttft = time.Duration(ttft * float64(time.Millisecond))
	o.itl = time.Duration(itl * float64(time.Millisecond))
	if !strings.Contains(o.addr, ":") {
		o.addr = "127.0.0.1:" + o.addr
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "recorder:", err)
		os.Exit(1)
	}
}

// run serves until SIGINT or SIGTERM, then writes what is still open and returns.
func run(o options) error {
	ln, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", o.addr, err)
	}
	var out io.Writer = io.Discard
	if o.log != "" {
		f, err := os.Create(o.log)
		if err != nil {
			return fmt.Errorf("create log: %w", err)
		}
		defer func() { _ = f.Close() }()
		out = f
	}
	s := &server{opt: o, log: journal{out: out}, start: time.Now(), polls: map[string]int{}}
	srv := &http.Server{
		Handler: s,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, tapKey{}, c)
		},
	}
	fmt.Printf("http://%s\n", ln.Addr())
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	go func() { <-stop; _ = srv.Close() }()
	if err := srv.Serve(&tapListener{Listener: ln}); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	s.log.flush(true)
	return nil
}
