// aiperf profile: one measured run, from the command line to the exit code.
package cli

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config"
	settings "github.com/aiperf-go/aiperf/bench/config/env"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/report/artifact"
	"github.com/aiperf-go/aiperf/report/redact"
)

func profile(ctx context.Context, env Env, reg Registry, args []string) error {
	return profileOf(ctx, env, reg, args, nil)
}

// profileOf runs a command line, with a configuration at hand or without.
func profileOf(ctx context.Context, env Env, reg Registry, args []string, src *config.Source) error {
	defer bench.HoldStamps()()
	p, kind, err := decide(env, reg, args, src)
	if err != nil {
		return err
	}
	secrets := redact.NewKnown(p.Secrets())
	log := newJournal(env, p.LogLevel, secrets)
	defer log.close()
	r := &profileRun{env: env, p: p, kind: kind, secrets: secrets, journal: log, log: slog.New(log)}
	err = r.run(ctx)
	if err != nil {
		log.keep(slog.LevelError, err.Error())
	}
	return masked(err, secrets)
}

// masked is an error whose line is free of secrets.
func masked(err error, secrets redact.Known) error {
	var e *ExitError
	switch {
	case err == nil, errors.As(err, &e) && e.Err == nil:
		return err
	default:
		return exitf(codeOf(err), "%s", secrets.Text(err.Error()))
	}
}

// decide reads the command line and settles everything that needs no data and no network.
func decide(env Env, reg Registry, args []string, src *config.Source) (*config.Profile, *endpoints.Kind, error) {
	s, err := profileTable(reg).Parse(args, env.Environ)
	if err != nil {
		return nil, nil, err
	}
	at, err := place(env, args, src)
	if err != nil {
		return nil, nil, err
	}
	var found []settings.Finding
	if at.Vars, found, err = variables(env); err != nil {
		return nil, nil, err
	}
	p, err := s.Resolve(at)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range found {
		if f.Kind == settings.Warning {
			p.Warnings = append(p.Warnings, f.Text)
			continue
		}
		p.Inert = append(p.Inert, f.Text)
	}
	kind, ok := reg.kinds.Lookup(p.EndpointType)
	if !ok || !kind.Implemented {
		return nil, nil, exitf(exitFailed, "--endpoint-type %s is not supported in this version", p.EndpointType)
	}
	if p.Data.File != "" {
		if err := env.isFile(p.Data.File); err != nil {
			return nil, nil, exitf(exitFailed, "%s %q: %w", p.Where("benchmark.datasets.0.path"), p.Data.File, err)
		}
	}
	if p.Mock != nil {
		if _, err := mockOf(p.Mock, p.Model); err != nil {
			return nil, nil, exitf(exitFailed, "%w", err)
		}
	}
	if err := checkLimits(env, p); err != nil {
		return nil, nil, err
	}
	load := p.Phases[len(p.Phases)-1]
	p.Artifacts.Dir = artifact.Dir(p.Artifacts.Base, p.Artifacts.Explicit, p.Data.Models.Names, kind.ServiceKind, kind.Name,
		artifact.Stimulus{Concurrency: load.Concurrency, Rate: load.Rate}.String())
	return p, kind, nil
}

// profileTable is the option table of this build: its endpoint types are choices.
func profileTable(reg Registry) *config.Table {
	var types []string
	for _, k := range reg.kinds {
		if k.Implemented {
			types = append(types, k.Name)
		}
	}
	return config.ProfileTable(types...)
}

// variables reads the AIPERF_ variables, and a .env file in the working directory as AIPerf does.
func variables(env Env) (*settings.Values, []settings.Finding, error) {
	var own []string
	for _, t := range []*config.Table{config.ProfileTable(), config.MockTable()} {
		t.Each(func(o *config.Option) {
			if o.Env != "" {
				own = append(own, o.Env)
			}
		})
	}
	return settings.Source{Environ: env.Environ, Own: own, DotEnv: func() ([]byte, error) { return env.ReadFile(".env") }}.Read()
}

// place is this process as a configuration is resolved in it.
func place(env Env, args []string, src *config.Source) (config.Place, error) {
	dir, err := env.Getwd()
	if err != nil {
		return config.Place{}, fmt.Errorf("finding the working directory: %w", err)
	}
	var drawn [14]byte
	_, _ = rand.Read(drawn[:]) // never fails
	return config.Place{
		Dir: dir, Terminal: env.ErrTerminal, Args: args, Environ: env.Environ, ReadFile: env.ReadFile, Config: src,
		ID: hex.EncodeToString(drawn[:6]), Seed: binary.BigEndian.Uint64(drawn[6:]) >> 1, // --random-seed can repeat it
	}, nil
}

// profileRun is a run being made.
type profileRun struct {
	env     Env
	p       *config.Profile
	kind    *endpoints.Kind
	secrets redact.Known
	journal *journal
	log     *slog.Logger
	folder  *artifact.Folder
	plan    *bench.Plan
}

