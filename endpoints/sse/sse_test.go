// The splitter against its plain twin, at every split position; and what AIPerf 0.13.0 makes of odd messages.
package sse

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// seen is a copy of a message.
type seen struct {
	text, data string
	fields     string
	err        bool
}

type recorder struct{ got []seen }

func (r *recorder) Message(m *Message) error {
	r.got = append(r.got, copyOf(m))
	return nil
}

func copyOf(m *Message) seen {
	var f strings.Builder
	for _, x := range m.Fields() {
		fmt.Fprintf(&f, "(%q %q %v)", x.Name, x.Value, x.HasValue)
	}
	return seen{text: string(m.Text), data: string(m.Data), fields: f.String(), err: m.Error}
}

// plainSplit is the twin: the whole stream at once, one line at a time.
func plainSplit(b []byte) []seen {
	b = bytes.TrimPrefix(b, bom[:])
	var out []seen
	emit := func(raw []byte) {
		if len(TrimSpace(raw)) > 0 {
			out = append(out, copyOf(Parse(raw)))
		}
	}
	start := 0
	for i := 0; i < len(b); {
		end := i
		for end < len(b) && b[end] != '\n' && b[end] != '\r' {
			end++
		}
		if end == len(b) {
			break
		}
		after := end + 1
		if b[end] == '\r' && after < len(b) && b[after] == '\n' {
			after++
		}
		if end == i {
			emit(b[start:after])
			start = after
		}
		i = after
	}
	emit(b[start:])
	return out
}

// fed feeds parts in turn and closes.
func fed(t testing.TB, s *Splitter, parts ...[]byte) []seen {
	r := new(recorder)
	for _, p := range parts {
		require.NoError(t, s.Feed(p, r))
	}
	require.NoError(t, s.Close(r))
	return r.got
}

func bytewise(b []byte) [][]byte {
	out := make([][]byte, len(b))
	for i := range b {
		out[i] = b[i : i+1]
	}
	return out
}

func checkSplits(t testing.TB, s *Splitter, b []byte) {
	want := plainSplit(b)
	for i := 0; i <= len(b); i++ {
		s.Reset()
		require.Equal(t, want, fed(t, s, b[:i], b[i:]), "%q split at %d", b, i)
	}
	s.Reset()
	require.Equal(t, want, fed(t, s, bytewise(b)...), "%q byte by byte", b)
}

func TestEverySmallStreamAtEverySplit(t *testing.T) {
	alphabet := []string{"\n", "\r", " ", "a", ":", "data:", "{", "}", "\xEF\xBB\xBF"}
	var s Splitter
	var walk func(prefix string, depth int)
	walk = func(prefix string, depth int) {
		b := []byte(prefix)
		want := plainSplit(b)
		s.Reset()
		require.Equal(t, want, fed(t, &s, b), "%q", b)
		s.Reset()
		require.Equal(t, want, fed(t, &s, bytewise(b)...), "%q byte by byte", b)
		s.Reset()
		require.Equal(t, want, fed(t, &s, b[:len(b)/2], b[len(b)/2:]), "%q halved", b)
		if depth == 0 {
			return
		}
		for _, a := range alphabet {
			walk(prefix+a, depth-1)
		}
	}
	walk("", 4)
	lineEnds := []string{"\n", "\r", "x"}
	alphabet = lineEnds
	walk("", 8)
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"data: a\n\ndata: b\r\n\r\n", "\xEF\xBB\xBFdata: {\nx}\n\n", "event: error\r: c\r\r", "data: x\xC2\x85\xE2\x80\xA8\n\ndata:\n"} {
		f.Add([]byte(s))
	}
	var s Splitter
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 200 {
			b = b[:200]
		}
		checkSplits(t, &s, b)
	})
}

// The messages and what the release makes of them were observed on AIPerf 0.13.0.
func TestMessagesAsTheRelease(t *testing.T) {
	const nel = "\u2028"
	for _, c := range []struct{ text, fields, data string }{
		{"data: a" + nel + "data: b", `("data" "a\u2028data: b" true)`, "a" + nel + "data: b"},
		{"foo: a" + nel + "data: b", `("foo" "a" true)("data" "b" true)`, "b"},
		{"data", `("data" "" false)`, ""},
		{"data\ndata: x", `("data" "" false)("data" "x" true)`, "x"},
		{"data:", `("data" "" true)`, ""},
		{"data:\ndata: x", `("data" "" true)("data" "x" true)`, "x"},
		{"data: x\rdata: y", `("data" "x" true)("data" "y" true)`, "x\ny"},
		{"data: x\vdata: y", `("data" "x\vdata: y" true)`, "x\vdata: y"},
		{"event\ndata: {", `("event" "" false)("data" "{" true)`, "{"},
		{"data: {a\nb}\nc", `("data" "{a\\nb}" true)("c" "" false)`, `{a\nb}`},
		{"data: {a\n:b\nc:d\ndata:z\n q", `("data" "{a\\n:b\\nc:d" true)("data" "z" true)("q" "" false)`, `{a\n:b\nc:d` + "\nz"},
		{"x: {a\n  b ", `("x" "{a\\nb" true)`, ""},
		{"event: error\n:\n: second", `("event" "error" true)("comment" "" true)("comment" "second" true)`, ""},
		{"data: {\r\nfoo\r\n}", `("data" "{\\nfoo\\n}" true)`, `{\nfoo\n}`},
		{"DATA: x", `("DATA" "x" true)`, ""},
		{" data : x ", `("data" "x" true)`, "x"},
	} {
		got := copyOf(Parse([]byte(c.text)))
		require.Equal(t, c.fields, got.fields, "%q", c.text)
		require.Equal(t, c.data, got.data, "%q", c.text)
	}
}

