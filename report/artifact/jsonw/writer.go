// Package jsonw writes JSON in the order in which it is told to, compact or indented, into one growing buffer.
//
//	Object, Key, Value, End -> []byte
//
// It exists because the artifacts' key order, number spelling and omissions are a contract that map-based encoders cannot keep.
package jsonw

import (
	"io"
	"strconv"
)

// Writer builds one JSON text. The zero value writes compact JSON; Indent makes it multi-line with two spaces a level.
type Writer struct {
	Buf    []byte
	Indent bool

	depth  int
	filled []bool // per open container: has it an element
	keyed  bool   // a key waits for its value
}

// Reset empties the writer and keeps its storage.
func (w *Writer) Reset() { w.Buf, w.depth, w.filled, w.keyed = w.Buf[:0], 0, w.filled[:0], false }

// element does what stands before an element: comma, new line, indentation.
func (w *Writer) element() {
	if w.keyed {
		w.keyed = false
		return
	}
	if w.depth == 0 {
		return
	}
	if w.filled[w.depth-1] {
		w.Buf = append(w.Buf, ',')
	}
	w.filled[w.depth-1] = true
	w.newline()
}

func (w *Writer) newline() {
	if !w.Indent {
		return
	}
	w.Buf = append(w.Buf, '\n')
	for range w.depth {
		w.Buf = append(w.Buf, ' ', ' ')
	}
}

func (w *Writer) open(c byte) {
	w.element()
	w.Buf = append(w.Buf, c)
	w.depth++
	w.filled = append(w.filled, false)
}

func (w *Writer) close(c byte) {
	w.depth--
	had := w.filled[w.depth]
	w.filled = w.filled[:w.depth]
	if had {
		w.newline()
	}
	w.Buf = append(w.Buf, c)
}

// Object opens an object.
func (w *Writer) Object() { w.open('{') }

// EndObject closes the object opened last.
func (w *Writer) EndObject() { w.close('}') }

// Array opens an array.
func (w *Writer) Array() { w.open('[') }

// EndArray closes the array opened last.
func (w *Writer) EndArray() { w.close(']') }

// Key writes a member's key; its value follows.
func (w *Writer) Key(k string) {
	w.element()
	w.Buf = append(AppendString(w.Buf, k), ':')
	if w.Indent {
		w.Buf = append(w.Buf, ' ')
	}
	w.keyed = true
}

// String writes a string.
func (w *Writer) String(s string) { w.element(); w.Buf = AppendString(w.Buf, s) }

// Bytes writes a string held in bytes.
func (w *Writer) Bytes(s []byte) { w.element(); w.Buf = AppendString(w.Buf, s) }

// Int writes an integer.
func (w *Writer) Int(i int64) { w.element(); w.Buf = strconv.AppendInt(w.Buf, i, 10) }

// Float writes a float; null when it is not finite.
func (w *Writer) Float(f float64) { w.element(); w.Buf = AppendFloat(w.Buf, f) }

// Bool writes a boolean.
func (w *Writer) Bool(v bool) { w.element(); w.Buf = strconv.AppendBool(w.Buf, v) }

// Null writes null.
func (w *Writer) Null() { w.element(); w.Buf = append(w.Buf, "null"...) }

// Compact splices JSON text unread; the caller vouches for it.
func (w *Writer) Compact(raw []byte) { w.element(); w.Buf = append(w.Buf, raw...) }

// Drain hands the text so far to out and forgets it; the containers stay open.
func (w *Writer) Drain(out io.Writer) error {
	_, err := out.Write(w.Buf)
	w.Buf = w.Buf[:0]
	return err
}