func (r *profileRun) run(ctx context.Context) error {
	ready := patience(r.log, func() string {
		if r.p.Data.File != "" {
			return "still reading " + r.p.Data.File
		}
		return fmt.Sprintf("still making %d conversations", r.p.Data.Made.Conversations)
	})
	data, err := makeData(r.p)
	ready()
	if err != nil {
		return exitf(exitFailed, "%w", err)
	}
	if r.p.Preview != nil {
		for _, t := range r.p.Warnings {
			r.log.Warn(t)
		}
		return r.preview(data)
	}
	if r.folder, err = artifact.Open(folderOf(r.p)); err != nil {
		return exitf(exitFailed, "%w", err)
	}
	logFile, err := r.folder.OpenLog()
	if err != nil {
		return exitf(exitFailed, "%w", err)
	}
	r.journal.attach(logFile)
	record, err := r.p.Record(ownVersion())
	if err == nil {
		err = r.folder.WriteRerun(record)
	}
	if err != nil {
		return exitf(exitFailed, "%w", err)
	}
	r.announce()

	if r.p.Mock != nil {
		server, err := startMock(r.p.Mock, r.p.Model)
		if err != nil {
			return exitf(exitFailed, "%w", err)
		}
		defer func() { _ = server.Close() }()
		r.p.URLs = []string{server.URL()}
		r.log.Info("mock server started", "url", server.URL())
	}
	if r.plan, err = r.p.Plan(r.kind); err != nil {
		return exitf(exitFailed, "%w", err)
	}
	r.plan.Dataset, r.plan.Run.Data = data, dataInfo(r.p, data)
	r.plan.SpillDir = r.folder.Dir()
	return r.measure(ctx)
}

// announce says once what the user should know before the load starts.
func (r *profileRun) announce() {
	r.log.Info("starting", "version", ownVersion(), "compatible_with", CompatibleRelease, "folder", r.folder.Dir())
	for _, t := range r.p.Inert {
		r.log.Info(t)
	}
	for _, t := range r.p.Notices {
		r.log.Log(context.Background(), levelNotice, t)
	}
	for _, t := range r.p.Warnings {
		r.log.Warn(t)
	}
	if used := r.folder.Reused(); len(used) > 0 {
		r.log.Warn("the folder held files of an earlier run, which were deleted", "files", strings.Join(used, ", "), "folder", r.folder.Dir())
	}
	if kept := r.folder.Kept(); len(kept) > 0 {
		r.log.Warn("the folder held files that this run writes and no run had written, which were renamed", "files", strings.Join(kept, ", "), "folder", r.folder.Dir())
	}
	if !r.p.SeedGiven {
		r.log.Log(context.Background(), levelNotice, "no --random-seed given: drew one", "seed", r.p.Seed)
	}
}

func level(name string) artifact.Level {
	switch name {
	case "summary":
		return artifact.LevelSummary
	case "raw":
		return artifact.LevelRaw
	default:
		return artifact.LevelRecords
	}
}

// writeInputs writes what will be sent, session by session. It writes no file and returns the context's error when the run is told to stop.
func (r *profileRun) writeInputs(ctx context.Context) error {
	source := r.plan.Dataset.Source
	secret := redact.NewFields(r.p.SecretFields())
	var written atomic.Int64
	ready := patience(r.log, func() string {
		return fmt.Sprintf("still writing inputs.json: %d of %d conversations", written.Load(), source.Len())
	})
	defer ready()
	err := r.folder.WriteInputs(func() (string, [][]byte, error) {
		if err := ctx.Err(); err != nil {
			return "", nil, err
		}
		i := int(written.Load())
		if i == source.Len() {
			return "", nil, io.EOF
		}
		c, err := source.Materialise(i)
		if err != nil {
			return "", nil, fmt.Errorf("making conversation %d: %w", i, err)
		}
		written.Add(1)
		var payloads [][]byte
		for n := range c.Turns {
			body, err := r.plan.Target.Body(nil, c, n)
			if err != nil {
				return "", nil, fmt.Errorf("building the request of conversation %q: %w", c.ID, err)
			}
			payloads = append(payloads, secret.Bytes(body))
		}
		return c.ID, payloads, nil
	})
	if err != nil {
		return fmt.Errorf("writing the inputs file: %w", err)
	}
	return nil
}

// startMock starts the mock server of this process.
func startMock(m *config.Mock, model string) (*mock.Server, error) {
	o, err := mockOf(m, model)
	if err != nil {
		return nil, err
	}
	return mock.Start(o)
}

// mockOf reads the options of the mock server.
func mockOf(m *config.Mock, model string) (mock.Options, error) {
	o := mock.Options{Model: model, OSL: m.OSL}
	err := mockTimes(&o, m.TTFT, m.ITL)
	if err == nil {
		o.Faults, err = mockFaults(m.Faults)
	}
	return o, err
}
