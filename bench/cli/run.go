// Measuring: the run itself, its sinks, its signals, its files, and the verdict as an exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/artifact"
	"github.com/aiperf-go/aiperf/report/console"
	"github.com/aiperf-go/aiperf/report/redact"
)

// outcome is how a run ended.
type outcome struct {
	summary *metrics.Summary
	err     error
}

func (r *profileRun) measure(ctx context.Context) error {
	stop := newStopper(ctx, r)
	defer stop.end()
	if err := r.writeInputs(stop.soft); err != nil && !errors.Is(err, context.Canceled) { // a stopped run still reports
		return exitf(exitFailed, "%w", err)
	}
	if n := unkept(r.plan.Dataset.Source); n > 0 {
		r.log.Warn(fmt.Sprintf("%d pictures and clips are more than are kept ready: they are encoded again for each request, on the core that should send; fewer conversations or smaller media keep all", n))
	}
	clock := bench.NewClock()
	opts := []bench.Option{bench.WithClock(clock), bench.WithStop(stop.soft)}
	sinks := artifact.SinkOptions{Scope: r.plan.Scope, WallBase: clock.WallBase(), Phases: r.windows(), Now: r.env.Now, Secrets: r.secrets, Fields: redact.NewFields(r.p.SecretFields())}
	if s := r.folder.Records(sinks); s != nil {
		opts = append(opts, bench.WithSink(s))
	}
	if s := r.folder.Raw(sinks); s != nil {
		opts = append(opts, bench.WithSink(s))
	}
	var snapshots atomic.Pointer[metrics.Snapshot]
	if r.p.UI == "simple" {
		opts = append(opts, bench.WithSnapshots(&snapshots))
		show := startProgress(r, &snapshots)
		defer show.end()
		stop.beforeReport = show.end
	}
	for _, ph := range r.plan.Phases {
		r.log.Info("phase planned", "phase", ph.Name, "pattern", patternName(ph.Pattern), "rate", ph.Rate, "concurrency", ph.Concurrency,
			"requests", ph.Requests, "sessions", ph.Sessions, "duration", ph.Duration)
	}
	quiet := quietCollector()
	done := make(chan outcome, 1)
	go func() {
		s, err := bench.Run(stop.hard, r.plan, opts...)
		done <- outcome{s, err}
	}()
	out, err := stop.wait(done)
	quiet()
	if stop.beforeReport != nil {
		stop.beforeReport()
	}
	if err != nil {
		return err
	}
	return r.report(out, stop)
}

// windows names the phases for the records.
func (r *profileRun) windows() []metrics.PhaseWindow {
	var ws []metrics.PhaseWindow
	profiling := 0
	for i, ph := range r.plan.Phases {
		w := metrics.PhaseWindow{Name: ph.Name, Kind: ph.Kind, Index: i, ProfilingIndex: -1}
		if ph.Kind == metrics.Profiling {
			w.ProfilingIndex = profiling
			profiling++
		}
		ws = append(ws, w)
	}
	return ws
}

// report writes the files, shows the result, and turns it into an exit code.
func (r *profileRun) report(out outcome, stop *stopper) error {
	s := out.summary
	if s == nil {
		return exitf(exitFailed, "the run did not start: %w", out.err)
	}
	mask(s.Errors, r.secrets)
	files, writeErr := r.folder.WriteResults(s, artifact.ResultOptions{
		Version: ownVersion(), ProcessedAt: r.env.Now().UnixNano(), PhaseResults: phaseResults(s), NoJSON: r.p.Artifacts.NoSummary, ConsoleWidth: r.p.ConsoleWidth(),
	})
	r.logResult(s)
	err := console.Render(r.env.Stdout, s, console.Options{
		Width: width(r.env.Width, r.p), Color: r.env.color(), Terminal: r.env.OutTerminal, Files: files, LogFile: r.folder.Path(artifact.Log),
	})
	if err != nil {
		writeErr = errors.Join(writeErr, fmt.Errorf("showing the result: %w", err))
	}
	switch {
	case writeErr != nil:
		return exitf(exitFailed, "%w", writeErr)
	case stop.signal() != nil:
		return exit(stop.code())
	case out.err != nil:
		return exitf(exitFailed, "the run ended early: %w", out.err)
	case s.Succeeded == 0:
		return exitf(exitFailed, "%s", nothingSucceeded(s, r.p))
	case r.p.Strict && s.Client.Verdict != bench.ServerLimited:
		return exitf(exitInvalid, "the result is not valid: %s: %s", s.Client.Verdict, s.Client.Reason)
	}
	return nil
}

// width is the terminal's, else that of the captured text.
func width(terminal int, p *config.Profile) int {
	if terminal > 0 {
		return terminal
	}
	return p.ConsoleWidth()
}

// mask takes the secrets that servers echoed out of the error table, before anything shows or shortens it.
func mask(errs []metrics.ErrorCount, secrets redact.Known) {
	for i := range errs {
		e := &errs[i]
		e.Message, e.Cause, e.Hint = secrets.Text(e.Message), secrets.Text(e.Cause), secrets.Text(e.Hint)
		e.CauseChain = slices.Clone(e.CauseChain)
		for k, c := range e.CauseChain {
			e.CauseChain[k] = secrets.Text(c)
		}
	}
}

// logResult keeps the end of the run in the log.
func (r *profileRun) logResult(s *metrics.Summary) {
	for _, w := range s.Phases {
		r.log.Info("phase ended", "phase", w.Name, "sent", w.Sent, "completed", w.Completed, "failed", w.Failed, "cancelled", w.Cancelled, "missed_arrivals", w.MissedArrivals)
	}
	for _, e := range s.Errors {
		r.log.LogAttrs(context.Background(), slog.LevelInfo, "requests failed", slog.Int64("count", e.Count), slog.String("type", e.Type), slog.String("message", e.Message))
	}
	r.log.Info("verdict", "verdict", s.Client.Verdict, "reason", s.Client.Reason, "clock", s.Client.Clock)
}

// phaseResults gives each phase of a run its own result; a run of one phase needs none.
func phaseResults(s *metrics.Summary) []artifact.PhaseResult {
	if len(s.Phases) < 2 {
		return nil
	}
	var out []artifact.PhaseResult
	for _, w := range s.Phases {
		if w.Kind == metrics.Warmup {
			out = append(out, artifact.PhaseResult{Window: w, Results: s.Warmup, Succeeded: w.Completed - w.Failed, Failed: w.Failed})
			continue
		}
		out = append(out, artifact.PhaseResult{Window: w, Results: s.Results, Errors: s.Errors, Succeeded: s.Succeeded, Failed: s.Failed})
	}
	return out
}

func patternName(p bench.Pattern) string {
	return map[bench.Pattern]string{bench.Burst: "closed loop", bench.Constant: "constant", bench.Poisson: "poisson", bench.Gamma: "gamma"}[p]
}
