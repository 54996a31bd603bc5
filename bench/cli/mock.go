// aiperf mock: the mock server alone, until a signal.
package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/endpoints/mock"
)

func runMock(_ context.Context, env Env, _ Registry, args []string) error {
	s, err := config.MockTable().Parse(args, env.Environ)
	if err != nil {
		return err
	}
	o, err := mockOptions(s)
	if err != nil {
		return exitf(exitFailed, "%w", err)
	}
	signals, release := env.Signals()
	defer release()
	server, err := mock.Start(o)
	if err != nil {
		return exitf(exitFailed, "%w", err)
	}
	fmt.Fprintln(env.Stdout, server.URL())
	<-signals
	if err := server.Close(); err != nil {
		return exitf(exitFailed, "%w", err)
	}
	return nil
}

func mockOptions(s *config.Settings) (mock.Options, error) {
	text := func(f string) string { v, _ := s.Value(f).(string); return v }
	number := func(f string) int { v, _ := s.Value(f).(int64); return int(v) }
	flag := func(f string) bool { v, _ := s.Value(f).(bool); return v }
	o := mock.Options{
		Addr: text("addr"), Model: text("model"), OSL: number("osl"), IgnoreMaxTokens: flag("ignore_max_tokens"), Reasoning: number("reasoning"),
		Usage: flag("usage"), MaxConcurrent: number("max_concurrent"), Seed: uint64(number("seed")), Truth: flag("truth"),
	}
	err := mockTimes(&o, text("ttft"), text("itl"))
	if err != nil {
		return o, err
	}
	faults, _ := s.Value("faults").([]string)
	o.Faults, err = mockFaults(faults)
	return o, err
}

// mockTimes reads times to first token and between tokens; a bare number is milliseconds.
func mockTimes(o *mock.Options, ttft, itl string) error {
	var err error
	if o.TTFT, err = mock.ParseDistribution(milliseconds(ttft)); err != nil {
		return fmt.Errorf("time to first token: %w", err)
	}
	if o.Gap, err = mock.ParseDistribution(milliseconds(itl)); err != nil {
		return fmt.Errorf("time between tokens: %w", err)
	}
	return nil
}

func milliseconds(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s + "ms"
	}
	return s
}

func mockFaults(texts []string) ([]mock.Fault, error) {
	var out []mock.Fault
	for _, t := range texts {
		f, err := mock.ParseFault(t)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}
