// Failures of an exchange in the names that users of AIPerf already search for.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/aiperf-go/aiperf/metrics"
)

// The ends of an exchange that have a name. Others are wrapped in these or stand for themselves.
var (
	// ErrAborted ends exchanges that the run cut short.
	ErrAborted = errors.New("request cancelled by external signal")
	// ErrTimeout ends exchanges that ran past the request timeout.
	ErrTimeout = errors.New("request timeout")
	// ErrCancelled ends exchanges that were to be cancelled after a delay; Cancelled tells the delay.
	ErrCancelled = errors.New("request cancelled after being sent")
	// ErrSendTimeout ends exchanges that were to be cancelled after being sent and could not be sent in time.
	ErrSendTimeout = errors.New("timed out waiting for request to be sent")
	// ErrConnectTimeout ends exchanges whose connection took longer than Limits.Connect.
	ErrConnectTimeout = errors.New("connection timeout")
	// ErrFirstByteTimeout ends exchanges whose answer did not begin within Limits.FirstByte.
	ErrFirstByteTimeout = errors.New("no first byte in time")
	// ErrInactive ends exchanges whose answer paused for longer than Limits.Inactivity.
	ErrInactive = errors.New("no data in time")
	// ErrConnect is wrapped by everything that goes wrong before a connection is open.
	ErrConnect = errors.New("cannot connect")
	// ErrTLS is wrapped by failed handshakes.
	ErrTLS = errors.New("tls")
	// ErrDisconnected ends exchanges whose connection was lost before an answer.
	ErrDisconnected = errors.New("server disconnected")
	errProxy        = errors.New("proxy refused the tunnel")
	errTooMany      = errors.New("too many redirects")
)

// cancelled is ErrCancelled with its delay, which AIPerf's message tells.
type cancelled struct{ after time.Duration }

// Cancelled is ErrCancelled of an exchange that was cancelled so long after it was sent.
func Cancelled(after time.Duration) error { return &cancelled{after} }

func (c *cancelled) Error() string {
	return fmt.Sprintf("Request cancelled %.3fs after being sent", c.after.Seconds())
}

func (c *cancelled) Is(target error) bool { return target == ErrCancelled }

// CutShort is the error of a body that ends before its time: where it was cut, in the words of the message, and how far it came.
func CutShort(where, detail string) error {
	return &truncated{class: "TransferEncodingError", where: where, detail: detail}
}

// truncated is a body cut short. How far it came is the cause, not the message: equal failures are counted by their message.
type truncated struct{ class, where, detail string }

func (t *truncated) Error() string {
	return "response payload is not completed: connection closed inside " + t.where
}

// CodeCancelled is AIPerf's own code for a request that the client cancelled.
const CodeCancelled metrics.Count = 499

// Describe turns a transport failure into AIPerf's error classes. The class names are AIPerf's; the messages are plain words.
//
//	cannot connect, DNS, TLS    ClientConnectorError (ClientConnectorDNSError, ClientConnectorSSLError, ClientConnectorCertificateError)
//	proxy refused the tunnel    ClientHttpProxyError
//	closed before an answer     ServerDisconnectedError
//	body or stream cut short    ClientPayloadError
//	not HTTP                    ClientResponseError
//	total timeout               TimeoutError
//	connect timeout             ConnectionTimeoutError
//	silence                     SocketTimeoutError
//	cancelled, or cut by the run   RequestCancellationError, code 499
//	to be cancelled, never sent    RequestSendTimeout, code 0
func Describe(err error) *metrics.ErrorDetail {
	d := &metrics.ErrorDetail{Code: metrics.NoCount}
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var system syscall.Errno
	var cut *truncated
	var delayed *cancelled
	switch {
	case errors.As(err, &delayed):
		d.Code, d.Type, d.Message = CodeCancelled, "RequestCancellationError", delayed.Error()
		return d
	case errors.Is(err, ErrSendTimeout):
		d.Code, d.Type, d.Message = 0, "RequestSendTimeout", "Timed out waiting for request to be sent"
		return d
	case errors.Is(err, ErrAborted):
		d.Code, d.Type, d.Message = CodeCancelled, "RequestCancellationError", "Request cancelled by external signal"
		return d
	case errors.Is(err, ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		d.Type, d.Message = "TimeoutError", "TimeoutError()"
		d.CauseChain = []string{"TimeoutError"}
		return d
	case errors.Is(err, ErrConnectTimeout):
		d.Type = "ConnectionTimeoutError"
	case errors.Is(err, ErrFirstByteTimeout), errors.Is(err, ErrInactive):
		d.Type = "SocketTimeoutError"
	case errors.As(err, &dns):
		d.Type = "ClientConnectorDNSError"
	case errors.As(err, &cert):
		d.Type = "ClientConnectorCertificateError"
	case errors.Is(err, ErrTLS) && !errors.As(err, &system) && !errors.Is(err, io.EOF):
		d.Type = "ClientConnectorSSLError"
	case errors.Is(err, errProxy):
		d.Type = "ClientHttpProxyError"
	case errors.Is(err, ErrConnect):
		d.Type = "ClientConnectorError"
	case errors.As(err, &cut):
		d.Type = "ClientPayloadError"
	case errors.Is(err, ErrNotHTTP), errors.Is(err, errTooMany):
		d.Type = "ClientResponseError"
	case errors.Is(err, ErrDisconnected), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
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
