// The one line for a run without a single good answer: what failed, and what to look at.
package cli

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/metrics"
)

// hints say what to look at, by HTTP status or by error type; the first row that fits is used.
var hints = []struct {
	code int64 // 0: any
	kind string
	hint string
}{
	{401, "", "check --api-key"},
	{403, "", "check --api-key"},
	{404, "", "check --url, --endpoint and the model name"},
	{405, "", "check --url and --endpoint"},
	{429, "", "the server limits the rate: lower --concurrency or --request-rate"},
	{0, "ClientConnectorError", "is the server running at --url?"},
	{0, "ClientConnectorDNSError", "check the host name of --url"},
	{0, "TimeoutError", "raise --request-timeout-seconds or lower the load"},
	{0, "InvalidInferenceResultError", "does --url lead to a chat endpoint, and does the model answer?"},
}

// nothingSucceeded explains a run without results.
func nothingSucceeded(s *metrics.Summary, p *config.Profile) string {
	if s.Failed == 0 {
		var cut int64
		for _, w := range s.Phases {
			cut += w.Cancelled
		}
		if cut > 0 {
			return fmt.Sprintf("no request finished before the run ended (%d were cut off): raise --benchmark-duration or --benchmark-grace-period", cut)
		}
		return "no request was sent"
	}
	line := fmt.Sprintf("all %d requests failed", s.Failed)
	if len(s.Errors) == 0 {
		return line
	}
	e := s.Errors[0]
	line += ": " + describe(e.ErrorDetail)
	if e.Hint != "" {
		line += " (" + oneLine(e.Hint) + ")"
	}
	if n := len(s.Errors) - 1; n > 0 {
		line += fmt.Sprintf(" (and %d more messages)", n)
	}
	for _, h := range hints {
		if h.code != 0 && int64(e.Code) == h.code || h.kind != "" && e.Type == h.kind {
			urls := make([]string, len(p.URLs))
			for i, u := range p.URLs {
				urls[i] = config.RedactURL(u)
			}
			return line + "; " + h.hint + " (" + strings.Join(urls, ", ") + ")"
		}
	}
	return line
}

// An error event stands in its message as AIPerf's Python objects: the server's own words are a JSON string inside, with its escapes
// doubled by each level of quoting.
var (
	eventMessage = regexp.MustCompile(`"message"\s*:\s*"((?:[^"\\]|\\+[^\\])*)"`)
	escapedQuote = regexp.MustCompile(`\\+"`)
)

// describe shortens an error for one line: AIPerf's messages repeat their own type around the text.
func describe(e metrics.ErrorDetail) string {
	text := e.Message
	if inner, ok := strings.CutPrefix(text, e.Type+"("); ok {
		text = strings.Trim(strings.TrimSuffix(inner, ")"), `'"`)
	}
	if strings.Contains(text, "SSEMessage(") {
		if said := eventMessage.FindStringSubmatch(text); said != nil {
			text = escapedQuote.ReplaceAllString(said[1], `"`)
		}
	}
	text = oneLine(text)
	if r := []rune(text); len(r) > longestMessage {
		text = string(r[:longestMessage]) + "..."
	}
	name := e.Type
	if e.Code != metrics.NoCount && e.Code != 0 {
		name = fmt.Sprintf("%d %s", e.Code, e.Type)
	}
	if text == "" {
		return name
	}
	return name + ": " + text
}
