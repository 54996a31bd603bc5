// Session is one run through a conversation: its identity, its place among the URLs, and how far it has come.
package bench

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/aiperf-go/aiperf/dataset"
)

// session lives from the arming of its first turn to the return of its last. A session holds one session slot all that time.
type session struct {
	conversation  *dataset.Conversation
	correlationID string
	url           int // index of the URL that all its turns use
	turn          int // index of the turn under way
}

// newUUID makes a random UUID (RFC 9562, version 4) as text.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand does not fail
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var t [36]byte
	hex.Encode(t[0:8], b[0:4])
	t[8] = '-'
	hex.Encode(t[9:13], b[4:6])
	t[13] = '-'
	hex.Encode(t[14:18], b[6:8])
	t[18] = '-'
	hex.Encode(t[19:23], b[8:10])
	t[23] = '-'
	hex.Encode(t[24:36], b[10:16])
	return string(t[:])
}
