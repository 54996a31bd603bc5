package mock

// Every fault, streamed and whole, in virtual time; and the text form of faults.

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFaults(t *testing.T) {
	const streamed, whole = `,"stream":true`, ``
	// Without a fault: first chunk at 10 ms, then every 2 ms, 6 chunks, the last (and a whole answer) at 20 ms.
	for _, tc := range []struct {
		fault, extra string
		status       int
		contents     int           // streamed content chunks
		end          time.Duration // when the answer was over
		holds        string        // part of the body
		err          string        // how the body ended; "EOF" also for an answer that never began
	}{
		{"status:503", streamed, 503, 0, 0, `"code":503`, ""},
		{"status:429", whole, 429, 0, 0, `"type":"rate_limit_error"`, ""},
		{"status:404", streamed, 404, 0, 0, `"message":"injected failure of request 0"`, ""},
		{"delay:30ms", streamed, 200, 6, 50 * ms, "[DONE]", ""},
		{"delay:30ms", whole, 200, 0, 50 * ms, `"finish_reason":"stop"`, ""},
		{"slow-head:30ms", streamed, 200, 6, 50 * ms, "[DONE]", ""},
		{"slow-head:30ms", whole, 200, 0, 50 * ms, `"finish_reason":"stop"`, ""},
		{"drop", streamed, 0, 0, 0, "", "EOF"},
		{"drop", whole, 0, 0, 0, "", "EOF"},
		{"drop-mid", streamed, 200, 3, 16 * ms, "", "unexpected EOF"},
		{"drop-mid", whole, 200, 0, 20 * ms, `"role":"assistant"`, "unexpected EOF"},
		{"malformed", streamed, 200, 5, 20 * ms, "[DONE]", ""},
		{"malformed", whole, 200, 0, 20 * ms, `{"id":"chatcmpl-000000000000"`, ""},
		{"error-event", streamed, 200, 3, 16 * ms, "event: error\ndata: {\"error\":", ""},
		{"error-event", whole, 200, 0, 20 * ms, `{"error":{"message":`, ""},
		{"error-data", streamed, 200, 3, 16 * ms, "data: {\"error\":", ""},
		{"error-data", whole, 200, 0, 20 * ms, `{"error":{"message":`, ""},
		{"stall:5s", streamed, 200, 6, 20*ms + 5*time.Second, "[DONE]", ""},
		{"stall:5s", whole, 200, 0, 20*ms + 5*time.Second, `"finish_reason":"stop"`, ""},
		{"html", streamed, 200, 0, 0, "<h1>It works</h1>", ""},
		{"html", whole, 200, 0, 0, "<!DOCTYPE html>", ""},
		{"empty", streamed, 200, 0, 10 * ms, "data: [DONE]\n\n", ""},
		{"empty", whole, 200, 0, 10 * ms, `"content":""`, ""},
		{"truncated", streamed, 200, 6, 20 * ms, `"content":" that"`, "unexpected EOF"},
		{"truncated", whole, 200, 0, 20 * ms, `"finish_reason":"stop"`, "unexpected EOF"},
	} {
		name := tc.fault + " whole"
		if tc.extra != "" {
			name = tc.fault + " streamed"
		}
		t.Run(name, func(t *testing.T) {
			f, err := ParseFault(tc.fault)
			require.NoError(t, err)
			f.Every = 2
			o := Options{TTFT: Fixed(10 * ms), Gap: Fixed(2 * ms), OSL: 6, Faults: []Fault{f}}
			bubble(t, o, func(t *testing.T, s *Server, c *client) {
				s.n.Add(1) // the next request is the second
				a := c.chat(tc.extra)
				if tc.err == "" {
					require.NoError(t, a.err)
				} else {
					require.ErrorContains(t, a.err, tc.err)
				}
				require.Equal(t, tc.end, a.end)
				require.Equal(t, tc.status, a.status)
				holds := strings.ReplaceAll(strings.ReplaceAll(tc.holds, "request 0", "request 1"), "000000000000", "000000000001")
				if tc.fault == "truncated" {
					holds = strings.ReplaceAll(holds, " that", word(1, 0))
				}
				require.Contains(t, a.text, holds)
				got, _, _ := a.contents(t)
				require.Len(t, got, tc.contents)
				require.EqualValues(t, 1, s.Stats().Faults)
				require.Zero(t, s.Stats().Open)

				require.NoError(t, c.chat(`,"stream":true`).err, "the request after it is not disturbed")
				require.EqualValues(t, 1, s.Stats().Faults)
			})
		})
	}
}

func TestBrokenEventIsNotJSON(t *testing.T) {
	bubble(t, Options{OSL: 4, Faults: []Fault{{Kind: FaultMalformed}}}, func(t *testing.T, s *Server, c *client) {
		broken := 0
		for _, p := range c.chat(`,"stream":true`).pieces {
			if p.text != "[DONE]" && !json.Valid([]byte(p.text)) {
				broken++
			}
		}
		require.Equal(t, 1, broken)
		require.False(t, json.Valid([]byte(c.chat("").text)))
	})
}

