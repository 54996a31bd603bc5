// Package vocab is a vocabulary that is usable where it lies: one string holds a hash table, offsets and the tokens' bytes, and nothing is parsed at start.
//
//	tokens ─ Build ─> string (embedded) ─ Open ─> Table ─┬─ Lookup(bytes) -> id
//	                                                     └─ Token(id) -> bytes
//
// Layout, all integers 32 bits little endian: token count n, exponent k of the slot count; 2^k slots; n+1 offsets into the bytes; the bytes.
// A slot is 0 when empty, else (id+1) | tag<<18, the tag being the upper bits of the hash: a lookup that fails rarely touches the bytes.
package vocab

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	header   = 8  // bytes before the slots
	idBits   = 18 // of a slot; the rest is tag
	idMask   = 1<<idBits - 1
	maxCount = idMask
	minSlack = 2 // slots per token at least: short probes for the many lookups that fail
)

// Table is an opened vocabulary. The zero Table is empty.
type Table struct {
	slots, offsets, bytes string
	mask                  uint32
	count                 int
}

// Build lays out tokens; a token's id is its place. Tokens must differ and must not be empty.
func Build(tokens []string) ([]byte, error) {
	if len(tokens) > maxCount {
		return nil, fmt.Errorf("build vocabulary: %d tokens, at most %d fit", len(tokens), maxCount)
	}
	exponent := 1
	for 1<<exponent < minSlack*len(tokens) {
		exponent++
	}
	slots := make([]uint32, 1<<exponent)
	mask := uint32(len(slots) - 1)
	offsets := make([]uint32, 1, len(tokens)+1)
	var blob []byte
	seen := make(map[string]struct{}, len(tokens))
	for id, token := range tokens {
		if _, dup := seen[token]; dup || token == "" {
			return nil, fmt.Errorf("build vocabulary: token %d (%q) is empty or not the first of its kind", id, token)
		}
		seen[token] = struct{}{}
		h := hash([]byte(token))
		at := uint32(h) & mask
		for slots[at] != 0 {
			at = (at + 1) & mask
		}
		slots[at] = uint32(id+1) | tag(h)
		blob = append(blob, token...)
		offsets = append(offsets, uint32(len(blob)))
	}
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(tokens)))
	out = binary.LittleEndian.AppendUint32(out, uint32(exponent))
	for _, s := range slots {
		out = binary.LittleEndian.AppendUint32(out, s)
	}
	for _, o := range offsets {
		out = binary.LittleEndian.AppendUint32(out, o)
	}
	return append(out, blob...), nil
}

var errCut = errors.New("open vocabulary: cut short")

// Open reads the layout. It looks at sizes only, never at the tokens.
func Open(data string) (Table, error) {
	if len(data) < header {
		return Table{}, errCut
	}
	count, exponent := int(load32(data, 0)), load32(data, 4)
	if exponent > 31 || count > maxCount {
		return Table{}, fmt.Errorf("open vocabulary: %d tokens in 2^%d slots", count, exponent)
	}
	slots := 4 << exponent
	offsets := 4 * (count + 1)
	if len(data) < header+slots+offsets {
		return Table{}, errCut
	}
	t := Table{
		slots:   data[header : header+slots],
		offsets: data[header+slots : header+slots+offsets],
		bytes:   data[header+slots+offsets:],
		mask:    uint32(1)<<exponent - 1,
		count:   count,
	}
	if int(load32(t.offsets, offsets-4)) != len(t.bytes) {
		return Table{}, errCut
	}
	return t, nil
}

// Len is the number of tokens.
func (t *Table) Len() int { return t.count }

// Token is the bytes of a token, "" for an id outside the vocabulary.
func (t *Table) Token(id uint32) string {
	if id >= uint32(t.count) {
		return ""
	}
	at := int(id) * 4
	return t.bytes[load32(t.offsets, at):load32(t.offsets, at+4)]
}

// chunk is how many bytes Append copies at once: nearly all tokens are shorter, and a copy of fixed size needs no call.
const chunk = 16

// Append appends the bytes of a token; ok is false for an id outside the vocabulary. Bytes behind the appended ones, up to the capacity,
// are scribbled on.
func (t *Table) Append(dst []byte, id uint32) (out []byte, ok bool) {
	if id >= uint32(t.count) {
		return dst, false
	}
	from, to := int(load32(t.offsets, int(id)*4)), int(load32(t.offsets, int(id)*4+4))
	at, n := len(dst), to-from
	if n > chunk || from+chunk > len(t.bytes) || at+chunk > cap(dst) {
		return append(dst, t.bytes[from:to]...), true
	}
	room, token := dst[at:at+chunk], t.bytes[from:from+chunk]
	binary.LittleEndian.PutUint64(room, load64(token, 0))
	binary.LittleEndian.PutUint64(room[8:], load64(token, 8))
	return dst[:at+n], true
}

// Lookup finds the token with exactly these bytes.
func (t *Table) Lookup(b []byte) (uint32, bool) {
	if t.count == 0 || len(b) == 0 {
		return 0, false
	}
	h := hash(b)
	want := tag(h)
	for at := uint32(h) & t.mask; ; at = (at + 1) & t.mask {
		slot := load32(t.slots, int(at)*4)
		if slot == 0 {
			return 0, false
		}
		if slot&^idMask == want {
			if id := slot&idMask - 1; t.Token(id) == string(b) {
				return id, true
			}
		}
	}
}

func tag(h uint64) uint32 { return uint32(h>>32) &^ idMask }

// hash mixes at most 8 bytes a step; short inputs, the rule here, take one.
func hash(b []byte) uint64 {
	const k0, k1 = 0x9e3779b97f4a7c15, 0xd6e8feb86659fd93
	h := uint64(len(b)) * k1
	for len(b) > 8 {
		h = (h ^ binary.LittleEndian.Uint64(b)) * k0
		h ^= h >> 29
		b = b[8:]
	}
	var v uint64
	switch n := len(b); {
	case n >= 4:
		v = uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32
	case n > 0:
		v = uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16
	}
	h = (h ^ v) * k0
	h ^= h >> 32
	h *= k1
	return h ^ h>>29
}

func load32(s string, at int) uint32 {
	s = s[at : at+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func load64(s string, at int) uint64 {
	return uint64(load32(s, at)) | uint64(load32(s, at+4))<<32
}
