// The table of data set formats: every one AIPerf knows, how its files are recognised, and the loader where there is one.
package load

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/aiperf-go/aiperf/dataset"
)

// format is one row. A format without a loader is recognised, so that its files are refused by name.
type format struct {
	name    string
	accepts func(*candidate) bool
	load    func(*file) ([]dataset.Conversation, error)
}

// candidate is what detection looks at: the path and the first line.
type candidate struct {
	path  string
	text  []byte // first line
	row   row    // the same as an object, when it is one
	valid bool
}

// formats is the table, in AIPerf's order of registration.
func formats() []format {
	table := []format{
		{name: "burst_gpt_trace", accepts: isBurstGPT},
		{name: "bailian_trace", accepts: hasAll("chat_id", "timestamp", "input_length", "output_length")},
		{name: "baseten_trace", accepts: hasExtension(".parquet", ".arrow", ".ipc")},
		{name: "mooncake_trace", accepts: isMooncake},
		{name: "raw_payload", accepts: isRawPayload},
		{name: "inputs_json", accepts: isInputsJSON},
		{name: "dag_jsonl", accepts: isDAG},
		{name: "sagemaker_data_capture", accepts: hasAll("captureData", "eventMetadata")},
		{name: "multi_turn", accepts: isMultiTurn},
		{name: "random_pool", accepts: isRandomPool},
		{name: singleTurnName, accepts: isSingleTurn, load: loadSingleTurn},
	}
	table = append(table, speedBench()...)
	return append(table,
		format{name: "tracelab", accepts: hasAll("session_id", "round_index", "input_tokens_total", "prefix_tokens", "newly_append_tokens", "timing_events")},
		format{name: "weka_trace", accepts: isWeka},
	)
}

// speedBench is the family of names of one benchmark; its files are told by their own names, which never say which one.
func speedBench() []format {
	var rows []format
	add := func(file string, names ...string) {
		for _, n := range names {
			rows = append(rows, format{name: "speed_bench_" + n, accepts: func(c *candidate) bool {
				return isSpeedBench(c) && filepath.Base(c.path) == file
			}})
		}
	}
	add("qualitative.jsonl", "qualitative", "coding", "humanities", "math", "multilingual", "qa", "rag", "reasoning", "roleplay", "stem", "summarization", "writing")
	sizes := []string{"1k", "2k", "8k", "16k", "32k"}
	for _, size := range sizes {
		add("throughput_"+size+".jsonl", "throughput_"+size)
	}
	for _, size := range sizes {
		for _, entropy := range []string{"low_entropy", "mixed", "high_entropy"} {
			add("throughput_"+size+".jsonl", "throughput_"+size+"_"+entropy)
		}
	}
	return rows
}

// FormatNames are the names of all known formats; readable are those with a loader.
func FormatNames() (known, readable []string) {
	for _, f := range formats() {
		known = append(known, f.name)
		if f.load != nil {
			readable = append(readable, f.name)
		}
	}
	return known, readable
}

const formatHint = "--custom-dataset-type names the format"

// open reads the file and decides its format: the named one, else the one the first line shows.
func open(path, name string) (*file, format, error) {
	if name != "" {
		chosen, err := byName(path, name)
		if err != nil {
			return nil, format{}, err
		}
		f, err := readFile(path)
		return f, chosen, err
	}
	if hasExtension(".parquet", ".arrow", ".ipc")(&candidate{path: path}) {
		_, err := byName(path, "baseten_trace")
		return nil, format{}, err
	}
	f, err := readFile(path)
	if err != nil {
		return nil, format{}, err
	}
	chosen, err := detect(f)
	return f, chosen, err
}

// byName finds a format that can be read.
func byName(path, name string) (format, error) {
	_, readable := FormatNames()
	for _, f := range formats() {
		if f.name != name {
			continue
		}
		if f.load == nil {
			return format{}, &Error{Path: path, Message: "data sets of format " + name + " cannot be read", Hint: "readable: " + strings.Join(readable, ", ")}
		}
		return f, nil
	}
	return format{}, &Error{Path: path, Message: "there is no data set format " + name, Hint: "readable: " + strings.Join(readable, ", ")}
}

// detect decides by the first line alone, as AIPerf does: its type field, else the one format that accepts it.
func detect(f *file) (format, error) {
	first, ok := f.first()
	if !ok {
		return format{}, &Error{Path: f.path, Message: "the file is empty", Hint: "one JSON object per line is needed"}
	}
	c := &candidate{path: f.path, text: first.text}
	r, parseErr := parseRow(first)
	c.row, c.valid = r, parseErr == nil
	if kind, err := r.text("type"); c.valid && err == nil && kind != "" {
		for _, known := range formats() {
			if known.name == kind {
				return byName(f.path, kind)
			}
		}
	}
	var accepted []string
	for _, known := range formats() {
		if known.accepts(c) {
			accepted = append(accepted, known.name)
		}
	}
	switch {
	case len(accepted) > 1:
		return format{}, first.fail(r.at, formatHint, "the row can be read as %s and as %s", accepted[0], accepted[1])
	case len(accepted) == 1:
		return byName(f.path, accepted[0])
	case parseErr != nil:
		return format{}, parseErr
	}
	_, err := parseSingleTurn(r)
	if asSingle, ok := err.(*Error); ok {
		asSingle.Message = "no known format has such rows; as " + singleTurnName + ": " + asSingle.Message
		if asSingle.Hint == "" {
			asSingle.Hint = formatHint
		}
	}
	return format{}, err
}

