// Files as AIPerf reads them, and what is said about files that cannot be.
package load

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
)

// fixture is files to write: text, or {"base64": …}.
type fixture map[string]json.RawMessage

func (f fixture) write(t *testing.T, dir string) {
	t.Helper()
	for name, raw := range f {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			var coded struct{ Base64 []byte }
			require.NoError(t, json.Unmarshal(raw, &coded))
			text = string(coded.Base64)
		}
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
}

type media struct {
	Name     string
	Contents []string
}

type wantTurn struct {
	Model     string
	MaxTokens int `json:"max_tokens"`
	Role      string
	Timestamp *float64
	Delay     *float64
	Texts     []media
	Images    []media
	Audios    []media
	Videos    []media
	Extra     json.RawMessage `json:"extra_body"`
}

type vector struct {
	Name  string
	Input struct {
		Files   fixture
		Path    string
		Format  string  `json:"custom_dataset_type"`
		Seed    *uint64 `json:"random_seed"`
		Dataset struct {
			OSL struct{ Mean, Stddev float64 }
		} `json:"dataset_options"`
		Models []string
	}
	Outcome struct {
		Conversations []struct {
			ID    string `json:"session_id"`
			Turns []wantTurn
		}
		Error *struct{ Message string }
	}
}

// refused are vectors that AIPerf loads and this program refuses, with the field it names.
var refused = map[string]string{
	"same_session_groups_in_order": `in.jsonl:3:15: session_id "s1" is that of line 1 already`,
	"image_uuids":                  "in.jsonl:1:63: image_uuids",
	"uuid_and_strip":               "in.jsonl:1:62: image_uuids",
}

func TestSingleTurnOfAIPerf(t *testing.T) {
	var file struct{ Vectors []vector }
	b, err := os.ReadFile("testdata/single_turn.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &file))
	require.NotEmpty(t, file.Vectors)
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			v.Input.Files.write(t, dir)
			opts := Options{Format: v.Input.Format, Models: dataset.Models{Names: v.Input.Models}, OSLMean: v.Input.Dataset.OSL.Mean, OSLStddev: v.Input.Dataset.OSL.Stddev}
			if v.Input.Seed != nil {
				opts.Seed, opts.IDs = *v.Input.Seed, dataset.CountedIDs
			}
			s, err := Open(v.Input.Path, opts)
			if want, ok := refused[v.Name]; ok {
				require.ErrorContains(t, err, want)
				return
			}
			if v.Outcome.Error != nil {
				var e *Error
				require.ErrorAs(t, err, &e)
				require.True(t, strings.HasPrefix(err.Error(), v.Input.Path+":"), err.Error())
				return
			}
			require.NoError(t, err)
			require.Equal(t, "single_turn", s.Format())
			require.Equal(t, len(v.Outcome.Conversations), s.Len())
			for i, want := range v.Outcome.Conversations {
				c, err := s.Materialise(i)
				require.NoError(t, err)
				if v.Input.Seed != nil {
					require.Equal(t, want.ID, c.ID)
				} else {
					require.Len(t, c.ID, len(want.ID))
				}
				require.Len(t, c.Turns, 1)
				compareTurn(t, want.Turns[0], c.Turns[0], v.Input.Models)
			}
		})
	}
}

func compareTurn(t *testing.T, want wantTurn, got dataset.Turn, models []string) {
	t.Helper()
	if len(models) > 1 {
		require.Equal(t, want.Model, got.Model)
	}
	require.Equal(t, want.MaxTokens, got.MaxTokens)
	require.Equal(t, want.Role, got.Role)
	require.Equal(t, millis(want.Timestamp), got.Timestamp)
	require.Equal(t, millis(want.Delay), got.Delay)
	for _, m := range []struct {
		want []media
		got  []dataset.Media
	}{{want.Texts, got.Texts}, {want.Images, got.Images}, {want.Audios, got.Audios}, {want.Videos, got.Videos}} {
		require.Len(t, m.got, len(m.want))
		for i := range m.want {
			require.Equal(t, m.want[i].Name, m.got[i].Name)
			require.Len(t, m.got[i].Contents, len(m.want[i].Contents))
			for j, content := range m.want[i].Contents {
				if prefix, data, ok := strings.Cut(content, ";base64,"); ok && len(data) > 100 && strings.HasPrefix(prefix, "data:image/") {
					require.True(t, strings.HasPrefix(m.got[i].Contents[j], prefix+";base64,"), "an image file is sent as it is, AIPerf encodes it again")
					continue
				}
				require.Equal(t, content, m.got[i].Contents[j])
			}
		}
	}
	if want.Extra == nil {
		require.Empty(t, got.Extra)
		return
	}
	object := []byte{'{'}
	for i, f := range got.Extra {
		if i > 0 {
			object = append(object, ',')
		}
		key, err := json.Marshal(f.Key)
		require.NoError(t, err)
		object = append(append(append(object, key...), ':'), f.Value...)
	}
	require.JSONEq(t, string(want.Extra), string(append(object, '}')))
}

