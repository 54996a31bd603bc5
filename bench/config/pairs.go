// key:value lists: extra inputs, which are coerced to JSON values, and headers, which never are.
package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Pair is one key with a JSON value.
type Pair struct {
	Key    string
	JSON   []byte
	Number bool // from a map of numbers
}

// setPair adds a pair; a known key keeps its place and takes the new value, as in a Python dict.
func setPair(ps []Pair, p Pair) []Pair {
	for i := range ps {
		if ps[i].Key == p.Key {
			ps[i].JSON = p.JSON
			return ps
		}
	}
	return append(ps, p)
}

// extraPairs reads key:value,... or JSON objects. Text that looks like a bool, null or a number becomes one, also inside a JSON object's top level.
func extraPairs(tokens []string) ([]Pair, error) {
	out := []Pair{}
	for _, tok := range tokens {
		if tok := strings.TrimFunc(tok, pythonSpace); strings.HasPrefix(tok, "{") {
			ps, err := objectPairs(tok)
			if err != nil {
				return nil, err
			}
			for _, p := range ps {
				if s, ok := jsonString(p.JSON); ok {
					p.JSON = coerce(s)
				}
				out = setPair(out, p)
			}
			continue
		}
		for item := range strings.SplitSeq(tok, ",") {
			key, val, ok := strings.Cut(item, ":")
			if !ok {
				return nil, fmt.Errorf("%s is not key:value", quote(strings.TrimSpace(item)))
			}
			out = setPair(out, Pair{Key: strings.TrimSpace(key), JSON: coerce(strings.TrimSpace(val))})
		}
	}
	return out, nil
}

// Header is one request header.
type Header struct{ Name, Value string }

// headerPairs reads headers. One string is one header, split at the first colon, so that values keep their commas; only where every comma part
// is a header of its own (which AIPerf reads as several) is it split.
func headerPairs(tokens []string) ([]Header, error) {
	out := []Header{}
	for _, tok := range tokens {
		if tok := strings.TrimFunc(tok, pythonSpace); strings.HasPrefix(tok, "{") {
			ps, err := objectPairs(tok)
			if err != nil {
				return nil, err
			}
			for _, p := range ps {
				v, ok := jsonString(p.JSON)
				if !ok {
					if p.JSON[0] == '{' || p.JSON[0] == '[' || string(p.JSON) == "null" {
						return nil, fmt.Errorf("value of %s must be text", quote(p.Key))
					}
					v = string(p.JSON)
				}
				if out, err = setHeader(out, p.Key, v); err != nil {
					return nil, err
				}
			}
			continue
		}
		parts := []string{tok}
		if split := strings.Split(tok, ","); len(split) > 1 && all(split, isHeader) {
			parts = split
		}
		for _, p := range parts {
			name, value, ok := strings.Cut(p, ":")
			if !ok {
				return nil, errors.New(`must be "Name: value"`)
			}
			var err error
			if out, err = setHeader(out, name, value); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func all(ss []string, f func(string) bool) bool {
	for _, s := range ss {
		if !f(s) {
			return false
		}
	}
	return true
}

func isHeader(s string) bool {
	name, _, ok := strings.Cut(s, ":")
	return ok && validHeaderName(strings.TrimSpace(name))
}

// validHeaderName is RFC 9110's token.
func validHeaderName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

func setHeader(hs []Header, name, value string) ([]Header, error) {
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !validHeaderName(name) {
		return nil, fmt.Errorf("%s is no header name", quote(name))
	}
	if strings.ContainsAny(value, "\r\n\x00") {
		return nil, fmt.Errorf("value of %s has a line break", quote(name))
	}
	for i := range hs {
		if hs[i].Name == name {
			hs[i].Value = value
			return hs, nil
		}
	}
	return append(hs, Header{name, value}), nil
}

// coerce is AIPerf's reading of a bare value: bool, null, whole number without leading zeros, number with one dot, else text.
func coerce(s string) []byte {
	switch strings.ToLower(s) {
	case "true":
		return []byte("true")
	case "false":
		return []byte("false")
	case "none", "null":
		return []byte("null")
	}
	if digits, ok := pythonDigits(s); ok && !strings.Contains(s, "_") {
		s = digits // digits of any script are digits
	}
	body := strings.TrimPrefix(s, "-")
	if isDigits(body) && (body == "0" || body[0] != '0') {
		if body == "0" {
			return []byte("0")
		}
		return []byte(s)
	}
	if strings.Count(body, ".") == 1 && isDigits(strings.Replace(body, ".", "", 1)) {
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			return appendFloat(nil, f)
		}
	}
	return appendString(nil, s)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// objectPairs reads a JSON object, keeping the order of its keys.
func objectPairs(s string) ([]Pair, error) {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	bad := func(err error) error { return fmt.Errorf("must be a valid JSON object: %w", err) }
	if _, err := dec.Token(); err != nil {
		return nil, bad(err)
	}
	var out []Pair
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, bad(err)
		}
		val, err := compact(dec, nil)
		if err != nil {
			return nil, bad(err)
		}
		out = setPair(out, Pair{Key: key.(string), JSON: val})
	}
	if _, err := dec.Token(); err != nil {
		return nil, bad(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, bad(errors.New("text after the object"))
	}
	return out, nil
}

// compact copies the next JSON value without blanks, numbers as Python would write them.
func compact(dec *json.Decoder, dst []byte) ([]byte, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch v := tok.(type) {
	case json.Delim:
		dst = append(dst, byte(v))
		for n := 0; dec.More(); n++ {
			if n > 0 {
				dst = append(dst, ',')
			}
			if v == '{' {
				key, err := dec.Token()
				if err != nil {
					return nil, err
				}
				dst = append(appendString(dst, key.(string)), ':')
			}
			if dst, err = compact(dec, dst); err != nil {
				return nil, err
			}
		}
		end, err := dec.Token()
		if err != nil {
			return nil, err
		}
		return append(dst, byte(end.(json.Delim))), nil
	case json.Number:
		if !strings.ContainsAny(v.String(), ".eE") {
			return append(dst, v.String()...), nil
		}
		f, err := v.Float64()
		if err != nil {
			return nil, fmt.Errorf("number %s: %w", v, err)
		}
		return appendFloat(dst, f), nil
	case string:
		return appendString(dst, v), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	default:
		return append(dst, "null"...), nil
	}
}

func jsonString(b []byte) (string, bool) {
	if len(b) == 0 || b[0] != '"' {
		return "", false
	}
	var s string
	err := json.Unmarshal(b, &s)
	return s, err == nil
}
