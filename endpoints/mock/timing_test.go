package mock

// Exact virtual timing: client and server in one bubble, every instant to the nanosecond.

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

const ms = time.Millisecond

// bubble runs f with a server on an in-memory listener.
func bubble(t *testing.T, o Options, f func(t *testing.T, s *Server, c *client)) {
	synctest.Test(t, func(t *testing.T) {
		l := NewPipeListener()
		s, err := Serve(l, o)
		require.NoError(t, err)
		f(t, s, newClient(t, s, l.DialContext))
	})
}

func TestStreamTiming(t *testing.T) {
	bubble(t, Options{TTFT: Fixed(50 * ms), Gap: Fixed(7*ms + 3), OSL: 4}, func(t *testing.T, s *Server, c *client) {
		for range 2 {
			a := c.chat(`,"stream":true`)
			require.NoError(t, a.err)
			require.Zero(t, a.pieces[0].at, "role chunk leaves at once")
			require.Equal(t, "assistant", a.pieces[0].doc(t).Choices[0].Delta.Role)
			got, _, _ := a.contents(t)
			require.Len(t, got, 4)
			for k, p := range got {
				require.Equal(t, 50*ms+time.Duration(k)*(7*ms+3), p.at)
			}
			require.Equal(t, got[3].at, a.end, "finish chunk and [DONE] leave with the last content")
			require.Len(t, a.pieces, 1+4+2)
		}
		require.Zero(t, s.Stats().LatenessMax)
	})
}

func TestWholeAnswerTakesAsLongAsTheStream(t *testing.T) {
	bubble(t, Options{TTFT: Fixed(50 * ms), Gap: Fixed(10 * ms), Reasoning: 2}, func(t *testing.T, s *Server, c *client) {
		a := c.chat(`,"max_completion_tokens":5,"max_tokens":9`)
		require.NoError(t, a.err)
		require.Equal(t, 90*ms, a.end)
		require.Equal(t, "application/json", a.header.Get("Content-Type"))
		d := piece{text: a.text}.doc(t)
		require.Equal(t, words(0, 2, 5), d.Choices[0].Message.Content)
		require.Equal(t, words(0, 0, 2), d.Choices[0].Message.Reasoning_content)
		require.Equal(t, "length", *d.Choices[0].Finish_reason)
		require.Equal(t, 8, d.Usage.Total_tokens)
		require.Equal(t, 2, d.Usage.Completion_tokens_details.Reasoning_tokens)
	})
}

func TestDrawnTimesRepeat(t *testing.T) {
	o := Options{TTFT: Normal(50*ms, 10*ms), Gap: Exponential(5 * ms), OSL: 20, Seed: 7}
	var runs [3][]time.Duration
	for r := range runs {
		if r == 2 {
			o.Seed = 8
		}
		bubble(t, o, func(t *testing.T, s *Server, c *client) {
			for range 3 {
				got, _, _ := c.chat(`,"stream":true`).contents(t)
				for _, p := range got {
					runs[r] = append(runs[r], p.at)
				}
			}
		})
	}
	require.Len(t, runs[0], 60)
	require.Equal(t, runs[0], runs[1])
	require.NotEqual(t, runs[0], runs[2])
	require.NotEqual(t, runs[0][:20], runs[0][20:40], "each request has its own times")
}

