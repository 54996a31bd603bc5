// Value is one number on its way to a file or screen: absent, int or float.
package metrics

import "math"

// Value is absent, an integer or a float. The difference shows in files: 80 and 80.0, a missing key and 0.
// A non-finite float is never present: Float drops it to absent, so no exporter can write NaN or an infinity.
type Value struct {
	kind valueKind
	i    int64
	f    float64
}

type valueKind uint8

const (
	valueAbsent valueKind = iota
	valueInt
	valueFloat
)

// Absent is the zero Value.
var Absent = Value{}

// Int makes a present integer.
func Int(i int64) Value { return Value{kind: valueInt, i: i} }

// Float makes a present float, or Absent when f is NaN or infinite.
func Float(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Absent
	}
	return Value{kind: valueFloat, f: f}
}

// Present reports whether there is a number.
func (v Value) Present() bool { return v.kind != valueAbsent }

// IsInt reports whether the number is an integer.
func (v Value) IsInt() bool { return v.kind == valueInt }

// Int64 returns the integer; 0 unless IsInt.
func (v Value) Int64() int64 { return v.i }

// Float64 returns the number as a float; 0 when absent.
func (v Value) Float64() float64 {
	if v.kind == valueInt {
		return float64(v.i)
	}
	return v.f
}
