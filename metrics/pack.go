// Packed rows: a chunk of requests as one byte string, each field a column in as few bytes as its spread needs.
package metrics

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// absent is what a packed field holds when its instant or count is missing.
const absent = math.MinInt64

// field moves one fact between a row and a 64-bit word.
type field struct {
	load     func(*row) int64
	store    func(*row, int64)
	relative bool // to Start: equal words are not equal values
}

// instant packs the distance to Start, which is small, instead of the distance to the run's base.
func instant(at func(*row) *Instant) field {
	return field{
		load: func(r *row) int64 {
			v := *at(r)
			if v == NoInstant || r.Start == NoInstant {
				return int64(v)
			}
			return int64(v - r.Start)
		},
		store: func(r *row, v int64) {
			if v != absent && r.Start != NoInstant {
				v += int64(r.Start)
			}
			*at(r) = Instant(v)
		},
		relative: true,
	}
}

func number[T ~int64 | ~int32 | ~uint8](at func(*row) *T) field {
	return field{
		load:  func(r *row) int64 { return int64(*at(r)) },
		store: func(r *row, v int64) { *at(r) = T(v) },
	}
}

func flag(at func(*row) *bool) field {
	return field{
		load: func(r *row) int64 {
			if *at(r) {
				return 1
			}
			return 0
		},
		store: func(r *row, v int64) { *at(r) = v != 0 },
	}
}

// decimal packs a Value that is a float when present.
func decimal(at func(*row) *Value) field {
	return field{
		load: func(r *row) int64 {
			if v := *at(r); v.Present() {
				return int64(math.Float64bits(v.Float64()))
			}
			return absent
		},
		store: func(r *row, v int64) {
			if *at(r) = Absent; v != absent {
				*at(r) = Float(math.Float64frombits(uint64(v)))
			}
		},
	}
}

// fields lists every fact of a row. Start comes first: other instants are packed relative to it.
var fields = [...]field{
	number(func(r *row) *Instant { return &r.Start }),
	number(func(r *row) *uint8 { return &r.Phase }),
	number(func(r *row) *PhaseKind { return &r.Kind }),
	number(func(r *row) *int64 { return &r.SessionNum }),
	number(func(r *row) *int32 { return &r.Turn }),
	number(func(r *row) *int32 { return &r.AgentDepth }),

	instant(func(r *row) *Instant { return &r.Due }),
	instant(func(r *row) *Instant { return &r.Armed }),
	instant(func(r *row) *Instant { return &r.Issued }),
	instant(func(r *row) *Instant { return &r.WaitBegin }),
	instant(func(r *row) *Instant { return &r.WaitEnd }),
	instant(func(r *row) *Instant { return &r.DNSBegin }),
	instant(func(r *row) *Instant { return &r.DNSEnd }),
	instant(func(r *row) *Instant { return &r.DialBegin }),
	instant(func(r *row) *Instant { return &r.DialEnd }),
	instant(func(r *row) *Instant { return &r.WriteBegin }),
	instant(func(r *row) *Instant { return &r.Written }),
	instant(func(r *row) *Instant { return &r.Headers }),
	instant(func(r *row) *Instant { return &r.FirstBody }),
	instant(func(r *row) *Instant { return &r.LastBody }),
	instant(func(r *row) *Instant { return &r.FirstOut }),
	instant(func(r *row) *Instant { return &r.FirstChunk }),
	instant(func(r *row) *Instant { return &r.LastChunk }),
	instant(func(r *row) *Instant { return &r.LastEvent }),
	instant(func(r *row) *Instant { return &r.End }),
	instant(func(r *row) *Instant { return &r.Cancelled }),

	number(func(r *row) *int64 { return &r.BytesOut }),
	number(func(r *row) *int64 { return &r.BytesIn }),
	number(func(r *row) *int32 { return &r.Writes }),
	number(func(r *row) *int32 { return &r.Reads }),
	number(func(r *row) *int32 { return &r.Status }),
	number(func(r *row) *int32 { return &r.UserStamps }),
	number(func(r *row) *int32 { return &r.MergedChunks }),
	number(func(r *row) *int32 { return &r.Responses }),
	number(func(r *row) *int32 { return &r.Contents }),
	number(func(r *row) *int32 { return &r.DataErrors }),

	number(func(r *row) *Count { return &r.InputTokens }),
	number(func(r *row) *Count { return &r.OutputTokens }),
	number(func(r *row) *Count { return &r.ReasoningTokens }),
	number(func(r *row) *Count { return &r.RequestedOSL }),
	number(func(r *row) *Count { return &r.FirstChunkTokens }),

	number(func(r *row) *Count { return &r.Usage.Prompt }),
	number(func(r *row) *Count { return &r.Usage.Completion }),
	number(func(r *row) *Count { return &r.Usage.Total }),
	number(func(r *row) *Count { return &r.Usage.Reasoning }),
	number(func(r *row) *Count { return &r.Usage.CacheRead }),
	number(func(r *row) *Count { return &r.Usage.CacheWrite }),
	number(func(r *row) *Count { return &r.Usage.CacheMiss }),
	number(func(r *row) *Count { return &r.Usage.UncachedPrompt }),
	number(func(r *row) *Count { return &r.Usage.ToolUsePrompt }),
	number(func(r *row) *Count { return &r.Usage.PromptAudio }),
	number(func(r *row) *Count { return &r.Usage.CompletionAudio }),
	decimal(func(r *row) *Value { return &r.Usage.PromptAudioSeconds }),
	number(func(r *row) *Count { return &r.Usage.AcceptedPrediction }),
	number(func(r *row) *Count { return &r.Usage.RejectedPrediction }),

	flag(func(r *row) *bool { return &r.Usage.Seen }),
	flag(func(r *row) *bool { return &r.Reused }),
	flag(func(r *row) *bool { return &r.Valid }),
	flag(func(r *row) *bool { return &r.WasCancelled }),
	flag(func(r *row) *bool { return &r.ContextOverflow }),

	number(func(r *row) *int64 { return &r.gaps }),
	number(func(r *row) *Instant { return &r.firstGap }),
	flag(func(r *row) *bool { return &r.disorder }),
}

