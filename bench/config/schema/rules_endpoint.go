// Rules of the endpoint: URLs, paths, and keys that only some endpoint types have a use for.

package schema

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

var endpointRules = []func(*scope){
	rule(endpointURLs), rule(endpointPath), rule(streamingSupport), rule(templateNeeded), rule(uuidAndStrip), rule(perChunkUsage), rule(responsesStore), rule(waitForModel),
	rule(requestContentType), rule(hookPaths),
}

// foreignSchemes are those that a text before a colon surely means, rather than a host.
var foreignSchemes = map[string]bool{
	"mailto": true, "ftp": true, "ftps": true, "sftp": true, "file": true, "data": true, "ws": true, "wss": true, "javascript": true, "vbscript": true, "tel": true, "ldap": true, "ldaps": true, "ssh": true, "gopher": true,
}

func endpointURLs(s *scope, v *Endpoint) {
	list := s.n.Get("urls")
	for i, u := range v.URLs {
		norm := u
		if scheme, _, _ := strings.Cut(strings.ToLower(u), ":"); !strings.Contains(u, "://") && !foreignSchemes[scheme] {
			norm = "http://" + u
		}
		if msg := urlMistake(norm); msg != "" {
			s.c.fail(list.Items[i], s.path, "write http://host:port", "url %s %s", strconv.Quote(hideUser(u)), msg)
			return
		}
		v.URLs[i] = norm
		list.Items[i] = at(list.Items[i], doc.Of(norm))
	}
}

// hideUser takes out of a URL that an error shows what may be a secret: all before the last @, and the query.
func hideUser(u string) string {
	u, query, asked := strings.Cut(u, "?")
	if asked && query != "" {
		u += "?..."
	}
	i := strings.LastIndexByte(u, '@')
	if i < 0 {
		return u
	}
	scheme, _, ok := strings.Cut(u, "://")
	if !ok {
		return "<redacted>" + u[i:]
	}
	return scheme + "://<redacted>" + u[i:]
}

// maxPort is the largest TCP port.
const maxPort = 65535

// urlMistake says what is wrong with a URL; "" when nothing is.
func urlMistake(u string) string {
	switch {
	case strings.TrimSpace(u) != u:
		return "has blanks around it"
	case strings.ContainsFunc(u, unicode.IsSpace):
		return "has a blank in it"
	}
	scheme, rest, ok := strings.Cut(u, "://")
	if !ok || strings.ContainsAny(scheme, ":/?#") {
		return "has no scheme http or https"
	}
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	} else if strings.Contains(rest, "@") && strings.Contains(host, ":") {
		return "has an @ behind its host: escape / ? and # in user and password"
	}
	port := ""
	if strings.HasPrefix(host, "[") {
		end := strings.IndexByte(host, ']')
		if end < 0 {
			return "is no IPv6 address"
		}
		if _, err := url.Parse("http://" + host[:end+1]); err != nil {
			return "is no IPv6 address"
		}
		host, port = host[:end+1], strings.TrimPrefix(host[end+1:], ":")
	} else if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host, port = host[:i], host[i+1:]
	}
	switch {
	case scheme == "" || host == "":
		return "has no host"
	case !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return "has a scheme other than http and https"
	case port == "":
		return ""
	}
	if p, err := strconv.Atoi(port); err != nil || p < 1 || p > maxPort || port[0] == '+' {
		return "has a port outside 1 to 65535"
	}
	return ""
}

func endpointPath(s *scope, v *Endpoint) {
	if v.Path != nil && !strings.HasPrefix(*v.Path, "/") {
		s.fail("path", "write /"+*v.Path, "path must begin with a slash, not %s", strconv.Quote(*v.Path))
	}
}

// streamingSupport switches streaming off where an endpoint type has none.
func streamingSupport(s *scope, v *Endpoint) {
	if v.Streaming && !endpointTraits[v.Type].streaming {
		v.Streaming = false
		s.n.Set("streaming", at(s.n.Get("streaming"), doc.Of(false)))
		s.c.warn("endpoint type %s cannot stream; streaming is off", v.Type)
	}
}

func templateNeeded(s *scope, v *Endpoint) {
	if v.Type == "template" && v.Template == nil {
		s.fail("type", "add template: {body: ...}", "type template needs a template")
	}
}

func uuidAndStrip(s *scope, v *Endpoint) {
	if v.UUIDAndStrip && v.Type != "chat" {
		s.fail("uuid_and_strip", "", "uuid_and_strip needs type chat, not %s", v.Type)
	}
}

func perChunkUsage(s *scope, v *Endpoint) {
	switch {
	case !v.PerChunkUsage:
	case !v.UseServerTokenCount:
		s.fail("per_chunk_usage", "set use_server_token_count: true", "per_chunk_usage needs use_server_token_count")
	case v.Type != "chat":
		s.fail("per_chunk_usage", "", "per_chunk_usage needs type chat, not %s", v.Type)
	case !v.Streaming:
		s.fail("per_chunk_usage", "set streaming: true", "per_chunk_usage needs streaming")
	}
}

func responsesStore(s *scope, v *Endpoint) {
	if v.Type != "responses" || v.UseServerTokenCount {
		return
	}
	store := v.Extra.Get("store")
	if store == nil {
		return
	}
	word, _ := store.Value.(string)
	if store.Value == true || strings.EqualFold(strings.TrimSpace(word), "true") {
		s.fail("extra", "set use_server_token_count: true", "extra.store: true chains replies on the server, so only the newest turn is sent and input tokens counted here are too few")
	}
}

func waitForModel(s *scope, v *Endpoint) {
	if v.WaitForModelTimeout > 0 {
		return
	}
	var idle []string
	if v.WaitForModelInterval != 5 {
		idle = append(idle, "wait_for_model_interval")
	}
	if v.WaitForModelMode != "inference" {
		idle = append(idle, "wait_for_model_mode")
	}
	if len(idle) > 0 {
		s.fail(strings.Join(idle, " "), "set wait_for_model_timeout above 0", "%s has no effect without wait_for_model_timeout", strings.Join(idle, " and "))
	}
}

func requestContentType(s *scope, v *Endpoint) {
	form := endpointTraits[v.Type].form
	if v.RequestContentType == nil {
		if form {
			only := "multipart/form-data"
			v.RequestContentType = &only
			s.set("request_content_type", doc.Of(only))
		}
		return
	}
	switch {
	case *v.RequestContentType == "multipart/form-data" && !form:
		s.fail("request_content_type", "", "endpoint type %s takes no multipart/form-data", v.Type)
	case *v.RequestContentType == "application/json" && form:
		s.fail("request_content_type", "", "endpoint type %s takes multipart/form-data only", v.Type)
	}
}

func hookPaths(s *scope, v *Endpoint) {
	type hookPath struct {
		key  string
		path *string
	}
	var all []hookPath
	if h := v.ResetKVCache; h != nil {
		all = append(all, hookPath{"reset_kv_cache.path", h.Path})
	}
	if h := v.ServerProfiler; h != nil {
		all = append(all, hookPath{"server_profiler.start_path", h.StartPath}, hookPath{"server_profiler.stop_path", h.StopPath})
	}
	for _, x := range all {
		if x.path != nil && (!strings.HasPrefix(*x.path, "/") || strings.Contains(*x.path, "://")) {
			hook, _, _ := strings.Cut(x.key, ".")
			s.fail(hook, "write a path below the server's address, such as /reset", "%s must begin with a slash and hold no address, not %s", x.key, strconv.Quote(clip(*x.path)))
			return
		}
	}
}
