// The requests of the wait, and what of their answers matters.
package ready

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// prompt is what every request for one token says; AIPerf's.
const prompt = "Lo"

// chatBody, textBody and inputBody are the requests for one token, in AIPerf's order of keys.
type (
	chatBody struct {
		Messages  []message `json:"messages"`
		MaxTokens int       `json:"max_tokens"`
		Model     string    `json:"model"`
	}
	message struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	textBody struct {
		Prompt    string `json:"prompt"`
		MaxTokens int    `json:"max_tokens"`
		Model     string `json:"model"`
	}
	inputBody struct {
		Input string `json:"input"`
		Model string `json:"model"`
	}
)

func chatRequest(model string) any {
	return chatBody{Messages: []message{{Role: "user", Content: prompt}}, MaxTokens: 1, Model: model}
}
func textRequest(model string) any  { return textBody{Prompt: prompt, MaxTokens: 1, Model: model} }
func inputRequest(model string) any { return inputBody{Input: prompt, Model: model} }

// probe is how a type of endpoint is asked for one token.
type probe struct {
	endpoint string
	path     string
	body     func(model string) any
}

// probes are the types that have a request of their own; all others are asked as the first is.
var probes = [...]probe{
	{"chat", "/v1/chat/completions", chatRequest},
	{"messages", "/v1/messages", chatRequest},
	{"completions", "/v1/completions", textRequest},
	{"embeddings", "/v1/embeddings", inputRequest},
}

func (o *Options) probe() (p probe, known bool) {
	for _, p := range probes {
		if p.endpoint == o.Endpoint {
			return p, true
		}
	}
	return probes[0], false
}

func (o *Options) known() bool {
	_, known := o.probe()
	return known
}

// request is the body that asks a model for one token.
func (o *Options) request(model string) ([]byte, error) {
	p, _ := o.probe()
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(p.body(model))
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// inferenceURL is where it goes: the user's own path below the URL, else the URL itself when it has a path, else the type's path.
func (o *Options) inferenceURL(base string) string {
	trimmed := strings.TrimRight(base, "/")
	if o.Path != "" {
		return trimmed + "/" + strings.TrimLeft(o.Path, "/")
	}
	if at, _, err := target(base); err == nil {
		if u, err := url.Parse(at); err == nil && u.Path != "" && u.Path != "/" {
			return trimmed
		}
	}
	p, _ := o.probe()
	return trimmed + p.path
}

// NewClient is the client for the probes: it dials, trusts and goes through proxies as the run does, speaks HTTP/1.1, and adds nothing to what
// AIPerf sends. Each of the three may be nil.
func NewClient(dial func(ctx context.Context, addr string) (net.Conn, error), trust *tls.Config, proxy func(*url.URL) (*url.URL, error)) *http.Client {
	t := &http.Transport{TLSClientConfig: trust, DisableCompression: true, Protocols: new(http.Protocols)}
	t.Protocols.SetHTTP1(true)
	var system net.Dialer
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if path, ok := socketOf(addr); ok {
			return system.DialContext(ctx, "unix", path)
		}
		if dial == nil {
			return system.DialContext(ctx, network, addr)
		}
		return dial(ctx, addr)
	}
	if proxy != nil {
		t.Proxy = func(r *http.Request) (*url.URL, error) {
			if strings.HasSuffix(r.URL.Host, unixHost) {
				return nil, nil
			}
			return proxy(r.URL)
		}
	}
	return &http.Client{Transport: t}
}

// answer is what a request came to.
type answer struct {
	status int // 0 when there was none
	body   []byte
	err    error // why there is no status, or no whole body
}

func (a answer) String() string {
	switch {
	case a.status == 0:
		return fmt.Sprintf("gave no answer: %v", a.err)
	case a.err != nil:
		return fmt.Sprintf("answered %d, then: %v", a.status, a.err)
	}
	if said := strings.TrimSpace(string(a.body[:min(len(a.body), saidBytes)])); said != "" && a.status >= 300 {
		return fmt.Sprintf("answered %d: %q", a.status, said)
	}
	return fmt.Sprintf("answered %d", a.status)
}

// send sends one request and reads the whole answer, of which it keeps so many bytes. A status counts even when the body fails.
func (o *Options) send(ctx context.Context, method, to string, body []byte, keep int64) answer {
	at, host, err := target(to)
	if err != nil {
		return answer{err: plain(err)}
	}
	r, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(body))
	if err != nil {
		return answer{err: plain(err)}
	}
	if host != "" {
		r.Host = host
	}
	r.Header["Accept"] = []string{"*/*"}
	r.Header["User-Agent"] = nil // AIPerf's probes name nobody; nil keeps the client from naming itself
	if method == http.MethodPost {
		setHeader(r, "Content-Type", "application/json")
	}
	for _, h := range o.Headers {
		setHeader(r, h[0], h[1])
	}
	response, err := o.Client.Do(r)
	if err != nil {
		return answer{err: plain(err)}
	}
	defer func() { _ = response.Body.Close() }()
	a := answer{status: response.StatusCode}
	if a.body, a.err = io.ReadAll(io.LimitReader(response.Body, max(keep, saidBytes))); a.err == nil {
		_, a.err = io.Copy(io.Discard, response.Body)
	}
	return a
}

// setHeader keeps the spelling, and puts the value in the place of any other spelling's.
func setHeader(r *http.Request, name, value string) {
	if strings.EqualFold(name, "Host") {
		r.Host = value
		return
	}
	for have := range r.Header {
		if strings.EqualFold(have, name) {
			delete(r.Header, have)
		}
	}
	r.Header[name] = []string{value}
}

// plain drops the wrapping that repeats method and URL.
func plain(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// listed tells whether a list of models names one. Keys are compared letter by letter, and anything but valid JSON names nothing.
func listed(body []byte, model string) bool {
	var list map[string]json.RawMessage
	var data []json.RawMessage
	if !utf8.Valid(body) || json.Unmarshal(body, &list) != nil || json.Unmarshal(list["data"], &data) != nil {
		return false
	}
	for _, entry := range data {
		var fields map[string]json.RawMessage
		var id *string
		if json.Unmarshal(entry, &fields) == nil && json.Unmarshal(fields["id"], &id) == nil && id != nil && *id == model {
			return true
		}
	}
	return false
}
