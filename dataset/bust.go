// Cache bust: text of its own in every session, so that a server finds none of its prompt in its prefix cache.
//
//	run, session's number, conversation's name ─ Marker ─> text ─ Mark ─> one place of the conversation (bust_place.go) ─> every request of the session
//
// As measured on AIPerf 0.13.0: a session is marked when it begins and keeps its marker in all turns, in warm-up phases too; the targets of
// warm-ups alone mark the sessions of those phases and no others. Both numbers in the text are the session's place in the order of draws from
// the sampler, over all phases, a conversation that was drawn and never sent counted too. A fixed schedule draws none: its conversations take
// the next numbers in the order of the data set, however late each is due. inputs.json shows conversations without markers; raw records name
// marker and target.
package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Bust says where conversations are marked. A nil Bust and one whose target is empty or "none" mark nothing.
type Bust struct {
	Target    string // one of BustTargets
	Benchmark string // identity of the run: another run has other markers
}

// Play is one session: one time that a conversation is played.
type Play struct {
	Warmup     bool // it belongs to a warm-up phase
	Pass       int  // its number among the run's sessions, from 0
	Trajectory int  // the same number again; the lane of a replayed agent, whose passes are counted by trace
}

const (
	bustNone       = "none"
	bustDigest     = 12 // hexadecimal digits of a marker: 48 bits, enough to tell the sessions of a run apart
	bustWarmupText = "[warmup]"
	bustGap        = "\n\n" // between a marker and the text beside it
	bustTree       = "::"   // begins the part of a name that tells the members of one trace apart
)

// bustPlace is one target.
type bustPlace struct {
	name   string
	system bool // at the system message, else at the first user message
	suffix bool // behind the text, else in front of it
	warmup bool // a constant, in warm-ups alone
}

// bustPlaces is the table of targets.
func bustPlaces() []bustPlace {
	return []bustPlace{
		{name: "system_prefix", system: true},
		{name: "system_suffix", system: true, suffix: true},
		{name: "first_turn_prefix"},
		{name: "first_turn_suffix", suffix: true},
		{name: "warmup_isolation_system", system: true, warmup: true},
		{name: "warmup_isolation_first_turn", warmup: true},
	}
}

// BustTargets are the names of all targets; the first marks nothing and is the default.
func BustTargets() []string {
	names := []string{bustNone}
	for _, p := range bustPlaces() {
		names = append(names, p.name)
	}
	return names
}

func bustPlaceOf(target string) (bustPlace, bool) {
	for _, p := range bustPlaces() {
		if p.name == target {
			return p, true
		}
	}
	return bustPlace{}, false
}

// Marker is the text for a session of the conversation with this name, the gap to its neighbour included; "" when the session is not marked.
func (b *Bust) Marker(id string, p Play) string {
	if b == nil {
		return ""
	}
	place, ok := bustPlaceOf(b.Target)
	if !ok {
		return ""
	}
	return place.marker(b.Benchmark, id, p)
}

func (at bustPlace) marker(benchmark, id string, p Play) string {
	switch {
	case at.warmup && p.Warmup:
		return bustWarmupText + bustGap
	case at.warmup:
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s:%d:%d:%s", benchmark, p.Pass, p.Trajectory, id))
	text := "[rid:" + hex.EncodeToString(sum[:])[:bustDigest] + "]"
	if at.suffix {
		return bustGap + text
	}
	return text + bustGap
}

// BaseTrace is the name that all members of a replayed trace share: its marker is made of it.
func BaseTrace(id string) string {
	base, _, _ := strings.Cut(id, bustTree)
	return base
}