func TestErrorMark(t *testing.T) {
	for text, want := range map[string]bool{
		"event: error": true, "EVENT: ERROR\n: c": true, "data: x\nEvent :  Error": true,
		"event: errors": false, "events: error": false, `data: {"error":1}`: false, "data: event: error": false, ": error": false,
	} {
		require.Equal(t, want, Parse([]byte(text)).Error, "%q", text)
	}
	c, ok := Parse([]byte("event: error\n:\n: second")).Comment()
	require.True(t, ok)
	require.Empty(t, c)
	_, ok = Parse([]byte("event: error")).Comment()
	require.False(t, ok)
}

type arrivals struct{ at []int }

// read is the number of the read that is being fed.
type stamped struct {
	arrivals
	read int
}

func (s *stamped) Message(*Message) error {
	s.at = append(s.at, s.read)
	return nil
}

// A message belongs to the read that completed its blank line; only CR LF CR waits for the LF that is sure to come.
func TestMessageComesWithTheReadThatCompletesIt(t *testing.T) {
	for _, c := range []struct {
		reads []string
		want  []int
	}{
		{[]string{"data: a\n", "\n", "data: b\n\n"}, []int{1, 2}},
		{[]string{"data: a\r\n\r", "\ndata: b\r\n\r\n"}, []int{1, 1}},
		{[]string{"data: a\r\r", "data: b\r", "\r"}, []int{0, 2}},
		{[]string{"data: a\n\r", "\ndata: b"}, []int{0, 2}},
		{[]string{"data: a\n\ndata: b\n\n", ""}, []int{0, 0}},
	} {
		var s Splitter
		h := new(stamped)
		for i, r := range c.reads {
			h.read = i
			require.NoError(t, s.Feed([]byte(r), h))
		}
		h.read = len(c.reads)
		require.NoError(t, s.Close(h))
		require.Equal(t, c.want, h.at, "%q", c.reads)
	}
}

func TestEventWithoutEndIsRefused(t *testing.T) {
	s := Splitter{limit: 100}
	var err error
	for range 20 {
		if err = s.Feed([]byte("data: 0123456789"), new(recorder)); err != nil {
			break
		}
	}
	require.EqualError(t, err, "reading the event stream: one event is longer than 100 bytes and has no end")
}

type sink struct{ n int }

func (s *sink) Message(m *Message) error {
	s.n += len(m.Data)
	return nil
}

const chunk = `data: {"id":"chatcmpl-1234567890","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}]}`

func TestNoAllocationPerEvent(t *testing.T) {
	b := []byte(strings.Repeat(chunk+"\n\n", 10) + strings.Repeat(chunk+"\r\n\r\n", 10) + strings.Repeat("event: message\nid: 7\ndata: a\ndata: b\n\n", 10))
	var s Splitter
	h := new(sink)
	require.NoError(t, s.Feed(b, h))
	require.Zero(t, testing.AllocsPerRun(100, func() {
		s.Reset()
		for i := 0; i < len(b); i += 333 {
			if s.Feed(b[i:min(i+333, len(b))], h) != nil {
				panic("feed failed")
			}
		}
	}))
}

func BenchmarkSplit(b *testing.B) {
	for _, c := range []struct {
		name, event string
		perRead     int
	}{
		{"one-event-a-read", chunk + "\n\n", 1},
		{"20-events-a-read", chunk + "\n\n", 20},
		{"20-events-a-read-crlf", chunk + "\r\n\r\n", 20},
		{"20-events-a-read-cr", chunk + "\r\r", 20},
		{"20-events-a-read-named", "event: delta\n" + chunk + "\n\n", 20},
	} {
		b.Run(c.name, func(b *testing.B) {
			read := []byte(strings.Repeat(c.event, c.perRead))
			var s Splitter
			h := new(sink)
			b.ReportAllocs()
			b.SetBytes(int64(len(c.event)))
			for i := 0; i < b.N; i += c.perRead {
				if err := s.Feed(read, h); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("event-over-two-reads", func(b *testing.B) {
		ev := []byte(chunk + "\n\n")
		var s Splitter
		h := new(sink)
		b.ReportAllocs()
		b.SetBytes(int64(len(ev)))
		for b.Loop() {
			if s.Feed(ev[:77], h) != nil || s.Feed(ev[77:], h) != nil {
				b.Fatal("feed failed")
			}
		}
	})
}
