// Speed of the tokenizer; the readiness benchmark is the budget of a first use.
package tokenizer

import (
	"bytes"
	"strings"
	"testing"
)

var prose = []byte(strings.Repeat("From fairest creatures we desire increase That thereby beautys rose might never die ", 60))

func BenchmarkBuiltinReady(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Builtin().Count([]byte("ready"))
	}
}

func BenchmarkCountProse(b *testing.B) {
	tok := Builtin()
	b.SetBytes(int64(len(prose)))
	b.ReportAllocs()
	for b.Loop() {
		tok.Count(prose)
	}
}

func BenchmarkCountChunk(b *testing.B) {
	tok := Builtin()
	b.ReportAllocs()
	for b.Loop() {
		tok.Count([]byte("hello world"))
	}
}

func BenchmarkCountChinese(b *testing.B) {
	tok := Builtin()
	text := bytes.Repeat([]byte("今天天气很好，我们去公园散步吧。"), 50)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		tok.Count(text)
	}
}

func BenchmarkEncodeProse(b *testing.B) {
	tok := Builtin()
	var ids []uint32
	b.SetBytes(int64(len(prose)))
	b.ReportAllocs()
	for b.Loop() {
		ids = tok.Encode(ids[:0], prose)
	}
}

func BenchmarkDecodeProse(b *testing.B) {
	tok := Builtin()
	ids := tok.Encode(nil, prose)
	var text []byte
	b.SetBytes(int64(len(prose)))
	b.ReportAllocs()
	for b.Loop() {
		text = tok.Decode(text[:0], ids)
	}
}

func BenchmarkLongPiece(b *testing.B) {
	tok := Builtin()
	text := bytes.Repeat([]byte("ab"), 50_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		tok.Count(text)
	}
}
