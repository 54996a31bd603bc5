// Tunables of the transport, each with its unit and reason.
package transport

import "time"

const (
	// offsetMaxAge bounds the error of a converted kernel stamp: a wall clock slewed at the customary 500 ppm moves 5 µs in 10 ms.
	offsetMaxAge = 10 * time.Millisecond
	// offsetGoodEnough is a pair of clock readings that nothing interrupted (a reading costs about 40 ns).
	offsetGoodEnough = 500 * time.Nanosecond
	offsetTries      = 4
	// offsetSlack is how much earlier than the write a stamp may seem through the error of the conversion alone.
	offsetSlack = 5 * time.Microsecond

	// readBuffer is taken from a pool only while bytes are being read, so it costs nothing while a stream waits.
	readBuffer = 16 << 10
	// maxHead bounds a response head; servers stay far below.
	maxHead = 256 << 10
	// idleTimeout closes a pooled connection that nothing used, as AIPerf's keep-alive of 300 s does.
	idleTimeout = 300 * time.Second
	// sendTimeout bounds the writing of a request that is to be cancelled: AIPERF_HTTP_REQUEST_CANCELLATION_SEND_TIMEOUT.
	sendTimeout = 300 * time.Second
	// warmDials is how many connections are opened at once before the load: fewer than any system's queue of half-open connections.
	warmDials = 64
	// maxProxyHead bounds what a proxy may say before a tunnel is open.
	maxProxyHead = 16 << 10
	// minSocketBuffer is where the search for a socket buffer that the system grants ends: its own floor is not far below.
	minSocketBuffer = 1 << 10
	// maxRedirects is the HTTP client's limit in AIPerf.
	maxRedirects = 10
	// directWrite is the largest request that the dispatcher writes itself on a connection whose write may block (TLS, or no
	// non-blocking write on this platform): it fits the smallest send buffer that systems start a connection with.
	directWrite = 16 << 10
)
