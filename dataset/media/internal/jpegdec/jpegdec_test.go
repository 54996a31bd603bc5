// What is wrong with damaged files, and how fast good ones are read. The pixels are tested where all formats are: in package decode.
package jpegdec

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../decode/testdata/" + name)
	require.NoError(t, err)
	return data
}

func TestDamaged(t *testing.T) {
	good := file(t, "nat-2.jpg")
	for name, c := range map[string]struct {
		change func(b []byte) []byte
		want   error
	}{
		"empty":            {func([]byte) []byte { return nil }, errBad},
		"no signature":     {func(b []byte) []byte { return b[1:] }, errBad},
		"no end":           {func(b []byte) []byte { return b[:len(b)-2] }, errShort},
		"half the data":    {func(b []byte) []byte { return b[:len(b)*2/3] }, errShort},
		"no data at all":   {func(b []byte) []byte { return append(b[:marker(b, markScan)+14], 0xff, markEnd) }, errBad},
		"no scan":          {func(b []byte) []byte { return append(b[:marker(b, markScan)], 0xff, markEnd) }, errBad},
		"no frame":         {func(b []byte) []byte { return without(b, markBaseline) }, errBad},
		"two frames":       {func(b []byte) []byte { return twice(b, markBaseline) }, errBad},
		"no quantisers":    {func(b []byte) []byte { return without(without(b, markQuantise), markQuantise) }, errBad},
		"no codes":         {func(b []byte) []byte { return without(b, markHuffman) }, errBad},
		"12 bits":          {func(b []byte) []byte { b[marker(b, markBaseline)+4] = 12; return b }, ErrKind},
		"arithmetic codes": {func(b []byte) []byte { b[marker(b, markBaseline)+1] = 0xc9; return b }, ErrKind},
		"lossless":         {func(b []byte) []byte { b[marker(b, markBaseline)+1] = 0xc3; return b }, ErrKind},
		"sampling 0":       {func(b []byte) []byte { b[marker(b, markBaseline)+11] = 0x01; return b }, errBad},
		"sampling 3 against 2": {func(b []byte) []byte {
			b[marker(b, markBaseline)+11], b[marker(b, markBaseline)+14] = 0x31, 0x21
			return b
		}, ErrKind},
		"unknown component": {func(b []byte) []byte { b[marker(b, markScan)+5] = 9; return b }, errBad},
		"codes overflow":    {func(b []byte) []byte { b[marker(b, markHuffman)+5] = 3; return b }, errBad},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode(c.change(bytes.Clone(good)))
			require.ErrorIs(t, err, c.want)
		})
	}
	_, err := Decode(good)
	require.NoError(t, err)
}

// marker is where a marker stands.
func marker(b []byte, mark byte) int { return bytes.Index(b, []byte{0xff, mark}) }

// cut is a marker's segment and what is around it.
func cut(b []byte, mark byte) (before, segment, after []byte) {
	at := marker(b, mark)
	end := at + 2 + int(b[at+2])<<8 + int(b[at+3])
	return b[:at], b[at:end], b[end:]
}

func without(b []byte, mark byte) []byte {
	before, _, after := cut(b, mark)
	return append(bytes.Clone(before), after...)
}

func twice(b []byte, mark byte) []byte {
	before, segment, after := cut(b, mark)
	return bytes.Join([][]byte{before, segment, segment, after}, nil)
}

func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"nat-2.jpg", "noise-0.jpg", "progressive.jpg"} {
		b.Run(name, func(b *testing.B) {
			data := file(b, name)
			b.ReportAllocs()
			for b.Loop() {
				r, err := Decode(data)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(r.Pix)))
			}
		})
	}
}
