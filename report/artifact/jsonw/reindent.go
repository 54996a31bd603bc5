// Splicing of foreign JSON text: laid out anew at the writer's depth, every string and number kept byte for byte.
package jsonw

import "encoding/json"

// Raw writes a JSON text laid out like its surroundings. Text that is not JSON is written as a string, so that the file stays readable.
func (w *Writer) Raw(text []byte) {
	if !json.Valid(text) {
		w.Bytes(text)
		return
	}
	w.splice(text)
}

// splice walks valid JSON and repeats its structure.
func (w *Writer) splice(text []byte) {
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			i++
		case '{':
			w.Object()
			i++
		case '[':
			w.Array()
			i++
		case '}':
			w.EndObject()
			i++
		case ']':
			w.EndArray()
			i++
		case '"':
			end := stringEnd(text, i)
			next := end
			for next < len(text) && isSpace(text[next]) {
				next++
			}
			w.element()
			w.Buf = append(w.Buf, text[i:end]...)
			// In valid JSON only a key is followed by a colon.
			if next < len(text) && text[next] == ':' {
				w.Buf = append(w.Buf, ':')
				if w.Indent {
					w.Buf = append(w.Buf, ' ')
				}
				w.keyed = true
			}
			i = end
		default:
			end := i
			for end < len(text) && !isSpace(text[end]) && text[end] != ',' && text[end] != ']' && text[end] != '}' {
				end++
			}
			w.element()
			w.Buf = append(w.Buf, text[i:end]...)
			i = end
		}
	}
}

// stringEnd returns the index after the string that starts at i.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
