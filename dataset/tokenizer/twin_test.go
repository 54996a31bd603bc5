// Plain twins of the fast paths: the split pattern run by a small backtracking matcher over the Unicode tables, and BPE by repeated search.
package tokenizer

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// pattern matches at a position and hands every possible end, best first, to the rest of the pattern until it accepts one.
type pattern func(s []rune, i int, rest func(int) bool) bool

func one(in func(rune) bool) pattern {
	return func(s []rune, i int, rest func(int) bool) bool {
		return i < len(s) && in(s[i]) && rest(i+1)
	}
}

// repeat is p{least,most}, greedy.
func repeat(p pattern, least, most int) pattern {
	var try func(s []rune, i, n int, rest func(int) bool) bool
	try = func(s []rune, i, n int, rest func(int) bool) bool {
		if n < most && p(s, i, func(j int) bool { return try(s, j, n+1, rest) }) {
			return true
		}
		return n >= least && rest(i)
	}
	return func(s []rune, i int, rest func(int) bool) bool { return try(s, i, 0, rest) }
}

func sequenceOf(ps ...pattern) pattern {
	return func(s []rune, i int, rest func(int) bool) bool {
		if len(ps) == 0 {
			return rest(i)
		}
		return ps[0](s, i, func(j int) bool { return sequenceOf(ps[1:]...)(s, j, rest) })
	}
}

func anyOf(ps ...pattern) pattern {
	return func(s []rune, i int, rest func(int) bool) bool {
		for _, p := range ps {
			if p(s, i, rest) {
				return true
			}
		}
		return false
	}
}

// folded matches text without regard to case.
func folded(text string) pattern {
	var ps []pattern
	for _, want := range text {
		ps = append(ps, one(func(r rune) bool {
			for f := unicode.SimpleFold(want); ; f = unicode.SimpleFold(f) {
				if f == r {
					return true
				}
				if f == want {
					return false
				}
			}
		}))
	}
	return sequenceOf(ps...)
}

// known says whether Go's tables have the code point; newer ones are taken from the class table.
func known(r rune) bool {
	return !unicode.Is(unicode.Cn, r)
}

func in(c class, tables ...*unicode.RangeTable) func(rune) bool {
	return func(r rune) bool {
		if !known(r) {
			return classOf(r)&c != 0
		}
		return unicode.In(r, tables...)
	}
}

func not(fs ...func(rune) bool) func(rune) bool {
	return func(r rune) bool {
		for _, f := range fs {
			if f(r) {
				return false
			}
		}
		return true
	}
}

// o200k is the published pattern, alternative by alternative.
func o200k() pattern {
	const many = 1 << 30
	isLetter := in(letter, unicode.L)
	isNumber := in(number, unicode.N)
	isSpace := in(space, unicode.White_Space)
	isLine := func(r rune) bool { return r == '\r' || r == '\n' }
	isLineOrSlash := func(r rune) bool { return isLine(r) || r == '/' }
	upperRun := one(in(inUpper, unicode.Lu, unicode.Lt, unicode.Lm, unicode.Lo, unicode.M))
	lowerRun := one(in(inLower, unicode.Ll, unicode.Lm, unicode.Lo, unicode.M))
	lead := repeat(one(not(isLine, isLetter, isNumber)), 0, 1)
	suffix := repeat(anyOf(folded("'s"), folded("'t"), folded("'re"), folded("'ve"), folded("'m"), folded("'ll"), folded("'d")), 0, 1)
	notBeforeVisible := func(s []rune, i int, rest func(int) bool) bool {
		return (i == len(s) || isSpace(s[i])) && rest(i)
	}
	return anyOf(
		sequenceOf(lead, repeat(upperRun, 0, many), repeat(lowerRun, 1, many), suffix),
		sequenceOf(lead, repeat(upperRun, 1, many), repeat(lowerRun, 0, many), suffix),
		repeat(one(isNumber), 1, 3),
		sequenceOf(repeat(one(func(r rune) bool { return r == ' ' }), 0, 1), repeat(one(not(isSpace, isLetter, isNumber)), 1, many), repeat(one(isLineOrSlash), 0, many)),
		sequenceOf(repeat(one(isSpace), 0, many), repeat(one(isLine), 1, many)),
		sequenceOf(repeat(one(isSpace), 1, many), notBeforeVisible),
		repeat(one(isSpace), 1, many),
	)
}

// twinLimit keeps the exponential matcher's inputs short.
const twinLimit = 200

func comparePieces(t *testing.T, text []byte) {
	t.Helper()
	if len(text) > twinLimit {
		return
	}
	runes := []rune(string(text))
	match := o200k()
	for i := 0; i < len(runes); {
		end := 0
		require.True(t, match(runes, i, func(j int) bool { end = j; return true }), "no match in %q at %d", text, i)
		piece := string(runes[i:end])
		n := nextPiece(text)
		require.Equal(t, piece, string(text[:n]), "%q", text)
		text = text[n:]
		i = end
	}
	require.Empty(t, text)
}

// mergePlain joins the best pair until none is left, looking at every pair each time.
func mergePlain(t *BPE, piece []byte) []uint32 {
	var parts [][]byte
	for i := range piece {
		parts = append(parts, piece[i:i+1])
	}
	for {
		best, bestRank := -1, uint32(noRank)
		for i := 0; i+1 < len(parts); i++ {
			joined := append(append([]byte{}, parts[i]...), parts[i+1]...)
			if id, ok := t.vocab.Lookup(joined); ok && id < bestRank {
				best, bestRank = i, id
			}
		}
		if best < 0 {
			break
		}
		parts[best] = append(append([]byte{}, parts[best]...), parts[best+1]...)
		parts = append(parts[:best+1], parts[best+2:]...)
	}
	var ids []uint32
	for _, p := range parts {
		ids = append(ids, t.must(p))
	}
	return ids
}

// compareMerges holds both merges against the plain one, on the whole text as if it were one piece.
func compareMerges(t *testing.T, piece []byte) {
	t.Helper()
	if len(piece) == 0 || len(piece) > 2*scanLimit {
		return
	}
	tok := Builtin()
	want := mergePlain(tok, piece)
	require.Equal(t, want, tok.merge(nil, piece), "%q", piece)
	require.Equal(t, want, tok.mergeLong(nil, piece), "%q", piece)
}

func TestTwinsAgreeOnVectors(t *testing.T) {
	for _, row := range readVectors(t, "testdata/o200k_base.json").Encode {
		text := appendValid(nil, []byte(row.Text))
		comparePieces(t, text)
		compareMerges(t, text)
	}
}
