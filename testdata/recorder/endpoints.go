// The answer of each endpoint type, in the shape its real servers use.
package main

import (
	"io"
	"net/http"
	"strings"
)

func chat(c *call) {
	r := c.reasoningChunks()
	base := func(object string, choice obj) obj {
		return obj{"id": c.id("chatcmpl"), "object": object, "created": 0, "model": c.model(), "choices": []any{choice}}
	}
	if !c.streaming() {
		msg := obj{"role": "assistant", "content": c.words(r, c.size)}
		if r > 0 {
			msg["reasoning_content"] = c.words(0, r)
		}
		v := base("chat.completion", obj{"index": 0, "message": msg, "finish_reason": "stop"})
		v["usage"] = c.usage()
		c.whole(v)
		return
	}
	delta := func(d obj, finish any) {
		c.event("", base("chat.completion.chunk", obj{"index": 0, "delta": d, "finish_reason": finish}))
	}
	c.stream(
		func() { delta(obj{"role": "assistant", "content": ""}, nil) },
		func(k int) {
			if k < r {
				delta(obj{"reasoning_content": c.word(k)}, nil)
			} else {
				delta(obj{"content": c.word(k)}, nil)
			}
		},
		func() {
			delta(obj{}, "stop")
			c.usageAndDone("chat.completion.chunk", "chatcmpl")
		})
}

// usageAndDone ends an OpenAI stream.
func (c *call) usageAndDone(object, prefix string) {
	if c.wantsUsage() {
		c.event("", obj{"id": c.id(prefix), "object": object, "created": 0, "model": c.model(),
			"choices": []any{}, "usage": c.usage()})
	}
	_, _ = io.WriteString(c.w, "data: [DONE]\n\n")
}

func completions(c *call) {
	base := func(text string, finish any) obj {
		return obj{"id": c.id("cmpl"), "object": "text_completion", "created": 0, "model": c.model(),
			"choices": []any{obj{"index": 0, "text": text, "finish_reason": finish, "logprobs": nil}}}
	}
	if !c.streaming() {
		v := base(c.words(0, c.size), "stop")
		v["usage"] = c.usage()
		c.whole(v)
		return
	}
	c.stream(nil,
		func(k int) { c.event("", base(c.word(k), nil)) },
		func() {
			c.event("", base("", "stop"))
			c.usageAndDone("text_completion", "cmpl")
		})
}

func responses(c *call) {
	u := c.usage()
	usage := obj{"input_tokens": u["prompt_tokens"], "output_tokens": c.size, "total_tokens": u["total_tokens"],
		"output_tokens_details": obj{"reasoning_tokens": c.reasoningChunks()}}
	r := c.reasoningChunks()
	response := func(status string, output []any, usage any) obj {
		return obj{"id": c.id("resp"), "object": "response", "created_at": 0, "status": status,
			"model": c.model(), "output": output, "usage": usage}
	}
	output := []any{}
	if r > 0 {
		output = append(output, obj{"type": "reasoning", "id": c.id("rs"),
			"summary": []any{obj{"type": "summary_text", "text": c.words(0, r)}}})
	}
	output = append(output, obj{"type": "message", "id": c.id("msg"), "role": "assistant", "status": "completed",
		"content": []any{obj{"type": "output_text", "text": c.words(r, c.size), "annotations": []any{}}}})
	if !c.streaming() {
		c.whole(response("completed", output, usage))
		return
	}
	seq := 0
	ev := func(name string, v obj) {
		v["type"], v["sequence_number"] = name, seq
		seq++
		c.event(name, v)
	}
	at := func(v obj) obj {
		v["item_id"], v["output_index"], v["content_index"] = c.id("msg"), 0, 0
		return v
	}
	c.stream(
		func() {
			ev("response.created", obj{"response": response("in_progress", []any{}, nil)})
			ev("response.output_item.added", obj{"output_index": 0, "item": obj{"type": "message", "id": c.id("msg"),
				"role": "assistant", "status": "in_progress", "content": []any{}}})
		},
		func(k int) {
			if k < r {
				ev("response.reasoning_text.delta", at(obj{"delta": c.word(k)}))
			} else {
				ev("response.output_text.delta", at(obj{"delta": c.word(k)}))
			}
		},
		func() {
			ev("response.output_text.done", at(obj{"text": c.words(r, c.size)}))
			ev("response.completed", obj{"response": response("completed", output, usage)})
		})
}

