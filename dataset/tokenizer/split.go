// The o200k split pattern, written by hand: Go's regexp has no look-ahead, and a general engine is far slower. In order of preference:
//
//	word ending low   [^\r\n\p{L}\p{N}]? [upper-run]* [lower-run]+ contraction?
//	word of capitals  [^\r\n\p{L}\p{N}]? [upper-run]+ [lower-run]* contraction?
//	digits            \p{N}{1,3}
//	punctuation       " "? [^\s\p{L}\p{N}]+ [\r\n/]*
//	line ends         \s* [\r\n]+
//	blanks            \s+ not followed by a visible character, else \s+
//
// A position between a visible character and a blank is a boundary whatever stands before it: only a run of blanks can hold a blank that
// is not first.
package tokenizer

// nextPiece gives the length of the first piece of text, which is valid UTF-8 and not empty.
func nextPiece(text []byte) int {
	first, n := classAt(text, 0)
	if first&letter != 0 {
		if end := wordLow(text, 0); end > 0 {
			return end
		}
		return wordCapital(text, 0)
	}
	if first&number != 0 {
		return digits(text)
	}
	if first&notLead == 0 {
		if end := led(text, n, first); end > 0 {
			return end
		}
	}
	if end := punctuation(text); end > 0 {
		return end
	}
	return blanks(text)
}

// led matches the two word forms behind a leading character of n bytes. A mark can also be the word's first character; the form counts
// before the lead.
func led(text []byte, n int, first class) int {
	if end := wordLow(text, n); end > 0 {
		return end
	}
	if first&mark != 0 {
		if end := wordLow(text, 0); end > 0 {
			return end
		}
	}
	return wordCapital(text, n)
}

// wordLow matches [upper-run]* [lower-run]+ contraction? at from; 0 when it does not match.
func wordLow(text []byte, from int) int {
	i, both := from, 0 // both: end of the last character that can close the word if no lower one follows
	for i < len(text) {
		c, n := classAt(text, i)
		if c&inUpper == 0 {
			if c&lower == 0 {
				break
			}
			for i += n; i < len(text); i += n {
				if c, n = classAt(text, i); c&inLower == 0 {
					break
				}
			}
			return contraction(text, i)
		}
		i += n
		if c&inBoth != 0 {
			both = i
		}
	}
	if both == 0 {
		return 0
	}
	return contraction(text, both)
}

// wordCapital matches [upper-run]+ contraction? at from; 0 when it does not match. A lower run never follows: wordLow would have taken it.
func wordCapital(text []byte, from int) int {
	i := from
	for i < len(text) {
		c, n := classAt(text, i)
		if c&inUpper == 0 {
			break
		}
		i += n
	}
	if i == from {
		return 0
	}
	return contraction(text, i)
}

// contraction gives the end of an English contraction at i, or i. The long s (U+017F) folds to s.
func contraction(text []byte, i int) int {
	rest := text[i:]
	if len(rest) < 2 || rest[0] != '\'' {
		return i
	}
	switch rest[1] | 0x20 {
	case 's', 't', 'm', 'd':
		return i + 2
	case 'r', 'v':
		if len(rest) > 2 && rest[2]|0x20 == 'e' {
			return i + 3
		}
	case 'l':
		if len(rest) > 2 && rest[2]|0x20 == 'l' {
			return i + 3
		}
	}
	if len(rest) > 2 && rest[1] == 0xc5 && rest[2] == 0xbf {
		return i + 3
	}
	return i
}

// digits matches one to three numbers.
func digits(text []byte) int {
	i := 0
	for range 3 {
		if i == len(text) {
			break
		}
		c, n := classAt(text, i)
		if c&number == 0 {
			break
		}
		i += n
	}
	return i
}

// punctuation matches an optional blank, a run of punctuation, and the line ends and slashes behind it; 0 when it does not match.
func punctuation(text []byte) int {
	start := 0
	if text[0] == ' ' {
		start = 1
	}
	i := start
	for i < len(text) {
		c, n := classAt(text, i)
		if c&notPunct != 0 {
			break
		}
		i += n
	}
	if i == start {
		return 0
	}
	for i < len(text) && (text[i] == '\r' || text[i] == '\n' || text[i] == '/') {
		i++
	}
	return i
}

// blanks matches a run of white space: through its last line end; else all of it at the end of the text; else all but the character that
// leads what follows.
func blanks(text []byte) int {
	i, line, last := 0, 0, 0
	for i < len(text) {
		c, n := classAt(text, i)
		if c&space == 0 {
			break
		}
		last = i
		i += n
		if c&lineEnd != 0 {
			line = i
		}
	}
	switch {
	case line > 0:
		return line
	case i == len(text) || last == 0:
		return i
	default:
		return last
	}
}