func millis(ms *float64) time.Duration {
	if ms == nil {
		return dataset.NoTime
	}
	return time.Duration(*ms * float64(time.Millisecond))
}

func TestDetectionOfAIPerf(t *testing.T) {
	var file struct {
		Table []struct {
			Name, Path, Result string
			Files              fixture
			Error              *struct{ Message string }
		}
	}
	b, err := os.ReadFile("testdata/auto-detection.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &file))
	require.NotEmpty(t, file.Table)
	for _, v := range file.Table {
		t.Run(v.Name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			v.Files.write(t, dir)
			s, err := Open(v.Path, Options{})
			if v.Result == "single_turn" {
				require.NoError(t, err)
				require.Equal(t, v.Result, s.Format())
				return
			}
			var e *Error
			require.ErrorAs(t, err, &e)
			require.NotContains(t, err.Error(), "\n")
			info, serr := os.Stat(v.Path)
			require.NoError(t, serr)
			switch {
			case info.IsDir():
				require.ErrorContains(t, err, "is a directory")
			case v.Result != "":
				require.ErrorContains(t, err, "data sets of format "+v.Result+" cannot be read")
			case v.Error != nil && strings.HasPrefix(v.Error.Message, "Multiple loaders"):
				for _, name := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(v.Error.Message, "Multiple loaders can handle the data format: "), ". Please specify --custom-dataset-type explicitly."), " and ") {
					require.ErrorContains(t, err, name)
				}
			}
		})
	}
}

// Every mistake is one line that says where it is.
func TestErrors(t *testing.T) {
	for _, row := range []struct{ name, text, format, want string }{
		{"syntax", "{\"text\":\"a\"}\n{\"text\": b}\n", "", `in.jsonl:2:10: not valid JSON: invalid character 'b' looking for beginning of value (one JSON object per line)`},
		{"cut", "{\"text\":\"a\"", "", `in.jsonl:1:12: not valid JSON: unexpected end of JSON input (one JSON object per line)`},
		{"trailing", "{\"text\":\"a\"} x\n", "", `in.jsonl:1:14: not valid JSON: invalid character 'x' after top-level value (one JSON object per line)`},
		{"array", "[1]\n", "single_turn", `in.jsonl:1:1: a row must be a JSON object, this one is an array (one JSON object per line)`},
		{"column counts characters", "{\"x\":\"äöü\",\"text\":5}\n", "single_turn", `in.jsonl:1:19: text must be a string, this is a number`},
		{"no content", "\n\n  {\"role\":\"user\"}\n", "single_turn", `in.jsonl:3:3: the row has no content (give text, texts, image, images, audio, audios, video or videos)`},
		{"unknown key", "{\"prompt\":\"a\"}\n", "", `in.jsonl:1:1: no known format has such rows; as single_turn: the row has no content (give text, texts, image, images, audio, audios, video or videos)`},
		{"both", `{"text":"a","texts":["b"]}`, "single_turn", `in.jsonl:1:21: text and texts cannot be set together (keep one of them)`},
		{"texts no list", `{"texts":"b"}`, "single_turn", `in.jsonl:1:10: texts must be an array, this is a string`},
		{"texts of numbers", `{"texts":["b", 3]}`, "single_turn", `in.jsonl:1:16: texts must be an array of strings or of objects, this is a number`},
		{"texts mixed", `{"texts":["b", {"contents":["c"]}]}`, "single_turn", `in.jsonl:1:16: texts must be all strings or all objects`},
		{"contents", `{"texts":[{"contents":"c"}]}`, "single_turn", `in.jsonl:1:23: contents must be an array of strings, this is a string`},
		{"output length", `{"text":"a","output_length":0}`, "single_turn", `in.jsonl:1:29: output_length must be between 1 and 2147483648, this is 0`},
		{"output length half", `{"text":"a","output_length":1.5}`, "single_turn", `in.jsonl:1:29: output_length must be a whole number, this is 1.5`},
		{"output length word", `{"text":"a","output_length":"many"}`, "single_turn", `in.jsonl:1:29: output_length must be a number, this is a string`},
		{"times", `{"text":"a","timestamp":1,"delay":2}`, "single_turn", `in.jsonl:1:35: timestamp and delay cannot be set together (keep one of them)`},
		{"huge time", `{"text":"a","delay":1e300}`, "single_turn", `in.jsonl:1:21: delay 1e+300 is too large (milliseconds)`},
		{"extra", `{"text":"a","extra":[1]}`, "single_turn", `in.jsonl:1:21: extra must be an object, this is an array`},
		{"session", `{"text":"a","session_id":7}`, "single_turn", `in.jsonl:1:26: session_id must be a string, this is a number`},
		{"foreign type", `{"text":"a","type":"poem"}`, "single_turn", `in.jsonl:1:20: type "poem" is not single_turn`},
		{"not utf-8", "{\"text\":\"a\xff\"}", "", `in.jsonl:1:11: the line is not UTF-8 (data sets are UTF-8)`},
		{"mark", "\ufeff{\"text\":\"a\"}", "", `in.jsonl:1:1: the file begins with a byte order mark (save it as UTF-8 without one)`},
		{"empty", "\n \n", "", `in.jsonl: the file is empty (one JSON object per line is needed)`},
		{"empty, named", "", "single_turn", `in.jsonl: there are no rows (one JSON object per line is needed)`},
		{"known format", "{}", "mooncake_trace", `in.jsonl: data sets of format mooncake_trace cannot be read (readable: single_turn)`},
		{"unknown format", "{}", "haiku", `in.jsonl: there is no data set format haiku (readable: single_turn)`},
		{"media", `{"image":"nope.png"}`, "", `in.jsonl:1:10: image: the file nope.png does not exist`},
		{"media url", `{"videos":["a.mp4://"]}`, "", `in.jsonl:1:12: videos: "a.mp4://" needs a scheme and a host to be a URL`},
		{"media kind", `{"audio":"in.jsonl"}`, "", `in.jsonl:1:10: audio: in.jsonl is not audio that can be sent`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			require.NoError(t, os.WriteFile("in.jsonl", []byte(row.text), 0o644))
			_, err := Open("in.jsonl", Options{Format: row.format})
			require.EqualError(t, err, row.want)
		})
	}
}

func TestPathErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir("d", 0o755))
	require.NoError(t, os.WriteFile("bad.jsonl.gz", []byte("{}"), 0o644))
	require.NoError(t, os.WriteFile("t.parquet", []byte{0xff}, 0o644))
	for path, want := range map[string]string{
		"nope.jsonl":   "nope.jsonl: the file does not exist",
		"d":            "d: is a directory (only single files can be read as a data set)",
		"bad.jsonl.gz": "bad.jsonl.gz: cannot be unpacked: ",
		"t.parquet":    "t.parquet: data sets of format baseten_trace cannot be read (readable: single_turn)",
	} {
		_, err := Open(path, Options{})
		require.ErrorContains(t, err, want)
	}
}

func TestRowDetails(t *testing.T) {
	t.Chdir(t.TempDir())
	text := strings.Join([]string{
		`{"text":"first","text":"last wins","output_length":"40","extra":{"b": {"x" : [1, 2.50]},"a":null},"delay":"1.5"}`,
		"\t" + `{"texts":[{"contents":["p"]},{"name":"n"}],"timestamp":-2,"role":null,"type":"single_turn"}` + "\r",
		`{"text":"\u00e9\ud83d\ude00","session_id":""}`,
	}, "\n")
	require.NoError(t, os.WriteFile("in.jsonl", []byte(text), 0o644))
	s, err := Open("in.jsonl", Options{IDs: dataset.CountedIDs})
	require.NoError(t, err)
	require.Equal(t, 3, s.Len())
	a, err := s.Materialise(0)
	require.NoError(t, err)
	require.Equal(t, []string{"last wins"}, a.Turns[0].Texts[0].Contents)
	require.Equal(t, 40, a.Turns[0].MaxTokens)
	require.Equal(t, 1500*time.Microsecond, a.Turns[0].Delay)
	require.Equal(t, []dataset.Field{{Key: "b", Value: []byte(`{"x":[1,2.50]}`)}, {Key: "a", Value: []byte("null")}}, a.Turns[0].Extra)
	b, err := s.Materialise(1)
	require.NoError(t, err)
	require.Equal(t, []dataset.Media{{Contents: []string{"p"}}, {Name: "n"}}, b.Turns[0].Texts)
	require.Equal(t, -2*time.Millisecond, b.Turns[0].Timestamp)
	c, err := s.Materialise(2)
	require.NoError(t, err)
	require.Equal(t, "session_000002", c.ID)
	require.Equal(t, "é😀", c.Turns[0].Texts[0].Contents[0])

	a.Turns[0].Texts[0].Contents[0] = "changed by its owner"
	again, err := s.Materialise(0)
	require.NoError(t, err)
	require.Equal(t, "last wins", again.Turns[0].Texts[0].Contents[0])
	_, err = s.Materialise(3)
	require.Error(t, err)
}

