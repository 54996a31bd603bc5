// Failures of an exchange in the names that users of AIPerf already search for.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/aiperf-go/aiperf/metrics"
)

var (
	errDisconnected = errors.New("server disconnected")
	// ErrAborted ends exchanges that the run cut short.
	ErrAborted = errors.New("request cancelled by external signal")
	// ErrTimeout ends exchanges that ran past the request timeout.
	ErrTimeout = errors.New("request timeout")
	errConnect = errors.New("cannot connect")
	errTooMany = errors.New("too many redirects")
)

// truncated is a body cut short. How far it came is the cause, not the message: equal failures are counted by their message.
type truncated struct{ class, where, detail string }

func (t *truncated) Error() string {
	return "response payload is not completed: connection closed inside " + t.where
}

// CodeCancelled is AIPerf's own code for a request that the client cancelled.
const CodeCancelled metrics.Count = 499

// Describe turns a transport failure into AIPerf's error classes. The class names are AIPerf's; the messages are plain words.
//
//	cannot connect, DNS, TLS    ClientConnectorError (ClientConnectorDNSError, ClientConnectorSSLError)
//	closed before an answer     ServerDisconnectedError
//	body or stream cut short    ClientPayloadError
//	not HTTP                    ClientResponseError
//	total timeout               TimeoutError
//	cut by the run              RequestCancellationError, code 499
func Describe(err error) *metrics.ErrorDetail {
	d := &metrics.ErrorDetail{Code: metrics.NoCount}
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var tlsErr tls.RecordHeaderError
	var cut *truncated
	switch {
	case errors.Is(err, ErrAborted):
		d.Code, d.Type, d.Message = CodeCancelled, "RequestCancellationError", "Request cancelled by external signal"
		return d
	case errors.Is(err, ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		d.Type, d.Message = "TimeoutError", "TimeoutError()"
		d.CauseChain = []string{"TimeoutError"}
		return d
	case errors.As(err, &dns):
		d.Type = "ClientConnectorDNSError"
	case errors.As(err, &cert), errors.As(err, &tlsErr):
		d.Type = "ClientConnectorSSLError"
	case errors.Is(err, errConnect):
		d.Type = "ClientConnectorError"
	case errors.As(err, &cut):
		d.Type = "ClientPayloadError"
	case errors.Is(err, errNotHTTP), errors.Is(err, errTooMany):
		d.Type = "ClientResponseError"
	case errors.Is(err, errDisconnected), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		d.Type = "ServerDisconnectedError"
	case errors.Is(err, os.ErrDeadlineExceeded):
		d.Type, d.Message = "TimeoutError", "TimeoutError()"
		d.CauseChain = []string{"TimeoutError"}
		return d
	default:
		d.Type = "ClientOSError"
	}
	d.Message = fmt.Sprintf("%s(%s)", d.Type, pythonQuote(err.Error()))
	d.CauseChain = []string{d.Type}
	var system syscall.Errno
	switch {
	case cut != nil:
		d.Cause, d.CauseChain = cut.detail, append(d.CauseChain, cut.class)
	case dns != nil:
		d.Cause, d.CauseChain = dns.Err, append(d.CauseChain, "gaierror")
	case errors.As(err, &system):
		d.Cause, d.CauseChain = system.Error(), append(d.CauseChain, systemClass(system))
	}
	return d
}

// systemClass is Python's name of a system error.
func systemClass(e syscall.Errno) string {
	switch e {
	case syscall.ECONNREFUSED:
		return "ConnectionRefusedError"
	case syscall.ECONNRESET:
		return "ConnectionResetError"
	case syscall.ECONNABORTED:
		return "ConnectionAbortedError"
	case syscall.EPIPE:
		return "BrokenPipeError"
	case syscall.ETIMEDOUT:
		return "TimeoutError"
	}
	return "OSError"
}

// pythonQuote writes a text as Python shows one: single quotes, double ones when the text holds a single quote.
func pythonQuote(s string) string {
	for i := range len(s) {
		if s[i] == '\'' {
			return `"` + s + `"`
		}
	}
	return "'" + s + "'"
}