// column says how one field of a chunk is packed: words of width bytes from off, each the distance to base.
// With holes, word 0 is the absent value and the others are one higher. Width 0 means that all rows are equal.
type column struct {
	base  int64
	off   uint32
	width uint8
	holes bool
}

// packed is a sealed chunk.
type packed struct {
	rows int
	cols [len(fields)]column
	data []byte // eight spare bytes at the end, so that every word is read as eight bytes
}

// packer seals chunks; its buffers are used again and again.
type packer struct {
	words []int64
	out   []byte
}

func (p *packer) seal(rows []row) *packed {
	c := &packed{rows: len(rows)}
	p.out = p.out[:0]
	p.words = p.words[:0]
	for len(p.words) < len(rows) {
		p.words = append(p.words, 0)
	}
	for k := range fields {
		load := fields[k].load
		lo, hi, holes := int64(math.MaxInt64), int64(math.MinInt64), false
		for i := range rows {
			v := load(&rows[i])
			p.words[i] = v
			if v == absent {
				holes = true
				continue
			}
			lo, hi = min(lo, v), max(hi, v)
		}
		col := column{base: lo, off: uint32(len(p.out)), holes: holes}
		if lo > hi { // nothing but holes
			c.cols[k] = column{base: absent}
			continue
		}
		most := uint64(hi) - uint64(lo)
		if holes {
			most++
		}
		col.width = uint8((bits.Len64(most) + 7) / 8)
		c.cols[k] = col
		if col.width == 0 {
			continue
		}
		for _, v := range p.words {
			w := uint64(0)
			if v != absent {
				if w = uint64(v) - uint64(lo); holes {
					w++
				}
			}
			var b [8]byte
			binary.LittleEndian.PutUint64(b[:], w)
			p.out = append(p.out, b[:col.width]...)
		}
	}
	c.data = make([]byte, len(p.out)+8)
	copy(c.data, p.out)
	return c
}

// unpacked is a window of rows read back. It remembers which facts it holds in all its rows alike, so that they are not written again.
type unpacked struct {
	rows  [scanRows]row
	alike [len(fields)]bool
	words [len(fields)]int64 // where alike
}

// read fills the window with the rows from index from on.
func (u *unpacked) read(c *packed, from int) []row {
	dst := u.rows[:min(scanRows, c.rows-from)]
	for k := range fields {
		store, col := fields[k].store, c.cols[k]
		if col.width == 0 {
			if u.alike[k] && u.words[k] == col.base {
				continue
			}
			for i := range dst {
				store(&dst[i], col.base)
			}
			u.alike[k] = len(dst) == scanRows && (!fields[k].relative || col.base == absent)
			u.words[k] = col.base
			continue
		}
		u.alike[k] = false
		mask := ^uint64(0) >> (64 - 8*uint(col.width))
		at := int(col.off) + from*int(col.width)
		for i := range dst {
			w := binary.LittleEndian.Uint64(c.data[at:at+8]) & mask
			at += int(col.width)
			v := int64(absent)
			switch {
			case !col.holes:
				v = int64(uint64(col.base) + w)
			case w > 0:
				v = int64(uint64(col.base) + w - 1)
			}
			store(&dst[i], v)
		}
	}
	return dst
}