// Rows without an output length draw theirs; the others draw nothing.
func TestOutputLengthsAreDrawnForOpenTurnsOnly(t *testing.T) {
	t.Chdir(t.TempDir())
	open := func(text string) []int {
		require.NoError(t, os.WriteFile("in.jsonl", []byte(text), 0o644))
		s, err := Open("in.jsonl", Options{OSLMean: 150, OSLStddev: 30, Seed: 42})
		require.NoError(t, err)
		var lengths []int
		for i := range s.Len() {
			c, err := s.Materialise(i)
			require.NoError(t, err)
			lengths = append(lengths, c.Turns[0].MaxTokens)
		}
		return lengths
	}
	all := open("{\"text\":\"a\"}\n{\"text\":\"b\"}\n")
	mixed := open("{\"text\":\"a\"}\n{\"text\":\"x\",\"output_length\":7}\n{\"text\":\"b\"}\n")
	require.Equal(t, []int{all[0], 7, all[1]}, mixed)
}

func TestFormatNames(t *testing.T) {
	known, readable := FormatNames()
	require.Len(t, known, 45)
	require.Equal(t, []string{"single_turn"}, readable)
}

// The scanner finds the same values as encoding/json.
func FuzzFields(f *testing.F) {
	for _, s := range []string{`{}`, `{ "a" : [ 1 , {"b":"]}\\""} ] , "a\u0062" : -1.5e3 , "c":"\\\\" }`, `{"a":{"b":[[],{}]},"d":true,"e":null}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parseRow(line{path: "in.jsonl", number: 1, text: data})
		var want map[string]json.RawMessage
		if plain := json.Unmarshal(data, &want); err != nil {
			require.True(t, plain != nil || !utf8.Valid(data) || want == nil || data[0] <= ' ')
			return
		}
		require.NoError(t, json.Unmarshal(data, &want))
		require.Len(t, r.fields, len(want))
		for _, f := range r.fields {
			require.Equal(t, string(want[f.key]), string(f.raw))
			require.Equal(t, string(f.raw), string(data[f.at:f.at+len(f.raw)]))
			if f.raw[0] == '[' {
				var list []json.RawMessage
				require.NoError(t, json.Unmarshal(f.raw, &list))
				got := elements(f)
				require.Len(t, got, len(list))
				for i := range list {
					require.Equal(t, string(list[i]), string(got[i].raw))
				}
			}
		}
	})
}

func FuzzSingleTurn(f *testing.F) {
	for _, s := range []string{`{"text":"a"}`, `{"texts":[{"name":"n","contents":["c"]}],"extra":{"a":1}}`, `{"text":`, "{\"text\":\"\xff\"}", `{"turns":[{"text":"a"}],"session_id":"s"}`, "[1]", "Timestamp,Request tokens,Response tokens\n1,2,3"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := &file{path: "in.jsonl", data: data}
		if _, err := detect(in); err != nil {
			require.NotContains(t, err.Error()[:1], "\n")
		}
		if bytes.Contains(data, []byte("image")) || bytes.Contains(data, []byte("audio")) || bytes.Contains(data, []byte("video")) || bytes.ContainsRune(data, '\\') {
			return // would read files
		}
		conversations, err := loadSingleTurn(in)
		if err != nil {
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Positive(t, e.Line)
			require.Positive(t, e.Column)
			return
		}
		for _, c := range conversations {
			require.NotEmpty(t, c.Turns[0].Texts)
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	path := filepath.Join(dir, "in.jsonl")
	row := `{"text":"` + strings.Repeat("From fairest creatures ", 100) + `","output_length":40,"extra":{"temperature":0.3}}` + "\n"
	data := []byte(strings.Repeat(row, 1000))
	require.NoError(b, os.WriteFile(path, data, 0o644))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Open(path, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestMediaFilesAreSentAsTheyAre(t *testing.T) {
	t.Chdir(t.TempDir())
	png := []byte("\x89PNG\r\n\x1a\nrest")
	require.NoError(t, os.WriteFile("a.dat", png, 0o644))
	got, err := imageContent("a.dat")
	require.NoError(t, err)
	require.Equal(t, "data:image/png;base64,"+base64.StdEncoding.EncodeToString(png), got)
	_, err = imageContent("")
	require.Error(t, err)
}