func TestSlowHeadSendsTheStatusLineFirst(t *testing.T) {
	bubble(t, Options{OSL: 1, Faults: []Fault{{Kind: FaultSlowHead, Wait: time.Second}, {Kind: FaultDelay, Wait: 2 * time.Second}, {Kind: FaultStatus, Status: 500}}},
		func(t *testing.T, s *Server, c *client) {
			nc, err := s.l.(*PipeListener).DialContext(t.Context(), "", "")
			require.NoError(t, err)
			start := time.Now()
			_, err = io.WriteString(nc, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 32\r\n\r\n{\"messages\":[{\"role\":\"user\"}]}  ")
			require.NoError(t, err)
			b := make([]byte, 4096)
			n, err := nc.Read(b)
			require.NoError(t, err)
			require.Equal(t, "HTTP/1.1 500 Internal Server Error\r\n", string(b[:n]))
			require.Equal(t, 2*time.Second, time.Since(start))
			n, err = nc.Read(b)
			require.NoError(t, err)
			require.Contains(t, string(b[:n]), `"code":500`)
			require.Equal(t, 3*time.Second, time.Since(start))
			require.NoError(t, nc.Close())
		})
}

// An endless answer and an endless stall last until the client goes.
func TestNeverEnding(t *testing.T) {
	for _, tc := range []struct {
		fault, extra string
		chunks       int // content chunks within a second
	}{
		{"endless", `,"stream":true`, 100},
		{"endless", ``, 100},
		{"stall", `,"stream":true`, 8},
		{"stall:forever", ``, 0},
	} {
		t.Run(tc.fault+tc.extra, func(t *testing.T) {
			f, err := ParseFault(tc.fault)
			require.NoError(t, err)
			bubble(t, Options{TTFT: Fixed(10 * ms), Gap: Fixed(10 * ms), Faults: []Fault{f}}, func(t *testing.T, s *Server, c *client) {
				nc, err := s.l.(*PipeListener).DialContext(t.Context(), "", "")
				require.NoError(t, err)
				body := `{"messages":[{"role":"user"}]` + tc.extra + `}`
				_, err = io.WriteString(nc, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"+
					string(appendChunk(nil, []byte(body)))+endOfChunks)
				require.NoError(t, err)
				require.NoError(t, nc.SetReadDeadline(time.Now().Add(time.Second+ms)))
				b, err := io.ReadAll(nc)
				require.ErrorContains(t, err, "timeout")
				chunks := 0
				for k := range len(vocabulary) / wordLen {
					chunks += strings.Count(string(b), word(0, k)+`"}`) + strings.Count(string(b), "\n"+word(0, k)+"\r")
				}
				require.Equal(t, tc.chunks, chunks)
				require.EqualValues(t, 1, s.Stats().Open)
				require.NoError(t, nc.Close())
				synctest.Wait()
				require.Zero(t, s.Stats().Open)
				require.EqualValues(t, 1, s.Stats().Gone)
				require.Zero(t, s.Stats().Connections)
			})
		})
	}
}

func TestEveryNth(t *testing.T) {
	faults := []Fault{{Kind: FaultStatus, Status: 500, Every: 3}, {Kind: FaultDrop, Every: 2}, {Kind: FaultDelay, Wait: ms, Every: 4}}
	var got []string
	for n := range uint64(6) {
		tr := troubleFor(faults, n)
		got = append(got, Fault{Kind: tr.kind, Status: tr.status}.String()+"+"+tr.delay.String())
	}
	require.Equal(t, []string{"none+0s", "drop+0s", "status:500+0s", "drop+1ms", "none+0s", "status:500+0s"}, got)
}

func TestParseFault(t *testing.T) {
	for _, tc := range []struct {
		text string
		want Fault
		err  string
	}{
		{"status:500/10", Fault{FaultStatus, 500, 0, 10}, ""},
		{"drop-mid/7", Fault{FaultDropMid, 0, 0, 7}, ""},
		{"stall:5s/3", Fault{FaultStall, 0, 5 * time.Second, 3}, ""},
		{"stall", Fault{FaultStall, 0, 0, 1}, ""},
		{"stall:forever/2", Fault{FaultStall, 0, 0, 2}, ""},
		{" delay:1m ", Fault{FaultDelay, 0, time.Minute, 1}, ""},
		{"html/1", Fault{FaultHTML, 0, 0, 1}, ""},
		{"", Fault{}, "want one of status, delay, slow-head, drop, drop-mid, malformed, error-event, error-data, stall, html, endless, empty, truncated"},
		{"staus:500", Fault{}, `fault "staus:500": unknown name "staus", want one of status`},
		{"status", Fault{}, `"" is not a status`},
		{"status:9", Fault{}, "status 9 is outside 200 to 599"},
		{"status:5xx", Fault{}, `"5xx" is not a status`},
		{"drop:1", Fault{}, "drop takes no argument"},
		{"drop/0", Fault{}, `"0" behind the slash is not a count`},
		{"drop/", Fault{}, `"" behind the slash is not a count`},
		{"delay", Fault{}, `"" is not a duration`},
		{"delay:5", Fault{}, `"5" is not a duration, write it with its unit like 20ms`},
		{"delay:-5s", Fault{}, "-5s is negative"},
		{"stall:0s", Fault{}, "a stall of 0 has no effect"},
	} {
		f, err := ParseFault(tc.text)
		if tc.err != "" {
			require.ErrorContains(t, err, tc.err, tc.text)
			continue
		}
		require.NoError(t, err, tc.text)
		require.Equal(t, tc.want, f, tc.text)
	}
	require.Len(t, FaultHelp(), len(FaultNames()))
	require.Equal(t, "stall[:DURATION][/N]  stop sending after half of the chunks, for this long or for ever", FaultHelp()[8])
}

func FuzzParseFault(f *testing.F) {
	for _, s := range []string{"status:500/10", "drop-mid/7", "stall:5s/3", "stall:forever", "delay:1h2m", "/", ":", "status:/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ParseFault(text)
		if err != nil {
			require.Zero(t, v)
			return
		}
		require.NoError(t, v.check())
		again, err := ParseFault(v.String())
		require.NoError(t, err)
		require.Equal(t, v, again)
	})
}
