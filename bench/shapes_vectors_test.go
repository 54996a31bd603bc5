// Load shapes as AIPerf 0.13.0 plays them: its phase runner, on a virtual clock, under configurations drawn at random. Which turn goes when, and when
// each phase ends. Left out are those in which an arrival and an answer come at the same instant, whose order nobody promises, and those in which
// AIPerf loses slots: of sessions that think while a phase ends by time.
package bench

import (
	"cmp"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// played is one vector. Times are seconds, timestamps and delays milliseconds.
type played struct {
	Seed    uint64
	Service float64
	TTFT    *float64
	Convs   []struct {
		ID    string
		Turns []struct {
			TimestampMS *float64 `json:"timestamp_ms"`
			DelayMS     *float64 `json:"delay_ms"`
		}
	}
	Phases []struct {
		Mode            string  `json:"timing_mode"`
		Pattern         string  `json:"arrival_pattern"`
		Rate            float64 `json:"request_rate"`
		Smoothness      float64 `json:"arrival_smoothness"`
		Concurrency     int
		Prefill         int     `json:"prefill_concurrency"`
		Requests        int     `json:"total_expected_requests"`
		Sessions        int     `json:"expected_num_sessions"`
		Duration        float64 `json:"expected_duration_sec"`
		Grace           float64 `json:"grace_period_sec"`
		ConcurrencyRamp float64 `json:"concurrency_ramp_duration_sec"`
		PrefillRamp     float64 `json:"prefill_concurrency_ramp_duration_sec"`
		RateRamp        float64 `json:"request_rate_ramp_duration_sec"`
		Series          []struct {
			At   float64 `json:"time_s"`
			Rate float64 `json:"qps"`
		} `json:"request_rate_series"`
		Users  int     `json:"num_users"`
		Auto   bool    `json:"auto_offset_timestamps"`
		Offset float64 `json:"fixed_schedule_start_offset"`
	}
	Sent [][4]any // phase, conversation, turn, second
	Ends []float64
}

func secondsOf(s float64) time.Duration { return time.Duration(math.Round(s * 1e9)) }

func (v *played) data() timed {
	var out timed
	for _, c := range v.Convs {
		texts := make([]string, len(c.Turns))
		conv := conversation(c.ID, texts...)
		for k, turn := range c.Turns {
			if turn.TimestampMS != nil {
				conv.Turns[k].Timestamp = secondsOf(*turn.TimestampMS / 1e3)
			}
			if turn.DelayMS != nil {
				conv.Turns[k].Delay = secondsOf(*turn.DelayMS / 1e3)
			}
		}
		out = append(out, conv)
	}
	return out
}

func (v *played) phases(t *testing.T, data timed) (out []Phase) {
	for _, p := range v.Phases {
		ph := Phase{
			Pattern: map[string]Pattern{"constant": Constant, "poisson": Poisson, "gamma": Gamma}[p.Pattern], Rate: p.Rate, Smoothness: p.Smoothness,
			Concurrency: p.Concurrency, Prefill: p.Prefill, Requests: p.Requests, Sessions: p.Sessions, Duration: secondsOf(p.Duration), Grace: secondsOf(p.Grace),
			ConcurrencyRamp: secondsOf(p.ConcurrencyRamp), PrefillRamp: secondsOf(p.PrefillRamp), RateRamp: secondsOf(p.RateRamp), Users: p.Users,
		}
		for _, point := range p.Series {
			ph.Series = append(ph.Series, pace.Point{At: secondsOf(point.At), Rate: point.Rate})
		}
		var err error
		switch p.Mode {
		case "fixed_schedule":
			ph.Pattern = FixedSchedule
			ph.Schedule, err = NewSchedule(data, p.Auto, secondsOf(p.Offset/1e3))
		case "user_centric_rate":
			ph.Pattern = UserCentric
			ph.Turns, err = AverageTurns(data)
		}
		require.NoError(t, err)
		out = append(out, ph)
	}
	return out
}

type going struct {
	phase, turn  int
	conversation string
	at           float64
}

func TestShapesAsPlayed(t *testing.T) {
	b, err := os.ReadFile("testdata/shapes.json")
	require.NoError(t, err)
	var all []played
	require.NoError(t, json.Unmarshal(b, &all))
	require.NotEmpty(t, all)
	order := func(a, b going) int {
		if a.phase != b.phase {
			return a.phase - b.phase
		}
		if d := a.at - b.at; math.Abs(d) > 5e-6 {
			return cmp.Compare(d, 0)
		}
		return cmp.Or(cmp.Compare(a.conversation, b.conversation), a.turn-b.turn)
	}
	for i, v := range all {
		t.Run(v.Phases[0].Mode+" "+string(rune('A'+i%26)), func(t *testing.T) {
			data := v.data()
			server := service(secondsOf(v.Service))
			if v.TTFT != nil {
				server = answers(secondsOf(*v.TTFT), secondsOf(v.Service))
			}
			r := world{server: server, phases: v.phases(t, data), plan: func(p *Plan) {
				p.Seed, p.Dataset.Source, p.Dataset.Sampler = v.Seed, data, dataset.NewSequential(len(data))
			}}.run(t)
			require.NoError(t, r.err)
			var want, got []going
			for _, s := range v.Sent {
				want = append(want, going{int(s[0].(float64)), int(s[2].(float64)), s[1].(string), s[3].(float64)})
			}
			for _, rec := range r.records {
				got = append(got, going{int(rec.Phase), int(rec.Turn), rec.ConversationID, (rec.Start - r.summary.Phases[rec.Phase].Start).Seconds()})
			}
			slices.SortFunc(want, order)
			slices.SortFunc(got, order)
			for k := range min(len(want), len(got)) {
				require.InDelta(t, want[k].at, got[k].at, 5e-6, "request %d: want %v, got %v (%+v)", k, want[k], got[k], v.Phases)
				w := want[k]
				w.at = got[k].at
				require.Equal(t, w, got[k], "request %d of %+v", k, v.Phases)
			}
			require.Len(t, got, len(want), "%+v", v.Phases)
			ends := lengths(r.summary.Phases)
			require.InDeltaSlice(t, v.Ends, ends, 5e-6, "ends of the phases of %+v", v.Phases)
		})
	}
}

// lengths are how long phases took, in seconds.
func lengths(phases []metrics.PhaseWindow) (out []float64) {
	for _, w := range phases {
		out = append(out, (w.End - w.Start).Seconds())
	}
	return out
}
