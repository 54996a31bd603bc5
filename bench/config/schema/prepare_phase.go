// The adaptive_scale block of a phase, written out to flat keys, and the mapping form of its SLA.

package schema

import (
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// blockKeys are the keys of the adaptive_scale block and the phase key each becomes. Of two rows for one phase key the later one wins.
var blockKeys = []struct{ part, key, phase string }{
	{"", "control_variable", "adaptive_control_variable"},
	{"", "min_concurrency", "adaptive_control_min"},
	{"", "control_min", "adaptive_control_min"},
	{"", "max_concurrency", "adaptive_control_max"},
	{"", "control_max", "adaptive_control_max"},
	{"", "window", "adaptive_assessment_period"},
	{"", "assessment_period", "adaptive_assessment_period"},
	{"", "min_completed_requests", "adaptive_min_completed_requests"},
	{"", "sustain_duration", "adaptive_sustain_duration"},
	{"", "sla", "sla"},
	{"control", "variable", "adaptive_control_variable"},
	{"control", "min", "adaptive_control_min"},
	{"control", "max", "adaptive_control_max"},
	{"strategy", "type", "adaptive_scale_strategy_type"},
	{"strategy", "step_policy", "adaptive_scale_step_policy"},
	{"strategy", "base_step", "adaptive_scale_base_step"},
	{"strategy", "max_step_multiplier", "adaptive_scale_max_step_multiplier"},
	{"strategy", "step_percent", "adaptive_scale_step_percent"},
}

// phase lowers the block; a plain true or false stays.
func (c *checker) phase(path string, n *doc.Node) *doc.Node {
	if n.Kind != doc.Map {
		return n
	}
	n = shallow(n)
	for _, spelling := range []string{"adaptive_scale", "adaptiveScale"} {
		block := n.Get(spelling)
		if block == nil || block.Kind == doc.Bool || block.Kind == doc.Null {
			continue
		}
		if block.Kind != doc.Map {
			on, ok := enabledWord(block)
			if !ok {
				c.fail(block, path, "write true, false or a mapping", "adaptive_scale must be true, false or a mapping, not %s", show(block))
				return nil
			}
			n.Set(spelling, at(block, doc.Of(on)))
			continue
		}
		if !c.lower(path, n, spelling, block) {
			return nil
		}
	}
	if sla := n.Get("sla"); sla != nil && sla.Kind == doc.Map {
		list := slaForm(c, path, sla, nil)
		if list == nil {
			return nil
		}
		n.Set("sla", list)
	}
	return n
}

// enabledWord reads true, false and their words; numbers are none.
func enabledWord(n *doc.Node) (bool, bool) {
	if n.Kind == doc.Bool || n.Kind == doc.String {
		if s, ok := n.Value.(string); ok {
			switch strings.ToLower(strings.TrimSpace(s)) {
			case "true", "yes", "on", "1":
				return true, true
			case "false", "no", "off", "0":
				return false, true
			}
			return false, false
		}
		return n.Value.(bool), true
	}
	return false, false
}

func (c *checker) lower(path string, n *doc.Node, spelling string, block *doc.Node) bool {
	on := true
	if e := block.Get("enabled"); e != nil && e.Kind != doc.Null {
		var ok bool
		if on, ok = enabledWord(e); !ok {
			c.fail(e, path, "write true or false", "adaptive_scale.enabled must be true or false, not %s", show(e))
			return false
		}
	}
	parts := map[string]*doc.Node{"": block}
	for _, p := range []string{"control", "strategy"} {
		if v := block.Get(p); v != nil {
			if v.Kind != doc.Map {
				c.fail(v, path, "", "adaptive_scale.%s must be a mapping, not %s", p, show(v))
				return false
			}
			parts[p] = v
		}
	}
	for _, p := range []string{"", "control", "strategy"} {
		known := []string{}
		if p == "" {
			known = []string{"enabled", "control", "strategy"}
		}
		for _, k := range blockKeys {
			if k.part == p {
				known = append(known, k.key)
			}
		}
		if parts[p] == nil {
			continue
		}
		for _, m := range parts[p].Members {
			if !slices.Contains(known, m.Key) && !slices.Contains(known, snake(m.Key)) {
				where := strings.TrimSuffix("adaptive_scale."+p, ".")
				c.failMember(&m, path, didYouMean(m.Key, known), "%s has no key %s", where, m.Key)
				return false
			}
		}
	}
	n.Set(spelling, at(block, doc.Of(on)))
	for _, k := range blockKeys {
		v := parts[k.part].Get(k.key)
		if v == nil {
			v = parts[k.part].Get(camel(k.key))
		}
		if v != nil {
			n.Delete(camel(k.phase))
			n.Set(k.phase, v)
		}
	}
	return true
}
