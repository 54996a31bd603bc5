// Package rng is the only source of chance: CPython's and NumPy's generators, drawn bit for bit as AIPerf draws them.
//
//	Root (seed of the run) ─ Derive(label) ─> Stream (child seed) ─┬─ Python() ─> MT19937: random, randrange, gauss, gammavariate…
//	                                                               └─ NumPy()  ─> PCG64: integers, shuffle, normal, bytes…
//
// Sums of products are written so that no compiler fuses them but where AIPerf's C library does: a seed gives the same bits on every machine.
//
// A generator is a plain value: no globals, no locks, one goroutine at a time; copying the value saves its position. A Python
// generator is 2.5 kB, so a source with many prompts keeps what it drew for each (a window's start, 4 bytes), never a generator.
package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
)

// Root is the seed of a run. A stream depends only on it and on the stream's label, never on the order of creation.
type Root uint64

// Derive gives the stream of a label.
func (r Root) Derive(label string) Stream {
	return Stream(Hash(strconv.FormatUint(uint64(r), 10) + ":" + label))
}

// Stream is a child seed: it seeds two independent generators. Asking twice for a generator gives the same sequence twice.
type Stream uint64

// Python gives the stream's CPython generator at its start.
func (s Stream) Python() *Python { return NewPython(uint64(s)) }

// NumPy gives the stream's NumPy generator at its start.
func (s Stream) NumPy() *NumPy { return NewNumPy(uint64(s)) }

// Hash is the seed a text stands for: the first 8 bytes of its SHA-256, big endian.
func Hash(text string) uint64 {
	sum := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint64(sum[:8])
}
