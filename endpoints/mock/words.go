// Words of the answers: each is one o200k_base token with its leading space, and all are equally long, so a chunk can be patched in place.
package mock

import "strings"

const wordLen = 5 // bytes, leading space included

// vocabulary is the text answers are made of.
const vocabulary = " that with from this have they will what when your more some them than then into" +
	" time only over such also like year work make take good most well back even must" +
	" life last long hand high part down city name read line open walk side tree help" +
	" move turn want kind page food sure idea road form song list bird game rain wind"

// word k of answer n, with its leading space.
func word(n uint64, k int) string {
	i := int((n+uint64(k))%(uint64(len(vocabulary))/wordLen)) * wordLen
	return vocabulary[i : i+wordLen]
}

// words joins the words from (inclusive) to (exclusive).
func words(n uint64, from, to int) string {
	var b strings.Builder
	b.Grow(max(to-from, 0) * wordLen)
	for k := from; k < to; k++ {
		b.WriteString(word(n, k))
	}
	return b.String()
}
