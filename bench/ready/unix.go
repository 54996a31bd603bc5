// Servers behind a unix socket: http+unix://%2Frun%2Fserver.sock/v1, the path of the socket percent-encoded where the host stands.
package ready

import (
	"encoding/hex"
	"net/url"
	"strings"
)

const (
	unixScheme = "http+unix://"
	// unixHost ends the made-up host under which the client keeps the connections of a socket apart from all others; .invalid is nobody's name.
	unixHost = ".unix.invalid"
	// seenHost is what the server behind a socket sees.
	seenHost = "localhost"
)

// target is the URL that the client is given, and the host that the server sees; "" for the URL's own.
func target(raw string) (to, host string, err error) {
	if len(raw) < len(unixScheme) || !strings.EqualFold(raw[:len(unixScheme)], unixScheme) {
		return raw, "", nil
	}
	socket, rest := raw[len(unixScheme):], ""
	if i := strings.IndexAny(socket, "/?#"); i >= 0 {
		socket, rest = socket[:i], socket[i:]
	}
	path, err := url.PathUnescape(socket)
	if err != nil {
		return "", "", err
	}
	return "http://" + hex.EncodeToString([]byte(path)) + unixHost + rest, seenHost, nil
}

// socketOf is the path of the socket behind a made-up host.
func socketOf(addr string) (path string, ok bool) {
	name, ok := strings.CutSuffix(addr, unixHost+":80")
	if !ok {
		return "", false
	}
	p, err := hex.DecodeString(name)
	return string(p), err == nil
}
