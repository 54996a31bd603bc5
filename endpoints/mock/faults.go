// Faults: what can go wrong on purpose, as a table, with the text form of each.
package mock

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// FaultKind says what goes wrong.
type FaultKind uint8

// Fault kinds; see faultTable for what each does.
const (
	NoFault FaultKind = iota
	FaultStatus
	FaultDelay
	FaultSlowHead
	FaultDrop
	FaultDropMid
	FaultMalformed
	FaultErrorEvent
	FaultErrorData
	FaultStall
	FaultHTML
	FaultEndless
	FaultEmpty
	FaultTruncated
)

// argument says what may stand behind the colon.
type argument uint8

const (
	argNone argument = iota
	argStatus
	argDuration
	argOptionalDuration // left out or "forever": without end
)

// faultTable is the grammar "name[:argument][/n]" and its meaning.
var faultTable = [...]struct {
	name  string
	arg   argument
	about string
}{
	NoFault:         {"", argNone, ""},
	FaultStatus:     {"status", argStatus, "answer at once with this status and an error body"},
	FaultDelay:      {"delay", argDuration, "send nothing for this long, then answer as usual"},
	FaultSlowHead:   {"slow-head", argDuration, "send the status line, the rest of the head this much later"},
	FaultDrop:       {"drop", argNone, "close the connection without an answer"},
	FaultDropMid:    {"drop-mid", argNone, "close the connection after half of the chunks"},
	FaultMalformed:  {"malformed", argNone, "broken JSON in the middle event (or body)"},
	FaultErrorEvent: {"error-event", argNone, "an event named error after half of the chunks, then the end"},
	FaultErrorData:  {"error-data", argNone, "a data event with an error object after half of the chunks, then [DONE]"},
	FaultStall:      {"stall", argOptionalDuration, "stop sending after half of the chunks, for this long or for ever"},
	FaultHTML:       {"html", argNone, "200 with an HTML page"},
	FaultEndless:    {"endless", argNone, "an answer that ends only when the client goes"},
	FaultEmpty:      {"empty", argNone, "an answer without content"},
	FaultTruncated:  {"truncated", argNone, "Content-Length larger than the body, then the connection closes"},
}

// Fault is one injected failure. Delay and slow-head combine with any other; of the others that meet on one request the first listed applies.
type Fault struct {
	Kind   FaultKind
	Status int           // for FaultStatus
	Wait   time.Duration // for FaultDelay, FaultSlowHead and FaultStall; a stall of 0 never ends
	Every  int           // every n-th inference request: n, 2n, …; 0 and 1 are every request
}

// ParseFault reads "name[:argument][/n]": "status:500/10", "drop-mid/7", "stall:5s/3", "stall", "delay:2s".
func ParseFault(text string) (Fault, error) {
	f := Fault{Every: 1}
	spec, every, counted := strings.Cut(strings.TrimSpace(text), "/")
	if counted {
		n, err := strconv.Atoi(every)
		if err != nil || n < 1 {
			return Fault{}, fmt.Errorf("fault %q: %q behind the slash is not a count of at least 1", text, every)
		}
		f.Every = n
	}
	name, arg, given := strings.Cut(spec, ":")
	for kind, row := range faultTable {
		if kind == int(NoFault) || row.name != name {
			continue
		}
		f.Kind = FaultKind(kind)
		var err error
		switch {
		case row.arg == argNone && given:
			err = fmt.Errorf("%s takes no argument", name)
		case row.arg == argStatus:
			if f.Status, err = strconv.Atoi(arg); err != nil {
				err = fmt.Errorf("%q is not a status, write it like status:503", arg)
			}
		case row.arg == argDuration, row.arg == argOptionalDuration && given && arg != "forever":
			if f.Wait, err = parseWait(arg); err == nil && f.Wait == 0 {
				err = fmt.Errorf("a %s of 0 has no effect", name)
			}
		}
		if err == nil {
			err = f.check()
		}
		if err != nil {
			return Fault{}, fmt.Errorf("fault %q: %w", text, err)
		}
		return f, nil
	}
	return Fault{}, fmt.Errorf("fault %q: unknown name %q, want one of %s", text, name, strings.Join(FaultNames(), ", "))
}

// FaultNames lists the valid names in table order.
func FaultNames() []string {
	names := make([]string, 0, len(faultTable)-1)
	for _, row := range faultTable[1:] {
		names = append(names, row.name)
	}
	return names
}

// FaultHelp is one line for each fault: its grammar and what it does.
func FaultHelp() []string {
	forms := [...]string{argNone: "", argStatus: ":CODE", argDuration: ":DURATION", argOptionalDuration: "[:DURATION]"}
	lines := make([]string, 0, len(faultTable)-1)
	for _, row := range faultTable[1:] {
		lines = append(lines, row.name+forms[row.arg]+"[/N]  "+row.about)
	}
	return lines
}

// String is the form ParseFault reads.
func (f Fault) String() string {
	if f.Kind == NoFault || int(f.Kind) >= len(faultTable) {
		return "none"
	}
	row := faultTable[f.Kind]
	s := row.name
	switch {
	case row.arg == argStatus:
		s += ":" + strconv.Itoa(f.Status)
	case row.arg == argDuration, row.arg == argOptionalDuration && f.Wait > 0:
		s += ":" + f.Wait.String()
	}
	if f.Every > 1 {
		s += "/" + strconv.Itoa(f.Every)
	}
	return s
}

// MarshalText makes a Fault usable in JSON and YAML.
func (f Fault) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads the form of ParseFault.
func (f *Fault) UnmarshalText(b []byte) error {
	v, err := ParseFault(string(b))
	if err == nil {
		*f = v
	}
	return err
}

func (f Fault) check() error {
	switch {
	case f.Kind == NoFault || int(f.Kind) >= len(faultTable):
		return fmt.Errorf("fault kind %d does not exist", f.Kind)
	case f.Kind == FaultStatus && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d is outside 200 to 599", f.Status)
	case f.Wait < 0:
		return fmt.Errorf("%s: duration %v is negative", faultTable[f.Kind].name, f.Wait)
	case f.Every < 0:
		return fmt.Errorf("%s: count %d is negative", faultTable[f.Kind].name, f.Every)
	}
	return nil
}

// trouble is what the faults make of one request.
type trouble struct {
	kind     FaultKind // NoFault, or one that excludes the others
	status   int
	delay    time.Duration
	slowHead time.Duration
	stall    time.Duration
}

// troubleFor joins the faults that meet request number n (from 0).
func troubleFor(faults []Fault, n uint64) trouble {
	var t trouble
	for _, f := range faults {
		if (n+1)%uint64(max(f.Every, 1)) != 0 {
			continue
		}
		switch {
		case f.Kind == FaultDelay:
			t.delay += f.Wait
		case f.Kind == FaultSlowHead:
			t.slowHead += f.Wait
		case t.kind == NoFault:
			t.kind, t.status, t.stall = f.Kind, f.Status, f.Wait
		}
	}
	return t
}

// any tells whether the request is disturbed at all.
func (t trouble) any() bool { return t != trouble{} }

// immediate answers need no thinking time of the model.
func (t trouble) immediate() bool {
	return t.kind == FaultStatus || t.kind == FaultHTML || t.kind == FaultDrop
}

// errorType is the "type" OpenAI puts beside a status.
func errorType(status int) string {
	switch {
	case status == http.StatusTooManyRequests:
		return "rate_limit_error"
	case status == http.StatusUnauthorized:
		return "authentication_error"
	case status < 500:
		return "invalid_request_error"
	default:
		return "server_error"
	}
}
