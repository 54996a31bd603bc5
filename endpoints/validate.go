// Validation: whether a response is a result, and the error in AIPerf's words when it is not.
package endpoints

import (
	"strings"

	"github.com/aiperf-go/aiperf/metrics"
)

// AIPerf's notes on a result that does not count.
const (
	invalidClass = "InvalidInferenceResultError"
	invalidLead  = "Invalid inference result: "
	noResponses  = "No responses were received"
	noContent    = "No responses with actual content were received from the server (only usage/metadata, null/empty data, or [DONE] markers)"
)

// Validate is nil for a valid result: no error, content, and an end after the start. Otherwise it is the error of the record.
func Validate(d *Digest, start metrics.Instant) *metrics.ErrorDetail {
	switch {
	case d.Err != nil:
		return d.Err
	case d.Responses == 0:
		return exception(metrics.NoCount, invalidClass, invalidLead+noResponses)
	case len(d.Stamps) == 0:
		return exception(metrics.NoCount, invalidClass, invalidLead+noContent)
	case !metrics.Known(start) || d.LastEvent < start: // a response at the very start is sane: its latency is 0
		return exception(metrics.NoCount, invalidClass, invalidLead)
	}
	return nil
}

// ErrorBody is the error of an answer outside 2xx: the body as it came, whole.
func ErrorBody(status int, reason string, body []byte) *metrics.ErrorDetail {
	return &metrics.ErrorDetail{Code: metrics.Count(status), Type: reason, Message: string(AppendValidUTF8(nil, body))}
}

// overflowMarks are what servers say, in lower case, when a prompt is longer than the model's context.
var overflowMarks = [...]string{"context length", "maximum context", "context_length_exceeded", "prompt is too long"}

// ContextOverflow reports whether an error message says that the prompt was too long for the model.
func ContextOverflow(message string) bool {
	m := strings.ToLower(message)
	for _, mark := range overflowMarks {
		if strings.Contains(m, mark) {
			return true
		}
	}
	return false
}
