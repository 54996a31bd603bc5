// A mapping with free keys keeps the order it was written in: result files print it, and headers are sent in it.

package schema

// Entry is one key of a Dict.
type Entry[T any] struct {
	Key   string
	Value T
}

// Dict is a mapping whose keys the user chooses, in the order written.
type Dict[T any] []Entry[T]

// Get finds a key.
func (d Dict[T]) Get(key string) (T, bool) {
	for _, e := range d {
		if e.Key == key {
			return e.Value, true
		}
	}
	var none T
	return none, false
}

// shorthand types the blank fields that stand for a second spelling of a key: normalising rewrites it to the key named in the tag "of".
type shorthand struct{}