func TestOptionsOfTheAnswer(t *testing.T) {
	for _, tc := range []struct {
		name      string
		o         Options
		extra     string
		events    int
		text      string
		reasoning string
		finish    string
		usage     bool
	}{
		{"default", Options{OSL: 3}, ``, 1 + 3 + 2, words(0, 0, 3), "", "stop", false},
		{"limit", Options{}, `,"max_tokens":2`, 1 + 2 + 2, words(0, 0, 2), "", "length", false},
		{"limit ignored", Options{OSL: 3, IgnoreMaxTokens: true}, `,"max_tokens":2`, 1 + 3 + 2, words(0, 0, 3), "", "stop", false},
		{"null limit", Options{OSL: 3}, `,"max_completion_tokens":null,"max_tokens":4`, 1 + 4 + 2, words(0, 0, 4), "", "length", false},
		{"no role", Options{OSL: 3, OmitRole: true}, ``, 3 + 2, words(0, 0, 3), "", "stop", false},
		{"usage by option", Options{OSL: 3, Usage: true}, ``, 1 + 3 + 3, words(0, 0, 3), "", "stop", true},
		{"usage by request", Options{OSL: 3}, `,"stream_options":{"include_usage":true}`, 1 + 3 + 3, words(0, 0, 3), "", "stop", true},
		{"reasoning", Options{OSL: 5, Reasoning: 2}, ``, 1 + 5 + 2, words(0, 2, 5), words(0, 0, 2), "stop", false},
		{"only reasoning, with truth", Options{OSL: 3, Reasoning: 9, Truth: true}, ``, 1 + 3 + 2, "", words(0, 0, 3), "stop", false},
		{"odd model", Options{OSL: 2}, `,"model":"_____\"_____\u00e9"`, 1 + 2 + 2, words(0, 0, 2), "", "stop", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			bubble(t, tc.o, func(t *testing.T, s *Server, c *client) {
				a := c.chat(`,"stream":true` + tc.extra)
				require.NoError(t, a.err)
				require.Len(t, a.pieces, tc.events)
				_, text, reasoning := a.contents(t)
				require.Equal(t, tc.text, text)
				require.Equal(t, tc.reasoning, reasoning)
				n := len(a.pieces)
				require.Equal(t, "[DONE]", a.pieces[n-1].text)
				usage := a.pieces[n-2].doc(t).Usage
				require.Equal(t, tc.usage, usage != nil)
				if tc.usage {
					n--
					require.Equal(t, 3, usage.Completion_tokens)
				}
				require.Equal(t, tc.finish, *a.pieces[n-2].doc(t).Choices[0].Finish_reason)
				require.Equal(t, "chat.completion.chunk", a.pieces[0].doc(t).Object)
			})
		})
	}
}

func TestMaxConcurrentQueuesInOrder(t *testing.T) {
	bubble(t, Options{TTFT: Fixed(10 * ms), OSL: 1, MaxConcurrent: 2}, func(t *testing.T, s *Server, c *client) {
		ends := make(chan time.Duration, 5)
		for range 5 {
			go func() { ends <- c.chat(`,"stream":true`).end }()
			synctest.Wait()
		}
		require.EqualValues(t, 3, s.Stats().Waiting)
		for _, want := range []time.Duration{10 * ms, 10 * ms, 20 * ms, 20 * ms, 30 * ms} {
			require.Equal(t, want, <-ends)
		}
		require.Zero(t, s.Stats().Waiting)
		require.Zero(t, s.Stats().Open)
	})
}

// A client that goes gives its place back, whether it was served or waiting.
func TestClientGoes(t *testing.T) {
	bubble(t, Options{TTFT: Fixed(10 * ms), OSL: 1, MaxConcurrent: 1, Faults: []Fault{{Kind: FaultStall, Every: 1}}}, func(t *testing.T, s *Server, c *client) {
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			nc, err := s.l.(*PipeListener).DialContext(ctx, "", "")
			require.NoError(t, err)
			go func() { <-ctx.Done(); cancel(); _ = nc.Close() }()
			body := `{"messages":[{"role":"user","content":"x"}]}`
			_, err = nc.Write([]byte("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 44\r\n\r\n" + body))
			require.NoError(t, err)
			synctest.Wait()
		}
		require.EqualValues(t, 3, s.Stats().Open)
		require.EqualValues(t, 2, s.Stats().Waiting)
		<-time.After(2 * time.Second) // virtual
		synctest.Wait()
		st := s.Stats()
		require.EqualValues(t, 3, st.Gone)
		require.Zero(t, st.Open)
		require.Zero(t, st.Waiting)
		require.Zero(t, s.wheel.taken)
		require.Empty(t, s.wheel.heap)
	})
}
