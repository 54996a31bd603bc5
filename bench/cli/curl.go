// The first requests of a run as curl commands: the same bytes to the same place, with secrets as shell variables.
package cli

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/metrics"
)

// mostArgument is the largest body handed to curl as an argument: systems refuse one of 128 kB. A larger one goes through the shell's own printf.
const mostArgument = 100_000

// curl prints the first n requests.
func (r *profileRun) curl(plan *bench.Plan, n int) error {
	vars := shellVariables(r.p.Secrets())
	var b strings.Builder
	if r.p.Mock != nil {
		b.WriteString("# The mock server of this run gets its port when it starts; `aiperf mock --addr " + mockHost + "` runs one alone.\n")
	}
	if !r.p.SeedGiven {
		b.WriteString("# Without --random-seed every start draws other prompts.\n")
	}
	for _, v := range vars {
		fmt.Fprintf(&b, "# %s: set it to a secret of this run before you paste these commands\n", v.name)
	}
	several := false
	for i := range n {
		c, err := plan.Dataset.Source.Materialise(plan.Dataset.Sampler.Next())
		if err != nil {
			return err
		}
		plan.Dataset.Bust.Mark(c, dataset.Play{Warmup: plan.Phases[0].Kind == metrics.Warmup, Pass: i, Trajectory: i})
		several = several || len(c.Turns) > 1
		cmd, err := curlCommand(plan.Target, c, i, vars)
		if err != nil {
			return fmt.Errorf("conversation %q: %w", c.ID, err)
		}
		fmt.Fprintf(&b, "\n# request %d\n%s\n", i+1, cmd)
	}
	if several {
		b.WriteString("\n# These are first turns: the later ones of a session carry the answers that came before.\n")
	}
	_, err := fmt.Fprint(r.env.Stdout, strings.TrimPrefix(b.String(), "\n"))
	return err
}

// curlCommand is one request. The ids of request and session are drawn by a run and left out.
func curlCommand(t bench.Target, c *dataset.Conversation, i int, vars []variable) (string, error) {
	target := t.URLs[i%len(t.URLs)]
	u, err := url.Parse(target)
	if err != nil {
		return "", err
	}
	body, err := t.Body(nil, c, 0)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	large := len(body) > mostArgument
	if large {
		b.WriteString("printf %s " + shellQuote(string(body), vars) + " | \\\n")
	}
	b.WriteString("curl --no-buffer --request POST " + shellQuote(target, vars))
	for _, h := range endpoints.RequestHeaders(endpoints.HeadSpec{
		URL: u, UserAgent: t.UserAgent, Headers: t.Headers, TurnHeaders: c.Turns[0].ExtraHeaders, Streaming: t.Streaming, ContentLength: len(body),
	}) {
		b.WriteString(" \\\n  --header " + shellQuote(h[0]+": "+h[1], vars))
	}
	if large {
		b.WriteString(" \\\n  --data-binary @-")
	} else {
		b.WriteString(" \\\n  --data-raw " + shellQuote(string(body), vars))
	}
	return b.String(), nil
}

// variable is a shell variable that stands for a secret.
type variable struct{ name, secret string }

// shellVariables names the secrets of a run, longer ones first. A header's scheme is no secret: of "Bearer x" and "x" the second is one.
func shellVariables(secrets []string) []variable {
	var kept []string
	for _, s := range secrets {
		if scheme, credentials, ok := strings.Cut(s, " "); ok && slices.Contains(secrets, credentials) && slices.Contains(schemes, strings.ToLower(scheme)) {
			continue
		}
		if s != "" && !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	slices.SortStableFunc(kept, func(a, b string) int { return len(b) - len(a) })
	vars := make([]variable, len(kept))
	for i, s := range kept {
		vars[i] = variable{fmt.Sprintf("SECRET_%d", i+1), s}
	}
	return vars
}

// schemes may stand before the credentials of an Authorization header.
var schemes = []string{"bearer", "basic", "digest", "token", "apikey", "negotiate"}

// shellQuote quotes text for a POSIX shell, each secret in it replaced by its variable.
func shellQuote(text string, vars []variable) string {
	at, hit := -1, variable{}
	for _, v := range vars { // of two at one place the longer one, which comes first
		if i := strings.Index(text, v.secret); i >= 0 && (at < 0 || i < at) {
			at, hit = i, v
		}
	}
	if at < 0 {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	out := `"$` + hit.name + `"`
	if at > 0 {
		out = shellQuote(text[:at], nil) + out
	}
	if rest := text[at+len(hit.secret):]; rest != "" {
		out += shellQuote(rest, vars)
	}
	return out
}
