// Reading request bodies as JSON: the one place that knows which library does it.
package mock

import (
	"encoding/json"
	"reflect"

	"github.com/bytedance/sonic"
	"github.com/bytedance/sonic/option"
)

// strict reads as the standard library does, about five times as fast: at thousands of requests a second the parse would show in the lateness.
var strict = sonic.ConfigStd

// decodeJSON reads one JSON value.
func decodeJSON(b []byte, v any) error { return strict.Unmarshal(b, v) }

// warmJSON compiles the decoders of the types that requests are read into, so that the first request does not wait for it.
func warmJSON() error {
	for _, v := range []any{map[string]json.RawMessage{}, []map[string]json.RawMessage{}, []map[string]any{}, "", 0, false} {
		if err := sonic.Pretouch(reflect.TypeOf(v), option.WithCompileRecursiveDepth(2)); err != nil {
			return err
		}
	}
	return nil
}
