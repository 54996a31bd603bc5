// Package deflate compresses as zlib does at level 6 for filtered data, byte for byte: what stands in every PNG that AIPerf sends from Linux,
// where Pillow uses the system's zlib.
//
//	Write (a line) ─> window.go ─> parse.go: literals and matches, found by search.go ─> block.go: codes from tree.go ─> bits.go ─> Close: stream
package deflate

import (
	"encoding/binary"
	"hash"
	"hash/adler32"
)

const (
	windowSize = 1 << 15
	minMatch   = 3
	maxMatch   = 258

	minLookahead = maxMatch + minMatch + 1 // below it the window is filled up before anything is searched
	maxDistance  = windowSize - minLookahead

	// Level 6.
	maxChain  = 128 // candidates looked at
	goodMatch = 8   // after a match this long only a quarter of them
	maxLazy   = 16  // after a match this long none
	niceMatch = 128 // a match that ends the search

	shortest   = 6         // matches below it are no gain in filtered data
	maxSymbols = 1<<15 - 1 // of a block: what zlib's memory level 9 holds

	header = 0x789c // deflate, a window of 32 KiB, the default level
)

// Writer compresses one stream. It must be Reset before its first use.
type Writer struct {
	bits bitWriter
	sum  hash.Hash32

	in     []byte // of the line in hand: what is not in the window
	window [2*windowSize + 16]byte
	head   [hashSize]uint16   // of a hash: the last place with it
	prev   [windowSize]uint16 // of a place: the one before with the same hash
	at     int                // where the parse stands
	ahead  int                // bytes of the window from there on
	begin  int                // of the running block; negative when it has left the window
	length int                // of the match found last, at the place before
	found  int                // its place
	held   bool               // the byte before is not written yet
	block  block
}

// Reset begins a stream, in the memory of the last one.
func (w *Writer) Reset() {
	w.bits.reset()
	w.bits.bytes = binary.BigEndian.AppendUint16(w.bits.bytes, header)
	w.sum = adler32.New()
	clear(w.window[:])
	clear(w.head[:])
	w.in, w.at, w.ahead, w.begin, w.length, w.found, w.held = nil, 0, 0, 0, minMatch-1, 0, false
	w.block.reset()
}

// Write compresses one line.
func (w *Writer) Write(line []byte) {
	w.sum.Write(line)
	w.in = line
	w.parse(false)
}

// Close ends the stream and returns it. It holds until the next Reset.
func (w *Writer) Close() []byte {
	w.parse(true)
	w.bits.bytes = binary.BigEndian.AppendUint32(w.bits.bytes, w.sum.Sum32())
	return w.bits.bytes
}