// messages speaks the Anthropic dialect.
func messages(c *call) {
	r := c.reasoningChunks()
	in := c.usage()["prompt_tokens"]
	message := func(content []any, usage obj, stop any) obj {
		return obj{"id": c.id("msg"), "type": "message", "role": "assistant", "model": c.model(),
			"content": content, "stop_reason": stop, "stop_sequence": nil, "usage": usage}
	}
	if !c.streaming() {
		content := []any{}
		if r > 0 {
			content = append(content, obj{"type": "thinking", "thinking": c.words(0, r), "signature": "sig"})
		}
		content = append(content, obj{"type": "text", "text": c.words(r, c.size)})
		c.whole(message(content, obj{"input_tokens": in, "output_tokens": c.size}, "end_turn"))
		return
	}
	ev := func(name string, v obj) { v["type"] = name; c.event(name, v) }
	block := -1 // index of the open content block
	openBlock := func(b obj) {
		if block >= 0 {
			ev("content_block_stop", obj{"index": block})
		}
		block++
		ev("content_block_start", obj{"index": block, "content_block": b})
	}
	c.stream(
		func() {
			ev("message_start", obj{"message": message([]any{}, obj{"input_tokens": in, "output_tokens": 1}, nil)})
			ev("ping", obj{})
		},
		func(k int) {
			if k < r {
				if k == 0 {
					openBlock(obj{"type": "thinking", "thinking": "", "signature": ""})
				}
				ev("content_block_delta", obj{"index": block, "delta": obj{"type": "thinking_delta", "thinking": c.word(k)}})
				return
			}
			if k == r {
				openBlock(obj{"type": "text", "text": ""})
			}
			ev("content_block_delta", obj{"index": block, "delta": obj{"type": "text_delta", "text": c.word(k)}})
		},
		func() {
			ev("content_block_stop", obj{"index": block})
			ev("message_delta", obj{"delta": obj{"stop_reason": "end_turn", "stop_sequence": nil},
				"usage": obj{"output_tokens": c.size}})
			ev("message_stop", obj{})
		})
}

func embeddings(c *call) {
	data := []any{}
	for i := range c.count("input") {
		data = append(data, obj{"object": "embedding", "index": i, "embedding": []float64{0.125, -0.25, float64(c.n)}})
	}
	u := c.usage()
	c.whole(obj{"object": "list", "model": c.model(), "data": data,
		"usage": obj{"prompt_tokens": u["prompt_tokens"], "total_tokens": u["prompt_tokens"]}})
}

// ranks calls item for every passage, best first.
func (c *call) ranks(item func(index int, score float64) obj, keys ...string) []any {
	out := []any{}
	for i := range c.count(keys...) {
		out = append(out, item(i, 1/float64(i+1)))
	}
	return out
}

func rankNIM(c *call) {
	c.whole(obj{"rankings": c.ranks(func(i int, s float64) obj { return obj{"index": i, "logit": s} }, "passages"),
		"usage": obj{"prompt_tokens": 7, "total_tokens": 7}})
}

func rankCohere(c *call) {
	c.whole(obj{"id": c.id("rerank"), "results": c.ranks(func(i int, s float64) obj {
		return obj{"index": i, "relevance_score": s}
	}, "documents"), "meta": obj{"billed_units": obj{"search_units": 1}}})
}

func rankTEI(c *call) {
	c.whole(c.ranks(func(i int, s float64) obj { return obj{"index": i, "score": s} }, "texts"))
}

// pixel is a 1x1 PNG.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="

