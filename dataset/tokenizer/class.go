// Character classes of the split pattern, from a two-stage table of all code points.
package tokenizer

import (
	_ "embed" // the table
	"unicode/utf8"
)

// class is the part a character can play in the pattern, as bits.
type class uint8

// The classes. A character of none of them is punctuation to the pattern.
const (
	upper   class = 1 << iota // Lu, Lt
	lower                     // Ll
	uncase                    // Lm, Lo: stands in upper and in lower runs
	mark                      // M: stands in both runs too, and may lead a word, since it is no letter
	number                    // N
	space                     // White_Space
	lineEnd                   // CR, LF; they are spaces too
)

const (
	letter   = upper | lower | uncase
	inUpper  = upper | uncase | mark
	inLower  = lower | uncase | mark
	inBoth   = inUpper & inLower
	notLead  = letter | number | lineEnd // a word's leading character is anything else
	notPunct = letter | number | space
)

// classes holds 0x1100 block numbers of one byte, then blocks of 256 classes.
//
//go:embed classes.bin
var classes string

const classStage = 0x1100 // number of 256-wide blocks up to the last code point

// classAt gives the class and the length of the character at i of valid UTF-8.
func classAt(text []byte, i int) (class, int) {
	if b := text[i]; b < utf8.RuneSelf {
		return class(classes[classStage+int(b)]), 1 // block 0 comes first
	}
	r, n := utf8.DecodeRune(text[i:])
	return classOf(r), n
}

func classOf(r rune) class {
	return class(classes[classStage+int(classes[r>>8])<<8+int(r&0xff)])
}
