// Known secrets: the values themselves, wherever a server or an error echoes them.
package redact

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// shortestKnown is the least length of a value that is masked wherever it stands, in bytes: a shorter one is part of ordinary words.
const shortestKnown = 4

// shortestInData is the same for answers, which are data: a short value may be a word of them.
const shortestInData = 8

// Known masks given values on top of what Text masks. The zero value knows none.
type Known struct {
	replacer *strings.Replacer
	long     [][]byte // those to mask in data, longer ones first
}

// NewKnown prepares values, in every spelling in which they come back.
func NewKnown(values []string) Known {
	var all []string
	var long [][]byte
	for _, v := range values {
		quoted := strconv.Quote(v)
		for _, spelling := range []string{v, quoted[1 : len(quoted)-1], url.QueryEscape(v), url.PathEscape(v)} {
			if len(spelling) >= shortestKnown {
				all = append(all, spelling)
			}
		}
	}
	if len(all) == 0 {
		return Known{}
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) }) // of two that fit, the longer one
	pairs := make([]string, 0, 2*len(all))
	for _, v := range all {
		pairs = append(pairs, v, Mask)
		if len(v) >= shortestInData {
			long = append(long, []byte(v))
		}
	}
	return Known{strings.NewReplacer(pairs...), long}
}

// Header returns the value that may be written for a header.
func (k Known) Header(name, value string) string {
	if SecretName(name) {
		return Mask
	}
	return k.Text(value)
}

// Data masks the longer known values, and nothing else, in what a server answered. What holds none comes back as it is.
func (k Known) Data(data []byte) []byte {
	for _, v := range k.long {
		if bytes.Contains(data, v) {
			data = bytes.ReplaceAll(data, v, []byte(Mask))
		}
	}
	return data
}

// Text masks the known values and what Text masks.
func (k Known) Text(text string) string {
	if k.replacer != nil {
		text = k.replacer.Replace(text)
	}
	return Text(text)
}

// Fields masks given members of JSON objects, and nothing else: a prompt may hold the same words. The zero value masks none.
type Fields struct {
	replacer *strings.Replacer
}

// NewFields prepares members: pairs of a key and its value, both JSON text as they stand in a body.
func NewFields(members [][2]string) Fields {
	if len(members) == 0 {
		return Fields{}
	}
	var pairs []string
	for _, m := range members {
		pairs = append(pairs, m[0]+":"+m[1], m[0]+`:"`+Mask+`"`)
	}
	return Fields{strings.NewReplacer(pairs...)}
}

// Bytes masks the members in a body.
func (f Fields) Bytes(body []byte) []byte {
	if f.replacer == nil {
		return body
	}
	return []byte(f.replacer.Replace(string(body)))
}
