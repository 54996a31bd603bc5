// The Mersenne Twister MT19937: state, seeding, refill, tempering.
package rng

const (
	mtSize   = 624 // words of state
	mtShift  = 397 // distance of the recurrence
	mtMatrix = 0x9908b0df
	mtUpper  = 0x80000000
	mtLower  = 0x7fffffff
)

// mt19937 is the generator's state; next is the first word of the block not handed out yet.
type mt19937 struct {
	words [mtSize]uint32
	next  int
}

// seedWord is init_genrand.
func (m *mt19937) seedWord(seed uint32) {
	m.words[0] = seed
	for i := 1; i < mtSize; i++ {
		prev := m.words[i-1]
		m.words[i] = 1812433253*(prev^prev>>30) + uint32(i)
	}
	m.next = mtSize
}

// seedKey is init_by_array with the 32-bit words of seed, least significant first, without leading zero words.
func (m *mt19937) seedKey(seed uint64) {
	key := [2]uint32{uint32(seed), uint32(seed >> 32)}
	n := 1
	if key[1] != 0 {
		n = 2
	}
	m.seedWord(19650218)
	w := &m.words
	i, j := 1, 0
	for range mtSize {
		w[i] = (w[i] ^ (w[i-1]^w[i-1]>>30)*1664525) + key[j] + uint32(j)
		if i++; i == mtSize {
			w[0], i = w[mtSize-1], 1
		}
		if j++; j == n {
			j = 0
		}
	}
	for range mtSize - 1 {
		w[i] = (w[i] ^ (w[i-1]^w[i-1]>>30)*1566083941) - uint32(i)
		if i++; i == mtSize {
			w[0], i = w[mtSize-1], 1
		}
	}
	w[0] = mtUpper
	m.next = mtSize
}

// refill makes the next block in place.
func (m *mt19937) refill() {
	w := &m.words
	twist := func(a, b uint32) uint32 {
		y := a&mtUpper | b&mtLower
		return y>>1 ^ -(y&1)&mtMatrix
	}
	for k := range mtSize - mtShift {
		w[k] = w[k+mtShift] ^ twist(w[k], w[k+1])
	}
	for k := mtSize - mtShift; k < mtSize-1; k++ {
		w[k] = w[k+mtShift-mtSize] ^ twist(w[k], w[k+1])
	}
	w[mtSize-1] = w[mtShift-1] ^ twist(w[mtSize-1], w[0])
	m.next = 0
}

// Uint32 draws one 32-bit output.
func (m *mt19937) Uint32() uint32 {
	if m.next >= mtSize {
		m.refill()
	}
	y := m.words[m.next]
	m.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}
