// How answers are written: whole or as a paced event stream, and the words they are made of.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

type obj map[string]any

func (c *call) text(contentType, body string) {
	c.w.Header().Set("Content-Type", contentType)
	_, _ = io.WriteString(c.w, body)
}

// json writes v and ends the answer.
func (c *call) json(status int, v any) {
	c.e.Status = status
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only our own literals come here
	}
	_, _ = c.w.Write(b)
}

// whole waits as long as a stream of the same size would and writes v at once.
func (c *call) whole(v any) {
	c.pause(c.s.opt.ttft + time.Duration(max(c.size-1, 0))*c.s.opt.itl)
	if c.cut >= 0 {
		panic(http.ErrAbortHandler)
	}
	c.e.Chunks = 1
	c.json(http.StatusOK, v)
}

// stream opens an event stream and calls send for each content chunk, paced by --ttft and --itl.
func (c *call) stream(before func(), send func(k int), after func()) {
	c.w.Header().Set("Content-Type", "text/event-stream")
	c.w.Header().Set("Cache-Control", "no-cache")
	if before != nil {
		before()
	}
	c.flush()
	due := time.Now().Add(c.s.opt.ttft)
	for k := range c.size {
		c.pause(time.Until(due))
		if k == c.cut {
			panic(http.ErrAbortHandler)
		}
		if c.r.Context().Err() != nil {
			return
		}
		send(k)
		c.e.Chunks++
		if k < c.size-1 {
			c.flush() // the last chunk leaves together with the end of the stream
		}
		due = due.Add(c.s.opt.itl)
	}
	after()
	c.flush()
}

// event writes one server-sent event; name may be empty.
func (c *call) event(name string, v any) {
	if name != "" {
		fmt.Fprintf(c.w, "event: %s\n", name)
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(c.w, "data: %s\n\n", b)
}

func (c *call) flush() { c.w.(http.Flusher).Flush() }

func (c *call) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-c.r.Context().Done():
	}
}

// word k of answer n. A space leads every word but the first, so that joined chunks are a sentence.
func (c *call) word(k int) string {
	w := fmt.Sprintf("w%d", (c.n+k)%100)
	if k == 0 {
		return w
	}
	return " " + w
}

// words joins the words from (inclusive) to (exclusive).
func (c *call) words(from, to int) string {
	var b strings.Builder
	for k := from; k < to; k++ {
		b.WriteString(c.word(k))
	}
	return b.String()
}

func (c *call) id(prefix string) string { return fmt.Sprintf("%s-%06d", prefix, c.n) }

func (c *call) reasoningChunks() int { return min(c.s.opt.reasoning, c.size) }

// usage in the OpenAI chat spelling. The prompt count is the number of blank-separated words of the whole body.
func (c *call) usage() obj {
	in := len(strings.Fields(c.e.Body))
	u := obj{"prompt_tokens": in, "completion_tokens": c.size, "total_tokens": in + c.size}
	if r := c.reasoningChunks(); r > 0 {
		u["completion_tokens_details"] = obj{"reasoning_tokens": r}
	}
	return u
}

// wantsUsage: the flag, or stream_options.include_usage in the request.
func (c *call) wantsUsage() bool {
	if so, ok := c.req["stream_options"].(map[string]any); ok {
		if b, _ := so["include_usage"].(bool); b {
			return true
		}
	}
	return c.s.opt.usage
}

func (c *call) streaming() bool { b, _ := c.req["stream"].(bool); return b }

func (c *call) model() string {
	if m, ok := c.req["model"].(string); ok {
		return m
	}
	return "mock-model"
}

// limit is the token limit of the request under any of its names, 0 when absent.
func (c *call) limit() int {
	from := c.req
	if p, ok := c.req["parameters"].(map[string]any); ok {
		from = p
	}
	for _, k := range []string{"max_completion_tokens", "max_tokens", "max_output_tokens", "max_new_tokens"} {
		if v, ok := from[k].(float64); ok {
			return int(v)
		}
	}
	return 0
}

// count is the length of the list under one of keys, at least 1.
func (c *call) count(keys ...string) int {
	for _, k := range keys {
		if l, ok := c.req[k].([]any); ok && len(l) > 0 {
			return len(l)
		}
	}
	return 1
}
