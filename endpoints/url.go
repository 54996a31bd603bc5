// Request URLs: a base URL that users give, joined with an endpoint's path the way AIPerf does it.
package endpoints

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// ValidateURL checks a base URL before a run. A missing scheme is allowed: http is put in front.
func ValidateURL(raw string) error {
	fail := func(reason string) error { return fmt.Errorf("url %q: %s", raw, reason) }
	if raw == "" {
		return fail("it is empty")
	}
	if strings.ContainsFunc(raw, unicode.IsSpace) {
		return fail("it contains white space")
	}
	if scheme, _, ok := strings.Cut(raw, "://"); ok && !hasScheme(raw) {
		return fail(fmt.Sprintf("the scheme must be http or https, not %q", scheme))
	}
	u, err := url.Parse(withScheme(raw))
	if err != nil {
		reason := err
		if e, ok := err.(*url.Error); ok {
			reason = e.Err
		}
		return fail(reason.Error())
	}
	if u.Hostname() == "" {
		return fail("it has no host")
	}
	if p := u.Port(); p != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
			return fail(fmt.Sprintf("the port must lie in 1..65535, not %q", p))
		}
	}
	return nil
}

func hasScheme(raw string) bool {
	return hasPrefixFold(raw, "http://") || hasPrefixFold(raw, "https://")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func withScheme(raw string) string {
	if hasScheme(raw) {
		return raw
	}
	return "http://" + raw
}

// SubPath is the path that is joined to the base: the user's own if there is one (custom is then not nil, and may be empty), else the type's.
func (k *Kind) SubPath(streaming bool, custom *string) string {
	switch {
	case custom != nil:
		return *custom
	case streaming && k.StreamingPath != "":
		return k.StreamingPath
	}
	return k.Path
}

// URL joins a base URL with a path. Only the path of the base is touched: its query and fragment stay, the query written anew with the
// first value of each key and with params put over it.
func URL(base, subPath string, params ...[2]string) (string, error) {
	if err := ValidateURL(base); err != nil {
		return "", err
	}
	rest := withScheme(base)
	rest, fragment, hasFragment := strings.Cut(rest, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	scheme, rest, _ := strings.Cut(rest, "://")
	authority, path, hasPath := strings.Cut(rest, "/")
	if hasPath {
		path = "/" + path
	}
	out := strings.ToLower(scheme) + "://" + authority + joinPath(strings.TrimRight(path, "/"), subPath)
	if hasQuery || len(params) > 0 {
		encoded, err := encodeQuery(query, params)
		if err != nil {
			return "", fmt.Errorf("url %q: %w", base, err)
		}
		if encoded != "" {
			out += "?" + encoded
		}
	}
	if hasFragment && fragment != "" {
		out += "#" + fragment
	}
	return out, nil
}

// joinPath compares raw text: percent escapes are not decoded.
func joinPath(base, sub string) string {
	sub = strings.TrimLeft(sub, "/")
	switch {
	case sub == "" || strings.HasSuffix(base, "/"+sub):
		return base
	case strings.HasSuffix(base, "/v1") && strings.HasPrefix(sub, "v1/"):
		sub = strings.TrimPrefix(sub, "v1/")
	}
	return base + "/" + sub
}

// encodeQuery keeps the order of first sight; values are encoded as forms are.
func encodeQuery(query string, params [][2]string) (string, error) {
	var pairs [][2]string
	find := func(key string) int {
		for i := range pairs {
			if pairs[i][0] == key {
				return i
			}
		}
		return -1
	}
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		key, err := url.QueryUnescape(k)
		if err != nil {
			return "", err
		}
		val, err := url.QueryUnescape(v)
		if err != nil {
			return "", err
		}
		if find(key) < 0 {
			pairs = append(pairs, [2]string{key, val})
		}
	}
	for _, p := range params {
		if i := find(p[0]); i >= 0 {
			pairs[i][1] = p[1]
		} else {
			pairs = append(pairs, p)
		}
	}
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p[0]))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p[1]))
	}
	return b.String(), nil
}
