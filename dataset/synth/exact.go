// Text of an exact token length: a window is decoded and encoded again until it has the length asked for.
package synth

import (
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/corpus"
)

// maxRounds is how often a text is corrected before it is taken as it is; AIPerf's bound.
const maxRounds = 10

// bytesPerToken sizes a text's buffer; the corpus has 4.3 bytes a token.
const bytesPerToken = 5

// maker renders windows of a pool.
type maker struct {
	pool corpus.Pool
	tok  dataset.Tokenizer
}

// window is the text of n tokens from start, as they are.
func (m *maker) window(start, n int) []byte {
	ids := m.pool.Append(make([]uint32, 0, n), start, n)
	return m.tok.Decode(make([]byte, 0, n*bytesPerToken), ids)
}

// exact is the text that begins with the window at start and encodes to n tokens. A text that encodes longer is cut in its new ids, a
// shorter one is topped up with a window of what is missing, from a place that next draws. plain tells that the first window was right.
func (m *maker) exact(start, n int, next func() int) (text []byte, plain bool) {
	ids := m.pool.Append(nil, start, n)
	for round := range maxRounds {
		text = m.tok.Decode(text[:0], ids)
		ids = m.tok.Encode(ids[:0], text)
		switch {
		case len(ids) == n:
			return text, round == 0
		case len(ids) > n:
			ids = ids[:n]
		default:
			ids = m.pool.Append(ids, next(), n-len(ids))
		}
	}
	return m.tok.Decode(text[:0], ids), false
}
