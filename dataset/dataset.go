// Package dataset says WHAT to send: conversations of turns, and the sources they come from. It knows no wire format and no clock.
//
//	load (files) ─┐
//	              ├─> Source ─ Materialise(i) ─> Conversation ─> endpoints
//	synth (drawn) ┘      ^
//	            Sampler ─┘ which i is next
package dataset

import "time"

// Conversation is one session's worth of turns.
type Conversation struct {
	ID          string
	Turns       []Turn
	System      string // leading system message; empty for none
	UserContext string // leading user message after the system message; empty for none
}

// Turn is one request to be: its content, before any endpoint has given it a wire form.
type Turn struct {
	Role         string // "" means user
	Model        string // "" means the run's model
	Texts        []Media
	Images       []Media
	Audios       []Media
	Videos       []Media
	MaxTokens    int           // 0 means not set; a turn cannot ask for 0 tokens
	Timestamp    time.Duration // planned offset; NoTime when the data has none
	Delay        time.Duration // after the previous turn's return; NoTime when the data has none
	Extra        []Field       // merged into the body after the endpoint's own extras
	ExtraHeaders [][2]string
	RawMessages  []byte // JSON array spliced verbatim; nil when absent, "[]" is different
	RawTools     []byte // JSON array
	RawPayload   []byte // whole body, bypasses formatting
}

// NoTime marks an absent Timestamp or Delay.
const NoTime time.Duration = -1 << 63

// Media is one named list of contents of one kind (text, image, audio or video).
type Media struct {
	Name     string
	Contents []string
}

// Field is one key of a JSON object whose order matters; Value is JSON text.
type Field struct {
	Key   string
	Value []byte
}

// Source is an indexed set of conversations. Materialise is safe for concurrent use and gives the same conversation for the same index.
type Source interface {
	// Len is the number of conversations.
	Len() int
	// Materialise makes conversation i, 0 <= i < Len(). The result is the caller's.
	Materialise(i int) (*Conversation, error)
}

// Sampler says which conversation is next. It is used by one goroutine and shared by all phases of a run.
type Sampler interface {
	Next() int
}

// Tokenizer turns text into tokens and back. Implementations are safe for concurrent use.
type Tokenizer interface {
	// Name is the name users give it: "builtin", or a model or folder.
	Name() string
	// Count is the number of tokens of text, without any added special tokens.
	Count(text []byte) int
	// Encode appends the ids of text to dst.
	Encode(dst []uint32, text []byte) []uint32
	// Decode appends the text of ids to dst, invalid UTF-8 replaced as Python does (one U+FFFD per maximal invalid subpart).
	Decode(dst []byte, ids []uint32) []byte
}

// Vocabulary is what a tokenizer also tells when prompts are made of random tokens or of blocks.
type Vocabulary interface {
	// VocabSize is one more than the largest id.
	VocabSize() int
	// Decodable are the ids that stand for text, ascending; special tokens are among them when asked for.
	Decodable(special bool) []uint32
	// Separator is the token that begins a block: the one that begins a text, else the one that ends it; ok is false when there is neither.
	Separator() (id uint32, ok bool)
}

// Spread is a number with a normal spread, as options give it. A spread of 0 is no draw.
type Spread struct{ Mean, Stddev float64 }
