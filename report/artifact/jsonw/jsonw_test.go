package jsonw

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

func TestAppendFloat(t *testing.T) {
	for _, c := range []struct {
		in   float64
		want string
	}{
		{10, "10.0"}, {0, "0.0"}, {math.Copysign(0, -1), "-0.0"}, {0.1, "0.1"}, {20.279477269999997, "20.279477269999997"},
		{1e15, "1000000000000000.0"}, {1e16, "1e+16"}, {-1e16, "-1e+16"}, {123456789012345680, "1.2345678901234568e+17"},
		{1e-4, "0.0001"}, {1e-5, "0.00001"}, {4.5e-5, "0.000045"}, {1e-6, "1e-6"}, {-2.5e-9, "-2.5e-9"}, {1e-10, "1e-10"},
		{1e100, "1e+100"}, {5e-324, "5e-324"}, {math.MaxFloat64, "1.7976931348623157e+308"}, {9007199254740993, "9007199254740992.0"},
		{1 << 63, "9.223372036854776e+18"}, {1.3877787807814457e-17, "1.3877787807814457e-17"},
		{math.NaN(), "null"}, {math.Inf(1), "null"}, {math.Inf(-1), "null"},
	} {
		require.Equal(t, c.want, string(AppendFloat(nil, c.in)))
	}
}

func TestAppendValue(t *testing.T) {
	for _, c := range []struct {
		in   metrics.Value
		want string
	}{
		{metrics.Absent, "null"}, {metrics.Int(80), "80"}, {metrics.Float(80), "80.0"}, {metrics.Int(math.MinInt64), "-9223372036854775808"},
		{metrics.Float(math.Inf(1)), "null"}, {metrics.Float(math.NaN()), "null"}, {metrics.Int(0), "0"},
	} {
		require.Equal(t, c.want, string(AppendValue(nil, c.in)))
	}
}

func TestAppendString(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", `""`},
		{"\x00\x1f\x7f\u2028é😀\"\\/\b\f\n\r\t<>&", "\"\\u0000\\u001f\x7f\u2028é😀\\\"\\\\/\\b\\f\\n\\r\\t<>&\""},
		{"a\xffb\xc3", "\"a\uFFFDb\uFFFD\""},
		{"°C", `"°C"`},
	} {
		require.Equal(t, c.want, string(AppendString(nil, c.in)))
		require.Equal(t, c.want, string(AppendString(nil, []byte(c.in))))
	}
}

func TestRawKeepsStringsAndNumbers(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nested", `{"a":[1, 2.50,{}],"b" : {"c":"x\u00e9,:{}\"y"},"d":[]}`,
			"{\n  \"p\": {\n    \"a\": [\n      1,\n      2.50,\n      {}\n    ],\n    \"b\": {\n      \"c\": \"x\\u00e9,:{}\\\"y\"\n    },\n    \"d\": []\n  }\n}"},
		{"scalar", ` 1e5 `, "{\n  \"p\": 1e5\n}"},
		{"words", `[true,false,null]`, "{\n  \"p\": [\n    true,\n    false,\n    null\n  ]\n}"},
		{"not JSON", `{"a":`, "{\n  \"p\": \"{\\\"a\\\":\"\n}"},
	} {
		w := Writer{Indent: true}
		w.Object()
		w.Key("p")
		w.Raw([]byte(c.in))
		w.EndObject()
		require.Equal(t, c.want, string(w.Buf), c.name)
	}
}

func TestCompactObject(t *testing.T) {
	var w Writer
	for range 2 {
		w.Reset()
		w.Object()
		w.Key("a")
		w.Array()
		w.Int(1)
		w.Float(2)
		w.Null()
		w.Bool(true)
		w.Bytes([]byte("x"))
		w.Compact([]byte(`{"y":1}`))
		w.EndArray()
		w.Key("b")
		w.String("z")
		w.EndObject()
		require.Equal(t, `{"a":[1,2.0,null,true,"x",{"y":1}],"b":"z"}`, string(w.Buf))
	}
}

func FuzzString(f *testing.F) {
	f.Add("plain")
	f.Add("\x00\xff\"\\")
	f.Fuzz(func(t *testing.T, s string) {
		var back string
		require.NoError(t, json.Unmarshal(AppendString(nil, s), &back))
		require.Equal(t, string([]rune(s)), back)
	})
}

func FuzzRaw(f *testing.F) {
	f.Add([]byte(`{"a":[1,"x",{}],"b":null}`))
	f.Add([]byte(` "k" `))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, indent := range []bool{false, true} {
			w := Writer{Indent: indent}
			w.Raw(text)
			require.True(t, json.Valid(w.Buf))
			if json.Valid(text) {
				var a, b any
				require.NoError(t, json.Unmarshal(text, &a))
				require.NoError(t, json.Unmarshal(w.Buf, &b))
				require.Equal(t, a, b)
			}
		}
	})
}

func BenchmarkAppendFloat(b *testing.B) {
	buf := make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendFloat(buf[:0], 22.071551399999997)
	}
}
