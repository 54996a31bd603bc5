// Package ready waits, before a run, until the server can answer: AIPerf's --wait-for-model.
//
//	URLs, one after the other ─┬─ mode models, both:    every model ─> GET /v1/models ─ 404 ─> GET the base URL
//	                           └─ mode inference, both: every model ─> POST one token
//	a probe: try ─ ready ─> next probe
//	           └─ not yet ─> Say, pause of at most Interval, next try; an error when its own Timeout is over
package ready

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The modes.
const (
	ModeModels    = "models"    // the list of models names the model
	ModeInference = "inference" // a request for one token is answered
	ModeBoth      = "both"      // the one, then the other
)

const (
	// leastModelsTry and leastInferenceTry are the shortest limits of one try: an interval may be much shorter than a round trip, and the first
	// token of a server that has just started much longer. Both are AIPerf's.
	leastModelsTry    = 5 * time.Second
	leastInferenceTry = 30 * time.Second
	// listBytes bounds the list of models: thousands of models take a few hundred KiB.
	listBytes = 16 << 20
	// saidBytes is how much of a refusal is shown: a reason, not a page.
	saidBytes = 200
	// nobody is the model that is asked for when none is named.
	nobody = "default"
)

// Options say what is waited for.
type Options struct {
	Mode     string
	URLs     []string // base URLs, scheme included; probed in this order
	Models   []string // probed in this order; only the inference mode may have none
	Timeout  time.Duration
	Interval time.Duration
	Endpoint string       // name of the endpoint's type
	Path     string       // the user's own path; "" for none
	Headers  [][2]string  // the endpoint's, authorization included; of equal names the last counts
	Client   *http.Client // see NewClient
	Say      func(string) // told what each try came to; nil when nobody listens
}

// NotReadyError tells that a model was not ready in time, in AIPerf's words.
type NotReadyError struct{ text string }

func (e *NotReadyError) Error() string { return e.text }

func notReady(format string, a ...any) error { return &NotReadyError{fmt.Sprintf(format, a...)} }

// Wait returns when every model is ready behind every URL. Each pair has the whole Timeout. The error says which pair was not ready in time,
// or why ctx ended.
func Wait(ctx context.Context, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	if len(o.URLs) == 0 {
		return nil
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
	// The load dials its own connections: what the probes leave behind would only take descriptors from it.
	defer o.Client.CloseIdleConnections()
	o.Say(fmt.Sprintf("waiting until the server is ready (mode %s, timeout %s, interval %s, %d x %d url and model)", o.Mode, o.Timeout, o.Interval, len(o.URLs), len(o.Models)))
	asked := o.Models
	if len(asked) == 0 {
		asked = []string{nobody}
	}
	known := o.known()
	if o.Mode != ModeModels && !known {
		o.Say(fmt.Sprintf("the endpoint type %s has no readiness request of its own: a chat request is sent, which tells that the server is up, not that the model answers", o.Endpoint))
	}
	for _, url := range o.URLs {
		if o.Mode != ModeInference {
			for _, model := range o.Models {
				if err := o.waitModels(ctx, url, model); err != nil {
					return err
				}
			}
		}
		if o.Mode != ModeModels {
			for _, model := range asked {
				if err := o.waitInference(ctx, url, model); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (o *Options) check() error {
	switch o.Mode {
	case ModeInference:
	case ModeModels, ModeBoth:
		if len(o.Models) == 0 {
			return fmt.Errorf("waiting for the model in mode %s needs the name of a model: give --model", o.Mode)
		}
	default:
		return fmt.Errorf("waiting for the model: mode %q is none of %s, %s, %s", o.Mode, ModeModels, ModeInference, ModeBoth)
	}
	if o.Timeout <= 0 || o.Interval <= 0 {
		return fmt.Errorf("waiting for the model: timeout %s and interval %s must be above 0", o.Timeout, o.Interval)
	}
	if o.Client == nil {
		return errors.New("waiting for the model: no HTTP client was given")
	}
	return nil
}

// waitModels asks for the list of models until it names the model. A server without such a list is ready when its base URL answers.
func (o *Options) waitModels(ctx context.Context, url, model string) error {
	list := strings.TrimRight(url, "/") + "/v1/models"
	w := newWait(ctx, o, max(o.Interval, leastModelsTry), func(tries int) error {
		return notReady("Timed out after %.1fs waiting for model '%s' to become ready at %s (checked %d time(s))", o.Timeout.Seconds(), model, url, tries)
	})
	for {
		a, err := w.try(http.MethodGet, list, nil, listBytes)
		if err != nil {
			return err
		}
		switch {
		case a.status == http.StatusNotFound:
			base, err := w.again(http.MethodGet, url, nil, 0)
			if err != nil {
				return err
			}
			if base.status >= 200 && base.status < 300 {
				o.Say(fmt.Sprintf("%s has no list of models, but the server answers %d at %s: taken as ready", list, base.status, url))
				return nil
			}
			w.not("%s answered 404 and %s %s", list, url, base)
		case a.status == http.StatusOK && a.err == nil:
			if listed(a.body, model) {
				o.Say(fmt.Sprintf("model %s is ready at %s (try %d)", model, url, w.tries))
				return nil
			}
			w.not("model %s is not listed at %s yet", model, list)
		default:
			w.not("%s %s", list, a)
		}
		if err := w.pause(); err != nil {
			return err
		}
	}
}

// waitInference asks for one token until the answer is no failure of the server: any status below 500 counts, since a request that is refused
// now is refused in the run too, where it is reported.
func (o *Options) waitInference(ctx context.Context, url, model string) error {
	target := o.inferenceURL(url)
	body, err := o.request(model)
	if err != nil {
		return fmt.Errorf("writing the readiness request for model %q: %w", model, err)
	}
	w := newWait(ctx, o, max(o.Interval, leastInferenceTry), func(tries int) error {
		return notReady("Timed out after %.1fs probing %s with model '%s' (checked %d time(s))", o.Timeout.Seconds(), target, model, tries)
	})
	for {
		a, err := w.try(http.MethodPost, target, body, 0)
		if err != nil {
			return err
		}
		if a.status > 0 && a.status < 500 {
			o.Say(fmt.Sprintf("%s answered %d for model %s: ready (try %d)", target, a.status, model, w.tries))
			return nil
		}
		w.not("%s %s", target, a)
		if err := w.pause(); err != nil {
			return err
		}
	}
}