func hasAll(keys ...string) func(*candidate) bool {
	return func(c *candidate) bool {
		for _, k := range keys {
			if _, ok := c.row.get(k); !ok {
				return false
			}
		}
		return c.valid
	}
}

func hasExtension(extensions ...string) func(*candidate) bool {
	return func(c *candidate) bool {
		for _, e := range extensions {
			if strings.EqualFold(filepath.Ext(c.path), e) {
				return true
			}
		}
		return false
	}
}

// starts says whether a field's JSON begins with a character: its type.
func (c *candidate) starts(key string, first byte) bool {
	f, ok := c.row.get(key)
	return ok && f.raw[0] == first
}

func isBurstGPT(c *candidate) bool {
	for _, column := range []string{"Timestamp", "Request tokens", "Response tokens"} {
		if c.valid || !bytes.Contains(c.text, []byte(column)) {
			return false
		}
	}
	return true
}

// isSpeedBench tells rows of that benchmark, which the formats with messages leave alone.
func isSpeedBench(c *candidate) bool {
	return c.starts("question_id", '"') && c.starts("category", '"') && c.starts("messages", '[')
}

// isMooncake: exactly one of four ways to say the input.
func isMooncake(c *candidate) bool {
	if kind, err := c.row.text("type"); err != nil || kind != "" && kind != "mooncake_trace" || isSpeedBench(c) {
		return false
	}
	ways := 0
	if f, ok := c.row.get("input_length"); ok && (f.raw[0] == '-' || '0' <= f.raw[0] && f.raw[0] <= '9') {
		ways++
	}
	if s, err := c.row.text("text_input"); err == nil && s != "" {
		ways++
	}
	if f, ok := c.row.get("messages"); ok && f.raw[0] == '[' && haveRoles(f) {
		ways++
	}
	if c.starts("payload", '{') {
		ways++
	}
	return ways == 1
}

// haveRoles: every message is an object with a role.
func haveRoles(f field) bool {
	list := elements(f)
	for _, m := range list {
		if m.raw[0] != '{' || indexOf(fieldsOf(m.raw, 0), "role") < 0 {
			return false
		}
	}
	return len(list) > 0
}

func isRawPayload(c *candidate) bool {
	_, foreign := c.row.get("conversation_id")
	return c.starts("messages", '[') && !foreign && !c.starts("data", '[') && !isSpeedBench(c)
}

func isInputsJSON(c *candidate) bool {
	f, ok := c.row.get("data")
	if !ok || f.raw[0] != '[' {
		return false
	}
	list := elements(f)
	if len(list) == 0 || list[0].raw[0] != '{' {
		return false
	}
	fields := fieldsOf(list[0].raw, 0)
	i := indexOf(fields, "payloads")
	return i >= 0 && fields[i].raw[0] == '['
}

// turns is the list of a row's turns as objects; nil when it is anything else.
func (c *candidate) turns() [][]field {
	f, ok := c.row.get("turns")
	if !ok || f.raw[0] != '[' {
		return nil
	}
	var turns [][]field
	for _, t := range elements(f) {
		if t.raw[0] != '{' {
			return nil
		}
		turns = append(turns, fieldsOf(t.raw, t.at))
	}
	return turns
}

func isDAG(c *candidate) bool {
	if !c.starts("session_id", '"') {
		return false
	}
	for _, t := range c.turns() {
		if i := indexOf(t, "messages"); i >= 0 && t[i].raw[0] == '[' || indexOf(t, "forks") >= 0 || indexOf(t, "spawns") >= 0 {
			return true
		}
	}
	return false
}

// isMultiTurn: every turn is a single_turn row.
func isMultiTurn(c *candidate) bool {
	turns := c.turns()
	for _, t := range turns {
		if _, err := parseSingleTurn(row{line: c.row.line, fields: t}); err != nil {
			return false
		}
	}
	return len(turns) > 0
}

func isRandomPool(c *candidate) bool {
	kind, err := c.row.text("type")
	return c.valid && err == nil && kind == "random_pool"
}

func isSingleTurn(c *candidate) bool {
	if !c.valid {
		return false
	}
	_, err := parseSingleTurn(c.row)
	return err == nil
}

func isWeka(c *candidate) bool {
	return hasExtension(".json")(c) && c.starts("requests", '[') && hasAll("id", "block_size")(c)
}