func images(c *call) {
	usage := obj{"input_tokens": 10, "output_tokens": 100, "total_tokens": 110}
	if !c.streaming() {
		count := 1
		if v, ok := c.req["n"].(float64); ok {
			count = int(v)
		}
		data := []any{}
		for range count {
			data = append(data, obj{"b64_json": pixel})
		}
		c.whole(obj{"created": 0, "data": data, "size": "1024x1024", "quality": "low", "output_format": "png",
			"background": "opaque", "usage": usage})
		return
	}
	c.size = min(c.size, 2)
	c.stream(nil,
		func(k int) {
			c.event("image_generation.partial_image", obj{"type": "image_generation.partial_image",
				"b64_json": pixel, "partial_image_index": k})
		},
		func() {
			c.event("image_generation.completed", obj{"type": "image_generation.completed", "b64_json": pixel,
				"usage": usage})
		})
}

// infer is NIM object detection: one result per image.
func infer(c *call) {
	data := []any{}
	for i := range c.count("input") {
		data = append(data, obj{"index": i, "bounding_boxes": obj{"table": []any{
			obj{"x_min": 0.1, "y_min": 0.1, "x_max": 0.9, "y_max": 0.9, "confidence": 0.5}}}})
	}
	c.whole(obj{"data": data, "usage": obj{"images_size_mb": 0.01}})
}

func (c *call) video(id, status string, progress int) obj {
	return obj{"id": id, "object": "video", "status": status, "progress": progress, "model": "mock-model",
		"created_at": 0, "seconds": "4", "size": "720x1280", "inference_time_s": 0.5, "peak_memory_mb": 1024.0}
}

func videoSubmit(c *call) {
	c.pause(c.s.opt.ttft)
	c.json(http.StatusOK, c.video(c.id("video"), "queued", 0))
}

// videoPoll answers in_progress twice, then completed; "<id>/content" is the file.
func (c *call) videoPoll(rest string) {
	id, isContent := strings.CutSuffix(rest, "/content")
	if isContent {
		c.text("video/mp4", "not really a video")
		return
	}
	c.s.mu.Lock()
	c.s.polls[id]++
	polls := c.s.polls[id]
	c.s.mu.Unlock()
	if polls < 3 {
		c.json(http.StatusOK, c.video(id, "in_progress", 40*polls))
		return
	}
	v := c.video(id, "completed", 100)
	v["completed_at"] = 1
	v["url"] = ""
	c.json(http.StatusOK, v)
}

func transcription(c *call) {
	c.whole(obj{"text": c.words(0, c.size), "usage": obj{"type": "duration", "seconds": 1}})
}

func tgi(c *call) {
	c.whole(obj{"generated_text": c.words(0, c.size), "details": obj{"finish_reason": "length", "generated_tokens": c.size}})
}

func tgiStream(c *call) {
	c.stream(nil,
		func(k int) {
			var full any
			if k == c.size-1 {
				full = c.words(0, c.size)
			}
			c.event("", obj{"index": k + 1, "token": obj{"id": k, "text": c.word(k), "logprob": -0.5, "special": false},
				"generated_text": full, "details": nil})
		},
		func() {})
}

func solido(c *call) {
	sources := []any{obj{"title": "t", "url": "http://example.invalid/doc"}}
	if !strings.Contains(c.r.Header.Get("Accept"), "text/event-stream") {
		c.whole(obj{"content": c.words(0, c.size), "sources": sources})
		return
	}
	c.stream(nil,
		func(k int) { c.event("", obj{"content": c.word(k), "sources": sources}) },
		func() { _, _ = io.WriteString(c.w, "data: [DONE]\n\n") })
}

// generic serves raw, template and unknown POST paths.
func generic(c *call) {
	if !c.streaming() && !strings.Contains(c.r.Header.Get("Accept"), "text/event-stream") {
		c.whole(obj{"text": c.words(0, c.size), "usage": c.usage()})
		return
	}
	c.stream(nil,
		func(k int) { c.event("", obj{"text": c.word(k)}) },
		func() { _, _ = io.WriteString(c.w, "data: [DONE]\n\n") })
}
