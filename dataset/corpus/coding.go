// The coding corpus: code, shells, tool outputs, tracebacks and talk about them, made for a seed.
//
//	coding.txt ─ readGrammar ─> 21 families ─ so many texts of each ─ shuffle ─ join ─ encode ─> Pool
//
// AIPerf has such a corpus too. Order and kind of the draws are the same, the words are not: AIPerf's texts are its own, so prompts of this
// corpus differ from AIPerf's for the same seed. They are of the same kind and size.
package corpus

import (
	_ "embed" // the rules
	"fmt"

	"github.com/aiperf-go/aiperf/dataset/rng"
)

// codingBytes is room for the whole text, which has 0.9 MB.
const codingBytes = 1 << 20

//go:embed coding.txt
var codingRules string

// Coding is the coding corpus of a seed in a tokenizer's ids. All its text is encoded at once, so it has one seam.
func Coding(tok Tokenizer, root rng.Root) (Pool, error) {
	text, err := codingText(root)
	if err != nil {
		return Pool{}, fmt.Errorf("make coding corpus: %w", err)
	}
	ids := tok.Encode(make([]uint32, 0, len(text)/bytesPerToken), text)
	if len(ids) == 0 {
		return Pool{}, fmt.Errorf("encode coding corpus: tokenizer %s gives no tokens", tok.Name())
	}
	return NewPool(ids, []uint32{0}), nil
}

// codingText is the corpus as text: the texts in the order they are shuffled into, a blank line between them.
func codingText(root rng.Root) ([]byte, error) {
	rules, err := readGrammar(codingRules)
	if err != nil {
		return nil, err
	}
	stream := root.Derive(rng.CodingTemplate)
	chance := stream.Python()
	made := make([]byte, 0, codingBytes)
	var ends []int
	for _, f := range rules.families {
		for range f.count {
			made = f.rule.text(made, chance)
			ends = append(ends, len(made))
		}
	}
	texts := make([][]byte, len(ends))
	start := 0
	for i, end := range ends {
		texts[i] = made[start:end]
		start = end
	}
	stream.NumPy().Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	joined := make([]byte, 0, len(made)+2*len(texts))
	for i, text := range texts {
		if i > 0 {
			joined = append(joined, "\n\n"...)
		}
		joined = append(joined, text...)
	}
	return joined, nil
}
