// Session is one run through a conversation: its identity, its place among the URLs, how far it has come, and what was said so far.
package bench

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// session lives from the arming of its first turn to the return of its last, and holds one session slot from the sending of the first on.
// It has one shot at a time, and belongs to whoever has that shot; a shot lets go of it when it has returned.
type session struct {
	draft        // its name is its correlation id
	conversation *dataset.Conversation
	url          int             // index of the URL that all its turns use
	turn         int             // index of the turn under way, or next to go
	weight       int64           // bytes of the conversation's contents
	said         []dataset.Turn  // what that turn's request carries, oldest first: the turns up to it and the replies between them
	course       *course         // of its phase; nil until it has begun
	planned      metrics.Instant // when the turn under way was to go by its user's own distances
	lane         *transport.Lane // the session's own connection; nil without one
}

// begin makes the first turn the next to go.
func (s *session) begin(c *dataset.Conversation) {
	s.conversation, s.turn, s.weight = c, 0, weigh(c)
	s.said = c.Turns[:1:1] // growing it copies: the conversation's own turns stay as they are
}

// weigh counts the bytes of a conversation's contents, roughly what it holds in memory.
func weigh(c *dataset.Conversation) (bytes int64) {
	for i := range c.Turns {
		t := &c.Turns[i]
		bytes += int64(len(t.RawMessages) + len(t.RawPayload))
		for _, kind := range [...][]dataset.Media{t.Texts, t.Images, t.Audios, t.Videos} {
			for _, m := range kind {
				for _, content := range m.Contents {
					bytes += int64(len(content))
				}
			}
		}
	}
	return bytes
}

// length is how many turns the session sends.
func (s *session) length() int {
	if n := len(s.conversation.Turns); s.turns <= 0 || s.turns > n {
		return n
	}
	return s.turns
}

// more tells whether a turn follows the one under way.
func (s *session) more() bool { return s.turn+1 < s.length() }

// leave closes the session's own connection.
func (s *session) leave() {
	if s.lane != nil {
		s.lane.Close()
	}
}

// advance makes the following turn the next to go. reply is the assistant's message as a JSON object, empty when there was none; it is copied.
func (s *session) advance(reply []byte) {
	if len(reply) > 0 {
		list := make([]byte, 0, len(reply)+2)
		list = append(append(append(list, '['), reply...), ']')
		s.said = append(s.said, dataset.Turn{Role: "assistant", RawMessages: list, Timestamp: dataset.NoTime, Delay: dataset.NoTime})
	}
	s.turn++
	s.said = append(s.said, s.conversation.Turns[s.turn])
}

// forget drops what was said, and with it the place among the URLs: AIPerf does so when the server found the context too long.
func (s *session) forget(bust *dataset.Bust) {
	s.said, s.url = nil, 0
	rest := *s.conversation
	rest.Turns = rest.Turns[s.turn+1:]
	bust.Mark(&rest, s.play) // the prompt now begins with the following turn
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
