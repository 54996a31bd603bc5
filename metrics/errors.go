// ErrorDetail is a failed request as users see and count it.
package metrics

// ErrorDetail describes why a request failed, in AIPerf's words. Identity for counting is (Code, Type, Message).
type ErrorDetail struct {
	Code       Count // HTTP status or AIPerf's own code; NoCount without one
	Type       string
	Message    string
	Cause      string   // text of the underlying cause, if any
	CauseChain []string // class names along the cause, own class first
	Hint       string   // for people: what the server said instead of an answer; no part of files or identity
}

// ErrorCount is one group of equal errors.
type ErrorCount struct {
	ErrorDetail
	Count int64
}
